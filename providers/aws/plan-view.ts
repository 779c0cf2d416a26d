/** A plan with its edges indexed. Pure look-ups; what a plan cannot lack is an internal error when it does. */
import type { EdgeBase, NodeId } from '../../compiler/ir/graph.js';
import { compareText } from '../../compiler/ir/span.js';
import type { PlannedFunction, PlannedResource, StagePlan, StageSettings } from '../../compiler/ir/stage-plan.js';
import type { AnyResource } from '../../compiler/kinds/index.js';

export interface PlanView {
  readonly settings: StageSettings;
  readonly functions: readonly PlannedFunction[];
  readonly resources: readonly PlannedResource<AnyResource>[];
  /** As in the plan. */
  readonly formerIds: ReadonlyMap<string, string>;
  resource(id: NodeId): PlannedResource<AnyResource>;
  /** The function that a trigger starts. */
  functionStartedBy(trigger: NodeId): PlannedFunction;
  /** The same for what may start several, or none; in the order of the plan's edges. */
  functionsStartedBy(trigger: NodeId): readonly PlannedFunction[];
  /** What an API contains; in the order of the plan. */
  contentsOf(container: NodeId): readonly PlannedResource<AnyResource>[];
  containerOf(content: NodeId): PlannedResource<AnyResource>;
}

export function planView(plan: StagePlan<AnyResource>): PlanView {
  const resources = new Map(plan.resources.map((r) => [r.node.id, r]));
  const functions = new Map(plan.functions.map((f) => [f.node.id, f]));
  const started = endsBy(
    plan.edges,
    'triggers',
    (e) => e.from,
    (e) => e.to,
  );
  const contents = endsBy(
    plan.edges,
    'contains',
    (e) => e.from,
    (e) => e.to,
  );
  const containers = endsBy(
    plan.edges,
    'contains',
    (e) => e.to,
    (e) => e.from,
  );
  const resource = (id: NodeId): PlannedResource<AnyResource> => found(resources.get(id), id);
  return {
    settings: plan.settings,
    functions: plan.functions,
    resources: plan.resources,
    formerIds: plan.formerIds ?? new Map(),
    resource,
    functionStartedBy: (trigger) => found(functions.get(found(started.get(trigger)?.[0], trigger)), trigger),
    functionsStartedBy: (trigger) => (started.get(trigger) ?? []).map((id) => found(functions.get(id), id)),
    contentsOf: (container) => [...(contents.get(container) ?? [])].sort(compareText).map(resource),
    containerOf: (content) => resource(found(containers.get(content)?.[0], content)),
  };
}

function endsBy(
  edges: readonly EdgeBase[],
  kind: EdgeBase['kind'],
  key: (edge: EdgeBase) => NodeId,
  end: (edge: EdgeBase) => NodeId,
): Map<NodeId, NodeId[]> {
  const map = new Map<NodeId, NodeId[]>();
  for (const edge of edges) {
    if (edge.kind !== kind) continue;
    const ends = map.get(key(edge));
    if (ends === undefined) map.set(key(edge), [end(edge)]);
    else ends.push(end(edge));
  }
  return map;
}

function found<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new Error(`the plan has nothing for ${id}`);
  return value;
}
