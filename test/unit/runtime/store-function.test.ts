import { expect } from 'chai';
import { register } from '../../../providers/aws/runtime/document-store-function.js';
import { adapt } from '../../../runtime/adapters/store-function.js';
import { registry } from '../../../runtime/core/binding.js';
import { classShape, type Fields } from '../../../runtime/core/entry.js';
import type { StoreEvent } from '../../../runtime/index.js';
import { captureErrors } from './capture-errors.js';

class Order {
  id = '';
  amount = 0;
  placed?: Date;
  data?: Uint8Array;
  parts?: Set<Uint8Array>;
  nested?: { bytes: Uint8Array }[];
  cached = 'initial';
  double(): number {
    return this.amount * 2;
  }
}
class Customer {
  name = '';
}

const shaped = (c: new () => object, n: string, f: Fields) => Object.assign(classShape(c, n), { f });
const orders = {
  table: 'NIMBUS_STORE_Order',
  columns: { id: 'id', amount: 'amt', placed: 'placed', data: 'data', parts: 'parts', nested: 'nested' },
  shape: shaped(Order, 'Order', {
    id: 'string',
    amount: 'number',
    placed: { opt: 'date' },
    data: { opt: 'bytes' },
    parts: { opt: { s: 'bytes' } },
    nested: { opt: { a: { o: { bytes: 'bytes' } } } },
    cached: 'string',
  }),
};
const customers = {
  table: 'NIMBUS_STORE_Customer',
  columns: { name: 'name' },
  shape: shaped(Customer, 'Customer', { name: 'string' }),
};

