/**
 * In: the graphs of two builds. Out: the nodes and edges of both, each with what became of it. What has only moved in its
 * file is the same. Also reads `graph.json`, which anybody may have written.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import { GRAPH_SCHEMA_VERSION, type GraphJson } from '../ir/serialise.js';
import type { Place } from '../ir/span.js';
import type { Operation } from './picture.js';

export type Change = 'same' | 'added' | 'removed' | 'changed';

export interface ChangedNode {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly source: Place;
  readonly options: JsonObject;
  readonly change: Change;
}

export interface ChangedEdge {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly source: Place;
  readonly because: readonly Place[];
  readonly operations: readonly Operation[];
  readonly change: Change;
}

export function compareGraphs(head: GraphJson, base: GraphJson | null): { nodes: ChangedNode[]; edges: ChangedEdge[] } {
  const node = (json: JsonObject, change: Change): ChangedNode => ({ ...(json as unknown as ChangedNode), change });
  const edge = (json: JsonObject, change: Change, operations: readonly Operation[]): ChangedEdge => {
    const { kind, from, to, source, because } = json as unknown as ChangedEdge;
    return { kind, from, to, source, because: because ?? [], operations, change };
  };
  const before = { nodes: byId(base?.nodes), edges: byId(base?.edges) };
  const now = { nodes: byId(head.nodes), edges: byId(head.edges) };
  const nodes = head.nodes.map((json) => {
    const old = before.nodes.get(idOf(json));
    if (base === null) return node(json, 'same');
    if (old === undefined) return node(json, 'added');
    return node(json, withoutPlaces(json) === withoutPlaces(old) ? 'same' : 'changed');
  });
  const edges = head.edges.map((json) => {
    const old = before.edges.get(idOf(json));
    if (base !== null && old === undefined) return edge(json, 'added', operationsOf(json, 'added'));
    const operations = base === null ? operationsOf(json, 'same') : mergeOperations(json, old as JsonObject);
    return edge(json, operations.every((one) => one.change === 'same') ? 'same' : 'changed', operations);
  });
  for (const json of base?.nodes ?? []) if (!now.nodes.has(idOf(json))) nodes.push(node(json, 'removed'));
  for (const json of base?.edges ?? []) {
    if (!now.edges.has(idOf(json))) edges.push(edge(json, 'removed', operationsOf(json, 'removed')));
  }
  return { nodes, edges };
}

/** A graph out of its text; null when it is none of this version. */
export function readGraph(text: string): GraphJson | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value['schemaVersion'] !== GRAPH_SCHEMA_VERSION) return null;
  const { project, stage, nodes, edges } = value;
  if (!isText(project) || !isText(stage) || !Array.isArray(nodes) || !Array.isArray(edges)) return null;
  const goodNode = (one: unknown): boolean =>
    isObject(one) && [one['id'], one['kind'], one['name']].every(isText) && isPlace(one['source']) && isObject(one['options']);
  const goodEdge = (one: unknown): boolean =>
    isObject(one) &&
    [one['id'], one['kind'], one['from'], one['to']].every(isText) &&
    isPlace(one['source']) &&
    (one['operations'] === undefined || (Array.isArray(one['operations']) && one['operations'].every(isText))) &&
    (one['because'] === undefined || (Array.isArray(one['because']) && one['because'].every(isPlace)));
  return nodes.every(goodNode) && edges.every(goodEdge) ? (value as unknown as GraphJson) : null;
}

function mergeOperations(json: JsonObject, old: JsonObject): Operation[] {
  const now = operationsOf(json, 'same');
  const before = operationsOf(old, 'removed');
  const has = (list: readonly Operation[], name: string): boolean => list.some((one) => one.name === name);
  return [
    ...now.map((one): Operation => (has(before, one.name) ? one : { ...one, change: 'added' })),
    ...before.filter((one) => !has(now, one.name)),
  ];
}

function operationsOf(json: JsonObject, change: Change): Operation[] {
  const operations = (json['operations'] ?? []) as readonly string[];
  return operations.map((name) => ({ name, change }));
}

const idOf = (json: JsonObject): string => json['id'] as string;
const byId = (list: readonly JsonObject[] | undefined): ReadonlyMap<string, JsonObject> =>
  new Map((list ?? []).map((json) => [idOf(json), json]));

/** Moving a declaration moves the lines of all that follow it; that is no change of what is deployed. */
function withoutPlaces(json: JsonValue): string {
  return JSON.stringify(json, (key, value: unknown) => (key === 'source' && isPlace(value) ? undefined : value));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlace = (value: unknown): boolean =>
  isObject(value) && isText(value['file']) && Number.isSafeInteger(value['line']) && Number.isSafeInteger(value['column']);
