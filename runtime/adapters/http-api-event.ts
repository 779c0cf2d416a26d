// An HTTP function whose method takes the event and no body.
import type { HttpEvent } from '../kinds/http-api.js';
import { adapt as adaptWith, type HttpHandler, type HttpProxyEvent, type PlainHttpSpec } from './http-api-core.js';

export const adapt = (spec: PlainHttpSpec): HttpHandler => adaptWith(spec, (_param, event) => httpEvent(event));

export function httpEvent(event: HttpProxyEvent): HttpEvent {
  const { headers = {}, queryStringParameters = {}, pathParameters = {}, requestContext, isBase64Encoded = false } = event;
  const { authorizer = {}, requestId } = requestContext;
  const query = new Map<string, string[]>();
  if (event.rawQueryString)
    for (const [name, value] of new URLSearchParams(event.rawQueryString)) query.set(name, [...(query.get(name) ?? []), value]);
  return {
    headers,
    queryStringParameters,
    multiValueQueryStringParameters: Object.fromEntries(query),
    pathParameters,
    cookies: Object.fromEntries((event.cookies ?? []).map((cookie) => /([^=]*)=?(.*)/s.exec(cookie)!.slice(1))),
    authorizationContext: (authorizer.lambda ?? authorizer) as Record<string, unknown>,
    body: event.body,
    isBase64Encoded,
    requestContext,
    requestId,
  };
}
