/** Types, values of them, and readers for them, for tests of what is made from types. */
import fc, { type Arbitrary } from 'fast-check';
import { discriminatorOf, isText } from '../../compiler/ir/discriminator.js';
import {
  declarationsOf,
  partsOf,
  type TypeDecl,
  underlying,
  type WireClass,
  type WireField,
  type WireType,
} from '../../compiler/ir/wire-type.js';
import { Decoders } from '../../compiler/phases/6-bundle/decoders.js';
import { Encoders } from '../../compiler/phases/6-bundle/encoders.js';
import * as decode from '../../runtime/core/decode.js';
import * as encode from '../../runtime/core/encode.js';

type Reader = (shape: unknown, json: unknown) => unknown;
type Class = new (...args: never[]) => object;

/** Classes of types made here, by the local name in their `WireClass`. */
export const classes = new Map<string, Class>();

export const field = (name: string, type: WireType, more: Partial<WireField> = {}): WireField => ({
  name,
  type,
  optional: false,
  doc: null,
  ...more,
});

export const object = (
  fields: { readonly [name: string]: WireType },
  more: Partial<WireType & { t: 'object' }> = {},
): WireType => ({
  t: 'object',
  fields: Object.entries(fields).map(([name, type]) =>
    name.endsWith('?') ? field(name.slice(0, -1), type, { optional: true }) : field(name, type),
  ),
  index: null,
  closed: false,
  ...more,
});

export const literal = (value: string | number | boolean): WireType => ({ t: 'literal', value });
export const union = (...of: WireType[]): WireType => ({ t: 'union', of });
export const array = (of: WireType): WireType => ({ t: 'array', of });
export const text: WireType = { t: 'string' };
export const number: WireType = { t: 'number' };

let made = 0;

/** A type with a name; of a class when one is given. */
export function named(
  name: string,
  type: WireType | ((self: WireType) => WireType),
  c?: Class,
  construct: string[] = [],
): WireType {
  const local = `${name}${made++}`;
  if (c !== undefined) classes.set(local, c);
  // Stores tell classes of one union apart by their names.
  const wireClass: WireClass | null = c === undefined ? null : { module: 'src/a.ts', local, name: local, construct };
  const decl = { name, key: `src/a.ts#${local}`, doc: null, source: null, type: { t: 'any' }, class: wireClass };
  const self: WireType = { t: 'ref', to: decl as TypeDecl };
  Object.assign(decl, { type: typeof type === 'function' ? type(self) : type });
  return self;
}

/** What the compiler generates for a body of the type, put to work in this process. */
export function readerOf(type: WireType): Reader {
  const imported = new Map<string, Class>();
  const decoders = new Decoders((c) => {
    const as = `c${imported.size}`;
    imported.set(as, classes.get(c.local) as Class);
    return as;
  });
  const code = decoders.reader(type);
  if (code === null) return (_shape, json) => json;
  return evaluate(decoders.constants, code, { ...decode, ...Object.fromEntries(imported) }) as Reader;
}

/** The generated writer of a result; null where `toJson` does. */
export function writerOf(type: WireType): ((value: unknown) => string | undefined) | null {
  const encoders = new Encoders();
  const code = encoders.writer(type);
  return code === null ? null : (evaluate(encoders.constants, code, { ...encode }) as (value: unknown) => string | undefined);
}

function evaluate(constants: readonly { as: string; code: string }[], code: string, scope: object): unknown {
  const lines = constants.map((c) => `const ${c.as} = ${c.code};`);
  return new Function(...Object.keys(scope), `"use strict"; ${lines.join('\n')}\nreturn ${code};`)(...Object.values(scope));
}

/** What the reader gives, or its issues as lines. */
export function attempt(reader: Reader, json: unknown): unknown {
  try {
    return reader('any', json);
  } catch (error) {
    const { errors } = error as { errors?: readonly { path: string; message: string }[] };
    if (errors === undefined) throw error;
    return errors.map(({ path, message }) => `${path}: ${message}`);
  }
}

