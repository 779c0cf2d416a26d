// The only way to the SDK's client for WebSocket connections. Bundles get this module ready-made: see pack.mjs.
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { clientConfig } from './config.js';

/** @param endpoint the API's stage: `https://<api>.execute-api.<region>.amazonaws.com/<stage>` */
export function createClient(endpoint: string) {
  const client = new ApiGatewayManagementApiClient(clientConfig('', endpoint));
  return {
    post: (ConnectionId: string, Data: Uint8Array) => client.send(new PostToConnectionCommand({ ConnectionId, Data })),
    disconnect: (ConnectionId: string) => client.send(new DeleteConnectionCommand({ ConnectionId })),
  };
}
