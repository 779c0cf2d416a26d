/**
 * The order of the phases. Read this first: load, read, link, check, plan, bundle, emit, write. `check` stops before plan
 * leaves the compiler's own world; `build` goes on when there is no error. No phase throws for what a user wrote.
 */

import { type BuildRecord, madeByBuild, readRecord, writeRecord } from './cache/build-record.js';
import { CacheFolder } from './cache/cache-folder.js';
import { type CompilerCache, openCache } from './cache/compiler-cache.js';
import { RecordingHost } from './cache/recording-host.js';
import { forStage, isProtectedStage, type NimbusConfig } from './config/config.js';
import type { LoadedConfig } from './config/load-config.js';
import { buildCatalogue, type Catalogue } from './diagnostics/catalogue.js';
import { graphCodes } from './diagnostics/codes/graph.js';
import { guardCodes } from './diagnostics/codes/guard.js';
import { internalCodes } from './diagnostics/codes/internal.js';
import { projectCodes } from './diagnostics/codes/project.js';
import { coreTables } from './diagnostics/core-codes.js';
import type { Diagnostic } from './diagnostics/diagnostic.js';
import { createSink, type Sink } from './diagnostics/sink.js';
import { closest } from './diagnostics/suggest.js';
import { readSuppressions } from './diagnostics/suppress.js';
import type { DocumentContext, DocumentKind } from './documents/documents.js';
import type { LockedStage } from './guard/lock.js';
import { LOCK_FILE } from './guard/lock-file.js';
import type { ShapeChange } from './guard/stored-shapes.js';
import type { LockTurn } from './guard/write-lock.js';
import { contentHash } from './hash.js';
import type { EdgeBase, FunctionNode, StageGraph } from './ir/graph.js';
import { jsonText } from './ir/json.js';
import type { SentValue } from './ir/sent-value.js';
import { type GraphJson, Places, serialiseGraph } from './ir/serialise.js';
import { lastFrom, type Place } from './ir/span.js';
import type { StageGuard, StagePlan, StageSettings } from './ir/stage-plan.js';
import type { MethodResult } from './ir/wire-type.js';
import type { GraphView, LinkConfig } from './kinds/definition.js';
import { graphView } from './kinds/graph-view.js';
import { type AnyResource, kinds } from './kinds/index.js';
import { CLASSES_FOLDER, type LocalPlanResult } from './local-plan.js';
import type { Host } from './options.js';
import * as paths from './paths.js';
import type { SourceProgram } from './phases/1-load/load-program.js';
import type { ReadResult } from './phases/2-read/read-app.js';
import { checkEdges } from './phases/3-link/check-edges.js';
import type { Explanation } from './phases/3-link/explain-graph.js';
import { checkStage, chooseStages, isEmpty, linkApp } from './phases/3-link/link-app.js';
import { projectFiles } from './phases/3-link/project-files.js';
import type {
  Bundle,
  BundledFunction,
  BundlerContext,
  FunctionToBundle,
  WrittenFiles,
} from './phases/6-bundle/bundle-functions.js';
import { DamagedCache } from './phases/6-bundle/damaged-cache.js';
import { functionsToBundle } from './phases/6-bundle/functions-to-bundle.js';
import { startEsbuild } from './phases/6-bundle/start-esbuild.js';
import { artifactFiles, textFile } from './phases/7-emit/output-files.js';
import { type OutputTurn, outputTurn, type StageOutput, writeOutput, writtenFiles } from './phases/7-emit/write-output.js';
import type { LoweredStage, Provider } from './provider.js';

export interface CompileOptions {
  readonly host: Host;
  /** Absolute. */
  readonly projectDir: string;
  /** The configuration file, when it is not one of the usual names. */
  readonly configFile: string | null;
  /** Stages asked for; empty: all that the source mentions. */
  readonly stages: readonly string[];
  /** Replaces `out` of the configuration. */
  readonly out: string | null;
  readonly provider: Provider;
  /** Folder of the compiled `runtime/`, from which bundles are made. */
  readonly runtimeDir: string;
  /** Version of nimbusc, as it stands in the manifest. */
  readonly version: string;
  /** Changes with every change of nimbusc's code; null: use no cache. */
  readonly toolId: string | null;
}

