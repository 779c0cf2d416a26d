/** `@HttpApi`: what holds for all HTTP routes of a stage, which is the function that decides who may call them. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { NodeBase } from '../ir/graph.js';
import type { Spanned } from '../ir/span.js';
import type { SymbolRef } from '../ir/static-value.js';
import { s } from '../schema/schema.js';
import { type ClassInfo, decorator, type Kind, type LinkContext } from './definition.js';
import { HTTP_API_ID, type HttpApiNode, routesOf } from './http-api.js';

export interface HttpAuthorizerNode extends NodeBase<'http-authorizer'> {
  /** As written; API Gateway does not mind the case. */
  readonly header: string;
  /** 0: every request is asked about. */
  readonly cacheSeconds: number;
}

/** The method that decides. */
const METHOD = 'authorize';

const codes = defineCodes({
  NIM2006: code<{ name: string; problem: string }>({
    slug: 'http-authorizer-unusable',
    severity: 'error',
    message: (p) => `${p.name} cannot be used as an authorizer: ${p.problem}`,
    hint: () => `an authorizer is an exported class with a public method ${METHOD}() of its own: see HttpAuthorizer`,
    explain: page({
      what: 'The class given to @HttpApi cannot be used as an authorizer.',
      why: `
        The deployed function makes an instance of the class and calls its method authorize(). A method that is only
        inherited, private, static or abstract is none that can be deployed.`,
      bad: `
        export class Tokens {
          check(event: HttpAuthorizerEvent): boolean { return event.authorizationToken === 'let me in'; }
        }

        @HttpApi({ authorizer: Tokens })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): void {}
        }`,
      good: `
        export class Tokens implements HttpAuthorizer {
          authorize(event: HttpAuthorizerEvent): boolean { return event.authorizationToken === 'let me in'; }
        }

        @HttpApi({ authorizer: Tokens })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): void {}
        }`,
    }),
  }),
  NIM2007: code<{ name: string }>({
    slug: 'http-api-twice',
    severity: 'error',
    message: (p) => `@HttpApi of ${p.name} is the second one in one stage`,
    hint: () => 'keep one of them, or give them different stages: a stage has one HTTP API',
    explain: page({
      what: 'Two @HttpApi apply to one stage.',
      why: `
        A stage has one HTTP API, and so one answer to the question who may call it.`,
      bad: `
        @HttpApi({ authorizer: Tokens })
        @HttpApi({ authorizer: Sessions })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): void {}
        }`,
      good: `
        @HttpApi({ authorizer: Tokens })
        @HttpApi({ authorizer: Sessions, stages: ['prod'] })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users', stages: ['dev', 'prod'] })
          list(): void {}
        }`,
    }),
  }),
  NIM2008: code<{ name: string; stage: string }>({
    slug: 'http-api-without-routes',
    severity: 'error',
    message: (p) => `@HttpApi of ${p.name} applies to stage ${p.stage}, which has no HTTP function`,
    hint: () => 'add the stage to HTTP functions, or name the stages that have some in the "stages" of @HttpApi',
    explain: page({
      what: 'There is no HTTP API that @HttpApi could be about.',
      why: `
        A stage has an HTTP API when it has an HTTP function. An authorizer in another stage protects nothing, which is
        probably not what was meant.`,
      bad: `
        @HttpApi({ authorizer: Tokens })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users', stages: ['prod'] })
          list(): void {}
        }`,
      good: `
        @HttpApi({ authorizer: Tokens, stages: ['prod'] })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users', stages: ['prod'] })
          list(): void {}
        }`,
    }),
  }),
  NIM2009: code<{ name: string; option: string }>({
    slug: 'http-api-option-without-authorizer',
    severity: 'error',
    message: (p) => `@HttpApi of ${p.name} has no authorizer, so ${p.option} has no effect`,
    hint: (p) => `add the authorizer, or remove ${p.option} if everybody shall be able to call the routes`,
    explain: page({
      what: 'An option that says something about the authorizer is there, but no authorizer.',
      why: 'Without an authorizer everybody may call the routes, which whoever set such an option did not mean.',
      bad: `
        @HttpApi({ authorizationHeader: 'X-Token' })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): void {}
        }`,
      good: `
        @HttpApi({ authorizer: Tokens, authorizationHeader: 'X-Token' })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): void {}
        }`,
    }),
  }),
  NIM2010: code<{ route: string }>({
    slug: 'http-preflight-authorized',
    severity: 'warning',
    message: (p) => `browsers cannot ask for permission at ${p.route}: the authorizer refuses requests without credentials`,
    hint: () => 'remove the OPTIONS function: preflight requests are answered without one, and without the authorizer',
    explain: page({
      what: 'A path that allows other origins has a function of its own for OPTIONS, in a stage with an authorizer.',
      why: `
        Before a script of another origin may call a path, the browser asks with an OPTIONS request that carries no
        credentials. nimbusc answers such requests by itself, past the authorizer. A function for OPTIONS is your code,
        which only authorized requests reach; so the browser is refused, and then refuses the script.`,
      bad: `
        @HttpApi({ authorizer: Tokens })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users', allowedCorsOrigin: 'https://app.example.com' })
          list(): void {}

          @HttpServerlessFunction({ method: 'OPTIONS', path: 'users', allowedCorsOrigin: 'https://app.example.com' })
          options(): void {}
        }`,
      good: `
        @HttpApi({ authorizer: Tokens })
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users', allowedCorsOrigin: 'https://app.example.com' })
          list(): void {}
        }`,
    }),
  }),
});

