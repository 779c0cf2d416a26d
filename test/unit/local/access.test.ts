// Who may call: authorizers, user pools, and secrets that they ask.
import { expect } from 'chai';
import { HttpRequest, type HttpResult, LocalNimbusDeployment, type LocalUserPool } from '../../../providers/local/index.js';
import { quietly } from '../../support/local-project.js';
import { type TempProject, tempProject } from '../../support/temp-project.js';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:doors/front.code-AbCd12';
const POOL = 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI';

const source = `
import {
  BasicServerlessFunction, ClientBuilder, ExistingCognitoUserPool, HttpApi, HttpException, HttpServerlessFunction,
  UsesCognitoUserPool, UsesCognitoUserPoolAsAdmin, UsesSecretManagerSecret,
  type HttpAuthorization, type HttpAuthorizer, type HttpAuthorizerEvent, type HttpEvent,
} from 'nimbusc';

@ExistingCognitoUserPool({ arn: '${POOL}' }) export class Members {}

export class Door implements HttpAuthorizer {
  private readonly members = ClientBuilder.getCognitoClient(Members);
  @UsesCognitoUserPool({ userPool: Members })
  async authorize(event: HttpAuthorizerEvent): Promise<HttpAuthorization> {
    const { authorizationToken: token, routeKey } = event;
    if (token === 'crash') throw new Error('crash');
    if (token === 'no') throw new HttpException(401, 'no');
    if (token === 'yes') return true;
    const user = await this.members.getUser(token);
    return user !== null && { isAuthorized: true, context: { user: user.username, since: new Date(0), routeKey } };
  }
}

@HttpApi({ authorizer: Door, authorizationHeader: 'X-Token', authorizationCacheTtl: 60 })
export class House {
  private readonly code = ClientBuilder.getSecretClient('${SECRET}');
  @HttpServerlessFunction({ method: 'GET', path: 'hall', allowedCorsOrigin: 'https://a.example' })
  hall(event: HttpEvent): object { return event.authorizationContext; }
  @HttpServerlessFunction({ method: 'GET', path: 'garden' })
  garden(event: HttpEvent): object { return event.authorizationContext; }
  @BasicServerlessFunction()
  @UsesSecretManagerSecret({ secretArn: '${SECRET}' })
  async codes(): Promise<string[]> { return [await this.code.getSecret(), String((await this.code.getSecretJson<{ code: number }>()).code)]; }
}

export class Office {
  private readonly members = ClientBuilder.getCognitoClient(Members);
  @BasicServerlessFunction()
  @UsesCognitoUserPoolAsAdmin({ userPool: Members })
  async promote(name: string): Promise<string[]> {
    await this.members.addUserToGroup(name, 'staff');
    await this.members.updateUserAttributes(name, { 'custom:team': 'office' });
    return (await this.members.listUsersInGroup('staff')).map((one) => one.username);
  }
  @BasicServerlessFunction()
  @UsesCognitoUserPool({ userPool: Members })
  async find(email: string): Promise<string[]> {
    return (await this.members.searchUsers('email', email, 'PREFIX')).map((one) => one.username);
  }
}
`;

/** Handed over, they run in the place of the project's. */
const named = (name: string): (new () => Record<string, (...args: never[]) => unknown>) => ({ [name]: class {} })[name] as never;

