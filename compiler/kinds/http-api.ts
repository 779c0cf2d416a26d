/** HTTP functions: methods that answer routes of the one HTTP API of a stage. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { FunctionNode, NodeBase, NodeId } from '../ir/graph.js';
import type { JsonObject } from '../ir/json.js';
import type { Span } from '../ir/span.js';
import { s } from '../schema/schema.js';
import { type DecoratorDecl, decorator, type GraphView, type Kind, type LinkContext, type RuntimeData } from './definition.js';
import { environmentName, originOf } from './file-storage-bucket.js';
import { functionOptions } from './function-options.js';
import type { HttpAuthorizerNode } from './http-authorizer.js';

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'ANY'] as const;
export type HttpMethodName = (typeof HTTP_METHODS)[number];

export interface HttpApiNode extends NodeBase<'http-api'> {
  /** Set when every route has the same CORS settings: the API answers preflight requests by itself. */
  readonly cors: Cors | null;
  /** The `@HttpApi` that applies to it; null: none. */
  readonly configuredBy: Span | null;
}

export interface HttpRouteNode extends NodeBase<'http-route'> {
  readonly method: HttpMethodName;
  /** Without a leading slash; empty for the root: `users/{id}`. */
  readonly path: string;
  /** The path with the names of its parameters taken out, so that renaming one changes no address: `users/{}`. */
  readonly shape: string;
  readonly cors: Cors | null;
  readonly decodeRequests: boolean;
  readonly encodeResponses: boolean;
}

export interface Cors {
  /** As written. */
  readonly origin: string;
  /** The bucket whose website's URL the origin stands for. */
  readonly website?: NodeId;
  /** Lower case, sorted, unique; the always allowed ones included. */
  readonly headers: readonly string[];
}

/** Allowed on every route with CORS (language.md 2.1). */
const ALWAYS_ALLOWED_HEADERS = [
  'accept',
  'accept-encoding',
  'accept-language',
  'content-encoding',
  'content-language',
  'content-type',
  'origin',
  'user-agent',
];

export const HTTP_API_ID = 'http-api';

