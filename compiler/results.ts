/** What callers of the compiler give to it and get from it. */
import type { Diagnostic } from './diagnostics/diagnostic.js';
import type { DocumentKind } from './documents/documents.js';
import type { GraphJson } from './ir/serialise.js';
import type { LocalPlanResult } from './local-plan.js';
import type { Host } from './options.js';
import type { Explanation } from './phases/3-link/explain-graph.js';
import type { Provider } from './provider.js';

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

export type LocalPlanned = CheckResult & Pick<LocalPlanResult, 'plans' | 'classes'>;
