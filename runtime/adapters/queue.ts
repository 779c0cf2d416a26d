// A @QueueServerlessFunction method as a Lambda function behind an event source mapping of SQS that takes partial failures:
// records in, the ids of the failed ones out. Those go back to the queue, and after enough attempts to its dead letters.
import { parseJson } from '../core/json.js';
import { required } from '../core/shape.js';
import type { QueueEvent, QueueMessageAttribute } from '../kinds/queue.js';
import { type BodyParam, type HandlerSpec, instanceOf, type Methods } from './handler.js';

export interface QueueSpec extends HandlerSpec {
  /** The method takes lists, and is called once for the batch. Its parameters describe one item each. */
  readonly batch: boolean;
}

/** The part of Lambda's event that is used. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, QueueMessageAttribute>>;
  readonly md5OfBody: string;
  readonly eventSource: string;
  /** Names of FIFO queues, and of no others, end in `.fifo`. */
  readonly eventSourceARN: string;
}

export interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Item {
  readonly record: SqsRecord;
  readonly args: readonly unknown[];
}

/** What fails before any item is looked at, such as making the instance, fails the whole invocation. */
export function adapt(spec: QueueSpec): (event: SqsEvent, context: { awsRequestId: string }) => Promise<BatchResult> {
  const instance = instanceOf(spec.create);
  return async ({ Records: records }, { awsRequestId }) => {
    const methods = await instance();
    const failures = new Failures();
    const items: Item[] = [];
    for (const record of records) {
      if (failures.waits(record)) failures.add([record]);
      else
        await failures.guard([record], async () => {
          const args = spec.params.map((param) => (param === 'event' ? queueEvent(record, awsRequestId) : bodyOf(param, record)));
          if (spec.batch) items.push({ record, args });
          else await methods[spec.method]!(...args);
        });
    }
    if (items.length > 0) await callOnce(spec, methods, items, failures);
    return { batchItemFailures: records.filter((it) => failures.has(it)).map((it) => ({ itemIdentifier: it.messageId })) };
  };
}

/** Lists of equal length and order, one for each parameter. */
async function callOnce(spec: QueueSpec, methods: Methods, items: readonly Item[], failures: Failures): Promise<void> {
  const lists = spec.params.map((_, at) => items.map(({ args }) => args[at]));
  await failures.guard(
    items.map(({ record }) => record),
    async () => void (await methods[spec.method]!(...lists)),
  );
}

class Failures {
  private readonly records = new Set<SqsRecord>();
  /** Groups of FIFO queues in which an item has failed: what follows there has to wait for it. */
  private readonly groups = new Set<string>();

  has(record: SqsRecord): boolean {
    return this.records.has(record);
  }

  /** Does the work for records; what it throws is logged, and fails them. */
  async guard(records: readonly SqsRecord[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      console.error(`${records.map((it) => it.messageId).join(', ')}:`, error);
      this.add(records);
    }
  }

  waits(record: SqsRecord): boolean {
    const group = groupOf(record);
    return group !== undefined && this.groups.has(group);
  }

  add(records: readonly SqsRecord[]): void {
    for (const record of records) {
      this.records.add(record);
      const group = groupOf(record);
      if (group !== undefined) this.groups.add(group);
    }
  }
}

/** In other queues groups are a matter of fairness and not of order. One function may listen to queues of both sorts. */
const groupOf = ({ eventSourceARN, attributes }: SqsRecord): string | undefined =>
  eventSourceARN.endsWith('.fifo') ? attributes['MessageGroupId'] : undefined;

function bodyOf({ body, read }: BodyParam, record: SqsRecord): unknown {
  const shape = required(body);
  const value = shape === 'string' ? record.body : parseJson(record.body);
  return read ? read(shape, value) : value;
}

const queueEvent = (record: SqsRecord, requestId: string): QueueEvent => ({
  messageId: record.messageId,
  body: record.body,
  attributes: record.attributes,
  messageAttributes: record.messageAttributes,
  md5OfBody: record.md5OfBody,
  eventSource: record.eventSource,
  requestId,
});
