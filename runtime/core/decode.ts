// Turns parsed JSON into values of a type and checks it on the way. Generated entries import this as `nimbusc:decode` and
// put decoders together; bundles carry those that their types are made of. A decoder gives the value, or notes what is
// wrong and gives anything. All of it is synchronous, so that what one run notes can lie in variables of the module.
//
// Messages say what the type demands, never what was sent.
import { InvalidInputException } from './errors.js';

export * from './decode-formats.js';
export * from './decode-limits.js';

/** `json` is undefined for what is not there. */
export type Decoder = (json: unknown) => unknown;
export type Fields = { readonly [property: string]: Decoder };
type Json = Record<string, unknown>;

/** More would help nobody. */
const maxIssues = 20;
/** Keys that were sent are part of paths, and may be long. */
const maxPath = 200;
/** No type of ours is this deep; a recursive one must not use up the stack. */
const maxDepth = 400;

let issues: { path: string; message: string }[] = [];
let depth = 0;
/** How many properties found a place: tells which member of a union a value is. */
let taken = 0;
/** False while everything is checked once before instances are made. */
let building = true;

function run(decode: Decoder, json: unknown): unknown {
  issues = [];
  depth = 0;
  const value = decode(json);
  if (issues.length)
    throw new InvalidInputException(issues.map((it) => ({ ...it, path: it.path.slice(Number(it.path[0] === '.'), maxPath) })));
  return value;
}

/** A reader for adapters, for types without classes. Throws an InvalidInputException. */
export const check =
  (decode: Decoder) =>
  (_shape: unknown, json: unknown): unknown =>
    run(decode, json);

/** The same for types with classes or with `best`: all is checked before the first constructor runs. */
export const build =
  (decode: Decoder) =>
  (_shape: unknown, json: unknown): unknown => {
    building = false;
    try {
      run(decode, json);
    } finally {
      building = true;
    }
    return run(decode, json);
  };

export function issue(message: string): undefined {
  if (issues.length < maxIssues) issues.push({ path: '', message });
}

/** Notes that something else was expected, or anything at all. */
export const must = (json: unknown, what: string): undefined => issue(json === undefined ? 'is required' : `must ${what}`);

/** Decodes a part. Its place is put before what is wrong with it, so that nothing is spent on paths when all is well. */
function part(decode: Decoder, json: unknown, key: string | number): unknown {
  const known = issues.length;
  const value = depth++ < maxDepth ? decode(json) : issue('is nested too deeply');
  depth--;
  for (let i = known; i < issues.length; i++)
    issues[i]!.path = (typeof key === 'number' ? `[${key}]` : `.${key}`) + issues[i]!.path;
  return value;
}

// --- scalars

export const any: Decoder = (json) => json;

/** For a property that may not be there at all. */
export const absent: Decoder = (json) => (json === undefined ? json : issue('is not allowed'));

export const string: Decoder = (json) => (typeof json === 'string' ? json : must(json, 'be a string'));

/** JSON has no other numbers than finite ones, but `1e999` is read as infinite. */
export const number: Decoder = (json) => (Number.isFinite(json) ? json : must(json, 'be a number'));

export const integer: Decoder = (json) => (Number.isInteger(json) ? json : must(json, 'be a whole number'));

export const boolean: Decoder = (json) => (typeof json === 'boolean' ? json : must(json, 'be true or false'));

export const nothing: Decoder = (json) => (json === null ? json : must(json, 'be null'));

export const literal =
  (...values: readonly unknown[]): Decoder =>
  (json) =>
    values.includes(json) ? json : must(json, `be ${oneOf(values)}`);

/** Of five hundred values a few show what is meant; with one more than these, saying so would be no shorter. */
function oneOf(values: readonly unknown[]): string {
  const shown = values.slice(0, values.length > 11 ? 10 : 11).map((value) => JSON.stringify(value));
  const others = values.length - shown.length;
  return [...shown, ...(others ? [`${others} more`] : [])].join(' or ');
}

