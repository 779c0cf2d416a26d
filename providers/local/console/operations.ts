// The operations of the console's API, on the cloud of a dev server.
import type { DevServer } from '../dev/dev.js';
import type { LocalFunction } from '../function.js';
import type { LocalBucketService, LocalFile } from '../kinds/file-storage-bucket.js';
import type { LocalTopicService } from '../kinds/notification-topic.js';
import type { LocalQueueService } from '../kinds/queue.js';
import type { Node } from '../kinds/service.js';
import { checkItem, checkKey, type MemoryTable } from '../kinds/table.js';
import type * as api from './api.js';
import { invoke, invokeScheduled } from './invoke.js';
import { itemJson, itemOf, keyOf, keyText } from './items.js';
import { connections, functionDetail, graphOf, stateOf } from './state.js';

export interface ApiRequest {
  readonly method: string;
  /** Of the path, after the API's own: `['queues', 'queue:orders', 'messages']`. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class SentFile {
  constructor(
    readonly name: string,
    readonly content: Uint8Array,
    readonly contentType: string,
  ) {}
}

const MOST_ENTRIES = 200;
const SHOWN_ENTRIES = 50;

export class Operations {
  constructor(private readonly dev: DevServer) {}

  async run(request: ApiRequest): Promise<object> {
    const { parts, method } = request;
    const [area = '', id = '', what, name] = parts;
    const key = `${method} ${[area, ...(parts.length > 1 ? ['ID'] : []), ...(what === undefined ? [] : [what]), ...(parts.length > 3 ? ['NAME'] : [])].join('/')}`;
    switch (key) {
      case 'GET state':
        return stateOf(this.dev);
      case 'GET graph':
        return graphOf(this.dev);
      case 'GET connections':
        return connections(this.dev);
      case 'GET logs':
        return this.logs(request.query);
      case 'GET functions/ID':
        return functionDetail(this.dev, this.fn(id));
      case 'POST functions/ID/invoke':
        return invoke(this.dev, this.fn(id), json<api.InvokeRequest>(request));
      case 'POST schedules/ID/run':
        return invokeScheduled(this.dev, this.fn(id));
      case 'GET stores/ID/items':
        return this.items(id, request.query);
      case 'PUT stores/ID/items':
        return this.putItem(id, json<{ readonly item: api.StoredItem }>(request).item);
      case 'DELETE stores/ID/items/NAME':
        this.table(id).set(keyOf(name ?? ''), null);
        await this.table(id).durable();
        return {};
      case 'GET queues/ID':
        return queueDetail(id, this.queue(id));
      case 'POST queues/ID/messages':
        return this.send(this.queue(id), json<api.SendRequest>(request));
      case 'POST queues/ID/redrive':
        return { moved: await this.queue(id).redrive() };
      case 'DELETE queues/ID/dead-letters':
        await this.queue(id).forgetDeadLetters();
        return {};
      case 'GET topics/ID':
        return topicDetail(id, this.topic(id));
      case 'POST topics/ID/messages':
        return this.publish(this.topic(id), json<api.SendRequest>(request));
      case 'GET buckets/ID/files':
        return this.files(id, request.query);
      case 'POST connections/ID/messages':
        return this.sendTo(id, json<api.SendRequest>(request));
      case 'DELETE connections/ID':
        await this.sockets().client().disconnect(id);
        return {};
      default:
        if (area === 'buckets' && what === 'files' && name !== undefined) return this.file(id, parts.slice(3).join('/'), request);
        throw new ApiError(404, `there is no ${method} ${parts.join('/')}`);
    }
  }

  /** What changes when what a page shows of a resource does; by the resource's id. */
  revisions(): Map<string, string> {
    const { tables, queues, topics, buckets, webSockets } = this.dev.cloud;
    const found = new Map<string, string>();
    for (const [id, { revision }] of tables) found.set(id, String(revision));
    for (const [id, { revision }] of queues) found.set(id, revision);
    for (const [id, { published, subscriptions }] of topics) found.set(id, `${published} ${subscriptions.length}`);
    for (const [id, { revision }] of buckets) found.set(id, String(revision));
    if (webSockets !== null) found.set('websocket-api', webSockets.revision);
    return found;
  }

