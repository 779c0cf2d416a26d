import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { register } from '../../../providers/aws/runtime/cognito-user-pool.js';
import { ClientBuilder, CognitoSearchType, PermissionException, RetryableException } from '../../../runtime/index.js';

class Members {}
class Undeclared {}

interface Request {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
}

type Reply = readonly [status: number, body: object];

const POOL = 'eu-central-1_AbCdEfGhI';
const tokenOf = (pool: string): string =>
  `e30.${Buffer.from(JSON.stringify({ iss: `https://cognito-idp.eu-central-1.amazonaws.com/${pool}` })).toString('base64url')}.x`;
const user = (Username: string) => ({ Username, Attributes: [{ Name: 'email', Value: `${Username}@example.com` }] });

describe('the client of user pools', () => {
  const requests: Request[] = [];
  let replies: Reply[] = [];
  let server: Server;
  const changed = {
    NIMBUS_USER_POOL_Members: `arn:aws:cognito-idp:eu-central-1:123456789012:userpool/${POOL}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
  };
  const former: Record<string, string | undefined> = {};
  const ENDPOINT = 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER';

  before(async () => {
    server = createServer(async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      requests.push({ operation, body: JSON.parse(Buffer.concat(chunks).toString()), headers: request.headers });
      const [status, body] = replies.shift() ?? [200, {}];
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const all = { ...changed, [ENDPOINT]: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    for (const [name, value] of Object.entries(all)) {
      former[name] = process.env[name];
      process.env[name] = value;
    }
    register(Members, { name: 'Members', pool: 'NIMBUS_USER_POOL_Members' });
  });

  after(async () => {
    for (const [name, value] of Object.entries(former)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    requests.splice(0);
    replies = [];
  });

  const client = ClientBuilder.getCognitoClient(Members);
  const failure = (it: Promise<unknown>): Promise<Error> =>
    it.then(
      () => expect.fail('it did not fail'),
      (error: Error) => error,
    );
  const sent = () => requests.map(({ operation, body }) => [operation, body]);

  it('says whose token it is, in the region of the pool and without a signature', async () => {
    replies = [[200, { Username: 'ada', UserAttributes: [{ Name: 'sub', Value: '1' }] }]];
    expect(await client.getUser(tokenOf(POOL))).to.deep.equal({ username: 'ada', attributes: { sub: '1' } });
    expect(sent()).to.deep.equal([['GetUser', { AccessToken: tokenOf(POOL) }]]);
    expect(requests[0]?.headers).to.not.have.property('authorization');
    await client.listUsersInGroup('staff');
    expect(requests[1]?.headers.authorization).to.include('/eu-central-1/cognito-idp/');
  });

  it('knows nobody by the token of another pool, and does not even ask', async () => {
    for (const token of [tokenOf('eu-central-1_Stranger'), 'nonsense', '', 'a.b.c', 'e30.bnVsbA.x']) {
      expect(await client.getUser(token), token).to.equal(null);
    }
    expect(requests).to.deep.equal([]);
  });

  it('knows nobody by a token that Cognito refuses, and passes on other failures', async () => {
    replies = ['NotAuthorizedException', 'UserNotFoundException'].map((__type): Reply => [400, { __type, message: 'no' }]);
    for (const _ of [...replies]) expect(await client.getUser(tokenOf(POOL))).to.equal(null);
    replies = [[400, { __type: 'TooManyRequestsException', message: 'slow down' }]];
    expect(await failure(client.getUser(tokenOf(POOL)))).to.be.instanceOf(RetryableException);
  });

  it('searches by a value as it is, page by page', async () => {
    replies = [
      [200, { Users: [user('ada')], PaginationToken: 'next' }],
      [200, { Users: [user('adam')] }],
    ];
    const found = await client.searchUsers('name', 'say "a\\b"', CognitoSearchType.PREFIX);
    expect(found).to.deep.equal([
      { username: 'ada', attributes: { email: 'ada@example.com' } },
      { username: 'adam', attributes: { email: 'adam@example.com' } },
    ]);
    const Filter = 'name ^= "say \\"a\\\\b\\""';
    expect(sent()).to.deep.equal([
      ['ListUsers', { UserPoolId: POOL, Filter }],
      ['ListUsers', { UserPoolId: POOL, Filter, PaginationToken: 'next' }],
    ]);
    await client.searchUsers('sub', '1');
    expect(requests[2]?.body).to.include({ Filter: 'sub = "1"' });
  });

  it('lists a group page by page', async () => {
    replies = [
      [200, { Users: [user('ada')], NextToken: 'n' }],
      [200, { Users: [user('grace')] }],
    ];
    expect((await client.listUsersInGroup('staff')).map(({ username }) => username)).to.deep.equal(['ada', 'grace']);
    expect(requests[1]?.body).to.deep.equal({ UserPoolId: POOL, GroupName: 'staff', NextToken: 'n' });
  });

  it('changes groups and attributes', async () => {
    await client.addUserToGroup('ada', 'staff');
    await client.removeUserFromGroup('ada', 'staff');
    await client.updateUserAttributes('ada', { name: 'Ada', 'custom:team': 'blue' });
    const of = { UserPoolId: POOL, Username: 'ada' };
    expect(sent()).to.deep.equal([
      ['AdminAddUserToGroup', { ...of, GroupName: 'staff' }],
      ['AdminRemoveUserFromGroup', { ...of, GroupName: 'staff' }],
      [
        'AdminUpdateUserAttributes',
        {
          ...of,
          UserAttributes: [
            { Name: 'name', Value: 'Ada' },
            { Name: 'custom:team', Value: 'blue' },
          ],
        },
      ],
    ]);
  });

  it('fails with the exception for what is not allowed, and says what was tried', async () => {
    replies = [[400, { __type: 'AccessDeniedException', message: 'not you' }]];
    const error = await failure(client.addUserToGroup('ada', 'staff'));
    expect(error).to.be.instanceOf(PermissionException);
    expect(error.message).to.equal('add ada to the group staff of Members: not you');
  });

  it('fails without its decorator', async () => {
    const error = await failure(ClientBuilder.getCognitoClient(Undeclared).getUser('token'));
    expect(error).to.be.instanceOf(PermissionException);
    expect(error.message).to.include('@UsesCognitoUserPool({ userPool: ... })');
  });
});
