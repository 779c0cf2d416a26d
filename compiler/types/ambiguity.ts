/**
 * In: a type. Out: two members of a union in it that JSON cannot always tell apart, so that a value that is sent as one of
 * them may be received as the other: `string | Date`, two classes with the same fields, `Set<T> | T[]`.
 *
 * Receivers choose as runtime/core/decode.ts does: by the kind of JSON, by a tag, and among objects and arrays the member
 * that has a place for the most properties. What they would read as equal values is not told here.
 */
import { classOf, isText, type Tag } from '../ir/discriminator.js';
import { holdsPairs, holdsTextMaps, mapsTag } from '../ir/map-form.js';
import {
  admitsUndefined,
  declarationsOf,
  partsOf,
  type StringFormat,
  underlying,
  type WireField,
  type WireType,
} from '../ir/wire-type.js';

export interface Ambiguity {
  readonly union: WireType;
  /** In the order of the union: what is meant as one of them may be taken for the other. */
  readonly members: readonly [WireType, WireType];
}

/** The first pair of members; null when all values of the type arrive as what they are. */
export function ambiguous(type: WireType): Ambiguity | null {
  const pending = [type, ...declarationsOf([type]).map((decl) => decl.type)];
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    if (at.t === 'union') {
      const members = flat(at);
      for (const [i, a] of members.entries()) {
        const b = members.slice(i + 1).find((other) => new Pairs().differ(a, other) || areMapsMixed(members, a, other));
        if (b !== undefined) return { union: at, members: [a, b] };
      }
    }
    pending.push(...partsOf(at));
  }
  return null;
}

/** Members of a union and of the unions among them; any other type is its only member. */
function flat(type: WireType, seen: readonly WireType[] = []): readonly WireType[] {
  const inner = underlying(type);
  if (inner.t !== 'union' || seen.includes(inner)) return [type];
  return inner.of.flatMap((member) => flat(member, [...seen, inner])).filter((member) => member.t !== 'undefined');
}

/**
 * True when a map may be meant as pairs or as an object. Writers go by the type; of a union that has no tag, they cannot
 * tell whose map it is that is empty or has, by chance, only strings for keys.
 */
function areMapsMixed(members: readonly WireType[], a: WireType, b: WireType): boolean {
  const isMixed = (holdsPairs(a) && holdsTextMaps(b)) || (holdsTextMaps(a) && holdsPairs(b));
  return isMixed && mapsTag(members) === null;
}

/** Questions about two types. What is asked again while it is being answered (recursive types) makes no difference. */
class Pairs {
  private readonly asked = new Map<WireType, Set<WireType>>();

  /** True when some JSON fits both and is read as different values. `depth`: how far below the union's members they are. */
  differ(left: WireType, right: WireType, depth = 0): boolean {
    const [a, b] = [underlying(left), underlying(right)];
    if (a === b) return false;
    const before = this.asked.get(a) ?? new Set();
    if (before.has(b)) return false;
    this.asked.set(a, before.add(b));
    if (a.t === 'union' || b.t === 'union') {
      const [as, bs] = [flat(left), flat(right)];
      return as.some((x) => bs.some((y) => this.differ(x, y, depth)));
    }
    if (a.t === 'any' || b.t === 'any') return !isScalarOfJson(a.t === 'any' ? b : a);
    if (disjoint(left, right, depth)) return false;
    if (isScalar(a) && isScalar(b)) return WRITTEN.has(a.t) || WRITTEN.has(b.t) ? a.t !== b.t : false;
    const [of, items] = [itemsOf(a), itemsOf(b)];
    if (of !== null && items !== null) {
      if (a.t === 'map' && b.t === 'map') return this.differ(a.key, b.key, 1) || this.differ(a.of, b.of, 1);
      if ((a.t === 'set') !== (b.t === 'set') || a.t === 'map' || b.t === 'map') return true;
      return this.itemsDiffer(of, items);
    }
    return this.objectsDiffer(left, right);
  }

  private itemsDiffer(a: readonly WireType[], b: readonly WireType[]): boolean {
    const count = Math.max(a.length, b.length);
    return Array.from({ length: count }, (_, i) => i).some((i) => {
      const [x, y] = [a[Math.min(i, a.length - 1)], b[Math.min(i, b.length - 1)]];
      return x !== undefined && y !== undefined && this.differ(x, y, 1);
    });
  }

  private objectsDiffer(left: WireType, right: WireType): boolean {
    const [a, b] = [membersOf(left), membersOf(right)];
    if (a === null || b === null || a.isMap !== b.isMap) return true;
    const isCounted = !holdsAny(left) && !holdsAny(right);
    if (isCounted && (asksForMore(a, b) || asksForMore(b, a))) return false;
    if (!isCounted) return true;
    if (classOf(left) !== classOf(right)) return true;
    const names = new Set([...a.fields, ...b.fields].map((f) => f.name));
    const common = [...names].some((name) => {
      const [x, y] = [typeOf(a, name), typeOf(b, name)];
      return x !== null && y !== null && this.differ(x, y, 1);
    });
    return common || (a.index !== null && b.index !== null && this.differ(a.index, b.index, 1));
  }
}

/** What is a string in JSON and something else in the handler. */
const WRITTEN: ReadonlySet<string> = new Set(['date', 'bigint', 'bytes']);
const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'null', 'literal', 'undefined', ...WRITTEN]);