  // --- lookups

  private fn(name: string): LocalFunction {
    const found = [...this.dev.cloud.functions.values()].find((fn) => fn.name === name || fn.id === name);
    if (found === undefined) throw new ApiError(404, `there is no function ${name}`);
    return found;
  }

  private node(id: string): Node {
    const found = (this.dev.currentPlan.graph.nodes as unknown as readonly Node[]).find((node) => node.id === id);
    if (found === undefined) throw new ApiError(404, `there is no resource ${id}`);
    return found;
  }

  private of<S>(services: ReadonlyMap<string, S>, kind: string, id: string): S {
    const found = services.get(id);
    if (found === undefined) throw new ApiError(404, `there is no ${kind} ${id}`);
    return found;
  }

  private table = (id: string): MemoryTable => this.of(this.dev.cloud.tables, 'store', id);
  private queue = (id: string): LocalQueueService => this.of(this.dev.cloud.queues, 'queue', id);
  private topic = (id: string): LocalTopicService => this.of(this.dev.cloud.topics, 'topic', id);
  private bucket = (id: string): LocalBucketService => this.of(this.dev.cloud.buckets, 'bucket', id);

  private sockets() {
    const { webSockets } = this.dev.cloud;
    if (webSockets === null) throw new ApiError(404, 'there are no WebSocket functions');
    return webSockets;
  }

  // --- logs

  private logs(query: URLSearchParams): readonly api.LogLine[] {
    const after = Number(query.get('after') ?? 0);
    const of = query.get('function');
    return this.dev.records.lines.filter((line) => line.number > after && (of === null || line.function === of));
  }

  // --- stores

  private items(id: string, query: URLSearchParams): api.StorePage {
    const table = this.table(id);
    const column = keyColumn(this.node(id));
    const after = query.get('after');
    const search = query.get('search')?.toLowerCase() ?? '';
    const entry = (item: Parameters<typeof itemJson>[0]): api.StoreEntry => ({
      key: keyText(item[column] ?? { S: '' }),
      item: itemJson(item),
    });
    const fits = ({ item }: api.StoreEntry): boolean => search === '' || JSON.stringify(item).toLowerCase().includes(search);
    const limit = limitOf(query);
    const rest = table.after(after === null ? null : keyOf(after));
    const found: api.StoreEntry[] = [];
    for (const item of rest) {
      const one = entry(item);
      if (fits(one)) found.push(one);
      if (search === '' && found.length > limit) break;
    }
    const entries = found.slice(0, limit);
    const total = search === '' ? table.size : table.after(null).map(entry).filter(fits).length;
    return { entries, next: found.length > limit ? (entries.at(-1)?.key ?? null) : null, total };
  }

