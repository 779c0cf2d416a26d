// WebSockets as clients of tests.
import { WebSocket } from 'ws';

const texts = new WeakMap<WebSocket, string[]>();

/** Rejects when the server refuses. */
export function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('localhost', '127.0.0.1'));
  const received: string[] = [];
  texts.set(socket, received);
  socket.on('message', (data: Buffer) => received.push(data.toString()));
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

/** The next `count` messages. */
export async function textsOf(socket: WebSocket, count: number): Promise<string[]> {
  const received = texts.get(socket) ?? [];
  while (received.length < count) await new Promise((resolve) => socket.once('message', resolve));
  return received.splice(0, count);
}
