// Where a local cloud's servers are, or would be: URLs are in files and variables whether or not a server runs.

export interface ServerOptions {
  /** Of the HTTP server. 0: one that is free. */
  readonly httpPort: number;
  /** Of the WebSocket server. 0: one that is free. */
  readonly webSocketPort: number;
  /** What they bind to. */
  readonly host: string;
}

export const DEFAULT_SERVERS: ServerOptions = { httpPort: 8080, webSocketPort: 8081, host: '127.0.0.1' };

/** Addresses of this machine by which nobody else reaches it. */
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
const EVERY = ['0.0.0.0', '::', ''];

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

export class Addresses {
  constructor(private options: ServerOptions) {}

  get host(): string {
    return this.options.host;
  }

  get httpPort(): number {
    return this.options.httpPort;
  }

  get webSocketPort(): number {
    return this.options.webSocketPort;
  }

  get httpOrigin(): string {
    return `http://${this.name}:${this.httpPort}`;
  }

  get functionsUrl(): string {
    return `${this.httpOrigin}/function`;
  }

  get webSocketUrl(): string {
    return `ws://${this.name}:${this.webSocketPort}`;
  }

  websiteUrl(bucketName: string): string {
    return `${this.httpOrigin}/${bucketName.toUpperCase()}`;
  }

  move(to: Partial<ServerOptions>): void {
    this.options = { ...this.options, ...to };
  }

  private get name(): string {
    const { host } = this;
    if (isLoopback(host) || EVERY.includes(host)) return 'localhost';
    return host.includes(':') ? `[${host}]` : host;
  }
}
