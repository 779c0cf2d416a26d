/** In: the plan of a stage. Out: what its functions are bundled from: their adapters, clients and what goes around them. */
import type { EdgeBase, FunctionNode } from '../../ir/graph.js';
import type { StagePlan } from '../../ir/stage-plan.js';
import { itemOf } from '../../ir/wire-type.js';
import type { ClientBinding, GraphView, Kind } from '../../kinds/definition.js';
import { type AnyResource, bindingOf, kindByName, kinds } from '../../kinds/index.js';
import type { FunctionToBundle } from './bundle-functions.js';

/** What a function is told of the resource at the other end of an edge. */
export interface BoundEdge {
  readonly id: string;
  readonly kind: string;
  readonly binding: ClientBinding;
  readonly edge: EdgeBase;
}

export type BoundFunction = FunctionToBundle & { readonly bound: readonly BoundEdge[] };

export function functionsToBundle(plan: StagePlan<AnyResource>, view: GraphView): readonly BoundFunction[] {
  const bound = new Map<string, BoundEdge[]>();
  for (const edge of plan.edges) {
    const [id, fn] = edge.kind === 'triggers' ? [edge.from, edge.to] : [edge.to, edge.from];
    const node = view.resource(id);
    const binding = node && bindingOf(node, edge.kind);
    if (node && binding) bound.set(fn, [...(bound.get(fn) ?? []), { id, kind: node.kind, binding, edge }]);
  }
  return plan.functions.map((fn) => {
    const kind = kindByName.get(fn.node.trigger);
    const own = kind?.adapter?.(fn.node, view);
    const adapter = { module: fn.node.trigger, data: {}, ...own };
    const wrappers = kinds.flatMap((one) => one.wrapper?.(fn.node, view) ?? []);
    const clients = bound.get(fn.node.id) ?? [];
    return { name: fn.artifact, bound: clients, input: { function: asRead(fn.node, kind), clients, adapter, wrappers } };
  });
}

/** The function with its bodies as the adapter reads them: one by one where it takes lists. */
function asRead(fn: FunctionNode, kind: Kind | undefined): FunctionNode {
  if (kind?.handler?.lists !== true) return fn;
  return { ...fn, params: fn.params.map((param) => ({ ...param, wire: itemOf(param.wire) })) };
}
