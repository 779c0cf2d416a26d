import { expect } from 'chai';
import fc from 'fast-check';
import { classShape, fromJson, type Shape, toJson } from '../../../runtime/core/shape.js';

class Address {
  street = '';
  private visits = 1;
  visited(): number {
    return this.visits;
  }
}

class Person {
  name = 'nobody';
  born?: Date;
  address?: Address;
  friends: Person[] = [];
  note = 'initial';
}

const address = classShape(Address, 'Address');
address.f = { street: 'string' };
const person = classShape(Person, 'Person');
person.f = { name: 'string', born: { opt: 'date' }, address: { opt: address }, friends: { a: person } };

const reread = (shape: Shape, value: unknown): unknown => fromJson(shape, JSON.parse(toJson(value)!));

describe('fromJson', () => {
  it('passes JSON scalars on', () => {
    expect(fromJson('string', 'a')).to.equal('a');
    expect(fromJson('number', 1.5)).to.equal(1.5);
    expect(fromJson('boolean', false)).to.equal(false);
    expect(fromJson('null', null)).to.equal(null);
    expect(fromJson('any', { a: [1] })).to.deep.equal({ a: [1] });
  });

  it('makes dates of ISO strings only', () => {
    expect(fromJson('date', '2020-02-03T04:05:06.789Z')).to.deep.equal(new Date('2020-02-03T04:05:06.789Z'));
    expect(fromJson('date', '2020-02-03')).to.deep.equal(new Date('2020-02-03'));
    expect(fromJson('date', '+012020-02-03T00:00:00.000Z')).to.deep.equal(new Date('+012020-02-03T00:00:00.000Z'));
    expect(fromJson('date', '1')).to.equal('1');
    expect(fromJson('date', '2020-99-03')).to.equal('2020-99-03');
    expect(fromJson('date', 5)).to.equal(5);
  });

  it('makes bigints of digits and whole numbers', () => {
    expect(fromJson('bigint', '-123456789012345678901234567890')).to.equal(-123456789012345678901234567890n);
    expect(fromJson('bigint', 7)).to.equal(7n);
    expect(fromJson('bigint', 7.5)).to.equal(7.5);
    expect(fromJson('bigint', '0x10')).to.equal('0x10');
    expect(fromJson('bigint', '')).to.equal('');
  });

  it('makes a Uint8Array, not a Buffer, of base64', () => {
    const bytes = fromJson('bytes', 'AAEC/w==');
    expect(bytes).to.deep.equal(new Uint8Array([0, 1, 2, 255]));
    expect(Buffer.isBuffer(bytes)).to.equal(false);
    expect(fromJson('bytes', 'not base64!')).to.equal('not base64!');
  });

  it('converts inside arrays, tuples, sets, maps, records and objects', () => {
    const day = '2020-01-01T00:00:00.000Z';
    const date = new Date(day);
    expect(fromJson({ a: 'date' }, [day])).to.deep.equal([date]);
    expect(fromJson({ t: ['date', 'bigint'] }, [day, '1', 'more'])).to.deep.equal([date, 1n, 'more']);
    expect(fromJson({ s: 'bigint' }, ['1', '2'])).to.deep.equal(new Set([1n, 2n]));
    expect(fromJson({ m: ['string', 'date'] }, { a: day })).to.deep.equal(new Map([['a', date]]));
    expect(fromJson({ m: ['number', 'date'] }, [[1, day]])).to.deep.equal(new Map([[1, date]]));
    expect(fromJson({ r: 'date' }, { a: day })).to.deep.equal({ a: date });
    expect(fromJson({ o: { at: 'date', n: { opt: 'bigint' } } }, { at: day, more: 1 })).to.deep.equal({ at: date, more: 1 });
  });

  it('keeps what does not fit', () => {
    expect(fromJson({ a: 'date' }, 'x')).to.equal('x');
    expect(fromJson({ s: 'string' }, { a: 1 })).to.deep.equal({ a: 1 });
    expect(fromJson({ m: ['string', 'string'] }, [1, 2])).to.deep.equal([1, 2]);
    expect(fromJson(person, null)).to.equal(null);
    expect(fromJson(person, [1])).to.deep.equal([1]);
  });

  it('does not change its input', () => {
    const json = Object.freeze({ at: '2020-01-01', list: Object.freeze(['2020-01-01']) });
    const result = fromJson({ o: { at: 'date', list: { a: 'date' } } }, json);
    expect(result).to.deep.equal({ at: new Date('2020-01-01'), list: [new Date('2020-01-01')] });
  });

  it('makes instances with methods and initial values, to any depth, and drops unknown properties', () => {
    const result = fromJson(person, {
      name: 'bob',
      address: { street: 'main' },
      friends: [{ name: 'eve', friends: [] }],
      unknown: 1,
    }) as Person;
    expect(result).to.be.instanceOf(Person);
    expect(result.name).to.equal('bob');
    expect(result.note).to.equal('initial');
    expect(result.address).to.be.instanceOf(Address);
    expect(result.address!.visited()).to.equal(1);
    expect(result.friends[0]).to.be.instanceOf(Person);
    expect(result).not.to.have.property('unknown');
  });

  it('keeps all properties of a class without known fields', () => {
    class Open {}
    const result = fromJson(classShape(Open, 'Open'), { a: 1 });
    expect(result).to.be.instanceOf(Open);
    expect(result).to.have.property('a', 1);
  });

  it('does without a constructor that needs arguments', () => {
    class Strict {
      readonly upper: string;
      name: string;
      constructor(name: string) {
        this.name = name;
        this.upper = name.toUpperCase();
      }
    }
    const shape = classShape(Strict, 'Strict');
    shape.f = { name: 'string', upper: 'string' };
    const result = fromJson(shape, { name: 'a', upper: 'A' });
    expect(result).to.be.instanceOf(Strict);
    expect(result).to.deep.include({ name: 'a', upper: 'A' });
  });

  it('leaves properties alone that cannot be set', () => {
    class Square {
      side = 0;
      get area(): number {
        return this.side * this.side;
      }
    }
    const square = classShape(Square, 'Square');
    square.f = { side: 'number', area: 'number' };
    expect((fromJson(square, { side: 3, area: 100 }) as Square).area).to.equal(9);
  });

  it('lets no input reach a prototype', () => {
    const evil = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":"1"}') as object;
    class Open {}
    const shapes: Shape[] = [
      classShape(Open, 'Open'),
      person,
      { r: 'any' },
      { o: { a: 'bigint' } },
      { m: ['string', 'any'] },
      'any',
    ];
    shapes.forEach((shape, i) => {
      const result = fromJson(shape, evil) as Record<string, unknown>;
      expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
      expect(result['polluted'], `of shape ${i}`).to.equal(undefined);
    });
    expect(Object.getPrototypeOf(fromJson(classShape(Open, 'Open'), evil))).to.equal(Open.prototype);
  });

  describe('for unions', () => {
    it('prefers the type that JSON has itself', () => {
      expect(fromJson({ u: ['date', 'string'] }, '2020-01-01')).to.equal('2020-01-01');
      expect(fromJson({ u: ['bigint', 'number'] }, 1)).to.equal(1);
      expect(fromJson({ u: ['null', 'date'] }, null)).to.equal(null);
    });

    it('takes the only member that fits', () => {
      expect(fromJson({ u: ['null', 'date'] }, '2020-01-01')).to.deep.equal(new Date('2020-01-01'));
      expect(fromJson({ u: ['number', 'bigint'] }, '12')).to.equal(12n);
      expect(fromJson({ u: ['string', { a: 'date' }] }, ['2020-01-01'])).to.deep.equal([new Date('2020-01-01')]);
      expect(fromJson({ u: ['string', 'number'] }, true)).to.equal(true);
      expect(fromJson({ u: [{ u: ['string', 'date'] }, 'null'] }, 'x')).to.equal('x');
    });

    it('tells classes apart by their fields', () => {
      class Circle {
        radius = 0;
      }
      class Square {
        side = 0;
      }
      const [circle, square] = [classShape(Circle, 'Circle'), classShape(Square, 'Square')];
      circle.f = { radius: 'number' };
      square.f = { side: 'number' };
      expect(fromJson({ u: [circle, square] }, { side: 2 })).to.be.instanceOf(Square);
      expect(fromJson({ u: [circle, square] }, { radius: 2 })).to.be.instanceOf(Circle);
    });
  });
});

