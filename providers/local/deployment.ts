// The local cloud as tests use it. Every operation that may set off functions returns when all of them are done.
import * as path from 'node:path';
import process from 'node:process';
import type { BasicServerlessFunctionClient, MethodName } from '../../runtime/kinds/basic-function.js';
import type { DocumentStoreClient } from '../../runtime/kinds/document-store.js';
import type { FileStorageClient } from '../../runtime/kinds/file-storage-bucket.js';
import type { KeyValueStoreClient } from '../../runtime/kinds/key-value-store.js';
import type { QueueSendOptions } from '../../runtime/kinds/queue.js';
import { LocalCloud } from './cloud.js';
import { enter, leave } from './context.js';
import type { LocalFunction, MethodInvocation } from './function.js';
import type { LocalUserPool } from './kinds/cognito-user-pool.js';
import type { Subscription } from './kinds/notification-topic.js';
import type { DeadLetter } from './kinds/queue.js';
import type { SecretValue } from './kinds/secret.js';
import type { WebSocketConnection } from './kinds/websocket-api.js';
import { type Class, findProject, loadProject, nameOf } from './project.js';
import type { HttpRequest, HttpResult, WebSocketRequest } from './requests.js';
import { DEFAULT_SERVERS } from './servers/addresses.js';
import { LocalServers } from './servers/servers.js';

type Constructor<T = object> = new (...args: never[]) => T;

export interface LocalDeploymentOptions {
  /** The project's folder: all of it is simulated, unless `classes` are given. */
  readonly project?: string;
  /** By default `dev` where the project has it, else the first. */
  readonly stage?: string;
  /** What is simulated; by default all of the project. */
  readonly classes?: readonly Class[];
  /** Values for `${NAME}` in environment variables; by default those of this process. */
  readonly environment?: { readonly [name: string]: string };
  /** Values of secrets, by ARN: texts, or what their JSON is made of. By default those of variables: `NIMBUS_SECRET_<NAME>`. */
  readonly secrets?: { readonly [arn: string]: SecretValue };
  /** Keeps what is in stores, queues, buckets and user pools in this folder, for the next deployment that is given it. */
  readonly dataFolder?: string;
  /** Of the HTTP server, which only runs when it is started: 8080. 0 takes one that is free. */
  readonly httpPort?: number;
  /** Of the WebSocket server: 8081. */
  readonly webSocketPort?: number;
  /** What servers bind to: 127.0.0.1, so that nobody else can reach them. */
  readonly host?: string;
}

/** Where servers are. */
export interface LocalServerUrls {
  /** `http://localhost:8080/function` */
  readonly functions: string;
  /** `ws://localhost:8081` */
  readonly webSocket: string;
  /** `http://localhost:8080/WEBCHAT`, by the bucket's name. */
  readonly websites: { readonly [bucketName: string]: string };
}

/** A document store, with the operations of its client. */
export interface LocalDocumentStore<T> extends DocumentStoreClient<T> {
  /** How many items there are. */
  size(): number;
}

/** A key-value store, with the operations of its client. */
export interface LocalKeyValueStore<K, V> extends KeyValueStoreClient<K, V> {
  /** How many items there are. */
  size(): number;
}

export interface LocalQueue {
  /** Sends a text as it is, and all else as JSON. */
  add(item: unknown, options?: QueueSendOptions): Promise<void>;
  addBatch(items: readonly unknown[], options?: Pick<QueueSendOptions, 'groupId'>): Promise<void>;
  /** What was sent to it, by tests and by functions, the last ten thousand at least: texts, and values that were sent as JSON. */
  readonly itemsAdded: readonly unknown[];
  /** What failed too often. */
  readonly deadLetters: readonly DeadLetter[];
  /** How many items are in it. */
  size(): number;
}

export interface LocalNotificationTopic {
  /** Publishes a text as it is, and all else as JSON. */
  notify(message: unknown): Promise<void>;
  readonly subscriptions: readonly Subscription[];
  /** What was published, the last ten thousand at least: texts, and values that were published as JSON. */
  readonly sent: readonly unknown[];
}

/** A bucket, with the operations of its client. */
export interface LocalFileStorage extends FileStorageClient {
  hasFile(path: string): boolean;
  contentTypeOf(path: string): string | null;
}

