// Graphs of stages built by hand, as the compiler would link them.
import type { EdgeBase, EnvironmentVariable, FunctionNode, NodeId, StageGraph } from '../../../compiler/ir/graph.js';
import { compareText, type Span } from '../../../compiler/ir/span.js';
import type { StageSettings } from '../../../compiler/ir/stage-plan.js';
import type { AfterDeploymentNode } from '../../../compiler/kinds/after-deployment.js';
import type { BasicFunctionNode } from '../../../compiler/kinds/basic-function.js';
import type { DocumentStoreNode } from '../../../compiler/kinds/document-store.js';
import type { DocumentStoreFunctionNode } from '../../../compiler/kinds/document-store-function.js';
import type { Cors, HttpApiNode, HttpMethodName, HttpRouteNode } from '../../../compiler/kinds/http-api.js';
import type { HttpAuthorizerNode } from '../../../compiler/kinds/http-authorizer.js';
import type { AnyResource } from '../../../compiler/kinds/index.js';
import type { KeepWarmNode } from '../../../compiler/kinds/keep-warm.js';
import type { KeyValueStoreNode } from '../../../compiler/kinds/key-value-store.js';
import type { KeyValueStoreFunctionNode } from '../../../compiler/kinds/key-value-store-function.js';
import type { NotificationTopicNode } from '../../../compiler/kinds/notification-topic.js';
import type { QueueNode, QueueTriggerNode } from '../../../compiler/kinds/queue.js';
import type {
  Credential,
  DatabaseLanguageName,
  DatabaseSizeName,
  RelationalDatabaseNode,
} from '../../../compiler/kinds/relational-database.js';
import type { SecretNode } from '../../../compiler/kinds/secret.js';
import { type KeyWire, storeClient, storeOperations } from '../../../compiler/kinds/store.js';
import type { StoreEventName } from '../../../compiler/kinds/store-function.js';
import type { WebSocketApiNode, WebSocketRouteNode } from '../../../compiler/kinds/websocket-api.js';

export const SETTINGS: StageSettings = {
  project: 'chat',
  stage: 'dev',
  region: 'eu-west-1',
  runtime: 'nodejs22.x',
  runtimeAt: null,
  architecture: 'arm64',
  logRetentionDays: 14,
  sourceTags: true,
  awsProviderVersion: '~> 5.100',
  protected: false,
  backend: null,
  sourceMaps: false,
};

export interface FunctionOptions {
  readonly timeout?: number;
  readonly memory?: number;
  readonly environment?: { readonly [key: string]: EnvironmentVariable['value'] };
}

export interface StoreOptions {
  readonly tableName?: string;
  readonly existingArn?: string;
  readonly capacity?: { readonly read: number; readonly write: number };
  readonly wire?: KeyWire;
  readonly keyColumn?: string;
}

export interface QueueOptions {
  readonly timeout?: number;
  readonly maxReceiveCount?: number;
  readonly fifo?: boolean;
}

export interface DatabaseOptions {
  readonly databaseName?: string;
  readonly username?: Credential;
  readonly password?: Credential;
  readonly language?: DatabaseLanguageName;
  readonly size?: DatabaseSizeName;
  readonly instance?: string;
  readonly gigabytes?: number;
}

/** Every declaration gets a span of its own; `line` of a place is the span's start. */
export class StageBuilder {
  private readonly functions = new Map<NodeId, FunctionNode>();
  private readonly resources = new Map<NodeId, AnyResource>();
  private readonly edges: EdgeBase[] = [];
  private spans = 0;

  span(): Span {
    this.spans += 1;
    return { file: 'src/app.ts', start: this.spans * 10, end: this.spans * 10 + 5 };
  }

