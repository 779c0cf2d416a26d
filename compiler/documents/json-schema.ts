/**
 * In: types. Out: JSON Schemas (2020-12) of what their values look like as JSON. Declarations are referred to by name and
 * never inlined. Function bodies are checked by runtime/core/decode.ts against the same types, not against these schemas.
 *
 * Checks accept a little more than schemas say, where nothing is lost by it: plain dates for a `Date`, whole numbers for a
 * `bigint`, a `Map` in either of its forms.
 */
import { discriminatorOf, isText, literalsOf } from '../ir/discriminator.js';
import type { JsonObject, JsonValue } from '../ir/json.js';
import {
  admitsUndefined,
  type Doc,
  type NumberType,
  type ObjectType,
  type StringType,
  type TypeDecl,
  underlying,
  type WireType,
} from '../ir/wire-type.js';

/** Gives the `$ref` of a declaration: `#/components/schemas/Order`. */
export type References = (decl: TypeDecl) => string;

/** The schema of one type. A type without values (`void`) has the schema that nothing fits: callers leave it out. */
export function jsonSchema(type: WireType, refs: References): JsonObject {
  switch (type.t) {
    case 'any':
      return {};
    case 'undefined':
      return { not: {} };
    case 'null':
    case 'boolean':
      return { type: type.t };
    case 'string':
      return stringSchema(type);
    case 'number':
      return numberSchema(type);
    case 'date':
      return { type: 'string', format: 'date-time' };
    case 'bigint':
      return { type: 'string', pattern: '^-?[0-9]+$' };
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'literal':
      return { type: typeof type.value, const: type.value };
    case 'array':
    case 'set': {
      const unique = type.t === 'set' && isScalar(type.of) ? { uniqueItems: true } : {};
      return { type: 'array', items: jsonSchema(type.of, refs), ...limits(type, 'minItems', 'maxItems'), ...unique };
    }
    case 'tuple':
      return tupleSchema(type.items, type.required, type.rest, refs);
    case 'record':
      return { type: 'object', additionalProperties: jsonSchema(type.of, refs) };
    case 'map':
      return mapSchema(type.key, type.of, refs);
    case 'object':
      return objectSchema(type, refs);
    case 'union':
      return unionSchema(type.of, refs);
    case 'ref':
      return { $ref: refs(type.to) };
  }
}

/** The schema of a declaration itself, where a `$ref` to it leads. */
export const declarationSchema = (decl: TypeDecl, refs: References): JsonObject => withDoc(jsonSchema(decl.type, refs), decl.doc);

/** A schema with what a doc comment says. */
export function withDoc(schema: JsonObject, doc: Doc | null): JsonObject {
  if (doc === null) return schema;
  return {
    ...schema,
    ...(doc.description !== null && { description: doc.description }),
    ...(doc.default !== undefined && { default: doc.default }),
    ...(doc.examples !== undefined && doc.examples.length > 0 && { examples: doc.examples }),
    ...(doc.deprecated === true && { deprecated: true }),
  };
}

const stringSchema = (type: StringType): JsonObject => ({
  type: 'string',
  ...limits(type, 'minLength', 'maxLength', 'pattern', 'format'),
});

const numberSchema = (type: NumberType): JsonObject => ({
  type: type.integer === true ? 'integer' : 'number',
  ...limits(type, 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'),
});

/** The given properties as far as they are there. */
function limits<T extends object>(type: T, ...names: readonly (keyof T & string)[]): JsonObject {
  return Object.fromEntries(names.filter((name) => type[name] !== undefined).map((name) => [name, type[name] as JsonValue]));
}

/** Sets tell other values apart by identity, so that equal ones may occur twice. */
function isScalar(type: WireType): boolean {
  const inner = underlying(type);
  if (inner.t === 'union') return inner.of.every(isScalar);
  return ['string', 'number', 'boolean', 'null', 'literal', 'bigint'].includes(inner.t);
}

function tupleSchema(items: readonly WireType[], required: number, rest: WireType | null, refs: References): JsonObject {
  return {
    type: 'array',
    ...(items.length > 0 && { prefixItems: items.map((item) => jsonSchema(item, refs)) }),
    items: rest === null ? false : jsonSchema(rest, refs),
    ...(required > 0 && { minItems: required }),
    ...(rest === null && { maxItems: items.length }),
  };
}

function mapSchema(key: WireType, of: WireType, refs: References): JsonObject {
  if (!isText(key)) return { type: 'array', items: tupleSchema([key, of], 2, null, refs) };
  const inner = underlying(key);
  const isPlain = inner.t === 'string' && Object.keys(inner).length === 1;
  const names = isPlain ? {} : { propertyNames: jsonSchema(key, refs) };
  return { type: 'object', ...names, additionalProperties: jsonSchema(of, refs) };
}

function objectSchema(type: ObjectType, refs: References): JsonObject {
  const properties = Object.fromEntries(type.fields.map((f) => [f.name, withDoc(jsonSchema(f.type, refs), f.doc)]));
  const required = type.fields.filter((f) => !f.optional && !admitsUndefined(f.type)).map((f) => f.name);
  const others = type.closed && type.index === null ? false : type.index === null ? null : jsonSchema(type.index, refs);
  return {
    type: 'object',
    ...(type.fields.length > 0 && { properties }),
    ...(required.length > 0 && { required }),
    ...(others !== null && { additionalProperties: others }),
  };
}

function unionSchema(of: readonly WireType[], refs: References): JsonObject {
  // That a value may be left out is said by whoever would hold it.
  const members = of.filter((member) => member.t !== 'undefined');
  if (discriminatorOf(members) !== null) return { oneOf: members.map((member) => jsonSchema(member, refs)) };
  // Literals without a name of their own are one enumeration, to which null belongs.
  const literals = members.flatMap((member) => (member.t === 'ref' ? [] : (literalsOf(member) ?? [])));
  const others = members.filter((member) => member.t === 'ref' || literalsOf(member) === null);
  const isNullable = others.some((member) => member.t === 'null');
  const rest = others.filter((member) => member.t !== 'null').map((member) => jsonSchema(member, refs));
  if (literals.length === 1 && !isNullable) rest.unshift({ type: typeof literals[0], const: literals[0] as JsonValue });
  else if (literals.length > 0) rest.unshift(enumSchema([...literals, ...(isNullable ? [null] : [])]));
  if (rest.length === 0) return isNullable ? { type: 'null' } : { not: {} };
  const [only] = rest as [JsonObject];
  const nullIsIn = !isNullable || literals.length > 0;
  if (rest.length === 1 && nullIsIn) return only;
  if (rest.length === 1 && typeof only['type'] === 'string') return { ...only, type: [only['type'], 'null'] };
  return { anyOf: nullIsIn ? rest : [...rest, { type: 'null' }] };
}

function enumSchema(values: readonly (string | number | boolean | null)[]): JsonObject {
  const types = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
  return { type: types.length === 1 ? (types[0] as string) : types, enum: values };
}
