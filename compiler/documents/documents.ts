/** In: a stage's graph. Out: the texts of the documents about its APIs; null where the stage has no such API. */
import type { StageGraph } from '../ir/graph.js';
import { type JsonObject, jsonText } from '../ir/json.js';
import type { LinkConfig } from '../kinds/definition.js';
import { authorizerOf } from '../kinds/http-api.js';
import type { AnyResource } from '../kinds/index.js';
import { asyncApi } from './asyncapi.js';
import { clientText } from './client.js';
import { openApi } from './openapi.js';
import { schemasOf } from './schemas.js';
import { httpOperations, type SentMessage, webSocketApi } from './stage-api.js';

type Graph = StageGraph<AnyResource>;

export interface DocumentContext {
  /** Of the project's own package.json, where it names one. */
  readonly version: string;
  readonly errors: LinkConfig['httpErrorMessageType'];
  /** What functions send to connections, as far as the source tells it. */
  readonly sent: readonly SentMessage[];
}

export type DocumentKind = 'openapi' | 'asyncapi' | 'schemas' | 'client';

/**
 * The text of a document about a stage; null where the stage has nothing to say in it. `withResults` gives the graph with
 * the types of results inferred where they are not declared, which takes its time.
 */
export function documentOf(kind: DocumentKind, graph: Graph, withResults: () => Graph, context: DocumentContext): string | null {
  switch (kind) {
    case 'openapi':
      return textOf(openApiOf(withResults(), context));
    case 'asyncapi':
      return textOf(asyncApiOf(graph, context));
    case 'schemas':
      return textOf(schemasOf(withResults()));
    case 'client':
      return clientOf(withResults(), context);
  }
}

export function openApiOf(graph: Graph, { version, errors }: DocumentContext): JsonObject | null {
  const operations = httpOperations(graph);
  if (operations === null) return null;
  const authorizationHeader = authorizerOf(graph.resources)?.header ?? null;
  return openApi({ info: { title: graph.project, version }, operations, errors, authorizationHeader });
}

export function asyncApiOf(graph: Graph, { version, sent }: DocumentContext): JsonObject | null {
  const api = webSocketApi(graph, sent);
  return api === null ? null : asyncApi({ title: graph.project, version }, api);
}

export function clientOf(graph: Graph, { sent }: DocumentContext): string | null {
  const http = httpOperations(graph);
  const webSocket = webSocketApi(graph, sent);
  return http === null && webSocket === null ? null : clientText({ project: graph.project, stage: graph.stage, http, webSocket });
}

const textOf = (document: JsonObject | null): string | null => (document === null ? null : jsonText(document));

/** The version in the text of a package.json; `0.0.0` without one. */
export function versionOf(packageJson: string | null): string {
  try {
    const { version } = JSON.parse(packageJson ?? '{}') as { version?: unknown };
    return typeof version === 'string' && version !== '' ? version : '0.0.0';
  } catch {
    return '0.0.0';
  }
}
