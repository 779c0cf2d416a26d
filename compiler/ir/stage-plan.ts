/** One stage, ready to be lowered: every physical name, environment value and permission is settled. */
import type { EdgeBase, FunctionNode, NodeBase, NodeId } from './graph.js';
import type { Span } from './span.js';

/** What the configuration settles for a stage. */
export interface StageSettings {
  readonly project: string;
  readonly stage: string;
  readonly region: string | null;
  readonly runtime: string;
  /** Where the configuration says so; null when it does not. */
  readonly runtimeAt: Span | null;
  readonly architecture: 'arm64' | 'x86_64';
  readonly logRetentionDays: number;
  readonly sourceTags: boolean;
  readonly awsProviderVersion: string;
  /** Data of the stage may not be destroyed. */
  readonly protected: boolean;
  /** What the last build has to say; absent: nothing. */
  readonly guard?: StageGuard;
  /** `{ s3: { bucket: ... } }`; null: local state beside the module. */
  readonly backend: { readonly [type: string]: { readonly [key: string]: unknown } } | null;
  /** Stack traces of functions are mapped to TypeScript positions. */
  readonly sourceMaps: boolean;
}

/** What is kept of the last build, so that renames in the source destroy nothing. */
export interface StageGuard {
  /** Class and method of which a function's names in the cloud are made, where those are no longer its own. */
  readonly formerHandlers: ReadonlyMap<NodeId, { readonly className: string; readonly method: string }>;
  /** What something was called when the names of what belongs to it were made. */
  readonly formerNames: ReadonlyMap<NodeId, string>;
  /** Names in the cloud that stay as they are, whatever the declaration says. */
  readonly keptNames: ReadonlyMap<NodeId, string>;
  /** Old address to new one, sorted; what belongs to them moves with them. */
  readonly moved: readonly (readonly [from: string, to: string])[];
  /** Addresses that may be destroyed although the stage is protected. */
  readonly released: ReadonlySet<string>;
}

export interface StagePlan<N extends NodeBase = NodeBase> {
  readonly settings: StageSettings;
  /** Sorted by node id. */
  readonly functions: readonly PlannedFunction[];
  readonly resources: readonly PlannedResource<N>[];
  /** Terraform names that renames elsewhere have changed, to what they were; absent: none. */
  readonly formerIds?: ReadonlyMap<string, string>;
  readonly edges: readonly EdgeBase[];
}

export interface PlannedResource<N extends NodeBase = NodeBase> {
  readonly node: N;
  /** The name in the cloud; null for kinds whose name the cloud chooses or that have none. */
  readonly physicalName: string | null;
  /** The Terraform name, from the declared name alone: `UserDetail`. */
  readonly logicalId: string;
  /** `src/chat.ts:41`, relative; the `nimbus:source` tag. */
  readonly sourceTag: string;
}

export interface PlannedFunction {
  readonly node: FunctionNode;
  readonly physicalName: string;
  readonly logicalId: string;
  readonly sourceTag: string;
  /** `artifacts/Chat-onMessage.zip`, relative to the module. */
  readonly artifact: string;
  readonly environment: readonly EnvBinding[];
  readonly permissions: readonly PlannedPermission[];
  /** The edges that trigger it. */
  readonly triggers: readonly EdgeBase[];
}

/** An environment entry of a function. */
export type EnvBinding =
  | { readonly name: string; readonly from: 'text'; readonly parts: readonly (string | { readonly variable: string })[] }
  /** An attribute of a resource, in the resource kind's own words (`name`, `endpoint`); the provider knows its expression. */
  | { readonly name: string; readonly from: 'resource'; readonly resource: NodeId; readonly attribute: string };

export interface PlannedPermission {
  readonly resource: NodeId;
  readonly operations: readonly string[];
  readonly because: readonly Span[];
}

/** A function's zip as the bundler made it. */
export interface Artifact {
  readonly function: NodeId;
  /** Relative to the stage's folder: `artifacts/Chat-onMessage.zip`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of the zip. */
  readonly sha256: string;
  readonly unpackedBytes: number;
}

/** What a provider gives back: files relative to the stage's folder, artifacts not included. */
export interface EmittedStage {
  readonly files: readonly { readonly path: string; readonly content: string }[];
}
