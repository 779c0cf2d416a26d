/** What the two kinds of store functions have in common: methods that run after an item of a store has changed. Not a kind itself. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { joinWords } from '../diagnostics/words.js';
import type { NodeBase, NodeId } from '../ir/graph.js';
import type { JsonObject } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import type { WireType } from '../ir/wire-type.js';
import { s } from '../schema/schema.js';
import { mismatch } from '../types/assignable.js';
import type { ClientBinding, DecoratorDecl, FunctionDraft, Kind, LinkContext, ParamDecl } from './definition.js';
import { functionOptions } from './function-options.js';
import { type StoreNode, storeClient, targetIdentity } from './store.js';

export const STORE_EVENTS = ['INSERT', 'MODIFY', 'REMOVE'] as const;
export type StoreEventName = (typeof STORE_EVENTS)[number];

/** A function that listens to a store: one node for both, since a cloud connects them once for all kinds of changes. */
export interface StoreFunctionNode<K extends string> extends NodeBase<K> {
  readonly store: NodeId;
  /** The name of the store's class. */
  readonly storeName: string;
  /** Sorted. */
  readonly events: readonly StoreEventName[];
  /** How the store's items are read: what its clients are told. */
  readonly reader: ClientBinding;
}

export const storeFunctionCodes = defineCodes({
  NIM6101: code<{ fn: string; store: string; event: string }>({
    slug: 'store-function-twice',
    severity: 'error',
    message: (p) => `${p.fn} listens to ${p.event} of ${p.store} twice in one stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A method listens to the same changes of a store twice in one stage.',
      why: `
        It is called once for each change. A second decorator that says the same could only contradict the first.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT, timeout: 20 })
          placed(order: Order): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
          changed(order: Order): void {}
        }`,
    }),
  }),
  NIM6102: code<{ fn: string; store: string }>({
    slug: 'store-function-of-existing-table',
    severity: 'error',
    message: (p) => `${p.fn} listens to ${p.store}, whose table exists already (existingArn): nimbusc gives it no stream`,
    hint: (p) => `let nimbusc make the table of ${p.store}, or call the function where ${p.store} is written`,
    explain: page({
      what: 'A function listens to a store whose table was not made by nimbusc.',
      why: `
        Functions hear of changes through the stream of a table, which nimbusc switches on where a function listens.
        A table behind "existingArn" belongs to somebody else: nimbusc changes nothing about it, and cannot know whether
        it has a stream that holds old and new items.`,
      bad: `
        @DocumentStore({ existingArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders' })
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          placed(order: Order): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          placed(order: Order): void {}
        }`,
    }),
  }),
  NIM6103: code<{ method: string; event: string; items: number; most: number }>({
    slug: 'store-function-items-too-many',
    severity: 'error',
    message: (p) =>
      `"${p.method}" takes ${p.items} items, but ${p.event} has ${p.most === 1 ? `only the ${WHICH[p.event]} one` : 'two, the old and the new one'}`,
    hint: (p) =>
      p.most === 1
        ? 'keep one item; only a method for MODIFY can take two'
        : 'keep two parameters for items: the old one, then the new one',
    explain: page({
      what: 'A store function has more parameters for items than the change has items.',
      why: `
        INSERT has the new item and REMOVE the old one. MODIFY has both: a method with one parameter gets the new item,
        a method with two gets the old and the new one, in this order.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.REMOVE })
          removed(before: Order, after: Order): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.REMOVE })
          removed(before: Order): void {}
        }`,
    }),
  }),
  NIM6104: code<{ parameter: string; path: string; sent: string; accepted: string; store: string }>({
    slug: 'store-function-item-type',
    severity: 'error',
    message: (p) =>
      p.path === ''
        ? `"${p.parameter}" has the type ${p.accepted}, but the items of this store are of type ${p.sent}`
        : `"${p.parameter}" takes ${p.accepted} at ${p.path}, where items of ${p.store} have ${p.sent}`,
    hint: (p) => `give it the type ${p.store}, or what an item of it has`,
    explain: page({
      what: 'A parameter for an item has a type that the items of the store do not have.',
      why: `
        Items arrive as instances of the store's class, as they were put, so what the class says must be enough for the
        parameter. A base class or an interface that items fit is a good type too. Where the type of an item is not known
        (any), nothing is said.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          placed(order: { id: number }): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          placed(order: Order): void {}
        }`,
    }),
  }),
  NIM6105: code<{ method: string; parameter: string }>({
    slug: 'store-function-event-before-items',
    severity: 'error',
    message: (p) => `the StoreEvent "${p.parameter}" of "${p.method}" stands before an item`,
    hint: () => 'put it last: with MODIFY the order of parameters says which item is the old one',
    explain: page({
      what: 'A method for MODIFY takes its StoreEvent before an item.',
      why: `
        With MODIFY the parameters have an order: the old item, the new item, the event. The items can be told apart by
        nothing else.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
          changed(event: StoreEvent, before: Order, after: Order): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
          changed(before: Order, after: Order, event: StoreEvent): void {}
        }`,
    }),
  }),
});

const WHICH: { readonly [event: string]: string } = { INSERT: 'new', REMOVE: 'old' };

export const storeFunctionFields = {
  dataModel: s.reference('the class of a store'),
  method: s.enum(STORE_EVENTS),
  ...functionOptions,
};

type StoreFunctionDecl = DecoratorDecl<typeof storeFunctionFields>;

export const storeFunctionIdentity = (options: StoreFunctionDecl['options']): string =>
  `${targetIdentity(options.dataModel)} ${options.method.value}`;

/** Up to two items, which `checkParameters` looks at. */
export const storeFunctionHandler: NonNullable<Kind['handler']> = { event: 'StoreEvent', body: true, bodies: 2 };

/** Adds the node of function and store, or the further kind of change to the node that is there. */
export function listenToStore(
  kind: string,
  storeKind: string,
  decl: StoreFunctionDecl,
  target: FunctionDraft,
  context: LinkContext,
): void {
  const { dataModel, method } = decl.options;
  const event = method.value;
  const store = context.resource(dataModel, [storeKind], decl.spec.name) as StoreNode<string> | null;
  checkParameters(event, target, store, context);
  if (store === null) return;
  const report = context.sink.for(storeFunctionCodes);
  if (store.existingArn !== null) {
    report.report('NIM6102', { fn: target.name, store: store.name }, dataModel.span, {
      related: [{ span: store.source, text: `${store.name} is declared here` }],
      stages: [context.stage],
    });
    return;
  }
  const id = `${kind}:${store.name} ${target.name}`;
  const before = context.existing(id) as StoreFunctionNode<string> | null;
  if (before?.events.includes(event)) {
    report.report('NIM6101', { fn: target.name, store: store.name, event }, decl.span, {
      related: [{ span: before.source, text: 'the first decorator for this store is here' }],
      stages: [context.stage],
    });
    return;
  }
  const events = [...(before?.events ?? []), event].sort(compareText);
  const node: StoreFunctionNode<string> = {
    kind,
    id,
    name: `${joinWords(events, 'and')} of ${store.name}`,
    source: before?.source ?? decl.span,
    store: store.id,
    storeName: store.name,
    events,
    reader: { ...storeClient(store), target: null },
  };
  context.add(node);
  context.edge({ kind: 'contains', from: store.id, to: id, source: node.source });
  context.edge({ kind: 'triggers', from: id, to: target.id, source: node.source });
}

export function describeStoreFunction(node: NodeBase): JsonObject {
  const { store, events } = node as StoreFunctionNode<string>;
  return { store, events };
}

/** Both kinds have one adapter, which is handed items as the provider reads them. */
export const storeFunctionAdapter = { module: 'store-function', data: {}, givesBodies: true } as const;

function checkParameters(
  event: StoreEventName,
  target: FunctionDraft,
  store: StoreNode<string> | null,
  context: LinkContext,
): void {
  const { method } = target;
  const report = context.sink.for(storeFunctionCodes);
  const items = method.params.filter((p): p is ItemParam => 'body' in p.type);
  const most = event === 'MODIFY' ? 2 : 1;
  const over = items[most];
  if (over !== undefined) {
    report.report('NIM6103', { method: method.name, event, items: items.length, most }, over.span);
    return;
  }
  const last = items.at(-1);
  const early = method.params.find((p, i) => 'event' in p.type && last !== undefined && i < method.params.indexOf(last));
  if (event === 'MODIFY' && early !== undefined) {
    report.report('NIM6105', { method: method.name, parameter: early.name }, early.span);
  }
  if (store === null) return;
  for (const { name, type, span } of items) {
    const found = mismatch(store.item.wire, type.body, store.item);
    if (found === null) continue;
    report.report('NIM6104', { parameter: name, ...found, store: store.name }, span, {
      related: [{ span: store.source, text: `${store.name} is declared here` }],
    });
  }
}

type ItemParam = ParamDecl & { readonly type: { readonly body: WireType } };
