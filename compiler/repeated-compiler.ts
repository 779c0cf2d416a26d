/**
 * In: a project, again and again. Out: the plan of a stage for the local cloud, and the code of single functions. What one run
 * has found out, the next one knows: caches stay in memory.
 */
import { type CompilerCache, openCache } from './cache/compiler-cache.js';
import type { Diagnostic } from './diagnostics/diagnostic.js';
import { createSink } from './diagnostics/sink.js';
import type { LocalPlan, LocalPlanResult } from './local-plan.js';
import type { Host } from './options.js';
import * as paths from './paths.js';
import type { BundleInputs, LocalBundle } from './phases/6-bundle/bundle-locally.js';
import { cacheFolder } from './pipeline.js';
import type { CheckResult, CompileOptions } from './results.js';
import { catalogueOf, Run } from './run.js';

export class RepeatedCompiler {
  private readonly cache: CompilerCache;
  /** The last run without errors, and the stage that it is about. */
  private good: { readonly run: Run; readonly stage: string } | null = null;
  private settings = '';
  private readonly bundles = new Map<string, BundleInputs>();
  private saved = false;
  private files: ReadonlySet<string> = new Set();
  /** The folder that a build writes to, relative to the project. */
  out = 'nimbus.out';

  /** @param runtimeUrl null: the classes of the project are not wanted, for functions are bundled one by one */
  constructor(private readonly options: CompileOptions & { readonly runtimeUrl: string | null }) {
    this.cache = openCache(cacheFolder(options));
  }

  async compile(): Promise<RepeatedResult> {
    const { options } = this;
    const read = new Set<string>();
    const run = new Run(
      options,
      listening(options.host, (path) => read.add(path)),
      this.cache,
    );
    let local: Pick<LocalPlanResult, 'plans' | 'classes'> = { plans: [], classes: { problem: 'the project has errors' } };
    await run.guarded(async () => {
      await run.front();
      const plans = run.plans();
      if (!run.sink.failed) local = await run.local(plans, options.runtimeUrl);
    });
    if (run.crash === null && !this.saved) this.cache.save();
    this.saved = true;
    this.out = run.out;
    // A run that ends with errors may not have come to files that the one before it has read: they count all the same.
    this.files = run.sink.failed ? new Set([...this.files, ...read]) : read;
    const result = run.result();
    const plan = local.plans.find(({ stage }) => stage === (this.good?.stage ?? 'dev')) ?? local.plans[0] ?? null;
    if (result.failed || plan === null) return { ...result, plan: null, classes: local.classes, stale: [] };
    this.good = { run, stage: plan.stage };
    return { ...result, plan, classes: local.classes, stale: await this.stale(run) };
  }

  /** The code of functions, by their ids, as it was when the project was last compiled without errors. */
  async bundle(ids: readonly string[]): Promise<BundleResult> {
    const { good } = this;
    if (good === null) throw new Error('nothing has been compiled yet');
    const { bundleLocally } = await import('./phases/6-bundle/bundle-locally.js');
    const sink = createSink(catalogueOf(this.options.provider));
    const bundles = await bundleLocally(good.run.functionsOf(good.stage, ids), { ...good.run.bundlerContext(), sink });
    const texts = (file: string): string | null => good.run.text(file);
    if (bundles === null) return { bundles: null, diagnostics: sink.finish(), texts };
    for (const [at, { inputs }] of bundles.entries()) this.bundles.set(ids[at] as string, inputs);
    return { bundles: new Map(bundles.map((bundle, at) => [ids[at] as string, bundle])), diagnostics: [], texts };
  }

  /** The files, absolute, by whose content what was compiled and bundled is what it is. */
  inputs(): ReadonlySet<string> {
    const { projectDir } = this.options;
    const bundled = [...this.bundles.values()].flatMap((inputs) => inputs.map(([path]) => paths.join(projectDir, path)));
    return new Set([...this.files, ...bundled]);
  }

  /** Functions whose bundles would be others now. */
  private async stale(run: Run): Promise<string[]> {
    const { inputState } = await import('./phases/6-bundle/bundle-locally.js');
    const context = run.bundlerContext();
    const settings = JSON.stringify([context.settings, context.program.emitOptions]);
    const all = this.settings !== '' && this.settings !== settings;
    this.settings = settings;
    const states = new Map<string, string>();
    const isSame = (path: string, state: string): boolean => {
      const now = states.get(path) ?? inputState(path, context);
      states.set(path, now);
      return now === state;
    };
    return [...this.bundles].flatMap(([id, inputs]) =>
      all || !inputs.every(([path, state]) => isSame(path, state)) ? [id] : [],
    );
  }
}

/** The same host; `heard` is told of the files whose content it is asked for. */
function listening(host: Host, heard: (path: string) => void): Host {
  const hear = <R>(ask: (path: string) => R): ((path: string) => R) => {
    return (path) => {
      heard(path);
      return ask.call(host, path);
    };
  };
  return Object.assign(Object.create(host) as Host, {
    readText: hear(host.readText),
    readBytes: hear(host.readBytes),
    signature: hear(host.signature),
  });
}

export interface RepeatedResult extends CheckResult {
  /** Null after an error. */
  readonly plan: LocalPlan | null;
  readonly classes: LocalPlanResult['classes'];
  /** Functions that were bundled, and would be bundled otherwise now. */
  readonly stale: readonly string[];
}

export interface BundleResult {
  /** Null when there are errors. */
  readonly bundles: ReadonlyMap<string, LocalBundle> | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly texts: (file: string) => string | null;
}

export type { LocalBundle } from './phases/6-bundle/bundle-locally.js';