  function(name: string, trigger: string, { timeout, memory, environment }: FunctionOptions = {}): FunctionNode {
    const [className = '', method = ''] = name.split(/\.(.*)/s);
    const before = this.functions.get(`function:${name}`);
    if (before !== undefined) return before;
    const node: FunctionNode = {
      kind: 'function',
      id: `function:${name}`,
      name,
      source: this.span(),
      className,
      method,
      module: 'src/app.ts',
      exportName: className,
      trigger,
      timeoutSeconds: timeout ?? 10,
      memoryMb: memory ?? 1024,
      environment: Object.entries(environment ?? {}).map(([key, value]) => ({
        key,
        value,
        testValue: null,
        source: this.span(),
      })),
      factory: null,
      params: [],
      result: { t: 'any' },
      doc: null,
      packages: [],
    };
    this.functions.set(node.id, node);
    return node;
  }

  /** Of the HTTP API, which has a route by then. */
  authorizer(handler: string, settings: Pick<HttpAuthorizerNode, 'header' | 'cacheSeconds'>): HttpAuthorizerNode {
    const fn = this.function(handler, 'http-authorizer');
    const node: HttpAuthorizerNode = {
      ...{ kind: 'http-authorizer', id: `http-authorizer:${handler}`, name: handler, source: this.span() },
      ...settings,
    };
    this.add(node);
    this.edge('contains', 'http-api', node.id);
    this.edge('triggers', node.id, fn.id);
    return node;
  }

