// The HTTP API: which route a request is for, the event that its function gets, and the answer; CORS where the API does it.
// docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html, .../http-api-develop-integrations-lambda.html
import { randomUUID } from 'node:crypto';
import type { HttpProxyEvent } from '../../../runtime/adapters/http-api.js';
import type { HttpProxyResult } from '../../../runtime/core/http-result.js';
import { type LocalFunction, TaskTimedOut } from '../function.js';
import { type HttpRequest, HttpResult } from '../requests.js';
import { LocalAuthorizer } from './authorizer.js';
import type { Node, Surroundings } from './service.js';

/** docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MOST_BODY_BYTES = 10 * 1024 * 1024;

interface Cors {
  readonly origin: string;
  readonly headers: readonly string[];
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly fn: LocalFunction;
  /** Made for preflights, which carry no credentials. */
  readonly isMade?: true;
}

interface Match {
  readonly route: Route;
  readonly parameters: Record<string, string>;
}

export class LocalHttpApi {
  private readonly routes: readonly Route[];
  private readonly declaredCors: Cors | null;
  private readonly authorizer: LocalAuthorizer | null;

  constructor(
    node: Node,
    private readonly around: Surroundings,
  ) {
    const cors = node.options['cors'] as unknown as Cors | null;
    this.declaredCors = cors;
    const [authorizer] = around.containedIn(node.id, 'http-authorizer');
    this.authorizer = authorizer === undefined ? null : new LocalAuthorizer(authorizer, around);
    const routes = around.containedIn(node.id, 'http-route').flatMap(({ id, options }) => {
      const [fn] = around.triggeredBy(id);
      const hasCors = options['cors'] !== null;
      return fn === undefined ? [] : [{ method: options['method'] as string, path: options['path'] as string, fn, hasCors }];
    });
    this.routes = cors === null ? [...routes, ...preflights(routes)] : routes;
  }

  async send(request: HttpRequest): Promise<HttpResult> {
    const [path = '', query = ''] = split(request.path, '?');
    const match = this.match(request.method, path === '' || path.startsWith('/') ? path || '/' : `/${path}`);
    const cors = this.declaredCors && { ...this.declaredCors, origin: this.around.originOf(this.declaredCors.origin) };
    if (cors === null) return this.answer(request, match, path, query);
    const { origin } = request.headers;
    const allowed =
      origin !== undefined && (cors.origin === '*' || cors.origin === origin) ? { ...cors, origin: cors.origin } : null;
    const headers: Record<string, string> = allowed ? { 'access-control-allow-origin': allowed.origin } : {};
    if (match === null && request.method === 'OPTIONS' && origin && request.headers['access-control-request-method']) {
      if (allowed !== null) {
        headers['access-control-allow-methods'] = [...new Set(this.routes.map(({ method }) => method))].sort().join(',');
        headers['access-control-allow-headers'] = allowed.headers.join(',');
      }
      return new HttpResult(204, headers, [], new Uint8Array());
    }
    const answer = await this.answer(request, match, path, query);
    // The API's configuration replaces what the function says.
    const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
    return new HttpResult(answer.statusCode, { ...Object.fromEntries(own), ...headers }, answer.cookies, answer.bytes);
  }

  private async answer(request: HttpRequest, match: Match | null, path: string, query: string): Promise<HttpResult> {
    if (match === null) return problem(404, 'Not Found');
    if (request.body !== undefined && Buffer.byteLength(request.body) > MOST_BODY_BYTES)
      return problem(413, 'Request Entity Too Large');
    let event = this.event(request, match, path.startsWith('/') ? path : `/${path}`, query);
    if (this.authorizer !== null && match.route.isMade === undefined) {
      const authorization = await this.authorizer.ask(event);
      if ('refusal' in authorization) return problem(authorization.refusal.statusCode, authorization.refusal.message);
      const { context } = authorization;
      event = { ...event, requestContext: { ...event.requestContext, authorizer: { lambda: context } } };
    }
    try {
      const result = (await match.route.fn.invoke(event, `${match.route.method} ${match.route.path}`)) as HttpProxyResult;
      const headers: Record<string, string> = { 'content-type': 'text/plain;charset=UTF-8' };
      for (const [name, value] of Object.entries(result.headers ?? {})) headers[name.toLowerCase()] = String(value);
      const bytes = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
      return new HttpResult(result.statusCode, headers, result.cookies ?? [], new Uint8Array(bytes));
    } catch (error) {
      if (error instanceof Error && error.name === 'EndlessLoopException') throw error;
      this.around.activity.report(error);
      return error instanceof TaskTimedOut ? problem(503, 'Service Unavailable') : problem(500, 'Internal Server Error');
    }
  }