/** How a method was called, by whatever called it. */
export interface LocalMethod {
  readonly timesInvoked: number;
  /** Null when it was never called. */
  readonly mostRecentArguments: readonly unknown[] | null;
  readonly mostRecentReturnValue: unknown;
  readonly mostRecentError: unknown;
  /** The last thousand at least. */
  readonly invocations: readonly MethodInvocation[];
}

let current: LocalNimbusDeployment | null = null;

export class LocalNimbusDeployment {
  /** What `@AfterDeployment` functions returned, by `Class.method`. */
  readonly afterDeploymentResults: ReadonlyMap<string, unknown>;
  private connection: WebSocketConnection | null = null;
  private readonly servers: LocalServers;
  private stopped: (() => void)[] = [];

  /** Simulates these classes of the project that the working directory is in, or all that `options` say. */
  static async getNewInstance(...what: readonly Class[] | readonly [LocalDeploymentOptions]): Promise<LocalNimbusDeployment> {
    const [first] = what;
    if (first === undefined) return LocalNimbusDeployment.start({});
    return LocalNimbusDeployment.start(typeof first === 'function' ? { classes: what as readonly Class[] } : first);
  }

  /** The one that was made last. */
  static getInstance(): LocalNimbusDeployment {
    if (current !== null) return current;
    throw new Error('there is no local deployment: make one with LocalNimbusDeployment.getNewInstance(...)');
  }

  private static async start(options: LocalDeploymentOptions): Promise<LocalNimbusDeployment> {
    const dir = options.project === undefined ? findProject(process.cwd()) : path.resolve(options.project);
    const project = await loadProject(dir, options.stage ?? null);
    const cloud = await LocalCloud.create({
      project,
      classes: options.classes ?? null,
      environment: options.environment ?? {},
      secrets: options.secrets ?? {},
      servers: {
        httpPort: options.httpPort ?? DEFAULT_SERVERS.httpPort,
        webSocketPort: options.webSocketPort ?? DEFAULT_SERVERS.webSocketPort,
        host: options.host ?? DEFAULT_SERVERS.host,
      },
      dataFolder: options.dataFolder ?? null,
    });
    // Functions that listen to uploads see it as all others do.
    enter(cloud);
    try {
      await cloud.deploy();
      const deployment = new LocalNimbusDeployment(cloud, await cloud.afterDeployment());
      current = deployment;
      return deployment;
    } catch (error) {
      leave(cloud);
      await cloud.close();
      throw error;
    }
  }

  private constructor(
    private readonly cloud: LocalCloud,
    results: ReadonlyMap<string, unknown>,
  ) {
    this.afterDeploymentResults = results;
    this.servers = new LocalServers(cloud, { http: 'give another httpPort', webSocket: 'give another webSocketPort' });
  }

  get stage(): string {
    return this.cloud.stage;
  }

  /** Ends it: nothing that waits is delivered any more, and servers are stopped. */
  close(): void {
    void this.stopAllServers();
    leave(this.cloud);
    void this.cloud.close();
    if (current === this) current = null;
  }

  // --- resources

  getDocumentStore<T extends object>(store: Constructor<T>): LocalDocumentStore<T> {
    const client = this.settling(this.client<DocumentStoreClient<T>>('document-store', store));
    return Object.assign(client, { size: () => this.sizeOf('document-store', store) });
  }

  getKeyValueStore<V extends object, K = string>(store: Constructor<V>): LocalKeyValueStore<K, V> {
    const client = this.settling(this.client<KeyValueStoreClient<K, V>>('key-value-store', store));
    return Object.assign(client, { size: () => this.sizeOf('key-value-store', store) });
  }

  /** By its class or its id. */
  getQueue(queue: Constructor | string): LocalQueue {
    const service = this.service('queue', queue, this.cloud.queues);
    const client = service.client();
    const send = (items: readonly unknown[], options?: QueueSendOptions): Promise<void> =>
      this.cloud.activity.settle(() => client.sendMessages(items, options));
    return {
      add: (item, options) =>
        this.cloud.activity.settle(() =>
          typeof item === 'string' ? client.sendMessage(item, options) : client.sendMessageAsJson(item, options),
        ),
      addBatch: send,
      get itemsAdded() {
        return service.added;
      },
      get deadLetters() {
        return service.deadLetters;
      },
      size: () => service.size,
    };
  }

