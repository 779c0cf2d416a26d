// A stage, or some classes of it, in this process: the functions and the simulations of what they use, wired as the graph
// says. Everything that starts something goes through `activity`, so that it can be waited for.
import process from 'node:process';
import type { BoundResource, LocalClients, LocalPlan } from '../../compiler/local-plan.js';
import { CHANGE_READER } from '../../runtime/adapters/store-function.js';
import { registry } from '../../runtime/core/binding.js';
import type { BoundFunctions } from '../../runtime/kinds/basic-function.js';
import type { EnvironmentVariableClient } from '../../runtime/kinds/environment-variable.js';
import { Activity, type Time } from './activity.js';
import type { Running } from './context.js';
import { DataFolder, type Section } from './data/data-folder.js';
import { environmentOf } from './environment.js';
import { type Bindings, type FunctionOptions, type Instance, instanceHere, LocalFunction, type Watcher } from './function.js';
import { checkChosen, classOf, keptModel, keptNodes, namesOf, usedImports } from './kept-part.js';
import { calleeOf } from './kinds/basic-function.js';
import { type BasicFunctionData, boundFunction } from './kinds/bound-function.js';
import { LocalChangeReader } from './kinds/change-reader.js';
import { LocalUserPoolService } from './kinds/cognito-user-pool.js';
import { LocalBucketService } from './kinds/file-storage-bucket.js';
import { LocalHttpApi } from './kinds/http-api.js';
import { LocalTopicService } from './kinds/notification-topic.js';
import { LocalQueueService } from './kinds/queue.js';
import { type DatabaseData, LocalDatabaseService } from './kinds/relational-database.js';
import { type SecretValue, secretClient } from './kinds/secret.js';
import { type Edge, HISTORY, type Node, type Surroundings } from './kinds/service.js';
import { documentStoreClient, keyValueStoreClient, Rows, type StoreData } from './kinds/store.js';
import { ChangeStream } from './kinds/store-function.js';
import { MemoryTable } from './kinds/table.js';
import { LocalWebSocketApi } from './kinds/websocket-api.js';
import { type Linked, link } from './link.js';
import { type Class, type LocalProject, nameOf, ProjectClasses } from './project.js';
import type { RemoteTarget } from './remote-calls.js';
import { restricted } from './restricted.js';
import type { LinkedResource } from './runtime/cloud-link.js';
import { Addresses, type ServerOptions } from './servers/addresses.js';
import type { ServedCloud } from './servers/servers.js';
import { type Upload, UploadedFiles } from './uploaded-files.js';

export interface CloudOptions {
  readonly project: LocalProject;
  /** The classes that are simulated; null: all of the project. */
  readonly classes: readonly Class[] | null;
  /** Values of variables of the deploying machine, before those of this one. */
  readonly environment: { readonly [name: string]: string };
  /** By ARN. */
  readonly secrets: { readonly [arn: string]: SecretValue };
  /** Where data are kept; null: nowhere. */
  readonly dataFolder: string | null;
  readonly servers: ServerOptions;
  readonly time?: Time;
  /** Is told of each call; its failures are told to nobody else. */
  readonly watcher?: Watcher;
  /** Runs functions somewhere else; by default they run here, in classes of this process. */
  readonly instanceOf?: (fn: LocalFunction) => Instance;
}

export class LocalCloud implements Running, ServedCloud, RemoteTarget {
  readonly activity: Activity;
  readonly chain = null;
  readonly call = null;
  readonly variables = [];
  readonly functions = new Map<string, LocalFunction>();
  readonly tables = new Map<string, MemoryTable>();
  readonly queues = new Map<string, LocalQueueService>();
  readonly topics = new Map<string, LocalTopicService>();
  readonly buckets = new Map<string, LocalBucketService>();
  readonly userPools = new Map<string, LocalUserPoolService>();
  /** Where its servers are, once they run. */
  readonly addresses: Addresses;
  http: LocalHttpApi | null = null;
  webSockets: LocalWebSocketApi | null = null;
  private readonly databases = new Map<string, LocalDatabaseService>();
  /** Variables of the deploying machine. */
  private readonly machine: { readonly [name: string]: string | undefined };
  private nodes: ReadonlyMap<string, Node>;
  private edges: readonly Edge[] = [];
  /** The edges by where they begin. */
  private outgoing = new Map<string, Edge[]>();
  /** What functions are but for their code, by their ids. */
  private settings = new Map<string, string>();
  private clients: Bindings = new Map();
  private readonly around: Surroundings;
  private readonly uploaded = new UploadedFiles(this.buckets, (resource) => this.urlOf(resource));
  private readonly ofFunction = new Map<LocalFunction, Bindings>();

