// Types as data. The compiler derives a Shape from a TypeScript type; at run time it turns JSON into values of that type
// (`fromJson`) and tells stores how to write a value. Nothing here checks input: what does not fit is passed on as it is.

/** A static type. Literal and enum types are the `'string'` or `'number'` that they consist of. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  | 'any'
  | 'date'
  | 'bigint'
  | 'bytes'
  | { readonly a: Shape } // array
  | { readonly t: readonly Shape[] } // tuple
  | { readonly s: Shape } // Set
  | { readonly m: readonly [Shape, Shape] } // Map
  | { readonly r: Shape } // Record<string, V>
  | { readonly o: Fields } // object type
  | { readonly u: readonly Shape[] } // union
  | Optional
  | ClassShape;

/** A type that admits undefined; as a field's, one that may be absent. */
export type Optional = { readonly opt: Shape };
export type Fields = { readonly [property: string]: Shape };

export interface ClassShape {
  readonly c: new () => object;
  /** The class's name as the user wrote it. */
  readonly n: string;
  /** Set after creation, so that classes can refer to each other. */
  f: Fields;
}

export const classShape = (c: new (...args: never[]) => object, n: string): ClassShape => ({
  c: c as new () => object,
  n,
  f: {},
});

/** The shape without its `opt`. */
export const required = (shape: Shape): Exclude<Shape, Optional> =>
  typeof shape === 'object' && 'opt' in shape ? required(shape.opt) : shape;

/** True when a value of the type may be left out. */
export const admitsUndefined = (shape: Shape): boolean => shape === 'any' || (typeof shape === 'object' && 'opt' in shape);

/** An instance with its initial field values; without them when the constructor cannot do without arguments. */
export function instantiate(c: new () => object): Record<string, unknown> {
  try {
    return new c() as Record<string, unknown>;
  } catch {
    return Object.create(c.prototype as object) as Record<string, unknown>;
  }
}

type Json = Record<string, unknown>;

/** Turns a parsed JSON value into a value of the type. The input is not changed; what does not fit is kept. */
export function fromJson(type: Shape, json: unknown): unknown {
  const shape = required(type);
  if (typeof shape === 'string') return scalarFromJson(shape, json);
  if ('u' in shape) return fromJson(bestMember(shape.u, json), json);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    if ('a' in shape) return json.map((item) => fromJson(shape.a, item));
    if ('t' in shape) return json.map((item, i) => fromJson(shape.t[i] ?? 'any', item));
    if ('s' in shape) return new Set(json.map((item) => fromJson(shape.s, item)));
    if ('m' in shape && json.every((pair) => Array.isArray(pair) && pair.length === 2))
      return mapFromJson(shape.m, json as [unknown, unknown][]);
    return json;
  }
  if ('m' in shape) return mapFromJson(shape.m, Object.entries(json));
  if ('r' in shape) return Object.fromEntries(Object.entries(json).map(([k, v]) => [k, fromJson(shape.r, v)]));
  if ('o' in shape) return assignFields({ ...json }, shape.o, json as Json);
  if ('c' in shape) return instanceFromJson(shape, json as Json);
  return json;
}

/**
 * The JSON text of any value, such that `fromJson` with the value's shape gives it back: dates as ISO strings, bigints
 * as strings, bytes as base64, sets as arrays, maps as objects (as arrays of pairs when a key is not a string).
 * Undefined for what JSON has no text for. Throws a TypeError when the value contains itself.
 */
export function toJson(value: unknown): string | undefined {
  return isPlain(value, 0) ? JSON.stringify(value) : JSON.stringify(value, replacer);
}

/** True when JSON.stringify knows what to do; looking first is a lot faster than a replacer, and mostly enough. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  // A value that contains itself ends up at the depth, and as an error of JSON.stringify.
  if (depth > 99 || value instanceof Map || value instanceof Set || value instanceof Uint8Array) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every((part) => isPlain(part, depth + 1));
}

/** For JSON.stringify: what `toJson` makes of one value. */
export function replacer(this: Json, key: string, value: unknown): unknown {
  const original = this[key]; // Buffer has a toJSON of its own, which has run by now
  if (original instanceof Uint8Array) return toBase64(original);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Map) {
    const pairs = [...value];
    return pairs.every(([k]) => typeof k === 'string') ? Object.fromEntries(pairs) : pairs;
  }
  return value;
}

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

function instanceFromJson(shape: ClassShape, json: Json): object {
  const instance = instantiate(shape.c);
  if (Object.keys(shape.f).length) return assignFields(instance, shape.f, json);
  for (const key in json) if (key !== '__proto__' && key !== 'constructor') instance[key] = json[key];
  return instance;
}

// Reflect.set leaves alone what cannot be set (a getter, a frozen object), where an assignment would throw.
function assignFields(target: Json, fields: Fields, json: Json): object {
  for (const key in fields) if (Object.hasOwn(json, key)) Reflect.set(target, key, fromJson(fields[key]!, json[key]));
  return target;
}

function mapFromJson([k, v]: readonly [Shape, Shape], pairs: [unknown, unknown][]): Map<unknown, unknown> {
  return new Map(pairs.map(([key, value]) => [fromJson(k, key), fromJson(v, value)]));
}

const isoDate = /^([+-]\d\d)?\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function scalarFromJson(shape: Shape & string, json: unknown): unknown {
  if (shape === 'bigint') {
    if (Number.isInteger(json) || (typeof json === 'string' && /^-?\d+$/.test(json))) return BigInt(json as string);
  } else if (typeof json === 'string') {
    if (shape === 'date' && isoDate.test(json)) {
      const date = new Date(json);
      if (!Number.isNaN(date.getTime())) return date;
    }
    if (shape === 'bytes' && base64.test(json)) return new Uint8Array(Buffer.from(json, 'base64'));
  }
  return json;
}

// --- unions: the member that a JSON value most probably is

function bestMember(members: readonly Shape[], json: unknown): Shape {
  let best: Shape = 'any';
  let bestScore = 0;
  for (const member of members) {
    const score = scoreOf(member, json);
    if (score > bestScore) [best, bestScore] = [member, score];
  }
  return best;
}

/** How well a value fits, 0 for not at all. A type that JSON has itself beats one that is written as another. */
function scoreOf(type: Shape, json: unknown): number {
  const shape = required(type);
  if (typeof shape === 'string') {
    if (shape === 'null' ? json === null : typeof json === shape) return 3;
    return scalarFromJson(shape, json) === json ? 0 : 2;
  }
  if ('u' in shape) return Math.max(...shape.u.map((member) => scoreOf(member, json)));
  if (typeof json !== 'object' || json === null) return 0;
  if (Array.isArray(json)) return 'a' in shape || 't' in shape || 's' in shape ? 3 : 'm' in shape ? 2 : 0;
  const fields = 'o' in shape ? shape.o : 'c' in shape ? shape.f : undefined;
  if (!fields) return 'r' in shape || 'm' in shape ? 1 : 0;
  let score = 2;
  for (const key in fields) {
    const isThere = Object.hasOwn(json, key);
    if (isThere) score += scoreOf(fields[key]!, (json as Json)[key]) ? 1 : -1;
    else if (!admitsUndefined(fields[key]!)) return 0.5;
  }
  return Math.max(score, 0.5);
}
