import {
  ClientBuilder,
  ConnectionGoneException,
  UsesDocumentStore,
  UsesKeyValueStore,
  UsesServerlessFunctionWebSocketClient,
  type WebSocketEvent,
  WebSocketServerlessFunction,
} from 'nimbusc';
import { ConnectionDetail } from './connection-detail.js';
import type { Message, SendMessage } from './messages.js';
import { Presence } from './presence.js';
import { UserDetail } from './user-detail.js';

/** The WebSocket API: clients connect with `?user=thomas` and send messages to each other. */
export class Chat {
  private readonly presence = new Presence();
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();

  @WebSocketServerlessFunction({ topic: '$connect' })
  @UsesDocumentStore(UserDetail)
  @UsesKeyValueStore(ConnectionDetail)
  async onConnect(event: WebSocketEvent): Promise<void> {
    const username = event.queryStringParameters['user'];
    const known = username !== undefined && (await this.presence.connect(username, event.requestContext.connectionId));
    // Throwing refuses the connection.
    if (!known) throw new Error('not a valid user');
  }

  @WebSocketServerlessFunction({ topic: '$disconnect' })
  @UsesDocumentStore(UserDetail)
  @UsesKeyValueStore(ConnectionDetail)
  async onDisconnect(event: WebSocketEvent): Promise<void> {
    await this.presence.disconnect(event.requestContext.connectionId);
  }

  @WebSocketServerlessFunction({ topic: 'sendMessage' })
  @UsesServerlessFunctionWebSocketClient()
  @UsesDocumentStore(UserDetail)
  @UsesKeyValueStore(ConnectionDetail)
  async onMessage({ recipient, message }: SendMessage, event: WebSocketEvent): Promise<void> {
    const sender = await this.presence.usernameOf(event.requestContext.connectionId);
    const connectionId = await this.presence.connectionOf(recipient);
    if (sender === null || connectionId === null) return;

    try {
      await this.sockets.sendToConnectionConvertToJson(connectionId, { message, sender } satisfies Message);
    } catch (error) {
      if (!(error instanceof ConnectionGoneException)) throw error;
      // $disconnect is called on a best-effort basis, so it may never come.
      await this.presence.forget(recipient, connectionId);
    }
  }
}
