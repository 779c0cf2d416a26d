/** Queues in AWS: an SQS queue, and another one for the items that keep failing. */
import type { DiagnosticSink } from '../../../compiler/diagnostics/diagnostic.js';
import type { PlannedFunction, PlannedResource, StageSettings } from '../../../compiler/ir/stage-plan.js';
import { DEFAULT_PROCESSING_SECONDS, type QueueNode, type QueueTriggerNode } from '../../../compiler/kinds/queue.js';
import { nameCodes } from '../codes/names.js';
import { queueCodes } from '../codes/queues.js';
import { address, isProtected, tags } from '../handles.js';
import { fragment, type KindLowering, part } from '../lowering.js';
import { fitName } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, ref, type Template } from '../template.js';
import { escapeTemplate } from '../text.js';

export const QUEUE = 'aws_sqs_queue';
const FIFO = '.fifo';
const DEAD_LETTERS = '-dlq';
/** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html; `.fifo` counts. */
const nameRule = { what: 'SQS queue', min: 1, max: 80 };
/** SQS's longest: time to look at what failed. */
const DEAD_LETTERS_KEPT_SECONDS = 1_209_600;
/** docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const TIMEOUTS_PER_ATTEMPT = 6;

export const queue: KindLowering<QueueNode> = {
  actions: { send: [{ actions: ['sqs:SendMessage'], on: 'queue' }] },
  nameRule,
  hasClient: true,
  address: () => QUEUE,
  names: (node, { settings: { project, stage } }) => ({
    logicalId: queueId(node.name),
    // too long a name is reported and not cut: a queue that holds data should be called what its owner decided
    physicalName: `${project}-${stage}-${node.name}${node.fifo ? FIFO : ''}`,
  }),
  arn: (planned) => queueArn(planned),
  attribute({ logicalId, physicalName }, attribute) {
    if (attribute !== 'url') throw new Error(`a queue has no attribute ${attribute}`);
    const longest = 'https://sqs.ap-southeast-99.amazonaws.com.cn/123456789012/'.length + (physicalName ?? '').length;
    return [ref(`${address(QUEUE, logicalId)}.url`, longest)];
  },
  check(planned, view, sink) {
    checkDeadLetters(planned, view, sink);
    checkVisibility(planned, view, sink);
  },
  fragments: (planned, view) => {
    const { logicalId } = planned;
    return [fragment(queuePart, queueInput(planned, view), [address(QUEUE, logicalId), address(QUEUE, deadLetterId(logicalId))])];
  },
};

export function queueArn({ logicalId, physicalName }: PlannedResource<QueueNode>): Template {
  return [ref(`${address(QUEUE, logicalId)}.arn`, arnLength('sqs', physicalName ?? ''))];
}

/** Terraform names begin with a letter or `_`. */
function queueId(id: string): string {
  return /^[A-Za-z_]/.test(id) ? id : `_${id}`;
}

const deadLetterId = (logicalId: string): string => `${logicalId}${DEAD_LETTERS}`;

/** Dead letters go with their queue, so that a name which does not fit may end in a hash. */
function deadLetterName({ node, physicalName }: PlannedResource<QueueNode>): string {
  const end = node.fifo ? FIFO : '';
  const name = `${(physicalName ?? '').slice(0, -end.length || undefined)}${DEAD_LETTERS}`;
  return `${fitName(name, { clean: /^/, allowed: /^/, max: nameRule.max - end.length })}${end}`;
}

// --- how long an item is invisible while somebody works on it

interface Listener {
  readonly fn: PlannedFunction;
  readonly windowSeconds: number;
  readonly needsSeconds: number;
}

/** The one that takes longest. */
function slowestListener(planned: PlannedResource<QueueNode>, view: PlanView): Listener | null {
  const listeners = (view.contentsOf(planned.node.id) as readonly PlannedResource<QueueTriggerNode>[]).map(({ node }) => {
    const fn = view.functionStartedBy(node.id);
    const windowSeconds = node.maximumBatchingWindow?.value ?? 0;
    return { fn, windowSeconds, needsSeconds: TIMEOUTS_PER_ATTEMPT * fn.node.timeoutSeconds + windowSeconds };
  });
  return listeners.reduce<Listener | null>(
    (slowest, one) => (one.needsSeconds > (slowest?.needsSeconds ?? 0) ? one : slowest),
    null,
  );
}

