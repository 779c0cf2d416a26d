/** Queues, the functions that take items from them, and the client that puts items in. */
import { graphCodes } from '../diagnostics/codes/graph.js';
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { ClassShape, FunctionNode, NodeBase } from '../ir/graph.js';
import type { Span, Spanned } from '../ir/span.js';
import { itemOf, type WireType } from '../ir/wire-type.js';
import { exactlyOneOf } from '../schema/decode.js';
import { s } from '../schema/schema.js';
import {
  classOrText,
  type DecoratorDecl,
  decorator,
  type GraphView,
  type Kind,
  type LinkContext,
  type ParamDecl,
} from './definition.js';
import { functionOptions } from './function-options.js';
import { targetIdentity } from './store.js';
import { variableName } from './variable-name.js';

/** Its name is its id. */
export interface QueueNode extends NodeBase<'queue'> {
  /** Null when no class declares it. */
  readonly class: ClassShape | null;
  /** Null when it was left to `DEFAULT_PROCESSING_SECONDS`. */
  readonly itemProcessingTimeout: Spanned<number> | null;
  readonly maxReceiveCount: number;
  readonly fifo: boolean;
}

/** A function's listening to a queue, which contains it. Its name is the queue's id. */
export interface QueueTriggerNode extends NodeBase<'queue-trigger'> {
  readonly batchSize: Spanned<number>;
  /** Seconds. */
  readonly maximumBatchingWindow: Spanned<number> | null;
}

export const DEFAULT_PROCESSING_SECONDS = 30;
const DEFAULT_MAX_RECEIVE_COUNT = 3;

const codes = defineCodes({
  NIM2301: code<{ name: string }>({
    slug: 'queue-declared-twice-in-stage',
    severity: 'error',
    message: (p) => `${p.name} is declared as a queue twice for the same stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A class is declared as a queue twice for one stage.',
      why: `
        A class is one queue per stage. A decorator that names the stage wins over one without "stages"; two that both
        name it contradict each other.`,
      bad: `
        @Queue({ id: 'orders', stages: ['dev'] })
        @Queue({ id: 'more-orders', stages: ['dev'] })
        export class OrderQueue {}`,
      good: `
        @Queue({ id: 'orders', stages: ['dev'] })
        @Queue({ id: 'more-orders', stages: ['prod'] })
        export class OrderQueue {}`,
    }),
  }),
  NIM2302: code<{ name: string; id: string }>({
    slug: 'queue-function-twice',
    severity: 'error',
    message: (p) => `${p.name} listens to the queue "${p.id}" twice in one stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A method listens to one queue twice in one stage.',
      why: `
        AWS connects a function to a queue once, with one batch size and one batching window. A second decorator for the
        same stage would contradict the first.`,
      bad: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 1 })
          @QueueServerlessFunction({ id: 'orders', batchSize: 10 })
          place(order: Order): void {}
        }`,
      good: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 1 })
          @QueueServerlessFunction({ id: 'orders', batchSize: 10, stages: ['prod'] })
          place(order: Order): void {}
        }`,
    }),
  }),
  NIM2303: code<{ method: string; list: string; single: string }>({
    slug: 'queue-parameters-mixed',
    severity: 'error',
    message: (p) => `"${p.method}" takes a list in "${p.list}" and a single one in "${p.single}"`,
    hint: () => 'take two lists, to be called once for a batch, or none, to be called for each item',
    explain: page({
      what: 'Of the two parameters of a queue function, one is a list and the other is not.',
      why: `
        Without lists the method is called for each item. With lists it is called once for a batch, and both have the
        same length and order. A list beside a single value says neither.`,
      bad: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 10 })
          place(orders: Order[], event: QueueEvent): void {}
        }`,
      good: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 10 })
          place(orders: Order[], events: QueueEvent[]): void {}
        }`,
    }),
  }),
  NIM2304: code<{ id: string; first: string; second: string }>({
    slug: 'queue-shared-by-functions',
    severity: 'warning',
    message: (p) => `${p.first} and ${p.second} share the queue "${p.id}": each item goes to only one of them`,
    hint: () => 'let one of them listen; use a notification topic where each function shall get every message',
    explain: page({
      what: 'Several functions of one stage listen to the same queue.',
      why: `
        A queue gives each item to one receiver, and nobody can say to which. That is rarely meant when the functions do
        different things; when it is, silence this warning where it stands.`,
      bad: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 1 })
          bill(order: Order): void {}

          @QueueServerlessFunction({ id: 'orders', batchSize: 1 })
          deliver(order: Order): void {}
        }`,
      good: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 1 })
          handle(order: Order): void {}
        }`,
    }),
  }),
});

