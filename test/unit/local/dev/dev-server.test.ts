import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Clock } from '../../../../providers/local/dev/schedules.js';
import { devServer, eventually, type TestDevServer } from '../../../support/dev-server.js';
import { openSocket, textsOf } from '../../../support/sockets.js';
import { type TempProject, tempProject } from '../../../support/temp-project.js';

const configuration = 'projectName: test\ndefaultStages: [dev]\ndiagnostics:\n  NIM1502: off\n';

const http = `import {
  Attribute, BasicServerlessFunction, ClientBuilder, DocumentStore, EnvironmentVariable, type HttpEvent, HttpMethod,
  HttpServerlessFunction, isLocal, Key, StoreConditionException, AttributeNotExists, UsesDocumentStore,
  UsesServerlessFunctionWebSocketClient, type WebSocketEvent, WebSocketServerlessFunction, FileStorageBucket, FileUpload,
  type FileStorageEvent, FileStorageServerlessFunction, Queue, QueueServerlessFunction, UsesQueue,
} from 'nimbusc';
`;

const limits = `${http}
declare const process: { env: Record<string, string | undefined>; exit(code: number): void };
const get = HttpMethod.GET;
const kept: unknown[] = [];
let calls = 0;
@Queue({ id: 'ping' }) export class Ping {}
@Queue({ id: 'pong' }) export class Pong {}
export class Loop {
  @HttpServerlessFunction({ method: get, path: 'loop' }) @UsesQueue({ queue: Ping })
  begin(): Promise<void> { return ClientBuilder.getQueueClient(Ping).sendMessage('x'); }
  @QueueServerlessFunction({ queue: Ping, batchSize: 1 }) @UsesQueue({ queue: Pong })
  ping(text: string): Promise<void> { return ClientBuilder.getQueueClient(Pong).sendMessage(text); }
  @QueueServerlessFunction({ queue: Pong, batchSize: 1 }) @UsesQueue({ queue: Ping })
  pong(text: string): Promise<void> { return ClientBuilder.getQueueClient(Ping).sendMessage(text); }
}
export class Limits {
  @HttpServerlessFunction({ method: get, path: 'hang', timeout: 1 }) hang(): string {
    for (;;) kept.length = 0;
  }
  @HttpServerlessFunction({ method: get, path: 'wait', timeout: 1 }) wait(): Promise<string> {
    return new Promise(() => {});
  }
  @HttpServerlessFunction({ method: get, path: 'fill', memory: 128 }) fill(): string {
    for (;;) kept.push({ text: 'x'.repeat(10) + kept.length, list: [1, 2, 3, kept.length] });
  }
  @HttpServerlessFunction({ method: get, path: 'exit' }) exit(): string {
    process.exit(3);
    return '';
  }
  @HttpServerlessFunction({ method: get, path: 'crash' }) crash(event: HttpEvent): string {
    if (event.queryStringParameters['later'] === undefined) return fail('at once');
    setTimeout(() => fail('later'), 300);
    return 'not yet';
  }
  @EnvironmentVariable({ key: 'GREETING', value: 'hello \${NAME}' })
  @HttpServerlessFunction({ method: get, path: 'environment' }) environment(): object {
    console.log('called %d times', ++calls);
    console.error('careful');
    return { greeting: process.env['GREETING'], name: process.env['NAME'] ?? null, secret: process.env['SECRET'] ?? null, local: isLocal() };
  }
  @HttpServerlessFunction({ method: get, path: 'other' }) other(): number {
    return calls;
  }
}
declare function setTimeout(act: () => void, milliseconds: number): void;
declare const console: { log(...what: unknown[]): void; error(...what: unknown[]): void };
function fail(when: string): string {
  throw new Error('failed ' + when);
}
`;

