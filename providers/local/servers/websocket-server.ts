// The WebSocket server of a local cloud: connections that `$connect` admits, their messages, and what functions send to them.
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LocalWebSocketApi, Remote, WebSocketConnection } from '../kinds/websocket-api.js';
import { ConnectionRefusedException, WebSocketRequest } from '../requests.js';
import { closed, listen, type Wish } from './listen.js';

export interface WebSocketContent {
  readonly api: () => LocalWebSocketApi | null;
  /** Does something that counts as going on in the cloud. */
  during<T>(task: () => Promise<T>): Promise<T>;
}

export class LocalWebSocketServer {
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, clientTracking: true, maxPayload: MOST_PAYLOAD_BYTES });

  constructor(private readonly content: WebSocketContent) {
    this.server = createServer((_, response) => {
      response.writeHead(426, { 'content-type': 'text/plain;charset=UTF-8', upgrade: 'websocket' });
      response.end('This is a server for WebSockets.\n');
    });
    this.server.on('upgrade', (request, socket, head) => {
      this.connect(request, socket, head).catch((error: unknown) => {
        if (!(error instanceof ConnectionRefusedException)) console.error(error);
        refuse(socket, error instanceof ConnectionRefusedException ? error.statusCode : 500);
      });
    });
  }

  listen(wish: Wish): Promise<number> {
    return listen(this.server, wish);
  }

  async close(): Promise<void> {
    // Those who hang on to them would hold the end back.
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    await closed(this.server);
  }

  private async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A client that goes away meanwhile.
    socket.on('error', () => socket.destroy());
    const api = this.content.api();
    if (api === null) return refuse(socket, 403);
    const remote = new SocketEnd();
    const { searchParams } = new URL(request.url ?? '/', 'ws://localhost');
    const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
    const connection = await this.content.during(() => api.connect(headersOf(request), query, remote));
    const gone = (code: number): void =>
      void this.content.during(async () => this.content.api()?.disconnect(connection, code)).catch(console.error);
    if (socket.destroyed) return gone(1006);
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      remote.open(opened);
      opened.on('close', gone);
      opened.on('error', () => opened.terminate());
      opened.on('message', (data: Buffer, isBinary) => this.message(connection, data, isBinary));
    });
  }

  private message(connection: WebSocketConnection, data: Buffer, isBinary: boolean): void {
    const message = new WebSocketRequest(isBinary ? new Uint8Array(data) : data.toString());
    this.content
      .during(async () => {
        if (connection.isOpen) await this.content.api()?.message(message, connection);
      })
      .catch(console.error);
  }
}

/** More than an API takes, which closes the connection with the right code itself. */
const MOST_PAYLOAD_BYTES = 256 * 1024;

/** A socket, and before it is open what is to be sent over it. */
class SocketEnd implements Remote {
  private socket: WebSocket | null = null;
  private waiting: (string | Uint8Array)[] = [];
  private closed: number | null = null;

  open(socket: WebSocket): void {
    this.socket = socket;
    for (const data of this.waiting) this.send(data);
    this.waiting = [];
    if (this.closed !== null) socket.close(this.closed);
  }

  send(data: string | Uint8Array): void {
    if (this.socket === null) this.waiting.push(data);
    else if (this.socket.readyState === this.socket.OPEN) this.socket.send(data);
  }

  close(code: number): void {
    this.closed = code;
    this.socket?.close(code);
  }
}

/** As the client wrote their names: WebSocket APIs hand them on like that. */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] as string, rawHeaders[at + 1] as string];
    found[name] = Object.hasOwn(found, name) ? `${found[name]},${value}` : value;
  }
  return found;
}

function refuse(socket: Duplex, status: number): void {
  if (socket.destroyed) return;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