describe('toJson', () => {
  it('leaves undefined out and has no text for it alone', () => {
    expect(toJson(undefined)).to.equal(undefined);
    expect(toJson({ a: undefined, b: null })).to.equal('{"b":null}');
  });

  it('writes what JSON has no form for', () => {
    expect(toJson(new Date(0))).to.equal('"1970-01-01T00:00:00.000Z"');
    expect(toJson([1n])).to.equal('["1"]');
    expect(toJson({ a: new Uint8Array([255]), b: Buffer.from([255]) })).to.equal('{"a":"/w==","b":"/w=="}');
    expect(toJson(new Set(['a', 1n]))).to.equal('["a","1"]');
    expect(toJson(new Map([['a', new Map([[1, 2]])]]))).to.equal('{"a":[[1,2]]}');
  });

  it('writes a part of a buffer, not all of it', () => {
    expect(toJson(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).to.equal('"AgM="');
  });

  it('throws for a value that contains itself', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => toJson(circle)).to.throw(TypeError);
  });
});

describe('toJson and fromJson', () => {
  const bytes = fc.uint8Array({ maxLength: 8 }).map((it) => Uint8Array.from(it));
  const scalars: [Shape, fc.Arbitrary<unknown>][] = [
    ['string', fc.string()],
    ['number', fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)],
    ['boolean', fc.boolean()],
    ['null', fc.constant(null)],
    ['date', fc.date({ noInvalidDate: true })],
    ['bigint', fc.bigInt()],
    ['bytes', bytes],
  ];
  type Case = { shape: Shape; value: unknown };
  const key = fc.string().filter((k) => k !== '__proto__');
  const { typed } = fc.letrec<{ typed: Case }>((tie) => ({
    typed: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      ...scalars.map(([shape, values]) => values.map((value) => ({ shape, value }))),
      tie('typed').map(({ shape, value }) => ({ shape: { a: { opt: shape } }, value: [value, value] })),
      tie('typed').map(({ shape, value }) => ({ shape: { s: shape }, value: new Set([value]) })),
      fc.tuple(tie('typed'), tie('typed')).map(([a, b]) => ({ shape: { t: [a.shape, b.shape] }, value: [a.value, b.value] })),
      fc.tuple(tie('typed'), tie('typed')).map(([a, b]) => ({
        shape: { m: [a.shape, b.shape] as const },
        value: new Map([[a.value, b.value]]),
      })),
      fc.tuple(key, tie('typed')).map(([k, { shape, value }]) => ({ shape: { r: shape }, value: { [k]: value } })),
      fc.tuple(key, tie('typed')).map(([k, { shape, value }]) => ({ shape: { o: { [k]: shape } }, value: { [k]: value } })),
      tie('typed').map(({ shape, value }) => {
        class Holder {
          held: unknown = 'initial';
        }
        const holder = classShape(Holder, 'Holder');
        holder.f = { held: shape };
        return { shape: holder, value: Object.assign(new Holder(), { held: value }) };
      }),
    ),
  }));

  it('give any value of any shape back', () => {
    fc.assert(
      fc.property(typed, ({ shape, value }) => {
        expect(reread(shape, value)).to.deep.equal(value);
      }),
      { numRuns: 500 },
    );
  });
});
