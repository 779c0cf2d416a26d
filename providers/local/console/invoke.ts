// Invocations by hand: a function is called with the event that its trigger would give it.
import { randomUUID } from 'node:crypto';
import type { HttpMethod } from '../../../runtime/kinds/http-api.js';
import type { DevServer } from '../dev/dev.js';
import type { LocalFunction } from '../function.js';
import type { Edge, Node } from '../kinds/service.js';
import type { Change } from '../kinds/table.js';
import { HttpRequest } from '../requests.js';
import type * as api from './api.js';
import { itemOf } from './items.js';
import { ApiError } from './operations.js';

const VIA = 'the console';

export async function invoke(dev: DevServer, fn: LocalFunction, request: api.InvokeRequest): Promise<api.InvocationResult> {
  const trigger = triggerOf(dev, fn);
  if (trigger?.kind === 'http-route') return http(dev, fn, trigger, request);
  const event = eventOf(dev, fn, trigger, request);
  return called(dev, fn, event);
}

export const invokeScheduled = (dev: DevServer, fn: LocalFunction): Promise<api.InvocationResult> => called(dev, fn, {});

async function called(dev: DevServer, fn: LocalFunction, event: unknown): Promise<api.InvocationResult> {
  return (await observed(dev, fn, () => fn.invoke(event, VIA, null))) as api.InvocationResult;
}

/** What `InvokeRequest` begins with for this function. */
export function exampleOf(dev: DevServer, fn: LocalFunction): api.InvokeRequest {
  const trigger = triggerOf(dev, fn);
  switch (trigger?.kind) {
    case 'http-route': {
      const method = String(trigger.options['method']);
      const path = String(trigger.options['path']).replace(/\{([^}+]+)\+?\}/g, '$1');
      return { method: method === 'ANY' ? 'GET' : method, path, ...(BODIES.includes(method) ? { body: {} } : {}) };
    }
    case 'websocket-route':
    case 'queue-trigger':
    case 'notification-topic':
      return { body: {} };
    case 'file-listener':
      return { path: 'file.txt' };
    case 'document-store-function':
    case 'key-value-store-function':
      return { body: { newItem: {} } };
    default:
      return fn.options.trigger === 'basic-function' ? { body: null } : {};
  }
}

const BODIES = ['POST', 'PUT', 'PATCH'];

function triggerOf({ currentPlan }: DevServer, fn: LocalFunction): Node | undefined {
  const edges = currentPlan.graph.edges as unknown as readonly Edge[];
  const from = edges.find(({ kind, to }) => kind === 'triggers' && to === fn.id)?.from;
  return (currentPlan.graph.nodes as unknown as readonly Node[]).find(({ id }) => id === from);
}

async function http(dev: DevServer, fn: LocalFunction, route: Node, request: api.InvokeRequest): Promise<api.InvocationResult> {
  const example = exampleOf(dev, fn);
  const { method = example.method as string, path = example.path as string, body, headers = {} } = request;
  const asked = new HttpRequest(path, method as HttpMethod).withHeaders(headers);
  if (typeof body === 'string') asked.withBody(body);
  else if (body !== undefined && BODIES.concat('DELETE').includes(method)) asked.withBodyFromObject(body);
  const result = await observed(dev, fn, async () => {
    const { statusCode, headers: answered, body: text, cookies } = await dev.cloud.http!.send(asked);
    return { statusCode, headers: answered, body: text, ...(cookies.length === 0 ? {} : { cookies }) };
  });
  if (result !== null) return result;
  throw new ApiError(400, `${method} ${path} does not lead to ${fn.name}, which is for ${route.name}`);
}

function eventOf(dev: DevServer, fn: LocalFunction, trigger: Node | undefined, request: api.InvokeRequest): unknown {
  const { body = null, path = 'file.txt', connection = 'console' } = request;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  switch (trigger?.kind) {
    case 'websocket-route': {
      const topic = String(trigger.options['topic']);
      const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
      const message = isObject ? JSON.stringify({ topic, ...body }) : text;
      return dev.cloud.webSockets!.eventOf(topic, connection, message);
    }
    case 'queue-trigger':
      return { Records: [queueRecord(text)] };
    case 'notification-topic':
      return {
        Records: [{ Sns: { ...NOTIFICATION, MessageId: randomUUID(), Message: text, Timestamp: new Date().toISOString() } }],
      };
    case 'file-listener': {
      const isDeleted = trigger.options['eventType'] === 'OBJECT_DELETED';
      const key = encodeURIComponent(path).replaceAll('%20', '+').replaceAll('%2F', '/');
      const object = isDeleted ? { key } : { key, size: bucketOf(dev, trigger)?.get(path)?.content.length ?? 0 };
      return { Records: [{ eventName: isDeleted ? 'ObjectRemoved:Delete' : 'ObjectCreated:Put', s3: { object } }] };
    }
    case 'document-store-function':
    case 'key-value-store-function':
      return { records: [{ id: randomUUID(), store: trigger.options['store'], change: changeOf(body) }] };
    default:
      return fn.options.trigger === 'basic-function' ? body : {};
  }
}

const NOTIFICATION = { Type: 'Notification', Subject: null, MessageAttributes: {} };

const queueRecord = (body: string) => ({
  messageId: randomUUID(),
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(Date.now()),
    SenderId: 'local',
    ApproximateFirstReceiveTimestamp: String(Date.now()),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:local:000000000000:console',
});

function changeOf(body: api.Json): Change {
  const { oldItem, newItem } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly oldItem?: api.StoredItem;
    readonly newItem?: api.StoredItem;
  };
  const [before, after] = [oldItem, newItem].map((item) => (item ? itemOf(item) : null)) as [Change['before'], Change['after']];
  const eventName = before === null ? 'INSERT' : after === null ? 'REMOVE' : 'MODIFY';
  return { eventName, before, after };
}

function bucketOf({ cloud, currentPlan }: DevServer, listener: Node) {
  const edges = currentPlan.graph.edges as unknown as readonly Edge[];
  const id = edges.find(({ kind, to }) => kind === 'contains' && to === listener.id)?.from;
  return cloud.buckets.get(id ?? '');
}

/** Does something that calls the function, and tells of that call; null when it did not. */
async function observed(dev: DevServer, fn: LocalFunction, act: () => Promise<unknown>): Promise<api.InvocationResult | null> {
  let id: string | null = null;
  const watch = (event: api.ConsoleEvent): void => {
    if (event.event === 'invocation' && event.invocation.function === fn.name) id ??= event.invocation.id;
  };
  dev.on('event', watch);
  let result: unknown = null;
  try {
    result = await act();
  } catch (error) {
    // Of what the function throws its record tells.
    if (id === null) throw error;
  } finally {
    dev.off('event', watch);
  }
  const { records } = dev;
  const invocation = records.of(fn.name).recent.find((one) => one.id === id);
  if (invocation === undefined) return null;
  const logs = records.lines.filter((line) => line.invocation === id);
  return { invocation, result: JSON.parse(JSON.stringify(result ?? null)) as api.Json, logs };
}