describe('functions of the dev server', function () {
  this.timeout(60_000);
  let project: TempProject;
  let dev: TestDevServer;
  before(async () => {
    project = tempProject({ 'src/limits.ts': limits, 'nimbus.yml': configuration });
    dev = await devServer(project.dir, { environment: { NAME: 'ada', SECRET: 'no' } });
  });
  after(async () => {
    await dev.server.close();
    project.remove();
  });
  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`${dev.origin}/function/${path}`);
    return [response.status, await response.text()];
  };
  const errorOf = (name: string) => dev.server.records.of(name).recent[0]?.error;

  it('see their own variables, and nothing of another function', async () => {
    const [status, body] = await get('environment');
    expect([status, JSON.parse(body)]).to.deep.equal([200, { greeting: 'hello ada', name: null, secret: null, local: true }]);
    expect(await get('other')).to.deep.equal([200, '0']);
    expect(dev.lines()).to.include('Limits.environment: called 1 times');
    expect(dev.lines()).to.include('Limits.environment: careful');
  });

  it('are ended when they hang, and the server lives on', async () => {
    expect((await get('hang'))[0]).to.equal(503);
    expect(errorOf('Limits.hang')?.message).to.match(/Task timed out after 1.00 seconds/);
    expect((await get('hang'))[0]).to.equal(503);
    expect((await get('environment'))[0]).to.equal(200);
  });

  it('are given up when they wait for ever', async () => {
    const [first, second] = await Promise.all([get('wait'), get('wait')]);
    expect([first[0], second[0]]).to.deep.equal([503, 503]);
  });

  it('are ended when they take too much memory', async () => {
    expect((await get('fill'))[0]).to.equal(500);
    expect(errorOf('Limits.fill')?.message).to.equal('Limits.fill: out of memory: it has 128 MB');
  });

  it('are started again when they end the process', async () => {
    expect((await get('exit'))[0]).to.equal(500);
    expect(errorOf('Limits.exit')?.message).to.match(/exited with status 3/);
    expect((await get('exit'))[0]).to.equal(500);
  });

  it('show where they failed in the source', async () => {
    expect((await get('crash'))[0]).to.equal(500);
    const line = limits.split('\n').findIndex((text) => text.includes("new Error('failed ")) + 1;
    const shown = dev.lines().join('\n');
    expect(shown).to.match(/failed at once/);
    expect(shown).to.match(new RegExp(`${project.dir}/src/limits\\.ts:${line}:\\d+`));
  });

  it('that set each other off for ever are ended, with the cycle spelled out, once', async () => {
    expect((await get('loop'))[0]).to.equal(200);
    const loops = () =>
      dev.events.flatMap((e) =>
        e.event === 'invocation' && e.invocation.error?.name === 'EndlessLoopException' ? [e.invocation.error.message] : [],
      );
    await eventually(() => loops().length > 0);
    const [ping, pong] = ['queue ping -> Loop.ping', 'queue pong -> Loop.pong'];
    expect(loops()).to.have.length(1);
    expect([`${ping} -> ${pong} -> ${ping}`, `${pong} -> ${ping} -> ${pong}`]).to.include(loops()[0]?.replace(/^.*: /, ''));
    expect((await get('environment'))[0]).to.equal(200);
  });

  it('are started again when something fails behind their back', async () => {
    expect(await get('crash?later=1')).to.deep.equal([200, '"not yet"']);
    await eventually(() => dev.lines().some((line) => line.includes('failed later')));
    expect(await get('crash?later=1')).to.deep.equal([200, '"not yet"']);
  });
});

const app = (answer: string, more = '') => `${http}
@DocumentStore() export class Note { @Key() id = ''; @Attribute() text = ''; }
export class Notes {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'notes' }) @UsesDocumentStore(Note)
  async add(note: Note): Promise<string> {
    try {
      await this.notes.put(note, new AttributeNotExists('id'));
    } catch (error) {
      return error instanceof StoreConditionException ? 'known' : 'failed';
    }
    return '${answer}';
  }
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'notes' }) @UsesDocumentStore(Note)
  async all(): Promise<Note[]> { return this.notes.getAll(); }
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'gone', timeout: 25 }) @UsesDocumentStore(Note)
  async gone(): Promise<string> {
    while ((await this.notes.get('go')) === null) await new Promise<void>((resolve) => setTimeout(resolve, 20));
    return '${answer}';
  }
  @WebSocketServerlessFunction({ topic: 'echo' }) @UsesServerlessFunctionWebSocketClient()
  async echo(message: { topic: 'echo'; text: string }, event: WebSocketEvent): Promise<void> {
    await this.sockets.sendToConnection(event.requestContext.connectionId, '${answer} ' + message.text);
  }
  ${more}
}
declare function setTimeout(act: () => void, milliseconds: number): void;
`;

