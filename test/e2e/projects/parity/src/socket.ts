import {
  ClientBuilder,
  HttpException,
  UsesDocumentStore,
  UsesServerlessFunctionWebSocketClient,
  type WebSocketEvent,
  WebSocketServerlessFunction,
} from 'nimbusc';
import { note } from './listeners.js';
import { Log } from './resources.js';

const LARGEST = 128 * 1024;

export class Socket {
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();

  @WebSocketServerlessFunction({ topic: '$connect' })
  @UsesDocumentStore(Log)
  async connect(event: WebSocketEvent): Promise<void> {
    const { queryStringParameters, multiValueQueryStringParameters } = event;
    const name = queryStringParameters['name'];
    await note(`connected ${name}`, JSON.stringify([queryStringParameters, multiValueQueryStringParameters]));
    if (name === 'stranger') throw new Error('no');
    if (name === 'banned') throw new HttpException(403, 'banned');
    if (name === 'asleep') throw new HttpException(503, 'later');
  }

  @WebSocketServerlessFunction({ topic: '$disconnect' })
  @UsesDocumentStore(Log)
  async disconnect(event: WebSocketEvent): Promise<void> {
    const { disconnectStatusCode } = event.requestContext as { readonly disconnectStatusCode?: number };
    await note(`disconnected ${disconnectStatusCode}`, 'here');
  }

  @WebSocketServerlessFunction({ topic: 'tell' })
  @UsesServerlessFunctionWebSocketClient()
  async tell(message: { topic: 'tell'; what: string; to?: string }, event: WebSocketEvent): Promise<void> {
    const own = event.requestContext.connectionId;
    const to = message.to ?? own;
    if (message.what === 'crash') throw new Error('secret');
    if (message.what === 'leave') return this.sockets.disconnect(to);
    if (message.what === 'who') return this.sockets.sendToConnectionConvertToJson(to, { own });
    const data =
      message.what === 'bytes'
        ? Uint8Array.of(0, 255)
        : message.what === 'text'
          ? 'caf\u00e9 \u{1f388}'
          : 'x'.repeat(message.what === 'largest' ? LARGEST : LARGEST + 1);
    const sent = await this.sockets.sendToConnection(to, data).then(
      () => 'sent',
      (error: Error) => `throws ${error.name}`,
    );
    await this.sockets.sendToConnectionConvertToJson(own, { sent, on: new Date(0), missing: undefined });
  }
}
