// The client that sends to a queue, on SQS.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bind } from '../../../runtime/core/binding.js';
import { NonRetryableException, RetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { QueueClient, QueueSendOptions } from '../../../runtime/kinds/queue.js';
import { mapError } from './errors.js';
import { createClient } from './sdk/sqs.js';

export interface QueueClientData {
  readonly id: string;
  /** The environment variable that holds the queue's URL. */
  readonly url: string;
  readonly fifo: boolean;
}

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH_MAX = 10;
/** The limit that SQS had for long, and other implementations have; a larger message goes alone. */
const BATCH_MAX_BYTES = 262_144;
/** Of messages that SQS takes out of a batch for reasons of its own, which the SDK does not retry. */
const ATTEMPTS = 3;
const PAUSE_MS = 100;

let client: ReturnType<typeof createClient> | undefined;
const sqs = (): ReturnType<typeof createClient> => (client ??= createClient());

/** @param target the queue's class, where there is one; its id leads to the same client */
export function register(target: object | null, data: QueueClientData): void {
  const { id, url, fifo } = data;
  // Lambda initialises a function with a whole processor, and calls it with a share of one.
  if (process.env['AWS_LAMBDA_FUNCTION_NAME']) sqs();
  const message = (body: string, { groupId, deduplicationId }: QueueSendOptions) => ({
    MessageBody: body,
    ...(fifo
      ? { MessageGroupId: groupId ?? 'default', MessageDeduplicationId: deduplicationId ?? randomUUID() }
      : {
          ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
          ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
        }),
  });
  const call = async <T>(send: (queue: { QueueUrl: string }) => Promise<T>): Promise<T> => {
    const QueueUrl = process.env[url];
    if (!QueueUrl) throw new NonRetryableException(`the environment variable ${url} is not set`);
    try {
      return await send({ QueueUrl });
    } catch (error) {
      throw mapError(error, `send to ${id}`);
    }
  };
  const send = async (body: string, options: QueueSendOptions = {}): Promise<void> => {
    await call((queue) => sqs().send({ ...queue, ...message(body, options) }));
  };
  const sendBatch = async (bodies: readonly string[], options: QueueSendOptions): Promise<void> => {
    let entries = bodies.map((body, at) => ({ Id: String(at), ...message(body, options) }));
    for (let attempt = 1; ; attempt++) {
      const { Failed: failed = [] } = await call((queue) => sqs().sendBatch({ ...queue, Entries: entries }));
      const [first] = failed;
      if (!first) return;
      const hopeless = failed.find((it) => it.SenderFault);
      if (hopeless || attempt === ATTEMPTS) {
        const { Code: code = '', Message: why = '' } = hopeless ?? first;
        const Failure = hopeless ? NonRetryableException : RetryableException;
        throw new Failure(`send to ${id}: ${failed.length} of ${bodies.length} messages were refused: ${why || code}`);
      }
      entries = entries.filter((entry) => failed.some((it) => it.Id === entry.Id));
      await sleep(PAUSE_MS * 2 ** attempt);
    }
  };
  const bound: QueueClient = {
    sendMessage: send,
    sendMessageAsJson: async (value, options) => send(toJson(value) ?? 'null', options),
    async sendMessages(messages, options = {}) {
      const bodies = messages.map((it) => (typeof it === 'string' ? it : (toJson(it) ?? 'null')));
      // One after the other, so that their order holds.
      for (const batch of batches(bodies)) await sendBatch(batch, options);
    },
  };
  if (target) bind('queue', target, bound);
  bind('queue', id, bound);
}

/** As many as fit into a request, in order. */
function batches(bodies: readonly string[]): string[][] {
  const all: string[][] = [];
  let room = 0;
  for (const body of bodies) {
    const bytes = Buffer.byteLength(body);
    let last = all.at(-1);
    if (!last || last.length === BATCH_MAX || bytes > room) {
      all.push((last = []));
      room = BATCH_MAX_BYTES;
    }
    last.push(body);
    room -= bytes;
  }
  return all;
}
