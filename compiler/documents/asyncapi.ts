/**
 * In: the WebSocket topics of a stage, and what its functions send. Out: its AsyncAPI 3.0 document, from the server's side:
 * it receives what clients send. There is one channel, the connection; servers are left out, as they are known only once
 * the stage is deployed.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import { type ObjectType, underlying, type WireType } from '../ir/wire-type.js';
import { Components, componentName, describe } from './components.js';
import type { DocumentInfo } from './openapi.js';
import { functionName, type SentMessage, type Topic, type WebSocketApi, withoutUndefined } from './stage-api.js';

const CHANNEL = 'connection';

export function asyncApi(info: DocumentInfo, { topics, sent }: WebSocketApi): JsonObject {
  const bodies = topics.flatMap(({ body }) => (body === null ? [] : [withoutUndefined(body).type]));
  const components = new Components([...bodies, ...sent.map(({ type }) => type)]);
  const schema = (type: WireType): JsonObject => asDraft07(components.schema(type));
  const messages = new Named();
  const operations = new Named();

  for (const topic of topics) {
    if (topic.topic === '$connect' || topic.topic === '$disconnect') continue;
    const key = messages.add(componentName(topic.topic), {
      name: topic.topic,
      ...describe(topic.function.doc),
      ...payloadOf(topic, schema),
    });
    operations.add(functionKey(topic), {
      action: 'receive',
      channel: { $ref: `#/channels/${CHANNEL}` },
      title: topic.id,
      ...describe(topic.function.doc),
      ...(topic.function.doc?.deprecated === true ? { 'x-deprecated': true } : {}),
      messages: [{ $ref: `#/channels/${CHANNEL}/messages/${key}` }],
    });
  }
  for (const [name, refs] of sentBy(sent, messages, schema)) {
    operations.add(componentName(`${name}.sends`), {
      action: 'send',
      channel: { $ref: `#/channels/${CHANNEL}` },
      title: `What ${name} sends`,
      messages: refs.map((key) => ({ $ref: `#/channels/${CHANNEL}/messages/${key}` })),
    });
  }

  const schemas = Object.entries(components.schemas()).map(([name, one]) => [name, asDraft07(one)]);
  return {
    asyncapi: '3.0.0',
    info: { title: info.title, version: info.version },
    defaultContentType: 'application/json',
    channels: {
      [CHANNEL]: {
        address: '/',
        title: 'The WebSocket connection',
        description: aboutConnection(topics),
        messages: messages.sorted(),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: operations.sorted(),
    ...(schemas.length > 0 ? { components: { schemas: Object.fromEntries(schemas) } } : {}),
  };
}

/** The functions that send, sorted, each with the keys of its messages, which are added to `messages`. */
function sentBy(
  sent: readonly SentMessage[],
  messages: Named,
  schema: (type: WireType) => JsonObject,
): readonly (readonly [string, readonly string[]])[] {
  const keys = new Map<string, string>();
  const byFunction = new Map<string, Set<string>>();
  for (const { function: fn, type } of [...sent].sort((a, b) => compareText(a.function, b.function))) {
    const payload = schema(type);
    const text = JSON.stringify(payload);
    let key = keys.get(text);
    if (key === undefined) {
      const name = type.t === 'ref' ? type.to.name : `${functionName(fn)}.message`;
      const doc = describe(type.t === 'ref' ? type.to.doc : null);
      key = messages.add(componentName(name), { name, ...doc, payload });
      keys.set(text, key);
    }
    const name = functionName(fn);
    byFunction.set(name, (byFunction.get(name) ?? new Set()).add(key));
  }
  return [...byFunction].map(([name, own]) => [name, [...own].sort(compareText)]);
}

const functionKey = ({ id }: Topic): string => componentName(id);

/** Messages are JSON objects that name their topic; whatever else arrives goes to `$default` as it is. */
function payloadOf({ topic, body }: Topic, schema: (type: WireType) => JsonObject): JsonObject {
  const type = body === null ? null : withoutUndefined(body).type;
  const inner = type === null ? null : underlying(type);
  if (topic === '$default') {
    if (type === null || inner === null || inner.t === 'any') return { payload: {} };
    return { payload: schema(type), ...(inner.t === 'string' ? { contentType: 'text/plain' } : {}) };
  }
  const named = { type: 'object', properties: { topic: { type: 'string', const: topic } }, required: ['topic'] };
  // A handler that takes a string gets the text of the whole message.
  if (type === null || inner === null || ['any', 'undefined', 'string', 'literal'].includes(inner.t)) return { payload: named };
  if (inner.t === 'object' && says(inner, topic)) return { payload: schema(type) };
  return { payload: { allOf: [schema(type), named] } };
}

function says({ fields }: ObjectType, topic: string): boolean {
  const type = fields.find((field) => field.name === 'topic' && !field.optional)?.type;
  const inner = type === undefined ? null : underlying(type);
  return inner?.t === 'literal' && inner.value === topic;
}

function aboutConnection(topics: readonly Topic[]): string {
  const lines = ['Messages are JSON objects whose `topic` says which operation they are for.'];
  const special = (name: string): Topic | undefined => topics.find(({ topic }) => topic === name);
  const connect = special('$connect');
  const disconnect = special('$disconnect');
  if (connect !== undefined) lines.push(`${connect.function.name} is called at the handshake and may refuse it.`);
  if (disconnect !== undefined) lines.push(`${disconnect.function.name} is called after the connection has ended.`);
  if (special('$default') === undefined) lines.push('Messages of other topics are answered with an error.');
  return lines.join(' ');
}

/** Entries under names that are unique. */
class Named {
  private readonly entries = new Map<string, JsonValue>();

  add(name: string, entry: JsonObject): string {
    let own = name;
    for (let count = 2; this.entries.has(own); count++) own = `${name}_${count}`;
    this.entries.set(own, entry);
    return own;
  }

  sorted(): JsonObject {
    return Object.fromEntries([...this.entries].sort(([a], [b]) => compareText(a, b)));
  }
}

/**
 * AsyncAPI's own schemas are those of draft 07: tuples are written otherwise, and what stands beside a `$ref` is ignored.
 * https://www.asyncapi.com/docs/reference/specification/v3.0.0#schemaObject
 */
export function asDraft07(schema: JsonObject): JsonObject {
  const { $ref, prefixItems, items, ...others } = schema;
  const changed: { [key: string]: JsonValue } = {};
  for (const [keyword, value] of Object.entries(others)) changed[keyword] = inDraft07(keyword, value);
  if (prefixItems !== undefined) {
    changed['items'] = (prefixItems as readonly JsonObject[]).map(asDraft07);
    if (items !== undefined) changed['additionalItems'] = schemaOrBoolean(items);
  } else if (items !== undefined) changed['items'] = schemaOrBoolean(items);
  if ($ref === undefined) return changed;
  return Object.keys(changed).length === 0 ? { $ref } : { allOf: [{ $ref }], ...changed };
}

function inDraft07(keyword: string, value: JsonValue): JsonValue {
  switch (keyword) {
    case 'properties':
      return Object.fromEntries(Object.entries(value as JsonObject).map(([name, one]) => [name, asDraft07(one as JsonObject)]));
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return (value as readonly JsonObject[]).map(asDraft07);
    case 'additionalProperties':
    case 'propertyNames':
    case 'not':
      return schemaOrBoolean(value);
    default:
      return value;
  }
}

const schemaOrBoolean = (value: JsonValue): JsonValue => (typeof value === 'boolean' ? value : asDraft07(value as JsonObject));