// --- generated types

const NAMES = ['a', 'b', 'kind', 'x y', 'constructor', 'toString', '0', 'é'];
const propertyName = fc.constantFrom(...NAMES);
const WORDS = ['a', 'b', 'cd', '', 'x y', '12', 'AAAA', '2020-01-01T00:00:00.000Z', 'a@b.de'];

const scalarType: Arbitrary<WireType> = fc.oneof(
  fc.constantFrom<WireType>(text, number, { t: 'boolean' }, { t: 'null' }, { t: 'date' }, { t: 'bigint' }, { t: 'bytes' }),
  fc.constantFrom(...WORDS, 1, 2.5, true, false).map((value) => literal(value)),
  fc.record({ t: fc.constant('string' as const), minLength: fc.nat(3) }),
  fc.constantFrom<WireType>(
    { t: 'string', maxLength: 3 },
    { t: 'string', pattern: '^[a-c]+$' },
    { t: 'string', format: 'email' },
    { t: 'number', integer: true },
    { t: 'number', minimum: 0, exclusiveMaximum: 10 },
    { t: 'number', integer: true, multipleOf: 2, maximum: 100, exclusiveMinimum: -4 },
  ),
);

const fieldsOf = (type: Arbitrary<WireType>): Arbitrary<WireField[]> =>
  fc.uniqueArray(fc.record({ name: propertyName, type, optional: fc.boolean(), doc: fc.constant(null) }), {
    maxLength: 4,
    selector: (f) => f.name,
  });

const objectType = (type: Arbitrary<WireType>): Arbitrary<WireType> =>
  fc.record({
    t: fc.constant('object' as const),
    fields: fieldsOf(type),
    index: fc.option<WireType, null>(type, { freq: 4, nil: null }),
    closed: fc.boolean(),
  });

const taggedUnion = (type: Arbitrary<WireType>): Arbitrary<WireType> =>
  fc.array(fieldsOf(type), { minLength: 2, maxLength: 3 }).map((all) =>
    union(
      ...all.map((fields, i) => ({
        t: 'object' as const,
        fields: [field('kind', literal(`kind${i}`)), ...fields.filter((f) => f.name !== 'kind')],
        index: null,
        closed: false,
      })),
    ),
  );

/** Members without a union or `any` of their own, as the reader of types makes them. */
const plainUnion = (type: Arbitrary<WireType>): Arbitrary<WireType> =>
  fc
    .array(type, { minLength: 2, maxLength: 4 })
    .map((members) => members.flatMap((member) => (member.t === 'union' ? member.of : [member])).filter((m) => m.t !== 'any'))
    .filter((members) => members.length > 1)
    .map((members) => union(...members));

/** A class without a constructor of its own, as most bodies have. */
const classType = (type: Arbitrary<WireType>): Arbitrary<WireType> =>
  fieldsOf(type).map((fields) => named('Thing', { t: 'object', fields, index: null, closed: false }, class Thing {}));

const recursive = fc.constantFrom<WireType>(
  named('List', (self) => object({ value: number, 'next?': self })),
  named('Tree', (self) => object({ children: array(self), label: union(text, { t: 'null' }) })),
  named('Chain', (self) => object({ at: { t: 'date' }, next: union(self, { t: 'null' }) }), class Chain {}),
);

/** A type of any form. Maps have names, so that tests can tell them from records. */
export const wireType: Arbitrary<WireType> = fc.letrec<{ any: WireType }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    scalarType,
    tie('any').map(array),
    tie('any').map((of) => ({ t: 'set' as const, of })),
    tie('any').map((of) => ({ t: 'record' as const, of })),
    fc
      .tuple(fc.array(tie('any'), { maxLength: 3 }), fc.nat(3), fc.option(tie('any')))
      .map(([items, required, rest]) => ({ t: 'tuple' as const, items, required: Math.min(required, items.length), rest })),
    fc
      .tuple(fc.oneof(fc.constant(text), fc.constant(number), fc.constant<WireType>({ t: 'date' }), tie('any')), tie('any'))
      .map(([key, of]) => named('AMap', { t: 'map', key, of })),
    objectType(tie('any')),
    classType(tie('any')),
    taggedUnion(tie('any')),
    plainUnion(tie('any')),
    tie('any').map((type) => named('Alias', type)),
    recursive,
  ),
})).any;

