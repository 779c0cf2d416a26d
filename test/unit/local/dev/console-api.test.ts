import { request as httpRequest } from 'node:http';
import { expect } from 'chai';
import type {
  ConsoleEvent,
  ConsoleGraph,
  ConsoleState,
  FilePage,
  FunctionDetail,
  InvocationResult,
  LogLine,
  QueueDetail,
  StorePage,
  TopicDetail,
} from '../../../../providers/local/console/api.js';
import { refusal } from '../../../../providers/local/console/guard.js';
import { itemJson, itemOf, keyOf, keyText } from '../../../../providers/local/console/items.js';
import { devServer, eventually, type TestDevServer } from '../../../support/dev-server.js';
import { openSocket, textsOf } from '../../../support/sockets.js';
import { type TempProject, tempProject } from '../../../support/temp-project.js';

const source = `import {
  Attribute, BasicServerlessFunction, ClientBuilder, DocumentStore, DocumentStoreServerlessFunction, FileStorageBucket,
  type FileStorageEvent, FileStorageEventType, FileStorageServerlessFunction, HttpMethod, HttpServerlessFunction, Key,
  NotificationServerlessFunction, NotificationTopic, Queue, QueueServerlessFunction, StoreEventType, UsesDocumentStore,
  type WebSocketEvent, WebSocketServerlessFunction,
} from 'nimbusc';
declare const console: { log(...what: unknown[]): void };
@DocumentStore() export class Note { @Key() id = ''; @Attribute() text = ''; @Attribute() size = 0; }
@Queue({ id: 'jobs', maxReceiveCount: 1 }) export class Jobs {}
@NotificationTopic({ topicName: 'news' }) export class News {}
@FileStorageBucket({ bucketName: 'inbox' }) export class Inbox {}
export class App {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'notes/{id}' }) @UsesDocumentStore(Note)
  async add(note: Note): Promise<Note> { await this.notes.put(note); return note; }
  @BasicServerlessFunction() double(n: number): number { console.log('doubling', n); return 2 * n; }
  @BasicServerlessFunction() fail(): void { throw new TypeError('it failed'); }
  @QueueServerlessFunction({ queue: Jobs, batchSize: 1 }) work(job: { kind: string }): void {
    console.log('work', job.kind);
    if (job.kind === 'bad') throw new Error('bad job');
  }
  @NotificationServerlessFunction({ topic: 'news' }) hear(news: { title: string }): void { console.log('heard', news.title); }
  @FileStorageServerlessFunction({ bucketName: 'inbox', eventType: FileStorageEventType.OBJECT_CREATED })
  file(event: FileStorageEvent): void { console.log('file', event.key); }
  @DocumentStoreServerlessFunction({ dataModel: Note, method: StoreEventType.INSERT }) noted(note: Note): void { console.log('noted', note.text); }
  @WebSocketServerlessFunction({ topic: 'say' }) say(message: { topic: 'say'; text: string }, event: WebSocketEvent): void {
    console.log('said', message.text, event.requestContext.connectionId);
  }
}
`;

