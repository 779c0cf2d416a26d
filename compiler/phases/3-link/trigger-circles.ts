/**
 * Functions that cause the very events that trigger them, perhaps through others (NIM1604). Which operations set off which
 * triggers is said by the kinds; a step leads from a function over a resource that it uses to a function triggered by it.
 */
import { graphCodes } from '../../diagnostics/codes/graph.js';
import type { EdgeBase, NodeBase, NodeId } from '../../ir/graph.js';
import { compareSpans } from '../../ir/span.js';
import type { GraphView } from '../../kinds/definition.js';
import { kindByName, labelOf } from '../../kinds/index.js';

/** From a function, over what it uses, to a function that this starts. */
interface Step {
  readonly uses: EdgeBase;
  readonly over: NodeBase;
  readonly to: NodeId;
}

/** Each circle is reported once, where its first function (by name) sets off the next; none is reported twice. */
export function checkCircles(graph: GraphView): void {
  const steps = stepsOf(graph);
  const told = new Set<NodeId>();
  for (const { id } of graph.functions) {
    const circle = told.has(id) ? null : shortestCircle(id, steps);
    if (circle === null) continue;
    for (const { to } of circle) told.add(to);
    report(graph, circle);
  }
}

function stepsOf(graph: GraphView): ReadonlyMap<NodeId, readonly Step[]> {
  const contents = endsOf(graph, 'contains');
  const started = endsOf(graph, 'triggers');
  const steps = new Map<NodeId, Step[]>();
  for (const uses of graph.edges) {
    // A permission that no code needs starts nothing, and is reported as unused.
    const isNeeded = uses.because.some((place) => compareSpans(place, uses.source) !== 0);
    const over = uses.kind === 'uses' && isNeeded ? graph.resource(uses.to) : null;
    if (over === null) continue;
    const operations = uses.operations.map((name) => kindByName.get(over.kind)?.operations?.[name]);
    const triggers = [over, ...(contents.get(over.id) ?? []).flatMap((id) => graph.resource(id) ?? [])];
    for (const trigger of triggers) {
      if (!operations.some((operation) => operation?.starts?.(trigger))) continue;
      for (const to of started.get(trigger.id) ?? []) steps.set(uses.from, [...(steps.get(uses.from) ?? []), { uses, over, to }]);
    }
  }
  return steps;
}

function endsOf(graph: GraphView, kind: EdgeBase['kind']): ReadonlyMap<NodeId, readonly NodeId[]> {
  const ends = new Map<NodeId, NodeId[]>();
  for (const edge of graph.edges) {
    if (edge.kind !== kind) continue;
    const list = ends.get(edge.from);
    if (list === undefined) ends.set(edge.from, [edge.to]);
    else list.push(edge.to);
  }
  return ends;
}

/** Breadth first, so that no detour is shown; edges are sorted, so that it is always the same one. */
function shortestCircle(start: NodeId, steps: ReadonlyMap<NodeId, readonly Step[]>): readonly Step[] | null {
  const came = new Map<NodeId, { readonly from: NodeId; readonly step: Step }>();
  const queue: NodeId[] = [start];
  for (const from of queue) {
    for (const step of steps.get(from) ?? []) {
      if (came.has(step.to)) continue;
      came.set(step.to, { from, step });
      if (step.to === start) return wayTo(start, came);
      queue.push(step.to);
    }
  }
  return null;
}

function wayTo(start: NodeId, came: ReadonlyMap<NodeId, { readonly from: NodeId; readonly step: Step }>): readonly Step[] {
  const way: Step[] = [];
  let at: NodeId = start;
  do {
    const { from, step } = came.get(at) as { from: NodeId; step: Step };
    way.unshift(step);
    at = from;
  } while (at !== start);
  return way;
}

function report(graph: GraphView, circle: readonly Step[]): void {
  const names = new Map(graph.functions.map((fn) => [fn.id, fn.name]));
  const nameOf = (id: NodeId): string => names.get(id) ?? id;
  const [first, ...others] = circle as readonly [Step, ...Step[]];
  const path = circle.flatMap(({ uses, over }) => [nameOf(uses.from), `${labelOf(over.kind)} "${over.name}"`]);
  graph.sink.for(graphCodes).report('NIM1604', { circle: [...path, nameOf(first.uses.from)] }, first.uses.source, {
    related: others.map(({ uses, over, to }) => ({
      span: uses.source,
      text: `${nameOf(uses.from)} starts ${nameOf(to)} over ${over.name}`,
    })),
    stages: [graph.stage],
  });
}
