import {
  AttributeNotExists,
  BasicServerlessFunction,
  ClientBuilder,
  ComparisonOperator,
  ConditionBuilder,
  ConditionVariable,
  DocumentStoreServerlessFunction,
  type FileStorageEvent,
  FileStorageServerlessFunction,
  type NotificationEvent,
  NotificationServerlessFunction,
  type QueueEvent,
  QueueServerlessFunction,
  StoreConditionException,
  UsesDocumentStore,
} from 'nimbusc';
import { Files, Jobs, Line, Lists, Log, News, Ordered, type Part, Poison, Step, Thing } from './resources.js';

const logs = ClientBuilder.getDocumentStoreClient(Log);

/** Functions run at the same time: who comes second reads again what the first has written. */
export async function note(id: string, line: string): Promise<void> {
  for (;;) {
    const known = await logs.get(id);
    const lines = [...(known?.lines ?? []), line];
    const isSame =
      known === null
        ? new AttributeNotExists('id')
        : ConditionBuilder.ifComparison('count', ComparisonOperator.EQUAL, ConditionVariable.numeric(known.count)).build();
    try {
      return await logs.put(Object.assign(new Log(), { id, lines, count: lines.length }), isSame);
    } catch (error) {
      if (!(error instanceof StoreConditionException)) throw error;
    }
  }
}

interface Job {
  n: number;
  part?: Part;
}

export class Listeners {
  @QueueServerlessFunction({ queue: Jobs, batchSize: 10 })
  @UsesDocumentStore(Log)
  async job(job: Job, event: QueueEvent): Promise<void> {
    const { body, eventSource, attributes, messageAttributes, md5OfBody } = event;
    const received = attributes['ApproximateReceiveCount'];
    await note('job', JSON.stringify([job.n, job.part?.label(), body, eventSource, received, messageAttributes, md5OfBody]));
  }

  @QueueServerlessFunction({ queue: Line, batchSize: 10 })
  @UsesDocumentStore(Log)
  async line(texts: string[], events: QueueEvent[]): Promise<void> {
    for (const [i, text] of texts.entries()) await note(`line ${events[i]?.attributes['MessageGroupId']}`, text);
  }

  @QueueServerlessFunction({ queue: Poison, batchSize: 5 })
  @UsesDocumentStore(Log)
  async taste({ name }: { name: string }, event: QueueEvent): Promise<void> {
    await note(`tasted ${name}`, event.attributes['ApproximateReceiveCount'] ?? '');
    if (name === 'bad') throw new Error('poisoned');
  }

  @QueueServerlessFunction({ queue: Ordered, batchSize: 10 })
  @UsesDocumentStore(Log)
  async inOrder({ name }: { name: string }, event: QueueEvent): Promise<void> {
    const { ApproximateReceiveCount: times, MessageGroupId: group } = event.attributes;
    await note(`ordered ${group}`, name);
    if (name.startsWith('late') && times === '1') throw new Error('not yet');
    if (name === 'bad') throw new Error('never');
  }

  @QueueServerlessFunction({ queue: Lists, batchSize: 3 })
  @UsesDocumentStore(Log)
  async list(numbers: { n: number }[], events: QueueEvent[]): Promise<void> {
    await note(`list from ${numbers[0]?.n}`, `${numbers.map(({ n }) => n).join()} of ${events.length}`);
  }

  @DocumentStoreServerlessFunction({ dataModel: Step, method: 'MODIFY' })
  @UsesDocumentStore(Log)
  async stepped(_: Step, { id, n }: Step): Promise<void> {
    if (id === 'bad') throw new Error('never');
    const log = await logs.get(`step ${id}`);
    await note(`step ${id}`, `${n}`);
    if (n === 2 && !log?.lines.includes('2')) throw new Error('not yet');
  }

  @NotificationServerlessFunction({ notificationTopic: News })
  @UsesDocumentStore(Log)
  async news(text: string, event: NotificationEvent): Promise<void> {
    const { type, subject, message, timestamp, messageAttributes } = event;
    await note(
      `news ${text}`,
      JSON.stringify([text, type, subject ?? null, message, timestamp instanceof Date, messageAttributes]),
    );
  }

  @DocumentStoreServerlessFunction({ dataModel: Thing, method: 'INSERT' })
  @UsesDocumentStore(Log)
  async inserted(thing: Thing): Promise<void> {
    await note(`inserted ${thing.id}`, `${thing.number} ${thing instanceof Thing}`);
  }

  @DocumentStoreServerlessFunction({ dataModel: Thing, method: 'MODIFY' })
  @UsesDocumentStore(Log)
  async modified(before: Thing, after: Thing): Promise<void> {
    await note(`modified ${after.id}`, `${before.number} ${after.number}`);
  }

  @DocumentStoreServerlessFunction({ dataModel: Thing, method: 'REMOVE' })
  @UsesDocumentStore(Log)
  async removed(thing: Thing): Promise<void> {
    await note(`removed ${thing.id}`, `${thing.number}`);
  }

  @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: 'OBJECT_CREATED' })
  @UsesDocumentStore(Log)
  async created(event: FileStorageEvent): Promise<void> {
    await note(`created ${event.key}`, `${event.size}`);
  }

  @FileStorageServerlessFunction({ fileStorageBucket: Files, eventType: 'OBJECT_DELETED' })
  @UsesDocumentStore(Log)
  async deleted(event: FileStorageEvent): Promise<void> {
    await note(`deleted ${event.key}`, `${event.size}`);
  }

  @BasicServerlessFunction()
  double(given: { n: number; on?: Date; part?: Part }): { n: number; on: Date | undefined; label: string | undefined } {
    return { n: given.n * 2, on: given.on, label: given.part?.label() };
  }

  @BasicServerlessFunction()
  fail(what: string): void {
    if (what === 'range') throw new RangeError('too far');
    // biome-ignore lint/style/useThrowOnlyError: what Lambda makes of it
    if (what === 'text') throw 'just a text';
    throw Object.assign(new Error('own name'), { name: 'Own' });
  }
}
