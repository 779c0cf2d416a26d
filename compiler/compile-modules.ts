/**
 * What a build would write of each stage, without writing: for comparing two states of a project. In two steps, since a state
 * says cheaply what its functions are made of, and only the two together say which of them have to be bundled.
 */
import { type CompilerCache, openCache } from './cache/compiler-cache.js';
import type { NimbusConfig } from './config/config.js';
import { createSink } from './diagnostics/sink.js';
import type { LockedStage } from './guard/lock.js';
import type { GraphJson } from './ir/serialise.js';
import type { StagePlan } from './ir/stage-plan.js';
import type { AnyResource } from './kinds/index.js';
import { type BundleFacts, bundleFacts } from './phases/6-bundle/bundle-facts.js';
import type { Bundle, BundledFunction } from './phases/6-bundle/bundle-functions.js';
import { startEsbuild } from './phases/6-bundle/start-esbuild.js';
import { cacheFolder } from './pipeline.js';
import type { LoweredStage } from './provider.js';
import type { CheckResult, CompileOptions } from './results.js';
import { catalogueOf, type PlacedShapeChange, Run } from './run.js';

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
  /** Null when it was not bundled; its hash in the module is that of its facts then. */
  readonly bundle: Pick<Bundle, 'packedBytes' | 'inputs'> | null;
  readonly facts: BundleFacts;
}

export interface ModulesResult extends Omit<CheckResult, 'graphs' | 'document' | 'explain'> {
  readonly config: NimbusConfig | null;
  readonly stages: readonly StageModule[];
}

/** What the functions of a stage are made of, by their names. */
export interface StageFacts {
  readonly stage: string;
  readonly functions: ReadonlyMap<string, BundleFacts>;
}

export interface CompiledModules {
  /** Nothing after errors. */
  readonly stages: readonly StageFacts[];
  /** What the stages store. */
  readonly locked: { readonly [stage: string]: LockedStage };
  /** What becomes of stored items, compared with what another state stores. */
  shapeChanges(before: CompiledModules['locked'], stage: string): Promise<readonly PlacedShapeChange[]>;
  /** `isWanted`: the functions to bundle. To be called once. */
  finish(isWanted: (stage: string, fn: string) => boolean): Promise<ModulesResult>;
}

/** Two projects that are compiled with one cache share what they have in common. */
export async function compileModules(options: CompileOptions, cache: CompilerCache): Promise<CompiledModules> {
  startEsbuild();
  const run = new Run(options, options.host, cache);
  // Nobody asks for the zips, so it is enough to know what they would be.
  run.written = { has: () => true, read: () => null };
  let plans: readonly StagePlan<AnyResource>[] = [];
  let lowered: readonly LoweredStage[] = [];
  let facts: readonly (readonly BundleFacts[])[] = [];
  await run.guarded(async () => {
    await run.front();
    // What is renamed keeps its data here as in a build; what would be lost is the review's to say.
    await run.guard(createSink(catalogueOf(options.provider)));
    const planned = run.plans();
    if (run.sink.failed) return;
    run.phase = 'lower the plans';
    const stages: LoweredStage[] = [];
    for (const plan of planned) stages.push(await options.provider.lowerStage(plan, cache.fragments));
    run.phase = 'read what functions are made of';
    facts = planned.map((plan) => bundleFacts(run.bound(plan), run.bundlerContext()));
    [plans, lowered] = [planned, stages];
  });

  async function moduleOf(index: number, bundles: readonly (BundledFunction | null)[]): Promise<Omit<StageModule, 'graph'>> {
    const plan = plans[index] as StagePlan<AnyResource>;
    const artifacts = plan.functions.map(({ node, artifact }, i) => {
      const { sha256, packedBytes, unpackedBytes } = bundles[i] ?? unbundled(facts[index]?.[i] as BundleFacts);
      return { function: node.id, path: artifact, sha256, packedBytes, unpackedBytes };
    });
    const { files } = await (lowered[index] as LoweredStage).withArtifacts(artifacts, run.sink);
    return {
      stage: plan.settings.stage,
      module: files.find(({ path }) => path.endsWith('.tf.json'))?.content ?? '{}',
      zips: plan.functions.map(({ artifact, node }, i) => ({
        path: artifact,
        function: node.name,
        file: node.module,
        bundle: bundles[i] ?? null,
        facts: facts[index]?.[i] as BundleFacts,
      })),
    };
  }

  return {
    locked: run.lockedStages,
    shapeChanges: (before, stage) => run.shapeChanges(before, stage),
    stages: plans.map((plan, index) => ({
      stage: plan.settings.stage,
      functions: new Map(plan.functions.map(({ node }, i) => [node.name, facts[index]?.[i] as BundleFacts])),
    })),
    async finish(isWanted) {
      const modules: Omit<StageModule, 'graph'>[] = [];
      if (!run.sink.failed) {
        await run.guarded(async () => {
          const bundles = await run.bundleSome(plans, isWanted);
          if (bundles === null) return;
          run.phase = 'emit Terraform';
          for (const [index, ofStage] of bundles.entries()) modules.push(await moduleOf(index, ofStage));
        });
      }
      const { graphs, diagnostics, failed, crash, texts } = run.result();
      const stages = failed ? [] : modules.map((one, index) => ({ ...one, graph: graphs[index] as GraphJson }));
      return { diagnostics, failed, crash, texts, stages, config: run.configOrNull };
    },
  };
}

/** Stands for a zip that is the same on both sides, whatever it is. */
function unbundled({ hash }: BundleFacts): Pick<Bundle, 'sha256' | 'packedBytes' | 'unpackedBytes'> {
  return { sha256: hash, packedBytes: 0, unpackedBytes: 0 };
}

export function cacheOf(options: CompileOptions): CompilerCache {
  return openCache(cacheFolder(options));
}
