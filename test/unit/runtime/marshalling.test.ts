import assert from 'node:assert/strict';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Av } from '../../../providers/aws/runtime/dynamodb/attribute-value.js';
import { fromAttributeValue } from '../../../providers/aws/runtime/dynamodb/read.js';
import { toAttributeValue } from '../../../providers/aws/runtime/dynamodb/write.js';
import { classShape, type Shape } from '../../../runtime/core/shape.js';
import { NonRetryableException } from '../../../runtime/index.js';

class Cat {
  name = '';
  lives: bigint = 9n;
  met?: Date;
  greet(): string {
    return `miau from ${this.name}`;
  }
}
class Dog {
  name = '';
}

const cat = classShape(Cat, 'Cat');
cat.f = { name: 'string', lives: 'bigint', met: { opt: 'date' } };
const dog = classShape(Dog, 'Dog');
dog.f = { name: 'string' };

const make = <T extends object>(Class: new () => T, fields: Partial<T>): T => Object.assign(new Class(), fields);
const write = (shape: Shape, value: unknown): Av => toAttributeValue(shape, value, 'Order.field');
const roundTrip = (shape: Shape, value: unknown): unknown => fromAttributeValue(shape, write(shape, value));
const date = new Date('2020-01-02T03:04:05.678Z');