// SQS takes 80 characters of these for a name, of which the project and the stage take some
const id = s.string({ nonEmpty: true, maxLength: 80, pattern: /^[A-Za-z0-9_-]*$/, what: 'letters, digits, "-" and "_"' });

/** The bounds are SQS's: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const queueFields = {
  id,
  itemProcessingTimeout: s.int({ min: 0, max: 43_200, unit: 'seconds' }).optional(),
  maxReceiveCount: s.int({ min: 1, max: 1_000 }).default(DEFAULT_MAX_RECEIVE_COUNT),
  fifo: s.boolean().default(false),
  stages: s.stages(),
};

/** A queue is named by its class or by its id. */
const reference = { queue: s.reference('a class marked @Queue').optional(), id: id.optional() };
type ReferenceOptions = DecoratorDecl<typeof reference>['options'];

/** The bounds are Lambda's: docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const triggerFields = {
  ...reference,
  batchSize: s.int({ min: 1, max: 10_000 }),
  maximumBatchingWindow: s.int({ min: 0, max: 300, unit: 'seconds' }).optional(),
  ...functionOptions,
};

const usesFields = { ...reference, stages: s.stages() };

const declares = decorator({
  name: 'Queue',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields: queueFields,
  identity: () => '',

  declare(owner, { options, span }, context) {
    const node: QueueNode = {
      ...plainQueue(options.id.value, span),
      class: { name: owner.name, module: owner.file, local: owner.local, fields: [] },
      itemProcessingTimeout: options.itemProcessingTimeout ?? null,
      maxReceiveCount: options.maxReceiveCount.value,
      fifo: options.fifo.value,
    };
    const own = context.declaredBy(owner, node.kind);
    const same = context.existing(node.id);
    const stages = [context.stage];
    if (own !== null) {
      const related = [{ span: own.source, text: 'the first one is here' }];
      context.sink.for(codes).report('NIM2301', { name: owner.name }, span, { related, stages });
    } else if (same !== null) {
      const related = [{ span: same.source, text: 'the first one is here' }];
      context.sink
        .for(graphCodes)
        .report('NIM1601', { what: 'queues', name: node.name, stages: [] }, options.id.span, { related, stages });
    } else context.add(node);
  },
});

const triggers = decorator({
  name: 'QueueServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: triggerFields,
  identity: (options) => identity(options),

  trigger(decl, target, context) {
    const { options, span } = decl;
    const report = context.sink.for(codes);
    reportMixed(target.method.name, target.method.params, context);
    if (exactlyOneOf(options, ['queue', 'id'], span, { decorator: 'QueueServerlessFunction' }, context.sink) !== null) return;
    const source = queueOf(options, 'QueueServerlessFunction', context, (name) =>
      context.shared(queueId(name.value), () => plainQueue(name.value, span)),
    );
    if (source === null) return;
    const node: QueueTriggerNode = {
      kind: 'queue-trigger',
      id: `queue-trigger:${source.name}/${target.name}`,
      name: source.name,
      source: span,
      batchSize: options.batchSize,
      maximumBatchingWindow: options.maximumBatchingWindow ?? null,
    };
    const before = context.existing(node.id);
    if (before !== null) {
      report.report('NIM2302', { name: target.name, id: source.name }, span, {
        related: [{ span: before.source, text: 'the first one is here' }],
        stages: [context.stage],
      });
      return;
    }
    context.add(node);
    context.edge({ kind: 'contains', from: source.id, to: node.id, source: span });
    context.edge({ kind: 'triggers', from: node.id, to: target.id, source: span });
  },
});

const uses = decorator({
  name: 'UsesQueue',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: usesFields,
  identity: (options) => identity(options),

  use(decl, user, context) {
    const { options, span } = decl;
    if (exactlyOneOf(options, ['queue', 'id'], span, { decorator: 'UsesQueue' }, context.sink) !== null) return;
    const target = queueOf(options, 'UsesQueue', context, (name) => context.named(name, 'queue', 'UsesQueue'));
    if (target === null) return;
    context.edge({ kind: 'uses', from: user.id, to: target.id, source: span, operations: ['send'], because: [span] });
  },
});

export const queue: Kind = {
  name: 'queue',
  codes,
  decorators: [declares, triggers, uses],
  exports: [
    'QueueClient',
    'QueueEvent',
    'QueueMessageAttribute',
    'QueueOptions',
    'QueueReference',
    'QueueSendOptions',
    'QueueServerlessFunctionOptions',
    'UsesQueueOptions',
  ],
  clients: { getQueueClient: { target: 0 } },
  permits: (target) => [classOrText(target, 'queue', 'id')],
  delivers: { client: 'getQueueClient', asText: true, lists: true },
  handler: { event: 'QueueEvent', body: true, lists: true },
  operations: {
    send: {
      summary: 'send messages',
      methods: ['sendMessage', 'sendMessageAsJson', 'sendMessages'],
      starts: (trigger) => trigger.kind === 'queue-trigger',
    },
  },
  check,

  client(node) {
    const { name, class: target, fifo } = node as QueueNode;
    const url = variableName('NIMBUS_QUEUE', name);
    return { environment: [{ name: url, attribute: 'url' }], target, data: { id: name, url, fifo } };
  },
  data: {
    queue: (node) => {
      const { name, class: owner, fifo } = node as QueueNode;
      // a FIFO queue has another name in every cloud
      return { called: name, isNamed: false, likeness: owner === null ? null : `${owner.name} ${fifo ? 'fifo' : 'standard'}` };
    },
  },
  describe: {
    queue(node) {
      const { class: declaredBy, itemProcessingTimeout, maxReceiveCount, fifo } = node as QueueNode;
      return {
        class: declaredBy?.name ?? null,
        itemProcessingTimeout: itemProcessingTimeout?.value ?? DEFAULT_PROCESSING_SECONDS,
        maxReceiveCount,
        fifo,
      };
    },
    'queue-trigger': (node) => {
      const { batchSize, maximumBatchingWindow } = node as QueueTriggerNode;
      return { batchSize: batchSize.value, maximumBatchingWindow: maximumBatchingWindow?.value ?? 0 };
    },
  },
  adapter: (target: FunctionNode) => ({ data: { batch: target.params.some((p) => isList(p.wire)) } }),
};

/** Several functions at one queue. */
function check(graph: GraphView): void {
  const functions = new Map(graph.functions.map((fn) => [fn.id, fn.name]));
  const first = new Map<string, NodeBase>();
  const listenerOf = (trigger: NodeBase): string =>
    functions.get(graph.edges.find((e) => e.kind === 'triggers' && e.from === trigger.id)?.to ?? '') ?? '';
  for (const node of graph.resources) {
    if (node.kind !== 'queue-trigger') continue;
    const before = first.get(node.name);
    if (before === undefined) {
      first.set(node.name, node);
      continue;
    }
    const params = { id: node.name, first: listenerOf(before), second: listenerOf(node) };
    graph.sink.for(codes).report('NIM2304', params, node.source, {
      related: [{ span: before.source, text: `${params.first} listens here` }],
      stages: [graph.stage],
    });
  }
}

