// A @HttpServerlessFunction method as a Lambda function behind an API Gateway HTTP API: proxy event of payload format 2.0
// in, structured response out. It ends up in every HTTP function, so it is kept small: `http-api-body.ts`, `http-api-event.ts`
// and `http-api-plain.ts` are this for methods that take a body, the event, and both; `http-api.ts` adds compression and
// CORS, which few functions need.
import { HttpException, InvalidInputException } from '../core/errors.js';
import { binaryResult, type HttpProxyResult, jsonResult } from '../core/http-result.js';
import { toJson } from '../core/shape.js';
import type { HttpRequestContext, HttpResponse } from '../kinds/http-api.js';
import { type HandlerSpec, instanceOf, type Param } from './handler.js';

export interface PlainHttpSpec extends HandlerSpec {
  /** How the message of an HttpException reaches the client. */
  readonly errors: 'NONE' | 'PLAIN_TEXT' | 'APPLICATION_JSON' | 'HEADER';
  /** Results as JSON, where their type says more of them than they do themselves. */
  readonly write?: (result: unknown) => string | undefined;
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

/** @param argument gives what a parameter of the method asks for */
export function adapt(spec: PlainHttpSpec, argument: (param: Param, event: HttpProxyEvent) => unknown): HttpHandler {
  const instance = instanceOf(spec.create);
  return async (event) => {
    let result: HttpProxyResult;
    try {
      const args = spec.params.map((param) => argument(param, event));
      result = success(await (await instance())[spec.method]!(...args), spec.write);
    } catch (error) {
      result = failure(error, spec.errors);
    }
    if (event.requestContext.http.method === 'HEAD') delete result.body;
    return result;
  };
}

function success(value: unknown, write?: PlainHttpSpec['write']): HttpProxyResult {
  if (typeof (value as HttpResponse | undefined)?.toProxyResult === 'function')
    return (value as HttpResponse).toProxyResult(write);
  if (value instanceof Uint8Array) return binaryResult(value);
  const body = (write ?? toJson)(value);
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
  if (error instanceof InvalidInputException)
    return jsonResult(400, JSON.stringify({ message: error.message, errors: error.errors }));
  console.error(error);
  return jsonResult(500, '{"message":"server error"}');
}
