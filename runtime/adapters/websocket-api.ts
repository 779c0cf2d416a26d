// A @WebSocketServerlessFunction method as a Lambda function behind an API Gateway WebSocket API: proxy event in, status
// out. API Gateway refuses a handshake whose $connect answers other than 2xx, and ignores the body of all answers.

import { InvalidInputException } from '../core/errors.js';
import { invalid, parseJson } from '../core/json.js';
import { admitsUndefined, required } from '../core/shape.js';
import type { WebSocketEvent, WebSocketRequestContext } from '../kinds/websocket-api.js';
import { type BodyParam, type HandlerSpec, instanceOf } from './handler.js';

/** The part of API Gateway's event that is used. */
export interface WebSocketProxyEvent {
  readonly requestContext: WebSocketRequestContext;
  readonly headers?: Record<string, string> | null;
  readonly multiValueHeaders?: Record<string, string[]> | null;
  readonly queryStringParameters?: Record<string, string> | null;
  readonly multiValueQueryStringParameters?: Record<string, string[]> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** One function may serve several topics, so what an error means is told by the event. */
export function adapt(spec: HandlerSpec): (event: WebSocketProxyEvent) => Promise<{ statusCode: number }> {
  const instance = instanceOf(spec.create);
  return async (event) => {
    try {
      const args = spec.params.map((param) => (param === 'event' ? webSocketEvent(event) : bodyOf(param, event)));
      await (await instance())[spec.method]!(...args);
      return { statusCode: 200 };
    } catch (error) {
      console.error(error);
      return { statusCode: failureStatus(event.requestContext.eventType, error) };
    }
  };
}

/** An error while connecting refuses the connection; one while disconnecting can change nothing any more. */
function failureStatus(eventType: WebSocketRequestContext['eventType'], error: unknown): number {
  if (eventType === 'CONNECT') return 403;
  if (eventType === 'DISCONNECT') return 200;
  return error instanceof InvalidInputException ? 400 : 500;
}

function bodyOf({ body, read }: BodyParam, event: WebSocketProxyEvent): unknown {
  const shape = required(body);
  // Handshakes and disconnects carry no message.
  if (event.body == null) {
    if (admitsUndefined(body) || event.requestContext.eventType !== 'MESSAGE') return undefined;
    throw invalid('is required');
  }
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  const value = shape === 'string' ? text : parseJson(text);
  return read ? read(shape, value) : value;
}

const webSocketEvent = (event: WebSocketProxyEvent): WebSocketEvent => ({
  headers: event.headers ?? {},
  multiValueHeaders: event.multiValueHeaders ?? {},
  queryStringParameters: event.queryStringParameters ?? {},
  multiValueQueryStringParameters: event.multiValueQueryStringParameters ?? {},
  body: event.body ?? undefined,
  requestContext: event.requestContext,
  isBase64Encoded: event.isBase64Encoded ?? false,
  requestId: event.requestContext.requestId,
});