const isScalar = (type: WireType): boolean => SCALARS.has(type.t);
const isScalarOfJson = (type: WireType): boolean => isScalar(type) && !WRITTEN.has(type.t);

// --- whether any JSON fits both

/** Sure that no JSON fits both; `depth` ends the search in recursive types. */
function disjoint(left: WireType, right: WireType, depth = 0): boolean {
  const [as, bs] = [flat(left), flat(right)];
  if (as.length !== 1 || bs.length !== 1) return depth < 8 && as.every((a) => bs.every((b) => disjoint(a, b, depth + 1)));
  const [a, b] = [underlying(left), underlying(right)];
  if (a.t === 'any' || b.t === 'any' || depth > 8 || a.t === 'union' || b.t === 'union') return false;
  const forms = formsOf(b, depth);
  if (!formsOf(a, depth).some((form) => forms.includes(form))) return true;
  if (isScalar(a)) return scalarsDisjoint(a, b) || scalarsDisjoint(b, a);
  const [x, y] = [membersOf(left), membersOf(right)];
  if (x !== null && y !== null) return clash(x, y, depth) || clash(y, x, depth);
  return lengthsDisjoint(a, b) || lengthsDisjoint(b, a);
}

/** Where members of a union are read, the second form of a map counts last; inside of them it counts like the first. */
function formsOf(type: WireType, depth: number): readonly string[] {
  switch (type.t) {
    case 'literal':
      return [typeof type.value];
    case 'date':
    case 'bytes':
      return ['string'];
    case 'bigint':
      return ['string'];
    case 'array':
    case 'set':
    case 'tuple':
      return ['array'];
    case 'map':
      return isText(type.key) && depth === 0 ? ['object'] : ['array', 'object'];
    case 'record':
      return ['object'];
    default:
      return [type.t];
  }
}

const KEEPS_APART: { readonly [written: string]: (format: StringFormat) => boolean } = {
  date: (format) => format !== 'date-time',
  bigint: (format) => format !== 'hostname',
  bytes: (format) => format !== 'hostname' && format !== 'duration',
};

function scalarsDisjoint(a: WireType, b: WireType): boolean {
  if (a.t === 'literal' && b.t === 'literal') return a.value !== b.value;
  if (a.t === 'literal' && WRITTEN.has(b.t)) return !canBe(a.value, b.t);
  if (a.t === 'string' && WRITTEN.has(b.t)) return a.format !== undefined && (KEEPS_APART[b.t]?.(a.format) ?? false);
  return a.t === 'date' && (b.t === 'bigint' || b.t === 'bytes');
}

function canBe(value: Tag, written: string): boolean {
  const text = String(value);
  if (written === 'bigint') return /^-?\d+$/.test(text);
  if (written === 'bytes') return text.length % 4 === 0 && /^[\w+/]*={0,2}$/.test(text);
  return /^[+-]?\d{4}/.test(text);
}

function lengthsDisjoint(a: WireType, b: WireType): boolean {
  const [least, most] = [lengthsOf(a)[0], lengthsOf(b)[1]];
  return least > most;
}

function lengthsOf(type: WireType): readonly [least: number, most: number] {
  if (type.t === 'tuple') return [type.required, type.rest === null ? type.items.length : Number.POSITIVE_INFINITY];
  if (type.t === 'array' || type.t === 'set') return [type.minItems ?? 0, type.maxItems ?? Number.POSITIVE_INFINITY];
  return [0, Number.POSITIVE_INFINITY];
}

function itemsOf(type: WireType): readonly WireType[] | null {
  if (type.t === 'tuple') return type.rest === null ? type.items : [...type.items, type.rest];
  if (type.t === 'array' || type.t === 'set') return [type.of];
  return type.t === 'map' && !isText(type.key) ? [type.key, type.of] : null;
}

// --- objects, records and maps as objects

interface Members {
  readonly fields: readonly WireField[];
  readonly index: WireType | null;
  readonly isMap: boolean;
}

function membersOf(type: WireType): Members | null {
  const inner = underlying(type);
  if (inner.t === 'object') return { fields: inner.fields, index: inner.index, isMap: false };
  if (inner.t === 'record') return { fields: [], index: inner.of, isMap: false };
  return inner.t === 'map' && isText(inner.key) ? { fields: [], index: inner.of, isMap: true } : null;
}

const isRequired = (field: WireField): boolean => !field.optional && !admitsUndefined(field.type);

function typeOf(members: Members, name: string): WireType | null {
  return members.fields.find((f) => f.name === name)?.type ?? members.index;
}

/** `a` demands a property that `b` knows as something else. */
function clash(a: Members, b: Members, depth: number): boolean {
  return a.fields.some((field) => {
    const other = isRequired(field) ? typeOf(b, field.name) : null;
    return other !== null && disjoint(field.type, other, depth + 1);
  });
}

/** `a` demands a property that `b` has no place for: what has it is taken for an `a`, and what has not is none. */
const asksForMore = (a: Members, b: Members): boolean =>
  a.fields.some((field) => isRequired(field) && typeOf(b, field.name) === null);

/** Properties of what may be anything are not counted. */
const holdsAny = (type: WireType): boolean =>
  [type, ...declarationsOf([type]).map((decl) => decl.type)].some(function holds(part: WireType): boolean {
    return part.t === 'any' || partsOf(part).some(holds);
  });
