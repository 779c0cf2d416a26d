/** WebSocket connections that this page has opened; they stay when another view is shown. */
import { textOf } from './ask.js';
import { live } from './live.js';

export interface Exchanged {
  readonly number: number;
  readonly at: number;
  readonly by: 'client' | 'server' | 'neither';
  readonly text: string;
}

export class Client {
  readonly messages: Exchanged[] = [];
  status: 'opening' | 'open' | 'closed' = 'opening';
  private readonly socket: WebSocket;

  constructor(
    readonly number: number,
    readonly url: string,
  ) {
    this.socket = new WebSocket(url);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.become('open', 'Connected');
    this.socket.onmessage = ({ data }) =>
      this.note('server', typeof data === 'string' ? data : `${(data as ArrayBuffer).byteLength} bytes`);
    this.socket.onclose = ({ code, reason }) => {
      // A browser tells a page nothing of why a handshake was refused.
      const why = this.status === 'opening' ? 'Refused, or not reached' : `Closed: ${code} ${reason}`.trim();
      this.become('closed', why);
    };
  }

  send(text: string): void {
    this.socket.send(text);
    this.note('client', text);
  }

  close(): void {
    this.socket.close();
  }

  private become(status: Client['status'], text: string): void {
    this.status = status;
    this.note('neither', text);
  }

  private note(by: Exchanged['by'], text: string): void {
    this.messages.push({ number: this.messages.length, at: Date.now(), by, text });
    live.tell();
  }
}

export const clients: Client[] = [];
let opened = 0;

export function openClient(url: string): void {
  try {
    clients.push(new Client(++opened, url));
  } catch (error) {
    throw new Error(`${url} cannot be opened: ${textOf(error)}`);
  }
  live.tell();
}

export function forgetClient(client: Client): void {
  client.close();
  clients.splice(clients.indexOf(client), 1);
  live.tell();
}