describe('values on DynamoDB', () => {
  it('have natural forms where their type says what they are', () => {
    expect(write('string', '')).to.deep.equal({ S: '' });
    expect(write('number', 1.5)).to.deep.equal({ N: '1.5' });
    expect(write('number', 1e21)).to.deep.equal({ N: '1e+21' });
    expect(write('boolean', false)).to.deep.equal({ BOOL: false });
    expect(write('null', null)).to.deep.equal({ NULL: true });
    expect(write('date', date)).to.deep.equal({ S: '2020-01-02T03:04:05.678Z' });
    expect(write('bigint', 12345678901234567890n)).to.deep.equal({ N: '12345678901234567890' });
    expect(write('bytes', Buffer.from([1, 2]))).to.deep.equal({ B: new Uint8Array([1, 2]) });
    expect(write({ a: 'date' }, [date])).to.deep.equal({ L: [{ S: date.toISOString() }] });
    expect(write({ t: ['bigint', 'string'] }, [1n, 'a'])).to.deep.equal({ L: [{ N: '1' }, { S: 'a' }] });
    expect(write({ s: 'string' }, new Set(['a']))).to.deep.equal({ SS: ['a'] });
    expect(write({ s: 'number' }, new Set([1]))).to.deep.equal({ NS: ['1'] });
    expect(write({ s: 'bytes' }, new Set([new Uint8Array([1])]))).to.deep.equal({ BS: [new Uint8Array([1])] });
    expect(write({ s: 'date' }, new Set([date]))).to.deep.equal({ L: [{ S: date.toISOString() }] });
    expect(write({ m: ['string', 'date'] }, new Map([['a', date]]))).to.deep.equal({ M: { a: { S: date.toISOString() } } });
    expect(write({ m: ['number', 'string'] }, new Map([[1, 'a']]))).to.deep.equal({ L: [{ L: [{ N: '1' }, { S: 'a' }] }] });
    expect(write({ r: 'bigint' }, { a: 1n })).to.deep.equal({ M: { a: { N: '1' } } });
    expect(write({ o: { a: 'date', b: { opt: 'string' } } }, { a: date, b: undefined })).to.deep.equal({
      M: { a: { S: date.toISOString() } },
    });
    expect(write(cat, make(Cat, { name: 'Tom' }))).to.deep.equal({ M: { name: { S: 'Tom' }, lives: { N: '9' } } });
    expect(write({ u: ['null', 'date'] }, date)).to.deep.equal({ S: date.toISOString() });
    expect(write({ u: ['number', { a: 'date' }] }, [date])).to.deep.equal({ L: [{ S: date.toISOString() }] });
    expect(write({ u: ['string', dog] }, make(Dog, { name: 'Rex' }))).to.deep.equal({ M: { name: { S: 'Rex' } } });
  });

  it('say what they are where their type does not', () => {
    expect(write('any', date)).to.deep.equal({ M: { $nimbus: { S: 'date' }, v: { S: date.toISOString() } } });
    expect(write('any', 1n)).to.deep.equal({ M: { $nimbus: { S: 'bigint' }, v: { N: '1' } } });
    expect(write({ u: ['string', 'date'] }, date)).to.have.nested.property('M.$nimbus.S', 'date');
    expect(write({ u: ['string', 'date'] }, 'x')).to.deep.equal({ S: 'x' });
    expect(write({ u: [cat, dog] }, make(Dog, { name: 'Rex' }))).to.deep.equal({
      M: { $nimbus: { S: 'class' }, n: { S: 'Dog' }, v: { M: { name: { S: 'Rex' } } } },
    });
  });

  it('come back as instances of their class, with methods and initial values', () => {
    const read = roundTrip({ u: [cat, dog] }, make(Cat, { name: 'Tom', met: date })) as Cat;
    expect(read).to.be.instanceOf(Cat);
    expect(read).to.deep.equal(make(Cat, { name: 'Tom', met: date }));
    expect(read.greet()).to.equal('miau from Tom');
    expect(fromAttributeValue(cat, { M: {} })).to.deep.equal(new Cat());
  });

  it('keep their class in lists and objects of unions that cannot be told apart', () => {
    const shape: Shape = { u: [{ a: cat }, { a: dog }] };
    expect(roundTrip(shape, [make(Dog, { name: 'Rex' })])).to.deep.equal([make(Dog, { name: 'Rex' })]);
    const events: Shape = { u: [{ o: { kind: 'string', at: 'date' } }, { o: { kind: 'string', pet: cat } }] };
    const event = { kind: 'b', pet: make(Cat, { name: 'Tom', met: date }) };
    expect(roundTrip(events, event)).to.deep.equal(event);
    expect((roundTrip(events, event) as typeof event).pet).to.be.instanceOf(Cat);
  });

  it('take the most special class of an instance', () => {
    class Puppy extends Dog {
      age = 1;
    }
    const puppy = classShape(Puppy, 'Puppy');
    puppy.f = { name: 'string', age: 'number' };
    expect(roundTrip({ u: [dog, puppy] }, make(Puppy, { age: 2 }))).to.deep.equal(make(Puppy, { age: 2 }));
  });

  it('survive where the type is wrong', () => {
    for (const value of [date, 1n, new Set([1n]), new Map([[1, date]]), { a: date }, [date], 'x', null])
      for (const shape of ['string', 'number', 'bytes', { a: 'string' }, { r: 'string' }] as Shape[]) {
        expect(roundTrip(shape, value)).to.deep.equal(value);
      }
  });

  it('come back from lists with nothing in a place', () => {
    expect(roundTrip({ a: 'string' }, ['a', undefined, 'b'])).to.deep.equal(['a', undefined, 'b']);
    expect(roundTrip('any', new Map([[undefined, undefined]]))).to.deep.equal(new Map([[undefined, undefined]]));
  });

  it('keep properties that their type does not know', () => {
    const value = { a: 1, more: { at: date } };
    expect(roundTrip({ o: { a: 'number' } }, value)).to.deep.equal(value);
    const tom = Object.assign(make(Cat, { name: 'Tom' }), { nickname: 'T' });
    expect(roundTrip(cat, tom)).to.deep.equal(tom);
  });

  it('read accessors of classes', () => {
    class Celsius {
      #value = 0;
      get value(): number {
        return this.#value;
      }
      set value(value: number) {
        this.#value = value;
      }
    }
    const celsius = classShape(Celsius, 'Celsius');
    celsius.f = { value: 'number' };
    expect((roundTrip(celsius, make(Celsius, { value: 21 })) as Celsius).value).to.equal(21);
  });

  it('leave getters alone when they are read', () => {
    class Square {
      side = 0;
      get area(): number {
        return this.side * this.side;
      }
    }
    const square = classShape(Square, 'Square');
    square.f = { side: 'number', area: 'number' };
    expect((roundTrip(square, make(Square, { side: 3 })) as Square).area).to.equal(9);
  });

  it("may use the tag's name and an empty name as properties", () => {
    const values = [{ $nimbus: 'date', v: 'x' }, { '': 1 }, { $nimbus: { $nimbus: 1n } }];
    for (const value of values) {
      expect(roundTrip('any', value)).to.deep.equal(value);
      expect(roundTrip({ r: 'any' }, value)).to.deep.equal(value);
      expect(roundTrip({ u: [{ r: 'any' }, 'string'] }, value)).to.deep.equal(value);
      expect(roundTrip({ m: ['string', 'any'] }, new Map(Object.entries(value)))).to.deep.equal(new Map(Object.entries(value)));
    }
  });

  it('do not reach a prototype', () => {
    const value = JSON.parse('{"__proto__":{"polluted":1}}') as object;
    const read = roundTrip('any', value) as object;
    expect(Object.getPrototypeOf(read)).to.equal(Object.prototype);
    expect(Object.keys(read)).to.deep.equal(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
  });

  it('are bytes of their own, not views of a buffer', () => {
    const source = new Uint8Array([1, 2, 3]);
    const written = write('bytes', source);
    source[0] = 9;
    expect(written).to.deep.equal({ B: new Uint8Array([1, 2, 3]) });
    expect(Buffer.isBuffer(fromAttributeValue('bytes', { B: Buffer.from([1]) }))).to.equal(false);
  });

  it('avoid the sets that DynamoDB refuses', () => {
    for (const set of [new Set(), new Set(['']), new Set(['a', 1]), new Set([new Uint8Array([1]), new Uint8Array([1])])]) {
      expect(write({ s: { u: ['string', 'number', 'bytes'] } }, set)).to.have.property('L');
      expect(roundTrip('any', set)).to.deep.equal(set);
      expect(roundTrip({ u: [{ s: 'string' }, { a: 'string' }] }, set)).to.deep.equal(set);
    }
  });

  it('read numbers as others write them', () => {
    expect(fromAttributeValue('bigint', { N: '1E+3' })).to.equal(1000n);
    expect(fromAttributeValue('bigint', { N: '-1.5e1' })).to.equal(-15n);
    expect(fromAttributeValue('bigint', { N: '1.5' })).to.equal(1.5);
    expect(fromAttributeValue('date', { N: '5' })).to.equal(5);
    expect(fromAttributeValue('date', { S: 'soon' })).to.equal('soon');
    expect(fromAttributeValue({ a: 'string' }, { S: 'x' })).to.equal('x');
  });

  it('of a later version are not misread', () => {
    expect(() => fromAttributeValue('any', { M: { $nimbus: { S: 'rope' } } })).to.throw(NonRetryableException, '"rope"');
  });

  describe('are refused with their place', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = [circle];
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    const cases: [string, unknown, string][] = [
      ['NaN', { a: [1, Number.NaN] }, 'Order.field.a[1] cannot be stored: NaN is not a finite number'],
      ['Infinity', -Infinity, 'Order.field cannot be stored: -Infinity'],
      ['a function', { go: () => 1 }, 'Order.field.go cannot be stored: it is a function'],
      ['a symbol', [Symbol.iterator], 'Order.field[0] cannot be stored: it is a symbol'],
      ['a bigint over 38 digits', 10n ** 38n, '38 digits'],
      ['an invalid Date', { at: new Date(Number.NaN) }, 'Order.field.at cannot be stored: it is an invalid Date'],
      ['a value that contains itself', circle, 'Order.field.self[0] cannot be stored: it contains itself'],
      ['half a character', { text: 'a\ud800' }, 'Order.field.text cannot be stored: the text is not valid Unicode'],
      ['a promise', { soon: Promise.resolve() }, 'an await is missing'],
      ['a regular expression', /x/, 'it is a RegExp'],
      ['an error', [new Error('x')], 'it is a Error'],
      ['other typed arrays', new Float64Array(1), 'it is a Float64Array'],
      ['too deep a structure', deep, 'nested too deeply'],
    ];
    for (const [what, value, message] of cases)
      it(what, () => {
        expect(() => write('any', value)).to.throw(NonRetryableException, message);
      });

    it('by exact types too', () => {
      expect(() => write('date', new Date(Number.NaN))).to.throw(NonRetryableException, 'invalid Date');
      expect(() => write('bigint', -(10n ** 38n))).to.throw(NonRetryableException, '38 digits');
      expect(write('bigint', 10n ** 38n - 1n)).to.deep.equal({ N: '9'.repeat(38) });
      expect(() => write({ s: 'number' }, new Set([Number.NaN]))).to.throw(NonRetryableException, 'Order.field[0]');
      expect(() => write({ m: ['string', 'any'] }, new Map([['\udfff', 1]]))).to.throw(NonRetryableException, 'Unicode');
    });
  });

  it('may hold one object twice', () => {
    const shared = { a: 1 };
    expect(roundTrip('any', [shared, shared])).to.deep.equal([shared, shared]);
  });
});

