// What transactions do, whatever the stores run on. They are used through `ClientBuilder`, as user code does.
import assert from 'node:assert/strict';
import { expect } from 'chai';
import {
  AttributeExists,
  AttributeNotExists,
  ClientBuilder,
  ComparisonOperator,
  ConditionBuilder,
  ConditionVariable,
  type WriteItemRequest,
} from '../../runtime/index.js';
import type { StoreBackend } from './store-contract.js';
import { Blob, ByBigint, Counter, Everything, stores } from './stores.js';

const { numeric } = ConditionVariable;
const atLeast = (field: string, least: number) =>
  ConditionBuilder.ifComparison(field, ComparisonOperator.GREATER_THAN_OR_EQUAL, numeric(least)).build();
const make = <T extends object>(Class: new () => T, fields: Partial<T>): T => Object.assign(new Class(), fields);

/** Errors are compared by name: a backend may be bundled with classes of its own. */
async function failsWith(name: string, action: Promise<unknown> | (() => unknown), message: string): Promise<void> {
  const error = await Promise.resolve()
    .then(() => (typeof action === 'function' ? action() : action))
    .then(
      () => assert.fail(`expected a ${name}`),
      (it: Error) => it,
    );
  expect(error.name, error.stack).to.equal(name);
  expect(error.message).to.include(message);
}

