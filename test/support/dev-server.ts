// A dev server for tests: the compiler in this thread, free ports, and no look at the disk unless a test asks for it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { graphPage } from '../../bin/graph-page.js';
import type { LocalPlan } from '../../compiler/local-plan.js';
import type { CompileOptions } from '../../compiler/pipeline.js';
import { RepeatedCompiler } from '../../compiler/repeated-compiler.js';
import { localModules } from '../../providers/local/bundle.js';
import type { ConsoleEvent } from '../../providers/local/console/api.js';
import type { DevCompiler } from '../../providers/local/dev/compiler.js';
import { type DevOptions, DevServer } from '../../providers/local/dev/dev.js';
import { compiledBase, optionsFor } from './temp-project.js';

export interface TestDevServer {
  readonly server: DevServer;
  readonly events: ConsoleEvent[];
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
  /** Lines that functions wrote: `Chat.onMessage: hello`. */
  readonly lines: () => readonly string[];
  api<T>(path: string, options?: RequestInit): Promise<T>;
}

export function devCompiler(dir: string, inProcess = false, changes: Partial<CompileOptions> = {}): DevCompiler {
  const options = { ...optionsFor(dir), ...changes };
  const provider = { ...options.provider, bundle: localModules(compiledBase) };
  const runtimeUrl = inProcess ? pathToFileURL(join(compiledBase, 'runtime', 'index.js')).href : null;
  const compiler = new RepeatedCompiler({ ...options, provider, runtimeUrl });
  const textOf = (diagnostics: readonly { code: string }[]): string => diagnostics.map(({ code }) => `${code}\n`).join('');
  let last: LocalPlan | null = null;
  return {
    compile: async () => {
      const { plan, classes, stale, diagnostics } = await compiler.compile();
      last = plan ?? last;
      const text = textOf(diagnostics);
      return { plan, classes, stale, diagnostics: text, shown: text, out: compiler.out, inputs: compiler.inputs() };
    },
    bundle: async (ids) => {
      const { bundles, diagnostics } = await compiler.bundle(ids);
      return { bundles, diagnostics: textOf(diagnostics), inputs: compiler.inputs() };
    },
    picture: async () => {
      if (last === null) throw new Error('nothing is compiled yet');
      return graphPage(last.graph, { before: null, editor: null });
    },
    close: async () => {},
  };
}

export async function devServer(dir: string, more: Partial<DevOptions> = {}): Promise<TestDevServer> {
  const server = new DevServer({
    projectDir: dir,
    compiler: devCompiler(dir, more.inProcess),
    servers: { httpPort: 0, webSocketPort: 0, host: '127.0.0.1' },
    version: '0.0.0',
    watch: false,
    ...more,
  });
  const events: ConsoleEvent[] = [];
  server.on('event', (event) => events.push(event));
  await server.rebuild();
  const origin = server.isRunning ? `http://127.0.0.1:${server.cloud.addresses.httpPort}` : '';
  return {
    server,
    events,
    origin,
    lines: () => events.flatMap((event) => (event.event === 'log' ? [`${event.line.function}: ${event.line.text}`] : [])),
    api: async <T>(path: string, options?: RequestInit) => {
      const response = await fetch(`${origin}/_nimbus/api/${path}`, options);
      const body = (await response.json()) as T & { error?: string };
      if (!response.ok) throw new Error(`${response.status}: ${body.error}`);
      return body;
    },
  };
}

/** Until it is so, or a test's time is over. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
