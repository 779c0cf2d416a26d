/**
 * In: a stage's graph. Out: its HTTP operations and WebSocket topics as documents and clients need them: sorted, with
 * `ANY` spread over methods, and with an id for each that comes from declared names alone.
 */
import type { FunctionNode, StageGraph } from '../ir/graph.js';
import { compareText } from '../ir/span.js';
import { ANY, type Doc, NOTHING, underlying, type WireType } from '../ir/wire-type.js';
import { HTTP_API_ID, type HttpMethodName, type HttpRouteNode, routesOf } from '../kinds/http-api.js';
import type { AnyResource } from '../kinds/index.js';
import { topicsOf, WEBSOCKET_API_ID } from '../kinds/websocket-api.js';

export type HttpVerb = Exclude<HttpMethodName, 'ANY'>;

/** What `ANY` stands for. TRACE, which OpenAPI also knows, reaches no function: API Gateway and `fetch` refuse it. */
const VERBS: readonly HttpVerb[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

export interface HttpOperation {
  /** `Users.list`; with more than one operation of the function `Users.list.get`, or else `Users.list.get/users/[id]`. */
  readonly id: string;
  readonly verb: HttpVerb;
  /** Literal text and parameters between the slashes; empty for the root. */
  readonly segments: readonly (string | PathParameter)[];
  readonly function: FunctionNode;
  /** Null where there is none, or where a method that `ANY` stands for carries none. */
  readonly body: HttpBody | null;
  /** What a client gets from a success. */
  readonly result: WireType;
  /** Sorted by status, each once. */
  readonly answers: readonly OperationAnswer[];
  /** True when the function has other operations, which share body and result. */
  readonly shared: boolean;
}

export interface OperationAnswer {
  readonly status: number;
  readonly type: WireType;
  /** True when the handler may set another status. */
  readonly open: boolean;
}

export interface PathParameter {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly description: string | null;
  /** Takes the rest of the path, slashes included. */
  readonly greedy: boolean;
}

export interface HttpBody {
  readonly type: WireType;
  /** How it travels: a string and bytes as they are, everything else as JSON. */
  readonly media: Media;
  readonly required: boolean;
}

export type Media = 'json' | 'text' | 'bytes';

export interface Topic {
  /** `Chat.onMessage`; with more than one topic of the function `Chat.onMessage.say`. */
  readonly id: string;
  readonly topic: string;
  readonly function: FunctionNode;
  /** Null when the handler takes none. */
  readonly body: WireType | null;
}

/** A message that a function sends to connections, as far as the source tells it. */
export interface SentMessage {
  /** The id or the name of the function. */
  readonly function: string;
  readonly type: WireType;
}

export interface WebSocketApi {
  /** `$connect`, `$default` and `$disconnect` are among them. */
  readonly topics: readonly Topic[];
  readonly sent: readonly SentMessage[];
}

type Graph = StageGraph<AnyResource>;

/** Sorted by path, then method; null for a stage without an HTTP API. */
export function httpOperations(graph: Graph): readonly HttpOperation[] | null {
  const routes = routesOf(graph.resources);
  if (!graph.resources.some(({ id }) => id === HTTP_API_ID)) return null;
  const functionOf = startedBy(graph);
  const explicit = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const found: { readonly verb: HttpVerb; readonly route: HttpRouteNode; readonly fn: FunctionNode }[] = [];
  for (const route of routes) {
    const fn = functionOf.get(route.id);
    if (fn === undefined) continue;
    // API Gateway prefers the route that names the method.
    const verbs = route.method === 'ANY' ? VERBS.filter((verb) => !explicit.has(`${verb} ${route.path}`)) : [route.method];
    for (const verb of verbs) found.push({ verb, route, fn });
  }
  const byFunction = new Map<FunctionNode, typeof found>();
  for (const one of found) byFunction.set(one.fn, [...(byFunction.get(one.fn) ?? []), one]);
  return found
    .map(({ verb, route, fn }): HttpOperation => {
      const siblings = byFunction.get(fn) ?? [];
      const body = bodyOf(fn);
      return {
        id: httpId(fn, verb, route.path, siblings),
        verb,
        segments: segmentsOf(route.path, fn.doc),
        function: fn,
        // Requests of these two have no body that means something, so one is expected only where the source says so.
        body: route.method === 'ANY' && (verb === 'GET' || verb === 'HEAD') ? null : body,
        ...(verb === 'HEAD' ? answered([{ status: 200, type: NOTHING, open: false }]) : answered(answersOf(fn))),
        shared: siblings.length > 1,
      };
    })
    .sort((a, b) => compareText(pathOf(a), pathOf(b)) || compareText(a.verb, b.verb));
}

/** Topics sorted by name; null for a stage without a WebSocket API. */
export function webSocketApi(graph: Graph, sent: readonly SentMessage[]): WebSocketApi | null {
  if (!graph.resources.some(({ id }) => id === WEBSOCKET_API_ID)) return null;
  const functionOf = startedBy(graph);
  const found = topicsOf(graph.resources).flatMap(({ id, topic }) => {
    const fn = functionOf.get(id);
    return fn === undefined ? [] : [{ topic, fn }];
  });
  const topics = found
    .map(({ topic, fn }): Topic => {
      const several = found.filter((other) => other.fn === fn).length > 1;
      const body = fn.params.find((param) => param.role === 'body')?.wire ?? null;
      return { id: several ? `${fn.name}.${topic}` : fn.name, topic, function: fn, body };
    })
    .sort((a, b) => compareText(a.topic, b.topic));
  return { topics, sent };
}

export function pathOf({ segments }: HttpOperation): string {
  return `/${segments.map((part) => (typeof part === 'string' ? part : `{${part.name}${part.greedy ? '+' : ''}}`)).join('/')}`;
}

export function parametersOf({ segments }: HttpOperation): readonly PathParameter[] {
  return segments.filter((part): part is PathParameter => typeof part !== 'string');
}

/** The type without `undefined`, and whether that was part of it. A union that is empty then is no value at all. */
export function withoutUndefined(type: WireType): { readonly type: WireType; readonly optional: boolean } {
  const inner = underlying(type);
  if (inner.t === 'undefined') return { type: NOTHING, optional: true };
  if (inner.t !== 'union') return { type, optional: false };
  const members = inner.of.filter((member) => underlying(member).t !== 'undefined');
  if (members.length === inner.of.length) return { type, optional: false };
  const [only] = members;
  return { type: members.length === 1 && only !== undefined ? only : { t: 'union', of: members }, optional: true };
}

/** `Users.list` from a function's id or name. */
export const functionName = (text: string): string => text.replace(/^function:/, '');

function startedBy(graph: Graph): ReadonlyMap<string, FunctionNode> {
  const functions = new Map(graph.functions.map((fn) => [fn.id, fn]));
  const started = new Map<string, FunctionNode>();
  for (const { kind, from, to } of graph.edges) {
    const fn = kind === 'triggers' ? functions.get(to) : undefined;
    if (fn !== undefined) started.set(from, fn);
  }
  return started;
}

function httpId(
  fn: FunctionNode,
  verb: HttpVerb,
  path: string,
  siblings: readonly { readonly verb: HttpVerb; readonly route: HttpRouteNode }[],
): string {
  if (siblings.length === 1) return fn.name;
  const id = `${fn.name}.${verb.toLowerCase()}`;
  if (siblings.filter((other) => other.verb === verb).length === 1) return id;
  const parts = path === '' ? [''] : path.split('/');
  // Brackets are no part of any path, so that no two routes get the same id.
  return `${id}/${parts.map((part) => part.replace(/^\{(.*)\+\}$/, '[...$1]').replace(/^\{(.*)\}$/, '[$1]')).join('/')}`;
}

function segmentsOf(path: string, doc: Doc | null): HttpOperation['segments'] {
  if (path === '') return [];
  return path.split('/').map((segment) => {
    const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) return segment;
    return { name, greedy: plus === '+', ...parameterDoc(doc, name) };
  });
}