/** The longest that API Gateway keeps an answer: docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html */
const CACHE_MAX_SECONDS = 3_600;

const fields = {
  authorizer: s.reference('a class with a method authorize()').optional(),
  authorizationHeader: s.string({ pattern: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, what: 'a header name' }).optional(),
  authorizationCacheTtl: s.int({ min: 0, max: CACHE_MAX_SECONDS, unit: 'seconds' }).optional(),
  stages: s.stages(),
};

const idOf = (fn: string): string => `http-authorizer:${fn}`;

const triggers = decorator({
  name: 'HttpApi',
  role: 'triggers',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields,
  identity: () => '',
  handlerIn: { option: 'authorizer', method: METHOD },

  trigger({ options, span }, target, context) {
    const node: HttpAuthorizerNode = {
      kind: 'http-authorizer',
      id: idOf(target.name),
      name: target.name,
      source: span,
      header: options.authorizationHeader?.value ?? 'Authorization',
      cacheSeconds: options.authorizationCacheTtl?.value ?? 300,
    };
    context.add(node);
    context.edge({ kind: 'triggers', from: node.id, to: target.id, source: span });
  },

  connect(owner, decl, context) {
    const { authorizer, ...about } = decl.options;
    const report = context.sink.for(codes);
    for (const option of authorizer === undefined ? ABOUT : []) {
      const given = about[option];
      if (given !== undefined) report.report('NIM2009', { name: owner.name, option }, given.span);
    }
    const node = authorizer === undefined ? null : deployed(authorizer, decl.spec.name, context);
    if (authorizer !== undefined && node === null) return;
    const api = context.existing(HTTP_API_ID) as HttpApiNode | null;
    if (api === null) {
      if (!context.incomplete) report.report('NIM2008', { name: owner.name, stage: context.stage }, decl.span);
      return;
    }
    if (api.configuredBy !== null) {
      report.report('NIM2007', { name: owner.name }, decl.span, {
        related: [{ span: api.configuredBy, text: 'the first one is here' }],
        stages: [context.stage],
      });
      return;
    }
    const configured: HttpApiNode = { ...api, configuredBy: decl.span };
    context.add(configured);
    if (node !== null) context.edge({ kind: 'contains', from: HTTP_API_ID, to: node.id, source: decl.span });
  },
});

const ABOUT = ['authorizationHeader', 'authorizationCacheTtl'] as const;

/** What `trigger` has made of the class; null when it was reported why that is nothing. */
function deployed(authorizer: Spanned<SymbolRef>, name: string, context: LinkContext): NodeBase | null {
  const info = context.classInfo(authorizer, name, 'authorizer');
  if (info === null) return null;
  const node = context.existing(idOf(`${info.name}.${METHOD}`));
  const problem = problemOf(info) ?? (node === null ? `its method ${METHOD}() is none that can be deployed` : null);
  if (problem === null) return node;
  // What the method lacks may have been reported where it stands.
  if (problemOf(info) === null && context.incomplete) return null;
  context.sink.for(codes).report('NIM2006', { name: info.name, problem }, authorizer.span, {
    related: [{ span: info.declaredAt, text: `${info.name} is declared here` }],
  });
  return null;
}

/** A predicate; null for a class that can be deployed. */
function problemOf(info: ClassInfo): string | null {
  if (info.exportName === null) return 'it is not exported';
  if (info.abstract) return 'it is abstract';
  return info.methods.includes(METHOD) ? null : `it has no public method ${METHOD}()`;
}

export const httpAuthorizer: Kind = {
  name: 'http-authorizer',
  codes,
  decorators: [triggers],
  exports: ['HttpApiOptions', 'HttpAuthorization', 'HttpAuthorizer', 'HttpAuthorizerEvent'],
  handler: { event: 'HttpAuthorizerEvent', body: false },
  describe: {
    'http-authorizer': (node) => {
      const { header, cacheSeconds } = node as HttpAuthorizerNode;
      return { authorizationHeader: header, authorizationCacheTtl: cacheSeconds };
    },
  },

  check(graph) {
    if (!graph.resources.some(({ kind }) => kind === 'http-authorizer')) return;
    for (const { method, cors, name, source } of routesOf(graph.resources)) {
      if (method === 'OPTIONS' && cors !== null) {
        graph.sink.for(codes).report('NIM2010', { route: name }, source, { stages: [graph.stage] });
      }
    }
  },
};