/** Reading very many digits takes very long. */
const integerText = /^-?\d{1,4096}$/;

export const bigint: Decoder = (json) =>
  Number.isSafeInteger(json) || (typeof json === 'string' && integerText.test(json))
    ? BigInt(json as string)
    : must(json, 'be a whole number, as a string');

/** RFC 3339, dates without time, years of six digits as `Date` writes them; times without seconds. No local times. */
const instant =
  /^(?!-0{6})(\d{4}|[+-]\d{6})-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d))?$/i;

export const date: Decoder = (json) => {
  if (typeof json === 'string' && instant.test(json)) {
    // Leap seconds are no time for a `Date`, which would also take the 30th of February for the 1st of March.
    const isLeap = json.includes(':60');
    const value = new Date(isLeap ? json.replace(':60', ':59') : json);
    const day = json.slice(0, json < '0' ? 13 : 10);
    const ofMonth = Number(day.slice(-2));
    if (
      value.getTime() > -9e15 &&
      (!isLeap || value.toJSON().slice(11, 16) === '23:59') &&
      (ofMonth < 29 || new Date(day).getUTCDate() === ofMonth)
    )
      return value;
  }
  return must(json, 'be a date and time');
};

export const bytes: Decoder = (json) => {
  if (typeof json === 'string') {
    const value = Buffer.from(json, 'base64');
    if (value.toString('base64') === json) return new Uint8Array(value);
  }
  return must(json, 'be base64');
};

// --- what holds others

export const optional =
  (decode: Decoder): Decoder =>
  (json) =>
    json === undefined ? json : decode(json);

export const nullable =
  (decode: Decoder): Decoder =>
  (json) =>
    json === null ? json : decode(json);

/** For types that contain themselves. */
export const lazy =
  (get: () => Decoder): Decoder =>
  (json) =>
    get()(json);

export const array =
  (of: Decoder) =>
  (json: unknown): unknown[] | undefined =>
    Array.isArray(json) ? json.map((item, i) => part(of, item, i)) : must(json, 'be an array');

export const tuple =
  (items: readonly Decoder[], required: number, rest?: Decoder) =>
  (json: unknown): unknown[] | undefined => {
    if (!Array.isArray(json)) return must(json, 'be an array');
    if (json.length < required) return must(json, `have at least ${required} items`);
    if (!rest && json.length > items.length) return must(json, `have at most ${items.length} items`);
    return json.map((item, i) => part(items[i] ?? rest!, item, i));
  };

export const set =
  (of: Decoder): Decoder =>
  (json) => {
    const known = issues.length;
    const items = array(of)(json);
    const value = new Set(items);
    if (items && value.size < items.length && issues.length === known) must(json, 'contain nothing twice');
    return value;
  };

/** An object, or an array of pairs. */
export const map = (key: Decoder, of: Decoder): Decoder => {
  const pairs = array(tuple([key, of], 2));
  return (json) => {
    const value = new Map<unknown, unknown>();
    if (isObject(json)) for (const name of Object.keys(json)) value.set(part(key, name, name), part(of, json[name], name));
    else for (const pair of (pairs(json) ?? []) as ([unknown, unknown] | undefined)[]) if (pair) value.set(...pair);
    taken += value.size;
    return value;
  };
};

/** An object of which nothing but the fields is taken. */
export const object =
  (fields: Fields) =>
  (json: unknown): Json | undefined => {
    if (!isObject(json)) return must(json, 'be an object');
    const value: Json = {};
    for (const key in fields) {
      // What is inherited, as `constructor`, was not sent.
      const it = part(fields[key]!, Object.hasOwn(json, key) ? json[key] : undefined, key);
      if (it !== undefined) {
        value[key] = it;
        taken++;
      }
    }
    return value;
  };

