// A queue with its dead letters, and the mapping that hands its items to a function: visibility timeouts, receive counts,
// batches and their windows, groups and deduplication of FIFO queues.
// docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
import { createHash, randomUUID } from 'node:crypto';
import type { BatchResult, SqsEvent, SqsRecord } from '../../../runtime/adapters/queue.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { QueueClient, QueueSendOptions } from '../../../runtime/kinds/queue.js';
import type { Chain } from '../activity.js';
import { running } from '../context.js';
import type { Section } from '../data/data-folder.js';
import type { LocalFunction } from '../function.js';
import { type Node, remember, type Surroundings } from './service.js';

const MOST_BYTES = 1_048_576;
const DEDUPLICATION_MS = 5 * 60_000;
/** XML cannot carry others: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const UNSENDABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly sent: number;
  readonly sequence: number;
  readonly group: string | null;
  readonly deduplicationId: string | null;
  readonly chain: Chain | null;
  received: number;
  firstReceived: number;
  /** Someone has it, until its time is over. */
  inFlight: boolean;
}

export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
}

export class LocalQueueService {
  /** What was sent: texts, and values that were sent as JSON. */
  readonly added: unknown[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** In the order in which they were sent. */
  private readonly messages = new Map<string, Message>();
  private readonly duplicates = new Map<string, number>();
  private sequence = 0;
  private scheduled = false;

  constructor(
    private node: Node,
    private readonly around: Surroundings,
    /** What keeps the messages; null: nothing does. */
    private readonly kept: Section | null = null,
  ) {
    const entries = [...(kept?.entries ?? [])];
    for (const [key, value] of entries) this.restore(key, value);
    const sent = entries.flatMap(([key, value]) => (key.startsWith('message ') ? [value as Message] : []));
    // What somebody had when the process ended is handed out again.
    for (const message of sent.sort((a, b) => a.sequence - b.sequence)) {
      this.messages.set(message.messageId, { ...message, chain: null, inFlight: false });
      this.sequence = message.sequence;
    }
  }

  /** Goes on with other settings. */
  update(node: Node): void {
    this.node = node;
    // There may be a consumer now.
    if (this.messages.size > 0) this.arrange();
  }

  get fifo(): boolean {
    return this.node.options['fifo'] === true;
  }

  private get maxReceiveCount(): number {
    return this.node.options['maxReceiveCount'] as number;
  }

  get id(): string {
    return this.node.name;
  }

  /** Items that wait, and those that somebody works on. */
  get size(): number {
    return this.messages.size;
  }

  /** What changes when its content does. */
  get revision(): string {
    let handedOut = 0;
    for (const { received, inFlight } of this.messages.values()) handedOut += received + (inFlight ? 0.5 : 0);
    return `${this.sequence} ${this.messages.size} ${this.deadLetters.length} ${handedOut}`;
  }

  get waiting(): readonly Pick<Message, 'messageId' | 'body' | 'received' | 'inFlight'>[] {
    return [...this.messages.values()];
  }

  /** How often a message is handed out before it is a dead letter. */
  get mostReceives(): number {
    return this.maxReceiveCount;
  }

  /** Sends the dead letters again. Gives how many there were. */
  async redrive(): Promise<number> {
    const dead = this.deadLetters.splice(0);
    // Sent before they are forgotten: a process that ends between the two may send one twice, and loses none.
    for (const { body } of dead) await this.send([body], [body], {});
    await this.forget(dead);
    return dead.length;
  }

  forgetDeadLetters(): Promise<void> {
    return this.forget(this.deadLetters.splice(0));
  }

  private async forget(dead: readonly DeadLetter[]): Promise<void> {
    for (const { messageId } of dead) this.kept?.set(`dead ${messageId}`, undefined);
    await this.kept?.durable();
  }

  client(): QueueClient {
    return {
      sendMessage: (text, options) => this.send([text], [text], options ?? {}),
      sendMessageAsJson: async (value, options) => {
        const text = toJson(value) ?? 'null';
        await this.send([text], [JSON.parse(text)], options ?? {});
      },
      sendMessages: async (messages, options) => {
        const texts = messages.map((it) => (typeof it === 'string' ? it : (toJson(it) ?? 'null')));
        const values = messages.map((it, at) => (typeof it === 'string' ? it : JSON.parse(texts[at] as string)));
        await this.send(texts, values, options ?? {});
      },
    };
  }

  private async send(texts: readonly string[], values: readonly unknown[], options: QueueSendOptions): Promise<void> {
    for (const [index, text] of texts.entries()) {
      this.check(text, options);
      const group = options.groupId ?? (this.fifo ? 'default' : null);
      const deduplicationId = options.deduplicationId ?? (this.fifo ? randomUUID() : null);
      if (this.fifo && this.isDuplicate(deduplicationId as string)) continue;
      remember(this.added, values[index], this.around.history);
      const message: Message = {
        messageId: randomUUID(),
        body: text,
        sent: this.around.activity.now(),
        sequence: ++this.sequence,
        group,
        deduplicationId,
        chain: running()?.chain ?? null,
        received: 0,
        firstReceived: 0,
        inFlight: false,
      };
      this.messages.set(message.messageId, message);
      this.keep(message);
    }
    this.arrange();
    await this.kept?.durable();
  }

  // --- what is kept

  private keep({ chain: _, inFlight: __, ...message }: Message): void {
    this.kept?.set(`message ${message.messageId}`, message);
  }

  private restore(key: string, value: unknown): void {
    if (key.startsWith('dead ')) this.deadLetters.push(value as DeadLetter);
    if (key.startsWith('duplicate ')) this.duplicates.set(key.slice('duplicate '.length), value as number);
  }

  /** Has delivered what was kept. */
  resume(): void {
    if (this.messages.size > 0) this.arrange();
  }

  private check(text: string, { groupId, deduplicationId }: QueueSendOptions): void {
    const refuse = (problem: string): never => {
      throw new NonRetryableException(`send to ${this.id}: ${problem}`);
    };
    if (typeof text !== 'string') refuse('a message must be a text');
    if (text === '') refuse('The request must contain the parameter MessageBody.');
    if (UNSENDABLE.test(text)) refuse('Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xFFFD');
    if (Buffer.byteLength(text) > MOST_BYTES)
      refuse(`One or more parameters are invalid. Reason: Message must be shorter than ${MOST_BYTES} bytes.`);
    for (const id of [groupId, deduplicationId])
      if (id !== undefined && !/^[!-~]{1,128}$/.test(id))
        refuse('a group and a deduplication id have 1 to 128 letters, digits and signs');
    if (!this.fifo && deduplicationId !== undefined)
      refuse('The request include parameter MessageDeduplicationId which is not valid for this queue type');
  }

  /** FIFO queues take one message of an id in five minutes. */
  private isDuplicate(id: string): boolean {
    const now = this.around.activity.now();
    const until = this.duplicates.get(id) ?? 0;
    if (until > now) return true;
    // In the order in which their time is over.
    for (const [old, end] of this.duplicates) {
      if (end > now) break;
      this.duplicates.delete(old);
      this.kept?.set(`duplicate ${old}`, undefined);
    }
    this.duplicates.set(id, now + DEDUPLICATION_MS);
    this.kept?.set(`duplicate ${id}`, now + DEDUPLICATION_MS);
    return false;
  }

  // --- delivery

  private consumer(): { readonly fn: LocalFunction; readonly trigger: Node } | null {
    for (const trigger of this.around.containedIn(this.node.id, 'queue-trigger')) {
      const [fn] = this.around.triggeredBy(trigger.id);
      if (fn !== undefined) return { fn, trigger };
    }
    return null;
  }

  /** Has what waits delivered, once the sender pauses; or when the batching window is over. */
  private arrange(): void {
    const consumer = this.consumer();
    if (consumer === null || this.scheduled) return;
    const { batchSize, maximumBatchingWindow: window } = consumer.trigger.options as Record<string, number>;
    const deliver = async (): Promise<void> => {
      this.scheduled = false;
      this.deliver(consumer.fn, batchSize as number);
    };
    if ((window ?? 0) > 0 && this.messages.size < (batchSize as number)) {
      this.around.activity.later((window as number) * 1000, async () => this.deliver(consumer.fn, batchSize as number));
      return;
    }
    this.scheduled = true;
    this.around.activity.soon(deliver);
  }

  private deliver(fn: LocalFunction, batchSize: number): void {
    for (const batch of this.receive(batchSize)) this.around.activity.start(() => this.process(fn, batch));
  }

  /** Messages that nobody has, as many together as one request gives; of a group only when nobody works on it. */
  private receive(most: number): readonly Message[][] {
    const busy = new Set<string | null>();
    if (this.fifo) for (const { inFlight, group } of this.messages.values()) if (inFlight) busy.add(group);
    const now = this.around.activity.now();
    const batches: Message[][] = [];
    let batch: Message[] = [];
    for (const message of this.messages.values()) {
      if (message.inFlight || busy.has(message.group)) continue;
      if (message.received >= this.maxReceiveCount) {
        this.giveUp(message);
        continue;
      }
      message.inFlight = true;
      if (++message.received === 1) message.firstReceived = now;
      this.keep(message);
      if (batch.push(message) === 1) batches.push(batch);
      if (batch.length < most) continue;
      if (this.fifo) for (const { group } of batch) busy.add(group);
      batch = [];
    }
    return batches;
  }

  private giveUp({ messageId, body }: Message): void {
    this.remove([messageId]);
    const dead = { messageId, body };
    this.deadLetters.push(dead);
    this.kept?.set(`dead ${messageId}`, dead);
  }

  private async process(fn: LocalFunction, batch: readonly Message[]): Promise<void> {
    const event: SqsEvent = { Records: batch.map((message) => this.record(message)) };
    let failed: ReadonlySet<string>;
    try {
      // A message that ends the process has been received all the same.
      await this.kept?.durable();
      const { batchItemFailures } = (await fn.invoke(event, `queue ${this.id}`, longest(batch))) as BatchResult;
      failed = new Set(batchItemFailures.map((it) => it.itemIdentifier));
    } catch (error) {
      this.around.activity.report(error);
      failed = new Set(batch.map((it) => it.messageId));
    }
    this.remove(batch.flatMap(({ messageId }) => (failed.has(messageId) ? [] : [messageId])));
    const back = batch.filter((it) => failed.has(it.messageId));
    if (back.length > 0)
      this.around.activity.later(this.visibilityMs(fn), async () => {
        for (const message of back) message.inFlight = false;
        this.arrangeNow(fn);
      });
    // Others of their groups may have waited for those that are done.
    if (this.fifo) this.arrangeNow(fn);
  }

  private arrangeNow(fn: LocalFunction): void {
    const batchSize = this.consumer()?.trigger.options['batchSize'];
    if (typeof batchSize === 'number') this.deliver(fn, batchSize);
  }

  /** What it is raised to for Lambda's sake: six times the function's timeout. */
  private visibilityMs(fn: LocalFunction): number {
    return Math.max(this.node.options['itemProcessingTimeout'] as number, 6 * fn.options.timeout) * 1000;
  }

  private remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.messages.delete(id);
      this.kept?.set(`message ${id}`, undefined);
    }
  }

  private record(message: Message): SqsRecord {
    const { messageId, body, sent, received, firstReceived, group, deduplicationId, sequence } = message;
    return {
      messageId,
      body,
      attributes: {
        ApproximateReceiveCount: String(received),
        SentTimestamp: String(sent),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(firstReceived),
        ...(group === null ? {} : { MessageGroupId: group }),
        ...(deduplicationId === null ? {} : { MessageDeduplicationId: deduplicationId }),
        ...(this.fifo ? { SequenceNumber: String(sequence).padStart(20, '0') } : {}),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:local:000000000000:${this.around.project}-${this.around.stage}-${this.id}${this.fifo ? '.fifo' : ''}`,
    };
  }
}

const longest = (batch: readonly Message[]): Chain | null =>
  batch.reduce<Chain | null>((most, { chain }) => ((chain?.length ?? 0) > (most?.length ?? 0) ? chain : most), null);