const codes = defineCodes({
  NIM2001: code<{ path: string; problem: string }>({
    slug: 'http-path-invalid',
    severity: 'error',
    message: (p) => `the path "${p.path}" ${p.problem}`,
    hint: () => 'a path is made of names and {parameters}: users/{id}/orders, files/{rest+}',
    explain: page({
      what: 'The path of an HTTP function is none that API Gateway knows.',
      why: `
        A path consists of segments separated by "/". A segment is literal text or one parameter in braces that fills
        the whole segment; {name+} takes all that is left and must be the last. See
        docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html.`,
      bad: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users/{id' })
          one(): void {}
        }`,
      good: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users/{id}' })
          one(): void {}
        }`,
    }),
  }),
  NIM2002: code<{ route: string }>({
    slug: 'http-route-twice',
    severity: 'error',
    message: (p) => `the route ${p.route} is defined twice`,
    hint: () => 'give one of the handlers another path or method, or let them have different stages',
    explain: page({
      what: 'Two handlers of one stage have the same method and path.',
      why: `
        Within a stage, a method and path lead to exactly one handler. Slashes at either end of a path make no
        difference.`,
      bad: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users' })
          list(): void {}

          @HttpServerlessFunction({ method: HttpMethod.GET, path: '/users' })
          listAgain(): void {}
        }`,
      good: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users' })
          list(): void {}

          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users/{id}' })
          one(): void {}
        }`,
    }),
  }),
  NIM2003: code<{ route: string; other: string }>({
    slug: 'http-path-parameter-names-differ',
    severity: 'error',
    message: (p) => `${p.route} and ${p.other} differ only in the name of a parameter`,
    hint: (p) => `use the same names in both: API Gateway could not tell ${p.route} from ${p.other}`,
    explain: page({
      what: 'Two paths are the same but for the name of a parameter.',
      why: `
        API Gateway matches paths by shape; two names for the same parameter are a conflict when the API is deployed.`,
      bad: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users/{id}' })
          one(): void {}

          @HttpServerlessFunction({ method: HttpMethod.DELETE, path: 'users/{userId}' })
          remove(): void {}
        }`,
      good: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users/{id}' })
          one(): void {}

          @HttpServerlessFunction({ method: HttpMethod.DELETE, path: 'users/{id}' })
          remove(): void {}
        }`,
    }),
  }),
  NIM2004: code<{ origin: string; problem: string }>({
    slug: 'http-cors-origin-invalid',
    severity: 'error',
    message: (p) => `the CORS origin "${p.origin}" ${p.problem}`,
    hint: () =>
      "an origin is a scheme, a host and perhaps a port, without a path: https://app.example.com; or '*'; or the URL of a website, ${BUCKETNAME_URL}",
    explain: page({
      what: 'The "allowedCorsOrigin" is no origin.',
      why: `
        It is one origin as browsers send it (scheme, host and perhaps port), '*', or a variable that stands for the URL of a
        website of the stage: the name of its bucket in upper case with "_URL" after it.`,
      bad: `
        export class Users {
          @HttpServerlessFunction({ method: 'GET', path: 'users', allowedCorsOrigin: 'https://app.example.com/' })
          list(): void {}
        }`,
      good: `
        export class Users {
          @HttpServerlessFunction({ method: 'GET', path: 'users', allowedCorsOrigin: 'https://app.example.com' })
          list(): void {}
        }`,
    }),
  }),
  NIM2005: code<{ path: string; first: string; second: string }>({
    slug: 'http-cors-differs-on-path',
    severity: 'error',
    message: (p) => `${p.first} and ${p.second} of ${p.path} have different CORS settings`,
    hint: () => 'give all methods of a path the same allowedCorsOrigin and allowedCorsHeaders',
    explain: page({
      what: 'Two methods of one path have different CORS settings.',
      why: `
        A browser asks once for a path, with an OPTIONS request, what scripts of another origin may do there; the answer
        cannot differ by method.`,
      bad: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users', allowedCorsOrigin: '*' })
          list(): void {}

          @HttpServerlessFunction({ method: HttpMethod.POST, path: 'users', allowedCorsOrigin: 'https://admin.example.com' })
          add(): void {}
        }`,
      good: `
        export class Users {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users', allowedCorsOrigin: '*' })
          list(): void {}

          @HttpServerlessFunction({ method: HttpMethod.POST, path: 'users', allowedCorsOrigin: '*' })
          add(): void {}
        }`,
    }),
  }),
});

const fields = {
  method: s.enum(HTTP_METHODS),
  path: s.string({}),
  allowedCorsOrigin: s.string({ nonEmpty: true }).optional(),
  allowedCorsHeaders: s.list(s.string({ pattern: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, what: 'a header name' })).optional(),
  enableRequestDecoding: s.boolean().default(false),
  enableResponseEncoding: s.boolean().default(false),
  ...functionOptions,
};

const triggers = decorator({
  name: 'HttpServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields,
  identity: (options) => `${options.method.value} ${trimSlashes(options.path.value)}`,

  trigger(decl, target, context) {
    const { options, span } = decl;
    const report = context.sink.for(codes);
    const path = trimSlashes(options.path.value);
    const problem = pathProblem(path);
    if (problem !== null) {
      report.report('NIM2001', { path: options.path.value, problem }, options.path.span);
      return;
    }
    const method = options.method.value;
    const node: HttpRouteNode = {
      kind: 'http-route',
      id: `http-route:${method} /${path}`,
      name: `${method} /${path}`,
      source: span,
      method,
      path,
      shape: path.replace(/\{[^}+]*(\+?)\}/g, '{$1}'),
      cors: cors(decl, context),
      decodeRequests: options.enableRequestDecoding.value,
      encodeResponses: options.enableResponseEncoding.value,
    };
    const before = context.existing(node.id);
    if (before !== null) {
      report.report('NIM2002', { route: node.name }, span, {
        related: [{ span: before.source, text: 'first defined here' }],
        stages: [context.stage],
      });
      return;
    }
    context.shared(
      HTTP_API_ID,
      (): HttpApiNode => ({ kind: 'http-api', id: HTTP_API_ID, name: 'HTTP API', source: span, cors: null, configuredBy: null }),
    );
    context.add(node);
    context.edge({ kind: 'contains', from: HTTP_API_ID, to: node.id, source: span });
    context.edge({ kind: 'triggers', from: node.id, to: target.id, source: span });
  },
});

export const httpApi: Kind = {
  name: 'http-api',
  codes,
  decorators: [triggers],
  constants: { HttpMethod: Object.fromEntries(HTTP_METHODS.map((m) => [m, m])) },
  exports: ['HttpEvent', 'HttpException', 'HttpRequestContext', 'HttpResponse', 'HttpServerlessFunctionOptions'],
  handler: { event: 'HttpEvent', body: true },
  describe: {
    'http-api': (node) => ({ cors: corsJson((node as HttpApiNode).cors) }),
    'http-route': (node) => {
      const { method, path, cors, decodeRequests, encodeResponses } = node as HttpRouteNode;
      return {
        method,
        path: `/${path}`,
        cors: corsJson(cors),
        enableRequestDecoding: decodeRequests,
        enableResponseEncoding: encodeResponses,
      };
    },
  },

  settle(graph) {
    const header = authorizerOf(graph.resources)?.header;
    const resources = header === undefined ? graph.resources : graph.resources.map((node) => allowing(node, header));
    const routes = routesOf(resources);
    const [first] = routes;
    // A route for OPTIONS or ANY takes preflight requests away from the API, so its function has to answer them.
    const same = routes.every((r) => r.method !== 'ANY' && r.method !== 'OPTIONS' && sameCors(r.cors, first?.cors ?? null));
    return resources.map((node) =>
      node.kind === 'http-api' ? ({ ...node, cors: same ? (first?.cors ?? null) : null } as HttpApiNode) : node,
    );
  },

  check(graph: GraphView) {
    const byShape = new Map<string, HttpRouteNode>();
    for (const route of routesOf(graph.resources)) {
      const first = byShape.get(route.shape);
      if (first === undefined) byShape.set(route.shape, route);
      else if (first.path === route.path) {
        if (sameCors(first.cors, route.cors)) continue;
        graph.sink
          .for(codes)
          .report('NIM2005', { path: `/${route.path}`, first: first.method, second: route.method }, route.source, {
            related: [{ span: first.source, text: `${first.name} is here` }],
            stages: [graph.stage],
          });
      } else {
        graph.sink.for(codes).report('NIM2003', { route: `/${route.path}`, other: `/${first.path}` }, route.source, {
          related: [{ span: first.source, text: `/${first.path} is here` }],
          stages: [graph.stage],
        });
      }
    }
  },

  environment(starters, resource) {
    if ((resource(HTTP_API_ID) as HttpApiNode | null)?.cors != null) return [];
    return routesOf(starters).flatMap(({ cors }) =>
      cors?.website === undefined ? [] : [{ name: originVariable(cors), resource: cors.website, attribute: 'url' }],
    );
  },

  adapter(target: FunctionNode, graph: GraphView) {
    const routes = routesOf(graph.startersOf(target.id));
    const api = graph.resource(HTTP_API_ID) as HttpApiNode | null;
    const perRoute = api?.cors == null && routes.some((r) => r.cors !== null);
    const errors = graph.config.httpErrorMessageType;
    const decode = routes.some((r) => r.decodeRequests);
    const encode = routes.some((r) => r.encodeResponses);
    // Most functions need none of the three, and then carry none of their code; nor that for parameters they do not have.
    const takes = new Set(target.params.map((p) => p.role));
    const module = takes.size === 2 ? 'http-api-plain' : takes.has('event') ? 'http-api-event' : 'http-api-body';
    if (!decode && !encode && !perRoute) return { module, data: { errors } };
    // Other paths have no OPTIONS route but the one that is made for preflights, which must not lead to the handler.
    const own = new Set(routes.filter((r) => r.method === 'OPTIONS').map((r) => r.path));
    const cors = routes.flatMap((r) => {
      if (r.cors === null) return [];
      const data = { origin: originData(r.cors), headers: r.cors.headers.join(',') };
      return [[r.path, own.has(r.path) ? { ...data, options: true } : data]];
    });
    return { data: { errors, decode, encode, ...(perRoute ? { cors: Object.fromEntries(cors) } : {}) } };
  },
};

const originData = (cors: Cors): RuntimeData => (cors.website === undefined ? cors.origin : { env: originVariable(cors) });

/** The authorizer of the stage's HTTP API; null when everybody may call its routes. */
export function authorizerOf(resources: readonly NodeBase[]): HttpAuthorizerNode | null {
  return (resources.find(({ kind }) => kind === 'http-authorizer') as HttpAuthorizerNode | undefined) ?? null;
}

/** A script of another origin may only send the header that the authorizer reads where it is allowed. */
function allowing(node: NodeBase, header: string): NodeBase {
  if (node.kind !== 'http-route') return node;
  const route = node as HttpRouteNode;
  if (route.cors === null) return route;
  const headers = [...new Set([...route.cors.headers, header.toLowerCase()])].sort();
  const allowed: HttpRouteNode = { ...route, cors: { ...route.cors, headers } };
  return allowed;
}

export function routesOf(resources: readonly NodeBase[]): readonly HttpRouteNode[] {
  return resources.filter((n): n is HttpRouteNode => n.kind === 'http-route');
}

function cors(decl: DecoratorDecl<typeof fields>, context: LinkContext): Cors | null {
  const { allowedCorsOrigin, allowedCorsHeaders } = decl.options;
  const origin = allowedCorsOrigin?.value ?? context.config.defaultAllowedOrigin;
  if (origin === null) return null;
  const found = originOf(origin, context);
  // A website may be missing because of an error that was reported where it is declared.
  const excused = context.incomplete && origin.includes('${');
  if ('problem' in found && allowedCorsOrigin !== undefined && !excused) {
    context.sink.for(codes).report('NIM2004', { origin, problem: found.problem }, allowedCorsOrigin.span);
  }
  const extra = allowedCorsHeaders?.value.map((h) => h.value) ?? context.config.defaultAllowedHeaders;
  const headers = [...new Set([...ALWAYS_ALLOWED_HEADERS, ...extra.map((h) => h.toLowerCase())])].sort();
  return 'website' in found ? { origin, website: found.website, headers } : { origin, headers };
}

/** The environment variable in which a function finds an origin that is known only when the website is. */
const originVariable = (cors: Cors): string => environmentName('ORIGIN', cors.origin.replace(/^\$\{(.*)\}$/, '$1'));

function sameCors(a: Cors | null, b: Cors | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function corsJson(cors: Cors | null): JsonObject | null {
  return cors === null ? null : { origin: cors.origin, headers: [...cors.headers] };
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+/, '').replace(/\/+$/, '');
}

function pathProblem(path: string): string | null {
  if (path === '') return null;
  const names = new Set<string>();
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '') return 'has an empty segment ("//")';
    const parameter = /^\{([A-Za-z0-9_.-]+)(\+?)\}$/.exec(segment);
    if (parameter !== null) {
      const name = parameter[1] as string;
      if (names.has(name)) return `has two parameters named "${name}"`;
      names.add(name);
      if (parameter[2] === '+' && index < segments.length - 1) return `goes on after "${segment}", which takes all that is left`;
    } else if (/[{}]/.test(segment)) return `has a parameter that is not a whole segment: "${segment}"`;
    else if (!/^[A-Za-z0-9._~!$&'()*+,;=:@%-]+$/.test(segment))
      return `contains a character that URLs do not allow in "${segment}"`;
  }
  return null;
}