  private event(request: HttpRequest, { route, parameters }: Match, path: string, rawQueryString: string): HttpProxyEvent {
    const { method, body } = request;
    const routeKey = `${route.method} ${route.path}`;
    const { cookie, ...headers } = request.headers;
    const query: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(rawQueryString))
      query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
    const encoded = body !== undefined && !isText(headers['content-type']);
    return {
      routeKey,
      rawQueryString,
      headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', ...headers },
      ...(cookie === undefined ? {} : { cookies: cookie.split(';').map((one) => one.trim()) }),
      ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
      ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: parameters }),
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'localhost',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: headers['user-agent'] ?? '' },
        requestId: randomUUID(),
        routeKey,
        stage: '$default',
        timeEpoch: this.around.activity.now(),
      },
      ...(body === undefined || body.length === 0
        ? {}
        : { body: encoded || typeof body !== 'string' ? asBody(body, encoded) : body }),
      isBase64Encoded: encoded,
    };
  }

  /** The most specific route that fits: literal segments before `{one}` before `{greedy+}`, and a method before ANY. */
  private match(method: string, path: string): Match | null {
    let best: { readonly rank: string; readonly match: Match } | null = null;
    for (const route of this.routes) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const fit = fitOf(route.path.split('/').slice(1), path.split('/').slice(1));
      if (fit === null) continue;
      const rank = `${fit.rank} ${route.method === 'ANY' ? 1 : 0}`;
      if (best === null || rank < best.rank) best = { rank, match: { route, parameters: fit.parameters } };
    }
    return best?.match ?? null;
  }
}

/** A function answers preflights for its path, unless a handler takes OPTIONS there. */
function preflights(routes: readonly (Route & { readonly hasCors: boolean })[]): readonly Route[] {
  const shapeOf = ({ path }: Route): string => path.replace(/\{[^}+]*/g, '{');
  const shapes = new Set(routes.filter((one) => one.hasCors).map(shapeOf));
  return [...shapes].flatMap((shape) => {
    const here = routes.filter((one) => shapeOf(one) === shape);
    const first = here.find((one) => one.hasCors);
    if (first === undefined || here.some(({ method }) => method === 'OPTIONS' || method === 'ANY')) return [];
    return [{ ...first, method: 'OPTIONS', isMade: true }];
  });
}

function fitOf(
  pattern: readonly string[],
  parts: readonly string[],
): { readonly rank: string; readonly parameters: Record<string, string> } | null {
  let rank = '';
  const parameters: Record<string, string> = {};
  for (const [at, segment] of pattern.entries()) {
    const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    if (name !== undefined && plus === '+') {
      const rest = parts.slice(at).join('/');
      return rest === '' ? null : { rank: `${rank}2`, parameters: { ...parameters, [name]: decode(rest) } };
    }
    const part = parts[at];
    if (part === undefined || (name === undefined ? decode(part) !== segment : part === '')) return null;
    if (name !== undefined) parameters[name] = decode(part);
    rank += name === undefined ? '0' : '1';
  }
  return parts.length === pattern.length ? { rank, parameters } : null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const asBody = (body: string | Uint8Array, encoded: boolean): string =>
  Buffer.from(body as string).toString(encoded ? 'base64' : 'utf8');

/** What API Gateway hands on as text; all else is base64. */
function isText(contentType = ''): boolean {
  const type = (contentType.split(';')[0] as string).trim().toLowerCase();
  const texts = ['', 'application/json', 'application/xml', 'application/javascript'];
  return type.startsWith('text/') || /\+(json|xml)$/.test(type) || texts.includes(type);
}

const problem = (statusCode: number, message: string): HttpResult =>
  new HttpResult(
    statusCode,
    { 'content-type': 'application/json' },
    [],
    new Uint8Array(Buffer.from(JSON.stringify({ message }))),
  );

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
