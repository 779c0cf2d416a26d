/** NIM302x: limits of API Gateway, and of functions behind it. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';

export const apiCodes = defineCodes({
  NIM3020: code<{ api: string; routes: number; limit: number }>({
    slug: 'aws-api-too-many-routes',
    severity: 'warning',
    message: (p) => `the ${p.api} has ${p.routes} routes, and AWS allows ${p.limit} unless the account's quota was raised`,
    hint: () => 'ask AWS for a higher quota (Service Quotas, API Gateway, "Routes per API"), or join routes with {name+} paths',
    explain: page({
      what: 'An API has more routes than AWS allows without being asked.',
      why: `
        AWS sets a quota of 300 routes per API
        (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html). It can be raised on request;
        without that, "terraform apply" fails at the 301st route.`,
      bad: `
        export class Pages {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'pages/page-001' })
          // ... three hundred more of its kind
          get(): void {}
        }`,
      good: `
        export class Pages {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'pages/{page}' })
          get(): void {}
        }`,
    }),
  }),
  NIM3021: code<{ fn: string; timeout: number; api: string; limit: number }>({
    slug: 'aws-timeout-behind-api',
    severity: 'warning',
    message: (p) => `${p.fn} may run for ${p.timeout} seconds, but the ${p.api} gives up on it after ${p.limit}`,
    hint: () => 'set a timeout of at most 29, and do longer work in another function',
    explain: page({
      what: 'A function behind an API may run longer than the API waits.',
      why: `
        API Gateway waits 30 seconds for a function behind an HTTP API and 29 behind a WebSocket API, and no setting
        changes that. The caller of a slower function gets an error while the function runs on, and is paid for, to its
        end.`,
      bad: `
        export class Reports {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'report', timeout: 60 })
          get(): void {}
        }`,
      good: `
        export class Reports {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'report', timeout: 29 })
          get(): void {}
        }`,
    }),
  }),
  NIM3022: code<{ fn: string; routes: number; size: number; limit: number }>({
    slug: 'aws-permission-for-whole-api',
    severity: 'info',
    message: (p) =>
      `${p.fn} serves ${p.routes} routes: one permission each would take ${p.size} characters of a policy of at most ${p.limit}, so the whole API may invoke it`,
    hint: () => 'nothing has to be done; fewer routes on one method keep the permissions narrow',
    explain: page({
      what: 'A function serves so many routes that the whole API may invoke it.',
      why: `
        A function's resource policy, which says who may invoke it, holds 20,480 characters
        (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). nimbusc allows each route by itself as long
        as they fit, and the whole API where they do not. The API calls the function for its own routes only in either
        case.`,
      bad: `
        export class Pages {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'a' })
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'b' })
          // ... fifty more on the same method
          everything(): void {}
        }`,
      good: `
        export class Pages {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: '{page}' })
          everything(): void {}
        }`,
    }),
  }),
});
