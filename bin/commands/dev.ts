/** `nimbusc dev`: runs a stage of the project on this machine, and the source as it is at each moment. */
import * as path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DevCompiler } from '../../providers/local/dev/compiler.js';
import { type CommonArgs, EXIT, type ImportFile } from '../cli.js';
import type { DevCompilerData, DevCompilerRequest } from '../dev-compiler.js';
import { nodeHost } from '../node-host.js';
import { base, version } from '../package-info.js';
import { terminalOf } from '../terminal.js';

export interface DevArgs extends CommonArgs {
  readonly port: number;
  readonly webSocketPort: number;
  readonly host: string;
  readonly inProcess: boolean;
  /** The folder that data are kept in; null: they are not kept. */
  readonly data: string | null;
  /** The debugger's port; null: there is none. */
  readonly inspect: number | null;
}

export async function devCommand(args: DevArgs, importFile: ImportFile): Promise<number> {
  // The server is not bundled into the command line: its workers and what functions import are files beside it.
  const local = (name: string): string => pathToFileURL(path.join(base, 'providers', 'local', 'dev', name)).href;
  const { DevServer } = (await importFile(local('dev.js'))) as typeof import('../../providers/local/dev/dev.js');
  const { DevTerminal } = (await importFile(local('terminal.js'))) as typeof import('../../providers/local/dev/terminal.js');
  const { color, width } = terminalOf(process.stderr, args.color);
  if (args.inspect !== null) await openDebugger(args.inspect);
  const runtimeUrl = args.inProcess ? pathToFileURL(path.join(base, 'runtime', 'index.js')).href : null;
  const server = new DevServer({
    projectDir: nodeHost.realPath(path.resolve(args.project)),
    compiler: compilerThread({ args, runtimeUrl, color, width }),
    servers: { httpPort: args.port, webSocketPort: args.webSocketPort, host: args.host },
    version: version(),
    inProcess: args.inProcess,
    dataFolder: args.data === null ? null : path.resolve(args.data),
    hasTimeouts: args.inspect === null,
  });
  new DevTerminal(server, { color, quiet: args.quiet, write: (text) => process.stderr.write(text) });
  const ended = interrupted();
  try {
    await Promise.race([server.rebuild(), ended]);
  } catch (error) {
    process.stderr.write(`nimbusc: ${error instanceof Error ? error.message : String(error)}\n`);
    await server.close();
    return EXIT.outside;
  }
  await ended;
  await server.close();
  return EXIT.done;
}

/** Resolves at Ctrl-C. A second one ends the process whatever it does. */
function interrupted(): Promise<void> {
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('uncaughtException');
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function openDebugger(port: number): Promise<void> {
  const { open } = await import('node:inspector');
  open(port, '127.0.0.1');
}

function compilerThread(data: DevCompilerData): DevCompiler {
  const thread = new Worker(pathToFileURL(path.join(base, 'bin', 'dev-compiler.js')), { workerData: data });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let number = 0;
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  thread.on('error', fail);
  thread.on('exit', () => fail(failure ?? new Error('the compiler has ended')));
  thread.on('message', (answer: { readonly number: number; readonly value?: unknown; readonly error?: string }) => {
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    if (answer.error === undefined) asked?.resolve(answer.value);
    else asked?.reject(new Error(answer.error));
  });
  const ask = <T>(request: { ask: 'compile' | 'picture' } | { ask: 'bundle'; ids: readonly string[] }): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (failure !== null) return reject(failure);
      waiting.set(++number, { resolve: resolve as (value: unknown) => void, reject });
      thread.postMessage({ number, ...request } satisfies DevCompilerRequest);
    });
  return {
    compile: () => ask({ ask: 'compile' }),
    bundle: (ids) => ask({ ask: 'bundle', ids }),
    picture: () => ask({ ask: 'picture' }),
    close: async () => void (await thread.terminate()),
  };
}
