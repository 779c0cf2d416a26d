// A function in a worker thread: its bundle, its variables, its limits. A worker whose time is over gets nothing more to do, and
// is ended as soon as nobody else waits for it; the next call starts another one.
import { type Worker as Thread, Worker } from 'node:worker_threads';
import { type Instance, type LocalFunction, timedOut } from '../function.js';
import type { LinkedResource } from '../runtime/cloud-link.js';
import { type ErrorData, errorData, errorOf, type FromWorker, type ToWorker, type WorkerData } from './messages.js';

export interface WorkerSurroundings {
  /** `worker.js` beside this file. */
  readonly bootstrap: string;
  /** Where a function's bundle is; it is made if it is not there. */
  bundleOf(fn: LocalFunction): Promise<string>;
  resourcesOf(fn: LocalFunction): readonly LinkedResource[];
  environmentOf(fn: LocalFunction): Record<string, string>;
  /** An operation of a client. */
  call(fn: LocalFunction, resource: string, operation: string, args: readonly unknown[]): Promise<unknown>;
  log(fn: LocalFunction, invocation: string | null, stream: 'out' | 'error', text: string): void;
  /** False: somebody looks at the code with a debugger. */
  readonly hasTimeouts: boolean;
}

interface Pending {
  readonly event: unknown;
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout | null;
}

export class WorkerInstance implements Instance {
  private current: FunctionWorker | null = null;

  constructor(
    private readonly fn: LocalFunction,
    private readonly around: WorkerSurroundings,
  ) {}

  async handle(event: unknown, { awsRequestId }: { readonly awsRequestId: string }): Promise<unknown> {
    if (this.current === null || !this.current.isUsable) this.current = new FunctionWorker(this.fn, this.around);
    return this.current.invoke(awsRequestId, event);
  }

  close(): void {
    this.current?.retire();
  }
}

class FunctionWorker {
  /** Takes calls. */
  isUsable = true;
  private thread: Thread | null = null;
  private isReady = false;
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly fn: LocalFunction,
    private readonly around: WorkerSurroundings,
  ) {
    this.start().catch((error: unknown) => this.end(error as Error));
  }

  invoke(id: string, event: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { event, resolve, reject, timer: null };
      this.pending.set(id, pending);
      if (this.isReady) this.begin(id, pending);
    });
  }

  /** Ends it when all that it works on is done. */
  retire(): void {
    this.isUsable = false;
    this.endIfDone();
  }

  private endIfDone(): void {
    if (!this.isUsable && this.pending.size === 0) void this.thread?.terminate();
  }

  private async start(): Promise<void> {
    const { fn, around } = this;
    const file = await around.bundleOf(fn);
    const data: WorkerData = { name: fn.name, file, resources: around.resourcesOf(fn) };
    const thread = new Worker(around.bootstrap, {
      workerData: data,
      env: around.environmentOf(fn),
      resourceLimits: { maxOldGenerationSizeMb: fn.options.memory },
      execArgv: ['--enable-source-maps'],
      stdout: true,
      stderr: true,
      name: fn.name,
    });
    this.thread = thread;
    this.endIfDone();
    thread.stdout.setEncoding('utf8').on('data', (text: string) => around.log(fn, null, 'out', text));
    thread.stderr.setEncoding('utf8').on('data', (text: string) => around.log(fn, null, 'error', text));
    thread.on('message', (message: FromWorker) => this.receive(message));
    thread.on('error', (error: Error) => this.fail(this.explained(error)));
    thread.on('exit', (code) => this.end(new Error(`${fn.name}: Runtime exited with status ${code}`)));
  }

  /** Lambda writes to the log what fails between invocations, too. */
  private fail(error: Error): void {
    if (this.pending.size === 0) this.around.log(this.fn, null, 'error', `${error.stack ?? error}\n`);
    this.end(error);
  }

  private explained(error: Error): Error {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
    const { name, options } = this.fn;
    return Object.assign(new Error(`${name}: out of memory: it has ${options.memory} MB`), { name: 'Runtime.OutOfMemory' });
  }

  private receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        for (const [id, pending] of this.pending) this.begin(id, pending);
        return;
      case 'failed':
        this.end(errorOf(message.error));
        return;
      case 'done': {
        const { id, result } = message;
        this.settle(id, ({ resolve }) => resolve(result === undefined ? undefined : JSON.parse(result)));
        return;
      }
      case 'thrown':
        this.settle(message.id, ({ reject }) => reject(errorOf(message.error)));
        return;
      case 'log':
        this.around.log(this.fn, message.invocation, message.stream, message.text);
        return;
      case 'call':
        void this.answer(message);
    }
  }

  private begin(id: string, pending: Pending): void {
    const { fn, around } = this;
    this.post({ type: 'invoke', id, event: pending.event });
    if (!around.hasTimeouts) return;
    pending.timer = setTimeout(() => {
      this.isUsable = false;
      this.settle(id, ({ reject }) => reject(timedOut(fn.name, fn.options.timeout)));
    }, fn.options.timeout * 1000);
  }

  private settle(id: string, how: (pending: Pending) => void): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    if (pending.timer !== null) clearTimeout(pending.timer);
    how(pending);
    this.endIfDone();
  }

  private async answer({ number, invocation, resource, operation, args }: Extract<FromWorker, { type: 'call' }>): Promise<void> {
    const { fn, around } = this;
    let answer: { readonly value: unknown } | { readonly error: ErrorData };
    try {
      answer = { value: await fn.during(invocation, () => around.call(fn, resource, operation, args)) };
    } catch (error) {
      answer = { error: errorData(error) };
    }
    this.post({ type: 'answer', number, ...answer });
  }

  private post(message: ToWorker): void {
    this.thread?.postMessage(message);
  }

  /** Whatever it is: who waits is told, and nobody is let in any more. */
  private end(error: Error): void {
    this.isUsable = false;
    for (const id of [...this.pending.keys()]) this.settle(id, ({ reject }) => reject(error));
    void this.thread?.terminate();
  }
}
