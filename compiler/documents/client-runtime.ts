/**
 * The parts of the generated client that are the same for every project, as its source text. Written without template
 * literals and backslashes beyond regular expressions, so that they stand here as they stand there; the tests compile them
 * under every strict flag. They use nothing of the DOM's or Node's types, so that they compile with and without either.
 */

export const QUERY = `/** Parameters of a query string; lists are repeated, undefined is left out. */
export type Query = {
  readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] | undefined;
};

function queryText(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(
      (one) => encodeURIComponent(name) + '=' + encodeURIComponent(String(one)),
    ),
  );
  return pairs.length === 0 ? '' : '?' + pairs.join('&');
}
`;

export const HTTP = String.raw`/** One thing that is wrong with a body: where (empty for the body itself), and what. */
export interface ApiIssue {
  readonly path: string;
  readonly message: string;
}

/** An answer with another status than 200 to 299. */
export class ApiError extends Error {
  readonly status: number;
  /** What is wrong with the body, when the status is 400. */
  readonly issues: readonly ApiIssue[];
  /** The body of the answer: a value when it is JSON, else a text. */
  readonly body: unknown;

  constructor(status: number, message: string, issues: readonly ApiIssue[], body: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.issues = issues;
    this.body = body;
  }
}

/** AbortSignal, where the environment has one. */
export type CancelSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : object;

/** What every request may have besides what its operation asks for. */
export interface RequestOptions {
  readonly query?: Query | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  readonly signal?: CancelSignal | undefined;
}

export interface FetchInit {
  method: string;
  headers: { [name: string]: string };
  body?: string | ArrayBuffer;
  signal?: CancelSignal;
}

export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The part of fetch that is used. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface HttpClientOptions {
  /** The output http_api_url of the deployment. */
  readonly url: string;
  /** Headers of every request, such as authorization; a function is asked anew for each. */
  readonly headers?:
    | { readonly [name: string]: string }
    | (() => { readonly [name: string]: string } | Promise<{ readonly [name: string]: string }>)
    | undefined;
  /** Instead of the environment's own. */
  readonly fetch?: Fetch | undefined;
}

interface Specification {
  readonly method: string;
  /** With parameters as {name}, or {name+} for the rest of the path. */
  readonly path: string;
  readonly send?: 'json' | 'text' | 'bytes';
  readonly receive?: 'nothing' | 'bytes';
@SPECIFICATION@}

type Call = <T>(
  specification: Specification,
  request?: RequestOptions & { readonly path?: object; readonly body?: unknown },
) => Promise<T>;

function caller(options: HttpClientOptions): Call {
  const fetch = options.fetch ?? (globalThis as unknown as { readonly fetch?: Fetch }).fetch;
  if (fetch === undefined) throw new Error('this environment has no fetch; hand one over: createHttpClient({ url, fetch })');
  const base = options.url.replace(/\/+$/, '');
  return async <T>(specification: Specification, request: Parameters<Call>[1] = {}): Promise<T> => {
    const url = base + pathText(specification.path, request.path ?? {}) + queryText(request.query);
    const common = typeof options.headers === 'function' ? await options.headers() : options.headers;
    const init: FetchInit = { method: specification.method, headers: {} };
    if (request.body !== undefined && specification.send !== undefined) writeBody(init, specification, request.body);
    for (const [name, value] of [...Object.entries(common ?? {}), ...Object.entries(request.headers ?? {})])
      init.headers[name.toLowerCase()] = value;
    if (request.signal !== undefined) init.signal = request.signal;
    const response = await fetch(url, init);
    if (!response.ok) throw await errorOf(response);
    return (await readBody(response, specification)) as T;
  };
}

function pathText(path: string, values: object): string {
  return path.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, rest: string) => {
    const value = String((values as { [name: string]: unknown })[name] ?? '');
    const parts = rest === '' ? [value] : value.split('/');
    // Such a path would lead to another operation: URLs are put into their shortest form on the way.
    if (parts.some((part) => part === '' || part === '.' || part === '..'))
      throw new TypeError('"' + value + '" cannot be the parameter "' + name + '" of the path ' + path);
    return parts.map(encodeURIComponent).join('/');
  });
}

function writeBody(init: FetchInit, specification: Specification, body: unknown): void {
  if (specification.send === 'bytes') {
    init.headers['content-type'] = 'application/octet-stream';
    const bytes = body as Uint8Array;
    init.body = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  } else if (specification.send === 'text') {
    init.headers['content-type'] = 'text/plain;charset=UTF-8';
    init.body = String(body);
  } else {
    init.headers['content-type'] = 'application/json';
    init.body = JSON.stringify(@TO_WIRE@);
  }
}

async function readBody(response: FetchResponse, specification: Specification): Promise<unknown> {
  if (specification.receive === 'nothing') return undefined;
  const type = response.headers.get('content-type') ?? '';
  const isJson = /json/i.test(type);
  if (specification.receive === 'bytes' || (!isJson && type !== '' && !/^text\//i.test(type)))
    return new Uint8Array(await response.arrayBuffer());
  const text = await response.text();
  if (text === '') return undefined;
  if (!isJson) return text;
  const json: unknown = JSON.parse(text);
  return @FROM_WIRE@;
}

async function errorOf(response: FetchResponse): Promise<ApiError> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // A text, then.
  }
  const said = (typeof body === 'object' && body !== null ? body : {}) as { readonly message?: unknown; readonly errors?: unknown };
  const issues = Array.isArray(said.errors) ? (said.errors as ApiIssue[]) : [];
  const messages = [said.message, response.headers.get('nimbus-error-message'), typeof body === 'string' ? body : '', response.statusText];
  const message = messages.find((one): one is string => typeof one === 'string' && one !== '') ?? 'status ' + response.status;
  return new ApiError(response.status, message, issues, body);
}
`;