  /** What is there before its first deployment: `deploy` is for whoever has made it known. */
  static async create(options: CloudOptions): Promise<LocalCloud> {
    const { project, classes: chosen } = options;
    const { plan } = project;
    const nodes = keptNodes(plan, chosen);
    if (chosen !== null) checkChosen(chosen, plan);
    const classes = await loadClasses(options, nodes);
    const data = options.dataFolder === null ? null : await DataFolder.open(options.dataFolder);
    try {
      return new LocalCloud(options, nodes, classes, namesOf(plan), data);
    } catch (error) {
      await data?.close();
      throw error;
    }
  }

  /**
   * Goes on with another version of the project: what is stored stays, and so do connections and what waits in queues.
   *
   * @param stale functions whose code is another one, besides those that the plan tells of
   * @param renewed is told of all functions whose next call runs something else, before anything calls them
   */
  async update(
    project: LocalProject,
    stale: readonly string[],
    renewed: (ids: readonly string[]) => void = () => {},
  ): Promise<void> {
    const options = { ...this.options, project };
    const nodes = keptNodes(project.plan, null);
    const classes = await loadClasses(options, nodes);
    this.options = options;
    this.classes = classes;
    this.names = namesOf(project.plan);
    this.nodes = nodes;
    renewed(this.wire(new Set(stale)));
    await this.deploy();
  }

  private constructor(
    private options: CloudOptions,
    nodes: ReadonlyMap<string, Node>,
    private classes: ProjectClasses | null,
    private names: (one: { readonly name: string; readonly from: string }) => string,
    private readonly data: DataFolder | null,
  ) {
    this.nodes = nodes;
    this.activity = options.watcher === undefined ? new Activity(options.time) : new Activity(options.time, () => {});
    this.addresses = new Addresses(options.servers);
    this.machine = { ...process.env, ...options.environment };
    this.around = {
      project: this.plan.graph.project,
      stage: this.plan.stage,
      activity: this.activity,
      triggeredBy: (id) => this.targets('triggers', id).flatMap((to) => this.functions.get(to) ?? []),
      containedIn: (id, kind) =>
        this.targets('contains', id).flatMap((to) => {
          const node = this.nodes.get(to);
          return node?.kind === kind ? [node] : [];
        }),
      originOf: (text) => this.originOf(text),
      history: options.watcher === undefined ? HISTORY : 100,
    };
    this.wire(new Set());
  }

