/** In: the WebSocket topics of a stage. Out: the part of the generated client that connects, sends and receives. */
import { compareText } from '../ir/span.js';
import { type ObjectType, underlying, type WireType } from '../ir/wire-type.js';
import { ON, SEND, SEND_TEXT, WEBSOCKET } from './client-runtime.js';
import { type ClientShapes, shapeEntry } from './client-shapes.js';
import { type ClientTypes, commentText, propertyName } from './client-types.js';
import { type Topic, type WebSocketApi, withoutUndefined } from './stage-api.js';

export function webSocketText(api: WebSocketApi, types: ClientTypes, shapes: ClientShapes): string {
  const topics = api.topics.filter(({ topic }) => !topic.startsWith('$'));
  const other = api.topics.find(({ topic }) => topic === '$default');
  const received = receivedTypes(api);
  const sent = new Map(topics.map((topic) => [topic, sentShape(topic, shapes)]));
  const sendsConverted = [...sent.values()].some((shape) => shape !== null);
  const entries = topics.map(
    (topic) => `${commentText(topic.function.doc, '  ')}  ${propertyName(topic.topic)}: ${outgoing(topic, types)};\n`,
  );
  const byTopic = incomingByTopic(received);
  const incoming = received.length === 0 ? 'unknown' : [...new Set(received.map((type) => types.text(type, '')))].join(' | ');
  const receivedShape = received.length === 0 ? null : shapes.shapeOf(union(received));
  const methods = [
    ...(topics.length > 0 ? [SEND] : []),
    ...(other === undefined ? [] : [sendOtherCode(other, shapes)]),
    ...(byTopic === null ? [] : [ON]),
  ].join('');
  const shapesOfTopics = [...sent].flatMap(([{ topic }, shape]) => (shape === null ? [] : [`  ${shapeEntry(topic, shape)},\n`]));
  return [
    ...(topics.length === 0
      ? []
      : [
          `/** The messages that the API takes, by topic; the topic itself is added to them. */\nexport interface Outgoing {\n${entries.join('')}}\n`,
        ]),
    `/** What the API sends${received.length === 0 ? ': the source does not tell' : ''}. */\nexport type Incoming = ${incoming};\n`,
    ...(byTopic === null ? [] : [`/** What the API sends, by the topic that it carries. */\n${byTopicText(byTopic, types)}`]),
    clientInterface(topics.length > 0, other, byTopic !== null, types),
    ...(shapesOfTopics.length === 0
      ? []
      : [`const shapesOfTopics: { readonly [topic: string]: Shape } = {\n${shapesOfTopics.join('')}};\n`]),
    WEBSOCKET.replace('@METHODS@', () =>
      methods.replace('@TO_WIRE@', () =>
        sendsConverted ? "convert(property(shapesOfTopics, topic) ?? 'any', message, 'out')" : 'message',
      ),
    )
      .replace('@SEND_TEXT@', () => (topics.length > 0 || other !== undefined ? SEND_TEXT : ''))
      .replace('@FROM_WIRE@', () => (receivedShape === null ? 'json' : `convert(${receivedShape}, json, 'in')`)),
  ].join('\n');
}

function clientInterface(sends: boolean, other: Topic | undefined, tells: boolean, types: ClientTypes): string {
  const send = `  /** Sends a message of a topic. */
  send<T extends keyof Outgoing>(topic: T, ...body: undefined extends Outgoing[T] ? [body?: Outgoing[T]] : [body: Outgoing[T]]): void;
`;
  const comment = other === undefined ? '' : commentText(other.function.doc, '  ', 'Sends a message of no topic.');
  const on = `  /** The messages of one topic; otherwise as onMessage. */
  on<T extends keyof IncomingByTopic>(topic: T, listener: (message: IncomingByTopic[T]) => void): () => void;
`;
  return `/** An open connection. */
export interface WebSocketClient {
${sends ? send : ''}${other === undefined ? '' : `${comment}  sendOther(message: ${otherType(other, types)}): void;\n`}  /**
   * Calls the listener with each message from now on; the first listeners get those too that have come before them. Gives
   * a function that ends this.
   */
  onMessage(listener: (message: Incoming) => void): () => void;
${tells ? on : ''}  /** Resolves when the connection has ended, by whichever side. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Ends the connection, and resolves when it has ended. */
  close(code?: number, reason?: string): Promise<{ readonly code: number; readonly reason: string }>;
}
`;
}