  /** By its class or its name. */
  getNotificationTopic(topic: Constructor | string): LocalNotificationTopic {
    const service = this.service('notification-topic', topic, this.cloud.topics);
    const client = service.client();
    return {
      notify: (message) =>
        this.cloud.activity.settle(() => (typeof message === 'string' ? client.notify(message) : client.notifyJson(message))),
      get subscriptions() {
        return service.subscriptions;
      },
      get sent() {
        return service.sent;
      },
    };
  }

  /** By its class or its name. */
  getLocalFileStorage(bucket: Constructor | string): LocalFileStorage {
    const service = this.service('file-storage-bucket', bucket, this.cloud.buckets);
    return Object.assign(this.settling(service.client()), {
      hasFile: (file: string) => service.get(file) !== undefined,
      contentTypeOf: (file: string) => service.get(file)?.contentType ?? null,
    });
  }

  /** A Cognito user pool, in which there is nobody before a test adds somebody. */
  getUserPool(pool: Constructor): LocalUserPool {
    return this.service('cognito-user-pool', pool, this.cloud.userPools).forTests();
  }

  // --- functions

  getMethod<T extends object>(of: Constructor<T>, method: MethodName<T>): LocalMethod {
    const fn = this.function(of, method);
    const { invocations } = fn;
    return {
      get timesInvoked() {
        return fn.timesInvoked;
      },
      get mostRecentArguments() {
        return invocations.at(-1)?.arguments ?? null;
      },
      get mostRecentReturnValue() {
        return invocations.at(-1)?.returnValue;
      },
      get mostRecentError() {
        return invocations.at(-1)?.error;
      },
      invocations,
    };
  }

  getBasicFunction<T extends object, K extends MethodName<T>>(
    of: Constructor<T>,
    method: K,
  ): BasicServerlessFunctionClient<T[K]> {
    const bound = this.cloud.find('basic-function', of) as Record<string, object> | undefined;
    const client = bound?.[method];
    if (client === undefined)
      throw new Error(`${nameOf(of)}.${method} is no function of this local deployment that clients call`);
    return this.settling(client as BasicServerlessFunctionClient<T[K]>);
  }

  /** Runs a method as its schedule does. */
  async runSchedule<T extends object>(of: Constructor<T>, method: MethodName<T>): Promise<void> {
    const fn = this.function(of, method);
    const node = this.cloud.nodesOf('basic-function').find((one) => this.cloud.functionOf(one) === fn);
    const schedules = node?.options['schedules'] as readonly string[] | undefined;
    if (schedules === undefined || schedules.length === 0) throw new Error(`${fn.name} has no schedule`);
    await this.cloud.activity.settle(() => fn.invoke({}, `the schedule ${schedules[0]}`));
  }

  // --- APIs

  sendHttpRequest(request: HttpRequest): Promise<HttpResult> {
    const { http, activity } = this.cloud;
    if (http === null) throw new Error('this local deployment has no HTTP functions');
    return activity.settle(() => http.send(request));
  }

  /** Throws a ConnectionRefusedException when `$connect` does. */
  async connectToWebSockets(
    headers: Readonly<Record<string, string>> = {},
    query: Readonly<Record<string, string>> = {},
  ): Promise<WebSocketConnection> {
    const { webSockets, activity } = this.cloud;
    if (webSockets === null) throw new Error('this local deployment has no WebSocket functions');
    this.connection = await activity.settle(() => webSockets.connect(headers, query));
    return this.connection;
  }

  /** Closes a connection; by default the one that was made last. */
  async disconnectFromWebSockets(connection?: WebSocketConnection): Promise<void> {
    const closed = connection ?? this.lastConnection();
    await this.cloud.activity.settle(async () => this.cloud.webSockets?.disconnect(closed));
  }

  /** Sends over a connection; by default the one that was made last. */
  async sendWebSocketRequest(request: WebSocketRequest, connection?: WebSocketConnection): Promise<void> {
    const over = connection ?? this.lastConnection();
    await this.cloud.activity.settle(async () => this.cloud.webSockets?.message(request, over));
  }

