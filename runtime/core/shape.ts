// Types as data: the compiler derives a Shape from a TypeScript type, which tells stores how to write and read a value of it.
// Bodies have readers instead (decode.ts). And the JSON text of any value.

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
  | { readonly t: readonly Shape[]; readonly rest?: Shape } // tuple
  | { readonly s: Shape } // Set
  | { readonly m: readonly [Shape, Shape] } // Map
  | { readonly r: Shape } // Record<string, V>
  | { readonly o: Fields; readonly rest?: Shape } // object type
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

/** The value of a property, not what every object inherits under its name (`constructor`). */
export const propertyOf = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) || !(name in Object.prototype) ? object[name] : undefined;

/** An instance with its initial field values; without them when the constructor cannot do without arguments. */
export function instantiate(c: new () => object): Record<string, unknown> {
  try {
    return new c() as Record<string, unknown>;
  } catch {
    return Object.create(c.prototype as object) as Record<string, unknown>;
  }
}

type Json = Record<string, unknown>;

/**
 * The JSON text of any value, such that the reader of its type gives it back: dates as ISO strings, bigints as strings,
 * bytes as base64, sets as arrays, maps as objects (as arrays of pairs when a key is not a string).
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
