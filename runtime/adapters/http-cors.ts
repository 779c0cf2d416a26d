// CORS around an HTTP function, for APIs whose routes differ in it; else API Gateway does it alone.
import type { HttpHandler } from './http-api.js';
import { addVary } from './http-vary.js';

export interface Cors {
  /** The allowed origin; `env` names the environment variable that holds it. */
  readonly origin: string | { readonly env: string };
  /** Joined with commas, as they go into the preflight's answer. */
  readonly methods: string;
  readonly headers: string;
}

/**
 * Answers preflights without the handler, and adds the allowed origin to the handler's results.
 *
 * @param routes by the route's path: `/users/{id}`
 */
export const cors =
  (routes: { readonly [path: string]: Cors }, handler: HttpHandler): HttpHandler =>
  async (event) => {
    const route = routes[event.routeKey.slice(event.routeKey.indexOf('/'))];
    if (!route) return handler(event);
    const isPreflight =
      event.requestContext.http.method === 'OPTIONS' && event.headers?.['access-control-request-method'] !== undefined;
    const result = isPreflight ? { statusCode: 204 } : await handler(event);
    const { origin, methods, headers } = route;
    const allowed = typeof origin === 'string' ? origin : (process.env[origin.env] ?? '');
    return {
      ...result,
      headers: {
        ...addVary(result.headers, 'origin'),
        'access-control-allow-origin': allowed,
        ...(isPreflight && { 'access-control-allow-methods': methods, 'access-control-allow-headers': headers }),
      },
    };
  };
