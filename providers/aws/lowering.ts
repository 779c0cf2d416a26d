/**
 * What this provider says about a kind: how its resources are called, what may be granted on them, and what Terraform
 * they become. One implementation per kind, in `kinds/`; the table is complete by type.
 */
import type { TerraformStack } from 'cdktf';
import type { DiagnosticSink } from '../../compiler/diagnostics/diagnostic.js';
import type { FunctionNode, NodeBase, NodeId } from '../../compiler/ir/graph.js';
import type { Span } from '../../compiler/ir/span.js';
import type { PlannedResource, StageSettings } from '../../compiler/ir/stage-plan.js';
import type { NodeOf, ResourceKind } from '../../compiler/kinds/index.js';
import type { PlanView } from './plan-view.js';
import type { Template } from './template.js';
import type { Json } from './text.js';

export interface KindLowering<N extends NodeBase = NodeBase> {
  /** The Terraform type whose name is the node's logical id; null when the node becomes no resource. */
  address(node: N): string | null;
  names(node: N, context: NamingContext): Names;
  /** What AWS demands of the physical name; null where the name is always made to fit. */
  readonly nameRule: NameRule | null;
  /** What each operation of the kind needs. Empty for kinds without operations. */
  readonly actions: { readonly [operation: string]: readonly Grant[] };
  /** What a function may do because this triggers it: Lambda reads queues and streams with the function's role. */
  triggerGrants?(trigger: PlannedResource<N>, view: PlanView): readonly TriggerGrant[];
  /** The ARN that a grant names. */
  arn?(resource: PlannedResource<N>, on: string, view: PlanView): Template;
  /** The value of an attribute that clients are told through the environment. */
  attribute?(resource: PlannedResource<N>, attribute: string, view: PlanView): Template;
  /** The Terraform name of the security group whose members reach it; they run in the private network of the stage. */
  accessGroup?(resource: PlannedResource<N>): string;
  /** The `${NAME}` of the user's that its Terraform takes: values from the machine that deploys. */
  variables?(node: N): readonly { readonly name: string; readonly source: Span }[];
  /** Limits of AWS that concern this resource and what hangs on it. */
  check?(resource: PlannedResource<N>, view: PlanView, sink: DiagnosticSink): void;
  fragments(resource: PlannedResource<N>, view: PlanView): readonly AnyFragment[];
  /**
   * Of its Terraform names those that end in a hash, so that nobody else can say what they were when something they are made
   * of was called otherwise. `namesOf`: the names that a name had, that of now first.
   */
  hashedNames?(
    resource: PlannedResource<N>,
    namesOf: (logicalId: string) => readonly string[],
    view: PlanView,
  ): readonly { readonly type: string; readonly names: readonly string[] }[];
  /** What comes when everything else of the stage is there, for all resources of the kind at once. */
  finish?(resources: readonly PlannedResource<N>[], view: PlanView, deployed: Deployed): readonly AnyFragment[];
  /** `providers/aws/runtime/<kind>` holds a client, or what reads the kind's events. */
  readonly hasClient: boolean;
}

/** Complete over all kinds: a kind that is missing here does not compile. */
export type LoweringTable = { readonly [K in ResourceKind]: KindLowering<NodeOf<K>> };

export interface NamingContext {
  readonly settings: StageSettings;
  /** The function that a trigger starts. */
  functionStartedBy(id: NodeId): Pick<FunctionNode, 'className' | 'method'>;
  /** What a resource was called when the names of what belongs to it were made; null: as it is called now. */
  formerName(id: NodeId): string | null;
}

export interface Names {
  readonly logicalId: string;
  readonly physicalName: string | null;
}

export interface NameRule {
  /** `DynamoDB table`; physical names of one sort may not repeat in a stage. */
  readonly what: string;
  readonly min: number;
  readonly max: number;
}

/** IAM actions, and which of the resource's ARNs they are granted on (in the words of `arn`). */
export interface Grant {
  readonly actions: readonly string[];
  readonly on: string;
}

export interface TriggerGrant {
  readonly actions: readonly string[];
  readonly resource: Template;
}

/** What is there before the last fragments are made. */
export interface Deployed {
  /** Changes when anything that Terraform deploys in this stage does. */
  readonly hash: string;
  /** Addresses that stand for all of it: whoever depends on them comes last. */
  readonly ends: readonly string[];
}

/**
 * A piece of the module. All that `build` gets is the input, which is also the piece's key in the cache, so a cached piece
 * cannot differ from a fresh one. What changes with every edit of the source is put in afterwards, so that an edit needs
 * neither CDKTF nor new entries in the cache.
 */
export interface Fragment<I extends Json, B> {
  readonly part: Part<I, B>;
  readonly input: I;
  /** Its addresses that nothing within it waits for. */
  readonly ends: readonly string[];
  readonly late: readonly LateValue[];
}

/** Replaces a value of the built piece, which must be there. */
export interface LateValue {
  readonly path: readonly [section: string, ...keys: string[]];
  readonly value: string;
}

/** What `build` sets where a late value comes. */
export const SET_LATE = 'set late';

export interface Part<I extends Json, B> {
  /** Part of the cache key; unique. */
  readonly name: string;
  /** Loads the CDKTF bindings that `build` needs. */
  load(): Promise<B>;
  build(bindings: B, input: I, stack: TerraformStack): void;
}

// biome-ignore lint/suspicious/noExplicitAny: lists hold fragments of all parts; `fragment` has checked each one's input
export type AnyFragment = Fragment<any, any>;

export function part<I extends Json, B>(spec: Part<I, B>): Part<I, B> {
  return spec;
}

export function fragment<I extends Json, B>(
  of: Part<I, B>,
  input: I,
  ends: readonly string[] = [],
  late: readonly LateValue[] = [],
): Fragment<I, B> {
  return { part: of, input, ends, late };
}