// --- property tests: any value of any type comes back, whether the type is known or not

type Case = { shape: Shape; value: unknown };

const text = fc.string({ unit: 'grapheme' });
const bytes = fc.uint8Array({ maxLength: 6 }).map((it) => Uint8Array.from(it));
const scalars: [Shape, fc.Arbitrary<unknown>][] = [
  ['string', text],
  ['string', fc.constantFrom('', '$nimbus', 'v', 'date', '2020-01-01T00:00:00.000Z')],
  ['number', fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)],
  ['boolean', fc.boolean()],
  ['null', fc.constant(null)],
  ['date', fc.date({ noInvalidDate: true })],
  ['bigint', fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })],
  ['bytes', bytes],
];
const key = fc.oneof(text, fc.constantFrom('', '$nimbus', 'v', 'n', '__proto__', 'constructor'));
const own = (k: string, v: unknown): object => Object.fromEntries([[k, v]]);

class Held {
  held: unknown = 'initial';
}

let count = 0;
const { typed } = fc.letrec<{ typed: Case }>((tie) => {
  const pair = fc.tuple(tie('typed'), tie('typed'));
  return {
    typed: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      ...scalars.map(([shape, values]) => values.map((value): Case => ({ shape, value }))),
      tie('typed').map(({ shape, value }): Case => ({ shape: { a: shape }, value: [value, value] })),
      tie('typed').map(({ shape, value }): Case => ({ shape: { a: { opt: shape } }, value: [undefined, value] })),
      tie('typed').map(({ shape, value }): Case => ({ shape: { s: shape }, value: new Set([value]) })),
      tie('typed').map(({ shape }): Case => ({ shape: { s: shape }, value: new Set() })),
      pair.map(([a, b]): Case => ({ shape: { t: [a.shape, b.shape] }, value: [a.value, b.value] })),
      pair.map(([a, b]): Case => ({ shape: { m: [a.shape, b.shape] }, value: new Map([[a.value, b.value]]) })),
      fc.tuple(key, tie('typed')).map(([k, it]): Case => ({ shape: { r: it.shape }, value: own(k, it.value) })),
      fc
        .tuple(key, tie('typed'))
        .map(([k, it]): Case => ({ shape: { o: own(k, it.shape) as { [k: string]: Shape } }, value: own(k, it.value) })),
      tie('typed').map(({ shape, value }): Case => {
        class Holder extends Held {}
        const holder = classShape(Holder, `Holder${count++}`);
        holder.f = { held: shape };
        return { shape: holder, value: Object.assign(new Holder(), { held: value }) };
      }),
      // A union of anything with anything: the value is of its first member.
      fc
        .tuple(tie('typed'), tie('typed'), tie('typed'))
        .map(([a, b, c]): Case => ({ shape: { u: [b.shape, a.shape, c.shape] }, value: a.value })),
    ),
  };
});

