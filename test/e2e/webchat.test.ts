// The example of the README, all the way: built by the packed command line, planned and applied by real Terraform, with the
// AWS provider as it is for stage dev, and used as two people would use it.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { withGeneratedClient } from './support/generated-client.js';
import { grantsOf } from './support/grants.js';
import { expectEachGrantNeeded, type Steps } from './support/mutations.js';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Invocation, type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace, type Validation } from './support/terraform.js';
import { connect, HandshakeRefused, type WebSocketClient } from './support/websocket-client.js';

const REGION = 'eu-west-1';
const SETUP = 'webchat-dev-Setup-setupBasicUsers';

interface User {
  readonly username: string;
  readonly connected: boolean;
}

interface Deployment {
  readonly terraform: TerraformWorkspace;
  readonly validation: Validation;
  /** What the first plan would do. */
  readonly changes: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a user of the generated client writes. */
const USE_OF_CLIENT = `
import { connectWebSocket, createHttpClient, type UserSummary } from './client.js';

export interface Outcome {
  readonly before: readonly UserSummary[];
  readonly during: readonly UserSummary[];
  readonly refused: boolean;
  readonly message: unknown;
}

export async function chatOf(url: string, chatUrl: string, WebSocket: new (url: string) => object): Promise<Outcome> {
  const api = createHttpClient({ url });
  const connectAs = (user: string) => connectWebSocket({ url: chatUrl, query: { user }, WebSocket });
  const before = await api.userDirectory.listUsers();
  const refused = await connectAs('eve').then(() => false, () => true);
  const thomas = await connectAs('thomas');
  const bob = await connectAs('bob');
  const during = await api.userDirectory.listUsers();
  const arrived = new Promise((resolve) => bob.onMessage(resolve));
  thomas.send('sendMessage', { recipient: 'bob', message: 'Hello' });
  const message = await arrived;
  await Promise.all([thomas.close(), bob.close()]);
  return { before, during, refused, message };
}
`;

interface UseOfClient {
  chatOf(
    url: string,
    chatUrl: string,
    webSocket: typeof WebSocket,
  ): Promise<{ readonly before: User[]; readonly during: User[]; readonly refused: boolean; readonly message: unknown }>;
}

/** The addresses of everything that a module declares. */
async function addressesOf(module: string): Promise<string[]> {
  const { resource } = JSON.parse(await readFile(module, 'utf8')) as { resource: Record<string, object> };
  return Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`));
}

describe('The webchat example', function () {
  this.timeout('10m');
  let project: Project;
  let sandbox: Sandbox;
  let dev: Deployment;
  let prod: Deployment;
  const workspaces: TerraformWorkspace[] = [];
  const open: WebSocketClient[] = [];

  const deploy = async (stage: string, fast: boolean): Promise<Deployment> => {
    const options = { sandbox, fast, env: { AWS_REGION: REGION } };
    const terraform = await TerraformWorkspace.create(project.path('nimbus.out', stage), options);
    workspaces.push(terraform);
    await terraform.init();
    const validation = await terraform.validate();
    const changes = await terraform.planChanges();
    await terraform.applyPlan();
    return { terraform, validation, changes, outputs: await terraform.output() };
  };

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('examples/webchat');
    await project.build();
    sandbox = await startSandbox();
    // Stage dev waits by the clock for half a minute, which is enough for all of stage prod.
    [dev, prod] = await Promise.all([deploy('dev', false), deploy('prod', true)]);
  });

  after(async () => {
    for (const client of open) await client.close();
    await sandbox?.stop();
    for (const terraform of workspaces) await terraform.remove();
    await project?.remove();
  });

  const creationsOf = async (stage: string): Promise<string[]> =>
    (await addressesOf(project.path('nimbus.out', stage, 'cdk.tf.json'))).map((address) => `create ${address}`).sort();

  describe('in stage dev, with the AWS provider as it is', () => {
    let chat: string;

    before(() => {
      chat = sandbox.wsUrl(String(dev.outputs['websocket_api_url']));
    });

    const listUsers = async (): Promise<readonly User[]> => {
      const response = await fetch(sandbox.httpUrl(`${dev.outputs['http_api_url']}/users`));
      expect(response.status).to.equal(200);
      return (await response.json()) as readonly User[];
    };

    const connectedUsers = async (): Promise<string[]> => {
      await sandbox.idle();
      return (await listUsers()).filter(({ connected }) => connected).map(({ username }) => username);
    };

    const connectAs = async (username: string): Promise<WebSocketClient> => {
      const client = await connect(`${chat}?user=${username}`);
      open.push(client);
      return client;
    };

    const invocationsOf = async (name: string): Promise<number> => (await sandbox.invocations(name)).length;

    it('is valid, and creates exactly what its module declares', async () => {
      expect(dev.validation).to.include({ valid: true });
      expect(dev.validation.diagnostics).to.deep.equal([]);
      const creations = await creationsOf('dev');
      expect(creations).to.include('create aws_lambda_function.Chat_onMessage');
      expect(dev.changes).to.deep.equal(creations);
    });

    it('puts out its URLs, and what ran after the deployment', () => {
      expect(dev.outputs).to.have.all.keys(
        'http_api_url',
        'websocket_api_url',
        'website_url_nimbusc-webchat',
        'after_deployment_Setup_setupBasicUsers',
      );
      expect(dev.outputs['http_api_url']).to.match(/^https:\/\/[a-z0-9]+\.execute-api\.eu-west-1\.amazonaws\.com$/);
      expect(dev.outputs['websocket_api_url']).to.match(/^wss:\/\/[a-z0-9]+\.execute-api\.eu-west-1\.amazonaws\.com\/dev$/);
      expect(dev.outputs['after_deployment_Setup_setupBasicUsers']).to.deep.equal(['thomas', 'bob']);
    });

    it('has thomas and bob, because the function after the deployment ran', async () => {
      expect(await invocationsOf(SETUP)).to.equal(1);
      expect(await listUsers()).to.deep.equal([
        { username: 'bob', connected: false },
        { username: 'thomas', connected: false },
      ]);
    });

    it('refuses the handshake of a stranger', async () => {
      for (const query of ['?user=eve', '']) {
        const refused = await connect(`${chat}${query}`).catch((error: unknown) => error);
        expect(refused, query).to.be.instanceOf(HandshakeRefused).and.to.include({ status: 403 });
      }
      expect(await sandbox.connections()).to.deep.equal([]);
    });

    it('carries a message from one to the other, with the name of the sender', async () => {
      const thomas = await connectAs('thomas');
      const bob = await connectAs('bob');
      expect(await connectedUsers()).to.deep.equal(['bob', 'thomas']);
      thomas.send({ topic: 'sendMessage', recipient: 'bob', message: 'Hello "bob" \u{1f388}' });
      expect(await bob.next()).to.deep.equal({ message: 'Hello "bob" \u{1f388}', sender: 'thomas' });
      bob.send({ topic: 'sendMessage', recipient: 'thomas', message: 'Hi' });
      expect(await thomas.next()).to.deep.equal({ message: 'Hi', sender: 'bob' });
      await sandbox.idle();
      expect([thomas.received.length, bob.received.length]).to.deep.equal([1, 1]);
    });

    it('lets a new connection take the place of the old one', async () => {
      const [, bob] = open as [WebSocketClient, WebSocketClient];
      const [old] = open as [WebSocketClient];
      const thomas = await connectAs('thomas');
      bob.send({ topic: 'sendMessage', recipient: 'thomas', message: 'to the new one' });
      expect(await thomas.next()).to.deep.equal({ message: 'to the new one', sender: 'bob' });
      old.send({ topic: 'sendMessage', recipient: 'bob', message: 'from the old one' });
      await sandbox.idle();
      expect([old.received.length, bob.received.length]).to.deep.equal([1, 1]);
      await old.close();
      expect(await connectedUsers()).to.deep.equal(['bob', 'thomas']);
    });

    it('delivers nothing after a disconnect, and nothing crashes', async () => {
      const [, bob, thomas] = open as [WebSocketClient, WebSocketClient, WebSocketClient];
      await bob.close();
      expect(await connectedUsers()).to.deep.equal(['thomas']);
      thomas.send({ topic: 'sendMessage', recipient: 'bob', message: 'are you there?' });
      thomas.send({ topic: 'sendMessage', recipient: 'eve', message: 'and you?' });
      await sandbox.idle();
      expect([thomas.received.length, bob.received.length]).to.deep.equal([1, 1]);
      expect(await invocationsOf('webchat-dev-Chat-onDisconnect')).to.equal(2);
    });

    it('forgets a connection that went away without a word', async () => {
      const [, , thomas] = open as [WebSocketClient, WebSocketClient, WebSocketClient];
      const Item = { username: { S: 'bob' }, currentWebsocket: { S: 'bm9ib2R5IGhlcmU=' } };
      const put = { TableName: 'UserDetaildev', Item };
      await sandbox.awsJson('dynamodb', 'DynamoDB_20120810.PutItem', put, REGION);
      expect(await connectedUsers()).to.deep.equal(['bob', 'thomas']);
      thomas.send({ topic: 'sendMessage', recipient: 'bob', message: 'are you there?' });
      expect(await connectedUsers()).to.deep.equal(['thomas']);
    });

    it('can be used with the client that is generated for it', async () => {
      const { chatOf } = await withGeneratedClient<UseOfClient>(project, 'dev', USE_OF_CLIENT);
      const { before, during, refused, message } = await chatOf(
        sandbox.httpUrl(String(dev.outputs['http_api_url'])),
        chat,
        WebSocket,
      );
      const connected = (users: readonly User[]) => users.filter((user) => user.connected).map(({ username }) => username);
      expect([connected(before), connected(during)]).to.deep.equal([['thomas'], ['bob', 'thomas']]);
      expect(refused).to.equal(true);
      expect(message).to.deep.equal({ message: 'Hello', sender: 'thomas' });
      expect(await connectedUsers()).to.deep.equal([]);
    });

    it('answers no route but the one that is declared', async () => {
      for (const [method, path] of [
        ['POST', 'users'],
        ['GET', 'users/thomas'],
        ['GET', ''],
      ] as const) {
        const response = await fetch(sandbox.httpUrl(`${dev.outputs['http_api_url']}/${path}`), { method });
        expect(response.status, `${method} /${path}`).to.equal(404);
      }
    });

    it('has nothing to do when nothing has changed', async () => {
      const printed = await dev.terraform.apply();
      expect(printed).to.include('No changes.').and.to.include('0 added, 0 changed, 0 destroyed');
      expect(await invocationsOf(SETUP)).to.equal(1);
    });

    it('redeploys only the function whose body has changed, and runs what runs after a deployment', async () => {
      await project.edit('src/user-directory.ts', '(a.username < b.username ? -1 : 1)', '(a.username < b.username ? 1 : -1)');
      await project.build();
      dev.terraform.hurry();
      await dev.terraform.update(project.path('nimbus.out', 'dev'));
      expect(await dev.terraform.planChanges()).to.deep.equal([
        'replace aws_lambda_invocation.Setup_setupBasicUsers',
        'update aws_lambda_function.UserDirectory_listUsers',
      ]);
      await dev.terraform.applyPlan();
      expect((await listUsers()).map(({ username }) => username)).to.deep.equal(['thomas', 'bob']);
      expect(await invocationsOf(SETUP)).to.equal(2);
      expect((await dev.terraform.output())['after_deployment_Setup_setupBasicUsers']).to.deep.equal([]);
    });
  });

  describe('in stage prod', () => {
    it('creates exactly what its module declares, and then has nothing to do', async () => {
      expect(prod.changes).to.deep.equal(await creationsOf('prod'));
      expect(await prod.terraform.planChanges()).to.deep.equal([]);
    });

    it('has no list of users', async () => {
      const response = await fetch(sandbox.httpUrl(`${prod.outputs['http_api_url']}/users`));
      expect(response.status).to.equal(404);
      const apis = (await sandbox.apis()).filter(({ name }) => name.startsWith('webchat-prod'));
      expect(apis.flatMap(({ routes }) => [...routes]).sort()).to.deep.equal([
        '$connect',
        '$disconnect',
        'POST /register',
        'sendMessage',
      ]);
    });

    it('has a website whose pages know the APIs', async () => {
      const site = String(prod.outputs['website_url_nimbusc-webchat']);
      const page = async (path: string): Promise<string> => {
        const response = await fetch(sandbox.httpUrl(`${site}/${path}`));
        expect(response.status, path).to.equal(200);
        return response.text();
      };
      expect(await page('')).to.equal(await project.read('website/index.html'));
      expect(await page('chat.html')).to.include('<script type="module" src="chat.js">');
      const live = async (path: string): Promise<string> =>
        (await project.read(`website/${path}`))
          .replace('${NIMBUS_REST_API_URL}', String(prod.outputs['http_api_url']))
          .replace('${NIMBUS_WEBSOCKET_API_URL}', String(prod.outputs['websocket_api_url']));
      expect(await page('register.js')).to.equal(await live('register.js'));
      const script = await page('chat.js');
      expect(script).to.equal(await live('chat.js'));
      expect(script).to.include(`new WebSocket(\`${prod.outputs['websocket_api_url']}?user=\${encodeURIComponent(user)}\`)`);
    });

    it('registers a new user from the website, once, who can chat then', async () => {
      const origin = String(prod.outputs['website_url_nimbusc-webchat']);
      const url = sandbox.httpUrl(`${prod.outputs['http_api_url']}/register`);
      const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
      const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin, ...asks } });
      expect(preflight.headers.get('access-control-allow-origin')).to.equal(origin);
      const headers = { origin, 'content-type': 'application/json' };
      const register = (username: string) => fetch(url, { method: 'POST', headers, body: JSON.stringify({ username }) });
      const first = await register('alice');
      expect([first.status, first.headers.get('access-control-allow-origin')]).to.deep.equal([200, origin]);
      const second = await register('alice');
      expect([second.status, await second.json()]).to.deep.equal([409, { message: 'the name is taken' }]);
      expect((await register('two words')).status).to.equal(400);
      const alice = await connect(`${sandbox.wsUrl(String(prod.outputs['websocket_api_url']))}?user=alice`);
      alice.send({ topic: 'sendMessage', recipient: 'alice', message: 'hello' });
      expect(await alice.next()).to.deep.equal({ message: 'hello', sender: 'alice' });
      await alice.close();
    });

    it('has users and connections of its own', async () => {
      expect(prod.outputs['after_deployment_Setup_setupBasicUsers']).to.deep.equal(['thomas', 'bob']);
      const url = sandbox.wsUrl(String(prod.outputs['websocket_api_url']));
      const bob = await connect(`${url}?user=bob`);
      bob.send({ topic: 'sendMessage', recipient: 'bob', message: 'a note to myself' });
      expect(await bob.next()).to.deep.equal({ message: 'a note to myself', sender: 'bob' });
      await bob.close();
    });

    it('is not destroyed, because it holds data that is protected', async () => {
      const refused = await prod.terraform.destroy().catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(Error);
      const message = (refused as Error).message.replace(/\s+/g, ' '); // Terraform breaks lines
      expect(message).to.include('aws_dynamodb_table.UserDetail has lifecycle.prevent_destroy set');
      expect(await prod.terraform.stateList()).to.include('aws_dynamodb_table.UserDetail');
    });
  });

  describe('after all that', () => {
    it('has had no crash, no refused call and no lost event', async () => {
      await sandbox.idle();
      expect((await sandbox.invocations()).filter(({ status }) => status !== 'succeeded')).to.deep.equal([]);
      expect(await sandbox.denied()).to.deep.equal([]);
      expect(await sandbox.dropped()).to.deep.equal([]);
      expect(sandbox.output).to.equal('');
    });

    it('has run each function with a role of its own', async () => {
      const invocations = await sandbox.invocations();
      expect(new Set(invocations.map((one) => one.function))).to.include.keys(
        'webchat-dev-Chat-onConnect',
        'webchat-dev-Chat-onDisconnect',
        'webchat-dev-Chat-onMessage',
        'webchat-dev-Setup-setupBasicUsers',
        'webchat-dev-UserDirectory-listUsers',
        'webchat-prod-Setup-setupBasicUsers',
      );
      for (const one of invocations) expect(one.role).to.equal(`arn:aws:iam::123456789012:role/${one.function}`);
    });

    it('is granted by name what it uses, and nothing else', async () => {
      await expectProved(sandbox, [dev.terraform, prod.terraform], { all: true });
      const grants = [...(await grantsOf(dev.terraform)), ...(await grantsOf(prod.terraform))];
      expect(grants.filter((one) => one.action.includes('*') || one.resource === '*')).to.deep.equal([]);
    });

    it('can do without none of its permissions', async () => {
      const chat = sandbox.wsUrl(String(dev.outputs['websocket_api_url']));
      const put = (TableName: string, Item: object): Promise<unknown> =>
        sandbox.awsJson('dynamodb', 'DynamoDB_20120810.PutItem', { TableName, Item }, REGION);
      const get = async (TableName: string, Key: object): Promise<unknown> =>
        ((await sandbox.awsJson('dynamodb', 'DynamoDB_20120810.GetItem', { TableName, Key }, REGION)) as { Item?: unknown }).Item;
      const user = (username: string, connection: string | null) =>
        put('UserDetaildev', {
          username: { S: username },
          currentWebsocket: connection === null ? { NULL: true } : { S: connection },
        });
      /** The next invocation from now on, when it has ended. A frame that was sent may not have been read yet. */
      const invocationAfter = async (name: string) => {
        const before = (await sandbox.invocations(name)).length;
        return async (): Promise<Invocation> => {
          for (const end = Date.now() + 10_000; ; await delay(20)) {
            const next = (await sandbox.invocations(name))[before];
            if (next !== undefined && next.status !== 'running') return next;
            if (Date.now() > end) throw new Error(`${name} is not invoked`);
          }
        };
      };
      const connections = async (): Promise<unknown> => {
        const request = { TableName: 'ConnectionDetaildev', Select: 'COUNT' };
        return ((await sandbox.awsJson('dynamodb', 'DynamoDB_20120810.Scan', request, REGION)) as { Count: number }).Count;
      };
      let count = 0;
      const steps: Steps = {
        'Chat.onConnect': async () => {
          await user('thomas', 'the former one');
          await (await connect(`${chat}?user=thomas`)).close();
        },
        'Chat.onDisconnect': async () => {
          await user('thomas', null);
          const before = await connections();
          const closed = await invocationAfter('webchat-dev-Chat-onDisconnect');
          await (await connect(`${chat}?user=thomas`)).close();
          expect((await closed()).result).to.deep.equal({ statusCode: 200 });
          expect(await connections()).to.equal(before);
          expect(await get('UserDetaildev', { username: { S: 'thomas' } })).to.deep.include({ currentWebsocket: { NULL: true } });
        },
        'Chat.onMessage': async () => {
          await user('thomas', null);
          // whose connection went away without a word
          await user('bob', 'bm9ib2R5IGhlcmU=');
          const thomas = await connect(`${chat}?user=thomas`);
          const sent = await invocationAfter('webchat-dev-Chat-onMessage');
          thomas.send({ topic: 'sendMessage', recipient: 'bob', message: 'are you there?' });
          const { result } = await sent().finally(() => thomas.close());
          expect(result).to.deep.equal({ statusCode: 200 });
          expect(await get('UserDetaildev', { username: { S: 'bob' } })).to.deep.include({ currentWebsocket: { NULL: true } });
        },
        'Registration.register': async () => {
          const headers = { 'content-type': 'application/json' };
          const body = JSON.stringify({ username: `carol${++count}` });
          const url = sandbox.httpUrl(`${dev.outputs['http_api_url']}/register`);
          expect((await fetch(url, { method: 'POST', headers, body })).status).to.equal(200);
        },
        'Setup.setupBasicUsers': async () => expect((await sandbox.invoke(SETUP, {}, REGION)).failed).to.equal(false),
        'UserDirectory.listUsers': async () => {
          expect((await fetch(sandbox.httpUrl(`${dev.outputs['http_api_url']}/users`))).status).to.equal(200);
        },
      };
      await expectEachGrantNeeded({ sandbox, terraform: dev.terraform, region: REGION }, steps);
    });

    it('leaves nothing of stage dev behind when that is destroyed', async () => {
      const names = async () => (await namesOfEverything(sandbox)).filter((name) => /webchat-dev|Detaildev/.test(name));
      expect(await names()).to.include.members([SETUP, `/aws/lambda/${SETUP}`, 'UserDetaildev', 'webchat-dev-http']);
      await dev.terraform.destroy();
      expect(await dev.terraform.stateList()).to.deep.equal([]);
      expect(await names()).to.deep.equal([]);
    });
  });
});

/** Of functions, roles, tables, log groups and APIs. */
async function namesOfEverything(sandbox: Sandbox): Promise<string[]> {
  const functions = await (await sandbox.aws('lambda', '/2015-03-31/functions/', {}, REGION)).text();
  const roles = await (await sandbox.aws('iam', '/?Action=ListRoles&Version=2010-05-08', { method: 'POST' }, REGION)).text();
  const tables = await sandbox.awsJson('dynamodb', 'DynamoDB_20120810.ListTables', {}, REGION);
  const logs = await sandbox.awsJson('logs', 'Logs_20140328.DescribeLogGroups', {}, REGION);
  return [
    ...(JSON.parse(functions) as { Functions: { FunctionName: string }[] }).Functions.map((one) => one.FunctionName),
    ...[...roles.matchAll(/<RoleName>([^<]*)/g)].map(([, name = '']) => name),
    ...(tables as { TableNames: string[] }).TableNames,
    ...(logs as { logGroups: { logGroupName: string }[] }).logGroups.map((one) => one.logGroupName),
    ...(await sandbox.apis()).map(({ name }) => name),
  ];
}
