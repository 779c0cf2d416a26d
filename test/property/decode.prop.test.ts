import assert from 'node:assert';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { jsonSchema } from '../../compiler/documents/json-schema.js';
import type { JsonObject } from '../../compiler/ir/json.js';
import { declarationsOf, type TypeDecl, type WireType } from '../../compiler/ir/wire-type.js';
import { ambiguous } from '../../compiler/types/ambiguity.js';
import { InvalidInputException } from '../../runtime/core/errors.js';
import { parseJson } from '../../runtime/core/json.js';
import { toJson } from '../../runtime/core/shape.js';
import { anyJson, damage, damaged, readerOf, valuesOf, wireType, writerOf } from '../support/wire-types.js';
import { PATIENCE, runs } from './runs.js';

const BIGINT = '^-?[0-9]+$';

/** ajv's opinion of JSON, by the type's schema and what checks accept beyond it. */
function opinionOf(type: WireType): (json: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, ownProperties: true, allErrors: false, unicodeRegExp: true });
  (addFormats as unknown as (ajv: unknown) => void)(ajv);
  // The generator makes no strings of this format, so that it stands for `Date` alone.
  ajv.addFormat('date-time', (it) => !Number.isNaN(Date.parse(it)) && /^([+-]\d\d)?\d{4}-\d\d-\d\d(T.*Z)?$/.test(it));
  ajv.removeKeyword('contentEncoding');
  ajv.addKeyword({ keyword: 'contentEncoding', type: 'string', validate: (_: string, it: string) => isBase64(it) });
  const names = new Map(declarationsOf([type]).map((decl, i) => [decl, `#/$defs/D${i}`]));
  const refs = (decl: TypeDecl): string => names.get(decl) as string;
  const definitions = [...names].map(([decl, ref]) => [ref.slice('#/$defs/'.length), lenient(decl.type, refs)]);
  const schema = { ...jsonSchema(type, refs), $defs: Object.fromEntries(definitions) };
  return ajv.compile(withLenientBigints(schema) as JsonObject) as (json: unknown) => boolean;
}

/** Maps are accepted in both forms; the generator gives each a name. */
function lenient(type: WireType, refs: (decl: TypeDecl) => string): JsonObject {
  if (type.t !== 'map') return jsonSchema(type, refs);
  const [key, of] = [type.key, type.of].map((part) => jsonSchema(part, refs)) as [JsonObject, JsonObject];
  const pair = { type: 'array', prefixItems: [key, of], minItems: 2, maxItems: 2 };
  return {
    anyOf: [
      { type: 'object', propertyNames: key, additionalProperties: of },
      { type: 'array', items: pair },
    ],
  };
}

function withLenientBigints(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withLenientBigints);
  if (typeof schema !== 'object' || schema === null) return schema;
  const it = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, withLenientBigints(part)]));
  if (it['pattern'] !== BIGINT) return it;
  const safe = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
  return { anyOf: [it, safe] };
}

const isBase64 = (text: string): boolean =>
  /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/.test(text);

/** True when a map or a bigint is in a union, where its second form depends on the other members. */
function isLenientInUnion(type: WireType): boolean {
  const all = [type, ...declarationsOf([type]).map((decl) => decl.type)];
  const holds = (part: WireType, test: (it: WireType) => boolean): boolean =>
    test(part) || partsIn(part).some((it) => holds(it, test));
  return all.some((part) =>
    holds(
      part,
      (it) => it.t === 'union' && it.of.some((member) => through(member).some((m) => ['map', 'bigint', 'set'].includes(m.t))),
    ),
  );
}

const through = (type: WireType, depth = 0): WireType[] =>
  depth > 9
    ? []
    : type.t === 'ref'
      ? through(type.to.type, depth + 1)
      : type.t === 'union'
        ? type.of.flatMap((it) => through(it, depth + 1))
        : [type];

const partsIn = (type: WireType): readonly WireType[] => {
  const it = type as {
    of?: WireType | readonly WireType[];
    key?: WireType;
    items?: WireType[];
    rest?: WireType | null;
    fields?: { type: WireType }[];
    index?: WireType | null;
  };
  return [it.of, it.key, it.items, it.rest, it.fields?.map((f) => f.type), it.index]
    .flat()
    .filter((part) => part != null) as WireType[];
};