export const WEBSOCKET = `export interface ConnectOptions {
  /** The output websocket_api_url of the deployment. */
  readonly url: string;
  /** For the handshake, where handlers of $connect find it. */
  readonly query?: Query | undefined;
  /** Instead of the environment's own; Node has one from version 22 on, and the package ws has one for all. */
  readonly WebSocket?: (new (url: string) => object) | undefined;
}

/** The part of a WebSocket that is used. */
interface Socket {
  readonly readyState: number;
  binaryType: string;
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: unknown }) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** Opens a connection; rejects when the handshake is refused or fails. */
export function connectWebSocket(options: ConnectOptions): Promise<WebSocketClient> {
  const WebSocket = options.WebSocket ?? (globalThis as unknown as { readonly WebSocket?: new (url: string) => object }).WebSocket;
  if (WebSocket === undefined)
    return Promise.reject(new Error('this environment has no WebSocket; hand one over: connectWebSocket({ url, WebSocket })'));
  const socket = new WebSocket(options.url + queryText(options.query)) as Socket;
  const client = clientOf(socket);
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('the connection was refused or has failed'));
    socket.onopen = () => resolve(client);
    socket.onerror = fail;
    void client.closed.then(fail);
  });
}

function clientOf(socket: Socket): WebSocketClient {
  const listeners = new Set<(message: Incoming) => void>();
  // What comes before anybody listens.
  let waiting: Incoming[] | null = [];
  const deliver = (message: Incoming): void => {
    for (const listener of [...listeners]) listener(message);
  };
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => {
    const message = messageOf(data);
    if (waiting === null) deliver(message);
    else waiting.push(message);
  };
  const closed = new Promise<{ readonly code: number; readonly reason: string }>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason: String(reason) });
  });
@SEND_TEXT@  const onMessage = (listener: (message: Incoming) => void): (() => void) => {
    // In a moment, so that whoever else begins to listen now gets them too.
    if (listeners.size === 0 && waiting !== null)
      void Promise.resolve().then(() => {
        const before = waiting ?? [];
        waiting = null;
        before.forEach(deliver);
      });
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return {
    closed,
    onMessage,
@METHODS@    close(code = 1000, reason = '') {
      socket.close(code, reason);
      return closed;
    },
  };
}

function messageOf(data: unknown): Incoming {
  const decoder = globalThis as unknown as { readonly TextDecoder: new () => { decode(bytes: unknown): string } };
  const text = typeof data === 'string' ? data : new decoder.TextDecoder().decode(data);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = text;
  }
  return @FROM_WIRE@ as Incoming;
}
`;

