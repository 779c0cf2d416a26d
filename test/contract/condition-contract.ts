// Conditions: our own evaluation of them, and what a database makes of them, on the same items. First each operator and
// combinator by itself, then whatever a generator comes up with.
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { toAttributeValue } from '../../providers/aws/runtime/dynamodb/write.js';
import { holds, type StoredItem, type StoredValue } from '../../runtime/core/evaluate-condition.js';
import type { Shape } from '../../runtime/core/shape.js';
import {
  AttributeExists,
  AttributeNotExists,
  ClientBuilder,
  ComparisonOperator,
  type Condition,
  ConditionBuilder,
  ConditionVariable,
  NonRetryableException,
} from '../../runtime/index.js';
import type { StoreBackend } from './store-contract.js';
import { documentStore, shaped } from './stores.js';

/** A field of each type that compares in its own way. All but the key may be without a value. */
class Sample {
  id = '';
  text?: string;
  other?: string;
  number?: number;
  count?: number;
  big?: bigint;
  date?: Date;
  bytes?: Uint8Array;
  flag?: boolean;
  nothing?: string | null;
  words?: Set<string>;
  numbers?: Set<number>;
  list?: number[];
  anything?: unknown;
}

const shapes = {
  id: 'string',
  text: 'string',
  other: 'string',
  number: 'number',
  count: 'number',
  big: 'bigint',
  date: 'date',
  bytes: 'bytes',
  flag: 'boolean',
  nothing: { u: ['string', 'null'] },
  words: { s: 'string' },
  numbers: { s: 'number' },
  list: { a: 'number' },
  anything: 'any',
} satisfies { [F in keyof Sample]-?: Shape };
type Field = keyof typeof shapes;

const definition = documentStore(
  shaped(Sample, 'Sample', Object.fromEntries(Object.entries(shapes).map(([field, shape]) => [field, { opt: shape }]))),
  'S',
  'id',
  Object.fromEntries(Object.keys(shapes).map((field) => [field, field === 'text' ? 'size' : field])),
);

/** The item as our own evaluation sees it. */
function stored(sample: Sample | null): StoredItem {
  const shapeOf = (field: string): Shape => {
    if (!Object.hasOwn(shapes, field)) throw new NonRetryableException(`no field ${field}`);
    return shapes[field as Field];
  };
  const write = (field: string, value: unknown): StoredValue => toAttributeValue(shapeOf(field), value, field) as StoredValue;
  return {
    field: (name) => {
      const shape = shapeOf(name);
      const value = sample?.[name as Field];
      return value === undefined ? undefined : (toAttributeValue(shape, value, name) as StoredValue);
    },
    value: write,
  };
}

const OPERATORS = Object.values(ComparisonOperator);
const { string, numeric, booleanValue, column, obj } = ConditionVariable;
const is = (field: Field, operator: ComparisonOperator, variable: ConditionVariable): ConditionBuilder =>
  ConditionBuilder.ifComparison(field, operator, variable);

// --- generators

/** Few values, so that they often meet. */
const values: { readonly [F in Field]: fc.Arbitrary<unknown> } = {
  id: fc.constantFrom('a', 'b', 'c'),
  text: fc.constantFrom('', 'a', 'B', 'ab', '\u00e9', '\ue000', '\u{1f388}'),
  other: fc.constantFrom('', 'a', 'b', '\u{1f388}', '\ue000'),
  number: fc.constantFrom(0, 1, -1, 0.5, 10, 9, 1e20, -1e-7),
  count: fc.constantFrom(0, 1, 2, 10, -1.5),
  big: fc.constantFrom(
    0n,
    1n,
    9n,
    10n,
    -(10n ** 30n),
    12345678901234567890123456789012345678n,
    12345678901234567890123456789012345677n,
  ),
  date: fc.constantFrom(new Date(0), new Date('2024-02-29T12:00:00.000Z'), new Date('1969-01-01T00:00:00.000Z')),
  bytes: fc.constantFrom(...[[], [0], [1], [255], [1, 0], [127]].map((bytes) => Uint8Array.from(bytes))),
  flag: fc.boolean(),
  nothing: fc.constantFrom(null, '', 'a'),
  words: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((items) => new Set(items)),
  numbers: fc.uniqueArray(fc.constantFrom(1, 2, 2.5), { minLength: 1 }).map((items) => new Set(items)),
  list: fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
  anything: fc.constantFrom<unknown>(
    null,
    1,
    1n,
    'a',
    true,
    [1, { b: 'x' }],
    { b: 1 },
    { b: 1, c: [null] },
    new Date(0),
    new Set([1]),
  ),
};
const fields = Object.keys(shapes) as Field[];
const sample: fc.Arbitrary<Sample> = fc
  .record(Object.fromEntries(fields.map((field) => [field, values[field]])), { requiredKeys: [] })
  .map((given) => Object.assign(new Sample(), given, { id: '' }));

