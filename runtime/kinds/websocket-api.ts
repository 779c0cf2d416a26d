// WebSocket routes, and the client that sends to connections.
import { lazyClient } from '../core/binding.js';
import { type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions, StagesOption } from '../core/function-options.js';

export interface WebSocketServerlessFunctionOptions extends FunctionOptions {
  /** The value of a message's `topic` field, or `$connect`, `$disconnect`, `$default`. */
  topic: string;
}

/**
 * Calls the method for messages of a topic. It takes at most a WebSocketEvent and a body (the whole JSON message, or the
 * text as it came when the type is `string`), in any order. `$connect` accepts the connection by returning and refuses it
 * by throwing; nothing can be sent to a connection before that. What other topics return is unused.
 */
export function WebSocketServerlessFunction(_options: WebSocketServerlessFunctionOptions): HandlerDecorator {
  return noop;
}

export interface WebSocketEvent {
  /** Those of the handshake, in `$connect`; few or none for messages. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  /** Those of the handshake, in `$connect`; empty for messages. */
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  /** The message's text; base64 when `isBase64Encoded`. */
  readonly body?: string | undefined;
  readonly requestContext: WebSocketRequestContext;
  readonly isBase64Encoded: boolean;
  readonly requestId: string;
}

export interface WebSocketRequestContext {
  readonly connectionId: string;
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  readonly routeKey: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly requestId: string;
  readonly messageId?: string;
  readonly stage?: string;
  readonly apiId?: string;
  readonly domainName?: string;
  readonly requestTimeEpoch?: number;
  readonly identity?: { readonly sourceIp?: string; readonly userAgent?: string };
  /** What a Lambda authorizer of `$connect` returned. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
}

/** Allows the function to use `ClientBuilder.getServerlessFunctionWebSocketClient()`. */
export function UsesServerlessFunctionWebSocketClient(_options?: StagesOption): HandlerDecorator {
  return noop;
}

/** Every operation rejects with a ConnectionGoneException when the connection is closed. */
export interface ServerlessFunctionWebSocketClient {
  /** Sends one message, of at most 128 KB (API Gateway). */
  sendToConnection(connectionId: string, message: string | Uint8Array): Promise<void>;
  /** Sends a value as JSON: dates as ISO strings, bigints as strings, bytes as base64, sets as arrays, maps as objects. */
  sendToConnectionConvertToJson(connectionId: string, value: unknown): Promise<void>;
  /** Closes the connection. */
  disconnect(connectionId: string): Promise<void>;
}

/** It needs `@UsesServerlessFunctionWebSocketClient()` on every handler that can reach its use. */
export function getServerlessFunctionWebSocketClient(): ServerlessFunctionWebSocketClient {
  return lazyClient<ServerlessFunctionWebSocketClient>(
    'websocket-api',
    null,
    ['sendToConnection', 'sendToConnectionConvertToJson', 'disconnect'],
    () => '@UsesServerlessFunctionWebSocketClient()',
  );
}