  /** Makes functions and simulations as the graph says, and keeps those that there are. Gives functions that are others now. */
  private wire(stale: ReadonlySet<string>): readonly string[] {
    const { nodes, around } = this;
    this.edges = (this.plan.graph.edges as unknown as Edge[]).filter(({ from, to }) => nodes.has(from) && nodes.has(to));
    this.outgoing = new Map();
    for (const edge of this.edges) {
      const from = this.outgoing.get(edge.from);
      if (from === undefined) this.outgoing.set(edge.from, [edge]);
      else from.push(edge);
    }
    for (const [id, fn] of this.functions) {
      if (nodes.has(id)) continue;
      fn.renew();
      this.functions.delete(id);
    }
    const before = this.settings;
    this.settings = new Map();
    const renewed: string[] = [];
    for (const node of nodes.values()) {
      if (node.kind !== 'function') continue;
      const settings = JSON.stringify([node.options, this.plan.functions[node.id]]);
      this.settings.set(node.id, settings);
      if (!stale.has(node.id) && settings === before.get(node.id)) continue;
      renewed.push(node.id);
      const known = this.functions.get(node.id);
      if (known === undefined) this.addFunction(node);
      else known.renew(this.settingsOf(node));
    }
    for (const services of [this.tables, this.queues, this.topics, this.buckets, this.userPools, this.databases] as Map<
      string,
      unknown
    >[])
      for (const id of services.keys()) if (!nodes.has(id)) services.delete(id);
    for (const table of this.tables.values()) table.unwatch();
    for (const node of nodes.values()) this.addService(node, around);
    for (const node of nodes.values()) this.addStream(node, around);
    const [http, webSockets] = ['http-api', 'websocket-api'].map((kind) => this.nodesOf(kind)[0]);
    this.http = http === undefined ? null : new LocalHttpApi(http, around);
    if (webSockets === undefined) this.webSockets = null;
    else if (this.webSockets === null) this.webSockets = new LocalWebSocketApi(webSockets, around);
    else this.webSockets.update(webSockets);
    if (this.classes !== null) this.clients = this.bindings(this.plan.clients, this.linked(this.plan.clients, null), null);
    return renewed;
  }

  private get plan(): LocalPlan {
    return this.options.project.plan;
  }

  get stage(): string {
    return this.plan.stage;
  }

  /** What messages call it. */
  get title(): string {
    return `${this.plan.graph.project}, stage ${this.stage}`;
  }

  /** Does something that counts as going on. */
  during<T>(task: () => Promise<T>): Promise<T> {
    return this.activity.during(task);
  }

  // --- what code sees that no function has called: every client, and no variables

  find(kind: string, target: unknown): object | undefined {
    return this.clients.get(kind)?.get(target) ?? this.clientFor(kind, target);
  }

  variable(): undefined {
    return undefined;
  }

  /** A client that gives instances of the class that a test asks with, though the project was loaded with another copy. */
  private clientFor(kind: string, target: unknown): object | undefined {
    if (typeof target !== 'function') return undefined;
    const { clients } = this.plan;
    const name = nameOf(target as Class);
    const at = clients.bound.findIndex(({ id, kind: of }) => of === kind && classOf(this.nodes.get(id)) === name);
    if (at < 0) return this.clients.get(kind) && [...this.clients.get(kind)!].find(([of]) => isNamed(of, name))?.[1];
    const linked = this.linked(clients, target as Class);
    return this.bindings(clients, linked, null).get(kind)?.get(target);
  }

  nodesOf(kind: string): readonly Node[] {
    return [...this.nodes.values()].filter((node) => node.kind === kind);
  }

  /** What a node triggers. */
  functionOf(node: Node): LocalFunction | undefined {
    const [to] = this.targets('triggers', node.id);
    return to === undefined ? undefined : this.functions.get(to);
  }

  private targets(kind: string, from: string): readonly string[] {
    return (this.outgoing.get(from) ?? []).flatMap((edge) => (edge.kind === kind ? [edge.to] : []));
  }

  /** Resolves when its data folder is free again. */
  async close(): Promise<void> {
    this.activity.close();
    for (const database of this.databases.values()) database.close();
    // Whoever wrote what cannot be kept has been told so, or did not wait for it.
    await this.data?.close().catch((error: Error) => console.error(error.message));
  }

  // --- wiring

  private addFunction(node: Node): void {
    const { options, plan, environment } = this.settingsOf(node);
    const fn: LocalFunction = new LocalFunction(
      node.id,
      options,
      plan,
      this.stage,
      this.activity,
      environment,
      this.options.instanceOf ?? ((one) => this.instanceHere(one)),
      (of, kind, target) => this.findFor(of, kind, target),
      this.options.watcher ?? null,
    );
    this.functions.set(node.id, fn);
  }

  private settingsOf({ id, options }: Node) {
    const plan = this.plan.functions[id]!;
    const environment = environmentOf(plan, this.machine, (resource) => this.address(resource));
    return { options: options as unknown as FunctionOptions, plan, environment };
  }