/** Methods of a connection, in the object that clientOf gives. */
export const SEND = `    send(topic, ...[body]) {
      const message = { ...(body as object | undefined), topic };
      sendText(JSON.stringify(@TO_WIRE@));
    },
`;

/** What methods that send are made of; a connection that nothing can be sent to has none. */
export const SEND_TEXT = `  const sendText = (text: string): void => {
    if (socket.readyState !== 1) throw new Error('the connection is not open');
    socket.send(text);
  };
`;

export const ON = `    on: (topic, listener) =>
      onMessage((message) => {
        if ((message as { readonly topic?: unknown } | null | undefined)?.topic === topic) listener(message as never);
      }),
`;

export const CONVERSION = String.raw`type Scalar = 'any' | 'nothing' | 'null' | 'boolean' | 'number' | 'string' | 'date' | 'bigint' | 'bytes';

/** A type as far as its values are to be converted. */
type Shape =
  | Scalar
  | (() => Shape)
  | { readonly is: string | number | boolean }
  | { readonly array: Shape }
  | { readonly set: Shape }
  | { readonly tuple: readonly Shape[]; readonly required: number; readonly rest?: Shape }
  /** An object when the keys are texts, else a list of pairs. */
  | { readonly map: readonly [key: Shape, value: Shape]; readonly text: boolean }
  | { readonly object: { readonly [name: string]: Shape }; readonly optional?: readonly string[]; readonly rest?: Shape }
  | { readonly union: readonly Shape[] };

/**
 * Out: a value as JSON can hold it: dates as ISO 8601, bigints as digits, bytes as base64, sets as lists, maps as objects or
 * pairs. In: the value again.
 */
function convert(shape: Shape, value: unknown, way: 'out' | 'in'): unknown {
  if (typeof shape === 'function') return convert(shape(), value, way);
  if (typeof shape === 'string') return way === 'out' ? scalarToWire(value) : fits(shape, value, way) ? scalarFromWire(shape, value) : value;
  if ('is' in shape) return value;
  if ('union' in shape) {
    const member = shape.union.find((one) => fits(one, value, way));
    return member === undefined ? value : convert(member, value, way);
  }
  if ('array' in shape) return Array.isArray(value) ? value.map((item) => convert(shape.array, item, way)) : value;
  if ('tuple' in shape)
    return Array.isArray(value) ? value.map((item, index) => convert(shape.tuple[index] ?? shape.rest ?? 'any', item, way)) : value;
  if ('set' in shape) {
    if (way === 'out') return value instanceof Set ? [...(value as Set<unknown>)].map((item) => convert(shape.set, item, way)) : value;
    return Array.isArray(value) ? new Set(value.map((item) => convert(shape.set, item, way))) : value;
  }
  if ('map' in shape) return way === 'out' ? mapToWire(shape, value) : mapFromWire(shape, value);
  if (!isObject(value)) return value;
  const parts = Object.entries(value).map(
    ([name, part]) => [name, convert(property(shape.object, name) ?? shape.rest ?? 'any', part, way)] as const,
  );
  return Object.fromEntries(parts);
}

function mapToWire(shape: { readonly map: readonly [Shape, Shape]; readonly text: boolean }, value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const pairs = [...(value as Map<unknown, unknown>)].map(
    ([key, item]) => [convert(shape.map[0], key, 'out'), convert(shape.map[1], item, 'out')] as const,
  );
  return shape.text ? Object.fromEntries(pairs as [string, unknown][]) : pairs;
}

function mapFromWire(shape: { readonly map: readonly [Shape, Shape] }, value: unknown): unknown {
  if (!Array.isArray(value) && !isObject(value)) return value;
  const pairs = (Array.isArray(value) ? value : Object.entries(value)) as readonly (readonly [unknown, unknown])[];
  return new Map(pairs.map(([key, item]) => [convert(shape.map[0], key, 'in'), convert(shape.map[1], item, 'in')]));
}

function scalarToWire(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return toBase64(value);
  return typeof value === 'bigint' ? String(value) : value;
}

function scalarFromWire(shape: Scalar, value: unknown): unknown {
  if (shape === 'date') return new Date(value as string);
  if (shape === 'bigint') return BigInt(value as string);
  return shape === 'bytes' ? fromBase64(value as string) : value;
}

/** Whether a value can be one of the type: as it is in the program (out), or as it is in JSON (in). */
function fits(shape: Shape, value: unknown, way: 'out' | 'in'): boolean {
  if (typeof shape === 'function') return fits(shape(), value, way);
  if (typeof shape === 'string') return fitsScalar(shape, value, way);
  if ('is' in shape) return value === shape.is;
  if ('union' in shape) return shape.union.some((one) => fits(one, value, way));
  if ('array' in shape) return Array.isArray(value) && value.every((item) => fits(shape.array, item, way));
  if ('set' in shape) return way === 'out' ? value instanceof Set : Array.isArray(value) && value.every((item) => fits(shape.set, item, way));
  if ('map' in shape) return way === 'out' ? value instanceof Map : shape.text ? isObject(value) : Array.isArray(value);
  if ('tuple' in shape) {
    if (!Array.isArray(value) || value.length < shape.required) return false;
    return value.every((item, index) => {
      const own = shape.tuple[index] ?? shape.rest;
      return own !== undefined && fits(own, item, way);
    });
  }
  if (!isObject(value)) return false;
  const named = Object.entries(shape.object).every(([name, own]) => {
    const part = property(value, name);
    return fits(own, part, way) || (part === undefined && shape.optional?.includes(name) === true);
  });
  const { rest } = shape;
  if (!named || rest === undefined) return named;
  return Object.entries(value).every(([name, part]) => property(shape.object, name) !== undefined || fits(rest, part, way));
}

/** Its own, not what every object has. */
function property<T>(object: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined;
}

const DATE = /^[+-]?\d{4,6}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

function fitsScalar(shape: Scalar, value: unknown, way: 'out' | 'in'): boolean {
  switch (shape) {
    case 'any':
      return true;
    case 'nothing':
      return value === undefined;
    case 'null':
      return value === null;
    case 'date':
      return way === 'out' ? value instanceof Date : typeof value === 'string' && DATE.test(value);
    case 'bigint':
      return way === 'out' ? typeof value === 'bigint' : typeof value === 'string' && /^-?\d+$/.test(value);
    case 'bytes':
      return way === 'out' ? value instanceof Uint8Array : typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    default:
      return typeof value === shape;
  }
}

/** An object as JSON has them: no list, no null, and none of what is converted. */
function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Date || value instanceof Map || value instanceof Set || value instanceof Uint8Array);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => DIGITS.charAt((bits >> shift) & 63));
    text += digits.slice(0, bytes.length - at + 1).join('').padEnd(4, '=');
  }
  return text;
}

function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  for (let at = 0; at < digits.length; at += 1) {
    bits = ((bits << 6) | DIGITS.indexOf(digits.charAt(at))) & 0xffffff;
    const filled = Math.floor(((at + 1) * 6) / 8);
    if (filled > Math.floor((at * 6) / 8)) bytes[filled - 1] = (bits >> (((at + 1) * 6) % 8)) & 255;
  }
  return bytes;
}
`;
