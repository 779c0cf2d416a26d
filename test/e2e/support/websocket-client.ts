// A WebSocket client for tests.
import { type RawData, WebSocket } from 'ws';

export interface ConnectOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

/** The server answered the handshake with another status than 101. */
export class HandshakeRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(url: string, status: number, body: string) {
    super(`the handshake with ${url} was refused: ${status} ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** Rejects with HandshakeRefused when the server does not want the connection. */
export function connect(url: string, { headers = {}, protocols = [] }: ConnectOptions = {}): Promise<WebSocketClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...protocols], { headers, handshakeTimeout: 30_000 });
    const client = new WebSocketClient(socket); // listens from the start: a message may come with the handshake's answer
    socket.once('open', () => resolve(client));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => reject(new HandshakeRefused(url, response.statusCode ?? 0, Buffer.concat(chunks).toString())));
    });
  });
}

export class WebSocketClient {
  /** Every message so far, oldest first: JSON as its value, anything else as text. */
  readonly received: unknown[] = [];
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: RawData) => {
      this.received.push(parseMessage(data));
      this.#waiting.shift()?.();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** The subprotocol that the server chose; empty when none. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Strings and bytes as they are, anything else as JSON. */
  send(message: unknown): void {
    const raw = typeof message === 'string' || message instanceof Uint8Array;
    this.#socket.send(raw ? message : JSON.stringify(message));
  }

  /** The next message that was not taken yet. */
  async next(timeoutMs = 15_000): Promise<unknown> {
    while (this.received.length <= this.#taken) await this.#arrival(timeoutMs);
    return this.received[this.#taken++];
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.closed;
  }

  #arrival(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(arrived), 1);
        reject(new Error(`no message within ${timeoutMs} ms; so far: ${JSON.stringify(this.received)}`));
      }, timeoutMs);
      const arrived = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(arrived);
    });
  }
}

function parseMessage(data: RawData): unknown {
  const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