  private instanceHere(fn: LocalFunction): Instance {
    const { factory, timeout } = fn.options;
    const linked = this.linked(fn.plan, null, (Class) => fn.recorder(Class as new () => object, factory !== null));
    this.ofFunction.set(fn, this.bindings(fn.plan, linked, fn));
    return instanceHere(fn.name, timeout, linked.handler());
  }

  private addService(node: Node, around: Surroundings): void {
    const { id, kind } = node;
    const keep = <S extends { update(to: Node): void }>(services: Map<string, S>, make: () => S): void => {
      const known = services.get(id);
      if (known === undefined) services.set(id, make());
      else known.update(node);
    };
    if ((kind === 'document-store' || kind === 'key-value-store') && !this.tables.has(id))
      this.tables.set(id, new MemoryTable(this.kept(node)));
    if (kind === 'queue') keep(this.queues, () => new LocalQueueService(node, around, this.kept(node)));
    if (kind === 'notification-topic') keep(this.topics, () => new LocalTopicService(node, around));
    if (kind === 'file-storage-bucket') keep(this.buckets, () => new LocalBucketService(node, around, this.kept(node)));
    if (kind === 'cognito-user-pool') keep(this.userPools, () => new LocalUserPoolService(node, around, this.kept(node)));
    if (kind === 'relational-database') {
      const { machine, options } = this;
      keep(this.databases, () => new LocalDatabaseService(node, { machine, projectDir: options.project.dir }));
    }
  }

  private kept(node: Node): Section | null {
    return this.data?.section(node.id) ?? null;
  }

  private addStream(node: Node, around: Surroundings): void {
    const store = node.options['store'];
    const fn = this.functionOf(node);
    if (!node.kind.endsWith('-store-function') || typeof store !== 'string' || fn === undefined) return;
    const stream = new ChangeStream(node, fn, store, around);
    this.tables.get(store)?.watch((change) => stream.add(change));
  }

  private linked(clients: LocalClients, asked: Class | null, handler?: (Class: Class) => Class): Linked {
    const model = keptModel(clients, this.nodes);
    return link(model, (one) => {
      const name = this.names(one);
      if (asked !== null && nameOf(asked) === name) return asked;
      // A client of a resource that is not part of this cloud.
      if (handler === undefined && !usedImports(model).includes(one)) return undefined;
      const Class = this.classes!.get(one, name);
      return one.as === 'Handler' && handler !== undefined ? handler(Class) : Class;
    });
  }

  private bindings({ bound }: LocalClients, { registrations }: Linked, fn: LocalFunction | null): Bindings {
    const all: Bindings = new Map();
    const add = (kind: string, target: unknown, client: object, name?: string): void => {
      if (!all.has(kind)) all.set(kind, new Map());
      all.get(kind)!.set(target, client);
      if (name !== undefined) registry().names.set(target, name);
    };
    const kept = bound.filter(({ id }) => this.nodes.has(id));
    for (const [index, resource] of kept.entries()) {
      const { target, data } = registrations[index]!;
      this.bind(
        resource,
        target,
        data,
        (kind, to, client, name) => add(kind, to, fn === null ? client : restricted(client, resource, fn.name), name),
        all,
      );
    }
    if (fn !== null) {
      const environment = registrations[kept.length]?.data as { readonly keys: readonly string[] } | undefined;
      if (environment !== undefined) add('environment-variable', null, environmentClient(fn, environment.keys));
    }
    return all;
  }