describe('access in the local cloud', function () {
  this.timeout(60_000);
  let project: TempProject;
  let house: LocalNimbusDeployment;
  let members: LocalUserPool;
  before(() => {
    project = tempProject({ 'src/house.ts': source });
  });
  after(() => project.remove());
  const start = (options: { secrets?: Record<string, object | string>; environment?: Record<string, string> } = {}) =>
    LocalNimbusDeployment.getNewInstance({ project: project.dir, ...options });
  beforeEach(async () => {
    house = await start();
    members = house.getUserPool(named('Members'));
    members.addUser('ada', { email: 'ada@example.com' });
  });
  afterEach(() => house.close());

  const get = (token: string | null, path = 'hall'): Promise<HttpResult> =>
    house.sendHttpRequest(new HttpRequest(path).withHeaders(token === null ? {} : { 'X-Token': token }));
  const asked = () => house.getMethod(named('Door'), 'authorize').timesInvoked;
  const answers = async (result: Promise<HttpResult>): Promise<unknown[]> => {
    const { statusCode, body } = await result;
    return [statusCode, JSON.parse(body)];
  };

  it('is refused as by API Gateway, before the handler is called', async () => {
    expect(await answers(get(null))).to.deep.equal([401, { message: 'Unauthorized' }]);
    expect(await answers(get(''))).to.deep.equal([401, { message: 'Unauthorized' }]);
    expect(asked()).to.equal(0);
    expect(await answers(get('guess'))).to.deep.equal([403, { message: 'Forbidden' }]);
    expect(await answers(get('no'))).to.deep.equal([403, { message: 'Forbidden' }]);
    expect(house.getMethod(named('House'), 'hall').timesInvoked).to.equal(0);
    expect(await answers(get(null, 'cellar'))).to.deep.equal([404, { message: 'Not Found' }]);
  });

  it('is given with a context that travels as JSON', async () => {
    const token = members.accessTokenOf('ada');
    const context = { user: 'ada', since: '1970-01-01T00:00:00.000Z', routeKey: 'GET /hall' };
    expect(await answers(get(token))).to.deep.equal([200, context]);
    expect(await answers(get('yes'))).to.deep.equal([200, {}]);
  });

  it('is remembered by the value of the header, for all routes, and failures are not', async () => {
    const token = members.accessTokenOf('ada');
    await get(token);
    members.revokeToken(token);
    expect(await answers(get(token, 'garden'))).to.deep.include(200);
    expect(asked()).to.equal(1);
    const logged = await quietly(async () => {
      expect(await answers(get('crash'))).to.deep.equal([500, { message: 'Internal Server Error' }]);
      await get('crash');
    });
    expect([asked(), logged]).to.deep.equal([3, 2]);
  });

  it('is not asked of preflights', async () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
    const answer = await house.sendHttpRequest(new HttpRequest('hall', 'OPTIONS').withHeaders(headers));
    expect([answer.statusCode, answer.headers['access-control-allow-methods'], asked()]).to.deep.equal([204, 'GET', 0]);
  });

  it('is not given to everybody because the authorizer was not handed over', async () => {
    class House {
      hall(): void {}
    }
    const open = await LocalNimbusDeployment.getNewInstance({ project: project.dir, classes: [House] });
    const error = await open.sendHttpRequest(new HttpRequest('hall')).catch((it: Error) => it);
    open.close();
    expect(String(error)).to.include('hand Door to getNewInstance as well');
  });

  it('is for tokens of users who are there', async () => {
    const client = house.getBasicFunction(named('Office'), 'find');
    members.addUser('adam', { email: 'adam@example.com' });
    expect(await client.invoke('ada' as never)).to.deep.equal(['ada', 'adam']);
    const [, claims = ''] = members.accessTokenOf('ada').split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).to.include({
      iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
      token_use: 'access',
      username: 'ada',
    });
    expect(() => members.accessTokenOf('eve')).to.throw('User does not exist');
    expect(() => members.addUser('ada')).to.throw('already');
  });

  it('has groups, which must be there', async () => {
    const promote = house.getBasicFunction(named('Office'), 'promote');
    const refused = await promote.invoke('ada' as never).catch((it: Error) => `${it.name}: ${it.message}`);
    expect(refused).to.equal('NonRetryableException: add ada to the group staff of Members: Group not found.');
    members.addGroup('staff');
    expect(await promote.invoke('ada' as never)).to.deep.equal(['ada']);
    expect(members.groupsOf('ada')).to.deep.equal(['staff']);
    expect(members.users[0]?.attributes).to.include({ email: 'ada@example.com', 'custom:team': 'office' });
  });

  it('has secrets of the test or of a variable, and says which is missing', async () => {
    const codes = (of: LocalNimbusDeployment): Promise<unknown> =>
      (of.getBasicFunction(named('House'), 'codes').invoke as () => Promise<unknown>)().catch((it: Error) => it.message);
    expect(await codes(house))
      .to.include('NIMBUS_SECRET_DOORS_FRONT_CODE')
      .and.to.include(`secrets: { '${SECRET}': ... }`);
    const variable = { environment: { NIMBUS_SECRET_DOORS_FRONT_CODE: '{"code":7}' } };
    for (const [options, seen] of [
      [variable, ['{"code":7}', '7']],
      [{ ...variable, secrets: { [SECRET]: { code: 8 } } }, ['{"code":8}', '8']],
      [{ secrets: { [SECRET]: 'open sesame' } }, `read the secret ${SECRET}: it is not JSON`],
    ] as const) {
      const one = await start(options);
      expect(await codes(one)).to.deep.equal(seen);
      one.close();
    }
  });
});