/** Without classes, which cannot be read back where no type names them. */
const plain = typed.filter(({ value }) => !containsInstance(value));

function containsInstance(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Held) return true;
  const parts =
    value instanceof Map ? [...value].flat() : value instanceof Set || Array.isArray(value) ? [...value] : Object.values(value);
  return parts.some(containsInstance);
}

describe('any value on DynamoDB', () => {
  it('comes back by its type', () => {
    fc.assert(
      fc.property(typed, ({ shape, value }) => {
        assert.deepStrictEqual(roundTrip(shape, value), value);
      }),
      { numRuns: 3000 },
    );
  });

  it('comes back without a type', () => {
    fc.assert(
      fc.property(plain, ({ value }) => {
        assert.deepStrictEqual(roundTrip('any', value), value);
      }),
      { numRuns: 1000 },
    );
  });

  it('has exactly one type in every place, and no empty names or sets', () => {
    const check = (av: Av): void => {
      expect(Object.keys(av)).to.have.length(1);
      av.L?.forEach(check);
      for (const [name, part] of Object.entries(av.M ?? {})) {
        expect(name).not.to.equal('');
        check(part);
      }
      for (const set of [av.SS, av.NS, av.BS]) expect(set ?? [1]).not.to.have.length(0);
    };
    fc.assert(
      fc.property(typed, ({ shape, value }) => check(write(shape, value))),
      { numRuns: 1000 },
    );
  });
});
