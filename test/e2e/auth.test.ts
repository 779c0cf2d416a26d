// Authorizers, user pools and CORS, deployed: who is let in, what that costs, what browsers are told.
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Invocation, type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const PASSWORD = 'Correct-horse-1';

interface Pool {
  readonly id: string;
  /** An access token of a user. */
  tokenOf(user: string): Promise<string>;
}

describe('Authorizers, user pools and CORS', function () {
  this.timeout('10m');
  let project: Project;
  let sandbox: Sandbox;
  let members: Pool;
  let strangers: Pool;
  const workspaces: TerraformWorkspace[] = [];
  let url: string;
  let same: string;
  let site: string;

  const cognito = async <T>(action: string, body: object): Promise<T> =>
    (await sandbox.awsJson('cognito-idp', `AWSCognitoIdentityProviderService.${action}`, body, REGION)) as T;

  /** A pool with three users and one group. */
  async function createPool(name: string): Promise<Pool> {
    const { UserPool } = await cognito<{ UserPool: { Id: string } }>('CreateUserPool', {
      PoolName: name,
      Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
    });
    const UserPoolId = UserPool.Id;
    const ExplicitAuthFlows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
    const { UserPoolClient } = await cognito<{ UserPoolClient: { ClientId: string } }>('CreateUserPoolClient', {
      UserPoolId,
      ClientName: 'tests',
      ExplicitAuthFlows,
    });
    for (const Username of ['ada', 'adam', 'grace']) {
      const UserAttributes = [{ Name: 'email', Value: `${Username}@example.com` }];
      await cognito('AdminCreateUser', { UserPoolId, Username, UserAttributes });
      await cognito('AdminSetUserPassword', { UserPoolId, Username, Password: PASSWORD, Permanent: true });
    }
    await cognito('CreateGroup', { UserPoolId, GroupName: 'staff' });
    await cognito('AdminAddUserToGroup', { UserPoolId, Username: 'grace', GroupName: 'staff' });
    return {
      id: UserPoolId,
      async tokenOf(USERNAME) {
        const { AuthenticationResult } = await cognito<{ AuthenticationResult: { AccessToken: string } }>('AdminInitiateAuth', {
          UserPoolId,
          ClientId: UserPoolClient.ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
        });
        return AuthenticationResult.AccessToken;
      },
    };
  }

  async function deploy(stage: string): Promise<Readonly<Record<string, unknown>>> {
    const terraform = await TerraformWorkspace.create(project.path('nimbus.out', stage), {
      sandbox,
      env: { AWS_REGION: REGION },
    });
    workspaces.push(terraform);
    await terraform.apply();
    return terraform.output();
  }

  before(async function () {
    await requirementsOrSkip(this);
    sandbox = await startSandbox();
    [members, strangers] = [await createPool('members'), await createPool('strangers')];
    project = await Project.copy('test/e2e/projects/auth');
    await project.edit('src/members.ts', 'eu-west-1_Placeholder', members.id);
    await project.build();
    const [dev, other] = await Promise.all([deploy('dev'), deploy('same')]);
    url = sandbox.httpUrl(String(dev?.['http_api_url']));
    same = sandbox.httpUrl(String(other?.['http_api_url']));
    site = String(dev?.['website_url_e2e-auth-site']);
  });

  after(async () => {
    await sandbox?.stop();
    for (const terraform of workspaces) await terraform.remove();
    await project?.remove();
  });

  const get = (path: string, authorization?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/${path}`, { ...init, headers: { ...init.headers, ...(authorization === undefined ? {} : { authorization }) } });

  const invocationsOf = async (name: string): Promise<readonly Invocation[]> => {
    await sandbox.idle();
    return sandbox.invocations(name);
  };
  const asked = async (): Promise<number> => (await invocationsOf('e2e-auth-dev-Tokens-authorize')).length;

  it('leave nothing to do for a second plan', async () => {
    for (const terraform of workspaces) expect(await terraform.planChanges()).to.deep.equal([]);
  });

  describe('an authorizer', () => {
    it('lets in whom it knows, and what it found out reaches the handler', async () => {
      const token = await members.tokenOf('ada');
      const response = await get('me', `Bearer ${token}`, { headers: { cookie: 'theme=dark' } });
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal({
        user: 'ada',
        email: 'ada@example.com',
        groups: ['a', 'b'],
        first: 'GET /me',
        cookie: 'dark',
      });
    });

    it('keeps everybody else from the handler', async () => {
      const before = (await invocationsOf('e2e-auth-dev-Api-plain')).length;
      const foreign = await strangers.tokenOf('ada');
      for (const authorization of ['Bearer nonsense', 'refused', `Bearer ${foreign}`, `Bearer ${foreign}x`]) {
        const response = await get('plain', authorization);
        expect([response.status, await response.json()], authorization).to.deep.equal([403, { message: 'Forbidden' }]);
      }
      expect((await invocationsOf('e2e-auth-dev-Api-plain')).length).to.equal(before);
    });

    it('is not asked about a request that does not say who calls', async () => {
      const before = await asked();
      expect((await get('plain')).status).to.equal(401);
      expect((await fetch(`${url}/any/x`, { method: 'POST' })).status).to.equal(401);
      expect(await asked()).to.equal(before);
    });

    it('is asked once for many requests of one caller, yes or no, whatever the route', async () => {
      const before = await asked();
      const token = `Bearer ${await members.tokenOf('grace')}`;
      for (const path of ['me', 'me', 'plain', 'any/x', 'me']) expect((await get(path, token)).status, path).to.equal(200);
      expect(await (await get('me', token)).json()).to.include({ user: 'grace', first: 'GET /me' });
      for (const path of ['me', 'plain']) expect((await get(path, 'Bearer nobody')).status, path).to.equal(403);
      expect(await asked()).to.equal(before + 2);
    });

    it('that gives a bare yes gives no context', async () => {
      expect(await (await get('me', 'visitor')).json()).to.deep.equal({});
    });

    it('that fails lets nobody in, and is asked again', async () => {
      const before = await asked();
      for (const path of ['me', 'me']) {
        const response = await get(path, 'broken');
        expect([response.status, await response.json()]).to.deep.equal([500, { message: 'Internal Server Error' }]);
      }
      expect(await asked()).to.equal(before + 2);
    });

    it('that remembers nothing is asked about every request, with the header and the path of each', async () => {
      const open = async (door: string, password: string): Promise<number> =>
        (await fetch(`${same}/doors/${door}`, { headers: { 'x-password': password } })).status;
      const answers = [
        await open('a', 'open a'),
        await open('b', 'open a'),
        await open('b', 'open b'),
        await open('a', 'open a'),
      ];
      expect(answers).to.deep.equal([200, 403, 200, 200]);
      expect(await invocationsOf('e2e-auth-same-Passwords-authorize')).to.have.length(4);
    });
  });

  describe('a user pool', () => {
    const call = async (path: string, body?: unknown): Promise<unknown> => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await get(path, 'visitor', { ...init, headers: { 'content-type': 'application/json' } });
      const text = await response.text();
      expect(response.status, `${path} ${text}`).to.equal(200);
      return JSON.parse(text);
    };

    it('is searched for users', async () => {
      expect(await call('search', { attribute: 'email', value: 'ada@example.com' })).to.deep.equal(['ada']);
      expect(await call('search', { attribute: 'email', value: 'ada' })).to.deep.equal([]);
      expect(await call('search', { attribute: 'email', value: 'ada', type: 'PREFIX' })).to.deep.equal(['ada', 'adam']);
    });

    it('lists the users of a group', async () => {
      expect(await call('groups/staff')).to.deep.equal(['grace']);
    });

    it('is changed by an admin', async () => {
      const steps = (await call('admin', { user: 'adam', group: 'staff' })) as Record<string, unknown>;
      expect(steps).to.deep.include({ added: ['adam', 'grace'], removed: ['grace'], missing: 'NonRetryableException' });
      expect(steps['updated']).to.include({ email: 'adam@example.com', name: 'Renamed "R"', 'custom:team': 'blue' });
    });

    it('is changed by nobody else', async () => {
      expect(await call('not-admin', 'ada')).to.equal('PermissionException');
      const denied = (await sandbox.denied()).map(({ function: fn, action }) => `${fn} ${action}`);
      expect(denied).to.deep.equal(['e2e-auth-dev-Directory-notAdmin cognito-idp:AdminAddUserToGroup']);
      expect(await call('groups/staff')).to.deep.equal(['grace']);
    });
  });

  describe('CORS', () => {
    const ALWAYS = 'accept,accept-encoding,accept-language,content-encoding,content-language,content-type,origin,user-agent';
    const list = (value: string | null): string[] =>
      (value ?? '')
        .toLowerCase()
        .split(/\s*,\s*/)
        .sort();
    const preflight = async (path: string, origin: string, method: string, headers = 'authorization') => {
      const response = await fetch(path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
      });
      return {
        status: response.status,
        origin: response.headers.get('access-control-allow-origin'),
        credentials: response.headers.get('access-control-allow-credentials'),
        headers: list(response.headers.get('access-control-allow-headers')),
        methods: list(response.headers.get('access-control-allow-methods')),
      };
    };
    const expected = (origin: string, method: string, more: readonly string[]) => ({
      status: 204,
      origin,
      credentials: origin === '*' ? null : 'true',
      headers: [...ALWAYS.split(','), ...more].sort(),
      methods: [method.toLowerCase()],
    });

    it('that differs by route is told to browsers without credentials, past the authorizer and the handler', async () => {
      const before = await asked();
      expect(await preflight(`${url}/me`, 'https://app.example', 'GET')).to.deep.equal(
        expected('https://app.example', 'GET', ['authorization']),
      );
      expect(await preflight(`${url}/any/x`, 'https://any.example', 'PUT')).to.deep.equal(
        expected('*', 'PUT', ['authorization', 'x-trace']),
      );
      expect(await asked()).to.equal(before);
    });

    it('that names a website of the stage allows its URL', async () => {
      expect(site).to.match(/^http:\/\/e2e-auth-sitedev\./);
      expect(await preflight(`${url}/site`, site, 'GET')).to.deep.equal(expected(site, 'GET', ['authorization']));
      const answer = await get('site', 'visitor', { headers: { origin: site } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).to.deep.equal([200, site]);
    });

    it('that is the same everywhere is told by the API, also with what it refuses', async () => {
      const before = (await invocationsOf('e2e-auth-same-Passwords-authorize')).length;
      expect(await preflight(`${same}/doors/a`, 'https://app.example', 'GET', 'x-password')).to.deep.equal(
        expected('https://app.example', 'GET', ['x-password']),
      );
      expect((await preflight(`${same}/doors/a`, 'https://evil.example', 'GET')).origin).to.equal(null);
      const refused = await fetch(`${same}/doors/a`, { headers: { origin: 'https://app.example' } });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).to.deep.equal([401, 'https://app.example']);
      expect((await invocationsOf('e2e-auth-same-Passwords-authorize')).length).to.equal(before);
      const routes = (await sandbox.apis()).find(({ name }) => name === 'e2e-auth-same-http')?.routes;
      expect(routes).to.deep.equal(['GET /doors/{door}']);
    });

    it('is no way around the authorizer: no OPTIONS request without credentials reaches a handler', async () => {
      const handled = async () => (await invocationsOf('e2e-auth-dev-Api-any')).filter(({ logs }) => logs.includes('handled'));
      const before = (await handled()).length;
      for (const path of ['me', 'any/x', 'site']) {
        const response = await fetch(`${url}/${path}`, { method: 'OPTIONS' });
        expect([response.status, await response.text()], path).to.deep.equal([204, '']);
      }
      expect((await handled()).length).to.equal(before);
      expect((await fetch(`${url}/plain`, { method: 'OPTIONS' })).status).to.equal(404);
    });

    it('lets those read answers, with credentials, who may call', async () => {
      const response = await get('me', 'visitor', { headers: { origin: 'https://app.example' } });
      expect(response.headers.get('access-control-allow-origin')).to.equal('https://app.example');
      expect(response.headers.get('access-control-allow-credentials')).to.equal('true');
      const open = await get('any/x', 'visitor', { headers: { origin: 'https://any.example' } });
      expect(open.headers.get('access-control-allow-origin')).to.equal('*');
      expect(open.headers.get('access-control-allow-credentials')).to.equal(null);
    });
  });

  describe('after all that', () => {
    it('nothing is granted but what a decorator allows as a whole, and nothing was lost', async () => {
      const unused = (await sandbox.usedPermissions()).unused.map(({ role, action }) => `${role.split('/').at(-1)} ${action}`);
      // What cannot be followed is granted as declared.
      expect(unused).to.deep.equal([
        'e2e-auth-dev-Directory-notAdmin cognito-idp:ListUsers',
        'e2e-auth-dev-Directory-notAdmin cognito-idp:ListUsersInGroup',
      ]);
      await expectProved(sandbox, workspaces);
      expect(await sandbox.dropped()).to.deep.equal([]);
      expect(sandbox.output).to.equal('');
    });
  });
});
