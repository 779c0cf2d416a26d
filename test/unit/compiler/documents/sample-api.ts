// A stage with both APIs and every form of type, as the compiler would link it.
import type { FunctionNode, ParamNode, StageGraph } from '../../../../compiler/ir/graph.js';
import type { Doc, HttpAnswer, ObjectType, TypeDecl, WireField, WireType } from '../../../../compiler/ir/wire-type.js';
import type { AnyResource } from '../../../../compiler/kinds/index.js';
import { StageBuilder } from '../../providers/stage-builder.js';

export const string: WireType = { t: 'string' };
export const number: WireType = { t: 'number' };
export const date: WireType = { t: 'date' };
export const bytes: WireType = { t: 'bytes' };
export const nothing: WireType = { t: 'undefined' };
export const any: WireType = { t: 'any' };
export const literal = (value: string | number | boolean): WireType => ({ t: 'literal', value });
export const array = (of: WireType): WireType => ({ t: 'array', of });
export const union = (...of: WireType[]): WireType => ({ t: 'union', of });
export const ref = (to: TypeDecl): WireType => ({ t: 'ref', to });
export const doc = (description: string, more: Partial<Doc> = {}): Doc => ({ description, ...more });

/** Names that end in `?` are optional. */
export function object(
  fields: { readonly [name: string]: WireType | (Pick<WireField, 'type' | 'doc'> & { readonly t?: never }) },
  more: Partial<ObjectType> = {},
): ObjectType {
  const list = Object.entries(fields).map(([name, given]): WireField => {
    const { type, doc: about } = given.t === undefined ? given : { type: given, doc: null };
    return { name: name.replace(/\?$/, ''), type, optional: name.endsWith('?'), doc: about };
  });
  return { t: 'object', fields: list, index: null, closed: false, ...more };
}

export function declared(name: string, type: WireType, more: Partial<TypeDecl> = {}): TypeDecl {
  return { name, key: `src/${name.toLowerCase()}.ts#${name}`, doc: null, source: null, class: null, type, ...more };
}

export interface Signature {
  readonly body?: WireType;
  readonly result?: WireType;
  readonly answers?: readonly HttpAnswer[];
  readonly doc?: Doc;
}

/** A stage whose functions have these bodies, results and comments. */
export function withSignatures(stage: StageBuilder, signatures: { readonly [name: string]: Signature }): StageGraph<AnyResource> {
  const graph = stage.graph();
  const functions = graph.functions.map((fn): FunctionNode => {
    const { body, result = nothing, answers, doc: about = null } = signatures[fn.name] ?? {};
    const param = (wire: WireType): ParamNode => ({ role: 'body', name: 'body', wire, source: fn.source });
    const told = answers === undefined ? {} : { answers };
    return { ...fn, params: body === undefined ? [] : [param(body)], result, ...told, doc: about };
  });
  return { ...graph, functions };
}

// --- the types of a shop

export const line = declared(
  'Line',
  object({
    sku: { type: { t: 'string', minLength: 1, pattern: '^[A-Z]+$' }, doc: doc('The article.', { examples: ['ABC'] }) },
    amount: { t: 'number', integer: true, minimum: 1 },
    'price?': { t: 'bigint' },
  }),
);

export const address = declared('Address', object({ street: string, 'city?': union(string, { t: 'null' }) }, { closed: true }));

export const order = declared(
  'Order',
  object({
    id: { type: { t: 'string', format: 'uuid' }, doc: null },
    placed: { type: date, doc: doc('When it was placed.') },
    lines: { t: 'array', of: ref(line), minItems: 1 },
    'delivery?': { type: ref(address), doc: doc('Where it goes.') },
    'parent?': union({ t: 'null' }, nothing),
    labels: { t: 'set', of: string },
    prices: { t: 'map', key: string, of: { t: 'bigint' } },
    history: { t: 'map', key: date, of: string },
    point: { t: 'tuple', items: [number, date], required: 2, rest: null },
    tail: { t: 'tuple', items: [string], required: 0, rest: date },
    'scan?': bytes,
    extra: { t: 'record', of: date },
  }),
  { doc: doc('An order.\n\nWith a comment that ends */ early, `ticks` and ${dollars}.') },
);

export const category: TypeDecl = declared('Category', object({}));
(category as { type: WireType }).type = object({ name: string, since: date, children: array(ref(category)) });