function visibilitySeconds(planned: PlannedResource<QueueNode>, view: PlanView): number {
  const asked = planned.node.itemProcessingTimeout?.value ?? DEFAULT_PROCESSING_SECONDS;
  return Math.max(asked, slowestListener(planned, view)?.needsSeconds ?? 0);
}

function checkVisibility(planned: PlannedResource<QueueNode>, view: PlanView, sink: DiagnosticSink): void {
  const { name, itemProcessingTimeout: given } = planned.node;
  const slowest = slowestListener(planned, view);
  if (given === null || slowest === null || given.value >= slowest.needsSeconds) return;
  const { fn, windowSeconds, needsSeconds } = slowest;
  const params = { queue: name, given: given.value, raised: needsSeconds, fn: fn.node.name };
  sink.for(queueCodes).report('NIM3040', { ...params, timeout: fn.node.timeoutSeconds, window: windowSeconds }, given.span, {
    related: [{ span: fn.node.source, text: `${fn.node.name} listens here` }],
    stages: [view.settings.stage],
  });
}

// --- the queue and its dead letters

/** Another queue may be called what this one's dead letters are. */
function checkDeadLetters(planned: PlannedResource<QueueNode>, view: PlanView, sink: DiagnosticSink): void {
  const name = deadLetterName(planned);
  const id = deadLetterId(planned.logicalId);
  const other = view.resources.find((it) => it.node.kind === 'queue' && (it.physicalName === name || it.logicalId === id));
  if (other === undefined) return;
  const params = { what: nameRule.what, name, first: `the dead-letter queue of ${planned.node.name}`, second: other.node.name };
  sink.for(nameCodes).report('NIM3002', params, other.node.source, {
    related: [{ span: planned.node.source, text: `${planned.node.name} is here` }],
    stages: [view.settings.stage],
  });
}

type QueueInput = {
  readonly id: string;
  readonly name: string;
  readonly deadLetters: string;
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  readonly protected: boolean;
  readonly tags: { readonly [key: string]: string };
};

function queueInput(planned: PlannedResource<QueueNode>, view: PlanView): QueueInput {
  const settings: StageSettings = view.settings;
  return {
    id: planned.logicalId,
    name: escapeTemplate(planned.physicalName ?? ''),
    deadLetters: escapeTemplate(deadLetterName(planned)),
    fifo: planned.node.fifo,
    visibilitySeconds: visibilitySeconds(planned, view),
    maxReceiveCount: planned.node.maxReceiveCount,
    protected: isProtected(settings, address(QUEUE, planned.logicalId)),
    tags: tags(settings, planned.sourceTag),
  };
}

const queuePart = part({
  name: 'sqs-queue',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/sqs-queue/index.js')),
  build({ SqsQueue }, input: QueueInput, stack) {
    const common = {
      sqsManagedSseEnabled: true,
      // AWS refuses `false`: it is said or left out
      ...(input.fifo ? { fifoQueue: true } : {}),
      ...(input.protected ? { lifecycle: { preventDestroy: true } } : {}),
      tags: input.tags,
    };
    const deadLetters = new SqsQueue(stack, 'dead-letters', {
      ...common,
      name: input.deadLetters,
      messageRetentionSeconds: DEAD_LETTERS_KEPT_SECONDS,
    });
    block(deadLetters, deadLetterId(input.id));
    const made = new SqsQueue(stack, 'queue', {
      ...common,
      name: input.name,
      visibilityTimeoutSeconds: input.visibilitySeconds,
      // for senders that give no id; the client of nimbusc gives each message its own
      ...(input.fifo ? { contentBasedDeduplication: true } : {}),
      redrivePolicy: `\${jsonencode({"deadLetterTargetArn" = ${address(QUEUE, deadLetterId(input.id))}.arn, "maxReceiveCount" = ${input.maxReceiveCount}})}`,
    });
    block(made, input.id);
  },
});
