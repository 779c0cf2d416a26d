/** Notification topics: declared by a class or made by their name, the functions that listen to them, and their client. */
import { graphCodes } from '../diagnostics/codes/graph.js';
import { contentHash } from '../hash.js';
import type { ClassShape, NodeBase } from '../ir/graph.js';
import { exactlyOneOf } from '../schema/decode.js';
import { type Decoded, s } from '../schema/schema.js';
import { classOrText, type DecoratorDecl, decorator, type Kind, type LinkContext } from './definition.js';
import { functionOptions } from './function-options.js';
import { targetIdentity } from './store.js';

export interface NotificationTopicNode extends NodeBase<'notification-topic'> {
  readonly topicName: string;
  /** The class that declares it; null: it is only named. */
  readonly class: ClassShape | null;
}

/** SNS itself allows 256 characters, of which the project and the stage take some. */
const topicName = s.string({
  nonEmpty: true,
  maxLength: 256,
  pattern: /^[A-Za-z0-9_-]+$/,
  what: 'the name of a topic, of letters, digits, "-" and "_"',
});

const declaresFields = { topicName, stages: s.stages() };

const reference = {
  notificationTopic: s.reference('a class marked @NotificationTopic').optional(),
  topic: topicName.optional(),
};
const listensFields = { ...reference, ...functionOptions };
const usesFields = { ...reference, stages: s.stages() };

const operations = {
  notify: {
    summary: 'publish to a topic',
    methods: ['notify', 'notifyJson'],
    starts: (trigger: NodeBase) => trigger.kind === 'notification-topic',
  },
  subscribe: { summary: 'subscribe an endpoint to a topic', methods: ['createSubscription'] },
  unsubscribe: { summary: 'end a subscription', methods: ['deleteSubscription'] },
} as const;

export type TopicOperation = keyof typeof operations;

const idOf = (name: string): string => `notification-topic:${name}`;

const declares = decorator({
  name: 'NotificationTopic',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields: declaresFields,
  identity: () => '',
  nameOf: (options) => options.topicName.value,

  declare(owner, decl, context) {
    const name = decl.options.topicName.value;
    const before = context.existing(idOf(name));
    if (before !== null) {
      context.sink
        .for(graphCodes)
        .report('NIM1601', { what: 'notification topics', name, stages: [] }, decl.options.topicName.span, {
          related: [{ span: before.source, text: 'the first one is here' }],
          stages: [context.stage],
        });
      return;
    }
    const node: NotificationTopicNode = {
      kind: 'notification-topic',
      id: idOf(name),
      name,
      source: decl.span,
      topicName: name,
      class: { name: owner.name, module: owner.file, local: owner.local, fields: [] },
    };
    context.add(node);
  },
});

const triggers = decorator({
  name: 'NotificationServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: listensFields,
  identity: (options) => topicIdentity(options),

  trigger(decl, target, context) {
    const topic = topicOf(decl, context);
    if (topic !== null) context.edge({ kind: 'triggers', from: topic.id, to: target.id, source: decl.span });
  },
});

const uses = decorator({
  name: 'UsesNotificationTopic',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: usesFields,
  identity: (options) => topicIdentity(options),

  use(decl, user, context) {
    const topic = topicOf(decl, context);
    if (topic === null) return;
    context.edge({
      kind: 'uses',
      from: user.id,
      to: topic.id,
      source: decl.span,
      operations: Object.keys(operations),
      because: [decl.span],
    });
  },
});

export const notificationTopic: Kind = {
  name: 'notification-topic',
  codes: {},
  decorators: [declares, triggers, uses],
  constants: {
    Protocol: {
      HTTP: 'http',
      HTTPS: 'https',
      EMAIL: 'email',
      EMAIL_JSON: 'email-json',
      SMS: 'sms',
      SQS: 'sqs',
      APPLICATION: 'application',
      LAMBDA: 'lambda',
    },
  },
  exports: [
    'NotificationAttribute',
    'NotificationClient',
    'NotificationEvent',
    'NotificationServerlessFunctionOptions',
    'NotificationTopicOptions',
    'NotificationTopicReference',
    'UsesNotificationTopicOptions',
  ],
  handler: { event: 'NotificationEvent', body: true },
  operations,
  clients: { getNotificationClient: { target: 0 } },
  permits: (target) => [classOrText(target, 'notificationTopic', 'topic')],
  delivers: { client: 'getNotificationClient', asText: true },
  data: {
    // its subscriptions are data, which people have confirmed
    'notification-topic': (node) => {
      const { topicName, class: owner } = node as NotificationTopicNode;
      return { called: topicName, isNamed: false, likeness: owner?.name ?? null };
    },
  },
  describe: {
    'notification-topic': (node) => {
      const { topicName, class: declaring } = node as NotificationTopicNode;
      return { topicName, class: declaring?.name ?? null, module: declaring?.module ?? null };
    },
  },

  client(node) {
    const { topicName, class: declaring } = node as NotificationTopicNode;
    const variable = variableOf(topicName);
    return {
      environment: [{ name: variable, attribute: 'arn' }],
      target: declaring,
      data: { name: topicName, label: declaring?.name ?? topicName, topic: variable },
    };
  },
};

/** The topic that a decorator names, by its class or by a text. */
function topicOf({ options, span, spec }: DecoratorDecl<typeof reference>, context: LinkContext): NodeBase | null {
  const about = { decorator: spec.name };
  if (exactlyOneOf<typeof reference>(options, ['notificationTopic', 'topic'], span, about, context.sink) !== null) return null;
  const { notificationTopic: ofClass, topic } = options;
  if (ofClass !== undefined) return context.resource(ofClass, ['notification-topic'], spec.name, 'notificationTopic');
  if (topic === undefined) return null;
  return context.namedOr(topic, 'notification-topic', spec.name, (): NotificationTopicNode => {
    const name = topic.value;
    return { kind: 'notification-topic', id: idOf(name), name, source: span, topicName: name, class: null };
  });
}

/** Two decorators that name one topic in the same way say the same thing. */
function topicIdentity({ notificationTopic: ofClass, topic }: Decoded<typeof reference>): string {
  return ofClass === undefined ? `name:${topic?.value ?? ''}` : targetIdentity(ofClass);
}

/** Topic names may hold dashes, which names of environment variables may not. */
function variableOf(name: string): string {
  const clean = name.replace(/-/g, '_');
  return `NIMBUS_TOPIC_${clean === name ? name : `${clean}_${contentHash(name).slice(0, 8)}`}`;
}
