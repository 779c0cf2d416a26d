// A @HttpServerlessFunction method as a Lambda function behind an API Gateway HTTP API: proxy event of payload format 2.0
// in, structured response out. It ends up in every HTTP function, so it is kept small; compression and CORS, which few
// functions need, are wrappers around it (see http-api.ts).
import { HttpException, InvalidInputException } from '../core/errors.js';
import { binaryResult, type HttpProxyResult, jsonResult } from '../core/http-result.js';
import { admitsUndefined, required, toJson } from '../core/shape.js';
import type { HttpEvent, HttpRequestContext, HttpResponse } from '../kinds/http-api.js';
import { type BodyParam, type HandlerSpec, instanceOf } from './handler.js';

export interface PlainHttpSpec extends HandlerSpec {
  /** How the message of an HttpException reaches the client. */
  readonly errors: 'NONE' | 'PLAIN_TEXT' | 'APPLICATION_JSON' | 'HEADER';
}

/** The part of API Gateway's event that is used. */
export interface HttpProxyEvent {
  readonly routeKey: string;
  readonly rawQueryString?: string;
  /** Names are in lower case in this format. */
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly queryStringParameters?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  readonly requestContext: HttpRequestContext & { readonly authorizer?: { readonly lambda?: object } };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export type HttpHandler = (event: HttpProxyEvent) => Promise<HttpProxyResult>;

export function adapt(spec: PlainHttpSpec): HttpHandler {
  const instance = instanceOf(spec.create);
  return async (event) => {
    let result: HttpProxyResult;
    try {
      const args = spec.params.map((param) => (param === 'event' ? httpEvent(event) : bodyOf(param, event)));
      result = success(await (await instance())[spec.method]!(...args));
    } catch (error) {
      result = failure(error, spec.errors);
    }
    if (event.requestContext.http.method === 'HEAD') delete result.body;
    return result;
  };
}

function httpEvent(event: HttpProxyEvent): HttpEvent {
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

function bodyOf({ body, read }: BodyParam, event: HttpProxyEvent): unknown {
  const shape = required(body);
  if (!event.body) {
    if (admitsUndefined(body)) return undefined;
    throw invalid('a body is required');
  }
  const bytes = event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body;
  if (!/json/i.test(event.headers?.['content-type'] ?? '')) {
    if (shape === 'string') return String(bytes);
    if (shape === 'bytes') return new Uint8Array(Buffer.from(bytes as string));
  }
  let json: unknown;
  try {
    json = JSON.parse(String(bytes));
  } catch {
    throw invalid('the body is not JSON');
  }
  return read ? read(shape, json) : json;
}

const invalid = (message: string): InvalidInputException => new InvalidInputException([{ path: '', message }]);

function success(value: unknown): HttpProxyResult {
  if (typeof (value as HttpResponse | undefined)?.toProxyResult === 'function') return (value as HttpResponse).toProxyResult();
  if (value instanceof Uint8Array) return binaryResult(value);
  const body = toJson(value);
  return body === undefined ? { statusCode: 200, body: '' } : jsonResult(200, body);
}

function failure(error: unknown, mode: PlainHttpSpec['errors']): HttpProxyResult {
  if (error instanceof HttpException) {
    const { statusCode, message } = error;
    if (mode === 'APPLICATION_JSON') return jsonResult(statusCode, JSON.stringify({ message }));
    if (mode === 'PLAIN_TEXT') return { statusCode, headers: { 'content-type': 'text/plain' }, body: message };
    // A header holds printable ASCII only.
    const headers = { 'nimbus-error-message': message.replace(/[^ -~]+/g, ' ') };
    return mode === 'HEADER' ? { statusCode, headers } : { statusCode };
  }
  if (error instanceof InvalidInputException) {
    const { message, errors } = error;
    return jsonResult(400, JSON.stringify({ message, errors }));
  }
  console.error(error);
  return jsonResult(500, '{"message":"server error"}');
}