export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  /** An internal error: the stack and the phase, for the report file. */
  readonly crash: { readonly phase: string; readonly stack: string } | null;
  readonly graphs: readonly GraphJson[];
  /** A document about a stage of `graphs`: the text, or null where the stage has no such API. */
  readonly document: (kind: DocumentKind, stage: string) => Promise<string | null>;
  /** Everything about a function or a resource of `graphs`; null when there is none of that name. */
  readonly explain: (name: string) => Promise<Explanation | null>;
  /** Texts of the files that diagnostics point into. */
  readonly texts: (file: string) => string | null;
}

export type { DocumentKind } from './documents/documents.js';
export type { Explanation } from './phases/3-link/explain-graph.js';
export { jsonText };

export interface BuildResult extends Omit<CheckResult, 'graphs' | 'document' | 'explain'> {
  /** The project's output folder, relative to the project. */
  readonly out: string;
  readonly stages: readonly BuiltStage[];
  /** False when everything was there already. */
  readonly changed: boolean;
}

export interface BuiltStage {
  readonly stage: string;
  readonly functions: readonly BuiltFunction[];
}

export interface BuiltFunction {
  readonly name: string;
  readonly triggers: readonly string[];
  readonly packedBytes: number;
  /** `UserDetail: get, put`, one entry per resource. */
  readonly permissions: readonly string[];
}

export function catalogueOf(provider: Provider): Catalogue {
  return buildCatalogue([...coreTables, ...kinds.map((k) => k.codes), ...provider.codes]);
}

/** Everything up to the plans of the stages: diagnostics and graphs, nothing written. */
export async function check(options: CompileOptions): Promise<CheckResult> {
  const cache = openCache(cacheFolder(options));
  const run = new Run(options, options.host, cache);
  await run.guarded(async () => {
    await run.front();
    await run.guard();
    run.plans();
  });
  if (run.crash === null) cache.save();
  return run.result();
}

export async function build(options: CompileOptions): Promise<BuildResult> {
  const folder = cacheFolder(options);
  const recordName = `build-${contentHash(JSON.stringify([options.stages, options.out, options.configFile])).slice(0, 16)}.json`;
  const known = folder === null ? null : readRecord(folder, recordName, options.host, options.projectDir);
  if (known !== null) return { ...known, failed: false, crash: null, changed: false, texts: projectTexts(options) };

  startEsbuild();
  const cache = openCache(folder);
  const host = new RecordingHost(options.host);
  const run = new Run(options, host, cache);
  let stages: readonly BuiltStage[] = [];
  let outputs: readonly StageOutput[] = [];
  let lock: WrittenLock | null = null;
  await run.guarded(async () => {
    await run.front();
    await run.guard();
    const plans = run.plans();
    if (run.sink.failed) return;
    // Most of bundling happens in esbuild's process; lowering goes on beside it.
    const [bundles, lowered] = await Promise.all([run.bundle(plans), run.lower(plans)]);
    if (bundles === null) return;
    outputs = await run.emit(plans, lowered, bundles);
    if (run.sink.failed) return;
    run.phase = 'write the output';
    const turn = await run.lockTurn();
    if (turn === null) return;
    const output = [options.host, run.outDir, run.out, outputs, options.version, cache.outputs, run.sink] as const;
    let place: OutputTurn | null = null;
    try {
      place = await outputTurn(...output);
      // From here on without a pause, so that an interruption comes before all of it or after.
      if (place === null || !writeOutput(...output)) return;
      // Last: until it is written, the next build compares with the same lock again, and does the same.
      const text = turn.write();
      if (text !== null) lock = { path: run.lockPath, text };
    } finally {
      place?.end();
      turn.end();
    }
    if (lock !== null) stages = run.table(plans, bundles);
  });
  if (run.damagedCache) return build({ ...options, toolId: null });
  const result = run.result();
  if (run.crash === null) cache.save();
  // What the guard said is about this build and the one before; the next one compares with this one, and says nothing.
  if (folder !== null && !result.failed && lock !== null && !run.guardSpoke) {
    const { path, text } = lock as WrittenLock;
    const record: BuildRecord = { diagnostics: result.diagnostics, out: run.out, stages, lock: run.lockFile };
    host.wrote(path, text);
    writeRecord(
      folder,
      recordName,
      record,
      host.recorded(madeByBuild(options.projectDir, run.outDir, run.lockFile), run.outDir),
      outputs,
      options.host,
      run.outDir,
      options.projectDir,
    );
  }
  const { diagnostics, failed, crash, texts } = result;
  return { diagnostics, failed, crash, texts, out: run.out, stages, changed: true };
}

