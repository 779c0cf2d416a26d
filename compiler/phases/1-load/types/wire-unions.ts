/** Unions of `WireType`s, in one form whatever the order in which the checker met their members. */
import { wireText } from '../../../ir/serialise.js';
import { compareText } from '../../../ir/span.js';
import { ANY, NOTHING, type WireType } from '../../../ir/wire-type.js';

/** Members flattened, each once; `true | false` is `boolean`; with one that may be anything, anything. */
export function unionOf(members: readonly WireType[], inOrder = false): WireType {
  const flat = members.flatMap((member) => (member.t === 'union' ? member.of : [member]));
  if (flat.some((member) => member.t === 'any')) return ANY;
  const unique: WireType[] = [];
  const seen = new Set<string>();
  for (const member of flat) {
    const key = member.t === 'ref' ? `ref ${member.to.key}` : simple(member);
    if (key !== null && seen.has(key)) continue;
    if (key !== null) seen.add(key);
    unique.push(member);
  }
  const isFlag = (value: boolean) => (member: WireType) => member.t === 'literal' && member.value === value;
  const bothFlags = unique.some(isFlag(true)) && unique.some(isFlag(false));
  const joined = bothFlags
    ? unique.flatMap((m): WireType[] => (isFlag(true)(m) ? [] : isFlag(false)(m) ? [{ t: 'boolean' }] : [m]))
    : unique;
  const [only] = joined;
  if (joined.length < 2) return only ?? NOTHING;
  // The checker orders members by when it first met them, which depends on what else was read.
  const sorted = [...joined].sort((a, b) => RANKS.indexOf(a.t) - RANKS.indexOf(b.t) || compareMembers(a, b));
  return { t: 'union', of: inOrder ? joined : sorted };
}

/** A value without `undefined`, which the field or parameter says by itself. */
export function withoutUndefined(type: WireType): WireType {
  if (type.t !== 'union') return type;
  const rest = type.of.filter((member) => member.t !== 'undefined');
  const [only] = rest;
  return rest.length === type.of.length ? type : rest.length === 1 && only !== undefined ? only : { t: 'union', of: rest };
}

export function admits(type: WireType): boolean {
  return type.t === 'undefined' || type.t === 'any' || (type.t === 'union' && type.of.some((member) => member.t === 'undefined'));
}

/** In this order a value is tried, and a type is shown. */
const RANKS: readonly WireType['t'][] = [
  'string',
  'number',
  'boolean',
  'literal',
  'date',
  'bigint',
  'bytes',
  'ref',
  'object',
  'array',
  'tuple',
  'set',
  'map',
  'record',
  'any',
  'null',
  'undefined',
];

function compareMembers(a: WireType, b: WireType): number {
  if (a.t === 'ref' && b.t === 'ref') return compareText(a.to.key, b.to.key);
  if (a.t !== 'literal' || b.t !== 'literal') return compareText(wireText(a), wireText(b));
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value;
  return compareText(typeof a.value, typeof b.value) || compareText(String(a.value), String(b.value));
}

/** A text that is equal for equal simple types; null for what may differ inside. */
function simple(type: WireType): string | null {
  return type.t === 'literal' ? `literal ${JSON.stringify(type.value)}` : Object.keys(type).length === 1 ? type.t : null;
}
