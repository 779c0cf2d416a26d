// One project, deployed and in the local cloud: every scenario has the same outcome, every function has seen the same, and every
// client the same answers. Limits that AWS has and the sandbox has not are in test/unit/local/limits.test.ts.
import { expect } from 'chai';
import { HttpRequest, LocalNimbusDeployment } from '../../providers/local/index.js';
import type { QueueEvent } from '../../runtime/index.js';
import { devServer } from '../support/dev-server.js';
import { quietly } from '../support/local-project.js';
import { Project } from './support/project.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandboxBeside } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';
import { connect, type HandshakeRefused, type WebSocketClient } from './support/websocket-client.js';

const REGION = 'eu-west-1';

const USERS = ['ada', 'adam', 'grace'];

/** A class of that name stands for the project's. */
const named = (name: string): (new () => Record<string, (...args: never[]) => unknown>) => ({ [name]: class {} })[name] as never;

/** A pool with users and a group with one of them. Gives its id. */
async function createPool(sandbox: Sandbox): Promise<string> {
  const cognito = <T>(action: string, body: object): Promise<T> =>
    sandbox.awsJson('cognito-idp', `AWSCognitoIdentityProviderService.${action}`, body, REGION) as Promise<T>;
  const { UserPool } = await cognito<{ UserPool: { Id: string } }>('CreateUserPool', { PoolName: 'members' });
  const UserPoolId = UserPool.Id;
  for (const Username of USERS) {
    const UserAttributes = [{ Name: 'email', Value: `${Username}@example.com` }];
    await cognito('AdminCreateUser', { UserPoolId, Username, UserAttributes });
  }
  await cognito('CreateGroup', { UserPoolId, GroupName: 'staff' });
  return UserPoolId;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body: string;
}