  private lastConnection(): WebSocketConnection {
    if (this.connection !== null) return this.connection;
    throw new Error('there is no WebSocket connection: make one with connectToWebSockets()');
  }

  // --- servers

  /** Where servers are, or would be if they ran. */
  get urls(): LocalServerUrls {
    const { addresses, buckets } = this.cloud;
    const websites = [...buckets.values()].filter(({ isWebsite }) => isWebsite);
    return {
      functions: addresses.functionsUrl,
      webSocket: addresses.webSocketUrl,
      websites: Object.fromEntries(websites.map(({ bucketName }) => [bucketName, addresses.websiteUrl(bucketName)])),
    };
  }

  /** Serves HTTP functions, websites and WebSockets, and returns when that has been ended by `stopAllServers` or `close`. */
  async startAllServers(): Promise<void> {
    await this.startAllServersAsync();
    await new Promise<void>((resolve) => this.stopped.push(resolve));
  }

  /** Serves HTTP functions, websites and WebSockets, and returns as soon as it does. */
  async startAllServersAsync(): Promise<LocalServerUrls> {
    await this.servers.startAll();
    return this.urls;
  }

  /** Serves HTTP functions under `/function/`. Gives their URL. */
  async startServerlessFunctionWebserver(): Promise<string> {
    if (this.cloud.http === null) throw new Error('this local deployment has no HTTP functions');
    await this.servers.startFunctions();
    return this.urls.functions;
  }

  /** Serves the files of a website bucket, by its class or its name. Gives their URL. */
  async startFileBucketHttpServer(bucket: Constructor | string): Promise<string> {
    const service = this.service('file-storage-bucket', bucket, this.cloud.buckets);
    if (!service.isWebsite) throw new Error(`${service.bucketName} is no website: give its decorator staticWebsite: true`);
    await this.servers.startWebsite(service);
    return this.cloud.addresses.websiteUrl(service.bucketName);
  }

  /** Serves WebSocket functions. Gives their URL. */
  async startWebSocketServer(): Promise<string> {
    if (this.cloud.webSockets === null) throw new Error('this local deployment has no WebSocket functions');
    await this.servers.startWebSockets();
    return this.urls.webSocket;
  }

  async stopAllServers(): Promise<void> {
    await this.servers.stop();
    const { stopped } = this;
    this.stopped = [];
    for (const resolve of stopped) resolve();
  }

  // --- lookups

  private client<C extends object>(kind: string, of: Constructor): C {
    const client = this.cloud.find(kind, of);
    if (client !== undefined) return client as C;
    throw new Error(`${nameOf(of)} is no ${kind.replaceAll('-', ' ')} of this local deployment`);
  }

  private service<S>(kind: string, of: Constructor | string, services: ReadonlyMap<string, S>): S {
    const node = this.node(kind, of);
    const found = node && services.get(node.id);
    if (found) return found;
    throw new Error(`${typeof of === 'string' ? of : nameOf(of)} is no ${kind.replaceAll('-', ' ')} of this local deployment`);
  }

  private node(kind: string, of: Constructor | string) {
    return this.cloud
      .nodesOf(kind)
      .find(({ name, options }) =>
        typeof of === 'string' ? (options['bucketName'] ?? name) === of : (options['class'] ?? name) === nameOf(of),
      );
  }

  private sizeOf(kind: string, of: Constructor): number {
    return this.cloud.tables.get(this.node(kind, of)?.id ?? '')?.size ?? 0;
  }

  private function<T extends object>(of: Constructor<T>, method: string): LocalFunction {
    const name = `${nameOf(of)}.${method}`;
    const found = [...this.cloud.functions.values()].find((fn) => fn.name === name);
    if (found !== undefined) return found;
    throw new Error(`${name} is no function of this local deployment`);
  }

  /** The client, with operations that return when all that they set off is done. */
  private settling<C extends object>(client: C): C {
    const all = Object.entries(client).map(([name, operation]) => {
      if (typeof operation !== 'function' || /^get.*(Item|Request)$|^stream$/.test(name)) return [name, operation];
      const run = operation as (...args: unknown[]) => Promise<unknown>;
      return [name, (...args: unknown[]) => this.cloud.activity.settle(async () => run(...args))];
    });
    return Object.fromEntries(all) as C;
  }
}