type Image = Record<string, object>;
const record = (eventName: string, id: string, images: { OldImage?: Image; NewImage?: Image }, table = 'Orderdev') => ({
  eventID: `event-${id}`,
  eventName,
  eventSourceARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2024-01-01T00:00:00.000`,
  dynamodb: { SequenceNumber: id, ...images },
});
const oldImage = { id: { S: 'a' }, amt: { N: '1' } };
const newImage = { id: { S: 'a' }, amt: { N: '2' }, placed: { S: '2024-01-01T00:00:00.000Z' } };
const insert = (id: string) => record('INSERT', id, { NewImage: newImage });

type Handle = (...args: never[]) => unknown;
const item = { body: 'any' } as const;

describe('the adapter of store functions', () => {
  const errors = captureErrors();
  beforeEach(() => {
    registry().clients.delete('store-function');
    register(null, orders);
  });
  after(() => void registry().clients.delete('store-function'));

  const call = (handle: Handle, params: ('event' | typeof item)[], ...Records: object[]) =>
    adapt({ create: () => ({ handle }), method: 'handle', params })({ Records }, { awsRequestId: 'request-1' });

  /** The arguments that a method gets for one record. */
  async function given(params: ('event' | typeof item)[], change: object): Promise<unknown[]> {
    let seen: unknown[] = [];
    const answer = await call((...args: never[]) => (seen = args), params, change);
    expect(answer).to.deep.equal({ batchItemFailures: [] });
    return seen;
  }

  it('gives items as instances of the class, their columns as its fields', async () => {
    const [order] = (await given([item], insert('1'))) as [Order];
    expect(order).to.be.instanceOf(Order);
    expect(order).to.deep.equal(
      Object.assign(new Order(), {
        id: 'a',
        amount: 2,
        placed: new Date('2024-01-01'),
        data: undefined,
        parts: undefined,
        nested: undefined,
      }),
    );
    expect(order.double()).to.equal(4);
  });

  it('reads bytes, which come as base64, at any depth', async () => {
    const NewImage = {
      ...newImage,
      data: { B: 'AAH/' },
      parts: { BS: ['AQ==', 'Ag=='] },
      nested: { L: [{ M: { bytes: { B: 'Aw==' } } }] },
    };
    const [order] = (await given([item], record('INSERT', '1', { NewImage }))) as [Order];
    expect(order.data).to.deep.equal(new Uint8Array([0, 1, 255]));
    expect(order.parts).to.deep.equal(new Set([new Uint8Array([1]), new Uint8Array([2])]));
    expect(order.nested).to.deep.equal([{ bytes: new Uint8Array([3]) }]);
  });

  it('gives INSERT the new item and REMOVE the old one, with the event at any place', async () => {
    const event = (eventName: string): StoreEvent => ({
      eventName: eventName as 'INSERT',
      eventId: 'event-1',
      requestId: 'request-1',
    });
    const amounts = (args: unknown[]) => args.map((arg) => (arg instanceof Order ? arg.amount : arg));
    const removal = record('REMOVE', '1', { OldImage: oldImage });
    expect(amounts(await given([item, 'event'], insert('1')))).to.deep.equal([2, event('INSERT')]);
    expect(amounts(await given(['event', item], insert('1')))).to.deep.equal([event('INSERT'), 2]);
    expect(amounts(await given(['event', item], removal))).to.deep.equal([event('REMOVE'), 1]);
    expect(amounts(await given(['event'], removal))).to.deep.equal([event('REMOVE')]);
    expect(amounts(await given([], removal))).to.deep.equal([]);
  });

  it('gives MODIFY no item, the new one, or the old and the new one', async () => {
    const change = record('MODIFY', '1', { OldImage: oldImage, NewImage: newImage });
    const amounts = async (...params: ('event' | typeof item)[]) =>
      (await given(params, change)).map((arg) => (arg instanceof Order ? arg.amount : (arg as StoreEvent).eventName));
    expect(await amounts()).to.deep.equal([]);
    expect(await amounts('event')).to.deep.equal(['MODIFY']);
    expect(await amounts(item)).to.deep.equal([2]);
    expect(await amounts(item, 'event')).to.deep.equal([2, 'MODIFY']);
    expect(await amounts(item, item, 'event')).to.deep.equal([1, 2, 'MODIFY']);
  });

  it('tells stores apart by their tables', async () => {
    register(null, customers);
    process.env['NIMBUS_STORE_Order'] = 'Orderdev';
    process.env['NIMBUS_STORE_Customer'] = 'Customerdev';
    try {
      const ofCustomer = record('INSERT', '1', { NewImage: { name: { S: 'bob' } } }, 'Customerdev');
      expect(await given([item], ofCustomer)).to.deep.equal([Object.assign(new Customer(), { name: 'bob' })]);
      expect((await given([item], insert('1')))[0]).to.be.instanceOf(Order);
    } finally {
      delete process.env['NIMBUS_STORE_Order'];
      delete process.env['NIMBUS_STORE_Customer'];
    }
  });

  it('handles the changes of a batch in their order, one after the other', async () => {
    const seen: string[] = [];
    const handle = async (event: StoreEvent) => {
      seen.push(`begin ${event.eventId}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(`end ${event.eventId}`);
    };
    await call(handle, ['event'], insert('1'), insert('2'));
    expect(seen).to.deep.equal(['begin event-1', 'end event-1', 'begin event-2', 'end event-2']);
  });

  it('ends the batch at a change that fails, reports it, and keeps what was done before', async () => {
    const seen: string[] = [];
    const handle = (event: StoreEvent) => {
      seen.push(event.eventId);
      if (event.eventId === 'event-2') throw new Error('no');
    };
    expect(await call(handle, ['event'], insert('1'), insert('2'), insert('3'))).to.deep.equal({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(seen).to.deep.equal(['event-1', 'event-2']);
    expect(errors().map((it) => (it as Error).message)).to.deep.equal(['no']);
  });

  it('fails itself when the first change fails, so that the batch is halved', async () => {
    const failure = await call(async () => Promise.reject(new Error('no')), ['event'], insert('1'), insert('2')).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.equal('no');
  });

  it('fails when the instance cannot be made', async () => {
    const create = (): object => {
      throw new Error('not made');
    };
    const handler = adapt({ create, method: 'handle', params: [] });
    const failure = await handler({ Records: [insert('1')] }, { awsRequestId: '' }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.equal('not made');
  });
});