/** A type with a JSON text of one of its values. */
const typeAndValue = wireType.chain((type) => {
  const value = valuesOf(type);
  return fc.record({ type: fc.constant(type), value: value ?? fc.constant(undefined), isThere: fc.constant(value !== null) });
});

function verdict(type: WireType, json: unknown): true | string {
  try {
    readerOf(type)('any', json);
    return true;
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error;
    expect(error.errors.length).to.be.within(1, 20);
    return error.errors.map(({ path, message }) => `${path}: ${message}`).join('\n');
  }
}

describe('checks of bodies', function () {
  this.timeout(PATIENCE);

  it('accept what ajv accepts by the schema of the type, and nothing else', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(typeAndValue, fc.array(damage, { maxLength: 2 }), anyJson, ({ type, value, isThere }, damages, other) => {
        fc.pre(isThere && !isLenientInUnion(type));
        const agrees = opinionOf(type);
        const json = JSON.parse(toJson(value) ?? 'null') as unknown;
        for (const candidate of [json, damages.reduce(damaged, json), other]) {
          const ours = verdict(type, candidate);
          const theirs = agrees(candidate);
          if (theirs) accepted++;
          else refused++;
          assert.strictEqual(ours === true, theirs, `${JSON.stringify(candidate)}: ${ours}`);
        }
      }),
      runs(600),
    );
    expect(accepted).to.be.greaterThan(refused / 10);
    expect(refused).to.be.greaterThan(accepted / 10);
  });

  it('give back what was written, unless the type is known to be ambiguous', () => {
    let told = 0;
    fc.assert(
      fc.property(typeAndValue, ({ type, value, isThere }) => {
        fc.pre(isThere && value !== undefined);
        if (ambiguous(type) !== null) {
          told++;
          return;
        }
        assert.deepStrictEqual(readerOf(type)('any', parseJson(toJson(value) as string)), value);
        const write = writerOf(type);
        if (write !== null) assert.deepStrictEqual(readerOf(type)('any', parseJson(write(value) as string)), value);
      }),
      runs(1000),
    );
    expect(told).to.be.greaterThan(0);
  });

  it('are met by what writers write, in the form that the schema says', () => {
    fc.assert(
      fc.property(typeAndValue, ({ type, value, isThere }) => {
        fc.pre(isThere && value !== undefined && ambiguous(type) === null);
        const ajv = new Ajv2020({ strict: false, ownProperties: true });
        (addFormats as unknown as (ajv: unknown) => void)(ajv);
        ajv.addFormat('date-time', (it) => !Number.isNaN(Date.parse(it)));
        const names = new Map(declarationsOf([type]).map((decl, i) => [decl, `#/$defs/D${i}`]));
        const refs = (decl: TypeDecl): string => names.get(decl) as string;
        const $defs = Object.fromEntries([...names].map(([decl, ref]) => [ref.slice(8), jsonSchema(decl.type, refs)]));
        const validate = ajv.compile({ ...jsonSchema(type, refs), $defs });
        const json = (writerOf(type) ?? toJson)(value) as string;
        assert.ok(validate(JSON.parse(json)), `${json}: ${JSON.stringify(validate.errors)}`);
      }),
      runs(400),
    );
  });

  it('answer any JSON with a value or an InvalidInputException, and change no prototype', () => {
    const hostile = fc
      .jsonValue({ maxDepth: 4 })
      .map((json) =>
        JSON.stringify(json).replaceAll('""', '"__proto__"').replaceAll('"a"', '"constructor"').replaceAll('"b"', '"prototype"'),
      );
    const before = [Object, Array, Map, Set, Date, Function].map((it) => Reflect.ownKeys(it.prototype).length);
    fc.assert(
      fc.property(wireType, hostile, (type, text) => {
        const json = parseJson(text);
        verdict(type, json);
        // As Lambda itself parses it.
        verdict(type, JSON.parse(text));
        JSON.stringify(json, (key, part) => assert.notStrictEqual(key, '__proto__') ?? part);
      }),
      runs(600),
    );
    expect([Object, Array, Map, Set, Date, Function].map((it) => Reflect.ownKeys(it.prototype).length)).to.deep.equal(before);
  });
});
