// What test/sandbox/README.md promises, service by service, with real Terraform and functions that really run.
import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { REGION, servicesStack } from './support/services-stack.js';
import { buildStack } from './support/stack.js';
import { changesOf, TerraformWorkspace } from './support/terraform.js';
import { connect, type HandshakeRefused, type WebSocketClient } from './support/websocket-client.js';

const ORIGIN = 'https://app.example';

interface Records {
  readonly Records: readonly { readonly body: string; readonly eventName?: string }[];
}

describe('The services of the sandbox', function () {
  this.timeout('10m');
  const folders: string[] = [];
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let outputs: Record<string, unknown>;
  let api: string;

  const stack = async (...options: Parameters<typeof servicesStack>) => {
    const folder = await buildStack('services', servicesStack(...options));
    folders.push(folder);
    return folder;
  };

  /** What a function wrote into the table `st-seen`. */
  const seen = async (id: string): Promise<string | undefined> => {
    const key = { TableName: 'st-seen', Key: { id: { S: id } } };
    const found = await sandbox.awsJson('dynamodb', 'DynamoDB_20120810.GetItem', key, REGION);
    return (found as { Item?: { what: { S: string } } }).Item?.what.S;
  };

  const sqs = async <T>(operation: string, queue: string, body: object = {}): Promise<T> => {
    const QueueUrl = `${sandbox.endpoint}/123456789012/${queue}`;
    return (await sandbox.awsJson('sqs', `AmazonSQS.${operation}`, { QueueUrl, ...body }, REGION)) as T;
  };

  const waiting = async (queue: string): Promise<string[]> => {
    const { Messages = [] } = await sqs<{ Messages?: { Body: string }[] }>('ReceiveMessage', queue);
    return Messages.map(({ Body }) => Body);
  };

  const batches = async (source: string): Promise<readonly Records['Records'][]> =>
    (await sandbox.invocations()).filter((one) => one.source.includes(source)).map(({ event }) => (event as Records).Records);

  const put = (id: string, body: object) => fetch(`${api}/items/${id}`, { method: 'PUT', body: JSON.stringify(body) });

  before(async function () {
    await requirementsOrSkip(this);
    sandbox = await startSandbox();
    terraform = await TerraformWorkspace.create(await stack({ after: 'main', version: '1' }), { sandbox });
    await terraform.apply();
    outputs = await terraform.output();
    api = sandbox.httpUrl(String(outputs.http));
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  describe('deployment', () => {
    it('runs what is to run after it, and leaves nothing to do', async () => {
      expect(outputs.after).to.equal('{"done":"1"}');
      expect(changesOf(await terraform.plan())).to.deep.equal([]);
    });
  });

  describe('HTTP APIs', () => {
    it('decode path parameters', async () => {
      expect((await put('a%20b', { owner: 'ann' })).status).to.equal(201);
      const got = await fetch(`${api}/items/a%20b`);
      expect(await got.json()).to.deep.equal({ id: 'a b', owner: 'ann' });
    });

    it('prefer a literal segment to a parameter, and both to a greedy one', async () => {
      expect(await (await fetch(`${api}/items/special`)).json()).to.deep.equal({ plain: 'object' });
      const greedy = { route: 'GET /{rest+}', rest: 'x/y', path: '/v1/x/y', query: { a: '1,2' } };
      expect(await (await fetch(`${api}/x/y?a=1&a=2`)).json()).to.deep.equal(greedy);
    });

    it('answer 404 without a route, 500 without a permission or after an error, 503 after a timeout', async () => {
      const requests = { '/items/1': 'DELETE', '/forbidden': 'GET', '/thrower': 'GET', '/slow': 'GET' };
      const answers = Object.entries(requests).map(([path, method]) => fetch(api + path, { method }));
      expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal([404, 500, 500, 503]);
      const refused = (await sandbox.denied()).map(({ role, resource }) => `${role} ${resource.split(':').at(-1)}`);
      expect(refused).to.deep.equal(['apigateway.amazonaws.com st-echo']);
    });

    it('answer preflights themselves, except where a route takes them', async () => {
      const headers = { origin: ORIGIN, 'access-control-request-method': 'PUT' };
      const preflight = await fetch(`${api}/items/1`, { method: 'OPTIONS', headers });
      expect(preflight.status).to.equal(204);
      const methods = preflight.headers.get('access-control-allow-methods');
      expect(methods?.split(',')).to.have.members(['GET', 'PUT']);
      const taken = await fetch(`${api}/any`, { method: 'OPTIONS', headers });
      expect(await taken.json()).to.deep.equal({ method: 'OPTIONS' });
    });

    it('allow the origins that they are told to allow', async () => {
      const allowed = async (origin: string) =>
        (await fetch(`${api}/z`, { headers: { origin } })).headers.get('access-control-allow-origin');
      expect(await allowed(ORIGIN)).to.equal(ORIGIN);
      expect(await allowed('https://else.example')).to.equal(null);
    });

    it('ask their authorizer, and remember its answer for each identity', async () => {
      const guarded = (authorization?: string) =>
        fetch(`${api}/guarded`, authorization === undefined ? {} : { headers: { authorization } });
      expect((await guarded()).status).to.equal(401);
      expect((await guarded('bad')).status).to.equal(403);
      expect((await guarded('crash')).status).to.equal(500);
      expect(await (await guarded('good')).json()).to.deep.equal({ user: 'ann' });
      expect((await guarded('good')).status).to.equal(200);
      expect(await sandbox.invocations('st-authorizer')).to.have.length(3);
    });
  });

  describe('permissions', () => {
    const attempt = async (what: string): Promise<unknown> => {
      const response = await fetch(`${api}/try/${what}`, { method: 'POST' });
      const { name, result } = (await response.json()) as { name?: string; result?: unknown };
      return name ?? result ?? 'done';
    };

    it('are those of the role of the function, by operation and ARN', async () => {
      expect(await attempt('delete'), 'an action that is not granted').to.equal('AccessDeniedException');
      expect(await attempt('index'), 'an index by its own ARN').to.equal(1);
      expect(await attempt('batch'), 'a batch over two tables, one of them granted').to.equal('AccessDeniedException');
      expect(await attempt('transact'), 'a transaction, by its parts').to.equal('done');
      expect(await attempt('publish'), 'no statement on the topic').to.match(/^(Authorization|AccessDenied)/);
      expect(await attempt('secret'), 'granted by ARN, called by name').to.equal('s3cr3t');
      expect(await attempt('send')).to.equal('done');
    });

    it('of a bucket may end at a prefix, and hide what is missing', async () => {
      expect(await attempt('put')).to.equal('done');
      expect(await attempt('get')).to.equal('from lambda');
      expect(await attempt('elsewhere')).to.equal('AccessDenied');
      expect(await attempt('missing'), 'without s3:ListBucket').to.equal('AccessDenied');
    });

    it('let a function call another, and the APIs under their own names', async () => {
      expect(await attempt('invoke')).to.deep.equal({ event: { hello: 1 }, name: 'st-echo', left: true });
      expect(await attempt('fetch')).to.include({ path: '/v1/hello' });
    });

    it('are listed when they were missing', async () => {
      const denied = (await sandbox.denied()).filter((one) => one.function === 'st-api').map(({ action }) => action);
      const expected = ['DeleteItem', 'BatchWriteItem', 'Publish', 'PutObject', 'ListBucket'];
      expect(denied.map((action) => action.split(':')[1])).to.deep.equal(expected);
    });

    it('are needed by nobody for a public object, and by everybody else', async () => {
      expect((await fetch(`${sandbox.endpoint}/st-site/index.html`)).status).to.equal(200);
      expect((await fetch(`${sandbox.endpoint}/st-files/out/made.txt`)).status).to.equal(403);
    });
  });

  describe('functions', () => {
    it('fail as on AWS', async () => {
      const thrown = await sandbox.invoke('st-thrower', { what: 'thing' }, REGION);
      expect(thrown.failed).to.equal(true);
      expect(thrown.payload).to.include({ errorType: 'TypeError', errorMessage: 'bad thing' });
      expect(thrown.logs).to.include('TypeError');
      const late = await sandbox.invoke('st-slow', {}, REGION);
      expect((late.payload as { errorMessage: string }).errorMessage).to.include('Task timed out after 1.00 seconds');
    });

    it('stand still between invocations', async () => {
      await sandbox.invoke('st-frozen', {}, REGION);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(await seen('late'), 'what was not awaited').to.equal(undefined);
    });

    it('are tried three times when called asynchronously', async () => {
      const path = '/2015-03-31/functions/st-thrower/invocations';
      const headers = { 'x-amz-invocation-type': 'Event' };
      await sandbox.aws('lambda', path, { method: 'POST', headers, body: '{"what":"event"}' }, REGION);
      await sandbox.idle();
      const attempts = (await sandbox.invocations('st-thrower')).filter(({ type }) => type === 'Event');
      expect(attempts.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
      expect((await sandbox.dropped()).map(({ what }) => what)).to.include('async invocation of st-thrower');
    });
  });

  describe('triggers', () => {
    it('of a queue: batches, items that come again, and in the end a dead-letter queue', async () => {
      const Entries = ['one', 'two', 'once', 'always'].map((MessageBody, at) => ({
        Id: `m${at}`,
        MessageBody,
      }));
      await sqs('SendMessageBatch', 'st-jobs', { Entries });
      await sandbox.idle();
      const bodies = (await batches(':st-jobs')).map((batch) => batch.map(({ body }) => body));
      const sent = ['one', 'two', 'once', 'always'];
      expect(bodies).to.deep.equal([['from lambda'], sent, ['once', 'always']]);
      expect(await waiting('st-dead')).to.deep.equal(['always']);
    });

    it('of a FIFO queue: in order within a group', async () => {
      const send = (MessageBody: string, MessageGroupId: string) =>
        sqs('SendMessage', 'st-ordered.fifo', { MessageBody, MessageGroupId });
      for (const body of ['a1', 'a2', 'a3']) await send(body, 'a');
      await send('b1', 'b');
      await sandbox.idle();
      const bodies = (await batches(':st-ordered.fifo')).flat().map(({ body }) => body);
      expect(bodies.filter((body) => body.startsWith('a'))).to.deep.equal(['a1', 'a2', 'a3']);
      expect(bodies).to.include('b1').and.to.have.length(4);
    });

    it('of a table: the kinds of change that pass the filter', async () => {
      await put('s1', { n: 1 });
      await put('s1', { n: 2 });
      await sandbox.idle();
      expect(await seen('stream:s1')).to.equal('INSERT');
      const kinds = (await batches(':table/st-items/stream/')).flat().map(({ eventName }) => eventName);
      expect(new Set(kinds)).to.deep.equal(new Set(['INSERT']));
    });

    it('of a table: what fails to the end goes to the failure destination, the rest goes on', async () => {
      await Promise.all(['p1', 'poison', 'p2'].map((id) => put(id, {})));
      await sandbox.idle();
      expect([await seen('stream:p1'), await seen('stream:p2')]).to.deep.equal(['INSERT', 'INSERT']);
      const [lost, ...more] = await waiting('st-poisoned');
      expect(more).to.deep.equal([]);
      expect(JSON.parse(lost ?? '{}')).to.have.nested.property('DDBStreamBatchInfo.batchSize', 1);
    });

    it('of a topic, a bucket and two kinds of schedule', async () => {
      const publish = new URLSearchParams({ Action: 'Publish', Message: 'm1', Subject: 's1', TopicArn: '' });
      publish.set('TopicArn', String((await terraform.stateShow('aws_sns_topic.news')).arn));
      await sandbox.aws('sns', '/', { method: 'POST', body: publish }, REGION);
      for (const key of ['in/a.txt', 'elsewhere/a.txt']) {
        await sandbox.aws('s3', `/st-files/${key}`, { method: 'PUT', body: 'x' }, REGION);
      }
      await sandbox.fireRule('st-nightly');
      await sandbox.idle();
      expect(await seen('sns:m1')).to.equal('s1');
      expect(await seen('s3:in%2Fa.txt')).to.equal('ObjectCreated:Put');
      expect(await seen('s3:elsewhere%2Fa.txt')).to.equal(undefined);
      expect(await seen('due:Scheduled Event')).to.equal('aws.events');
      await sandbox.fireRule('st-hourly');
      await sandbox.idle();
      expect(await seen('due:Scheduled Event')).to.equal('aws.scheduler');
    });
  });

  describe('WebSocket APIs', () => {
    let url: string;
    let ann: WebSocketClient;

    const refusal = async (where: string) => ((await connect(where).catch((error: unknown) => error)) as HandshakeRefused).status;

    before(async () => {
      url = sandbox.wsUrl(String(outputs.ws));
      ann = await connect(`${url}?token=good`);
    });

    it('refuse a handshake with the status that $connect returned', async () => {
      expect(await refusal(`${url}?token=bad`)).to.equal(401);
      expect(await refusal(`${url}?token=crash`)).to.equal(502);
      expect(await refusal(url.replace('/dev', '/none'))).to.equal(403);
    });

    it('route messages, and answer where a route response says so', async () => {
      ann.send({ topic: 'send', text: 'hi' });
      expect(await ann.next()).to.deep.equal({ echoed: 'hi' });
      ann.send({ topic: 'ask' });
      expect(await ann.next()).to.deep.equal({ answer: 42 });
      ann.send('not json');
      expect(await ann.next()).to.include({ message: 'Forbidden' });
    });

    it('deliver to other connections, until those are gone', async () => {
      const bob = await connect(`${url}?token=good`);
      const to = await seen('connected');
      ann.send({ topic: 'relay', to, text: 'to bob' });
      expect(await bob.next()).to.deep.equal({ relayed: 'to bob' });
      await bob.close();
      await sandbox.idle();
      expect(await seen('disconnected')).to.equal(to);
      ann.send({ topic: 'relay', to, text: 'anyone?' });
      expect(await ann.next()).to.deep.equal({ failed: 'GoneException', status: 410 });
    });

    it('check the permission for each method of @connections', async () => {
      ann.send({ topic: 'look' });
      expect(await ann.next()).to.deep.equal({ failed: 'AccessDeniedException', status: 403 });
      ann.send({ topic: 'leave' });
      expect(await ann.closed).to.deep.equal({ code: 1000, reason: 'Connection Closed Normally' });
    });

    it('close a connection on which a frame is too large', async () => {
      const client = await connect(`${url}?token=good`);
      client.send({ topic: 'send', text: 'x'.repeat(33 * 1024) });
      expect(await client.closed).to.include({ code: 1009 });
      await sandbox.idle();
      expect(await sandbox.connections()).to.deep.equal([]);
    });
  });

  describe('websites', () => {
    it('have an index and an error document', async () => {
      const site = sandbox.httpUrl(String(outputs.site));
      const texts = ['/', '/index.html', '/none'].map(async (path) => {
        const response = await fetch(site + path);
        return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`;
      });
      const [index, oops] = ['200 text/html <p>index', '404 text/html <p>oops'];
      expect(await Promise.all(texts)).to.deep.equal([index, index, oops]);
    });
  });

  describe('the sandbox itself', () => {
    it('tells which permissions were granted in vain', async () => {
      const { unused } = await sandbox.usedPermissions();
      const vain = unused.map(({ role, action }) => `${role.split('/').at(-1)} ${action}`);
      expect(vain).to.deep.equal(['st-api dynamodb:BatchWriteItem', 'st-frozen dynamodb:PutItem']);
    });

    it('runs new code after the next deployment', async () => {
      await terraform.update(await stack({ after: 'after-again', version: '2' }));
      await terraform.apply();
      expect(await terraform.output()).to.include({ after: '{"again":"2"}' });
    });

    it('forgets everything when it is destroyed and reset', async () => {
      await terraform.destroy();
      expect(await terraform.stateList()).to.deep.equal([]);
      await sandbox.clear();
      expect([await sandbox.invocations(), await sandbox.denied(), await sandbox.dropped()]).to.deep.equal([[], [], []]);
      expect((await sandbox.usedPermissions()).used).to.deep.equal([]);
      const topics = async () => (await sandbox.aws('sns', '/?Action=ListTopics', {}, REGION)).text();
      await sandbox.aws('sns', '/?Action=CreateTopic&Name=st-left-over', {}, REGION);
      expect(await topics()).to.include('st-left-over');
      await sandbox.reset();
      expect(await topics()).not.to.include('st-left-over');
      expect(sandbox.output).to.equal('');
    });
  });
});