  private async putItem(id: string, stored: api.StoredItem): Promise<api.StoreEntry> {
    if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) throw new ApiError(400, 'the item is no object');
    const table = this.table(id);
    const node = this.node(id);
    const column = keyColumn(node);
    const item = itemOf(stored);
    const key = item[column];
    const type = keyType(node);
    if (key === undefined) throw new ApiError(400, `the item has no ${column}, which is its key`);
    if (key[type] === undefined) throw new ApiError(400, `${column} is the key and of another type: ${TYPES[type]} it is`);
    const what = `put to ${node.name}`;
    checkKey(key, column, what);
    checkItem(item, what);
    table.set(key, item);
    await table.durable();
    return { key: keyText(key), item: itemJson(item) };
  }

  // --- messages

  private async send(queue: LocalQueueService, { message, groupId }: api.SendRequest): Promise<object> {
    const options = groupId === undefined ? {} : { groupId };
    const client = queue.client();
    await (typeof message === 'string' ? client.sendMessage(message, options) : client.sendMessageAsJson(message, options));
    return {};
  }

  private async publish(topic: LocalTopicService, { message }: api.SendRequest): Promise<object> {
    const client = topic.client();
    await (typeof message === 'string' ? client.notify(message) : client.notifyJson(message));
    return {};
  }

  private async sendTo(id: string, { message }: api.SendRequest): Promise<object> {
    const client = this.sockets().client();
    await (typeof message === 'string'
      ? client.sendToConnection(id, message)
      : client.sendToConnectionConvertToJson(id, message));
    return {};
  }

  // --- buckets

  private files(id: string, query: URLSearchParams): api.FilePage {
    const bucket = this.bucket(id);
    const [prefix, after, limit] = [query.get('prefix') ?? '', query.get('after'), limitOf(query)];
    const all = bucket.list().filter(({ path }) => path.startsWith(prefix));
    const from = after === null ? 0 : all.findIndex(({ path }) => Buffer.compare(Buffer.from(path), Buffer.from(after)) > 0);
    const rest = from < 0 ? [] : all.slice(from);
    const files = rest.slice(0, limit).map(({ path }) => fileEntry(path, bucket.get(path) as LocalFile));
    return { files, next: rest.length > limit ? (files.at(-1)?.path ?? null) : null };
  }

  private async file(id: string, path: string, { method, bytes, contentType }: ApiRequest): Promise<object> {
    const bucket = this.bucket(id);
    if (method === 'PUT') {
      await bucket.client().saveFile(path, bytes, contentType === null ? {} : { contentType });
      return fileEntry(path, bucket.get(path) as LocalFile);
    }
    const file = bucket.get(path);
    if (file === undefined) throw new ApiError(404, `there is no file ${path}`);
    if (method === 'GET') return new SentFile(path.slice(path.lastIndexOf('/') + 1), file.content, file.contentType);
    if (method !== 'DELETE') throw new ApiError(405, `files know no ${method}`);
    await bucket.client().deleteFile(path);
    return {};
  }
}

function json<T>({ bytes }: ApiRequest): T {
  try {
    const value = JSON.parse(bytes.length === 0 ? '{}' : Buffer.from(bytes).toString()) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    throw new ApiError(400, 'the body is no JSON');
  }
  throw new ApiError(400, 'the body is no JSON object');
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? SHOWN_ENTRIES);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, MOST_ENTRIES) : SHOWN_ENTRIES;
}

const keyColumn = ({ options }: Node): string => (options['key'] as { readonly column: string }).column;

const TYPES = { S: 'a text', N: 'a number', B: 'bytes' } as const;

function keyType({ options }: Node): keyof typeof TYPES {
  const { type } = options['key'] as { readonly type: string };
  return type === 'number' || type === 'bigint' ? 'N' : type === 'bytes' ? 'B' : 'S';
}

export const queueSummary = (id: string, queue: LocalQueueService): api.QueueSummary => ({
  id,
  name: queue.id,
  fifo: queue.fifo,
  size: queue.size,
  deadLetters: queue.deadLetters.length,
});

const queueDetail = (id: string, queue: LocalQueueService): api.QueueDetail => ({
  ...queueSummary(id, queue),
  messages: queue.waiting
    .slice(0, MOST_ENTRIES)
    .map(({ messageId, body, received, inFlight }) => ({ id: messageId, body, received, inFlight })),
  dead: queue.deadLetters
    .slice(-MOST_ENTRIES)
    .map(({ messageId, body }) => ({ id: messageId, body, received: queue.mostReceives, inFlight: false })),
});

export const topicSummary = (id: string, topic: LocalTopicService): api.TopicSummary => ({
  id,
  name: topic.name,
  subscriptions: topic.subscriptions.length,
  sent: topic.published,
});

const topicDetail = (id: string, topic: LocalTopicService): api.TopicDetail => ({
  ...topicSummary(id, topic),
  endpoints: topic.subscriptions,
  messages: topic.sent.slice(-MOST_ENTRIES).reverse() as api.Json[],
});

const fileEntry = (path: string, { content, contentType, lastModified }: LocalFile): api.FileEntry => ({
  path,
  size: content.length,
  contentType,
  lastModified: lastModified.getTime(),
});
