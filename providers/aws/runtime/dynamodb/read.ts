// DynamoDB values -> values, by Shape. Reads all that write.ts writes; of what others wrote, what does not fit its Shape
// comes in its natural form.
import { NonRetryableException } from '../../../../runtime/core/errors.js';
import {
  admitsUndefined,
  type ClassShape,
  type Fields,
  instantiate,
  propertyOf,
  required,
  type Shape,
} from '../../../../runtime/core/shape.js';
import { type Av, type Item, tagName } from './attribute-value.js';
import { classesIn, memberForRead } from './families.js';

const nothing: Av = { NULL: true };

type Entries = readonly (readonly [string, Av])[];
/** Inside of a union that cannot tell its members apart: the classes whose instances are tagged. */
type Classes = readonly ClassShape[];

/** @param classes those that tags may name */
export function fromAttributeValue(type: Shape, av: Av, classes: Classes = []): unknown {
  const shape = required(type);
  const tag = av.M && Object.hasOwn(av.M, tagName) ? av.M[tagName]!.S : undefined;
  if (typeof shape === 'object' && 'u' in shape) {
    const member = tag && tag !== 'object' ? 'any' : memberForRead(shape.u, av);
    return fromAttributeValue(member, av, member === 'any' ? classesIn(shape.u) : classes);
  }
  if (tag !== undefined) return readTagged(tag, shape, av.M!, classes);
  if (av.M) return readEntries(shape, Object.entries(av.M), classes);
  if (av.S !== undefined) return shape === 'date' ? readDate(av.S) : av.S;
  if (av.N !== undefined) return shape === 'bigint' ? readBigint(av.N) : Number(av.N);
  if (av.B) return new Uint8Array(av.B);
  if (av.BOOL !== undefined) return av.BOOL;
  if (av.L) return readList(shape, av.L, classes);
  if (av.SS) return new Set(av.SS);
  if (av.NS) return new Set(av.NS.map(Number));
  if (av.BS) return new Set(av.BS.map((bytes) => new Uint8Array(bytes)));
  return null;
}

/** An instance with the fields that are stored; a field that may be undefined is so when it is not stored. */
export function readInstance(
  shape: ClassShape,
  fields: Fields,
  stored: (field: string) => Av | undefined,
  classes: Classes = [],
): object {
  const instance = instantiate(shape.c);
  for (const field in fields) {
    const av = stored(field);
    // Reflect.set leaves a getter alone, where an assignment would throw.
    if (av) Reflect.set(instance, field, fromAttributeValue(fields[field]!, av, classes));
    else if (propertyOf(instance, field) !== undefined && admitsUndefined(fields[field]!))
      Reflect.set(instance, field, undefined);
  }
  return instance;
}

/** A store's class, and which of its fields are stored in which columns. */
export interface Columns {
  readonly shape: ClassShape;
  readonly columns: Readonly<Record<string, string>>;
}

export const storedFields = ({ shape, columns }: Columns): Fields =>
  Object.fromEntries(Object.keys(columns).map((field) => [field, shape.f[field] ?? 'any']));

/** An item of a table as an instance of its store's class. */
export const readItem = (store: Columns, item: Item, fields: Fields = storedFields(store)): object =>
  readInstance(store.shape, fields, (field) => item[store.columns[field]!]);

function readList(shape: Shape, list: readonly Av[], classes: Classes): unknown {
  const items = (itemShape: (i: number) => Shape): unknown[] =>
    list.map((av, i) => fromAttributeValue(itemShape(i), av, classes));
  if (typeof shape === 'object') {
    if ('a' in shape) return items(() => shape.a);
    if ('t' in shape) return items((i) => shape.t[i] ?? shape.rest ?? 'any');
    if ('s' in shape) return new Set(items(() => shape.s));
    if ('m' in shape) return readPairs(list, shape.m, classes);
  }
  return items(() => 'any');
}

const readPairs = (list: readonly Av[], [k, v]: readonly [Shape, Shape], classes: Classes): Map<unknown, unknown> =>
  new Map(
    list.map(({ L: pair = [] }) => [
      fromAttributeValue(k, pair[0] ?? nothing, classes),
      fromAttributeValue(v, pair[1] ?? nothing, classes),
    ]),
  );

function readEntries(shape: Shape, entries: Entries, classes: Classes): unknown {
  if (typeof shape === 'object') {
    if ('c' in shape) return readClass(shape, entries, classes);
    if ('m' in shape) return new Map(readProperties(() => shape.m[1], entries, classes));
    if ('r' in shape) return Object.fromEntries(readProperties(() => shape.r, entries, classes));
    if ('o' in shape) return Object.fromEntries(readProperties((key) => shapeIn(shape.o, key, shape.rest), entries, classes));
  }
  return Object.fromEntries(readProperties(() => 'any', entries, classes));
}

function readClass(shape: ClassShape, entries: Entries, classes: Classes): object {
  const stored = new Map(entries);
  const instance = readInstance(shape, shape.f, (field) => stored.get(field), classes);
  const others = entries.filter(([key]) => !Object.hasOwn(shape.f, key));
  for (const [key, value] of readProperties(() => 'any', others, classes))
    Object.defineProperty(instance, key, { value, writable: true, enumerable: true, configurable: true });
  return instance;
}

const shapeIn = (fields: Fields, key: string, rest: Shape = 'any'): Shape => (Object.hasOwn(fields, key) ? fields[key]! : rest);

const readProperties = (shapeOf: (key: string) => Shape, entries: Entries, classes: Classes): [string, unknown][] =>
  entries.map(([key, av]) => [key, fromAttributeValue(shapeOf(key), av, classes)]);

function readTagged(tag: string, shape: Shape, { n, v = nothing }: Record<string, Av>, classes: Classes): unknown {
  switch (tag) {
    case 'date':
      return readDate(v.S ?? '');
    case 'bigint':
      return readBigint(v.N ?? '');
    case 'undefined':
      return undefined;
    case 'set':
      return new Set(readList('any', v.L ?? [], classes) as unknown[]);
    case 'map':
      return readPairs(v.L ?? [], ['any', 'any'], classes);
    case 'object':
      return readEntries(shape, (v.L ?? []).map(entryOf), classes);
    case 'class':
      return fromAttributeValue(classes.find((known) => known.n === n?.S) ?? 'any', v, classes);
    default:
      throw new NonRetryableException(`a stored value is tagged "${tag}", which this version does not know`);
  }
}

const entryOf = ({ L: entry = [] }: Av): [string, Av] => [entry[0]?.S ?? '', entry[1] ?? nothing];

const readDate = (text: string): Date | string => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date;
};

/** DynamoDB may write a number with an exponent. A number that is not whole stays a number. */
function readBigint(text: string): bigint | number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d+)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const shift = Number(exponent) - fraction.length;
  if (!whole || shift < 0) return Number(text);
  return BigInt(`${sign}${whole}${fraction}${'0'.repeat(shift)}`);
}