  private bind(
    { id, kind }: BoundResource,
    target: unknown,
    data: unknown,
    add: (kind: string, target: unknown, client: object, name?: string) => void,
    all: Bindings,
  ): void {
    const node = this.nodes.get(id)!;
    const { name } = data as { readonly name: string };
    switch (kind) {
      case 'document-store':
        add(kind, target, documentStoreClient(new Rows(data as StoreData, this.tables.get(id)!)), name);
        break;
      case 'key-value-store':
        add(kind, target, keyValueStoreClient(new Rows(data as StoreData, this.tables.get(id)!)), name);
        break;
      case 'document-store-function':
      case 'key-value-store-function': {
        const reader = (all.get(CHANGE_READER)?.get(null) as LocalChangeReader | undefined) ?? new LocalChangeReader();
        reader.add(node.options['store'] as string, data as StoreData);
        add(CHANGE_READER, null, reader);
        break;
      }
      case 'queue': {
        const client = this.queues.get(id)!.client();
        if (target) add(kind, target, client, node.name);
        add(kind, node.name, client);
        break;
      }
      case 'notification-topic': {
        const client = this.topics.get(id)!.client();
        if (target) add(kind, target, client, (data as { readonly label: string }).label);
        add(kind, name, client, name);
        break;
      }
      case 'file-storage-bucket': {
        const service = this.buckets.get(id)!;
        if (target) add(kind, target, service.client(), name);
        add(kind, service.bucketName, service.client());
        break;
      }
      case 'basic-function': {
        const called = this.functionOf(node);
        if (called === undefined) break;
        const others = all.get(kind)?.get(target) as BoundFunctions | undefined;
        const options = data as BasicFunctionData;
        add(kind, target, { ...others, [options.method]: boundFunction(calleeOf(called, this.activity), options) }, name);
        break;
      }
      case 'websocket-api':
        add(kind, null, this.webSocketClient());
        break;
      case 'cognito-user-pool':
        add(kind, target, this.userPools.get(id)!.client(), name);
        break;
      case 'relational-database':
        add(kind, target, this.databases.get(id)!.client(data as DatabaseData), name);
        break;
      case 'secret': {
        const { arn } = data as { readonly arn: string };
        add(kind, arn, secretClient(arn, node.name, { given: this.options.secrets, machine: this.machine }));
        break;
      }
      default:
        throw new Error(`the local cloud does not simulate ${kind}`);
    }
  }

  /** Made before the API is: connections need functions, and functions clients. */
  private webSocketClient(): object {
    const client = () => this.webSockets!.client();
    const send =
      (method: keyof ReturnType<typeof client>) =>
      (...args: never[]) =>
        (client()[method] as (...all: never[]) => Promise<void>)(...args);
    return {
      sendToConnection: send('sendToConnection'),
      sendToConnectionConvertToJson: send('sendToConnectionConvertToJson'),
      disconnect: send('disconnect'),
    };
  }

  // --- what functions in other threads ask for

  /** What does the operations of a resource that is no store. */
  operationsOf(id: string): object {
    const node = this.nodes.get(id);
    const service = this.queues.get(id) ?? this.topics.get(id) ?? this.buckets.get(id) ?? this.userPools.get(id);
    if (service !== undefined) return service.client();
    const called = node === undefined ? undefined : this.functionOf(node);
    if (node?.kind === 'basic-function' && called !== undefined) return calleeOf(called, this.activity);
    if (node?.kind === 'websocket-api') return this.webSocketClient();
    if (node?.kind === 'secret')
      return secretClient(node.options['arn'] as string, node.name, { given: this.options.secrets, machine: this.machine });
    const database = this.databases.get(id);
    if (database !== undefined) return database;
    throw new Error(`there is no resource ${id} any more`);
  }

  /** In the order in which entries register them. */
  resourcesOf(fn: LocalFunction): readonly LinkedResource[] {
    return fn.plan.bound.map(({ id, kind, methods }) => {
      const store = this.nodes.get(id)?.options['store'];
      return { id, kind, methods, store: typeof store === 'string' ? store : null };
    });
  }

  // --- what a function sees

  private findFor(fn: LocalFunction, kind: string, target: unknown): object | undefined {
    const found = this.ofFunction.get(fn)?.get(kind)?.get(target);
    if (found !== undefined || target === null || target === undefined) return found;
    const name = typeof target === 'function' ? nameOf(target as Class) : String(target);
    // The same class as another loader has it.
    const ofKind = this.ofFunction.get(fn)?.get(kind);
    for (const [of, client] of ofKind ?? []) if (isNamed(of, name)) return client;
    const missing = (this.plan.graph.edges as unknown as Edge[]).some(
      (edge) => edge.kind === 'uses' && edge.from === fn.id && !this.nodes.has(edge.to) && this.isNamed(edge.to, kind, name),
    );
    if (missing)
      throw new Error(`${fn.name} uses ${name}, which is not part of this local cloud: hand ${name} to getNewInstance as well`);
    registry().names.set(target, name);
    return undefined;
  }