/** What is sent of a topic is an object, to which the client adds the topic. */
function outgoing({ body }: Topic, types: ClientTypes): string {
  const anything = '{ readonly [name: string]: unknown } | undefined';
  if (body === null) return 'undefined';
  const { type, optional } = withoutUndefined(body);
  const inner = underlying(type);
  // A handler that takes a string gets the text of the whole message.
  if (['any', 'undefined', 'string', 'literal'].includes(inner.t)) return anything;
  const members = type.t === 'ref' && inner.t !== 'union' ? [type] : inner.t === 'union' ? inner.of : [inner];
  const texts = members.map((member) => withoutTopic(member, types));
  return [...new Set([...texts, ...(optional ? ['undefined'] : [])])].join(' | ');
}

function withoutTopic(type: WireType, types: ClientTypes): string {
  const inner = underlying(type);
  if (inner.t === 'union') return inner.of.map((member) => withoutTopic(member, types)).join(' | ');
  if (inner.t !== 'object' || !inner.fields.some(({ name }) => name === 'topic')) return types.text(type, '  ');
  if (type.t === 'ref') return `Omit<${types.text(type, '  ')}, 'topic'>`;
  return types.text({ ...inner, fields: inner.fields.filter(({ name }) => name !== 'topic') }, '  ');
}

function sentShape({ body }: Topic, shapes: ClientShapes): string | null {
  return body === null ? null : shapes.shapeOf(withoutUndefined(body).type);
}

function isTextual({ body }: Topic): boolean {
  const inner = body === null ? null : underlying(withoutUndefined(body).type);
  return inner === null || ['any', 'undefined', 'string', 'literal'].includes(inner.t);
}

function otherType(topic: Topic, types: ClientTypes): string {
  return isTextual(topic) ? 'string' : types.text(withoutUndefined(topic.body as WireType).type, '  ');
}

function sendOtherCode(topic: Topic, shapes: ClientShapes): string {
  const shape = sentShape(topic, shapes);
  const text = isTextual(topic)
    ? 'message'
    : `JSON.stringify(${shape === null ? 'message' : `convert(${shape}, message, 'out')`})`;
  return `    sendOther: (message) => sendText(${text}),\n`;
}

/** Each once, in an order of their own. */
function receivedTypes({ sent }: WebSocketApi): readonly WireType[] {
  const byName = new Map<unknown, WireType>();
  for (const { type } of sent) byName.set(type.t === 'ref' ? type.to : type, type);
  const key = (type: WireType): string => (type.t === 'ref' ? type.to.key : '');
  const types = [...byName.values()].sort((a, b) => compareText(key(a), key(b)));
  // Where one of them may be anything, so may all.
  return types.some((type) => underlying(type).t === 'any') ? [] : types;
}

/** Types by the topics that they carry; null where nothing is told apart by them. */
function incomingByTopic(received: readonly WireType[]): ReadonlyMap<string, readonly WireType[]> | null {
  const found = new Map<string, WireType[]>();
  for (const type of received.flatMap(membersOf)) {
    const inner = underlying(type);
    for (const topic of inner.t === 'object' ? topicsOf(inner) : []) found.set(topic, [...(found.get(topic) ?? []), type]);
  }
  return found.size === 0 ? null : found;
}

function membersOf(type: WireType): readonly WireType[] {
  const inner = underlying(type);
  return inner.t === 'union' ? inner.of.flatMap(membersOf) : [type];
}

function topicsOf({ fields }: ObjectType): readonly string[] {
  const type = fields.find(({ name }) => name === 'topic')?.type;
  const members = type === undefined ? [] : membersOf(type).map(underlying);
  return members.flatMap((member) => (member.t === 'literal' && typeof member.value === 'string' ? [member.value] : []));
}

function byTopicText(byTopic: ReadonlyMap<string, readonly WireType[]>, types: ClientTypes): string {
  const lines = [...byTopic]
    .sort(([a], [b]) => compareText(a, b))
    .map(([topic, own]) => `  ${propertyName(topic)}: ${[...new Set(own.map((type) => types.text(type, '  ')))].join(' | ')};\n`);
  return `export interface IncomingByTopic {\n${lines.join('')}}\n`;
}

const union = (of: readonly WireType[]): WireType => (of.length === 1 && of[0] !== undefined ? of[0] : { t: 'union', of });