// --- values of a type

const anyText = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: 'binary', maxLength: 5 }).filter((it) => [...it].length === it.length),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => (it === 0 ? 0 : it));

/** Null when the type has no values that can be generated. */
export function valuesOf(type: WireType, depth = 0): Arbitrary<unknown> | null {
  switch (type.t) {
    case 'any':
      return fc.constantFrom<unknown>(null, 1, 'a');
    case 'undefined':
      return fc.constant(undefined);
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constant(type.value);
    case 'string': {
      if (type.format !== undefined) return fc.constantFrom('a@b.de', 'x.y@example.com');
      if (type.pattern !== undefined) return fc.constantFrom('a', 'abc');
      const { minLength = 0, maxLength = 100 } = type;
      return anyText.map((it) => it.padEnd(minLength, 'z').slice(0, maxLength));
    }
    case 'number':
      if (type.multipleOf !== undefined) return fc.integer({ min: -1, max: 50 }).map((it) => it * (type.multipleOf as number));
      if (type.integer === true) return fc.maxSafeInteger().map((it) => (it === 0 ? 0 : it));
      return type.minimum === undefined ? finite : fc.double({ min: 0, max: 9, noNaN: true }).map((it) => (it === 0 ? 0 : it));
    case 'date':
      return fc.date({ noInvalidDate: true });
    case 'bigint':
      return fc.bigInt();
    case 'bytes':
      return fc.uint8Array({ maxLength: 5 });
    case 'array':
      return many(valuesOf(type.of, depth + 1), depth);
    case 'set':
      return many(valuesOf(type.of, depth + 1), depth).map((items) => new Set(items as unknown[]));
    case 'tuple': {
      const items = type.items.map((item) => valuesOf(item, depth + 1));
      if (items.slice(0, type.required).includes(null)) return null;
      const there = items.includes(null) ? items.indexOf(null) : items.length;
      const rest = type.rest === null || there < items.length ? fc.constant([]) : many(valuesOf(type.rest, depth + 1), depth);
      return fc
        .integer({ min: type.required, max: there })
        .chain((count) =>
          fc
            .tuple(fc.tuple(...(items.slice(0, count) as Arbitrary<unknown>[])), count < items.length ? fc.constant([]) : rest)
            .map(([first, more]) => [...first, ...(more as unknown[])]),
        );
    }
    case 'record': {
      return pairs(keys, valuesOf(type.of, depth + 1), depth).map((it) => Object.fromEntries(it as [string, unknown][]));
    }
    case 'map':
      return pairs(valuesOf(type.key, depth + 1), valuesOf(type.of, depth + 1), depth).map((it) => new Map(it));
    case 'object':
      return objectValue(type.fields, type.index, depth);
    case 'union': {
      const members = type.of.map((member) => valuesOf(member, depth + 1)).filter((it) => it !== null);
      return members.length === 0 ? null : fc.oneof(...members);
    }
    case 'ref': {
      if (depth > 9) return null;
      const value = valuesOf(type.to.type, depth + 1);
      const { class: of } = type.to;
      if (of === null || value === null) return value;
      const C = classes.get(of.local) as new () => object;
      return value.map((it) => Object.assign(new C(), it));
    }
  }
}

const keys = fc.oneof(propertyName, anyText).filter((key) => key !== '__proto__');

