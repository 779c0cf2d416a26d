// The client that sends to WebSocket connections of the local cloud.
import type { ServerlessFunctionWebSocketClient } from '../../../runtime/kinds/websocket-api.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';
import { asJson } from './json.js';

export function register(): void {
  const resource = nextResource();
  const client: ServerlessFunctionWebSocketClient = {
    sendToConnection: remote(resource, 'sendToConnection'),
    sendToConnectionConvertToJson: async (id, value) =>
      remote(resource, 'sendToConnectionConvertToJson')(id, asJson(value) ?? null) as Promise<void>,
    disconnect: remote(resource, 'disconnect'),
  };
  bindRestricted('websocket-api', null, client, resource);
}
