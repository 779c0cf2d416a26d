/** Notification topics in AWS: an SNS topic, and for each function that listens a subscription and the right to invoke it. */
import { compareText } from '../../../compiler/ir/span.js';
import type { PlannedFunction, PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { NotificationTopicNode, TopicOperation } from '../../../compiler/kinds/notification-topic.js';
import { address, functionAddress, isProtected, tags } from '../handles.js';
import { type AnyFragment, fragment, type Grant, type KindLowering, part } from '../lowering.js';
import { fitName } from '../names.js';
import { PERMISSION, servicePermission } from '../permission.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, ref, type Template } from '../template.js';
import { escapeTemplate } from '../text.js';

const TOPIC = 'aws_sns_topic';
const SUBSCRIPTION = 'aws_sns_topic_subscription';

const actions: { readonly [O in TopicOperation]: readonly Grant[] } = {
  notify: [{ actions: ['sns:Publish'], on: 'topic' }],
  subscribe: [{ actions: ['sns:Subscribe'], on: 'topic' }],
  // IAM knows no resource for it: docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
  unsubscribe: [{ actions: ['sns:Unsubscribe'], on: 'everything' }],
};

export const notificationTopic: KindLowering<NotificationTopicNode> = {
  actions,
  // docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
  nameRule: { what: 'SNS topic', min: 1, max: 256 },
  hasClient: true,
  address: () => TOPIC,
  names: ({ topicName }, { settings: { project, stage } }) => ({
    logicalId: topicId(topicName),
    physicalName: `${project}-${stage}-${topicName}`,
  }),
  arn: (topic, on) => (on === 'everything' ? ['*'] : topicArn(topic)),
  attribute(topic, attribute) {
    if (attribute !== 'arn') throw new Error(`a topic has no attribute ${attribute}`);
    return topicArn(topic);
  },
  fragments(resource, view) {
    const { logicalId, physicalName, sourceTag } = resource;
    const { settings } = view;
    const input = {
      id: logicalId,
      name: escapeTemplate(physicalName ?? ''),
      protected: isProtected(settings, address(TOPIC, logicalId)),
      tags: tags(settings, sourceTag),
    };
    return [
      fragment(topicPart, input, [address(TOPIC, logicalId)]),
      ...[...view.functionsStartedBy(resource.node.id)]
        .sort((a, b) => compareText(a.logicalId, b.logicalId))
        .flatMap((fn) => listener(resource, fn)),
    ];
  },
};

/** Terraform names begin with a letter or `_`; topics may begin with a digit or a dash. */
function topicId(name: string): string {
  const fit = { allowed: /^[A-Za-z0-9_-]$/, max: 200 };
  return /^[A-Za-z_]/.test(name)
    ? fitName(name, { ...fit, clean: /^[A-Za-z0-9_-]+$/ })
    : fitName(`_${name}`, { ...fit, clean: /^(?!)/ }, name);
}

function topicArn({ logicalId, physicalName }: PlannedResource<NotificationTopicNode>): Template {
  return [ref(`${address(TOPIC, logicalId)}.arn`, arnLength('sns', physicalName ?? ''))];
}

/** `orders-Mailer_send`: a topic has several listeners, and a function may listen to several topics. */
function listener(topic: PlannedResource<NotificationTopicNode>, fn: PlannedFunction): readonly AnyFragment[] {
  const id = `${topic.logicalId}-${fn.logicalId}`;
  const input = { id, topic: topic.logicalId, function: functionAddress(fn) };
  return [
    servicePermission(id, fn, 'sns.amazonaws.com', topicArn(topic)),
    fragment(subscription, input, [address(SUBSCRIPTION, id)]),
  ];
}

type TopicInput = {
  readonly id: string;
  readonly name: string;
  readonly protected: boolean;
  readonly tags: { readonly [key: string]: string };
};

const topicPart = part({
  name: 'sns-topic',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/sns-topic/index.js')),
  build({ SnsTopic }, input: TopicInput, stack) {
    const made = new SnsTopic(stack, 'topic', {
      name: input.name,
      // its subscriptions are data, which people have confirmed
      ...(input.protected ? { lifecycle: { preventDestroy: true } } : {}),
      tags: input.tags,
    });
    block(made, input.id);
  },
});

type SubscriptionInput = { readonly id: string; readonly topic: string; readonly function: string };

const subscription = part({
  name: 'sns-topic-subscription',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/sns-topic-subscription/index.js')),
  build({ SnsTopicSubscription }, input: SubscriptionInput, stack) {
    const made = new SnsTopicSubscription(stack, 'subscription', {
      topicArn: `\${${address(TOPIC, input.topic)}.arn}`,
      protocol: 'lambda',
      endpoint: `\${${input.function}.arn}`,
    });
    // what is published before SNS may invoke the function would be lost
    blockAfter(made, input.id, [address(PERMISSION, input.id)]);
  },
});
