/** What a build would write of each stage, without writing: for comparing two states of a project. */
import { type CompilerCache, openCache } from './cache/compiler-cache.js';
import type { NimbusConfig } from './config/config.js';
import { createSink } from './diagnostics/sink.js';
import type { StageGraph } from './ir/graph.js';
import type { GraphJson } from './ir/serialise.js';
import type { AnyResource } from './kinds/index.js';
import type { Bundle, BundledFunction } from './phases/6-bundle/bundle-functions.js';
import { startEsbuild } from './phases/6-bundle/start-esbuild.js';
import { type CheckResult, type CompileOptions, cacheFolder, catalogueOf, Run } from './pipeline.js';

/** A stage as a build would write it. */
export interface StageModule {
  readonly stage: string;
  readonly graph: GraphJson;
  readonly module: string;
  readonly zips: readonly StageZip[];
}

export interface StageZip {
  /** `artifacts/Chat-onMessage.zip`. */
  readonly path: string;
  /** `Chat.onMessage`. */
  readonly function: string;
  /** The file of its class. */
  readonly file: string;
  readonly bytes: number;
  /** What the code was made of, with the hashes of all. */
  readonly inputs: Bundle['inputs'];
}

export interface ModulesResult extends Omit<CheckResult, 'graphs' | 'document' | 'explain'> {
  readonly config: NimbusConfig | null;
  readonly stages: readonly StageModule[];
}

/** All that `build` does but writing. Two projects that are compiled with one cache share what they have in common. */
export async function compileModules(options: CompileOptions, cache: CompilerCache): Promise<ModulesResult> {
  startEsbuild();
  const run = new Run(options, options.host, cache);
  // Nobody asks for the zips, so it is enough to know what they would be.
  run.written = { has: () => true, read: () => null };
  let stages: readonly StageModule[] = [];
  await run.guarded(async () => {
    await run.front();
    // What is renamed keeps its data here as in a build; what would be lost is the review's to say.
    await run.guard(createSink(catalogueOf(options.provider)));
    const plans = run.plans();
    if (run.sink.failed) return;
    const [bundles, lowered] = await Promise.all([run.bundle(plans), run.lower(plans, { documents: false })]);
    if (bundles === null) return;
    const outputs = await run.emit(plans, lowered, bundles);
    stages = plans.map((plan, index) => {
      const emitted = outputs[index]?.files.find(({ path }) => path.endsWith('.tf.json'))?.content() ?? '{}';
      return {
        stage: plan.settings.stage,
        graph: run.graphJson(run.graphs[index] as StageGraph<AnyResource>),
        module: typeof emitted === 'string' ? emitted : new TextDecoder().decode(emitted),
        zips: plan.functions.map(({ artifact, node }, i) => {
          const { packedBytes, inputs } = (bundles[index] as readonly BundledFunction[])[i] as BundledFunction;
          return { path: artifact, function: node.name, file: node.module, bytes: packedBytes, inputs };
        }),
      };
    });
  });
  const { diagnostics, failed, crash, texts } = run.result();
  return { diagnostics, failed, crash, texts, stages, config: run.configOrNull };
}

export function cacheOf(options: CompileOptions): CompilerCache {
  return openCache(cacheFolder(options));
}
