/**
 * One run over a project: the phases, each as a step that takes what those before it have left here. `pipeline.ts` has their
 * order.
 */
import type { CompilerCache } from './cache/compiler-cache.js';
import { forStage, isProtectedStage, type NimbusConfig } from './config/config.js';
import type { LoadedConfig } from './config/load-config.js';
import { buildCatalogue, type Catalogue } from './diagnostics/catalogue.js';
import { graphCodes } from './diagnostics/codes/graph.js';
import { guardCodes } from './diagnostics/codes/guard.js';
import { internalCodes } from './diagnostics/codes/internal.js';
import { projectCodes } from './diagnostics/codes/project.js';
import { coreTables } from './diagnostics/core-codes.js';
import { createSink, type Sink } from './diagnostics/sink.js';
import { closest } from './diagnostics/suggest.js';
import { readSuppressions } from './diagnostics/suppress.js';
import type { DocumentKind } from './documents/documents.js';
import type { Lowered } from './emit-stages.js';
import type { LockedStage } from './guard/lock.js';
import { LOCK_FILE } from './guard/lock-file.js';
import type { ShapeChange } from './guard/stored-shapes.js';
import type { LockTurn } from './guard/write-lock.js';
import type { StageGraph } from './ir/graph.js';
import { jsonText } from './ir/json.js';
import { type GraphJson, Places, serialiseGraph } from './ir/serialise.js';
import { lastFrom, type Place, type Span } from './ir/span.js';
import type { StageGuard, StagePlan, StageSettings } from './ir/stage-plan.js';
import type { GraphView, LinkConfig } from './kinds/definition.js';
import { graphView } from './kinds/graph-view.js';
import { type AnyResource, kinds } from './kinds/index.js';
import { CLASSES_FOLDER, type LocalPlanResult } from './local-plan.js';
import type { Host } from './options.js';
import * as paths from './paths.js';
import type { SourceProgram } from './phases/1-load/load-program.js';
import type { ReadResult } from './phases/2-read/read-app.js';
import { checkEdges } from './phases/3-link/check-edges.js';
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
import { type StageOutput, writtenFiles } from './phases/7-emit/write-output.js';
import type { Provider } from './provider.js';
import type { CheckResult, CompileOptions } from './results.js';
import type { ProjectTypes } from './stage-documents.js';

export type PlacedShapeChange = ShapeChange & { readonly place: Place };

export function catalogueOf(provider: Provider): Catalogue {
  return buildCatalogue([...coreTables, ...kinds.map((k) => k.codes), ...provider.codes]);
}

export class Run {
  readonly sink: Sink;
  phase = 'start';
  crash: { phase: string; stack: string } | null = null;
  damagedCache = false;
  /** What the output folder holds, where it is not to be asked. */
  written: WrittenFiles | null = null;

  private loaded: LoadedConfig | null = null;
  private runtimeAt: StageSettings['runtimeAt'] = null;
  private backendOf: (stage: string) => StageSettings['backend'] = () => null;
  private program: SourceProgram | null = null;
  private places: Places | null = null;
  private read: ReadResult | null = null;
  private types: ProjectTypes = { results: () => new Map(), sent: [] };
  private explain: CheckResult['explain'] = async () => null;
  private graphs: readonly StageGraph<AnyResource>[] = [];
  private views: ReadonlyMap<StageGraph<AnyResource>, GraphView> = new Map();
  /** What diagnostics point into: the file may be another one by the time they are shown. */
  private lockBefore: string | null = null;
  private readonly guards = new Map<string, StageGuard>();
  private locked: { readonly [stage: string]: LockedStage } = {};
  private planned: readonly StagePlan<AnyResource>[] = [];

  constructor(
    private readonly options: CompileOptions,
    private readonly host: Host,
    private readonly cache: CompilerCache,
  ) {
    this.sink = createSink(catalogueOf(options.provider));
  }

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

  /** The lock beside the configuration, relative to the project. */
  get lockFile(): string {
    return paths.normalise(`${paths.dirname((this.loaded as LoadedConfig).file)}/${LOCK_FILE}`);
  }

  get lockPath(): string {
    return paths.join(this.options.projectDir, this.lockFile);
  }

  /** What the stages store, as the guard has found it. */
  get lockedStages(): { readonly [stage: string]: LockedStage } {
    return this.locked;
  }

