// The servers of a local cloud: one for HTTP, one for WebSockets, each started with the first that needs it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalBucketService } from '../kinds/file-storage-bucket.js';
import type { LocalHttpApi } from '../kinds/http-api.js';
import type { LocalWebSocketApi } from '../kinds/websocket-api.js';
import type { Addresses, ServerOptions } from './addresses.js';
import { LocalHttpServer } from './http-server.js';
import { LocalWebSocketServer } from './websocket-server.js';

/** What is served. */
export interface ServedCloud {
  /** For messages: `webchat, stage dev`. */
  readonly title: string;
  readonly addresses: Addresses;
  readonly http: LocalHttpApi | null;
  readonly webSockets: LocalWebSocketApi | null;
  readonly buckets: ReadonlyMap<string, LocalBucketService>;
  move(to: Partial<ServerOptions>): void;
  during<T>(task: () => Promise<T>): Promise<T>;
}

/** How whoever starts servers can choose other ports: `set httpPort`. */
export interface Advice {
  readonly http: string;
  readonly webSocket: string;
}

type More = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export class LocalServers {
  private http: Promise<LocalHttpServer> | null = null;
  private webSocket: Promise<LocalWebSocketServer> | null = null;
  private serveFunctions = false;
  private serveAll = false;
  private readonly websites = new Set<string>();

  constructor(
    private readonly cloud: ServedCloud,
    private readonly advice: Advice,
    private readonly more?: More,
  ) {}

  get areRunning(): boolean {
    return this.http !== null || this.webSocket !== null;
  }

  /** All that the cloud has something for. */
  async startAll(): Promise<void> {
    this.serveAll = true;
    try {
      await Promise.all([this.startHttp(), this.cloud.webSockets === null ? null : this.startWebSockets()]);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async startFunctions(): Promise<void> {
    this.serveFunctions = true;
    await this.startHttp();
  }

  async startWebsite(bucket: LocalBucketService): Promise<void> {
    this.websites.add(bucket.node.id);
    await this.startHttp();
  }

  async startWebSockets(): Promise<void> {
    this.webSocket ??= this.openWebSockets();
    await this.webSocket;
  }

  async stop(): Promise<void> {
    const [http, webSocket] = [this.http, this.webSocket];
    this.http = null;
    this.webSocket = null;
    this.serveFunctions = false;
    this.serveAll = false;
    this.websites.clear();
    // One that could not start has nothing to end.
    await Promise.all([http, webSocket].map((server) => server?.then((one) => one.close()).catch(() => {})));
  }

  private async startHttp(): Promise<void> {
    this.http ??= this.openHttp();
    await this.http;
  }

  private async openHttp(): Promise<LocalHttpServer> {
    const { cloud, more } = this;
    const server = new LocalHttpServer({
      functions: () => (this.serveFunctions || this.serveAll ? cloud.http : null),
      websites: () => [...cloud.buckets.values()].filter(({ node }) => this.serveAll || this.websites.has(node.id)),
      during: (task) => cloud.during(task),
      ...(more === undefined ? {} : { more }),
    });
    try {
      const { httpPort: port, host } = cloud.addresses;
      const by = `the HTTP server of ${cloud.title}`;
      cloud.move({ httpPort: await server.listen({ port, host, by, instead: this.advice.http }) });
      return server;
    } catch (error) {
      this.http = null;
      throw error;
    }
  }

  private async openWebSockets(): Promise<LocalWebSocketServer> {
    const { cloud } = this;
    const server = new LocalWebSocketServer({ api: () => cloud.webSockets, during: (task) => cloud.during(task) });
    try {
      const { webSocketPort: port, host } = cloud.addresses;
      const by = `the WebSocket server of ${cloud.title}`;
      cloud.move({ webSocketPort: await server.listen({ port, host, by, instead: this.advice.webSocket }) });
      return server;
    } catch (error) {
      this.webSocket = null;
      throw error;
    }
  }
}
