// The client that sends to WebSocket connections, on API Gateway's management API.
import { bind } from '../../../runtime/core/binding.js';
import { ConnectionGoneException, NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { ServerlessFunctionWebSocketClient } from '../../../runtime/kinds/websocket-api.js';
import { mapError } from './errors.js';
import { createClient } from './sdk/apigatewaymanagementapi.js';

export interface WebSocketClientData {
  /** The environment variable that holds the URL of the API's stage, with https. */
  readonly endpoint: string;
}

const special = { GoneException: ConnectionGoneException };

export function register(_target: null, data: WebSocketClientData): void {
  let client: ReturnType<typeof createClient> | undefined;
  const api = (): ReturnType<typeof createClient> => {
    const url = process.env[data.endpoint];
    if (!url) throw new NonRetryableException(`the environment variable ${data.endpoint} is not set`);
    return (client ??= createClient(url));
  };
  const call = async (what: string, id: string, send: () => Promise<unknown>): Promise<void> => {
    try {
      await send();
    } catch (error) {
      throw mapError(error, `${what} connection ${id}`, special);
    }
  };
  const post = (id: string, message: string | Uint8Array): Promise<void> => {
    const bytes = typeof message === 'string' ? Buffer.from(message) : message;
    return call('send to', id, () => api().post(id, bytes));
  };
  const bound: ServerlessFunctionWebSocketClient = {
    sendToConnection: post,
    sendToConnectionConvertToJson: async (id, value) => post(id, toJson(value) ?? 'null'),
    disconnect: (id) => call('disconnect', id, () => api().disconnect(id)),
  };
  bind('websocket-api', null, bound);
}
