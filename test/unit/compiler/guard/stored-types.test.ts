import { expect } from 'chai';
import { storedChanges, storedTypes } from '../../../../compiler/guard/stored-types.js';
import type { TypeDecl, WireType } from '../../../../compiler/ir/wire-type.js';

const STRING: WireType = { t: 'string' };
const NUMBER: WireType = { t: 'number' };
const literal = (value: string): WireType => ({ t: 'literal', value });
const union = (...of: WireType[]): WireType => ({ t: 'union', of });
const field = (name: string, type: WireType, optional = false) => ({ name, type, optional, doc: null });
const object = (...fields: ReturnType<typeof field>[]): WireType => ({ t: 'object', fields, index: null, closed: false });

const types = (columns: Readonly<Record<string, WireType>>) =>
  storedTypes(Object.entries(columns).map(([column, type]) => ({ column, type })));
const changes = (before: Readonly<Record<string, WireType>>, now: Readonly<Record<string, WireType>>) =>
  storedChanges(types(before), types(now)).map((change) => `${change.change} ${change.path}`);

describe('stored types', () => {
  it('are a line for each part', () => {
    const lines = types({
      list: { t: 'array', of: object(field('a b', STRING), field('n', NUMBER, true)) },
      map: { t: 'map', key: STRING, of: NUMBER },
      pair: { t: 'tuple', items: [STRING, NUMBER], required: 2, rest: null },
      some: union(literal('a | b'), literal('c')),
    });
    expect(lines).to.deep.equal({
      list: 'array',
      'list[]': 'object',
      'list[]."a b"': 'string',
      'list[].n': 'number | undefined',
      map: 'map',
      'map{key}': 'string',
      'map{}': 'number',
      pair: 'tuple of 2',
      'pair[0]': 'string',
      'pair[1]': 'number',
      some: '"a \\u007c b" | "c"',
    });
  });

  it('end where a type is inside itself', () => {
    const node = { name: 'Node', key: 'Node', doc: null, source: null, class: null } as unknown as { type: WireType } & TypeDecl;
    const circle = { ...node, type: STRING };
    (circle as { type: WireType }).type = object(field('next', { t: 'ref', to: circle }, true));
    expect(types({ node: { t: 'ref', to: circle } })).to.deep.equal({ node: 'object', 'node.next': 'Node | undefined' });
  });

  const SILENT: Readonly<Record<string, readonly [WireType, WireType]>> = {
    'is wider': [STRING, union(STRING, NUMBER)],
    'is the type of its literals': [union(literal('a'), literal('b')), STRING],
    'may be absent now': [STRING, union(STRING, { t: 'undefined' })],
    'is not known any more': [STRING, { t: 'any' }],
    'was not known': [{ t: 'any' }, STRING],
    'has new parts that may be absent': [object(), object(field('a', STRING, true))],
    'has fewer parts': [object(field('a', STRING)), object()],
  };
  for (const [what, [before, now]] of Object.entries(SILENT)) {
    it(`that ${what} can be read as before`, () => expect(changes({ x: before }, { x: now })).to.deep.equal([]));
  }

  const FOUND: Readonly<Record<string, readonly [WireType, WireType, string]>> = {
    'another type': [STRING, NUMBER, 'type x'],
    'another type in lists': [{ t: 'array', of: STRING }, { t: 'array', of: NUMBER }, 'type x[]'],
    'a set of it': [{ t: 'array', of: STRING }, { t: 'set', of: STRING }, 'type x'],
    'some of its literals': [union(literal('a'), literal('b')), literal('a'), 'narrowed x'],
    'literals where any text was': [STRING, literal('a'), 'narrowed x'],
    'never null': [union(STRING, { t: 'null' }), STRING, 'narrowed x'],
    'always there': [union(STRING, { t: 'undefined' }), STRING, 'required x'],
    'with a part that must be there': [object(), object(field('a', STRING)), 'required x.a'],
  };
  for (const [what, [before, now, found]] of Object.entries(FOUND)) {
    it(`that are ${what} are said`, () => expect(changes({ x: before }, { x: now })).to.deep.equal([found]));
  }

  it('of a column that was renamed are said once, and only where no other could be it', () => {
    const address = object(field('street', STRING));
    expect(changes({ home: address }, { house: address })).to.deep.equal(['renamed house']);
    expect(changes({ a: STRING, b: STRING }, { c: STRING, d: NUMBER })).to.deep.equal(['required c', 'required d']);
    expect(changes({ a: STRING }, { c: STRING, d: STRING })).to.deep.equal(['required c', 'required d']);
  });
});
