// What a store's client does, whatever it runs on: one suite for DynamoDB (an in-process emulation, an AWS emulator, the
// packed SDK) and for the local cloud. It uses the stores through `ClientBuilder`, as user code does.
import assert from 'node:assert/strict';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  AttributeExists,
  AttributeNotExists,
  ClientBuilder,
  ComparisonOperator,
  type Condition,
  ConditionBuilder,
  ConditionVariable,
} from '../../runtime/index.js';
import {
  Address,
  Blob,
  ByBigint,
  ByBytes,
  ByDate,
  ByNumber,
  Circle,
  Counter,
  Everything,
  Page,
  Session,
  Square,
  type StoreDefinition,
  stores,
} from './stores.js';

export interface StoreBackend {
  /** Makes empty stores and registers their clients. */
  start(stores: readonly StoreDefinition[]): Promise<void>;
  stop(): Promise<void>;
}

const { string, numeric, booleanValue, column, obj } = ConditionVariable;
const is = (field: string, operator: ComparisonOperator, value: ConditionVariable): Condition =>
  ConditionBuilder.ifComparison(field, operator, value).build();

const make = <T extends object>(Class: new () => T, fields: Partial<T>): T => Object.assign(new Class(), fields);

/** Errors are compared by name: a backend may be bundled with classes of its own. */
async function failsWith(name: string, action: Promise<unknown>, message = ''): Promise<void> {
  const error = await action.then(
    () => assert.fail(`expected a ${name}`),
    (it: Error) => it,
  );
  expect(error.name, error.stack).to.equal(name);
  expect(error.message).to.include(message);
}

