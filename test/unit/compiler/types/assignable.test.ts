import { expect } from 'chai';
import type { TypeDecl, WireField, WireType } from '../../../../compiler/ir/wire-type.js';
import { mismatch } from '../../../../compiler/types/assignable.js';

const string: WireType = { t: 'string' };
const number: WireType = { t: 'number' };
const date: WireType = { t: 'date' };
const literal = (value: string | number | boolean): WireType => ({ t: 'literal', value });
const array = (of: WireType): WireType => ({ t: 'array', of });
const union = (...of: WireType[]): WireType => ({ t: 'union', of });
const optional = (type: WireType): { optional: WireType } => ({ optional: type });

function object(fields: Readonly<Record<string, WireType | { optional: WireType }>>, closed = false): WireType {
  const all = Object.entries(fields).map(
    ([name, type]): WireField => ({
      name,
      type: 'optional' in type ? type.optional : type,
      optional: 'optional' in type,
      doc: null,
    }),
  );
  return { t: 'object', fields: all, index: null, closed };
}

function named(name: string, type: (self: WireType) => WireType): WireType {
  const decl = { name, key: `a.ts#${name}`, doc: null, source: null, type: { t: 'any' } as WireType, class: null };
  const self: WireType = { t: 'ref', to: decl as TypeDecl };
  decl.type = type(self);
  return self;
}

const at = (sent: WireType, accepted: WireType): string | null => {
  const found = mismatch(sent, accepted);
  return found === null ? null : `${found.path}: ${found.sent} to ${found.accepted}`;
};

describe('what one side sends and the other accepts', () => {
  it('fits as far as anybody knows when a property may be anything, and with that missing', () => {
    expect(at(object({ a: optional({ t: 'any' }) }), object({ a: number }))).to.equal(null);
    expect(at(object({ a: optional(number) }), object({ a: number }))).to.equal('a: number | undefined to number');
  });

  it('fits when it is the same on the wire', () => {
    for (const [sent, accepted] of [
      [string, string],
      [date, string],
      [date, date],
      [{ t: 'bigint' }, string],
      [{ t: 'bytes' }, string],
      [literal('a'), string],
      [literal('a'), union(literal('a'), literal('b'))],
      [literal(3), { t: 'bigint' }],
      [literal(true), { t: 'boolean' }],
      [{ t: 'any' }, number],
      [number, { t: 'any' }],
      [{ t: 'set', of: string }, array(string)],
      [{ t: 'tuple', items: [string, number], required: 2, rest: null }, array(union(string, number))],
      [
        { t: 'map', key: string, of: date },
        { t: 'record', of: string },
      ],
      [object({ a: number, b: number }), { t: 'record', of: number }],
      [object({ a: string, more: number }), object({ a: string, b: optional(number) })],
      [{ ...string, minLength: 3 } as WireType, { ...string, pattern: '^x' } as WireType],
    ] as const) {
      expect(at(sent as WireType, accepted as WireType), JSON.stringify([sent, accepted])).to.equal(null);
    }
  });

  it('does not when a value could be refused, and the first place is named', () => {
    for (const [sent, accepted, expected] of [
      [number, string, ': number to string'],
      [string, date, ': string to Date'],
      [string, literal('a'), ': string to "a"'],
      [number, { t: 'bigint' }, ': number to bigint'],
      [union(string, { t: 'null' }), string, ': null to string'],
      [array(number), array(string), '[]: number to string'],
      [array(string), { t: 'tuple', items: [string], required: 1, rest: null }, ': string[] to [string]'],
      [
        { t: 'tuple', items: [string, string], required: 2, rest: null },
        { t: 'tuple', items: [string, number], required: 2, rest: null },
        '[1]: string to number',
      ],
      [object({ a: string }), object({ a: string, b: number }), 'b: nothing to number'],
      [object({ a: optional(string) }), object({ a: string }), 'a: string | undefined to string'],
      [object({ a: array(object({ p: string })) }), object({ a: array(object({ p: number })) }), 'a[].p: string to number'],
      [object({ a: string, b: number }), object({ a: string }, true), 'b: number to nothing'],
      [object({ 'odd name': string }), object({ 'odd name': number }), '["odd name"]: string to number'],
      [{ t: 'record', of: string }, object({ a: string }), ': Record<string, string> to { a: string }'],
      [
        object({ kind: literal('a'), x: number }),
        union(object({ kind: literal('a'), x: string }), string),
        'x: number to string',
      ],
    ] as const) {
      expect(at(sent as WireType, accepted as WireType), JSON.stringify([sent, accepted])).to.equal(expected);
    }
  });

  it('is decided for types that contain themselves', () => {
    const tree = named('Tree', (self) => object({ value: string, children: array(self) }));
    const other = named('Other', (self) => object({ value: string, children: array(self) }));
    const wrong = named('Wrong', (self) => object({ children: array(self), value: number }));
    expect(at(tree, other)).to.equal(null);
    expect(at(tree, wrong)).to.equal('value: string to number');
  });
});