export const page = declared('Page<Order>', object({ items: array(ref(order)), 'next?': string }), {
  key: 'src/page.ts#Page<Order>',
});

export const paid = declared('Paid', object({ kind: literal('paid'), at: date }));
export const refused = declared('Refused', object({ kind: literal('refused'), reason: string }));
export const payment = declared('Payment', union(ref(paid), ref(refused)));
export const status = declared('Status', union(literal('open'), literal('closed')), { doc: doc('How far it is.') });
/** Two types of one name, and one that has the name of something in every JavaScript. */
export const itemHere = declared('Item', object({ here: string }), { key: 'src/here/items.ts#Item' });
export const itemThere = declared('Item', object({ there: date }), { key: 'src/there/items.ts#Item' });
export const error = declared('Error', object({ 'not-an-identifier': string, ['__proto__']: number }));

export function shop(): StageGraph<AnyResource> {
  const stage = new StageBuilder();
  stage.http('GET /orders', 'Orders.list');
  stage.http('POST /orders', 'Orders.place');
  stage.http('GET /orders/{id}', 'Orders.one');
  stage.http('DELETE /orders/{id}', 'Orders.delete');
  stage.http('PUT /orders/{id}/payment', 'Orders.pay');
  stage.http('GET /orders/{id}/items/{item-no}', 'Orders.item');
  stage.http('PUT /notes', 'Notes.write');
  stage.http('GET /notes', 'Notes.read');
  stage.http('PUT /scans/{id}', 'Scans.put');
  stage.http('GET /scans/{id}', 'Scans.get');
  stage.http('HEAD /scans/{id}', 'Scans.head');
  stage.http('GET /', 'Root.root');
  stage.http('ANY /proxy/{rest+}', 'Proxy.any');
  stage.http('GET /proxy/{rest+}', 'Proxy.get');
  stage.http('GET /a', 'Many.find');
  stage.http('GET /b/{id}', 'Many.find');
  stage.http('POST /c', 'Verbs.run');
  stage.http('PUT /c', 'Verbs.run');
  stage.http('POST /things', 'Things.add');
  stage.topic('$connect', 'Chat.connect');
  stage.topic('$disconnect', 'Chat.disconnect');
  stage.topic('$default', 'Chat.other');
  stage.topic('say', 'Chat.say');
  stage.topic('a topic & more', 'Chat.more');
  stage.topic('ping', 'Chat.beat');
  stage.topic('pong', 'Chat.beat');
  return withSignatures(stage, {
    'Orders.list': { result: ref(page), doc: doc('Lists orders.\n\nThe newest comes first.') },
    'Orders.place': { body: ref(order), result: ref(order), doc: doc('Places an order. It is paid later.') },
    'Orders.one': {
      result: union(ref(order), nothing),
      doc: doc('One order.', { params: { id: '(integer) The number of the order.' } }),
    },
    'Orders.delete': { doc: doc('Old.', { deprecated: true }) },
    'Orders.pay': { body: ref(payment), result: ref(payment) },
    'Orders.item': { result: union(ref(itemHere), ref(itemThere)) },
    'Notes.write': { body: union(string, nothing), result: string },
    'Notes.read': { result: union(bytes, ref(category)) },
    'Scans.put': { body: bytes, result: any },
    'Scans.get': { result: bytes },
    'Scans.head': { result: bytes },
    'Root.root': { result: { t: 'bigint' } },
    'Proxy.any': { body: object({ free: any }), result: ref(status) },
    'Proxy.get': { result: any },
    'Many.find': { result: array(ref(status)) },
    'Verbs.run': { body: ref(category), result: object({ at: date }) },
    'Things.add': { body: any, result: ref(error) },
    'Chat.other': { body: string },
    'Chat.say': { body: object({ topic: literal('say'), text: string, 'at?': date }), doc: doc('Says something.') },
    'Chat.more': { body: ref(order) },
    'Chat.beat': {},
  });
}

/** What the chat of the shop sends. */
export const said = declared('Said', object({ topic: literal('said'), text: string, at: date }), {
  doc: doc('Somebody said it.'),
});
export const left = declared('Left', object({ topic: literal('left'), who: string }));
export const sent = [
  { function: 'function:Chat.say', type: ref(said) },
  { function: 'function:Chat.disconnect', type: ref(left) },
  { function: 'function:Chat.more', type: ref(said) },
];
