/** A stage's graph with the look-ups that kinds need for each function; made once, so that they stay linear. */
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import type { EdgeBase, FunctionNode, NodeBase, NodeId } from '../ir/graph.js';
import type { GraphView, LinkConfig } from './definition.js';

interface Parts {
  readonly stage: string;
  readonly functions: readonly FunctionNode[];
  readonly resources: readonly NodeBase[];
  readonly edges: readonly EdgeBase[];
}

export function graphView(graph: Parts, config: LinkConfig, sink: DiagnosticSink): GraphView {
  const { stage, functions, resources, edges } = graph;
  let nodes: ReadonlyMap<NodeId, NodeBase> | null = null;
  let starters: ReadonlyMap<NodeId, readonly NodeBase[]> | null = null;
  const resource = (id: NodeId): NodeBase | null => {
    nodes ??= new Map(resources.map((node) => [node.id, node]));
    return nodes.get(id) ?? null;
  };
  const startersOf = (id: NodeId): readonly NodeBase[] => {
    starters ??= group(edges, resource);
    return starters.get(id) ?? [];
  };
  return { stage, sink, config, functions, resources, edges, resource, startersOf };
}

function group(edges: readonly EdgeBase[], resource: (id: NodeId) => NodeBase | null): ReadonlyMap<NodeId, readonly NodeBase[]> {
  const found = new Map<NodeId, NodeBase[]>();
  for (const { kind, from, to } of edges) {
    const node = kind === 'triggers' ? resource(from) : null;
    if (node === null) continue;
    const list = found.get(to);
    if (list === undefined) found.set(to, [node]);
    else list.push(node);
  }
  return found;
}