/** `exact`: the database counts bytes of UTF-8 and levels, as AWS does. Otherwise only ASCII is near its limits. */
export function storeContract(title: string, backend: StoreBackend, { exact = true }: { readonly exact?: boolean } = {}): void {
  describe(title, function () {
    this.timeout(20_000);
    before(() => backend.start(stores));
    after(() => backend.stop());

    describe('a document store', () => {
      const client = ClientBuilder.getDocumentStoreClient(Everything);
      const idsOf = async (condition: Condition): Promise<string[]> =>
        (await client.filter(condition)).map(({ id }) => id).sort();
      beforeEach(async () => {
        for (const id of await client.getAllKeys()) await client.deleteKey(id);
      });

      const full = (): Everything =>
        make(Everything, {
          id: 'full',
          name: 'Ünïcode 🎈 "quoted"',
          size: -1.5e-7,
          active: true,
          total: 12345678901234567890123456789012345678n,
          date: new Date('2024-02-29T12:34:56.789Z'),
          data: new Uint8Array([0, 1, 255]),
          note: '',
          nickname: 'nick',
          list: ['b', 'a', ''],
          pair: [1, new Date(5)],
          tags: new Set(['x', 'y']),
          numbers: new Set([1, 2.5]),
          moments: new Set([new Date(1), new Date(2)]),
          scores: new Map([['a', 1]]),
          byNumber: new Map([[7, new Date(7)]]),
          record: { big: 2n ** 64n },
          address: make(Address, { street: 'Main', since: new Date(9) }),
          shapes: [make(Circle, { radius: 1 }), make(Square, { side: 2n })],
          when: new Date(3),
          anything: { deep: [new Map([[1n, new Set([new Date(4)])]]), undefined, null], $nimbus: 1, '': 2 },
        });

      it('gives null for what is not there', async () => {
        expect(await client.get('nobody')).to.equal(null);
      });

      it('gives back what was put, of the same types', async () => {
        await client.put(full());
        const read = await client.get('full');
        assert.deepStrictEqual(read, full());
        expect(read!.address!.line()).to.equal('Main, since 1970');
      });

      it('gives back an item with nothing but initial values', async () => {
        const item = make(Everything, { id: 'bare' });
        await client.put(item);
        assert.deepStrictEqual(await client.get('bare'), make(Everything, { id: 'bare', nickname: undefined }));
      });

      it('takes an object that is no instance, and gives an instance', async () => {
        await client.put({ ...full(), id: 'plain' });
        assert.deepStrictEqual(await client.get('plain'), make(Everything, { ...full(), id: 'plain' }));
      });

      it('does not store fields without @Attribute', async () => {
        await client.put(make(Everything, { id: 'a', cached: 'changed' }));
        expect((await client.get('a'))!.cached).to.equal('initial');
      });

      it('drops undefined, and keeps null and the empty string', async () => {
        await client.put(make(Everything, { id: 'a', nickname: undefined, note: null, name: '' }));
        expect(await client.get('a')).to.deep.include({ nickname: undefined, note: null, name: '' });
      });

      it('writes over an item as a whole', async () => {
        await client.put(make(Everything, { id: 'a', nickname: 'old', size: 1 }));
        await client.put(make(Everything, { id: 'a', size: 2 }));
        const read = await client.get('a');
        expect(read).to.deep.include({ size: 2 });
        expect(read!.nickname).to.equal(undefined);
      });

      it('deletes by object and by key, and what is not there', async () => {
        await client.put(make(Everything, { id: 'a' }));
        await client.put(make(Everything, { id: 'b' }));
        await client.delete(make(Everything, { id: 'a', name: 'other' }));
        await client.deleteKey('b');
        await client.deleteKey('b');
        expect(await client.getAll()).to.deep.equal([]);
      });

      it('lists items and keys', async () => {
        for (const id of ['a', 'b', 'c']) await client.put(make(Everything, { id }));
        expect((await client.getAllKeys<string>()).sort()).to.deep.equal(['a', 'b', 'c']);
        const items = await client.getAll();
        expect(items.map((it) => it.id).sort()).to.deep.equal(['a', 'b', 'c']);
        for (const item of items) expect(item).to.be.instanceOf(Everything);
      });

      it('writes with a condition that holds, and not with one that does not', async () => {
        const absent = new AttributeNotExists('id');
        await client.put(make(Everything, { id: 'a', size: 1 }), absent);
        await failsWith('StoreConditionException', client.put(make(Everything, { id: 'a', size: 2 }), absent), 'Everything');
        expect((await client.get('a'))!.size).to.equal(1);
        await client.put(make(Everything, { id: 'a', size: 3 }), is('size', '=', numeric(1)));
        expect((await client.get('a'))!.size).to.equal(3);
      });

      it('deletes with a condition', async () => {
        const item = make(Everything, { id: 'a', active: true });
        await client.put(item);
        await failsWith('StoreConditionException', client.delete(item, is('active', '=', booleanValue(false))));
        await failsWith('StoreConditionException', client.deleteKey('a', new AttributeExists('nickname')));
        expect(await client.get('a')).not.to.equal(null);
        await client.deleteKey('a', is('active', '=', booleanValue(true)));
        expect(await client.get('a')).to.equal(null);
      });

      it('lets one of many writers win', async () => {
        const attempts = Array.from({ length: 8 }, (_, size) =>
          client.put(make(Everything, { id: 'race', size }), new AttributeNotExists('id')).then(
            () => size,
            () => undefined,
          ),
        );
        const winners = (await Promise.all(attempts)).filter((it) => it !== undefined);
        expect(winners).to.have.length(1);
        expect((await client.get('race'))!.size).to.equal(winners[0]);
      });

      describe('filters', () => {
        beforeEach(async () => {
          for (let size = 1; size <= 4; size++)
            await client.put(
              make(Everything, {
                id: `${size}`,
                size,
                name: size % 2 ? 'odd' : 'even',
                total: BigInt(size * size),
                date: new Date(size),
                when: new Date(size),
                data: new Uint8Array([size]),
                ...(size > 2 && { nickname: `n${size}` }),
              }),
            );
        });

        it('by every operator', async () => {
          expect(await idsOf(is('size', ComparisonOperator.EQUAL, numeric(2)))).to.deep.equal(['2']);
          expect(await idsOf(is('size', ComparisonOperator.NOT_EQUAL, numeric(2)))).to.deep.equal(['1', '3', '4']);
          expect(await idsOf(is('size', ComparisonOperator.GREATER_THAN, numeric(2)))).to.deep.equal(['3', '4']);
          expect(await idsOf(is('size', ComparisonOperator.GREATER_THAN_OR_EQUAL, numeric(2)))).to.deep.equal(['2', '3', '4']);
          expect(await idsOf(is('size', ComparisonOperator.LESS_THAN, numeric(2)))).to.deep.equal(['1']);
          expect(await idsOf(is('size', ComparisonOperator.LESS_THAN_OR_EQUAL, numeric(2)))).to.deep.equal(['1', '2']);
        });

        it('by strings, dates, bigints, bytes and null', async () => {
          expect(await idsOf(is('name', '=', string('odd')))).to.deep.equal(['1', '3']);
          expect(await idsOf(is('date', '<', obj(new Date(3))))).to.deep.equal(['1', '2']);
          expect(await idsOf(is('total', '>', numeric(4n)))).to.deep.equal(['3', '4']);
          expect(await idsOf(is('data', '=', obj(new Uint8Array([4]))))).to.deep.equal(['4']);
          expect(await idsOf(is('note', '=', obj(null)))).to.deep.equal(['1', '2', '3', '4']);
        });

        it('by another field', async () => {
          expect(await idsOf(is('size', '=', column('total')))).to.deep.equal(['1']);
          expect(await idsOf(is('size', '<', column('total')))).to.deep.equal(['2', '3', '4']);
        });

        it('by the presence of a field', async () => {
          expect(await idsOf(new AttributeExists('nickname'))).to.deep.equal(['3', '4']);
          expect(await idsOf(new AttributeNotExists('nickname'))).to.deep.equal(['1', '2']);
        });

        it('by and, or, not and groups of them', async () => {
          const even = ConditionBuilder.ifComparison('name', '=', string('even'));
          expect(await idsOf(even.and('size', '>', numeric(2)).build())).to.deep.equal(['4']);
          const small = ConditionBuilder.ifComparison('size', '=', numeric(1));
          expect(await idsOf(small.or('size', '=', numeric(2)).and('name', '=', string('even')).build())).to.deep.equal([
            '1',
            '2',
          ]);
          const grouped = ConditionBuilder.ifComparison('size', '=', numeric(1)).or('size', '=', numeric(2)).inBraces();
          expect(await idsOf(grouped.and('name', '=', string('even')).build())).to.deep.equal(['2']);
          const neither = ConditionBuilder.ifComparison('size', '=', numeric(1)).or('size', '=', numeric(2)).not();
          expect(await idsOf(neither.build())).to.deep.equal(['3', '4']);
        });

        it('not by a field that is not stored', async () => {
          await failsWith('NonRetryableException', client.filter(new AttributeExists('cached')), 'no stored field "cached"');
          await failsWith('NonRetryableException', client.put(full(), new AttributeExists('nmae')), '"nmae"');
        });
      });

      it('stores nothing of what it cannot store', async () => {
        await failsWith('NonRetryableException', client.put(make(Everything, { id: 'a', size: Number.NaN })), 'Everything.size');
        await failsWith(
          'NonRetryableException',
          client.put(make(Everything, { id: 'a', anything: { go: [() => 1] } })),
          'Everything.anything.go[0]',
        );
        expect(await client.getAll()).to.deep.equal([]);
      });

      it('holds numbers of 38 digits, from 1e-130 to under 1e126, and no others', async () => {
        const largest = 10n ** 38n - 1n;
        for (const total of [largest, -largest, 0n, 2n ** 64n]) {
          await client.put(make(Everything, { id: 'a', total }));
          expect((await client.get('a'))!.total).to.equal(total);
        }
        for (const size of [9.99e125, -9.99e125, 1e-130, Number.MAX_SAFE_INTEGER, 0.1]) {
          await client.put(make(Everything, { id: 'a', size }));
          expect((await client.get('a'))!.size).to.equal(size);
        }
        await client.put(make(Everything, { id: 'a', size: -0, numbers: new Set([-0]) }));
        assert.deepStrictEqual([(await client.get('a'))!.size, (await client.get('a'))!.numbers], [0, new Set([0])]);
        const kept = await client.get('a');
        for (const size of [1e126, -1e126, Number.MAX_VALUE, 1e-131, Number.MIN_VALUE, Number.POSITIVE_INFINITY]) {
          await failsWith('NonRetryableException', client.put(make(Everything, { id: 'a', size })));
          await failsWith('NonRetryableException', client.put(make(Everything, { id: 'a', numbers: new Set([1, size]) })));
        }
        await failsWith('NonRetryableException', client.put(make(Everything, { id: 'a', total: largest * 10n + 9n })));
        assert.deepStrictEqual(await client.get('a'), kept);
      });

      it('holds values of 32 levels, and no more', async () => {
        const nested = (levels: number): unknown =>
          levels === 0 ? 1 : levels % 2 ? [nested(levels - 1)] : { in: nested(levels - 1) };
        await client.put(make(Everything, { id: 'a', anything: nested(32) }));
        assert.deepStrictEqual((await client.get('a'))!.anything, nested(32));
        if (exact) await failsWith('NonRetryableException', client.put(make(Everything, { id: 'a', anything: nested(33) })));
      });

      it('keeps what is empty', async () => {
        const empty = {
          name: '',
          note: '',
          list: [],
          tags: new Set<string>(),
          numbers: new Set<number>(),
          record: {},
          anything: {},
        };
        await client.put(make(Everything, { id: 'a', ...empty, scores: new Map(), data: new Uint8Array(), shapes: [] }));
        const read = await client.get('a');
        expect(read).to.deep.include({ ...empty, scores: new Map(), data: new Uint8Array(), shapes: [] });
      });

      it('tells apart keys of any characters, as they are written', async () => {
        // Two spellings of one letter are two keys.
        const ids = ['caf\u00e9', 'cafe\u0301', '\u{1f388}', '\u0000', '\uffff', ' ', 'a/b?c=%20', '__proto__', 'k'.repeat(2048)];
        for (const [size, id] of ids.entries()) await client.put(make(Everything, { id, size }));
        for (const [size, id] of ids.entries()) expect((await client.get(id))!.size, id.slice(0, 9)).to.equal(size);
        expect((await client.getAllKeys<string>()).sort()).to.deep.equal([...ids].sort());
        await failsWith('NonRetryableException', client.put(make(Everything, { id: 'k'.repeat(2049) })));
        await failsWith('NonRetryableException', client.get(exact ? '\u{1f388}'.repeat(513) : 'k'.repeat(2049)));
      });

      it('refuses a key that is none', async () => {
        await failsWith('NonRetryableException', client.get(undefined as never), 'Everything.id is the key');
        await failsWith('NonRetryableException', client.get(1), 'must be of type string');
        await failsWith('NonRetryableException', client.put(make(Everything, { id: null as never })), 'Everything.id is the key');
        await failsWith('NonRetryableException', client.put(make(Everything, { id: '' })));
      });

      it('gives back any item', async () => {
        const text = fc.string({ unit: 'grapheme' });
        const items = fc.record({
          name: text,
          // DynamoDB holds 38 digits, of magnitudes from 1e-130 to under 1e126.
          size: fc.double({ noNaN: true, min: -1e100, max: 1e100 }).map((n) => (Math.abs(n) < 1e-100 ? 0 : n)),
          total: fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
          date: fc.date({ noInvalidDate: true }),
          data: fc.uint8Array({ maxLength: 8 }).map((it) => Uint8Array.from(it)),
          tags: fc.uniqueArray(text, { maxLength: 3 }).map((it) => new Set(it)),
          scores: fc.dictionary(text, fc.integer(), { maxKeys: 3 }).map((it) => new Map(Object.entries(it))),
          when: fc.oneof(text, fc.date({ noInvalidDate: true })),
          anything: fc.anything({
            maxDepth: 3,
            values: [text, fc.boolean(), fc.integer(), fc.constant(null), fc.bigInt({ min: -1n, max: 10n ** 30n })],
            withSet: true,
            withMap: true,
            withDate: true,
          }),
        });
        await fc.assert(
          fc.asyncProperty(items, async (fields) => {
            const item = make(Everything, { id: 'any', nickname: undefined, ...fields });
            await client.put(item);
            assert.deepStrictEqual(await client.get('any'), item);
          }),
          { numRuns: 50 },
        );
      });
    });

    describe('a document store of many pages', () => {
      const client = ClientBuilder.getDocumentStoreClient(Page);
      const ids = Array.from({ length: 15 }, (_, i) => `page ${i}`).sort();
      before(async () => {
        for (const id of ids) await client.put(make(Page, { id, text: 'x'.repeat(150_000) }));
      });

      it('is read to its end', async () => {
        expect((await client.getAll()).map(({ id }) => id).sort()).to.deep.equal(ids);
        expect((await client.getAllKeys<string>()).sort()).to.deep.equal(ids);
      });

      it('is filtered to its end', async () => {
        const last = ids.at(-1)!;
        expect((await client.filter(is('id', '>=', string(last)))).map(({ id }) => id)).to.deep.equal([last]);
      });

      it('is streamed page by page', async () => {
        const read: string[] = [];
        for await (const page of client.stream()) read.push(...page.map(({ id }) => id));
        expect(read.sort()).to.deep.equal(ids);
      });

      it('holds items of 400 KB, names and UTF-8 counted, and refuses a byte more', async () => {
        const id = exact ? '\u{1f388}' : 'page';
        // The names are id and text.
        const text = 'x'.repeat(400 * 1024 - 2 - 4 - 4);
        await client.put(make(Page, { id, text }));
        expect((await client.get(id))!.text).to.have.length(text.length);
        await failsWith('NonRetryableException', client.put(make(Page, { id, text: `${text}x` })));
        if (exact) await failsWith('NonRetryableException', client.put(make(Page, { id, text: `${text.slice(1)}\u00e9` })));
        expect((await client.get(id))!.text).to.have.length(text.length);
        await client.deleteKey(id);
      });

      it('may be left in the middle', async () => {
        for await (const page of client.stream()) {
          expect(page[0]).to.be.instanceOf(Page);
          break;
        }
      });
    });

    describe("a document store's key", () => {
      const cases = [
        [ByNumber, [0, -1.5, 1e20]],
        [ByBigint, [0n, -(10n ** 30n)]],
        [ByDate, [new Date(0), new Date('2024-01-01T00:00:00.001Z')]],
        [ByBytes, [new Uint8Array([0]), new Uint8Array([255, 0])]],
      ] as const;
      for (const [Class, keys] of cases)
        it(`may be of the type of ${Class.name}`, async () => {
          const type = Class as new () => { key: (typeof keys)[number]; text: string };
          const client = ClientBuilder.getDocumentStoreClient(type);
          for (const key of keys) {
            await client.put(make(type, { key, text: String(key) }));
            assert.deepStrictEqual(await client.get(key), make(type, { key, text: String(key) }));
          }
          const read = await client.getAllKeys();
          assert.deepStrictEqual(new Set<unknown>(read), new Set<unknown>(keys));
          for (const key of keys) await client.deleteKey(key);
          expect(await client.getAll()).to.deep.equal([]);
        });
    });

    describe('a key-value store', () => {
      const client = ClientBuilder.getKeyValueStoreClient(String, Session);
      beforeEach(async () => {
        for (const key of await client.getAllKeys()) await client.delete(key);
      });

      it('gives null for what is not there, and back what was put', async () => {
        expect(await client.get('a')).to.equal(null);
        const session = make(Session, { user: 'bob', visits: 2, last: new Date(1) });
        await client.put('a', session);
        assert.deepStrictEqual(await client.get('a'), session);
      });

      it('keeps values under their keys', async () => {
        await client.put('a', make(Session, { user: 'anna' }));
        await client.put('b', make(Session, { user: 'bob' }));
        const all = await client.getAll();
        expect(all).to.be.instanceOf(Map);
        expect([...all].map(([key, { user }]) => `${key} ${user}`).sort()).to.deep.equal(['a anna', 'b bob']);
        expect((await client.getAllKeys()).sort()).to.deep.equal(['a', 'b']);
        await client.delete('a');
        await client.delete('a');
        expect([...(await client.getAll()).keys()]).to.deep.equal(['b']);
      });

      it('filters, also by its key', async () => {
        await client.put('a', make(Session, { visits: 1 }));
        await client.put('b', make(Session, { visits: 2 }));
        const busy = await client.filter(is('visits', '>', numeric(1)));
        expect([...busy.keys()]).to.deep.equal(['b']);
        expect(busy.get('b')).to.be.instanceOf(Session);
        expect([...(await client.filter(is('PrimaryKey', '=', string('a')))).keys()]).to.deep.equal(['a']);
      });

      it('writes and deletes with a condition', async () => {
        const absent = new AttributeNotExists('PrimaryKey');
        await client.put('a', make(Session, { visits: 1 }), absent);
        await failsWith('StoreConditionException', client.put('a', make(Session, { visits: 2 }), absent));
        await failsWith('StoreConditionException', client.delete('a', is('visits', '=', numeric(5))));
        await client.delete('a', is('visits', '=', numeric(1)));
        expect(await client.get('a')).to.equal(null);
      });

      it('streams', async () => {
        await client.put('a', make(Session, { user: 'anna' }));
        await client.put('b', make(Session, { user: 'bob' }));
        const read = new Map<string, Session>();
        for await (const page of client.stream()) for (const [key, value] of page) read.set(key, value);
        assert.deepStrictEqual(read, await client.getAll());
        expect(read.size).to.equal(2);
      });

      it('refuses keys of another type', async () => {
        await failsWith(
          'NonRetryableException',
          client.get(1 as never),
          'Session.PrimaryKey is the key and must be of type string',
        );
        await failsWith('NonRetryableException', client.put(undefined as never, new Session()), 'Session.PrimaryKey is the key');
      });

      it('may have numbers as keys', async () => {
        const counters = ClientBuilder.getKeyValueStoreClient(Number, Counter);
        await counters.put(1.5, make(Counter, { count: 3 }));
        assert.deepStrictEqual(await counters.getAll(), new Map([[1.5, make(Counter, { count: 3 })]]));
        await failsWith('NonRetryableException', counters.get('1.5' as never), 'must be of type number');
      });

      it('may have bytes as keys', async () => {
        const blobs = ClientBuilder.getKeyValueStoreClient(Uint8Array, Blob);
        await blobs.put(new Uint8Array([1, 2]), make(Blob, { label: 'x' }));
        assert.deepStrictEqual(await blobs.get(Buffer.from([1, 2])), make(Blob, { label: 'x' }));
        assert.deepStrictEqual(await blobs.getAllKeys(), [new Uint8Array([1, 2])]);
      });
    });
  });
}
