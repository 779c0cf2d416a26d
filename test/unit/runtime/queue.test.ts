import { expect } from 'chai';
import { adapt, type BatchResult, type QueueSpec, type SqsRecord } from '../../../runtime/adapters/queue.js';
import { build, instance, object, string } from '../../../runtime/core/decode.js';
import { InvalidInputException } from '../../../runtime/core/errors.js';
import type { QueueEvent } from '../../../runtime/index.js';
import { captureErrors } from './capture-errors.js';

const record = (id: string, body: string, group?: string): SqsRecord => ({
  messageId: id,
  body,
  attributes: { ApproximateReceiveCount: '1', ...(group === undefined ? {} : { MessageGroupId: group }) },
  messageAttributes: { kind: { dataType: 'String', stringValue: 'test' } },
  md5OfBody: `md5 of ${id}`,
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:q${group === undefined ? '' : '.fifo'}`,
});

type Handle = (...args: never[]) => unknown;

const call = (handle: Handle, records: readonly SqsRecord[], spec: Partial<QueueSpec> = {}): Promise<BatchResult> =>
  adapt({ create: () => ({ handle }), method: 'handle', params: [{ body: 'any' }], batch: false, ...spec })(
    { Records: records },
    { awsRequestId: 'request-1' },
  );

const failed = async (result: Promise<BatchResult>): Promise<string[]> =>
  (await result).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

class Item {
  name = '';
}
const ITEM = { body: { o: {} }, read: build(instance(Item, object({ name: string }))) };

describe('the queue adapter', () => {
  const errors = captureErrors();

  describe('for methods that take one item', () => {
    it('calls it for each, one after the other, in order', async () => {
      const log: string[] = [];
      const handle = async (body: string) => {
        log.push(`begin ${body}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`end ${body}`);
      };
      const records = [record('1', '"a"'), record('2', '"b"')];
      expect(await call(handle, records)).to.deep.equal({ batchItemFailures: [] });
      expect(log).to.deep.equal(['begin a', 'end a', 'begin b', 'end b']);
      expect(errors()).to.deep.equal([]);
    });

    it('gives back what fails, and goes on with the others', async () => {
      const seen: number[] = [];
      const handle = (body: number) => {
        seen.push(body);
        if (body % 2 === 0) throw new Error(`no ${body}`);
      };
      const records = [1, 2, 3, 4].map((n) => record(`id-${n}`, `${n}`));
      expect(await failed(call(handle, records))).to.deep.equal(['id-2', 'id-4']);
      expect(seen).to.deep.equal([1, 2, 3, 4]);
      expect(errors().filter((it) => it instanceof Error)).to.have.length(2);
      expect(errors()).to.include('id-2:');
    });

    it('gives an event with all of its fields, and bodies as instances, in the order of the parameters', async () => {
      let received: unknown[] = [];
      const handle = (...args: unknown[]) => {
        received = args;
      };
      await call(handle, [record('1', '{"name":"a"}')], { params: ['event', ITEM] });
      const event: QueueEvent = {
        messageId: '1',
        body: '{"name":"a"}',
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: { kind: { dataType: 'String', stringValue: 'test' } },
        md5OfBody: 'md5 of 1',
        eventSource: 'aws:sqs',
        requestId: 'request-1',
      };
      expect(received[0]).to.deep.equal(event);
      expect(received[1])
        .to.be.instanceOf(Item)
        .and.to.deep.equal(Object.assign(new Item(), { name: 'a' }));
      await call(handle, [record('1', '{"name":"a"}')], { params: [ITEM, 'event'] });
      expect(received[1]).to.deep.equal(event);
    });

    it('does not call it for what is no JSON or does not fit, but gives that back', async () => {
      let calls = 0;
      const read = (): never => {
        throw new InvalidInputException([{ path: 'name', message: 'is no string' }]);
      };
      const handle = () => void calls++;
      expect(await failed(call(handle, [record('1', '{')]))).to.deep.equal(['1']);
      expect(await failed(call(handle, [record('2', '{}')], { params: [{ body: { o: {} }, read }] }))).to.deep.equal(['2']);
      expect(calls).to.equal(0);
      expect(await failed(call(handle, [record('3', '{')], { params: [] }))).to.deep.equal([]);
    });

    it('gives texts to a string as they are, also where it may be left out', async () => {
      const seen: unknown[] = [];
      const handle = (it: unknown) => void seen.push(it);
      await call(handle, [record('1', 'no JSON')], { params: [{ body: 'string' }] });
      await call(handle, [record('2', '"quoted"')], { params: [{ body: { opt: 'string' } }] });
      expect(seen).to.deep.equal(['no JSON', '"quoted"']);
    });

    it('gives a list to a method whose body is a list only when told so', async () => {
      const seen: unknown[] = [];
      const handle = (it: unknown) => void seen.push(it);
      await call(handle, [record('1', '[1,2]')], { params: [{ body: { a: 'number' } }] });
      expect(seen).to.deep.equal([[1, 2]]);
    });

    it('fails as a whole when the instance cannot be made', async () => {
      const create = () => {
        throw new Error('no instance');
      };
      const error = await call(() => {}, [record('1', '1')], { create }).catch((it: Error) => it);
      expect(error).to.be.instanceOf(Error).and.to.have.property('message', 'no instance');
    });
  });

  describe('for methods that take lists', () => {
    const batch = true;

    it('calls it once, with lists of the same length and order', async () => {
      const seen: unknown[][] = [];
      const handle = (...args: unknown[]) => void seen.push(args);
      const records = [record('1', '{"name":"a"}'), record('2', '{"name":"b"}')];
      const params = [ITEM, 'event'] as const;
      expect(await failed(call(handle, records, { params, batch }))).to.deep.equal([]);
      expect(seen).to.have.length(1);
      const [items, events] = seen[0] as [Item[], QueueEvent[]];
      expect(items.map((it) => it instanceof Item && it.name)).to.deep.equal(['a', 'b']);
      expect(events.map(({ messageId }) => messageId)).to.deep.equal(['1', '2']);
    });

    it('leaves out of all lists what does not fit', async () => {
      let seen: unknown[] = [];
      const handle = (...args: unknown[]) => void (seen = args);
      const records = [record('1', '1'), record('2', 'no'), record('3', '3')];
      const params = ['event', { body: { opt: 'number' } }] as const;
      expect(await failed(call(handle, records, { params, batch }))).to.deep.equal(['2']);
      expect((seen[0] as QueueEvent[]).map(({ messageId }) => messageId)).to.deep.equal(['1', '3']);
      expect(seen[1]).to.deep.equal([1, 3]);
    });

    it('does not call it when nothing is left, and gives everything back when it throws', async () => {
      const handle = () => {
        throw new Error('all');
      };
      const params = [{ body: { a: 'number' } }] as const;
      expect(await failed(call(handle, [record('1', 'no')], { params, batch }))).to.deep.equal(['1']);
      expect(errors().map(String).join()).to.not.include('all');
      expect(await failed(call(handle, [record('1', '1'), record('2', '2')], { params, batch }))).to.deep.equal(['1', '2']);
    });
  });

  describe('of a FIFO queue', () => {
    const records = ['a1', 'b1', 'a2', 'b2', 'a3'].map((id) => record(id, `"${id}"`, id[0]));

    it('tries nothing more of a group after a failure, and gives it back untried; other groups go on', async () => {
      const seen: string[] = [];
      const handle = (body: string) => {
        seen.push(body);
        if (body === 'a1') throw new Error('no');
      };
      expect(await failed(call(handle, records))).to.deep.equal(['a1', 'a2', 'a3']);
      expect(seen).to.deep.equal(['a1', 'b1', 'b2']);
    });

    it('keeps what follows something that does not fit out of the lists', async () => {
      let seen: unknown;
      const handle = (bodies: unknown) => void (seen = bodies);
      const damaged = records.map((it) => (it.messageId === 'a2' ? { ...it, body: 'no' } : it));
      const params = [{ body: { a: 'any' } }] as const;
      expect(await failed(call(handle, damaged, { params, batch: true }))).to.deep.equal(['a2', 'a3']);
      expect(seen).to.deep.equal(['a1', 'b1', 'b2']);
    });

    it('hands out what comes before it in its group, also when nothing else is left', async () => {
      let seen: unknown;
      const handle = (bodies: unknown) => void (seen = bodies);
      const two = [record('a1', '"a1"', 'a'), record('a2', 'no', 'a')];
      expect(await failed(call(handle, two, { params: [{ body: { a: 'any' } }], batch: true }))).to.deep.equal(['a2']);
      expect(seen).to.deep.equal(['a1']);
    });

    it('is told by its name: groups of other queues do not wait', async () => {
      const plain = records.map((it) => ({ ...it, eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:q' }));
      const handle = (body: string) => {
        if (body === 'a1') throw new Error('no');
      };
      expect(await failed(call(handle, plain))).to.deep.equal(['a1']);
    });
  });
});
