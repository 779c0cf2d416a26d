import { expect } from 'chai';
import type { StringFormat, WireType } from '../../../compiler/ir/wire-type.js';
import { build, instance, object as objectOf, string } from '../../../runtime/core/decode.js';
import { InvalidInputException } from '../../../runtime/core/errors.js';
import { parseJson } from '../../../runtime/core/json.js';
import { array, attempt, literal, named, number, object, readerOf, text, union } from '../../support/wire-types.js';

const read = (type: WireType, json: unknown): unknown => attempt(readerOf(type), json);
const date: WireType = { t: 'date' };
const bigint: WireType = { t: 'bigint' };
const none: WireType = { t: 'undefined' };
const nothing: WireType = { t: 'null' };
const any: WireType = { t: 'any' };

describe('a decoder', () => {
  describe('of scalars', () => {
    it('takes what JSON has itself, and says what it wants instead', () => {
      expect(read(text, 'a')).to.equal('a');
      expect(read(text, 1)).to.deep.equal([': must be a string']);
      expect(read(number, 1.5)).to.equal(1.5);
      expect(read(number, '1')).to.deep.equal([': must be a number']);
      expect(read({ t: 'boolean' }, false)).to.equal(false);
      expect(read({ t: 'boolean' }, 0)).to.deep.equal([': must be true or false']);
      expect(read(nothing, null)).to.equal(null);
      expect(read(nothing, 0)).to.deep.equal([': must be null']);
      expect(read(text, undefined)).to.deep.equal([': is required']);
    });

    it('takes finite numbers only', () => {
      expect(read(number, JSON.parse('1e999'))).to.deep.equal([': must be a number']);
      expect(read(number, JSON.parse('-1e999'))).to.deep.equal([': must be a number']);
      expect(read(number, 1e308)).to.equal(1e308);
      expect(read({ t: 'number', integer: true }, 1.5)).to.deep.equal([': must be a whole number']);
      expect(read({ t: 'number', integer: true }, JSON.parse('1e999'))).to.deep.equal([': must be a whole number']);
    });

    it('takes literals', () => {
      expect(read(literal('a'), 'a')).to.equal('a');
      expect(read(union(literal('a'), literal(1), nothing), 'b')).to.deep.equal([': must be "a" or 1 or null']);
      expect(read(union(literal('a'), literal(1), nothing), null)).to.equal(null);
      expect(read(union(literal('1'), literal('2')), 1)).to.deep.equal([': must be "1" or "2"']);
    });

    it('makes dates of what RFC 3339 writes, of plain dates, and of what Date writes', () => {
      for (const fits of [
        '2020-01-01T00:00:00Z',
        '2020-02-29T23:59:59.123Z',
        '2020-01-01T00:00:00.123456789+05:30',
        '2020-01-01T00:00:00-0500',
        '2020-01-01t00:00:00z',
        '2020-02-29t00:00:00.123456z',
        '2020-02-29t23:00:00.5+05:30',
        '2020-01-01T10:00Z',
        '2020-01-01',
        '+012020-02-03T00:00:00.000Z',
        new Date(8.64e15).toJSON(),
        new Date(-8.64e15).toJSON(),
      ])
        expect(read(date, fits), fits).to.deep.equal(new Date(fits));
      expect(read(date, '2016-12-31T23:59:60Z')).to.deep.equal(new Date('2016-12-31T23:59:59Z'));
      expect(read(date, '2017-01-01T05:29:60.5+05:30')).to.deep.equal(new Date('2016-12-31T23:59:59.5Z'));
    });

    it('names a few of very many literals', () => {
      const of = (count: number): WireType => union(...Array.from({ length: count }, (_, i) => literal(i)));
      expect(read(of(11), -1)).to.deep.equal([': must be 0 or 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 10']);
      expect(read(of(500), -1)).to.deep.equal([': must be 0 or 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 490 more']);
      expect(read(of(500), 499)).to.equal(499);
    });

    it('makes no dates of what names no instant', () => {
      for (const no of [
        '',
        '1',
        5,
        '2020',
        '2020-02-30',
        '2021-02-29T00:00:00Z',
        '2020-13-01T00:00:00Z',
        '2020-00-01',
        '2020-01-00',
        '2020-01-01T24:00:00Z',
        '2020-01-01T00:60:00Z',
        '2020-01-01T00:00:60Z',
        '2020-01-01T00:00:00',
        '2020-01-01T00:00:00+24:00',
        '2020-01-01T00:00:00+05:60',
        ' 2020-01-01',
        '2020-01-01\n',
        '-000000-01-01',
        '+275760-09-13T00:00:00.001Z',
        'Sun, 01 Jan 2020 00:00:00 GMT',
      ])
        expect(read(date, no), String(no)).to.deep.equal([': must be a date and time']);
    });

    it('makes bigints of digits and of whole numbers that are exact', () => {
      expect(read(bigint, '-123456789012345678901234567890')).to.equal(-123456789012345678901234567890n);
      expect(read(bigint, 7)).to.equal(7n);
      expect(read(bigint, '007')).to.equal(7n);
      for (const no of ['', '-', '1.0', '0x10', ' 1', '1n', 1.5, 2 ** 53, null, true, '9'.repeat(5000)])
        expect(read(bigint, no)).to.deep.equal([': must be a whole number, as a string']);
    });

    it('makes a Uint8Array, not a Buffer, of base64', () => {
      const bytes = read({ t: 'bytes' }, 'AAEC/w==');
      expect(bytes).to.deep.equal(new Uint8Array([0, 1, 2, 255]));
      expect(Buffer.isBuffer(bytes)).to.equal(false);
      expect((bytes as Uint8Array).buffer.byteLength).to.equal(4);
      expect(read({ t: 'bytes' }, '')).to.deep.equal(new Uint8Array());
      for (const no of ['AAE', 'AAEC/w', 'AA-_', 'AAEC/w== ', 'AAEC/x==', 1])
        expect(read({ t: 'bytes' }, no)).to.deep.equal([': must be base64']);
    });
  });

  describe('of limits', () => {
    it('says which one was passed', () => {
      const limits: WireType = { t: 'number', minimum: 1, maximum: 5, multipleOf: 2 };
      expect(read(limits, 4)).to.equal(4);
      expect(read(limits, 0)).to.deep.equal([': must be at least 1']);
      expect(read(limits, 7)).to.deep.equal([': must be at most 5', ': must be a multiple of 2']);
      expect(read({ t: 'number', exclusiveMinimum: 1, exclusiveMaximum: 5 }, 1)).to.deep.equal([': must be above 1']);
      expect(read({ t: 'number', exclusiveMinimum: 1, exclusiveMaximum: 5 }, 5)).to.deep.equal([': must be below 5']);
      expect(read(limits, 'a')).to.deep.equal([': must be a number']);
    });

    it('divides as decimals', () => {
      const cents: WireType = { t: 'number', multipleOf: 0.01 };
      for (const fits of [0, 0.3, 19.99, 1234567.89, -0.07]) expect(read(cents, fits)).to.equal(fits);
      for (const no of [0.001, 19.995, 0.3000001]) expect(read(cents, no)).to.deep.equal([': must be a multiple of 0.01']);
    });

    it('counts characters and items', () => {
      const word: WireType = { t: 'string', minLength: 2, maxLength: 3 };
      expect(read(word, 'a')).to.deep.equal([': must have a length of at least 2']);
      expect(read(word, 'abcd')).to.deep.equal([': must have a length of at most 3']);
      expect(read({ t: 'array', of: text, minItems: 1 }, [])).to.deep.equal([': must have a length of at least 1']);
      expect(read({ t: 'set', of: text, maxItems: 1 }, ['a', 'b'])).to.deep.equal([': must have a length of at most 1']);
    });

    it('finds patterns anywhere, with the flag u', () => {
      const pattern: WireType = { t: 'string', pattern: '^\\p{L}+$' };
      expect(read(pattern, 'übung')).to.equal('übung');
      expect(read(pattern, 'a1')).to.deep.equal([': must match ^\\p{L}+$']);
      expect(read({ t: 'string', pattern: 'b' }, 'abc')).to.equal('abc');
      // This expression uses up the stack.
      expect(read({ t: 'string', pattern: '^(a|b)*$' }, 'ab'.repeat(5e6))).to.deep.equal([': must match ^(a|b)*$']);
    });
  });

  it('matches no text that is too long', () => {
    const start = performance.now();
    const found = read({ t: 'string', maxLength: 100, pattern: '\\s+$' }, `${' '.repeat(6_000_000)}a`);
    expect(found).to.deep.equal([': must have a length of at most 100']);
    expect(performance.now() - start).to.be.lessThan(2000);
  });

  describe('of formats', () => {
    const CASES: { readonly [F in StringFormat]: readonly [fits: readonly string[], no: readonly string[]] } = {
      date: [
        ['2020-02-29', '0001-01-01'],
        ['2021-02-29', '2020-1-1', '2020-01-01T00:00:00Z', '2020-13-01', ''],
      ],
      time: [
        ['00:00:00Z', '23:59:59.9+01:00', '23:59:60Z', '00:29:60+00:30', '01:00:00z'],
        ['24:00:00Z', '00:00:00', '00:60:00Z', '12:00:60Z', '1:00:00Z', '00:00:00+1:00'],
      ],
      'date-time': [
        ['2020-02-29T00:00:00Z', '2020-01-01t00:00:00.5-08:00'],
        ['2020-01-01', '2020-02-30T00:00:00Z', '2020-01-01T00:00Z', '2020-01-01 00:00:00Z', '2020-01-01T00:00:00'],
      ],
      duration: [
        ['P1Y', 'P1Y2M3DT4H5M6S', 'PT1S', 'P3W'],
        ['P', 'PT', 'P1YT', '1Y', 'P1W2D', 'P1S', 'p1y'],
      ],
      email: [
        ['a@b.de', 'first.last+tag@sub.example.com', "o'neil@x-y.org"],
        ['a', 'a@b', '@b.de', 'a@.de', '.a@b.de', 'a..b@c.de', 'a b@c.de', 'a@-b.de', 'a@b.de\n', 'a@b..de'],
      ],
      hostname: [
        ['a', 'a-b.example.com', '1.de', 'a'.repeat(63)],
        ['', '-a', 'a-', 'a..b', 'a_b', 'a'.repeat(64), `${'a.'.repeat(127)}ab`],
      ],
      ipv4: [
        ['0.0.0.0', '255.255.255.255', '192.0.2.1'],
        ['256.0.0.1', '1.2.3', '01.2.3.4', '1.2.3.4.5', '1.2.3.4 '],
      ],
      ipv6: [
        ['::', '::1', '1::', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.1', '1:2:3:4:5:6:1.2.3.4'],
        [
          '',
          ':',
          ':::',
          '1',
          '1:2:3:4:5:6:7',
          '1:2:3:4:5:6:7:8:9',
          '1::2::3',
          '12345::',
          'fe80::1%eth0',
          '1:2:3:4:5:6:7::8',
          ':1::',
          '::1.2.3',
        ],
      ],
      uri: [
        ['http://example.com/a?b=c#d', 'mailto:a@b.de', 'urn:isbn:1', 'http://[::1]:80/', 'http://u:p@h/%20', 'file:///a', 'a:'],
        [
          '',
          'example.com',
          '/a',
          'http://a b',
          'http://a/%zz',
          'http://a/<>',
          'http://a#b#c',
          '1a:b',
          'http://[::1]x/',
          'http://é/',
        ],
      ],
      uuid: [
        ['00000000-0000-0000-0000-000000000000', 'C56A4180-65AA-42EC-A945-5FD21DEC0538'],
        ['', 'c56a4180', '{c56a4180-65aa-42ec-a945-5fd21dec0538}'],
      ],
    };
    for (const [format, [fits, no]] of Object.entries(CASES)) {
      it(`knows ${format}`, () => {
        const type: WireType = { t: 'string', format: format as StringFormat };
        for (const it of fits) expect(read(type, it), it).to.equal(it);
        for (const it of no) expect(read(type, it), JSON.stringify(it)).to.be.an('array').with.length(1);
      });

      it(`reads 6 MB for ${format} in no time`, () => {
        const reader = readerOf({ t: 'string', format: format as StringFormat });
        const [sample] = fits as [string];
        for (const part of [sample, 'a', '-', '1', ':', '.', 'a-', 'a.', '1:', '::', '@', '/', '%20', 'P1', '[', 'a@']) {
          const start = performance.now();
          for (const long of [part.repeat(6e6 / part.length), sample + part.repeat(6e6 / part.length)]) attempt(reader, long);
          expect(performance.now() - start, part).to.be.below(2_000);
        }
      }).timeout(60_000);
    }
  });

  describe('of what holds others', () => {
    it('says where something is wrong', () => {
      const type = object({ items: array(object({ price: number })), 'by?': { t: 'record', of: text } });
      expect(read(type, { items: [{ price: 1 }, { price: '2' }, {}], by: { 'x y': 1 } })).to.deep.equal([
        'items[1].price: must be a number',
        'items[2].price: is required',
        'by.x y: must be a string',
      ]);
      expect(read(array(array(number)), [[1], [2, 'a']])).to.deep.equal(['[1][1]: must be a number']);
      expect(read(type, [])).to.deep.equal([': must be an object']);
      expect(read(type, null)).to.deep.equal([': must be an object']);
      expect(read(array(text), {})).to.deep.equal([': must be an array']);
    });

    it('names at most 20 places, of limited length, and never what was sent', () => {
      const all = read(array(number), Array(1000).fill('secret')) as string[];
      expect(all).to.have.length(20);
      expect(all.join()).to.not.contain('secret');
      const [long] = read({ t: 'record', of: number }, { ['k'.repeat(1e6)]: 'secret' }) as [string];
      expect(long.length).to.be.below(300);
    });

    it('takes no more from objects than they say', () => {
      expect(read(object({ a: number }), { a: 1, b: 2 })).to.deep.equal({ a: 1 });
      expect(read(object({ a: number }, { index: text }), { a: 1, b: 'x' })).to.deep.equal({ a: 1, b: 'x' });
      expect(read(object({ a: number }, { index: text }), { a: 1, b: 2 })).to.deep.equal(['b: must be a string']);
      expect(read(object({ a: number }, { closed: true }), { a: 1, b: 2 })).to.deep.equal(['b: is not known']);
      expect(read(object({ 'a?': number }, { closed: true }), {})).to.deep.equal({});
    });

    it('lets properties be absent where their types do', () => {
      const type = object({ a: union(number, none), 'b?': text, c: any, 'd?': none });
      expect(read(type, {})).to.deep.equal({});
      expect(read(type, { a: null })).to.deep.equal(['a: must be a number']);
      expect(read(type, { d: 1 })).to.deep.equal(['d: is not allowed']);
      expect(Object.keys(read(type, { b: 'x' }) as object)).to.deep.equal(['b']);
    });

    it('takes nothing that is inherited', () => {
      const type = object({ 'constructor?': any, 'toString?': text, 'valueOf?': any });
      expect(Object.keys(read(type, {}) as object)).to.deep.equal([]);
      expect(read(object({ toString: text }), {})).to.deep.equal(['toString: is required']);
      expect(Object.keys(read(type, { constructor: 1 }) as object)).to.deep.equal(['constructor']);
    });

    it('has tuples, sets and maps', () => {
      const tuple: WireType = { t: 'tuple', items: [text, date], required: 1, rest: null };
      expect(read(tuple, ['a', '2020-01-01'])).to.deep.equal(['a', new Date('2020-01-01')]);
      expect(read(tuple, ['a'])).to.deep.equal(['a']);
      expect(read(tuple, [])).to.deep.equal([': must have at least 1 items']);
      expect(read(tuple, ['a', '2020-01-01', 1])).to.deep.equal([': must have at most 2 items']);
      expect(read({ ...tuple, rest: number }, ['a', '2020-01-01', 1, 'x'])).to.deep.equal(['[3]: must be a number']);
      expect(read({ t: 'set', of: bigint }, ['1', '2'])).to.deep.equal(new Set([1n, 2n]));
      expect(read({ t: 'set', of: text }, ['a', 'b', 'a'])).to.deep.equal([': must contain nothing twice']);
      expect(read({ t: 'set', of: text }, ['a', 1, 1])).to.deep.equal(['[1]: must be a string', '[2]: must be a string']);
      const map: WireType = { t: 'map', key: text, of: date };
      const day = new Date('2020-01-01');
      expect(read(map, { a: '2020-01-01' })).to.deep.equal(new Map([['a', day]]));
      expect(read(map, [['a', '2020-01-01']])).to.deep.equal(new Map([['a', day]]));
      expect(read({ ...map, key: number }, [[1, '2020-01-01']])).to.deep.equal(new Map([[1, day]]));
      expect(read({ ...map, key: number }, { a: '2020-01-01' })).to.deep.equal(['a: must be a number']);
      expect(read(map, { a: 1 })).to.deep.equal(['a: must be a date and time']);
      expect(read(map, [1, ['a'], ['a', 1]])).to.deep.equal([
        '[0]: must be an array',
        '[1]: must have at least 2 items',
        '[2][1]: must be a date and time',
      ]);
      expect(read(map, 'a')).to.deep.equal([': must be an array']);
    });

    it('has types that contain themselves', () => {
      const list = named('List', (self) => object({ value: number, next: union(self, nothing) }));
      expect(read(list, { value: 1, next: { value: 2, next: null } })).to.deep.equal({
        value: 1,
        next: { value: 2, next: null },
      });
      expect(read(list, { value: 1, next: { value: 'x' } })).to.deep.equal([
        'next.value: must be a number',
        'next.next: is required',
      ]);
    });

    it('keeps any part as it is, and needs no reader for nothing else', () => {
      const part = { x: [1, { y: null }] };
      expect((read(object({ a: any }), { a: part }) as { a: unknown }).a).to.equal(part);
    });
  });

  describe('of unions', () => {
    it('goes by the kind of JSON, and reports inside the one that it can be', () => {
      const type = union(object({ a: number }), array(text), number, nothing);
      expect(read(type, { a: 'x' })).to.deep.equal(['a: must be a number']);
      expect(read(type, [1])).to.deep.equal(['[0]: must be a string']);
      expect(read(type, 1)).to.equal(1);
      expect(read(type, null)).to.equal(null);
      expect(read(type, true)).to.deep.equal([': must be an object with a or an array or a number or null']);
      expect(read(object({ v: type }), {})).to.deep.equal(['v: is required']);
    });

    it('goes by the tag where there is one', () => {
      const cat = named('Cat', object({ kind: literal('cat'), lives: number }));
      const dog = named('Dog', object({ kind: union(literal('dog'), literal(2)), name: text }));
      const type = union(cat, dog, nothing);
      expect(read(type, { kind: 'cat', lives: 9 })).to.deep.equal({ kind: 'cat', lives: 9 });
      expect(read(type, { kind: 2, name: 'x' })).to.deep.equal({ kind: 2, name: 'x' });
      expect(read(type, { kind: 'cat', name: 'x' })).to.deep.equal(['lives: is required']);
      expect(read(type, { kind: 'cow' })).to.deep.equal(['kind: must be "cat" or "dog" or 2']);
      expect(read(type, {})).to.deep.equal(['kind: is required']);
      expect(read(type, [])).to.deep.equal([': must be an object']);
      expect(read(type, { kind: '2', name: 'x' })).to.deep.equal(['kind: must be "cat" or "dog" or 2']);
    });

    it('takes the member that has a place for the most', () => {
      const a = object({ id: text });
      const ab = object({ id: text, 'more?': object({ x: number, 'y?': number }) });
      const ac = object({ id: text, 'more?': object({ x: number, 'z?': number }) });
      const type = union(a, ab, ac);
      for (const value of [{ id: 'a' }, { id: 'a', more: { x: 1, y: 2 } }, { id: 'a', more: { x: 1, z: 2 } }])
        expect(read(type, value)).to.deep.equal(value);
      expect(read(type, { more: {} })).to.deep.equal([': must be an object with id']);
      expect(read(union(array(number), array(text)), ['a'])).to.deep.equal(['a']);
      expect(read(union(array(number), array(text)), [true])).to.deep.equal([': must be an array']);
      expect(read(union(named('A', a), named('B', object({ b: text }))), { c: 1 })).to.deep.equal([
        ': must be an object (A) or an object (B)',
      ]);
    });

    it('prefers what JSON has itself', () => {
      expect(read(union(text, date), '2020-01-01')).to.equal('2020-01-01');
      expect(read(union(date, literal('now')), 'now')).to.equal('now');
      expect(read(union(date, literal('now')), '2020-01-01')).to.deep.equal(new Date('2020-01-01'));
      expect(read(union(date, literal('now')), 'x')).to.deep.equal([': must be a date and time or "now"']);
      expect(read(union(bigint, number), 5)).to.equal(5);
      expect(read(union(bigint, number), '5')).to.equal(5n);
      expect(read(union(bigint, { t: 'boolean' }), 5)).to.equal(5n);
    });

    it('takes linear time where a hostile body is to be tried in many ways', () => {
      const left = named('Left', (self) => object({ of: union(self, object({ of: union(self, nothing), b: number })), a: text }));
      const type = union(left, object({ of: union(left, nothing), b: number }));
      let body: unknown = null;
      for (let i = 0; i < 150; i++) body = { of: body, c: 1 };
      const start = performance.now();
      expect(read(type, body)).to.have.length(1);
      expect(performance.now() - start).to.be.below(500);
    });
  });
});

describe('instances', () => {
  class Address {
    street = '';
    #visits = 1;
    get visits(): number {
      return this.#visits;
    }
  }
  const address = named('Address', object({ street: text, 'visits?': number }), Address);

  it('have methods, private fields and initial values, to any depth', () => {
    class Person {
      name = 'nobody';
      note = 'initial';
      homes: Address[] = [];
      hello(): string {
        return `hello ${this.name}`;
      }
    }
    const person = named('Person', object({ name: text, 'note?': text, homes: array(address) }), Person);
    const bob = read(person, { name: 'bob', homes: [{ street: 'main', visits: 100 }], more: 1 }) as Person;
    expect(bob).to.be.instanceOf(Person);
    expect(bob.hello()).to.equal('hello bob');
    expect(bob.note).to.equal('initial');
    expect(bob.homes[0]).to.be.instanceOf(Address);
    expect(bob.homes[0]?.street).to.equal('main');
    expect(bob.homes[0]?.visits).to.equal(1);
    expect(bob).to.not.have.property('more');
  });

  it('are made once, after the whole body has been checked', () => {
    let count = 0;
    class Counted {
      at = '';
      constructor() {
        count++;
      }
    }
    const counted = named('Counted', object({ at: text }), Counted);
    const other = named('Other', object({ at: text, more: text }), class Other {});
    const type = object({ list: array(counted), one: union(counted, other), last: number });
    const body = { list: [{ at: 'a' }, { at: 'b' }], one: { at: 'c' } };
    expect(read(type, body)).to.deep.equal(['last: is required']);
    expect(count).to.equal(0);
    const value = read(type, { ...body, last: 1 }) as { one: Counted };
    expect(value.one).to.be.instanceOf(Counted);
    expect(count).to.equal(3);
  });

  it('get from their constructor what it takes', () => {
    class Money {
      readonly upper: string;
      note?: string;
      constructor(
        readonly amount: bigint,
        readonly currency: string,
      ) {
        this.upper = currency.toUpperCase();
      }
    }
    const type = object({ amount: bigint, currency: text, 'note?': text });
    const money = read(named('Money', type, Money, ['amount', 'currency']), { amount: '5', currency: 'eur', note: 'x' });
    expect(money).to.be.instanceOf(Money);
    expect(money).to.deep.include({ amount: 5n, currency: 'eur', upper: 'EUR', note: 'x' });
  });

  it('do without a constructor that cannot do without arguments', () => {
    class Strict {
      readonly upper: string;
      constructor(name: string) {
        this.upper = name.toUpperCase();
      }
      twice(): string {
        return this.upper + this.upper;
      }
    }
    const value = read(named('Strict', object({ upper: text }), Strict), { upper: 'A' }) as Strict;
    expect(value).to.be.instanceOf(Strict);
    expect(value.twice()).to.equal('AA');
  });

  it('leave errors of constructors to whoever wrote these', () => {
    class Rude {
      constructor() {
        throw new RangeError('rude');
      }
    }
    class Picky {
      constructor(readonly id: string) {
        (id as unknown as { no(): void }).no();
      }
    }
    expect(() => read(named('Rude', object({}), Rude), {})).to.throw(RangeError, 'rude');
    expect(() => read(named('Picky', object({ id: text }), Picky, ['id']), { id: 'a' })).to.throw(TypeError);
    expect(read(object({ a: number }), { a: 'x' })).to.deep.equal(['a: must be a number']);
  });

  it('are no place for what has only a getter, nor frozen', () => {
    class Frozen {
      a = 1;
      constructor() {
        Object.freeze(this);
      }
    }
    expect(read(named('Frozen', object({ a: number }), Frozen), { a: 2 })).to.deep.equal(new Frozen());
  });

  it('of a class without constructor work as entries are written', () => {
    const reader = build(instance(Address, objectOf({ street: string })));
    expect(reader('any', { street: 'x' })).to.be.instanceOf(Address);
  });
});

describe('a hostile body', () => {
  const list = named('List', (self) => object({ 'next?': self }));
  const listOfInstances = named('Chain', (self) => object({ 'next?': union(self, nothing) }), class Chain {});
  const tree = named('Tree', (self) => array(self));
  const deep = (open: string, inner: string, close: string, times: number): string =>
    open.repeat(times) + inner + close.repeat(times);

  it('of any depth gets an answer', () => {
    for (const times of [300, 1_000, 5_000, 100_000]) {
      for (const [type, body] of [
        [list, deep('{"next":', '{}', '}', times)],
        [listOfInstances, deep('{"next":', '{}', '}', times)],
        [tree, deep('[', '', ']', times)],
        [union(tree, object({ a: tree }), array(list)), deep('[', '', ']', times)],
        [object({ a: any }), `{"a":${deep('[', '', ']', times)}}`],
        [text, deep('[', '', ']', times)],
      ] as const) {
        const answer = read(type, parseJson(body));
        const isDeep = times > 300;
        if (type === text) expect(answer).to.deep.equal([': must be a string']);
        else if ((type === list || type === tree || type === listOfInstances) && isDeep)
          expect(answer)
            .to.be.an('array')
            .with.nested.property('[0]')
            .that.matches(/: is nested too deeply$/);
      }
    }
  });

  it('of 300 levels is still made into instances', () => {
    expect(read(listOfInstances, parseJson(deep('{"next":', '{}', '}', 300)))).to.have.property('next');
  });

  it('of 6 MB is read in no time', () => {
    const type = object({ items: array(object({ name: text, at: date, 'n?': number })) });
    const body = JSON.stringify({
      items: Array(80_000).fill({ name: 'some longer name', at: '2020-01-01T00:00:00.000Z', n: 1.5 }),
    });
    expect(body.length).to.be.above(5_400_000);
    const start = performance.now();
    expect(read(type, parseJson(body)))
      .to.have.property('items')
      .with.length(80_000);
    expect(read(array(object({ x: number })), parseJson(`[${'{"x":1},'.repeat(500_000)}{}]`))).to.deep.equal([
      '[500000].x: is required',
    ]);
    expect(read(array(number), parseJson(`[${'"",'.repeat(2_000_000)}1]`))).to.have.length(20);
    expect(read(bigint, '1'.repeat(6e6))).to.have.length(1);
    expect(read({ t: 'bytes' }, 'AAAA'.repeat(1.5e6))).to.have.length(4.5e6);
    expect(performance.now() - start).to.be.below(8_000);
  }).timeout(30_000);

  it('reaches no prototype', () => {
    const evil =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":{"polluted":1}},"\\u005f_proto__":{"polluted":1}}';
    class Open {}
    for (const type of [
      any,
      object({ 'a?': any }),
      object({}, { index: any }),
      object({ ['__proto__']: any }),
      object({ ['__proto__']: any }, { index: any }),
      { t: 'record', of: any } as const,
      { t: 'map', key: text, of: any } as const,
      named('Open', object({ 'a?': any, ['__proto__?']: any, 'constructor?': any }), Open),
    ] as WireType[]) {
      for (const json of [parseJson(evil), JSON.parse(evil) as unknown]) {
        const value = attempt(readerOf(type), json) as Record<string, unknown>;
        if (type === any) continue;
        expect(value['polluted']).to.equal(undefined);
        expect([Object.prototype, Map.prototype, Open.prototype].includes(Object.getPrototypeOf(value) as object)).to.equal(true);
      }
    }
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    expect((Open.prototype as Record<string, unknown>)['polluted']).to.equal(undefined);
  });

  it('may hold lone surrogates, duplicate keys and huge numbers', () => {
    expect(read(text, parseJson('"\\ud800"'))).to.equal('\ud800');
    expect(read(object({ a: number }), parseJson('{"a":"x","a":1}'))).to.deep.equal({ a: 1 });
    expect(read(object({ a: number }), parseJson('{"a":1e999}'))).to.deep.equal(['a: must be a number']);
    expect(read(number, parseJson('123456789012345678901234567890'))).to.equal(Number('123456789012345678901234567890'));
  });
});

describe('text as JSON', () => {
  const problem = (body: string): unknown => {
    try {
      return parseJson(body);
    } catch (error) {
      expect(error).to.be.instanceOf(InvalidInputException);
      return (error as InvalidInputException).errors;
    }
  };

  it('is refused when it is none', () => {
    for (const no of ['', '{', 'NaN', '[1,]', "{'a':1}", 'undefined', '{"a":1}x', '\ufeff1'])
      expect(problem(no), no).to.deep.equal([{ path: '', message: 'is not JSON' }]);
  });

  it('loses keys that would change prototypes, however they are written', () => {
    for (const key of [
      '__proto__',
      '\\u005f_proto__',
      '__\\u0070roto__',
      '_\\u005F\\u0070\\u0072\\u006f\\u0074\\u006F__',
      '__pr\\u006ft\\u006f__',
    ])
      expect(Object.keys(problem(`{"a":{"${key}":{"x":1},"b":1}}`) as object), key).to.deep.equal(['a']);
    expect(problem('{"a":{"__proto__":{"x":1},"b":1}}')).to.deep.equal({ a: { b: 1 } });
    expect(problem('{"a":"__proto__"}')).to.deep.equal({ a: '__proto__' });
    expect(Object.keys(problem('{"constructor":1,"prototype":2}') as object)).to.deep.equal(['constructor', 'prototype']);
  });

  it('of any depth is read, or refused where keys have to be dropped', () => {
    const nested = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(problem(nested)).to.be.an('array');
    expect(problem(`{"__proto__":1,"a":${nested}}`)).to.deep.equal([{ path: '', message: 'is nested too deeply' }]);
  });
});