const many = (of: Arbitrary<unknown> | null, depth: number): Arbitrary<unknown> =>
  of === null ? fc.constant([]) : fc.array(of, { maxLength: depth > 5 ? 0 : 3 });

const pairs = (key: Arbitrary<unknown> | null, of: Arbitrary<unknown> | null, depth: number): Arbitrary<[unknown, unknown][]> =>
  key === null || of === null
    ? fc.constant([])
    : fc.array(fc.tuple(key, of), { maxLength: depth > 5 ? 0 : 3 }).map((it) => it.filter(([name]) => name !== '__proto__'));

function objectValue(fields: readonly WireField[], index: WireType | null, depth: number): Arbitrary<unknown> | null {
  const parts: Record<string, Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const { name, type, optional } of fields) {
    const value = depth > 7 && optional ? null : valuesOf(type, depth + 1);
    if (value === null && !optional) return null;
    if (value !== null) parts[name] = value;
    if (!optional) required.push(name);
  }
  const known = fc.record(parts, { requiredKeys: required, noNullPrototype: true }).map(withoutUndefined);
  if (index === null) return known;
  return fc.tuple(pairs(keys, valuesOf(index, depth + 1), depth), known).map(([more, own]) => {
    const others = (more as [string, unknown][]).filter(([key]) => !fields.some((f) => f.name === key));
    return { ...Object.fromEntries(others), ...own };
  });
}

const withoutUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));

// --- JSON that fits nearly

const NAN_LIKE = [1e308, -1, 0, 12, 5, 1.5];
export const anyJson: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', [], {}, ...WORDS, ...NAN_LIKE),
  fc
    .jsonValue({ maxDepth: 2 })
    .map((it) => JSON.parse(JSON.stringify(it).replaceAll('__proto__', 'proto').replaceAll('-0', '0'))),
);

export interface Damage {
  readonly at: readonly number[];
  readonly how: 'replace' | 'remove' | 'add';
  readonly name: string;
  readonly value: unknown;
}

export const damage: Arbitrary<Damage> = fc.record({
  at: fc.array(fc.nat(5), { maxLength: 4 }),
  how: fc.constantFrom('replace' as const, 'remove' as const, 'add' as const),
  name: propertyName,
  value: anyJson,
});

/** The JSON with one place of it changed. */
export function damaged(json: unknown, { at, how, name, value }: Damage): unknown {
  const [step, ...rest] = at;
  if (typeof json !== 'object' || json === null) return value;
  const names = Object.keys(json);
  if (how === 'add' && (step === undefined || names.length === 0))
    return Array.isArray(json) ? [...json, value] : { ...json, [name]: value };
  if (step === undefined || names.length === 0) return how === 'replace' ? value : json;
  const chosen = names[step % names.length] as string;
  const part = (json as Record<string, unknown>)[chosen];
  if (how === 'remove' && rest.length === 0) {
    if (Array.isArray(json)) return json.filter((_, i) => String(i) !== chosen);
    return Object.fromEntries(Object.entries(json).filter(([key]) => key !== chosen));
  }
  const changed = damaged(part, { at: rest, how, name, value });
  if (Array.isArray(json)) return json.map((item, i) => (String(i) === chosen ? changed : item));
  return Object.fromEntries(Object.entries(json).map(([key, it]) => [key, key === chosen ? changed : it]));
}

/** True when the type, looked at through names, is a union whose members a tag tells apart. */
export const isTagged = (type: WireType): boolean => {
  const inner = underlying(type);
  return inner.t === 'union' && discriminatorOf(inner.of) !== null;
};

export const isTextMap = (type: WireType): boolean => type.t === 'map' && isText(type.key);

/** All types that types are made of, behind names too. */
export function reachable(types: readonly WireType[]): readonly WireType[] {
  const found = new Set<WireType>();
  const pending = [...types, ...declarationsOf(types).map((decl) => decl.type)];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    pending.push(...partsOf(at), ...(at.t === 'ref' ? [at.to.type] : []));
  }
  return [...found];
}
