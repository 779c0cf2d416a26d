import { expect } from 'chai';
import { declarationSchema, jsonSchema } from '../../../../compiler/documents/json-schema.js';
import type { TypeDecl, WireField, WireType } from '../../../../compiler/ir/wire-type.js';

const text: WireType = { t: 'string' };
const number: WireType = { t: 'number' };
const none: WireType = { t: 'undefined' };
const nothing: WireType = { t: 'null' };
const literal = (value: string | number | boolean): WireType => ({ t: 'literal', value });
const union = (...of: WireType[]): WireType => ({ t: 'union', of });
const field = (name: string, type: WireType, more: Partial<WireField> = {}): WireField => ({
  name,
  type,
  optional: false,
  doc: null,
  ...more,
});
const object = (...fields: WireField[]): WireType => ({ t: 'object', fields, index: null, closed: false });
const decl = (name: string, type: WireType, more: Partial<TypeDecl> = {}): TypeDecl => ({
  name,
  key: `src/a.ts#${name}`,
  doc: null,
  source: null,
  type,
  class: null,
  ...more,
});
const refs = (to: TypeDecl): string => `#/$defs/${to.name}`;
const schema = (type: WireType) => jsonSchema(type, refs);

describe('the JSON Schema of a type', () => {
  it('says what scalars are on the wire', () => {
    expect(schema({ t: 'any' })).to.deep.equal({});
    expect(schema({ t: 'boolean' })).to.deep.equal({ type: 'boolean' });
    expect(schema({ t: 'date' })).to.deep.equal({ type: 'string', format: 'date-time' });
    expect(schema({ t: 'bigint' })).to.deep.equal({ type: 'string', pattern: '^-?[0-9]+$' });
    expect(schema({ t: 'bytes' })).to.deep.equal({ type: 'string', contentEncoding: 'base64' });
    expect(schema(literal('a'))).to.deep.equal({ type: 'string', const: 'a' });
    expect(schema(none)).to.deep.equal({ not: {} });
  });

  it('keeps limits', () => {
    expect(schema({ t: 'string', minLength: 1, maxLength: 2, pattern: '^a', format: 'email' })).to.deep.equal({
      type: 'string',
      minLength: 1,
      maxLength: 2,
      pattern: '^a',
      format: 'email',
    });
    expect(schema({ t: 'number', integer: true, minimum: 0, exclusiveMaximum: 9, multipleOf: 3 })).to.deep.equal({
      type: 'integer',
      minimum: 0,
      exclusiveMaximum: 9,
      multipleOf: 3,
    });
    expect(schema({ t: 'array', of: text, minItems: 1 })).to.deep.equal({
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
    });
  });

  it('says that nothing is twice in a set, unless sets tell its values apart that JSON does not', () => {
    expect(schema({ t: 'set', of: text })).to.deep.equal({ type: 'array', items: { type: 'string' }, uniqueItems: true });
    expect(schema({ t: 'set', of: object() })).to.deep.equal({ type: 'array', items: { type: 'object' } });
  });

  it('has tuples with required items, optional ones and a rest', () => {
    expect(schema({ t: 'tuple', items: [text, number], required: 1, rest: null })).to.deep.equal({
      type: 'array',
      prefixItems: [{ type: 'string' }, { type: 'number' }],
      items: false,
      minItems: 1,
      maxItems: 2,
    });
    expect(schema({ t: 'tuple', items: [text], required: 1, rest: number })).to.deep.equal({
      type: 'array',
      prefixItems: [{ type: 'string' }],
      items: { type: 'number' },
      minItems: 1,
    });
    expect(schema({ t: 'tuple', items: [], required: 0, rest: null })).to.deep.equal({
      type: 'array',
      items: false,
      maxItems: 0,
    });
  });

  it('has maps as objects where keys are strings, else as pairs', () => {
    expect(schema({ t: 'map', key: text, of: number })).to.deep.equal({
      type: 'object',
      additionalProperties: { type: 'number' },
    });
    expect(schema({ t: 'map', key: union(literal('a'), literal('b')), of: number })).to.deep.equal({
      type: 'object',
      propertyNames: { type: 'string', enum: ['a', 'b'] },
      additionalProperties: { type: 'number' },
    });
    expect(schema({ t: 'map', key: number, of: text })).to.deep.equal({
      type: 'array',
      items: {
        type: 'array',
        prefixItems: [{ type: 'number' }, { type: 'string' }],
        items: false,
        minItems: 2,
        maxItems: 2,
      },
    });
  });

  it('has objects with what is required, what else may be there, and what doc comments say', () => {
    const doc = { description: 'How many.', default: 1, examples: [2], deprecated: true };
    expect(
      schema({
        t: 'object',
        fields: [
          field('a', text),
          field('b', number, { optional: true, doc }),
          field('c', union(text, none)),
          field('d', { t: 'any' }),
        ],
        index: null,
        closed: true,
      }),
    ).to.deep.equal({
      type: 'object',
      properties: {
        a: { type: 'string' },
        b: { type: 'number', description: 'How many.', default: 1, examples: [2], deprecated: true },
        c: { type: 'string' },
        d: {},
      },
      required: ['a'],
      additionalProperties: false,
    });
    expect(schema({ t: 'object', fields: [], index: number, closed: false })).to.deep.equal({
      type: 'object',
      additionalProperties: { type: 'number' },
    });
  });

  it('has unions of literals as enumerations', () => {
    expect(schema(union(literal('a'), literal('b')))).to.deep.equal({ type: 'string', enum: ['a', 'b'] });
    expect(schema(union(literal('a'), literal(1)))).to.deep.equal({ type: ['string', 'number'], enum: ['a', 1] });
    expect(schema(union(literal('a'), nothing))).to.deep.equal({ type: ['string', 'null'], enum: ['a', null] });
    expect(schema(union(literal('a'), literal('b'), number, nothing))).to.deep.equal({
      anyOf: [{ type: ['string', 'null'], enum: ['a', 'b', null] }, { type: 'number' }],
    });
    expect(schema(union(literal('a'), none))).to.deep.equal({ type: 'string', const: 'a' });
  });

  it('has what may be null as two types where that says all', () => {
    expect(schema(union({ t: 'string', minLength: 1 }, nothing))).to.deep.equal({ type: ['string', 'null'], minLength: 1 });
    const order = decl('Order', object());
    expect(schema(union({ t: 'ref', to: order }, nothing))).to.deep.equal({
      anyOf: [{ $ref: '#/$defs/Order' }, { type: 'null' }],
    });
  });

  it('has exactly one of the members that a property tells apart, else any', () => {
    const cat = object(field('kind', literal('cat')), field('lives', number));
    const dog = object(field('kind', union(literal('dog'), literal('hound'))));
    expect(schema(union(cat, dog)))
      .to.have.property('oneOf')
      .with.length(2);
    expect(schema(union(cat, dog, nothing)))
      .to.have.property('anyOf')
      .with.length(3);
    expect(schema(union(cat, object(field('kind', text))))).to.have.property('anyOf');
    expect(schema(union(cat, object(field('kind', literal('cat')))))).to.have.property('anyOf');
    expect(schema(union(cat, object(field('kind', literal('dog'), { optional: true }))))).to.have.property('anyOf');
  });

  it('refers to declarations by name, also to those that contain themselves', () => {
    const node = decl('Node', object(), { doc: { description: 'A node.' } });
    Object.assign(node, { type: object(field('next', union({ t: 'ref', to: node }, nothing))) });
    expect(declarationSchema(node, refs)).to.deep.equal({
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] } },
      required: ['next'],
      description: 'A node.',
    });
  });
});