  /** `cors` counts for the route; `corsOfApi` for the API itself. */
  http(
    route: string,
    handler: string,
    options: FunctionOptions & { readonly cors?: Cors; readonly corsOfApi?: Cors } = {},
  ): HttpRouteNode {
    const [method = '', path = ''] = route.split(' /');
    const fn = this.function(handler, 'http-api', options);
    const source = this.span();
    const api: HttpApiNode = {
      kind: 'http-api',
      id: 'http-api',
      name: 'HTTP API',
      source,
      configuredBy: null,
      cors: options.corsOfApi ?? null,
    };
    if (!this.resources.has(api.id)) this.resources.set(api.id, api);
    const node: HttpRouteNode = {
      kind: 'http-route',
      id: `http-route:${route}`,
      name: route,
      source,
      method: method as HttpMethodName,
      path,
      shape: path.replace(/\{[^}+]*(\+?)\}/g, '{$1}'),
      cors: options.cors ?? options.corsOfApi ?? null,
      decodeRequests: false,
      encodeResponses: false,
    };
    this.add(node);
    this.edge('contains', api.id, node.id);
    this.edge('triggers', node.id, fn.id);
    return node;
  }

  topic(topic: string, handler: string, options: FunctionOptions = {}): WebSocketRouteNode {
    const fn = this.function(handler, 'websocket-api', options);
    const source = this.span();
    const api: WebSocketApiNode = { kind: 'websocket-api', id: 'websocket-api', name: 'WebSocket API', source };
    if (!this.resources.has(api.id)) this.resources.set(api.id, api);
    const node: WebSocketRouteNode = { kind: 'websocket-route', id: `websocket-route:${topic}`, name: topic, source, topic };
    this.add(node);
    this.edge('contains', api.id, node.id);
    this.edge('triggers', node.id, fn.id);
    return node;
  }

  queue(id: string, options: QueueOptions = {}): QueueNode {
    const node: QueueNode = {
      kind: 'queue',
      id: `queue:${id}`,
      name: id,
      source: this.span(),
      class: null,
      itemProcessingTimeout: options.timeout === undefined ? null : { value: options.timeout, span: this.span() },
      maxReceiveCount: options.maxReceiveCount ?? 3,
      fifo: options.fifo ?? false,
    };
    this.add(node);
    return node;
  }

  listener(
    queue: QueueNode,
    handler: string,
    { batchSize = 1, window, ...options }: FunctionOptions & { readonly batchSize?: number; readonly window?: number } = {},
  ): QueueTriggerNode {
    const fn = this.function(handler, 'queue', options);
    const node: QueueTriggerNode = {
      kind: 'queue-trigger',
      id: `queue-trigger:${queue.name}/${handler}`,
      name: queue.name,
      source: this.span(),
      batchSize: { value: batchSize, span: this.span() },
      maximumBatchingWindow: window === undefined ? null : { value: window, span: this.span() },
    };
    this.add(node);
    this.edge('contains', queue.id, node.id);
    this.edge('triggers', node.id, fn.id);
    return node;
  }

  store(name: string, options: StoreOptions = {}): DocumentStoreNode {
    const node: DocumentStoreNode = { kind: 'document-store', id: `document-store:${name}`, ...this.storeNode(name, options) };
    this.add(node);
    return node;
  }

  keyValue(name: string, options: StoreOptions = {}): KeyValueStoreNode {
    const node: KeyValueStoreNode = { kind: 'key-value-store', id: `key-value-store:${name}`, ...this.storeNode(name, options) };
    this.add(node);
    return node;
  }

  private storeNode(name: string, options: StoreOptions) {
    const { tableName, existingArn, capacity, wire = 'string', keyColumn = 'id' } = options;
    return {
      name,
      source: this.span(),
      class: { name, module: 'src/app.ts', local: name, fields: [] },
      item: { wire: { t: 'any' } as const, computed: [] },
      tableName: tableName ?? null,
      existingArn: existingArn ?? null,
      capacity: capacity ?? null,
      key: { field: 'id', column: keyColumn, wire, type: { t: 'string' } as const },
      columns: [{ field: 'id', column: keyColumn }],
    };
  }

  afterDeployment(handler: string, { isTest = false, ...options }: FunctionOptions & { readonly isTest?: boolean } = {}): void {
    const fn = this.function(handler, 'after-deployment', options);
    const node: AfterDeploymentNode = {
      kind: 'after-deployment',
      id: `after-deployment:${handler}`,
      name: handler,
      source: this.span(),
      isTest,
    };
    this.add(node);
    this.edge('triggers', node.id, fn.id);
  }

  listens(handler: string, store: DocumentStoreNode | KeyValueStoreNode, events: readonly StoreEventName[]): void {
    const kind = `${store.kind}-function` as const;
    const fn = this.function(handler, kind);
    const node: DocumentStoreFunctionNode | KeyValueStoreFunctionNode = {
      kind,
      id: `${kind}:${store.name} ${handler}`,
      name: `${events.join(' and ')} of ${store.name}`,
      source: this.span(),
      store: store.id,
      storeName: store.name,
      events,
      reader: { ...storeClient(store), target: null },
    } as DocumentStoreFunctionNode | KeyValueStoreFunctionNode;
    this.add(node);
    this.edge('contains', store.id, node.id);
    this.edge('triggers', node.id, fn.id);
  }

  basic(handler: string, schedules: readonly string[] = []): BasicFunctionNode {
    const fn = this.function(handler, 'basic-function');
    const { className, method } = fn;
    const node: BasicFunctionNode = {
      kind: 'basic-function',
      id: `basic-function:${handler}`,
      name: handler,
      source: this.span(),
      class: { name: className, module: 'src/app.ts', local: className, fields: [] },
      method,
      result: { t: 'any' },
      schedules,
    };
    this.add(node);
    this.edge('triggers', node.id, fn.id);
    return node;
  }

  keepWarm(handler: string): void {
    const [className = '', method = ''] = handler.split('.');
    const id = `keep-warm:${handler}`;
    const node: KeepWarmNode = {
      ...{ kind: 'keep-warm', id, name: handler, source: this.span() },
      ...{ function: `function:${handler}`, className, method },
    };
    this.add(node);
  }

  notification(topicName: string, ...handlers: readonly string[]): NotificationTopicNode {
    const id = `notification-topic:${topicName}`;
    const node: NotificationTopicNode = {
      ...{ kind: 'notification-topic', id, name: topicName, source: this.span(), topicName, class: null },
    };
    this.add(node);
    for (const handler of handlers) this.edge('triggers', id, this.function(handler, 'notification-topic').id);
    return node;
  }

  database(
    name: string,
    { username = ['app'], password = [{ variable: 'DB_PASSWORD' }], ...options }: DatabaseOptions = {},
  ): RelationalDatabaseNode {
    const node: RelationalDatabaseNode = {
      kind: 'relational-database',
      id: `relational-database:${name}`,
      name,
      source: this.span(),
      class: { name, module: 'src/app.ts', local: name, fields: [] },
      databaseName: { value: options.databaseName ?? name, span: this.span() },
      username: { value: username, span: this.span() },
      password: { value: password, span: this.span() },
      language: options.language ?? 'POSTGRESQL',
      size: { value: options.size ?? 'FREE', span: this.span() },
      instance: options.instance ?? null,
      storage: { gigabytes: options.gigabytes ?? 20, span: this.span() },
    };
    this.add(node);
    return node;
  }

  secret(arn: string, whole = true): SecretNode {
    const node: SecretNode = { kind: 'secret', id: `secret:${arn}`, name: arn, source: this.span(), arn, whole };
    this.add(node);
    return node;
  }

  uses(handler: string, target: NodeId | AnyResource, operations?: readonly string[]): void {
    const id = typeof target === 'string' ? target : target.id;
    const all = id === 'websocket-api' ? ['disconnect', 'send'] : Object.keys(storeOperations);
    this.edge('uses', `function:${handler}`, id, operations ?? all);
  }

  private edge(kind: EdgeBase['kind'], from: NodeId, to: NodeId, operations: readonly string[] = []): void {
    const source = this.span();
    this.edges.push({ kind, from, to, source, operations, because: kind === 'uses' ? [source] : [] });
  }

  private add(node: AnyResource): void {
    this.resources.set(node.id, node);
  }

  graph(settings: StageSettings = SETTINGS): StageGraph<AnyResource> {
    const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compareText(a.id, b.id);
    return {
      project: settings.project,
      stage: settings.stage,
      functions: [...this.functions.values()].sort(byId),
      resources: [...this.resources.values()].sort(byId),
      edges: [...this.edges].sort(
        (a, b) => compareText(a.kind, b.kind) || compareText(a.from, b.from) || compareText(a.to, b.to),
      ),
    };
  }
}