const ORDERED: readonly Field[] = ['id', 'text', 'other', 'number', 'count', 'big', 'date', 'bytes'];
/** Whose equality the in-process emulator decides as AWS does: it has none for lists and maps. */
const SIMPLE: readonly Field[] = [...ORDERED, 'flag', 'nothing', 'words', 'numbers'];
/** The in-process emulator orders text by UTF-16, so there is none beyond it that is ordered otherwise. */
const isPlain = (value: unknown): boolean => typeof value !== 'string' || !/[\ud800-\udfff\ue000-\uffff]/.test(value);

/** What the in-process emulator compares as AWS does. It has an order for everything. */
function isSimple(field: Field, operator: ComparisonOperator, value: unknown): boolean {
  const { S, N, B, L, M } = toAttributeValue(shapes[field], value, field);
  return (S ?? N ?? B) !== undefined || ((operator === '=' || operator === '<>') && L === undefined && M === undefined);
}

/** `exact`: the database decides every comparison as AWS does. Otherwise only what it is known to get right is asked. */
function conditions(exact: boolean): fc.Arbitrary<Condition> {
  const asked = exact ? fields : SIMPLE;
  const anyValue = fc.constantFrom(...asked).chain((field) => values[field]);
  const literal = fc
    .constantFrom(...asked)
    .chain((field) =>
      fc.tuple(fc.constant(field), fc.constantFrom(...OPERATORS), fc.oneof({ weight: 3, arbitrary: values[field] }, anyValue)),
    )
    .filter(([field, operator, value]) => exact || (isSimple(field, operator, value) && isPlain(value)))
    .map(([field, operator, value]) => is(field, operator, obj(value)).build());
  // dynalite finds two fields without a value equal, so one of the two always has one there: the key.
  const pair = exact
    ? fc.tuple(fc.constantFrom(...asked), fc.constantFrom(...OPERATORS), fc.constantFrom(...asked))
    : fc.tuple(fc.constantFrom(...ORDERED), fc.constantFrom(...OPERATORS), fc.constant<Field>('id'));
  const leaf = fc.oneof(
    { weight: 4, arbitrary: literal },
    { weight: 2, arbitrary: pair.map(([left, operator, right]) => is(left, operator, column(right)).build()) },
    fc.constantFrom(...asked).map((field): Condition => new AttributeExists(field)),
    fc.constantFrom(...asked).map((field): Condition => new AttributeNotExists(field)),
  );
  const { tree } = fc.letrec<{ tree: Condition; node: Condition }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('node')),
    node: fc
      .tuple(
        tie('tree'),
        fc.array(fc.tuple(fc.constantFrom('and', 'or', 'not', 'inBraces'), tie('tree')), { minLength: 1, maxLength: 4 }),
      )
      .map(([first, steps]) =>
        steps
          .reduce<ConditionBuilder>(
            (builder, [step, next]) =>
              step === 'and' || step === 'or' ? builder[step](next) : builder[step as 'not' | 'inBraces'](),
            ConditionBuilder.ifFunction(first),
          )
          .build(),
      ),
  }));
  return tree;
}

/** Whether each of `items` fits, by its id; or the name of the error. */
type Verdict = readonly string[] | 'NonRetryableException';

function ours(condition: Condition, items: readonly Sample[]): Verdict {
  try {
    return items.filter((item) => holds(condition, stored(item))).map(({ id }) => id);
  } catch (error) {
    if (error instanceof NonRetryableException) return 'NonRetryableException';
    throw error;
  }
}

