// CORS around an HTTP function.
import type { HttpHandler } from './http-api-plain.js';
import { addVary } from './http-vary.js';

export interface Cors {
  /** The allowed origin; `env` names the environment variable that holds it. */
  readonly origin: string | { readonly env: string };
  /** Joined with commas, as they go into the preflight's answer. */
  readonly headers: string;
  /** The function has an OPTIONS route of its own on the path. */
  readonly options?: boolean;
}

/** By the route's path: `users/{id}`, with or without a slash before it. */
export type CorsByPath = { readonly [path: string]: Cors };

/**
 * Answers preflights without the handler, and adds the allowed origin to the handler's results. A preflight is granted
 * the method that it asks for: its path may have methods in other functions, and one that it has not is answered 404.
 */
export const cors =
  (routes: CorsByPath, handler: HttpHandler): HttpHandler =>
  async (event) => {
    const path = event.routeKey.replace(/^\S* \/?/, '');
    const route = routes[path] ?? routes[`/${path}`];
    if (!route) return handler(event);
    const { origin, headers, options } = route;
    const asked = event.requestContext.http.method === 'OPTIONS' && event.headers?.['access-control-request-method'];
    // A route that was made for preflights needs no authorizer's consent, so nothing that comes that way may reach the handler.
    const isMade = !options && event.routeKey.startsWith('OPTIONS ');
    const result = asked || isMade ? { statusCode: 204 } : await handler(event);
    const allowed = typeof origin === 'string' ? origin : (process.env[origin.env] ?? '');
    return {
      ...result,
      headers: {
        ...addVary(result.headers, 'origin'),
        'access-control-allow-origin': allowed,
        // Browsers refuse it together with `*`.
        ...(allowed !== '*' && { 'access-control-allow-credentials': 'true' }),
        ...(asked && { 'access-control-allow-methods': asked, 'access-control-allow-headers': headers }),
      },
    };
  };