export function transactionContract(title: string, backend: StoreBackend): void {
  describe(title, function () {
    this.timeout(20_000);
    const transactions = ClientBuilder.getTransactionalClient();
    const documents = ClientBuilder.getDocumentStoreClient(Everything);
    const bigints = ClientBuilder.getDocumentStoreClient(ByBigint);
    const counters = ClientBuilder.getKeyValueStoreClient(Number, Counter);
    const blobs = ClientBuilder.getKeyValueStoreClient(Uint8Array, Blob);
    const write = (...requests: WriteItemRequest[]) => transactions.executeWriteTransaction(requests);

    before(() => backend.start(stores));
    after(() => backend.stop());
    beforeEach(async () => {
      for (const id of await documents.getAllKeys()) await documents.deleteKey(id);
      for (const key of await counters.getAllKeys()) await counters.delete(key);
    });
    const sizeOf = async (id: string) => (await documents.get(id))?.size;
    const countOf = async (key: number) => (await counters.get(key))?.count;

    it('write to several stores at once', async () => {
      await write(
        documents.getWriteItem(make(Everything, { id: 'a', size: 1, tags: new Set(['x']), date: new Date(5) })),
        counters.getWriteItem(1, make(Counter, { count: 10 })),
        blobs.getWriteItem(new Uint8Array([7]), make(Blob, { label: 'seven' })),
      );
      expect(await documents.get('a')).to.deep.include({ size: 1, tags: new Set(['x']), date: new Date(5) });
      expect(await countOf(1)).to.equal(10);
      expect(await blobs.get(new Uint8Array([7]))).to.deep.equal(make(Blob, { label: 'seven' }));
    });

    it('write nothing when one condition does not hold, wherever it is', async () => {
      await documents.put(make(Everything, { id: 'a', size: 5 }));
      await counters.put(1, make(Counter, { count: 5 }));
      const requests = [
        documents.getDecrementValueRequest('a', 'size', 3, atLeast('size', 3)),
        counters.getIncrementValueRequest(1, 'count', 3),
        counters.getWriteItem(2, make(Counter, {}), new AttributeNotExists('PrimaryKey')),
      ];
      const impossible = documents.getWriteItem(make(Everything, { id: 'b' }), new AttributeExists('id'));
      for (let at = 0; at <= requests.length; at++) {
        await failsWith(
          'StoreConditionException',
          write(...requests.toSpliced(at, 0, impossible)),
          `request ${at + 1}, of Everything`,
        );
        expect([await sizeOf('a'), await countOf(1), await countOf(2), await sizeOf('b')]).to.deep.equal([
          5,
          5,
          undefined,
          undefined,
        ]);
      }
      await write(...requests);
      expect([await sizeOf('a'), await countOf(1), await countOf(2)]).to.deep.equal([2, 8, 0]);
      await failsWith('StoreConditionException', write(...requests), 'request 1, of Everything');
    });

    it('increment and decrement numbers and bigints', async () => {
      await documents.put(make(Everything, { id: 'a', size: 0.5, total: 2n ** 70n }));
      await write(documents.getIncrementValueRequest('a', 'size', 2));
      await write(documents.getDecrementValueRequest('a', 'size', 0.25));
      expect(await sizeOf('a')).to.equal(2.25);
      await write(documents.getIncrementValueRequest('a', 'total'));
      expect((await documents.get('a'))!.total).to.equal(2n ** 70n + 1n);
      await write(documents.getDecrementValueRequest('a', 'total', 2n ** 70n));
      expect((await documents.get('a'))!.total).to.equal(1n);
      await write(documents.getIncrementValueRequest('a', 'total', -5));
      expect((await documents.get('a'))!.total).to.equal(-4n);
    });

    it('increment nothing that is not there', async () => {
      await failsWith('StoreConditionException', write(documents.getIncrementValueRequest('nobody', 'size', 1)), 'Everything');
      await failsWith('StoreConditionException', write(counters.getDecrementValueRequest(9, 'count', 1)), 'Counter');
      expect([await sizeOf('nobody'), await countOf(9)]).to.deep.equal([undefined, undefined]);
    });

    it('refuse to increment what is no number', async () => {
      const increment = (field: string, amount?: number | bigint) => () =>
        documents.getIncrementValueRequest('a', field as 'size', amount);
      await failsWith('NonRetryableException', increment('name'), 'Everything.name is not a number');
      await failsWith('NonRetryableException', increment('id'), 'Everything.id is the key');
      await failsWith('NonRetryableException', increment('cached'), 'no stored field "cached"');
      await failsWith('NonRetryableException', increment('size', Number.NaN), 'NaN cannot be added to Everything.size');
      await failsWith('NonRetryableException', increment('total', 0.5), '0.5 cannot be added to Everything.total');
    });

    it('delete by item and by key, with conditions', async () => {
      const item = make(Everything, { id: 'a', size: 1 });
      await documents.put(item);
      await documents.put(make(Everything, { id: 'b' }));
      await counters.put(1, make(Counter, { count: 1 }));
      await counters.put(2, make(Counter, {}));
      const removals = [
        documents.getDeleteItemRequest(item, atLeast('size', 1)),
        documents.getDeleteKeyItemRequest('b'),
        counters.getDeleteKeyItemRequest(1, atLeast('count', 1)),
        counters.getDeleteItemRequest(2),
      ];
      const kept = documents.getDeleteKeyItemRequest('c', new AttributeExists('id'));
      await failsWith('StoreConditionException', write(...removals, kept), 'request 5, of Everything');
      expect([(await documents.getAllKeys()).length, (await counters.getAllKeys()).length]).to.deep.equal([2, 2]);
      await write(...removals);
      expect([(await documents.getAllKeys()).length, (await counters.getAllKeys()).length]).to.deep.equal([0, 0]);
    });

    it('read items of several stores in the order of the requests, as instances, or null', async () => {
      const item = make(Everything, { id: 'a', size: 1, nickname: undefined, date: new Date(5), shapes: [] });
      await documents.put(item);
      await counters.put(1, make(Counter, { count: 7 }));
      const [counter, nobody, document] = await transactions.executeReadTransaction([
        counters.getReadItem(1),
        documents.getReadItem('nobody'),
        documents.getReadItem('a'),
      ]);
      assert.deepStrictEqual(counter, make(Counter, { count: 7 }));
      expect(nobody).to.equal(null);
      assert.deepStrictEqual(document, item);
      expect(document).to.be.instanceOf(Everything);
      // The type of each result is that of its request.
      expect([counter?.count.toFixed(), document?.date.getTime()]).to.deep.equal(['7', 5]);
    });

    it('of nothing do nothing', async () => {
      await write();
      expect(await transactions.executeReadTransaction([])).to.deep.equal([]);
    });

    it('have at most 100 requests', async () => {
      const requests = Array.from({ length: 101 }, (_, n) => counters.getWriteItem(n, make(Counter, { count: n })));
      await failsWith('NonRetryableException', write(...requests), 'at most 100 requests');
      expect(await counters.getAllKeys()).to.deep.equal([]);
      await write(...requests.slice(1));
      expect(await counters.getAllKeys()).to.have.length(100);
      const reads = Array.from({ length: 101 }, (_, n) => counters.getReadItem(n));
      await failsWith('NonRetryableException', transactions.executeReadTransaction(reads), 'this one has 101');
      expect((await transactions.executeReadTransaction(reads.slice(1))).at(-1)).to.deep.equal(make(Counter, { count: 100 }));
    });

    it('have one request for each item', async () => {
      await failsWith(
        'NonRetryableException',
        write(
          documents.getIncrementValueRequest('b', 'size'),
          documents.getIncrementValueRequest('a', 'size'),
          counters.getDeleteKeyItemRequest(1),
          documents.getDeleteKeyItemRequest('a'),
        ),
        'requests 2 and 4 of the transaction are for the same item of Everything',
      );
      const bytes = () => blobs.getReadItem(new Uint8Array([1, 2]));
      await failsWith('NonRetryableException', transactions.executeReadTransaction([bytes(), bytes()]), 'same item of Blob');
      await bigints.put(make(ByBigint, { key: 12n }));
      const [bigint, other] = await transactions.executeReadTransaction([bigints.getReadItem(12n), bigints.getReadItem(1n)]);
      expect([bigint?.key, other]).to.deep.equal([12n, null]);
    });

    it('are of one sort, and of requests', async () => {
      const read = documents.getReadItem('a') as never;
      await failsWith(
        'NonRetryableException',
        write(documents.getDeleteKeyItemRequest('a'), read),
        'request 2 of the write transaction is a request to read',
      );
      const foreign = transactions.executeReadTransaction([documents.get('a') as never]);
      await failsWith('NonRetryableException', foreign, 'request 1 of the read transaction is no request of a store');
      await failsWith('NonRetryableException', () => documents.getReadItem(1), 'must be of type string');
    });

    it('let one of two that disagree win', async () => {
      await counters.put(1, make(Counter, { count: 1 }));
      const take = () => write(counters.getDecrementValueRequest(1, 'count', 1, atLeast('count', 1)));
      const results = await Promise.allSettled(Array.from({ length: 5 }, take));
      expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      expect(await countOf(1)).to.equal(0);
    });
  });
}
