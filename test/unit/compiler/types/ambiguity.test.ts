import { expect } from 'chai';
import type { WireType } from '../../../../compiler/ir/wire-type.js';
import { ambiguous } from '../../../../compiler/types/ambiguity.js';
import { array, literal, named, number, object, text, union } from '../../../support/wire-types.js';

const date: WireType = { t: 'date' };
const bigint: WireType = { t: 'bigint' };
const bytes: WireType = { t: 'bytes' };
const set = (of: WireType): WireType => ({ t: 'set', of });
const map = (key: WireType, of: WireType): WireType => ({ t: 'map', key, of });

const pairs: Readonly<Record<string, readonly [WireType, WireType]>> = {
  'string | Date': [text, date],
  'string | bigint': [text, bigint],
  'string | Uint8Array': [text, bytes],
  'bigint | Uint8Array': [bigint, bytes],
  '"2020-01-01T00:00:00.000Z" | Date': [literal('2020-01-01T00:00:00.000Z'), date],
  '"12" | bigint': [literal('12'), bigint],
  '"AAAA" | Uint8Array': [literal('AAAA'), bytes],
  'Set | array': [set(text), array(text)],
  'Date[] | string[]': [array(date), array(text)],
  'Map | record': [map(text, number), { t: 'record', of: number }],
  'Map | array of pairs': [map(number, text), array(array(text))],
  'two classes of the same fields': [
    named('A', object({ name: text }), class A {}),
    named('B', object({ name: text }), class B {}),
  ],
  'a class and an object type of the same fields': [named('A', object({ name: text }), class A {}), object({ name: text })],
  'objects that differ in what a string means': [object({ at: date }), object({ at: text })],
  'maps as pairs and as objects, without a tag': [
    object({ m: map(number, text), a: number }),
    object({ m: map(text, text), a: text }),
  ],
  'arrays of maps and of sets': [array(map(text, number)), array(set(text))],
  'a map in one object and a set in the other': [object({ a: map(text, number) }), object({ a: set(text) })],
  'an object with anything in it': [object({ a: { t: 'any' } }), object({ a: object({ b: number }) })],
};

const clear: Readonly<Record<string, WireType>> = {
  'string | number | boolean | null': union(text, number, { t: 'boolean' }, { t: 'null' }),
  'number | bigint': union(number, bigint),
  'number | Date': union(number, date),
  'Date | bigint': union(date, bigint),
  'Date | Uint8Array': union(date, bytes),
  '"never" | Date': union(literal('never'), date),
  'an email address or a Date': union({ t: 'string', format: 'email' }, date),
  'string[] | number[]': union(array(text), array(number)),
  'Date | Date[]': union(date, array(date)),
  'objects that JSON has itself': union(object({ a: text, 'b?': text }), object({ a: text, 'c?': text })),
  'classes with a tag': union(
    named('A', object({ kind: literal('a'), name: text }), class A {}),
    named('B', object({ kind: literal('b'), name: text }), class B {}),
  ),
  'maps as pairs and as objects, with a tag': union(
    object({ kind: literal('a'), m: map(number, text) }),
    object({ kind: literal('b'), m: map(text, text) }),
    { t: 'null' },
  ),
  'Map | Set': union(map(text, number), set(text)),
  'a class that asks for more': union(
    named('A', object({ name: text, more: text }), class A {}),
    named('B', object({ name: text }), class B {}),
  ),
  'Map | undefined': union(map(number, text), { t: 'undefined' }),
};

describe('a union', () => {
  for (const [title, [a, b]] of Object.entries(pairs)) {
    it(`that is ambiguous: ${title}`, () => {
      const type = union(a, b);
      expect(ambiguous(type)).to.deep.equal({ union: type, members: [a, b] });
      expect(ambiguous(object({ items: array(named('Item', type)) }))?.members).to.deep.equal([a, b]);
      expect(ambiguous(union(b, a))).to.not.equal(null);
    });
  }
  for (const [title, type] of Object.entries(clear)) {
    it(`that is clear: ${title}`, () => {
      expect(ambiguous(type)).to.equal(null);
    });
  }

  it('is found among others, behind names and in types that contain themselves', () => {
    const tree = named('Tree', (self) => object({ of: union(self, array(self)), at: union(text, named('When', date)) }));
    expect(ambiguous(tree)?.members[0]).to.equal(text);
    const list = named('List', (self) => union(object({ next: self }), { t: 'null' }));
    expect(ambiguous(list)).to.equal(null);
    expect(ambiguous(union(number, named('Text', union(text, { t: 'null' })), date))?.members[1]).to.equal(date);
  });
});