export type PlacedShapeChange = ShapeChange & { readonly place: Place };

interface WrittenLock {
  readonly path: string;
  readonly text: string;
}

/** What the local cloud runs the stages by. Like `check`, it writes nothing but the cache. */
export async function localPlan(options: CompileOptions & { readonly runtimeUrl: string }): Promise<LocalPlanned> {
  const cache = openCache(cacheFolder(options));
  const run = new Run(options, options.host, cache);
  let local: Pick<LocalPlanResult, 'plans' | 'classes'> = { plans: [], classes: { problem: 'the project has errors' } };
  await run.guarded(async () => {
    await run.front();
    const plans = run.plans();
    if (!run.sink.failed) local = await run.local(plans, options.runtimeUrl);
  });
  if (run.crash === null) cache.save();
  return { ...run.result(), ...local };
}

export type LocalPlanned = CheckResult & Pick<LocalPlanResult, 'plans' | 'classes'>;

export function cacheFolder(options: CompileOptions): CacheFolder | null {
  if (options.toolId === null) return null;
  return new CacheFolder(options.host, paths.join(options.projectDir, 'node_modules', '.cache', 'nimbusc'), options.toolId);
}

function projectTexts(options: CompileOptions): (file: string) => string | null {
  return (file) => options.host.readText(paths.join(options.projectDir, file));
}

/** A stage before its artifacts are known. */
interface Lowered {
  readonly stage: LoweredStage;
  /** Files that the artifacts have no part in. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** One run: what the phases hand to each other. For `compile-modules.ts` beside the commands of this file. */
export class Run {
  readonly sink: Sink;
  phase = 'start';
  crash: { phase: string; stack: string } | null = null;
  damagedCache = false;
  private loaded: LoadedConfig | null = null;
  private program: SourceProgram | null = null;
  private read: ReadResult | null = null;
  graphs: readonly StageGraph<AnyResource>[] = [];
  private places: Places | null = null;

  constructor(
    private readonly options: CompileOptions,
    private readonly host: Host,
    private readonly cache: CompilerCache,
  ) {
    this.sink = createSink(catalogueOf(options.provider));
  }

  /** Null: what the output folder holds. */
  written: WrittenFiles | null = null;

  get configOrNull(): NimbusConfig | null {
    return this.loaded?.config ?? null;
  }

  get config(): NimbusConfig {
    return (this.loaded as LoadedConfig).config;
  }

  get out(): string {
    return this.options.out ?? this.loaded?.config.out ?? 'nimbus.out';
  }

  get outDir(): string {
    return paths.join(this.options.projectDir, this.out);
  }

