// The debugger of `nimbusc dev --inspect`, asked as an editor asks it: it stops where the source says `debugger`, and the source
// map of where it stops leads there.
import { type ChildProcess, spawn } from 'node:child_process';
import { SourceMap, type SourceMapPayload } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { repositoryRoot } from '../e2e/support/repository.js';
import { eventually } from '../support/dev-server.js';
import { type TempProject, tempProject } from '../support/temp-project.js';

const SOURCE = `import { HttpMethod, HttpServerlessFunction } from 'nimbusc';
export class Greeter {
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'hello', timeout: 1 }) hello(): object {
    const answer: string = 'stopped';
    debugger;
    return { answer };
  }
}
`;
const STOP = SOURCE.split('\n').findIndex((line) => line.includes('debugger'));

describe('nimbusc dev --inspect', function () {
  this.timeout(60_000);
  let project: TempProject;
  let running: ChildProcess;
  let shown = '';
  let inspector: Session;
  beforeEach(() => {
    project = tempProject({ 'src/app.ts': SOURCE, 'nimbus.yml': 'projectName: test\ndefaultStages: [dev]\n' });
  });
  afterEach(() => {
    inspector?.close();
    running?.kill('SIGKILL');
    project.remove();
  });

  async function start(...flags: readonly string[]): Promise<string> {
    shown = '';
    const cli = path.join(repositoryRoot, 'dist', 'bin', 'nimbusc.js');
    running = spawn(process.execPath, [cli, 'dev', '--project', project.dir, '--port', '0', '--inspect', '0', ...flags]);
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await eventually(() => shown.includes('Ctrl-C ends it'));
    inspector = await Session.open(/ws:\/\/127\.0\.0\.1:\d+\/\S+/.exec(shown)?.[0] ?? shown);
    return `${/http:\/\/localhost:\d+\/function/.exec(shown)?.[0].replace('localhost', '127.0.0.1')}/hello`;
  }

  /** Where the source map of where it stops says that it is. */
  async function stopped(of: Session): Promise<readonly [file: string, line: number]> {
    const { callFrames } = await of.event<Paused>('Debugger.paused');
    const [{ location }] = callFrames;
    const script = of.scripts.find(({ scriptId }) => scriptId === location.scriptId);
    if (script === undefined) throw new Error('it stopped in a script that it did not tell of');
    if (script.sourceMapURL === '') {
      // A thread stops at its first line, which is not the project's.
      const next = stopped(of);
      await of.post('Debugger.resume');
      return next;
    }
    const url = new URL(script.sourceMapURL, script.url);
    const payload = (await (url.protocol === 'file:' ? fileOf(url) : (await fetch(url)).json())) as SourceMapPayload;
    const { originalSource, originalLine } = new SourceMap(payload).findEntry(location.lineNumber, location.columnNumber) as {
      originalSource: string;
      originalLine: number;
    };
    const file = new URL(`${payload.sourceRoot ?? ''}${originalSource}`, url.protocol === 'file:' ? url : script.url);
    return [fileURLToPath(file), originalLine];
  }

  it('stops in the source, in the threads of functions, for as long as one looks', async () => {
    const url = await start();
    const attached = inspector.event<{ readonly sessionId: string }>('NodeWorker.attachedToWorker', isFunction);
    await inspector.post('NodeWorker.enable', { waitForDebuggerOnStart: true });
    const answer = fetch(url);
    const thread = inspector.worker((await attached).sessionId);
    await thread.post('Debugger.enable');
    const stop = stopped(thread);
    await thread.post('Runtime.runIfWaitingForDebugger');
    expect(await stop).to.deep.equal([path.join(project.dir, 'src', 'app.ts'), STOP]);
    // Longer than the function may take.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await thread.post('Debugger.resume');
    expect(await (await answer).json()).to.deep.equal({ answer: 'stopped' });
  });

  it('stops in the source without threads with --in-process', async () => {
    const url = await start('--in-process');
    await inspector.post('Debugger.enable');
    const stop = stopped(inspector);
    const answer = fetch(url);
    expect(await stop).to.deep.equal([path.join(project.dir, 'src', 'app.ts'), STOP]);
    await inspector.post('Debugger.resume');
    expect(await (await answer).json()).to.deep.equal({ answer: 'stopped' });
  });
});

interface Paused {
  readonly callFrames: readonly [
    { readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number } },
  ];
}

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL: string;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: object;
  readonly result?: object;
  readonly error?: { readonly message: string };
}

const isFunction = (params: object): boolean => JSON.stringify(params).includes('Greeter.hello');

async function fileOf(url: URL): Promise<unknown> {
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(url, 'utf8'));
}

/** A session of the inspector's protocol, over a socket or, with a thread, within another session. */
class Session {
  readonly scripts: Script[] = [];
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly waiting: { method: string; fits(params: object): boolean; resolve(params: object): void }[] = [];
  private readonly workers = new Map<string, Session>();
  private id = 0;

  private constructor(
    private readonly send: (text: string) => void,
    readonly close: () => void,
  ) {}

  static async open(url: string): Promise<Session> {
    const socket = new WebSocket(url);
    const session = new Session(
      (text) => socket.send(text),
      () => socket.close(),
    );
    socket.on('message', (data: Buffer) => session.receive(data.toString()));
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return session;
  }

  worker(sessionId: string): Session {
    const worker = new Session(
      (message) => void this.post('NodeWorker.sendMessageToWorker', { sessionId, message }),
      () => {},
    );
    this.workers.set(sessionId, worker);
    return worker;
  }

  post(method: string, params: object = {}): Promise<object> {
    const id = ++this.id;
    return new Promise((resolve, reject) => {
      this.answers.set(id, ({ result, error }) =>
        error === undefined ? resolve(result ?? {}) : reject(new Error(error.message)),
      );
      this.send(JSON.stringify({ id, method, params }));
    });
  }

  event<T extends object>(method: string, fits: (params: object) => boolean = () => true): Promise<T> {
    return new Promise((resolve) => this.waiting.push({ method, fits, resolve: resolve as (params: object) => void }));
  }

  private receive(text: string): void {
    const { id, method, params = {}, ...answer } = JSON.parse(text) as Message;
    if (id !== undefined) this.answers.get(id)?.(answer);
    if (method === 'Debugger.scriptParsed') this.scripts.push(params as Script);
    if (method === 'NodeWorker.receivedMessageFromWorker') {
      const { sessionId, message } = params as { readonly sessionId: string; readonly message: string };
      this.workers.get(sessionId)?.receive(message);
    }
    const at = this.waiting.findIndex((one) => one.method === method && one.fits(params));
    if (at >= 0) this.waiting.splice(at, 1)[0]?.resolve(params);
  }
}