/** `@param id (integer) The number of the order.`; TypeScript itself keeps what is in braces to itself. */
function parameterDoc(doc: Doc | null, name: string): Pick<PathParameter, 'type' | 'description'> {
  const text = doc?.params !== undefined && Object.hasOwn(doc.params, name) ? (doc.params[name] ?? '') : '';
  const [, type = 'string', rest = ''] =
    /^(?:[({](string|integer|number|boolean)[)}]\s*-?\s*)?([\s\S]*)$/.exec(text.trim()) ?? [];
  return { type: type as PathParameter['type'], description: rest === '' ? null : rest };
}

function answersOf(fn: FunctionNode): readonly OperationAnswer[] {
  const given = fn.answers ?? [{ status: underlying(fn.result).t === 'any' ? null : 200, type: fn.result }];
  const statuses = [...new Set(given.map(({ status }) => status ?? 200))];
  return statuses.map((status) => {
    const own = given.filter((answer) => (answer.status ?? 200) === status);
    const type = unionOf(own.map((answer) => (isEmpty(status) ? NOTHING : answer.type)));
    return { status, type, open: own.some((answer) => answer.status === null) };
  });
}

/** What a caller gets from a success. */
export const resultOf = (fn: FunctionNode): WireType => answered(answersOf(fn)).result;

/** Answers that carry no content whatever the handler says: RFC 9110, 15.3.5 and 15.4.5. */
const isEmpty = (status: number): boolean => status === 204 || status === 205 || status === 304;

function answered(answers: readonly OperationAnswer[]): Pick<HttpOperation, 'result' | 'answers'> {
  const successes = answers.filter(({ status, open }) => open || (status >= 200 && status < 300));
  return { answers, result: successes.length === 0 ? NOTHING : unionOf(successes.map(({ type }) => type)) };
}

function unionOf(types: readonly WireType[]): WireType {
  const [only, ...others] = types;
  if (only !== undefined && others.length === 0) return only;
  if (types.some((type) => underlying(type).t === 'any')) return ANY;
  const members = types.flatMap((type) => (type.t === 'union' ? type.of : [type]));
  const key = (type: WireType): unknown => (type.t === 'ref' ? type.to : JSON.stringify(type));
  const unique = [...new Map(members.map((type) => [type.t === 'ref' || isSimple(type) ? key(type) : type, type])).values()];
  return unique.length === 1 && unique[0] !== undefined ? unique[0] : { t: 'union', of: unique };
}

const isSimple = (type: WireType): boolean => Object.values(type).every((part) => typeof part !== 'object');

function bodyOf(fn: FunctionNode): HttpBody | null {
  const param = fn.params.find(({ role }) => role === 'body');
  if (param === undefined) return null;
  const { type, optional } = withoutUndefined(param.wire);
  return { type, media: mediaOf(type), required: !optional && underlying(type).t !== 'any' };
}

/** As the adapter of HTTP functions reads bodies. */
function mediaOf(type: WireType): Media {
  const inner = underlying(type);
  if (inner.t === 'bytes') return 'bytes';
  return isText(inner) ? 'text' : 'json';
}

function isText(type: WireType): boolean {
  const inner = underlying(type);
  if (inner.t === 'union') return inner.of.every(isText);
  // An enum comes as JSON: what is no JSON is for who takes any text.
  return inner.t === 'string';
}