describe("the console's API", function () {
  this.timeout(60_000);
  let project: TempProject;
  let dev: TestDevServer;
  before(async () => {
    project = tempProject({
      'src/app.ts': source,
      'nimbus.yml': 'projectName: test\ndefaultStages: [dev]\ndiagnostics:\n  NIM1502: off\n',
    });
    dev = await devServer(project.dir);
  });
  after(async () => {
    await dev.server.close();
    project.remove();
  });
  const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
  const id = encodeURIComponent;
  const has = (line: string) => (): boolean => dev.lines().includes(line);
  /** With headers that `fetch` does not let one set. */
  const statusOf = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${dev.origin}${path}`, { headers, method, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', reject);
      request.end(method === 'GET' ? undefined : '{"body":1}');
    });
  const invoke = (name: string, body: unknown) => dev.api<InvocationResult>(`functions/${name}/invoke`, post(body));

  it('tells what there is', async () => {
    const state = await dev.api<ConsoleState>('state');
    expect(state.project).to.equal('test');
    expect(state.functions.map(({ name }) => name)).to.include.members(['App.add', 'App.double', 'App.work']);
    expect(state.functions.find(({ name }) => name === 'App.add')?.triggers).to.deep.equal(['POST /notes/{id}']);
    expect(state.stores).to.deep.equal([{ id: 'document-store:Note', name: 'Note', kind: 'document-store', key: 'id', size: 0 }]);
    expect(state.queues.map(({ name }) => name)).to.deep.equal(['jobs']);
    expect(state.build).to.include({ number: 1, failed: false });
    const graph = await dev.api<ConsoleGraph>('graph');
    expect(graph.edges.some(({ kind, to }) => kind === 'uses' && to === 'document-store:Note')).to.equal(true);
    const detail = await dev.api<FunctionDetail>('functions/App.add');
    expect(detail.permissions).to.deep.equal([{ resource: 'document-store:Note', operations: ['put'] }]);
    expect(detail.example).to.deep.equal({ method: 'POST', path: '/notes/id', body: {} });
  });

  it('calls functions, and gives their results and logs', async () => {
    const { result, logs, invocation } = await invoke('App.double', { body: 21 });
    expect(result).to.equal(42);
    expect(logs.map(({ text }) => text)).to.deep.equal(['doubling 21']);
    expect(invocation).to.include({ function: 'App.double', via: 'the console', error: null });
    expect(invocation.milliseconds).to.be.greaterThan(0);
    const failed = await invoke('App.fail', {});
    expect(failed.result).to.equal(null);
    expect(failed.invocation.error).to.include({ name: 'TypeError', message: 'it failed' });
    expect(failed.invocation.error?.stack.join()).to.contain('src/app.ts:');
    const added = await invoke('App.add', { path: '/notes/1', body: { id: 'http', text: 'x', size: 1 } });
    expect(added.result).to.include({ statusCode: 200 });
    expect(await failureOf(invoke('App.add', { path: '/else' }))).to.match(/^400: POST \/else does not lead to App.add/);
    expect(await failureOf(invoke('App.none', {}))).to.equal('404: there is no function App.none');
    await invoke('App.work', { body: { kind: 'good' } });
    await invoke('App.hear', { body: { title: 'a' } });
    await invoke('App.file', { path: 'a b.txt' });
    await invoke('App.noted', { body: { newItem: { id: 'n', text: 'hello', size: 0 } } });
    await invoke('App.say', { body: { text: 'hi' }, connection: 'me' });
    const lines = dev.lines();
    expect(lines).to.include.members([
      'App.work: work good',
      'App.hear: heard a',
      'App.file: file a b.txt',
      'App.noted: noted hello',
      'App.say: said hi me',
    ]);
    const since = (await dev.api<LogLine[]>('logs?function=App.say&after=0'))[0] as LogLine;
    expect(since.text).to.equal('said hi me');
    expect(await dev.api<LogLine[]>(`logs?function=App.say&after=${since.number}`)).to.deep.equal([]);
  });

  it('shows, writes and removes items of stores', async () => {
    const items = `stores/${id('document-store:Note')}/items`;
    for (let n = 0; n < 5; n++) {
      const item = { id: `n${n}`, text: `text ${n}`, size: n };
      await dev.api(items, { method: 'PUT', body: JSON.stringify({ item }) });
    }
    await eventually(has('App.noted: noted text 4'));
    const found: string[] = [];
    let after = '';
    for (;;) {
      const page = await dev.api<StorePage>(`${items}?limit=2${after}`);
      found.push(...page.entries.map(({ item }) => item['id'] as string));
      if (page.next === null) break;
      after = `&after=${id(page.next)}`;
    }
    expect(found).to.have.members(['http', 'n0', 'n1', 'n2', 'n3', 'n4']);
    const search = await dev.api<StorePage>(`${items}?search=TEXT%203`);
    expect(search).to.deep.include({ total: 1, next: null });
    expect(search.entries[0]).to.deep.equal({ key: 'sn3', item: { id: 'n3', text: 'text 3', size: 3 } });
    await dev.api(`${items}/${id('sn3')}`, { method: 'DELETE' });
    expect((await dev.api<StorePage>(items)).total).to.equal(5);
    const put = (item: unknown) => failureOf(dev.api(items, { method: 'PUT', body: JSON.stringify({ item }) }));
    expect(await put({ text: 'x' })).to.equal('400: the item has no id, which is its key');
    expect(await put({ id: 3 })).to.match(/^400: id is the key/);
    expect(await put({ id: '' })).to.match(/^400: put to Note: .*empty/);
    expect(await put({ id: 'x', text: 'x'.repeat(400 * 1024) })).to.match(/^400: .*Item size/);
  });

  it('sends to queues, and shows and sends again what failed', async () => {
    const queue = `queues/${id('queue:jobs')}`;
    await dev.api(`${queue}/messages`, post({ message: { kind: 'fine' } }));
    await eventually(has('App.work: work fine'));
    expect(await dev.api<QueueDetail>(queue)).to.include({ size: 0, deadLetters: 0 });
    await dev.api(`${queue}/messages`, post({ message: { kind: 'bad' } }));
    await eventually(has('App.work: work bad'));
    const detail = await dev.api<QueueDetail>(queue);
    expect(detail.messages.map(({ body, inFlight }) => [body, inFlight])).to.deep.equal([['{"kind":"bad"}', true]]);
    expect(await failureOf(dev.api(`${queue}/messages`, post({ message: '' })))).to.match(/^400: /);
    expect(await dev.api(`${queue}/redrive`, post({}))).to.deep.equal({ moved: 0 });
  });

  it('publishes to topics', async () => {
    const topic = `topics/${id('notification-topic:news')}`;
    await dev.api(`${topic}/messages`, post({ message: { title: 'b' } }));
    await eventually(has('App.hear: heard b'));
    expect((await dev.api<TopicDetail>(topic)).messages).to.deep.equal([{ title: 'b' }]);
  });

  it('uploads, gives and removes files', async () => {
    const [bucket] = (await dev.api<ConsoleState>('state')).buckets;
    const files = `buckets/${id(bucket?.id ?? '')}/files`;
    const bytes = new Uint8Array([0, 255, 7]);
    await dev.api(`${files}/${id('a/b c.bin')}`, { method: 'PUT', body: bytes, headers: { 'content-type': 'image/x' } });
    await eventually(has('App.file: file a/b c.bin'));
    const page = await dev.api<FilePage>(`${files}?prefix=a/`);
    expect(page.files.map(({ path, size, contentType }) => [path, size, contentType])).to.deep.equal([
      ['a/b c.bin', 3, 'image/x'],
    ]);
    const response = await fetch(`${dev.origin}/_nimbus/api/${files}/${id('a/b c.bin')}`);
    expect([...new Uint8Array(await response.arrayBuffer())]).to.deep.equal([...bytes]);
    expect(response.headers.get('content-disposition')).to.match(/^attachment; filename="b c.bin"/);
    // A path is a name: it leads nowhere.
    await dev.api(`${files}/${id('../../outside.txt')}`, { method: 'PUT', body: 'x' });
    expect((await dev.api<FilePage>(files)).files.map(({ path }) => path)).to.deep.equal(['../../outside.txt', 'a/b c.bin']);
    await dev.api(`${files}/${id('a/b c.bin')}`, { method: 'DELETE' });
    expect(await failureOf(dev.api(`${files}/${id('a/b c.bin')}`))).to.match(/^404/);
  });

  it('sends over open connections, and closes them', async () => {
    const socket = await openSocket(`ws://127.0.0.1:${dev.server.cloud.addresses.webSocketPort}`);
    const [connection] = (await dev.api<ConsoleState>('state')).connections;
    await dev.api(`connections/${connection?.id}/messages`, post({ message: { hello: 1 } }));
    expect(await textsOf(socket, 1)).to.deep.equal(['{"hello":1}']);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await dev.api(`connections/${connection?.id}`, { method: 'DELETE' });
    expect(await closed).to.equal(1000);
    expect(await failureOf(dev.api(`connections/${connection?.id}`, { method: 'DELETE' }))).to.match(/^400: .*closed/);
  });

  it('tells of everything as it happens', async () => {
    const abort = new AbortController();
    const response = await fetch(`${dev.origin}/_nimbus/api/events`, { signal: abort.signal });
    const seen: ConsoleEvent[] = [];
    const reading = (async () => {
      let text = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString();
        const parts = text.split('\n\n');
        text = parts.pop() as string;
        for (const part of parts) if (part.startsWith('data: ')) seen.push(JSON.parse(part.slice(6)) as ConsoleEvent);
      }
    })().catch(() => {});
    await invoke('App.add', { path: '/notes/1', body: { id: 'new', text: 'told', size: 1 } });
    const kinds = (): string[] => [...new Set(seen.map(({ event }) => event))].sort();
    await eventually(() => kinds().join() === 'changed,invocation,log');
    expect(seen.find((event) => event.event === 'changed')).to.deep.equal({
      event: 'changed',
      resources: ['document-store:Note'],
    });
    abort.abort();
    await reading;
  });

  it('answers to nobody but pages of this server', async () => {
    const ask = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
      statusOf(`/_nimbus/api/${method === 'GET' ? 'state' : 'functions/App.double/invoke'}`, headers, method);
    const { host, port } = new URL(dev.origin);
    expect(await ask({})).to.equal(200);
    expect(await ask({ host: `localhost:${port}`, origin: `http://localhost:${port}` }, 'POST')).to.equal(200);
    expect(await ask({ host: `evil.example:${port}` })).to.equal(403);
    expect(await ask({ origin: 'https://evil.example' }, 'POST')).to.equal(403);
    expect(await ask({ origin: 'null' }, 'POST')).to.equal(403);
    expect(await ask({ host, origin: `http://localhost:1` }, 'POST')).to.equal(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).to.equal(403);
  });

  it('has a page that loads nothing but what is from here, and is in no frame', async () => {
    const page = await fetch(`${dev.origin}/_nimbus`);
    expect([page.status, page.headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy') ?? '';
    const { webSocketPort } = dev.server.cloud.addresses;
    expect(policy.split('; ')).to.include.members([
      "default-src 'none'",
      "script-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${webSocketPort}`,
      "frame-ancestors 'none'",
    ]);
    expect(policy).not.to.include('unsafe');
    const names = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name as string);
    expect(names).to.have.members(['/_nimbus/icon.svg', '/_nimbus/page.css', '/_nimbus/page.js']);
    for (const name of names) expect((await fetch(`${dev.origin}${name}`)).status).to.equal(200);
    expect((await fetch(`${dev.origin}/_nimbus/..%2f..%2fserver.js`)).status).to.equal(404);
    expect((await fetch(`${dev.origin}/_nimbus`, { method: 'POST' })).status).to.equal(405);
  });

  it('gives the page under no name but its own, also to who follows a link', async () => {
    expect(await statusOf('/_nimbus', { host: 'evil.example:80' })).to.equal(403);
    expect(await statusOf('/_nimbus/graph.html', { host: 'evil.example' })).to.equal(403);
    expect(await statusOf('/_nimbus', { 'sec-fetch-site': 'cross-site' })).to.equal(200);
  });

  it('has a page of the graph, which gets an origin of its own', async () => {
    const graph = await fetch(`${dev.origin}/_nimbus/graph.html`);
    expect(graph.headers.get('content-security-policy')).to.match(/^sandbox allow-scripts;/);
    expect(await graph.text()).to.include('App.double');
  });

  it('refuses what it does not know', async () => {
    expect(await failureOf(dev.api('nothing'))).to.equal('404: there is no GET nothing');
    expect(await failureOf(dev.api('stores/none/items'))).to.equal('404: there is no store none');
    expect(await failureOf(dev.api('functions/App.double/invoke', { method: 'POST', body: '{' }))).to.equal(
      '400: the body is no JSON',
    );
  });
});