/** An object whose other properties are of one type. */
export const open = (fields: Fields, of: Decoder) => {
  const known = object(fields);
  return (json: unknown): Json | undefined => {
    const value = known(json);
    if (value)
      for (const key of Object.keys(json as Json))
        if (!Object.hasOwn(fields, key) && key !== '__proto__') {
          value[key] = part(of, (json as Json)[key], key);
          taken++;
        }
    return value;
  };
};

export const record = (of: Decoder) => open({}, of);

/** An object that has no other properties. */
export const closed = (fields: Fields) => open(fields, () => issue('is not known'));

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);

/** Instances of a class, made of the fields that `decode` gives, some of which may go to the constructor. */
export const instance =
  (c: new (...args: never[]) => object, decode: Decoder, ...construct: readonly string[]): Decoder =>
  (json) => {
    const fields = decode(json) as Json | undefined;
    return building && fields ? make(c, fields, construct) : fields;
  };

function make(c: new (...args: never[]) => object, fields: Json, construct: readonly string[]): object {
  let value: object;
  try {
    value = new c(...(construct.map((field) => fields[field]) as never[]));
  } catch (error) {
    // A constructor that cannot do without arguments that nobody knows. Every other failure is the author's to see.
    if (construct.length || !(error instanceof TypeError)) throw error;
    value = Object.create(c.prototype as object) as object;
  }
  // Where an assignment would throw (a getter, a frozen object), Reflect.set leaves things as they are.
  for (const key in fields) if (!construct.includes(key)) Reflect.set(value, key, fields[key]);
  return value;
}

// --- unions: told apart by the kind of JSON, then by a tag, and by trying only where there is nothing else

export interface Kinds {
  readonly string?: Decoder;
  readonly number?: Decoder;
  readonly boolean?: Decoder;
  readonly null?: Decoder;
  readonly array?: Decoder;
  readonly object?: Decoder;
  readonly undefined?: never;
}

export const byKind =
  (what: string, kinds: Kinds): Decoder =>
  (json) => {
    const decode = kinds[(Array.isArray(json) ? 'array' : json === null ? 'null' : typeof json) as keyof Kinds];
    return decode ? decode(json) : must(json, `be ${what}`);
  };

/** Objects that say by one property which member they are. Each member comes with the values that stand for it. */
export const tagged = (property: string, ...members: readonly (readonly [decode: Decoder, ...tags: unknown[]])[]): Decoder => {
  const tag = object({ [property]: literal(...members.flatMap(([, ...tags]) => tags)) });
  return (json) => {
    const member = members.find(([, ...tags]) => isObject(json) && tags.includes(json[property]));
    return member ? member[0](json) : tag(json);
  };
};

/** The first of several scalars. */
export const first =
  (what: string, ...members: readonly Decoder[]): Decoder =>
  (json) => {
    const outer = issues;
    for (const member of members) {
      issues = [];
      const value = member(json);
      const fits = !issues.length;
      issues = outer;
      if (fits) return value;
    }
    return must(json, `be ${what}`);
  };

/**
 * Of several members for objects or arrays the one that has a place for the most properties. What a value is found to be
 * is kept: trying again at each level would take time exponential in the depth of a hostile body.
 */
export const best = (what: string, ...members: readonly Decoder[]): Decoder => {
  const found = new WeakMap<object, { readonly member?: Decoder; readonly taken: number }>();
  return (json) => {
    let choice = found.get(json as object);
    if (!choice) {
      const outer = issues;
      const before = taken;
      choice = { taken: -1 };
      for (const member of members) {
        issues = [];
        taken = 0;
        member(json);
        if (!issues.length && taken > choice.taken) choice = { member, taken };
      }
      issues = outer;
      taken = before;
      found.set(json as object, choice);
    }
    if (!choice.member) return must(json, `be ${what}`);
    taken += choice.taken;
    return building ? choice.member(json) : json;
  };
};