  private isNamed(id: string, kind: string, name: string): boolean {
    const node = (this.plan.graph.nodes as unknown as Node[]).find((one) => one.id === id);
    return node?.kind === kind && (classOf(node) === name || node.name === name || node.name.startsWith(`${name}.`));
  }

  // --- addresses

  /** Of a resource, as functions and files are told it. */
  private address(id: string): string {
    const node = this.nodes.get(id);
    return node?.kind === 'file-storage-bucket' ? this.addresses.httpOrigin : `local:${id}`;
  }

  private urlOf(id: string): string {
    const node = (this.plan.graph.nodes as unknown as Node[]).find((one) => one.id === id);
    if (node?.kind === 'websocket-api') return this.addresses.webSocketUrl;
    if (node?.kind === 'http-api') return this.addresses.functionsUrl;
    return this.addresses.websiteUrl(String(node?.options['bucketName']));
  }

  /** `${BUCKETNAME_URL}` stands for the origin of a website, and they all have one here. */
  private originOf(text: string): string {
    return text.startsWith('$') ? this.addresses.httpOrigin : text;
  }

  // --- deployment: uploads, then the functions that run after it

  /** Uploads files, and has the functions called that listen to them. */
  async deploy(): Promise<void> {
    for (const database of this.databases.values()) await database.prepare();
    const uploads = this.edges.flatMap(({ kind, to }) => {
      const upload = kind === 'contains' ? (this.plan.extras[to] as unknown as Upload | undefined) : undefined;
      return upload === undefined ? [] : [upload];
    });
    await this.uploaded.deploy(uploads, this.options.project.dir);
    await this.activity.settled();
  }

  /** Tells it where its servers are: what was uploaded with other addresses, and is still as it was, gets these. */
  move(to: Partial<ServerOptions>): void {
    this.addresses.move(to);
    this.uploaded.refill();
  }

  /** Runs the functions that run after a deployment: tests after all others. Gives what they return, by function. */
  async afterDeployment(): Promise<ReadonlyMap<string, unknown>> {
    for (const queue of this.queues.values()) queue.resume();
    const results = new Map<string, unknown>();
    const nodes = [...this.nodesOf('after-deployment')].sort(
      (a, b) => Number(a.options['isTest']) - Number(b.options['isTest']) || (a.id < b.id ? -1 : 1),
    );
    for (const node of nodes) {
      const fn = this.functionOf(node);
      if (fn !== undefined) results.set(fn.name, await this.activity.settle(() => fn.invoke({}, 'the deployment')));
    }
    return results;
  }
}

/** The classes that entries name; null where functions run somewhere else. */
async function loadClasses(
  { project, classes: chosen, instanceOf }: CloudOptions,
  nodes: ReadonlyMap<string, Node>,
): Promise<ProjectClasses | null> {
  if (instanceOf !== undefined) return null;
  const { plan } = project;
  const classes = new ProjectClasses(project, chosen ?? []);
  const models = [plan.clients, ...Object.entries(plan.functions).flatMap(([id, fn]) => (nodes.has(id) ? [fn] : []))];
  const kept = models.map((one) => keptModel(one, nodes));
  await classes.prepare(
    kept.flatMap((model) => usedImports(model)),
    namesOf(plan),
  );
  return classes;
}

const isNamed = (target: unknown, name: string): boolean => typeof target === 'function' && nameOf(target as Class) === name;

function environmentClient(fn: LocalFunction, keys: readonly string[]): EnvironmentVariableClient {
  const get = (key: string): string | undefined => (keys.includes(key) ? fn.variable(key) : undefined);
  return {
    containsKey: async (key) => get(key) !== undefined,
    get: async (key) => get(key) ?? null,
  };
}