const queueId = (name: string): string => `queue:${name}`;

/** What an id makes that no class declares. */
function plainQueue(name: string, source: Span): QueueNode {
  return {
    kind: 'queue',
    id: queueId(name),
    name,
    source,
    class: null,
    itemProcessingTimeout: null,
    maxReceiveCount: DEFAULT_MAX_RECEIVE_COUNT,
    fifo: false,
  };
}

function identity({ queue, id }: ReferenceOptions): string {
  return queue === undefined ? `id:${id?.value ?? ''}` : targetIdentity(queue);
}

/** The queue that options refer to; null when it was, or will be, reported that there is none. */
function queueOf(
  options: ReferenceOptions,
  decorator: string,
  context: LinkContext,
  byId: (id: Spanned<string>) => NodeBase | null,
): NodeBase | null {
  if (options.queue !== undefined) return context.resource(options.queue, ['queue'], decorator, 'queue');
  return options.id === undefined ? null : byId(options.id);
}

function reportMixed(method: string, params: readonly ParamDecl[], context: LinkContext): void {
  const listed = (param: ParamDecl): boolean => ('event' in param.type ? param.type.list : isList(param.type.body));
  const list = params.find(listed);
  const single = params.find((param) => !listed(param));
  const [, second] = params;
  if (list === undefined || single === undefined || second === undefined) return;
  context.sink.for(codes).report('NIM2303', { method, list: list.name, single: single.name }, second.span);
}

/** A list, perhaps one that may be left out. */
function isList(type: WireType): boolean {
  return itemOf(type) !== type;
}
