/**
 * A thread of its own for the compiler of `nimbusc dev`: requests to functions do not wait for it. Takes `compile`, `bundle`
 * and `picture`, and answers with what the dev server asks of a compiler.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { renderText } from '../compiler/diagnostics/render-text.js';
import type { LocalPlan } from '../compiler/local-plan.js';
import { type CheckResult, catalogueOf } from '../compiler/pipeline.js';
import { RepeatedCompiler } from '../compiler/repeated-compiler.js';
import { localModules } from '../providers/local/bundle.js';
import type { DevBuild, DevBundles } from '../providers/local/dev/compiler.js';
import type { CommonArgs } from './cli.js';
import { compileOptions } from './compile-options.js';
import { graphPage } from './graph-page.js';
import { base } from './package-info.js';

export interface DevCompilerData {
  readonly args: CommonArgs;
  /** URL of the runtime's index; null: functions are bundled. */
  readonly runtimeUrl: string | null;
  readonly color: boolean;
  readonly width: number;
}

export type DevCompilerRequest =
  | { readonly number: number; readonly ask: 'compile' }
  | { readonly number: number; readonly ask: 'bundle'; readonly ids: readonly string[] }
  | { readonly number: number; readonly ask: 'picture' };

const { args, runtimeUrl, color, width } = workerData as DevCompilerData;
const aws = compileOptions(args);
const options = { ...aws, provider: { ...aws.provider, bundle: localModules(base) } };
const compiler = new RepeatedCompiler({ ...options, runtimeUrl });
const catalogue = catalogueOf(options.provider);
/** Of the last version without errors. */
let good: LocalPlan | null = null;

const textOf = ({ diagnostics, texts }: Pick<CheckResult, 'diagnostics' | 'texts'>, colored: boolean): string =>
  diagnostics.length === 0
    ? ''
    : renderText(diagnostics, { texts, toolVersion: options.version, catalogue, color: colored, width });

async function compile(): Promise<DevBuild> {
  const result = await compiler.compile();
  const { plan, classes, stale } = result;
  good = plan ?? good;
  const [diagnostics, shown] = [textOf(result, false), textOf(result, color)];
  return { plan, classes, stale, diagnostics, shown, out: compiler.out, inputs: compiler.inputs() };
}

async function picture(): Promise<string> {
  if (good === null) throw new Error('nothing is compiled yet');
  return graphPage(good.graph, { before: null, editor: null });
}

async function bundle(ids: readonly string[]): Promise<DevBundles> {
  const result = await compiler.bundle(ids);
  return { bundles: result.bundles, diagnostics: textOf(result, false), inputs: compiler.inputs() };
}

function answer(request: DevCompilerRequest): Promise<DevBuild | DevBundles | string> {
  if (request.ask === 'compile') return compile();
  return request.ask === 'bundle' ? bundle(request.ids) : picture();
}

const port = parentPort as MessagePort;
let last: Promise<unknown> = Promise.resolve();
port.on('message', (request: DevCompilerRequest) => {
  // One after the other: what is bundled is what was compiled last.
  last = last.then(async () => {
    try {
      port.postMessage({ number: request.number, value: await answer(request) });
    } catch (error) {
      port.postMessage({
        number: request.number,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  });
});
