/** Functions that listen to queues: Lambda polls the queue with the function's role, and takes back what failed. */
import type { DiagnosticSink } from '../../../compiler/diagnostics/diagnostic.js';
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { QueueNode, QueueTriggerNode } from '../../../compiler/kinds/queue.js';
import { queueCodes } from '../codes/queues.js';
import { address, tags } from '../handles.js';
import { fragment, type KindLowering, part } from '../lowering.js';
import { functionId } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { render } from '../template.js';
import { queueArn } from './queue.js';

const MAPPING = 'aws_lambda_event_source_mapping';
/** What one request to SQS gives: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const ONE_REQUEST_MAX = 10;

export const queueTrigger: KindLowering<QueueTriggerNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => MAPPING,
  names(node, context) {
    const { className, method } = context.functionStartedBy(node.id);
    return { logicalId: `${functionId(className, method)}-${node.name}`, physicalName: null };
  },
  pollGrants: (trigger, view) => [
    {
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resource: queueArn(queueOf(trigger, view)),
    },
  ],
  check,
  fragments: (trigger, view) => [fragment(mapping, mappingInput(trigger, view), [address(MAPPING, trigger.logicalId)])],
};

function queueOf(trigger: PlannedResource<QueueTriggerNode>, view: PlanView): PlannedResource<QueueNode> {
  return view.containerOf(trigger.node.id) as PlannedResource<QueueNode>;
}

function check(trigger: PlannedResource<QueueTriggerNode>, view: PlanView, sink: DiagnosticSink): void {
  const { batchSize, maximumBatchingWindow } = trigger.node;
  const { fifo, name } = queueOf(trigger, view).node;
  const report = sink.for(queueCodes);
  const stages = [view.settings.stage];
  const params = { size: batchSize.value, limit: ONE_REQUEST_MAX };
  const window = maximumBatchingWindow?.value ?? 0;
  if (fifo && maximumBatchingWindow !== null && window > 0) {
    report.report('NIM3043', { queue: name }, maximumBatchingWindow.span, { stages });
  }
  if (batchSize.value <= ONE_REQUEST_MAX) return;
  if (fifo) report.report('NIM3041', { ...params, queue: name }, batchSize.span, { stages });
  else if (window === 0) report.report('NIM3042', params, batchSize.span, { stages });
}

type MappingInput = {
  readonly id: string;
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly tags: { readonly [key: string]: string };
};

function mappingInput(trigger: PlannedResource<QueueTriggerNode>, view: PlanView): MappingInput {
  const { logicalId, node, sourceTag } = trigger;
  return {
    id: logicalId,
    queue: render(queueArn(queueOf(trigger, view))),
    function: view.functionStartedBy(node.id).logicalId,
    batchSize: node.batchSize.value,
    windowSeconds: node.maximumBatchingWindow?.value ?? 0,
    tags: tags(view.settings, sourceTag),
  };
}

const mapping = part({
  name: 'queue-trigger',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js')),
  build({ LambdaEventSourceMapping }, input: MappingInput, stack) {
    const made = new LambdaEventSourceMapping(stack, 'mapping', {
      eventSourceArn: input.queue,
      functionName: `\${${address('aws_lambda_function', input.function)}.arn}`,
      batchSize: input.batchSize,
      ...(input.windowSeconds === 0 ? {} : { maximumBatchingWindowInSeconds: input.windowSeconds }),
      functionResponseTypes: ['ReportBatchItemFailures'],
      tags: input.tags,
    });
    // AWS checks at once whether the role may poll the queue
    blockAfter(made, input.id, [address('aws_iam_role_policy', input.function)]);
  },
});
