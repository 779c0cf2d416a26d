// HTTP routes: their decorator, event and response.
import { type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions } from '../core/function-options.js';
import { binaryResult, type HttpProxyResult } from '../core/http-result.js';
import { toJson } from '../core/shape.js';

export const HttpMethod = {
  GET: 'GET',
  POST: 'POST',
  PUT: 'PUT',
  PATCH: 'PATCH',
  DELETE: 'DELETE',
  HEAD: 'HEAD',
  OPTIONS: 'OPTIONS',
  ANY: 'ANY',
} as const;
export type HttpMethod = (typeof HttpMethod)[keyof typeof HttpMethod];

export interface HttpServerlessFunctionOptions extends FunctionOptions {
  method: HttpMethod;
  /** No leading slash needed. `{name}` is a path parameter; `{name+}`, only at the end, takes the rest of the path. */
  path: string;
  /** One origin, or `'*'`. May contain `${BUCKETNAME_URL}`. */
  allowedCorsOrigin?: string;
  /** Beyond those that are always allowed (origin, content-type, accept and the like). */
  allowedCorsHeaders?: readonly string[];
  /** Unpacks bodies with `content-encoding: gzip`, up to 10 MB unpacked. Default false. */
  enableRequestDecoding?: boolean;
  /** Packs the response with gzip when `accept-encoding` allows it. Default false. */
  enableResponseEncoding?: boolean;
}

/**
 * Calls the method for requests. It takes at most an HttpEvent and a body, in any order. The body is parsed as JSON,
 * except that a `string` takes a body of another content type as its text and a `Uint8Array` as its bytes.
 *
 * A plain result is answered as JSON with status 200, undefined with an empty body, a Uint8Array as binary, an
 * HttpResponse as it is. An HttpException is answered with its status, anything else that is thrown with status 500 and
 * nothing of the error, which is logged. A body that is not JSON is answered with 400, and the method is not called.
 */
export function HttpServerlessFunction(_options: HttpServerlessFunctionOptions): HandlerDecorator {
  return noop;
}

export interface HttpEvent {
  /** Names in lower case. A header that was sent more than once has its values joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded. A parameter that was sent more than once has its values joined with commas. */
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** By name; the values as they were sent. */
  readonly cookies: Readonly<Record<string, string>>;
  /** What the API's authorizer found out about the caller; empty without one. */
  readonly authorizationContext: Readonly<Record<string, unknown>>;
  /** As it came (unpacked with `enableRequestDecoding`); base64 when `isBase64Encoded`. */
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly requestContext: HttpRequestContext;
  readonly requestId: string;
}

export interface HttpRequestContext {
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly protocol: string;
    readonly sourceIp: string;
    readonly userAgent: string;
  };
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly apiId?: string;
  readonly accountId?: string;
  readonly domainName?: string;
  /** Milliseconds since 1970. */
  readonly timeEpoch?: number;
  readonly [other: string]: unknown;
}

/**
 * A response in full: `new HttpResponse().withStatusCode(201).withJsonBody(user)`. Status 200 unless set. Its type says what is
 * answered, `HttpResponse<User, 201>`, and API documents and clients say the same. A handler that may answer with one thing or
 * another gives a union: `HttpResponse<User, 201> | HttpResponse<Problem, 409>`.
 */
// biome-ignore lint/suspicious/noExplicitAny: a response without a body, or with bytes, has to fit where a type is demanded
export class HttpResponse<Body = any, Status extends number = number> {
  /** Never there; it lets TypeScript tell responses of different types apart. */
  declare protected readonly answers?: { readonly body: Body; readonly status: Status };
  statusCode = 200;
  headers: Record<string, string> = {};
  /** Values of `set-cookie` headers, which cannot be joined into one. */
  cookies: string[] = [];
  body: string | Uint8Array | undefined;
  private json: { readonly value: unknown } | undefined;

  withStatusCode<S extends number>(statusCode: S): HttpResponse<Body, S> {
    this.statusCode = statusCode;
    return this as unknown as HttpResponse<Body, S>;
  }

  /** The body is the value's JSON; the content type is `application/json` unless a header says otherwise. */
  withJsonBody<T>(value: T): HttpResponse<T, Status> {
    this.body = toJson(value);
    this.json = { value };
    return this as unknown as HttpResponse<T, Status>;
  }

  /** The body as it is. Bytes are `application/octet-stream` unless a header says otherwise. */
  // biome-ignore lint/suspicious/noExplicitAny: of such bodies nothing more is said
  withBody(body: string | Uint8Array): HttpResponse<any, Status> {
    this.body = body;
    this.json = undefined;
    return this;
  }

  /** Adds headers. */
  withHeaders(headers: Readonly<Record<string, string>>): this {
    Object.assign(this.headers, headers);
    return this;
  }

  /** Adds cookies, each as in a `set-cookie` header: `id=1; HttpOnly`. */
  withCookies(...cookies: readonly string[]): this {
    this.cookies.push(...cookies);
    return this;
  }

  /**
   * What the HTTP adapter answers with. It knows a response by this method and not by its class, so that functions that
   * never make a response do not carry the class.
   *
   * @internal
   * @param write gives JSON texts where types say more of values than these do themselves
   */
  toProxyResult(write?: (value: unknown) => string | undefined): HttpProxyResult {
    const { statusCode, json, cookies } = this;
    const body = json && write ? write(json.value) : this.body;
    const result: HttpProxyResult =
      body instanceof Uint8Array ? binaryResult(body) : { statusCode, headers: {}, body: body ?? '' };
    if (json) result.headers = { 'content-type': 'application/json' };
    for (const name in this.headers) result.headers![name.toLowerCase()] = this.headers[name]!;
    if (cookies.length) result.cookies = cookies;
    result.statusCode = statusCode;
    return result;
  }
}
