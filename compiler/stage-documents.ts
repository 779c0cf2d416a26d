/** What the documents of a stage take from the whole project: results that are not declared, and what is sent to connections. */
import { type DocumentContext, type DocumentKind, documentOf } from './documents/documents.js';
import type { FunctionNode, StageGraph } from './ir/graph.js';
import type { SentValue } from './ir/sent-value.js';
import type { MethodResult } from './ir/wire-type.js';
import type { AnyResource } from './kinds/index.js';

export { versionOf } from './documents/documents.js';

type Graph = StageGraph<AnyResource>;

export interface ProjectTypes {
  /** What handlers give, by `Class.method`. Inferred when it is asked for, which takes its time. */
  readonly results: () => ReadonlyMap<string, MethodResult>;
  /** What the project sends to connections. */
  readonly sent: readonly SentValue[];
}

/** The text of a document about a stage; null where the stage has nothing to say in it. */
export function stageDocument(
  kind: DocumentKind,
  graph: Graph,
  types: ProjectTypes,
  context: Omit<DocumentContext, 'sent'>,
): string | null {
  return documentOf(kind, graph, () => withResults(graph, types), { ...context, sent: sentToConnections(graph, types) });
}

/** What reaches the connections of a stage; what a function of other stages sends does not. */
function sentToConnections(graph: Graph, { results, sent }: ProjectTypes): DocumentContext['sent'] {
  const here = new Set(graph.functions.map((fn) => fn.name));
  const handlers = new Set(results().keys());
  return sent
    .filter(({ method, by }) => method === 'sendToConnectionConvertToJson' && (here.has(by) || !handlers.has(by)))
    .map(({ by, type }) => ({ function: by, type }));
}

/** The graph with the types of results inferred where they are not declared. */
function withResults(graph: Graph, { results }: ProjectTypes): Graph {
  const known = results();
  const functions = graph.functions.map((fn): FunctionNode => {
    const found = known.get(fn.name);
    if (found === undefined) return fn;
    return { ...fn, result: found.type, ...(found.answers === null ? {} : { answers: found.answers }) };
  });
  return { ...graph, functions };
}
