// What tests send to a local cloud, and what they get.
import { toJson } from '../../runtime/core/shape.js';
import type { HttpMethod } from '../../runtime/kinds/http-api.js';

/** `new HttpRequest('person/42?log=true', HttpMethod.POST).withBodyFromObject(person)` */
export class HttpRequest {
  readonly headers: Record<string, string> = {};
  body: string | Uint8Array | undefined;

  /** @param path with the query, as in a URL; the slash before it may be left out */
  constructor(
    readonly path: string,
    readonly method: HttpMethod = 'GET',
  ) {}

  /** The value as JSON, with a content type that says so unless there is one: dates as ISO strings, bytes as base64. */
  withBodyFromObject(value: unknown): this {
    this.body = toJson(value);
    this.headers['content-type'] ??= 'application/json';
    return this;
  }

  withBody(body: string | Uint8Array): this {
    this.body = body;
    return this;
  }

  withHeaders(headers: Readonly<Record<string, string>>): this {
    for (const [name, value] of Object.entries(headers)) this.headers[name.toLowerCase()] = value;
    return this;
  }
}

export class HttpResult {
  constructor(
    readonly statusCode: number,
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>,
    /** As in `set-cookie` headers. */
    readonly cookies: readonly string[],
    readonly bytes: Uint8Array,
  ) {}

  /** The body as text; empty when there is none. */
  get body(): string {
    return Buffer.from(this.bytes).toString();
  }

  /** The body's JSON. */
  json<T = unknown>(): T {
    return JSON.parse(this.body) as T;
  }
}

/** `new WebSocketRequest({ topic: 'sendMessage', message: 'Hello' })`, or any text or bytes. */
export class WebSocketRequest {
  readonly data: string | Uint8Array;

  /** @param message an object is sent as JSON, as clients do */
  constructor(message: object | string | Uint8Array) {
    this.data = typeof message === 'string' || message instanceof Uint8Array ? message : (toJson(message) as string);
  }
}

/** Thrown by `connectToWebSockets` when `$connect` refuses. */
export class ConnectionRefusedException extends Error {
  constructor(readonly statusCode: number) {
    super(`the WebSocket connection was refused with status ${statusCode}`);
  }

  override get name(): string {
    return 'ConnectionRefusedException';
  }
}
