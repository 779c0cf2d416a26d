/** What the compiler asks of a cloud. Implemented in `providers/<name>`; `bin/` hands the implementation in. */
import type { CodeTable, DiagnosticSink } from './diagnostics/diagnostic.js';
import type { NodeId, StageGraph } from './ir/graph.js';
import type { Place, Span } from './ir/span.js';
import type { Artifact, EmittedStage, StagePlan, StageSettings } from './ir/stage-plan.js';
import type { AnyResource } from './kinds/index.js';
import type { Review } from './review/model.js';
import type { BuildFacts, ModuleFacts, PlannedChanges } from './review/plan.js';

export interface Provider {
  readonly name: string;
  readonly codes: readonly CodeTable[];

  /** What the stage deploys, by the names that its declarations give: what the guard compares with the last build. */
  identities(graph: StageGraph<AnyResource>, settings: StageSettings): readonly Identity[];

  /**
   * Names, environment and permissions of a stage; reports every limit of the cloud that can be checked before bundling.
   * `placeOf` gives the line of a declaration, which its resources carry as a tag.
   */
  planStage(
    graph: StageGraph<AnyResource>,
    settings: StageSettings,
    placeOf: (span: Span) => Place,
    sink: DiagnosticSink,
  ): StagePlan<AnyResource>;

  /**
   * Lowers a plan as far as that goes without its artifacts, which are made meanwhile. `fragments` is a content-keyed cache
   * of lowered parts; the result must not depend on what is in it. Loads whatever is expensive only when a fragment is missing.
   */
  lowerStage(plan: StagePlan<AnyResource>, fragments: FragmentCache): Promise<LoweredStage>;

  /** What an operation of a kind is called there, and needs to be permitted: `dynamodb:GetItem`. */
  actions(kind: string, operation: string): readonly string[];

  /** What planned changes mean in this cloud. `stage` is asked for; null: the one that the changes are of. */
  review(plan: PlannedChanges, buildOf: (stage: string) => BuildFacts, stage: string | null): Promise<Review>;

  /** What a plan would have, from the modules of two states of the source; null: the stage is not there. */
  compare(before: ModuleFacts | null, after: ModuleFacts | null): Promise<PlannedChanges>;

  /** What the bundler needs to know about the code that nimbusc itself puts into functions. */
  readonly bundle: BundleModules;
}

/** A function, or a resource that has an address. */
export interface Identity {
  readonly node: NodeId;
  /** `aws_dynamodb_table.Order` */
  readonly address: string;
  /** Null where the cloud chooses it, or there is none. */
  readonly physicalName: string | null;
}

export interface LoweredStage {
  /** The files of the stage; reports what is wrong with the artifacts. To be called once. */
  withArtifacts(artifacts: readonly ArtifactFacts[], sink: DiagnosticSink): Promise<EmittedStage>;
}

/** Of an artifact, what lowering may depend on. */
export type ArtifactFacts = Pick<Artifact, 'function' | 'path' | 'sha256' | 'unpackedBytes'> & { readonly packedBytes: number };

export interface FragmentCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

export interface BundleModules {
  /** Absolute path of the module that `nimbusc:client/<kind>` names. */
  clientModule(kind: string): string | null;
  /**
   * Modules prepared in advance, shipped beside the bundle instead of in it, by the absolute path of the module that
   * they stand for; each comes with the files it needs, ready to be put into a zip.
   */
  readonly prepared: ReadonlyMap<string, PreparedModule>;
}

export interface PreparedFile {
  readonly name: string;
  readonly path: string;
  /** The file deflated in advance, as it goes into zips; without it, that is done at each build. */
  readonly packed?: { readonly path: string; readonly crc: number; readonly size: number };
}

export interface PreparedModule {
  /** File names inside the zip: the entry first, then what it imports. */
  readonly files: readonly PreparedFile[];
}