export function conditionContract(title: string, backend: StoreBackend, { exact }: { readonly exact: boolean }): void {
  describe(title, function () {
    this.timeout(120_000);
    const client = ClientBuilder.getDocumentStoreClient(Sample);
    before(() => backend.start([definition]));
    after(() => backend.stop());

    const theirs = async (condition: Condition): Promise<Verdict> =>
      client.filter(condition).then(
        (found) => found.map(({ id }) => id).sort(),
        (error: Error) => (error.name === 'NonRetryableException' ? 'NonRetryableException' : Promise.reject(error)),
      );
    const fill = async (items: readonly Sample[]): Promise<void> => {
      for (const id of await client.getAllKeys<string>()) await client.deleteKey(id);
      for (const item of items) await client.put(item);
    };
    const agree = async (condition: Condition, items: readonly Sample[], expected?: readonly string[]): Promise<void> => {
      const verdict = ours(condition, items);
      if (expected) expect(verdict).to.deep.equal(expected);
      expect(await theirs(condition), inspect(condition, { depth: null })).to.deep.equal(verdict);
    };

    describe('each operator', () => {
      const at = (id: string, of: Partial<Sample>): Sample => Object.assign(new Sample(), of, { id });
      const cases: readonly (readonly [Field, unknown, readonly unknown[]])[] = [
        ['text', 'b', ['a', 'b', 'c']],
        ...(exact ? [['text', '\ue000', ['\ud7ff', '\ue000', '\u{1f388}']] as const] : []),
        ['number', 10, [9, 10, 10.5]],
        ['big', 10n ** 20n, [10n ** 20n - 1n, 10n ** 20n, 10n ** 20n + 1n]],
        ['date', new Date(1), [new Date(0), new Date(1), new Date(2)]],
        ['bytes', Uint8Array.of(128), [Uint8Array.of(127, 255), Uint8Array.of(128), Uint8Array.of(128, 0)]],
      ];
      for (const [field, middle, [less, same, more]] of cases) {
        it(`orders ${field} ${String(middle)}, and holds for no item without a value but <>`, async () => {
          const items = [
            at('1 less', { [field]: less }),
            at('2 same', { [field]: same }),
            at('3 more', { [field]: more }),
            at('4 none', {}),
          ];
          await fill(items);
          const [l, s, m, none] = items.map(({ id }) => id) as [string, string, string, string];
          const expected = { '=': [s], '<>': [l, m, none], '>': [m], '>=': [s, m], '<': [l], '<=': [l, s] };
          for (const operator of OPERATORS) await agree(is(field, operator, obj(middle)).build(), items, expected[operator]);
        });
      }

      it('compares values without an order for equality only', async () => {
        const items = [
          at('1', { flag: true, nothing: null, words: new Set(['a', 'b']) }),
          at('2', { flag: false, nothing: 'x' }),
          at('3', {}),
        ];
        await fill(items);
        await agree(is('flag', '=', booleanValue(true)).build(), items, ['1']);
        await agree(is('flag', '<>', booleanValue(true)).build(), items, ['2', '3']);
        await agree(is('nothing', '=', obj(null)).build(), items, ['1']);
        await agree(is('nothing', '<>', obj(null)).build(), items, ['2', '3']);
        await agree(is('words', '=', obj(new Set(['b', 'a']))).build(), items, ['1']);
        for (const operator of ['<', '<=', '>', '>='] as const) {
          for (const condition of [
            is('flag', operator, booleanValue(true)).build(),
            is('nothing', operator, obj(null)).build(),
          ]) {
            expect(ours(condition, items)).to.equal('NonRetryableException');
            // dynalite has an order for everything.
            if (exact) await agree(condition, items);
          }
        }
      });

      it('never finds values of different types equal, or one less than the other', async () => {
        const items = [at('1', { text: '1', number: 1 })];
        await fill(items);
        await agree(is('text', '=', column('number')).build(), items, []);
        await agree(is('text', '<>', column('number')).build(), items, ['1']);
        for (const operator of ['<', '<=', '>', '>='] as const) {
          await agree(is('text', operator, column('number')).build(), items, []);
          await agree(is('text', operator, obj(1)).build(), items, []);
        }
      });

      it('does not compare a field with itself', async () => {
        const condition = is('number', '=', column('number')).or(new AttributeExists('id')).build();
        const items = [at('1', { number: 1 })];
        await fill(items);
        expect(ours(condition, items)).to.equal('NonRetryableException');
        await agree(condition, items);
      });

      it('compares fields with each other', async () => {
        const items = [at('1', { number: 1, count: 2 }), at('2', { number: 2, count: 2 }), at('3', { number: 3, count: 2 })];
        await fill(items);
        const expected = { '=': ['2'], '<>': ['1', '3'], '>': ['3'], '>=': ['2', '3'], '<': ['1'], '<=': ['1', '2'] };
        for (const operator of OPERATORS) await agree(is('number', operator, column('count')).build(), items, expected[operator]);
      });

      it(`finds two fields without a value ${exact ? 'unequal' : 'equal, which is known to be wrong'}`, async () => {
        const items = [at('1', {})];
        await fill(items);
        const [equal, unequal] = [is('number', '=', column('count')).build(), is('number', '<>', column('count')).build()];
        expect([ours(equal, items), ours(unequal, items)]).to.deep.equal([[], ['1']]);
        expect([await theirs(equal), await theirs(unequal)]).to.deep.equal(exact ? [[], ['1']] : [['1'], []]);
      });

      it('tells whether there is a value, and null is one', async () => {
        const items = [at('1', { nothing: null }), at('2', {})];
        await fill(items);
        await agree(new AttributeExists('nothing'), items, ['1']);
        await agree(new AttributeNotExists('nothing'), items, ['2']);
      });
    });

    describe('each combinator', () => {
      const items = [1, 2, 3, 4].map((number) =>
        Object.assign(new Sample(), { id: `${number}`, number, flag: number % 2 === 0 }),
      );
      const less = (than: number) => is('number', '<', numeric(than));
      const even = () => is('flag', '=', booleanValue(true));
      const cases: readonly (readonly [string, ConditionBuilder, readonly string[]])[] = [
        ['and', even().and('number', '>', numeric(2)), ['4']],
        ['or', less(2).or(even().build()), ['1', '2', '4']],
        ['and before or', less(2).or(even().build()).and('number', '>', numeric(3)), ['1', '4']],
        ['inBraces', less(2).or(even().build()).inBraces().and('number', '>', numeric(1)), ['2', '4']],
        ['not', even().and('number', '>', numeric(2)).not(), ['1', '2', '3']],
        ['not twice', even().not().not(), ['2', '4']],
        ['a group of its own', even().and(less(2).or('number', '>', numeric(3)).build()), ['4']],
        ['not within', is('number', '>', numeric(1)).and(even().not().build()), ['3']],
      ];
      before(() => fill(items));
      for (const [name, builder, expected] of cases) it(name, () => agree(builder.build(), items, expected));
    });

    it('guards writes as it selects items, also where there is no item', async () => {
      await fill([]);
      const absent = async (condition: Condition): Promise<boolean> => {
        const item = Object.assign(new Sample(), { id: 'new' });
        const written = await client.put(item, condition).then(
          () => true,
          (error: Error) => (error.name === 'StoreConditionException' ? false : Promise.reject(error)),
        );
        await client.deleteKey('new');
        return written;
      };
      const conditions = [
        new AttributeNotExists('id'),
        new AttributeExists('id'),
        is('text', '=', string('a')).build(),
        is('text', '<>', string('a')).build(),
        is('number', '<', numeric(1)).not().build(),
        is('number', '>=', numeric(1)).or(new AttributeNotExists('text')).build(),
      ];
      const decided = conditions.map((condition) => holds(condition, stored(null)));
      expect(decided).to.deep.equal([true, false, false, true, true, true]);
      for (const [i, condition] of conditions.entries()) expect(await absent(condition), `condition ${i}`).to.equal(decided[i]);
    });

    it('decides any condition as our own evaluation does', async () => {
      const simple = sample.map((one) =>
        isPlain(one.text) && isPlain(one.other) ? one : Object.assign(one, { text: 'a', other: 'a' }),
      );
      const several = fc.array(exact ? sample : simple, { minLength: 6, maxLength: 6 });
      const many = fc.array(conditions(exact), { minLength: 25, maxLength: 25 });
      await fc.assert(
        fc.asyncProperty(several, many, async (found, asked) => {
          const items = found.map((item, i) => Object.assign(item, { id: 'abcdef'[i] }));
          await fill(items);
          for (const condition of asked) await agree(condition, items);
        }),
        { numRuns: 20 },
      );
    });
  });
}
