// A @WebSocketServerlessFunction method as a Lambda function behind an API Gateway WebSocket API: proxy event in, status
// out. API Gateway refuses a handshake whose $connect answers other than 2xx, and ignores the body of all answers.
import type { WebSocketEvent, WebSocketRequestContext } from '../kinds/websocket-api.js';
import { admitsUndefined, required } from '../core/shape.js';
import { InvalidInputException } from '../core/errors.js';
import { type BodyParam, type HandlerSpec, instanceOf } from './handler.js';

export interface WebSocketSpec extends HandlerSpec {
  readonly topic: string;
}

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

export function adapt(spec: WebSocketSpec): (event: WebSocketProxyEvent) => Promise<{ statusCode: number }> {
  const instance = instanceOf(spec.create);
  // An error while connecting refuses the connection; one while disconnecting can change nothing any more.
  const failure = spec.topic === '$connect' ? 403 : spec.topic === '$disconnect' ? 200 : 500;
  return async (event) => {
    try {
      const args = spec.params.map((param) => (param === 'event' ? webSocketEvent(event) : bodyOf(param, event)));
      await (await instance())[spec.method]!(...args);
      return { statusCode: 200 };
    } catch (error) {
      console.error(error);
      return { statusCode: error instanceof InvalidInputException && failure === 500 ? 400 : failure };
    }
  };
}

function bodyOf({ body, read }: BodyParam, event: WebSocketProxyEvent): unknown {
  const shape = required(body);
  // Handshakes and disconnects carry no message.
  if (event.body == null) {
    if (admitsUndefined(body) || event.requestContext.eventType !== 'MESSAGE') return undefined;
    throw invalid('a message is required');
  }
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  if (shape === 'string') return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('the message is not JSON');
  }
  return read ? read(shape, json) : json;
}

const invalid = (message: string): InvalidInputException => new InvalidInputException([{ path: '', message }]);

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