describe('names of the dev server', () => {
  const may = (host: string, boundTo: string): boolean => refusal({ headers: { host } }, boundTo) === null;

  it('are those of the loopback, and what it is bound to', () => {
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080'])
      expect(may(host, '127.0.0.1'), host).to.equal(true);
    for (const host of ['', 'example.com', 'localhost.example.com', '10.0.0.1', 'user@localhost', 'localhost:x'])
      expect(may(host, '127.0.0.1'), host).to.equal(false);
    expect(may('10.0.0.1:8080', '0.0.0.0')).to.equal(true);
    expect(may('evil.example', '0.0.0.0')).to.equal(false);
    expect(may('my-machine:8080', 'my-machine')).to.equal(true);
  });
});

describe('items of stores as JSON', () => {
  it('are the same when they come back', () => {
    const item = {
      s: { S: '' },
      n: { N: '1.5' },
      large: { N: '123456789012345678901234567890' },
      b: { B: new Uint8Array([1, 2]) },
      yes: { BOOL: true },
      nothing: { NULL: true as const },
      ss: { SS: ['a'] },
      ns: { NS: ['1', '1e126'] },
      bs: { BS: [new Uint8Array([3])] },
      list: { L: [{ S: 'x' }, { M: {} }] },
      marked: { M: { $set: { S: 'no set' } } },
    };
    const json = JSON.parse(JSON.stringify(itemJson(item))) as ReturnType<typeof itemJson>;
    expect(json).to.deep.include({ n: 1.5, large: { $number: '123456789012345678901234567890' }, ss: { $set: ['a'] } });
    expect(itemOf(json)).to.deep.equal(item);
    for (const key of [{ S: 'a/b' }, { N: '-1.5' }, { B: new Uint8Array([255]) }]) expect(keyOf(keyText(key))).to.deep.equal(key);
    expect(() => itemOf({ a: { $set: [] } })).to.throw('a: {"$set":[]} stands for no value');
  });
});

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: Error) => error.message,
  );
