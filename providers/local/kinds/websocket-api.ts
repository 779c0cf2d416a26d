// The WebSocket API: connections, the routes of their messages, and what functions send to them.
// docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
import { randomBytes } from 'node:crypto';
import { ConnectionGoneException, NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { ServerlessFunctionWebSocketClient, WebSocketRequestContext } from '../../../runtime/kinds/websocket-api.js';
import type { LocalFunction } from '../function.js';
import { ConnectionRefusedException, type WebSocketRequest } from '../requests.js';
import { type Node, remember, type Surroundings } from './service.js';

/** docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const MOST_BYTES = 128 * 1024;

/** A client's end of a connection. */
export class WebSocketConnection {
  /** What was sent to it: texts and bytes, and values that were sent as JSON. */
  readonly received: unknown[] = [];
  /** The same as it arrives. */
  readonly messages: (string | Uint8Array)[] = [];
  /** From when `$connect` has returned until either side closes it. */
  isOpen = false;

  /** @internal Messages from the client and to it. */
  readonly counts = { received: 0, sent: 0 };

  /** @internal */
  constructor(
    readonly id: string,
    /** @internal */
    readonly connectedAt: number,
    /** @internal Who is at the other end; null: a test, which looks at `received`. */
    readonly remote: Remote | null = null,
  ) {}
}

/** A client that is somewhere else. */
export interface Remote {
  send(data: string | Uint8Array): void;
  close(code: number): void;
}

type Headers = Readonly<Record<string, string>>;
/** Names that come more than once have more than one value. */
type Query = Readonly<Record<string, string | readonly string[]>>;

export class LocalWebSocketApi {
  private routes: ReadonlyMap<string, LocalFunction> = new Map();
  private readonly connections = new Map<string, WebSocketConnection>();

  constructor(
    node: Node,
    private readonly around: Surroundings,
  ) {
    this.update(node);
  }

  /** Goes on with other routes. Connections stay. */
  update(node: Node): void {
    const { around } = this;
    this.routes = new Map(
      around.containedIn(node.id, 'websocket-route').flatMap(({ id, options }) => {
        const [fn] = around.triggeredBy(id);
        return fn === undefined ? [] : [[options['topic'] as string, fn] as const];
      }),
    );
  }

  get open(): readonly WebSocketConnection[] {
    return [...this.connections.values()];
  }

  /** What changes when connections come, go or talk. */
  get revision(): string {
    return this.open.map(({ id, counts }) => `${id} ${counts.received} ${counts.sent}`).join();
  }

  /** The event of a message, from a connection that may not be there. */
  eventOf(topic: string, connectionId: string, body: string): object {
    const connection = this.connections.get(connectionId) ?? new WebSocketConnection(connectionId, this.around.activity.now());
    const type = topic === '$connect' ? 'CONNECT' : topic === '$disconnect' ? 'DISCONNECT' : 'MESSAGE';
    const context = this.context(connection, topic, type);
    const common = { requestContext: { ...context, messageId: context.requestId }, isBase64Encoded: false };
    return type === 'MESSAGE' ? { ...common, body } : { ...common, ...this.headersOf({ Host: 'localhost' }) };
  }

  async connect(headers: Headers, query: Query, remote: Remote | null = null): Promise<WebSocketConnection> {
    const connection = new WebSocketConnection(randomBytes(11).toString('base64url'), this.around.activity.now(), remote);
    const fn = this.routes.get('$connect');
    if (fn !== undefined) {
      const all: Record<string, string> = { Host: 'localhost', 'X-Forwarded-For': '127.0.0.1', ...headers };
      const event = {
        ...this.headersOf(all),
        ...(Object.keys(query).length === 0
          ? {}
          : { queryStringParameters: single(query), multiValueQueryStringParameters: multi(query) }),
        requestContext: this.context(connection, '$connect', 'CONNECT'),
        isBase64Encoded: false,
      };
      const status = await this.call(fn, event, '$connect').catch(() => 502);
      if (status >= 300) throw new ConnectionRefusedException(status);
    }
    connection.isOpen = true;
    this.connections.set(connection.id, connection);
    return connection;
  }

  async disconnect(connection: WebSocketConnection, code = 1005): Promise<void> {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    this.connections.delete(connection.id);
    connection.remote?.close(code);
    const fn = this.routes.get('$disconnect');
    if (fn === undefined) return;
    const event = {
      ...this.headersOf({ Host: 'localhost' }),
      requestContext: { ...this.context(connection, '$disconnect', 'DISCONNECT'), disconnectStatusCode: code },
      isBase64Encoded: false,
    };
    await this.call(fn, event, '$disconnect').catch((error: unknown) => this.around.activity.report(error));
  }

  async message({ data }: WebSocketRequest, connection: WebSocketConnection): Promise<void> {
    if (!connection.isOpen) throw new ConnectionGoneException('the connection is closed');
    connection.counts.received++;
    if (Buffer.byteLength(data) > MOST_BYTES) return this.disconnect(connection, 1009);
    const isBinary = typeof data !== 'string';
    const topic = isBinary ? '' : topicOf(data);
    const chosen = topic !== '' && topic !== '$connect' && topic !== '$disconnect' && this.routes.has(topic) ? topic : '$default';
    const fn = this.routes.get(chosen);
    const context = this.context(connection, chosen, 'MESSAGE');
    const tell = (message: string): void =>
      this.deliver(connection, JSON.stringify({ message, connectionId: connection.id, requestId: context.requestId }));
    if (fn === undefined) return tell('Forbidden');
    const body = isBinary ? Buffer.from(data).toString('base64') : data;
    const event = { requestContext: { ...context, messageId: context.requestId }, body, isBase64Encoded: isBinary };
    await this.call(fn, event, `topic ${chosen}`).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'EndlessLoopException') throw error;
      this.around.activity.report(error);
      tell('Internal server error');
    });
  }

  client(): ServerlessFunctionWebSocketClient {
    const connectionOf = (id: string, what: string): WebSocketConnection => {
      const connection = this.connections.get(id);
      if (connection === undefined) throw new ConnectionGoneException(`${what} connection ${id}: it is closed`);
      return connection;
    };
    const send = async (id: string, data: string | Uint8Array, value: unknown): Promise<void> => {
      const connection = connectionOf(id, 'send to');
      if (Buffer.byteLength(data) > MOST_BYTES) throw new NonRetryableException(`send to connection ${id}: Payload too large`);
      this.deliver(connection, data, value);
    };
    return {
      sendToConnection: async (id, data) => {
        const text = typeof data === 'string' ? data : textOf(data);
        await send(id, text, text);
      },
      sendToConnectionConvertToJson: async (id, value) => {
        const text = toJson(value) ?? 'null';
        await send(id, text, JSON.parse(text));
      },
      disconnect: async (id) => {
        const connection = connectionOf(id, 'disconnect');
        // The function that closes it does not wait for $disconnect.
        this.around.activity.soon(() => this.disconnect(connection, 1000));
      },
    };
  }

  private deliver(connection: WebSocketConnection, data: string | Uint8Array, value?: unknown): void {
    connection.counts.sent++;
    // A server's connections are many, and nobody looks at what they got.
    if (connection.remote !== null) connection.remote.send(data);
    else {
      remember(connection.messages, data, this.around.history);
      remember(connection.received, value ?? JSON.parse(data as string), this.around.history);
    }
  }

  private async call(fn: LocalFunction, event: object, via: string): Promise<number> {
    const { statusCode } = (await fn.invoke(event, via)) as { readonly statusCode: number };
    return statusCode;
  }

  private headersOf(headers: Headers): object {
    return { headers, multiValueHeaders: multi(headers) };
  }

  private context(
    connection: WebSocketConnection,
    routeKey: string,
    eventType: WebSocketRequestContext['eventType'],
  ): WebSocketRequestContext {
    return {
      routeKey,
      eventType,
      messageDirection: 'IN',
      stage: this.around.stage,
      connectedAt: connection.connectedAt,
      requestTimeEpoch: this.around.activity.now(),
      identity: { sourceIp: '127.0.0.1' },
      requestId: randomBytes(11).toString('base64url'),
      domainName: 'localhost',
      connectionId: connection.id,
      apiId: 'local',
    };
  }
}

/** API Gateway sends bytes as text where they are that. */
function textOf(bytes: Uint8Array): string | Uint8Array {
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) ? text : new Uint8Array(bytes);
}

const multi = (values: Query): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat() as string[]]));

/** Of several values the last one. */
const single = (values: Query): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat().at(-1) as string]));

function topicOf(text: string): string {
  try {
    const { topic } = (JSON.parse(text) ?? {}) as { topic?: unknown };
    return typeof topic === 'string' ? topic : topic === undefined || topic === null ? '' : JSON.stringify(topic);
  } catch {
    return '';
  }
}