  /** The one place where an exception of nimbusc's own becomes a diagnostic. */
  async guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof DamagedCache) {
        this.damagedCache = true;
        return;
      }
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.crash = { phase: this.phase, stack: stack ?? message };
      this.sink.for(internalCodes).report('NIM9001', { phase: this.phase, problem: message, report: null }, null);
    }
  }

  /** Phases 1 to 4. */
  async front(): Promise<void> {
    const { host, options, sink } = this;
    this.phase = 'load the project';
    if (host.kind(options.projectDir) !== 'folder') {
      const isFile = host.kind(options.projectDir) === 'file';
      sink.for(projectCodes).report('NIM1020', { folder: paths.forward(options.projectDir), isFile }, null);
      return;
    }
    const { loadConfig, severitySettings, spanOf } = await import('./config/load-config.js');
    const { reportUnusedStages } = await import('./config/configured-stages.js');
    const config = loadConfig(host, options.projectDir, options.configFile, sink);
    if (!config.ok) return;
    this.loaded = config.value;
    sink.configure({ severities: severitySettings(config.value) });
    this.runtimeAt = spanOf(config.value, ['runtime']);
    // The TypeScript compiler is by far the largest thing that a command may have to load.
    const { loadProgram } = await import('./phases/1-load/load-program.js');
    const out = { path: this.out, span: options.out === null ? spanOf(config.value, ['out']) : null };
    const program = loadProgram(host, options.projectDir, config.value, out, this.cache.facts, this.cache.bodies, sink);
    if (!program.ok) return;
    this.program = program.value;
    this.places = new Places((file) => this.text(file));
    sink.configure({ suppressions: program.value.files.flatMap((file) => suppressionsOf(file, program.value)) });

    this.phase = 'read the source';
    const { readApp } = await import('./phases/2-read/read-app.js');
    const { damaged } = program.value;
    this.read = readApp(program.value, damaged, sink);
    // Whatever is missing from the graph may stand in a file that could not be read.
    if (damaged.size > 0) return;
    await this.types(program.value, this.read);

    this.phase = 'link the graph';
    const linkConfig = (stage: string): LinkConfig => ({
      httpErrorMessageType: this.config.httpErrorMessageType,
      defaultAllowedOrigin: forStage(this.config.defaultAllowedOrigin, stage),
      defaultAllowedHeaders: forStage(this.config.defaultAllowedHeaders, stage) ?? [],
      keepWarmStages: this.config.keepWarmStages,
    });
    const all = linkApp(
      this.read.app,
      this.read.graph,
      {
        project: this.config.projectName,
        defaultStages: this.config.defaultStages,
        config: linkConfig,
        files: projectFiles(host, options.projectDir, this.outDir),
      },
      sink,
    ) as readonly StageGraph<AnyResource>[];
    const narrowed = await this.narrow(all, program.value, this.read);
    this.phase = 'check the graph';
    for (const graph of narrowed) {
      checkStage(graph, linkConfig(graph.stage), sink);
      checkEdges(graph, this.sent, sink);
    }
    const stages = all.map((g) => g.stage);
    // After an error, the only decorator that names a stage may be missing.
    if (!sink.failed) reportUnusedStages(config.value, stages, sink);
    if (this.read.app.classes.length === 0 && !sink.failed) sink.for(graphCodes).report('NIM1603', {}, null);
    const { checkBackend, stageBackend } = await import('./config/stage-backend.js');
    this.backendOf = (stage) => stageBackend(config.value, stage);
    checkBackend(
      config.value,
      narrowed.filter((g) => !isEmpty(g)).map((g) => g.stage),
      sink,
    );
    this.graphs = chooseStages(options.stages, narrowed, sink, closest) as readonly StageGraph<AnyResource>[];
    this.views = new Map(this.graphs.map((g) => [g, graphView(g, linkConfig(g.stage), sink)]));
  }

  /** Grants as the code needs them. After an error what is missing may be a decorator that was reported. */
  private async narrow(
    graphs: readonly StageGraph<AnyResource>[],
    program: SourceProgram,
    { graph }: ReadResult,
  ): Promise<readonly StageGraph<AnyResource>[]> {
    const { sink } = this;
    if (sink.failed) return graphs;
    this.phase = 'follow the code';
    const { followCode } = await import('./phases/3-link/reach/follow-code.js');
    const { narrowGrants } = await import('./phases/3-link/narrow-grants.js');
    const { explainGraph } = await import('./phases/3-link/explain-graph.js');
    const reached = followCode({
      graph,
      bodies: (file) => program.bodies(file),
      hash: (file) => program.inputs.hashOfOrigin(file),
      memory: this.cache.reached,
    });
    this.explain = async (name) => {
      const bundles = await this.bundlesOf(name);
      return explainGraph(name, {
        graphs: this.graphs,
        bundles,
        reached,
        placeOf: (span) => (this.places as Places).of(span),
        textOf: (file) => this.text(file),
        actions: (kind, operation) => this.options.provider.actions(kind, operation),
      });
    };
    const { declarations } = await import('./phases/3-link/declarations.js');
    const { permissions, defaultStages } = this.config;
    const known = declarations(graph, (file) => this.text(file), defaultStages);
    return narrowGrants(graphs, { reached, permissions, declarations: known }, sink);
  }

  private async types(program: SourceProgram, read: ReadResult): Promise<void> {
    this.phase = 'read the types';
    const { readTypes } = await import('./phases/1-load/types/read-types.js');
    const { applyTypes } = await import('./phases/2-read/apply-types.js');
    const { host, options, cache, sink } = this;
    const typed = applyTypes(read.app, (asked) => readTypes(asked, host, program, options.runtimeDir, cache.types), sink);
    this.read = { ...read, app: typed.app };
    this.results = typed.results;
    this.sent = typed.sent;
  }

  private explain: CheckResult['explain'] = async () => null;
  private sent: readonly SentValue[] = [];
  private runtimeAt: StageSettings['runtimeAt'] = null;
  /** What handlers give, by `Class.method`. */
  private results: () => ReadonlyMap<string, MethodResult> = () => new Map();
  private backendOf: (stage: string) => StageSettings['backend'] = () => null;
  private views = new Map<StageGraph<AnyResource>, GraphView>();
  private planned: readonly StagePlan<AnyResource>[] = [];

  /** The lock beside the configuration, relative to the project. */
  get lockFile(): string {
    return paths.normalise(`${paths.dirname((this.loaded as LoadedConfig).file)}/${LOCK_FILE}`);
  }

  get lockPath(): string {
    return paths.join(this.options.projectDir, this.lockFile);
  }

  /** Compares the stages with the last build; `sink` is told what would be lost. */
  async guard(sink: Sink = this.sink): Promise<void> {
    if (this.loaded === null || this.program === null) return;
    this.phase = 'compare with the last build';
    const { config } = this.loaded;
    const { readLock } = await import('./guard/lock.js');
    this.lockBefore = this.host.readText(this.lockPath);
    const read = readLock(this.lockFile, this.lockBefore, sink);
    // After an error, what seems to be gone may stand where something was reported.
    if (!read.ok || sink.failed) return;
    const { checkGuardSettings } = await import('./guard/check-settings.js');
    const { guardStage } = await import('./guard/guard.js');
    const identified = this.graphs.map((graph) => ({
      graph,
      identities: this.options.provider.identities(graph, this.settings(graph.stage)),
    }));
    const isWhole = this.options.stages.length === 0;
    const declared = identified.map(({ identities }) => identities.map(({ address }) => address));
    checkGuardSettings(this.loaded, { declared, isWhole, lock: read.value.lock }, sink);
    for (const { graph, identities } of identified) {
      const { stage } = graph;
      const settings = { protected: isProtectedStage(config, stage), allowDestroy: config.allowDestroy, moved: config.moved };
      const { guard, locked } = guardStage(graph, identities, read.value, settings, sink);
      this.guards.set(stage, guard);
      this.locked = { ...this.locked, [stage]: locked };
    }
  }

  /** What diagnostics point into: the file may be another one by the time they are shown. */
  private lockBefore: string | null = null;
  private readonly guards = new Map<string, StageGuard>();
  private locked: { readonly [stage: string]: LockedStage } = {};

  /** What the stages store, as the guard has found it. */
  get lockedStages(): { readonly [stage: string]: LockedStage } {
    return this.locked;
  }

  /** What becomes of stored items, compared with what another state of the project stores. */
  async shapeChanges(before: { readonly [stage: string]: LockedStage }, stage: string): Promise<readonly PlacedShapeChange[]> {
    const { shapeChanges } = await import('./guard/stored-shapes.js');
    const { thingsOf } = await import('./guard/guard.js');
    const graph = this.graphs.find((one) => one.stage === stage);
    if (graph === undefined || !Object.hasOwn(before, stage)) return [];
    const things = thingsOf(graph, this.options.provider.identities(graph, this.settings(stage)));
    const changes = shapeChanges(before[stage]?.data ?? {}, this.locked[stage]?.moved ?? {}, things);
    return changes.map((change) => ({ ...change, place: (this.places as Places).of(change.span) }));
  }

  /** Whether the guard has found anything to say about what has changed since the last build. */
  get guardSpoke(): boolean {
    return this.sink.finish().some(({ code }) => code in guardCodes);
  }

  /** Null when it was reported why there is none. */
  async lockTurn(): Promise<LockTurn | null> {
    const { lockTurn } = await import('./guard/write-lock.js');
    return lockTurn(this.options.host, this.lockPath, this.lockFile, this.locked, this.sink);
  }

  /** Phase 5. */
  plans(): readonly StagePlan<AnyResource>[] {
    if (this.loaded === null || this.program === null) return [];
    this.phase = 'plan the stages';
    this.planned = this.graphs.map((graph) =>
      this.options.provider.planStage(graph, this.settings(graph.stage), (span) => (this.places as Places).of(span), this.sink),
    );
    return this.planned;
  }

  private settings(stage: string): StageSettings {
    const { config } = this;
    const guard = this.guards.get(stage);
    return {
      project: config.projectName,
      stage,
      region: config.region,
      runtime: config.runtime,
      runtimeAt: this.runtimeAt,
      architecture: config.architecture,
      logRetentionDays: config.logRetentionDays,
      sourceTags: config.sourceTags,
      awsProviderVersion: config.awsProviderVersion,
      protected: isProtectedStage(config, stage),
      ...(guard === undefined ? {} : { guard }),
      backend: this.backendOf(stage),
      sourceMaps: config.bundle.sourceMaps,
    };
  }

  async local(
    plans: readonly StagePlan<AnyResource>[],
    runtimeUrl: string | null,
  ): Promise<Pick<LocalPlanResult, 'plans' | 'classes'>> {
    this.phase = 'plan the local cloud';
    const { importedClasses, planLocal } = await import('./plan-local.js');
    const { bundleClasses } = await import('./phases/6-bundle/bundle-classes.js');
    const local = plans.map((plan, index) => {
      const graph = this.graphs[index] as StageGraph<AnyResource>;
      return planLocal(plan, functionsToBundle(plan, this.viewOf(index)), this.graphJson(graph));
    });
    if (runtimeUrl === null) return { plans: local, classes: { problem: 'nobody has asked for them' } };
    return {
      plans: local,
      classes: await bundleClasses(importedClasses(local), this.bundlerContext(), runtimeUrl, CLASSES_FOLDER),
    };
  }

  /** Phase 6: one bundle per planned function, all stages together. */
  async bundle(plans: readonly StagePlan<AnyResource>[]): Promise<readonly (readonly BundledFunction[])[] | null> {
    return (await this.bundleSome(plans, () => true)) as readonly (readonly BundledFunction[])[] | null;
  }

  /** Null in place of the functions that nobody wants. */
  async bundleSome(
    plans: readonly StagePlan<AnyResource>[],
    isWanted: (stage: string, fn: string) => boolean,
  ): Promise<readonly (readonly (BundledFunction | null)[])[] | null> {
    this.phase = 'bundle the functions';
    const wanted = plans.map(({ settings, functions }) => functions.map(({ node }) => isWanted(settings.stage, node.name)));
    const asked = plans.flatMap((plan, index) => this.bound(plan).filter((_, i) => wanted[index]?.[i]));
    const bundles = asked.length === 0 ? [] : await this.bundleAll(asked);
    if (bundles === null) return null;
    let next = 0;
    return wanted.map((ofStage) => ofStage.map((one) => (one ? (bundles[next++] as BundledFunction) : null)));
  }

  /** The functions of one of the plans, as they are bundled. */
  bound(plan: StagePlan<AnyResource>): readonly FunctionToBundle[] {
    return functionsToBundle(plan, this.viewOf(this.planned.indexOf(plan)));
  }

  /** What is in the bundle of a function, by stage: those alone are bundled, or taken from the cache. */
  private async bundlesOf(name: string): Promise<ReadonlyMap<string, Bundle>> {
    const wanted = this.planned.flatMap((plan, index) => {
      const functions = plan.functions.filter((fn) => fn.node.name === name);
      return functionsToBundle({ ...plan, functions }, this.viewOf(index)).map((fn) => ({ stage: plan.settings.stage, fn }));
    });
    const bundles = wanted.length === 0 ? [] : await this.bundleAll(wanted.map(({ fn }) => fn));
    return new Map(bundles?.map((bundle, index) => [wanted[index]?.stage as string, bundle]));
  }

  /** Functions of a stage, by their ids. */
  functionsOf(stage: string, ids: readonly string[]): readonly FunctionToBundle[] {
    const at = this.planned.findIndex(({ settings }) => settings.stage === stage);
    const plan = this.planned[at] as StagePlan<AnyResource>;
    const functions = plan.functions.filter(({ node }) => ids.includes(node.id));
    const bound = functionsToBundle({ ...plan, functions }, this.viewOf(at));
    const byId = new Map(functions.map(({ node }, index) => [node.id, bound[index] as FunctionToBundle]));
    return ids.map((id) => {
      const found = byId.get(id);
      if (found === undefined) throw new Error(`there is no function ${id} in stage ${stage}`);
      return found;
    });
  }

  /** Of a stage, by its place among the graphs and plans. */
  private viewOf(index: number): GraphView {
    return this.views.get(this.graphs[index] as StageGraph<AnyResource>) as GraphView;
  }

  private async bundleAll(functions: readonly FunctionToBundle[]): Promise<readonly BundledFunction[] | null> {
    const { bundleFunctions } = await import('./phases/6-bundle/bundle-functions.js');
    return bundleFunctions(functions, this.bundlerContext());
  }

  bundlerContext(): BundlerContext {
    return {
      host: this.host,
      program: this.program as SourceProgram,
      decoratorRanges: (this.read as ReadResult).app.decoratorRanges,
      modules: this.options.provider.bundle,
      runtimeDir: this.options.runtimeDir,
      settings: { ...this.config.bundle, runtime: this.config.runtime },
      cache: this.cache.bundles,
      written: this.written ?? writtenFiles(this.options.host, this.outDir, this.cache.outputs),
      toolId: this.options.toolId ?? '',
      sink: this.sink,
    };
  }

  /** `documents`: the files that tell of the APIs, for which results have to be inferred. */
  async lower(plans: readonly StagePlan<AnyResource>[], { documents } = { documents: true }): Promise<readonly Lowered[]> {
    try {
      const lowered: Lowered[] = [];
      for (const [index, plan] of plans.entries()) {
        const stage = await this.options.provider.lowerStage(plan, this.cache.fragments);
        const graph = this.graphs[index] as StageGraph<AnyResource>;
        const files = [{ path: 'graph.json', content: jsonText(this.graphJson(graph)) }];
        for (const kind of documents ? (['asyncapi', 'openapi', 'schemas'] as const) : []) {
          const content = await this.document(kind, graph);
          if (content !== null) files.push({ path: `${kind}.json`, content });
        }
        lowered.push({ stage, files });
      }
      return lowered;
    } catch (error) {
      this.phase = 'lower the plans';
      throw error;
    }
  }

  /** Phase 7: all files of all stages, in memory. */
  async emit(
    plans: readonly StagePlan<AnyResource>[],
    lowered: readonly Lowered[],
    bundles: readonly (readonly BundledFunction[])[],
  ): Promise<readonly StageOutput[]> {
    this.phase = 'emit Terraform';
    const outputs: StageOutput[] = [];
    for (const [index, plan] of plans.entries()) {
      const artifacts = plan.functions.map((fn, i) => {
        const { sha256, packedBytes, unpackedBytes } = (bundles[index] as readonly BundledFunction[])[i] as BundledFunction;
        return { function: fn.node.id, path: fn.artifact, sha256, packedBytes, unpackedBytes };
      });
      const { stage, files } = lowered[index] as Lowered;
      const emitted = await stage.withArtifacts(artifacts, this.sink);
      const zips = plan.functions.flatMap((fn, i) =>
        artifactFiles(
          fn.artifact,
          (bundles[index] as readonly BundledFunction[])[i] as BundledFunction,
          this.config.bundle.sourceMaps,
        ),
      );
      const texts = [...emitted.files, ...files];
      const all = [...texts.map((f) => textFile(f.path, f.content)), ...zips, ...this.uploads(plan)];
      outputs.push({ stage: plan.settings.stage, files: all });
    }
    return outputs;
  }

  async document(kind: DocumentKind, graph: StageGraph<AnyResource>): Promise<string | null> {
    const { documentOf, versionOf } = await import('./documents/documents.js');
    const version = versionOf(this.host.readText(paths.join(this.options.projectDir, 'package.json')));
    const context: DocumentContext = { version, errors: this.config.httpErrorMessageType, sent: this.sentToConnections(graph) };
    return documentOf(kind, graph, () => this.withResults(graph), context);
  }

  /** What reaches the connections of a stage; what a function of other stages sends does not. */
  private sentToConnections(graph: StageGraph<AnyResource>): DocumentContext['sent'] {
    const here = new Set(graph.functions.map((fn) => fn.name));
    const handlers = new Set(this.results().keys());
    return this.sent
      .filter(({ method, by }) => method === 'sendToConnectionConvertToJson' && (here.has(by) || !handlers.has(by)))
      .map(({ by, type }) => ({ function: by, type }));
  }

  /** The graph with the types of results inferred where they are not declared: for documents. */
  private withResults(graph: StageGraph<AnyResource>): StageGraph<AnyResource> {
    const results = this.results();
    const functions = graph.functions.map((fn): FunctionNode => {
      const found = results.get(fn.name);
      if (found === undefined) return fn;
      return { ...fn, result: found.type, ...(found.answers === null ? {} : { answers: found.answers }) };
    });
    return { ...graph, functions };
  }

  /** Files of the project, as they are. They may be large, so they are read again when they are written. */
  private uploads(plan: StagePlan<AnyResource>): StageOutput['files'] {
    const files = plan.resources.flatMap(({ node }) => filesOf.get(node.kind)?.(node) ?? []);
    const byPath = new Map(files.map((file) => [file.path, file]));
    return [...byPath.values()].map(({ path, sha256, bytes }) => ({
      path: `uploads/${path}`,
      sha256,
      bytes,
      content: () => {
        const content = this.host.readBytes(paths.join(this.options.projectDir, path));
        if (content !== null && contentHash(content) === sha256) return content;
        throw Object.assign(new Error(`${path} was changed while nimbusc worked`), { code: 'EBUSY' });
      },
    }));
  }

  graphJson(graph: StageGraph<AnyResource>): GraphJson {
    return serialiseGraph(graph, this.places as Places, (node) => {
      for (const kind of kinds) {
        const describe = kind.describe[node.kind];
        if (describe !== undefined) return describe(node);
      }
      return {};
    });
  }

  table(plans: readonly StagePlan<AnyResource>[], bundles: readonly (readonly BundledFunction[])[]): readonly BuiltStage[] {
    return plans.map((plan, index) => {
      const names = new Map(plan.resources.map((r) => [r.node.id, r.node.name]));
      return {
        stage: plan.settings.stage,
        functions: plan.functions.map((fn, i) => ({
          name: fn.node.name,
          triggers: fn.triggers.map((edge: EdgeBase) => `${triggerWord(fn.node.trigger)} ${names.get(edge.from) ?? ''}`.trim()),
          packedBytes: ((bundles[index] as readonly BundledFunction[])[i] as BundledFunction).packedBytes,
          permissions: fn.permissions.map((p) => `${names.get(p.resource) ?? p.resource}: ${p.operations.join(', ')}`),
        })),
      };
    });
  }

  text(file: string): string | null {
    if (this.loaded?.file === file) return this.loaded.text;
    if (this.lockBefore !== null && this.lockFile === file) return this.lockBefore;
    return this.program?.text(file) ?? this.host.readText(paths.join(this.options.projectDir, file));
  }

  result(): CheckResult {
    return {
      diagnostics: this.sink.finish(),
      failed: this.sink.failed,
      crash: this.crash,
      graphs: this.crash === null && this.places !== null ? this.graphs.map((g) => this.graphJson(g)) : [],
      document: async (kind, stage) => {
        const graph = this.graphs.find((one) => one.stage === stage);
        return graph === undefined ? null : this.document(kind, graph);
      },
      explain: (name) => this.explain(name),
      texts: (file) => this.text(file),
    };
  }
}

/** By the kind of the node. */
const filesOf = new Map(
  kinds.flatMap(({ files, describe }) => (files ? Object.keys(describe).map((kind) => [kind, files]) : [])),
);

function suppressionsOf(file: string, program: SourceProgram): ReturnType<typeof readSuppressions> {
  const texts = [...(program.facts(file)?.texts ?? [])].sort(([a], [b]) => a - b);
  return readSuppressions(file, program.text(file) ?? '', (at) => {
    const text = lastFrom(texts, at, ([start]) => start);
    return text === null || at >= text[1];
  });
}

function triggerWord(kind: string): string {
  return kind.replace(/-api$/, '').replaceAll('-', ' ');
}