export const CORS: Cors = { origin: 'https://app.example.com', headers: ['content-type', 'origin'] };

/** Every kind, every form: what most tests look at. */
export function sample(): StageBuilder {
  const stage = new StageBuilder();
  const users = stage.store('UserDetail');
  const sessions = stage.keyValue('Session', {
    tableName: 'sessions',
    capacity: { read: 5, write: 2 },
    wire: 'number',
    keyColumn: 'PrimaryKey',
  });
  const old = stage.store('Legacy', { existingArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/legacy' });
  for (const [topic, method] of [
    ['$connect', 'onConnect'],
    ['$disconnect', 'onDisconnect'],
    ['$default', 'onOther'],
    ['message', 'onMessage'],
  ]) {
    stage.topic(
      topic as string,
      `Chat.${method}`,
      method === 'onMessage' ? { environment: { GREETING: ['hello ${world} %{if}'] } } : {},
    );
    stage.uses(`Chat.${method}`, users);
    stage.uses(`Chat.${method}`, 'websocket-api');
  }
  stage.http('GET /users', 'Users.list', { cors: CORS, environment: { DB: ['postgres://', { variable: 'DB_HOST' }, '/app'] } });
  stage.http('GET /users/{id}', 'Users.one');
  stage.http('ANY /files/{rest+}', 'Users.files');
  stage.http('POST /', 'Users.root');
  stage.uses('Users.list', users, ['scan']);
  stage.uses('Users.one', users, ['get']);
  stage.uses('Users.one', sessions, ['get']);
  stage.uses('Users.one', old, ['get', 'put']);
  stage.afterDeployment('Seed.run');
  stage.afterDeployment('Seed.check', { isTest: true });
  stage.uses('Seed.run', users, ['put']);
  return stage;
}