  /** Whether the guard has found anything to say about what has changed since the last build. */
  get guardSpoke(): boolean {
    return this.sink.finish().some(({ code }) => code in guardCodes);
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

  /** Phases 1 to 3, and what each kind demands of its graph. Where it ends early, that was reported. */
  async front(): Promise<void> {
    const program = await this.load();
    if (program === null) return;
    const read = await this.readSource(program);
    if (read !== null) await this.link(program, read);
  }

  /** Phase 1. */
  private async load(): Promise<SourceProgram | null> {
    const { host, options, sink } = this;
    this.phase = 'load the project';
    if (host.kind(options.projectDir) !== 'folder') {
      const isFile = host.kind(options.projectDir) === 'file';
      sink.for(projectCodes).report('NIM1020', { folder: paths.forward(options.projectDir), isFile }, null);
      return null;
    }
    const { loadConfig, severitySettings, spanOf } = await import('./config/load-config.js');
    const config = loadConfig(host, options.projectDir, options.configFile, sink);
    if (!config.ok) return null;
    this.loaded = config.value;
    sink.configure({ severities: severitySettings(config.value) });
    this.runtimeAt = spanOf(config.value, ['runtime']);
    // The TypeScript compiler is by far the largest thing that a command may have to load.
    const { loadProgram } = await import('./phases/1-load/load-program.js');
    const out = { path: this.out, span: options.out === null ? spanOf(config.value, ['out']) : null };
    const program = loadProgram(host, options.projectDir, config.value, out, this.cache.facts, this.cache.bodies, sink);
    if (!program.ok) return null;
    this.program = program.value;
    this.places = new Places((file) => this.text(file));
    sink.configure({ suppressions: program.value.files.flatMap((file) => suppressionsOf(file, program.value)) });
    return program.value;
  }

  /** Phase 2, and the types that it leaves open. */
  private async readSource(program: SourceProgram): Promise<ReadResult | null> {
    const { host, options, cache, sink } = this;
    this.phase = 'read the source';
    const { readApp } = await import('./phases/2-read/read-app.js');
    const read = readApp(program, program.damaged, sink);
    this.read = read;
    // Whatever is missing from the graph may stand in a file that could not be read.
    if (program.damaged.size > 0) return null;
    this.phase = 'read the types';
    const { readTypes } = await import('./phases/1-load/types/read-types.js');
    const { applyTypes } = await import('./phases/2-read/apply-types.js');
    const { app, results, sent } = applyTypes(
      read.app,
      (asked) => readTypes(asked, host, program, options.runtimeDir, cache.types),
      sink,
    );
    this.read = { ...read, app };
    this.types = { results, sent };
    return this.read;
  }

  /** Phase 3: the graphs of the stages that are asked for. */
  private async link(program: SourceProgram, read: ReadResult): Promise<void> {
    const { host, options, sink, config } = this;
    const loaded = this.loaded as LoadedConfig;
    this.phase = 'link the graph';
    const linkConfig = (stage: string): LinkConfig => ({
      httpErrorMessageType: config.httpErrorMessageType,
      defaultAllowedOrigin: forStage(config.defaultAllowedOrigin, stage),
      defaultAllowedHeaders: forStage(config.defaultAllowedHeaders, stage) ?? [],
      keepWarmStages: config.keepWarmStages,
    });
    const all = linkApp(
      read.app,
      read.graph,
      {
        project: config.projectName,
        defaultStages: config.defaultStages,
        config: linkConfig,
        files: projectFiles(host, options.projectDir, this.outDir),
      },
      sink,
    ) as readonly StageGraph<AnyResource>[];
    const narrowed = await this.narrow(all, program, read);
    this.phase = 'check the graph';
    for (const graph of narrowed) {
      checkStage(graph, linkConfig(graph.stage), sink);
      checkEdges(graph, this.types.sent, sink);
    }
    const { reportUnusedStages } = await import('./config/configured-stages.js');
    const stages = all.map((g) => g.stage);
    // After an error, the only decorator that names a stage may be missing.
    if (!sink.failed) reportUnusedStages(loaded, stages, sink);
    if (read.app.classes.length === 0 && !sink.failed) sink.for(graphCodes).report('NIM1603', {}, null);
    const { checkBackend, stageBackend } = await import('./config/stage-backend.js');
    this.backendOf = (stage) => stageBackend(loaded, stage);
    checkBackend(
      loaded,
      narrowed.filter((g) => !isEmpty(g)).map((g) => g.stage),
      sink,
    );
    this.graphs = chooseStages(options.stages, narrowed, sink, closest) as readonly StageGraph<AnyResource>[];
    this.views = new Map(this.graphs.map((g) => [g, graphView(g, linkConfig(g.stage), sink)]));
  }

  /** Grants as the code needs them. */
  private async narrow(
    graphs: readonly StageGraph<AnyResource>[],
    program: SourceProgram,
    { app, graph }: ReadResult,
  ): Promise<readonly StageGraph<AnyResource>[]> {
    const { sink } = this;
    this.phase = 'follow the code';
    const { followCode } = await import('./phases/3-link/reach/follow-code.js');
    const { narrowGrants } = await import('./phases/3-link/narrow-grants.js');
    const { trustBeside } = await import('./phases/3-link/trust.js');
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
    // After an error what is missing may be what was reported.
    const trust = sink.failed ? trustBeside(errorSpans(sink), app) : null;
    return narrowGrants(graphs, { reached, permissions, declarations: known, trust }, sink);
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

  /** The turn at the lock file. Null when it was reported why there is none. */
  async lockTurn(): Promise<LockTurn | null> {
    const { lockTurn } = await import('./guard/write-lock.js');
    return lockTurn(this.options.host, this.lockPath, this.lockFile, this.locked, this.sink);
  }

  /** Everything settled, by the provider. */
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

  /** Everything of the output that does not depend on the zips. */
  async lower(plans: readonly StagePlan<AnyResource>[]): Promise<readonly Lowered[]> {
    try {
      const lowered: Lowered[] = [];
      for (const [index, plan] of plans.entries()) {
        const stage = await this.options.provider.lowerStage(plan, this.cache.fragments);
        const graph = this.graphs[index] as StageGraph<AnyResource>;
        const files = [{ path: 'graph.json', content: jsonText(this.graphJson(graph)) }];
        for (const kind of ['asyncapi', 'openapi', 'schemas'] as const) {
          const content = await this.document(kind, graph);
          if (content !== null) files.push({ path: `${kind}.json`, content });
        }
        lowered.push({ stage, files });
      }
      return lowered;
    } catch (error) {
      // Bundling goes on beside it, and has set its own.
      this.phase = 'lower the plans';
      throw error;
    }
  }

  /** All files of all stages. */
  async emit(
    plans: readonly StagePlan<AnyResource>[],
    lowered: readonly Lowered[],
    bundles: readonly (readonly BundledFunction[])[],
  ): Promise<readonly StageOutput[]> {
    this.phase = 'emit Terraform';
    const { emitStages } = await import('./emit-stages.js');
    const { host, sink } = this;
    const { projectDir } = this.options;
    return emitStages(plans, lowered, bundles, { host, projectDir, mapsInside: this.config.bundle.sourceMaps, sink });
  }

  private async document(kind: DocumentKind, graph: StageGraph<AnyResource>): Promise<string | null> {
    const { stageDocument, versionOf } = await import('./stage-documents.js');
    const version = versionOf(this.host.readText(paths.join(this.options.projectDir, 'package.json')));
    return stageDocument(kind, graph, this.types, { version, errors: this.config.httpErrorMessageType });
  }

  private graphJson(graph: StageGraph<AnyResource>): GraphJson {
    return serialiseGraph(graph, this.places as Places, (node) => {
      for (const kind of kinds) {
        const describe = kind.describe[node.kind];
        if (describe !== undefined) return describe(node);
      }
      return {};
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

function errorSpans(sink: Sink): readonly Span[] {
  return sink.finish().flatMap(({ severity, primary }) => (severity === 'error' && primary !== null ? [primary.span] : []));
}

function suppressionsOf(file: string, program: SourceProgram): ReturnType<typeof readSuppressions> {
  const texts = [...(program.facts(file)?.texts ?? [])].sort(([a], [b]) => a - b);
  return readSuppressions(file, program.text(file) ?? '', (at) => {
    const text = lastFrom(texts, at, ([start]) => start);
    return text === null || at >= text[1];
  });
}
