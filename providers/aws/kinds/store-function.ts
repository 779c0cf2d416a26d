/** What the lowerings of the two kinds of store functions share: a stream's mapping and its dead-letter queue. Not a kind itself. */
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { AnyResource } from '../../../compiler/kinds/index.js';
import type { StoreNode } from '../../../compiler/kinds/store.js';
import type { StoreFunctionNode } from '../../../compiler/kinds/store-function.js';
import { address, functionArn, tags } from '../handles.js';
import { fragment, type KindLowering, part } from '../lowering.js';
import { fitName, functionId } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, ref, render, type Template } from '../template.js';
import { canonicalJson, escapeTemplate } from '../text.js';
import { streamArn, tableAttribute } from './store.js';

type Listener = StoreFunctionNode<string>;

const MAPPING = 'aws_lambda_event_source_mapping';
const QUEUE = 'aws_sqs_queue';

/** Few enough that a batch of slow changes is done within a function's timeout. */
const BATCH_SIZE = 10;
const MOST_RETRIES = 3;
/** SQS's longest: 14 days. */
const RETENTION_SECONDS = 1_209_600;
/** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const QUEUE_NAME_MAX = 80;

/** aws.md section 4: what Lambda does with the function's role to read a stream. */
const STREAM_ACTIONS = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
] as const;

/** Both kinds are the same thing in AWS. */
export function storeFunctionLowering<N extends Listener>(): KindLowering<N> {
  return {
    actions: {},
    nameRule: { what: 'SQS queue', min: 1, max: QUEUE_NAME_MAX },
    hasClient: true,
    address: () => MAPPING,
    names(node, { settings, functionStartedBy, formerName }) {
      const { className, method } = functionStartedBy(node.id);
      const store = formerName(node.store) ?? node.storeName;
      return {
        logicalId: mappingId(className, method, store),
        physicalName: queueName([settings.project, settings.stage, className, method, store]),
      };
    },
    attribute: (listener, attribute, view) => tableAttribute(storeOf(listener, view), attribute),
    triggerGrants: (listener, view) => [
      { actions: STREAM_ACTIONS, resource: streamArn(storeOf(listener, view)) },
      { actions: ['sqs:SendMessage'], resource: queueArn(listener) },
    ],
    fragments: (listener, view) => [fragment(mapping, mappingInput(listener, view), [address(MAPPING, listener.logicalId)])],
  };
}

/** `Audit_placed_Order`; hashed where `_` in a name makes the places of the separators ambiguous. */
function mappingId(className: string, method: string, store: string): string {
  const clean = /^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9]+_[A-Za-z0-9]+$/;
  return fitName(
    `${functionId(className, method)}_${store}`,
    { clean, allowed: /^\w$/, max: 200 },
    [className, method, store].join('\0'),
  );
}

/** `<project>-<stage>-<Class>-<method>-<Store>-failures` */
function queueName(parts: readonly string[]): string {
  const [, , ...declared] = parts;
  const clear = !declared.join('').includes('-');
  const fit = { clean: clear ? /^[A-Za-z0-9_-]+$/ : /^(?!)/, allowed: /^[A-Za-z0-9_-]$/, max: QUEUE_NAME_MAX };
  return fitName(`${parts.join('-')}-failures`, fit, parts.join('\0'));
}

const queueId = (logicalId: string): string => `${logicalId}_failures`;

function queueArn({ logicalId, physicalName }: PlannedResource<Listener>): Template {
  return [ref(`${address(QUEUE, queueId(logicalId))}.arn`, arnLength('sqs', physicalName ?? ''))];
}

function storeOf(listener: PlannedResource<Listener>, view: PlanView): PlannedResource<StoreNode<string>> {
  return view.resource(listener.node.store) as PlannedResource<StoreNode<string> & AnyResource>;
}

type MappingInput = {
  readonly id: string;
  readonly queueId: string;
  readonly queueName: string;
  readonly queueArn: string;
  readonly stream: string;
  readonly function: string;
  readonly policy: string;
  readonly pattern: string;
  readonly tags: { readonly [key: string]: string };
};

function mappingInput(listener: PlannedResource<Listener>, view: PlanView): MappingInput {
  const { node, logicalId, physicalName, sourceTag } = listener;
  const fn = view.functionStartedBy(node.id);
  return {
    id: logicalId,
    queueId: queueId(logicalId),
    queueName: escapeTemplate(physicalName ?? ''),
    queueArn: render(queueArn(listener)),
    stream: render(streamArn(storeOf(listener, view))),
    function: render([functionArn(fn)]),
    policy: address('aws_iam_role_policy', fn.logicalId),
    // the pattern is matched with the record itself: what does not fit is never delivered, and never billed
    pattern: canonicalJson({ eventName: node.events }),
    tags: tags(view.settings, sourceTag),
  };
}

const mapping = part({
  name: 'dynamodb-stream-mapping',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/sqs-queue/index.js'))),
  }),
  build({ LambdaEventSourceMapping, SqsQueue }, input: MappingInput, stack) {
    const queue = new SqsQueue(stack, 'failures', {
      name: input.queueName,
      messageRetentionSeconds: RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
      tags: input.tags,
    });
    block(queue, input.queueId);
    const made = new LambdaEventSourceMapping(stack, 'mapping', {
      eventSourceArn: input.stream,
      functionName: input.function,
      startingPosition: 'LATEST',
      batchSize: BATCH_SIZE,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: MOST_RETRIES,
      functionResponseTypes: ['ReportBatchItemFailures'],
      filterCriteria: { filter: [{ pattern: input.pattern }] },
      destinationConfig: { onFailure: { destinationArn: input.queueArn } },
      tags: input.tags,
    });
    // AWS checks at once whether the role may read the stream
    blockAfter(made, input.id, [input.policy]);
  },
});