interface Asked {
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'HEAD';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const COMPARED = ['content-type', 'x-seen'];
const ALLOWED = { authorization: 'tests' };

describe('The local cloud and what is deployed', function () {
  this.timeout('10m');
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let local: LocalNimbusDeployment;
  let url: string;
  let sockets: string;

  before(async function () {
    await requirementsOrSkip(this);
    [sandbox, project] = await startSandboxBeside(Project.copy('test/e2e/projects/parity'));
    await project.edit('src/resources.ts', 'eu-west-1_Placeholder', await createPool(sandbox));
    await project.build();
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
    const outputs = await terraform.output();
    url = sandbox.httpUrl(String(outputs['http_api_url']));
    sockets = sandbox.wsUrl(String(outputs['websocket_api_url']));
    local = await LocalNimbusDeployment.getNewInstance({ project: project.folder, httpPort: 0, webSocketPort: 0 });
    const pool = local.getUserPool(named('Members'));
    for (const user of USERS) pool.addUser(user, { email: `${user}@example.com` });
    pool.addGroup('staff');
  });

  after(async () => {
    local?.close();
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  const deployed = async ({ path, headers: given = {}, ...init }: Asked): Promise<Answer> => {
    const response = await fetch(`${url}/${path}`, { ...init, headers: { ...ALLOWED, ...given } });
    const headers = Object.fromEntries(COMPARED.map((name) => [name, response.headers.get(name)]));
    return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()).toString('latin1') };
  };

  const inProcess = async ({ path, method = 'GET', body, headers = {} }: Asked): Promise<Answer> => {
    // As fetch does.
    const type = body === undefined ? {} : { 'content-type': 'text/plain;charset=UTF-8' };
    const request = new HttpRequest(path, method).withHeaders({ ...type, ...ALLOWED, ...headers });
    let answer: Answer | undefined;
    await quietly(async () => {
      const result = await local.sendHttpRequest(body === undefined ? request : request.withBody(body));
      const seen = Object.fromEntries(COMPARED.map((name) => [name, result.headers[name] ?? null]));
      answer = { status: result.statusCode, headers: seen, body: Buffer.from(result.bytes).toString('latin1') };
    });
    return answer as Answer;
  };

  const json = { 'content-type': 'application/json' };
  const requests: readonly Asked[] = [
    {
      path: 'echo/42?a=1&a=2&b=%20x',
      method: 'POST',
      body: '{"name":"p","made":"2024-02-29T00:00:00Z"}',
      headers: { ...json, 'X-Own': 'y' },
    },
    { path: 'echo/a%20b%2Fc', method: 'POST', body: '{"name":"p"}', headers: { ...json, cookie: 'a=1; b=2' } },
    { path: 'echo/42', method: 'POST', body: '{"name":7,"made":"yesterday"}', headers: json },
    { path: 'echo/42', method: 'POST', body: '{"name"', headers: json },
    { path: 'echo/42', method: 'POST' },
    { path: 'echo/a/b%20c' },
    { path: 'echo/teapot' },
    { path: 'echo/crash' },
    { path: 'echo/bytes' },
    { path: 'text', method: 'POST', body: 'plain "text" \u00e9' },
    { path: 'text', method: 'POST' },
    { path: 'text', method: 'POST', body: '"json"', headers: json },
    { path: 'nothing' },
    { path: 'nowhere' },
    { path: 'text', method: 'PUT', body: 'x' },
    // Twice: the authorizer is asked once, unless it fails.
    ...['', 'ada', 'ada', 'eve', 'eve', 'refused', 'unknown', 'broken', 'broken'].map((authorization) => ({
      path: 'who',
      headers: { authorization },
    })),
    { path: 'nowhere', headers: { authorization: 'eve' } },
  ];
  for (const asked of requests) {
    it(`answer ${asked.method ?? 'GET'} ${asked.path} ${asked.body ?? ''} ${asked.headers?.['authorization'] ?? ''} alike`, async () => {
      expect(await inProcess(asked)).to.deep.equal(await deployed(asked));
    });
  }

  // The names are those of projects/parity/src/scenarios.ts, which a test below makes sure of.
  const names = ['numbers', 'bigints', 'values', 'keys', 'sizes', 'conditions', 'transactions', 'changes'];
  const all = [...names, 'queues', 'poison', 'groups', 'lists', 'streams', 'users', 'topics', 'files', 'calls', 'sockets'];
  for (const name of all) {
    it(`have the same outcome of ${name}`, async () => {
      const asked: Asked = { path: `run/${name}`, method: 'POST' };
      const [here, there] = [await inProcess(asked), await deployed(asked)];
      expect([here.status, there.status]).to.deep.equal([200, 200]);
      expect(JSON.parse(here.body)).to.deep.equal(JSON.parse(there.body));
    });
  }

  it('have run all scenarios', async () => {
    expect(JSON.parse((await inProcess({ path: 'scenarios' })).body)).to.deep.equal(all);
  });

  /** What a client of the WebSocket API lives through. */
  const session = async (at: string): Promise<unknown[]> => {
    const seen: unknown[] = [];
    const open = (name: string): Promise<WebSocketClient> => connect(`${at}?name=first&name=${encodeURIComponent(name)}`);
    for (const name of ['stranger', 'banned', 'asleep'])
      seen.push(
        await open(name).then(
          () => 'open',
          (error: HandshakeRefused) => error.status,
        ),
      );
    const [ada, bob] = [await open('ada'), await open('bob \u00fc')];
    const tell = (what: unknown, to?: string): void => ada.send({ topic: 'tell', what, ...(to !== undefined && { to }) });
    /** Without what is different each time. */
    const next = async (): Promise<void> => {
      const answer = await ada.next();
      const { connectionId: _, requestId: __, ...rest } = Object(answer);
      seen.push(typeof answer === 'object' ? rest : answer);
    };
    for (const what of ['text', 'bytes', 'largest']) {
      tell(what);
      await next();
      await next();
    }
    tell('tooLarge');
    await next();
    // Nothing is said of these: what comes next is the answer to what comes next.
    for (const what of [7, 'crash']) {
      tell(what);
      tell('text');
      await next();
      await next();
    }
    for (const raw of ['no JSON', '{"topic":"nobody"}', '{"topic":"$connect"}', '[]', Uint8Array.of(1, 255)]) {
      ada.send(raw);
      await next();
    }
    bob.send({ topic: 'tell', what: 'who' });
    const { own } = (await bob.next()) as { own: string };
    tell('text', own);
    await next();
    seen.push(await bob.next());
    tell('leave', own);
    seen.push((await bob.closed).code);
    tell('text', own);
    await next();
    // Gone, and not told about.
    ada.send('x'.repeat(128 * 1024 + 1));
    seen.push((await ada.closed).code);
    const carl = await open('carl');
    await carl.close();
    return seen;
  };

  it('treat the clients of the WebSocket API alike', async () => {
    const here: unknown[] = [];
    const at = (await local.startWebSocketServer()).replace('localhost', '127.0.0.1');
    await quietly(async () => here.push(...(await session(at))));
    await local.stopAllServers();
    const there = await session(sockets);
    expect(here).to.deep.equal(there);
    expect(here.slice(0, 3)).to.satisfy((statuses: number[]) => statuses.every((status) => status >= 400));
    expect(here).to.deep.include({ sent: 'throws ConnectionGoneException', on: '1970-01-01T00:00:00.000Z' });
    expect(here.slice(-1)).to.deep.equal([1009]);
  });

  it('give up the same messages', async () => {
    await sandbox.idle();
    for (const [queue, count] of [
      ['parity-poison', 3],
      ['parity-ordered', 2],
      ['parity-lists', 1],
    ] as const) {
      const name = `e2e-parity-dev-${queue}-dlq${queue === 'parity-ordered' ? '.fifo' : ''}`;
      const request = { QueueUrl: `${sandbox.endpoint}/123456789012/${name}`, MaxNumberOfMessages: 10 };
      const { Messages = [] } = (await sandbox.awsJson('sqs', 'AmazonSQS.ReceiveMessage', request, REGION)) as {
        Messages?: readonly { readonly Body: string }[];
      };
      const here = local.getQueue(queue).deadLetters.map(({ body }) => body);
      expect(here, queue).to.have.members(Messages.map(({ Body }) => Body));
      expect(here, queue).to.have.length(count);
    }
  });

  it('wait as long until a failed message comes again', async () => {
    const { visibility_timeout_seconds: seconds } = (await terraform.state())['aws_sqs_queue.parity-poison'] as Record<
      string,
      number
    >;
    const other = await LocalNimbusDeployment.getNewInstance({ project: project.folder });
    const queue = other.getQueue('parity-poison');
    await quietly(async () => {
      for (const name of ['before', 'bad', 'after']) await queue.add({ name });
    });
    const calls = other.getMethod(named('Listeners'), 'taste').invocations as readonly { arguments: readonly unknown[] }[];
    const sent = calls.map((call) => Number((call.arguments[1] as QueueEvent).attributes['SentTimestamp']));
    other.close();
    // Twice handed out, and then a dead letter.
    expect(calls).to.have.length(4);
    expect(((sent.at(-1) as number) - (sent[0] as number)) / 1000).to.be.within(
      2 * (seconds as number),
      2 * (seconds as number) + 10,
    );
  });

  it('have shown functions the same events', async () => {
    await sandbox.idle();
    const [here, there] = [await inProcess({ path: 'logs' }), await deployed({ path: 'logs' })];
    const seen = JSON.parse(here.body) as Record<string, string[]>;
    expect(Object.keys(seen)).to.include.members([
      'job',
      'line default',
      'created bytes',
      'deleted bytes',
      'inserted s',
      'modified s',
      'removed s',
      'asked about ada',
      'asked about broken',
      'connected stranger',
      'disconnected 1009',
      'list from 1',
      'ordered A',
      'step x',
      'tasted bad',
    ]);
    expect(seen).to.deep.include({
      'asked about eve': ['GET /who'],
      'asked about broken': ['GET /who', 'GET /who'],
      'disconnected 1000': ['here', 'here'],
      'disconnected 1009': ['here'],
      'list from 1': ['1,2,3 of 3'],
      'list from 4': ['4,6 of 2'],
      'ordered A': ['a1', 'late a2', 'late a2', 'a3', 'a4'],
      // What waits behind a message in its batch is received as often as that, and given up with it.
      'ordered B': ['b1', 'bad', 'bad', 'bad'],
      'step x': ['1', '2', '2', '3', '4', '5'],
      'tasted bad': ['1', '2'],
    });
    expect(seen).to.deep.equal(JSON.parse(there.body));
  });

  it('keep connections while another version is deployed', async () => {
    const dev = await devServer(project.folder);
    const places = [`ws://127.0.0.1:${dev.server.cloud.addresses.webSocketPort}`, sockets];
    const clients = await Promise.all(places.map((at) => connect(`${at}?name=ada`)));
    const texts = () =>
      Promise.all(
        clients.map(async (client) => {
          client.send({ topic: 'tell', what: 'text' });
          const text = await client.next();
          await client.next();
          return text;
        }),
      );
    try {
      expect(await texts()).to.deep.equal(['caf\u00e9 \u{1f388}', 'caf\u00e9 \u{1f388}']);
      await project.edit('src/socket.ts', "'caf", "'new caf");
      await dev.server.rebuild();
      await project.build();
      await terraform.update(project.path('nimbus.out', 'dev'));
      // Only the function that has changed, so that it does not take as long as all.
      await terraform.apply('-refresh=false', '-target=aws_lambda_function.Socket_tell');
      expect(await texts()).to.deep.equal(['new caf\u00e9 \u{1f388}', 'new caf\u00e9 \u{1f388}']);
    } finally {
      for (const client of clients) await client.close();
      await dev.server.close();
    }
  });
});