describe('the dev server, when the source changes', function () {
  this.timeout(60_000);
  let project: TempProject;
  let dev: TestDevServer;
  before(async () => {
    project = tempProject({ 'src/app.ts': app('one'), 'nimbus.yml': configuration });
    dev = await devServer(project.dir, { watch: true });
  });
  after(async () => {
    await dev.server.close();
    project.remove();
  });
  const add = async (id: string): Promise<string> => {
    const response = await fetch(`${dev.origin}/function/notes`, { method: 'POST', body: JSON.stringify({ id, text: 'x' }) });
    return (await response.json()) as string;
  };
  const built = (): Promise<{ failed: boolean; diagnostics: string; changed: readonly string[] }> =>
    new Promise((resolve) => dev.server.once('built', resolve));

  it('runs the new code, with what was stored and who was connected', async () => {
    expect(await add('a')).to.equal('one');
    expect(await add('a')).to.equal('known');
    const socket = await openSocket(`ws://127.0.0.1:${dev.server.cloud.addresses.webSocketPort}`);
    socket.send('{"topic":"echo","text":"x"}');
    expect(await textsOf(socket, 1)).to.deep.equal(['one x']);
    const done = built();
    project.write({ 'src/app.ts': app('two') });
    expect((await done).changed).to.have.members(['Notes.add', 'Notes.echo']);
    expect(await add('b')).to.equal('two');
    expect(await add('a')).to.equal('known');
    socket.send('{"topic":"echo","text":"y"}');
    expect(await textsOf(socket, 1)).to.deep.equal(['two y']);
    socket.terminate();
  });

  it('runs on as it was while the source has errors, and says which', async () => {
    const done = built();
    project.write({ 'src/app.ts': `${app('three')}\noops(` });
    const { failed, diagnostics } = await done;
    expect([failed, diagnostics]).to.deep.equal([true, 'NIM1008\n']);
    expect(dev.server.build.failed).to.equal(true);
    expect(await add('c')).to.equal('two');
    const mended = built();
    project.write({ 'src/app.ts': app('three') });
    expect((await mended).failed).to.equal(false);
    expect(await add('d')).to.equal('three');
  });

  it('takes up functions and folders that are new, and gives up those that are gone', async () => {
    const done = built();
    mkdirSync(join(project.dir, 'src', 'more'));
    writeFileSync(
      join(project.dir, 'src', 'more', 'hello.ts'),
      `${http}export class Hello { @HttpServerlessFunction({ method: HttpMethod.GET, path: 'hello' }) hello(): string { return 'hello'; } }`,
    );
    await done;
    await eventually(async () => (await fetch(`${dev.origin}/function/hello`)).status === 200);
    project.removeFile('src/more/hello.ts');
    await eventually(async () => (await fetch(`${dev.origin}/function/hello`)).status === 404);
    const all = (await (await fetch(`${dev.origin}/function/notes`)).json()) as { id: string }[];
    expect(all.map(({ id }) => id)).to.have.members(['a', 'b', 'c', 'd']);
  });

  it('does not wait for calls that go on, which end with the code they began with', async () => {
    const slow = fetch(`${dev.origin}/function/gone`);
    await eventually(() => dev.server.records.of('Notes.gone').invocations > 0);
    const done = built();
    project.write({ 'src/app.ts': app('four') });
    expect((await done).failed).to.equal(false);
    expect(await add('go')).to.equal('four');
    expect(await (await slow).json()).to.equal('three');
  });

  it('leaves nothing behind', async () => {
    await dev.server.close();
    expect(readdirSync(join(project.dir, 'node_modules', '.cache', 'nimbusc', 'dev'))).to.deep.equal([]);
  });
});

describe('the dev server', function () {
  this.timeout(60_000);
  let project: TempProject;
  afterEach(() => project.remove());

  it('waits for a source without errors', async () => {
    project = tempProject({ 'src/app.ts': 'oops(', 'nimbus.yml': configuration });
    const dev = await devServer(project.dir);
    expect(dev.server.isRunning).to.equal(false);
    project.write({ 'src/app.ts': app('one') });
    await dev.server.rebuild();
    expect(dev.server.isRunning).to.equal(true);
    await dev.server.close();
  });

  it('runs functions in this process when it is told to', async () => {
    project = tempProject({ 'src/app.ts': app('one'), 'nimbus.yml': configuration });
    const dev = await devServer(project.dir, { inProcess: true });
    const add = (id: string): Promise<Response> =>
      fetch(`${dev.origin}/function/notes`, { method: 'POST', body: JSON.stringify({ id, text: 'x' }) });
    expect(await (await add('a')).json()).to.equal('one');
    project.write({ 'src/app.ts': app('two') });
    await dev.server.rebuild();
    expect(await (await add('b')).json()).to.equal('two');
    expect(await (await add('a')).json()).to.equal('known');
    await dev.server.close();
  });

  it('is there for functions that listen to uploads', async () => {
    const source = `${http}
@DocumentStore() export class Seen { @Key() path = ''; }
@FileStorageBucket({ bucketName: 'inbox' }) @FileUpload({ bucketName: 'inbox', localPath: 'files', targetPath: '' }) export class Inbox {}
export class Desk {
  private readonly seen = ClientBuilder.getDocumentStoreClient(Seen);
  @FileStorageServerlessFunction({ fileStorageBucket: Inbox, eventType: 'OBJECT_CREATED' }) @UsesDocumentStore(Seen)
  async file({ key }: FileStorageEvent): Promise<void> { await this.seen.put(Object.assign(new Seen(), { path: key })); }
}
`;
    project = tempProject({ 'src/app.ts': source, 'nimbus.yml': configuration, 'files/a.txt': 'a' });
    for (const inProcess of [false, true]) {
      const dev = await devServer(project.dir, { inProcess });
      await eventually(() => dev.server.cloud.tables.get('document-store:Seen')?.size === 1);
      expect(dev.server.records.of('Desk.file')).to.include({ invocations: 1, errors: 0 });
      await dev.server.close();
    }
  });

  it('answers nobody but this machine, unless it is told to; and then its console no names of others', async () => {
    project = tempProject({ 'src/app.ts': app('one'), 'nimbus.yml': configuration });
    const servers = { httpPort: 0, webSocketPort: 0 };
    const status = (url: string, host?: string): Promise<number | string> =>
      new Promise((resolve) => {
        httpRequest(url, { agent: false, ...(host && { headers: { host } }) }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''))
          .end();
      });
    // An address of this machine that only who listens on all of them answers at.
    const [other] = Object.values(networkInterfaces()).flatMap((all = []) =>
      all.flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : [])),
    );
    const elsewhere = other ?? '127.0.0.2';
    const alone = await devServer(project.dir, { servers: { ...servers, host: '127.0.0.1' } });
    const { httpPort, webSocketPort } = alone.server.cloud.addresses;
    for (const port of [httpPort, webSocketPort]) {
      expect(await status(`http://127.0.0.1:${port}/`)).to.be.a('number');
      expect(await status(`http://${elsewhere}:${port}/`)).to.equal('ECONNREFUSED');
    }
    await alone.server.close();
    const shared = await devServer(project.dir, { servers: { ...servers, host: '0.0.0.0' } });
    const { httpPort: port } = shared.server.cloud.addresses;
    const state = `http://${elsewhere}:${port}/_nimbus/api/state`;
    expect(await status(state)).to.equal(200);
    expect(await status(state, `localhost:${port}`)).to.equal(200);
    expect(await status(state, `evil.example:${port}`)).to.equal(403);
    expect(await status(`http://${elsewhere}:${port}/function/notes`, `any.example:${port}`)).to.equal(200);
    await shared.server.close();
  });

  it('runs schedules by the clock', async () => {
    const source = `${http}
export class Clockwork {
  @BasicServerlessFunction({ cron: 'cron(30 12 * * ? *)' }) noon(): void { console.log('noon'); }
  @BasicServerlessFunction({ cron: 'rate(10 minutes)' }) often(): void { console.log('often'); }
}
declare const console: { log(...what: unknown[]): void };
`;
    project = tempProject({ 'src/app.ts': source, 'nimbus.yml': configuration });
    const clock = new ManualClock(Date.parse('2024-05-05T12:11:00Z'));
    const dev = await devServer(project.dir, { clock });
    const runs = () =>
      dev.events.flatMap((e) => (e.event === 'invocation' && e.invocation.milliseconds === null ? [e.invocation.function] : []));
    clock.go(9);
    expect(runs()).to.deep.equal([]);
    clock.go(1);
    await eventually(() => runs().length === 1);
    clock.go(10);
    await eventually(() => runs().length === 3);
    expect(runs()).to.deep.equal(['Clockwork.often', 'Clockwork.noon', 'Clockwork.often']);
    clock.go(0);
    await eventually(() => dev.lines().includes('Clockwork.noon: noon'));
    expect(
      dev.server.schedules?.of([...dev.server.cloud.functions.values()].find(({ name }) => name === 'Clockwork.noon')!),
    ).to.deep.equal([{ expression: 'cron(30 12 * * ? *)', next: Date.parse('2024-05-06T12:30:00Z') }]);
    await dev.server.close();
  });
});

class ManualClock implements Clock {
  private timers: { readonly at: number; readonly task: () => void }[] = [];

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  after(milliseconds: number, task: () => void): () => void {
    const timer = { at: this.time + milliseconds, task };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** Minute by minute. */
  go(minutes: number): void {
    for (let minute = 0; minute < minutes; minute++) {
      this.time += 60_000;
      for (const timer of this.timers.filter(({ at }) => at <= this.time)) {
        this.timers = this.timers.filter((one) => one !== timer);
        timer.task();
      }
    }
  }
}
