/**
 * In: the type that one side sends and the type that the other accepts. Out: where a value that the first allows would be
 * refused by the second. Compared is what goes over the wire, so a `Date` may be sent to who takes a `string`. Limits are
 * left out: whether a value keeps them is known only when it is sent.
 */
import { shortText } from '../ir/serialise.js';
import { type TypeDecl, underlying, type WireType } from '../ir/wire-type.js';

export interface Mismatch {
  /** Leads to the part: `items[].price`; empty for the whole. */
  readonly path: string;
  readonly sent: string;
  readonly accepted: string;
}

/** The first mismatch; null when there is none. */
export function mismatch(sent: WireType, accepted: WireType): Mismatch | null {
  return compare(sent, accepted, '', []);
}

type Pair = readonly [sent: TypeDecl, accepted: TypeDecl];

function compare(sent: WireType, accepted: WireType, path: string, open: readonly Pair[]): Mismatch | null {
  if (sent.t === 'ref' && accepted.t === 'ref') {
    const [from, to] = [sent.to, accepted.to];
    if (from === to || from.key === to.key) return null;
    // Met again inside themselves: if they differ, it shows elsewhere.
    if (open.some(([a, b]) => a === from && b === to)) return null;
    return compare(from.type, to.type, path, [...open, [from, to]]);
  }
  const a = underlying(sent);
  const b = underlying(accepted);
  if (a.t === 'any' || b.t === 'any') return null;
  const no: Mismatch = { path, sent: shortText(sent), accepted: shortText(accepted) };
  if (a.t === 'union') {
    for (const member of a.of) {
      const found = compare(member, accepted, path, open);
      // A member that lies deeper in is shown there; one that fits nowhere is shown as the whole.
      if (found !== null) return found.path === path ? { ...found, accepted: no.accepted } : found;
    }
    return null;
  }
  if (b.t === 'union') return compareMembers(a, b.of, path, open, no);
  switch (b.t) {
    case 'string':
      return isText(a) ? null : no;
    case 'number':
      return a.t === 'number' || (a.t === 'literal' && typeof a.value === 'number') ? null : no;
    case 'boolean':
      return a.t === 'boolean' || (a.t === 'literal' && typeof a.value === 'boolean') ? null : no;
    case 'literal':
      return a.t === 'literal' && a.value === b.value ? null : no;
    case 'bigint':
      return a.t === 'bigint' || (a.t === 'literal' && Number.isSafeInteger(a.value)) ? null : no;
    case 'array':
    case 'set':
      return compareList(a, b.of, path, open, no);
    case 'tuple':
      return compareTuple(a, b, path, open, no);
    case 'record':
      return compareRecord(a, b.of, path, open, no);
    case 'map':
      if (a.t !== 'map') return a.t === 'record' || a.t === 'object' ? compareRecord(a, b.of, path, open, no) : no;
      return compare(a.key, b.key, `${path}[key]`, open) ?? compare(a.of, b.of, `${path}[value]`, open);
    case 'object':
      return compareObject(a, b, path, open, no);
    default:
      return a.t === b.t ? null : no;
  }
}

type Plain = Exclude<WireType, { t: 'ref' }>;

/** What arrives as a JSON string. */
function isText(type: Plain): boolean {
  return ['string', 'date', 'bigint', 'bytes'].includes(type.t) || (type.t === 'literal' && typeof type.value === 'string');
}

/** Of members that are objects, the one that comes furthest tells best what is wrong. */
function compareMembers(
  sent: Plain,
  members: readonly WireType[],
  path: string,
  open: readonly Pair[],
  no: Mismatch,
): Mismatch | null {
  const found = members.map((member) => compare(sent, member, path, open));
  if (found.includes(null)) return null;
  const deeper = found.filter((one): one is Mismatch => one !== null && one.path !== path);
  const [only] = deeper;
  return deeper.length === 1 && only !== undefined ? only : no;
}

function compareList(sent: Plain, of: WireType, path: string, open: readonly Pair[], no: Mismatch): Mismatch | null {
  if (sent.t === 'array' || sent.t === 'set') return compare(sent.of, of, `${path}[]`, open);
  if (sent.t !== 'tuple') return no;
  for (const [index, item] of sent.items.entries()) {
    const found = compare(item, of, `${path}[${index}]`, open);
    if (found !== null) return found;
  }
  return sent.rest === null ? null : compare(sent.rest, of, `${path}[]`, open);
}

function compareTuple(
  sent: Plain,
  accepted: Extract<WireType, { t: 'tuple' }>,
  path: string,
  open: readonly Pair[],
  no: Mismatch,
): Mismatch | null {
  // How long an array is, nobody knows.
  if (sent.t !== 'tuple' || sent.required < accepted.required) return no;
  if (accepted.rest === null && (sent.rest !== null || sent.items.length > accepted.items.length)) return no;
  for (const [index, item] of sent.items.entries()) {
    const found = compare(item, accepted.items[index] ?? (accepted.rest as WireType), `${path}[${index}]`, open);
    if (found !== null) return found;
  }
  return sent.rest === null || accepted.rest === null ? null : compare(sent.rest, accepted.rest, `${path}[]`, open);
}

function compareRecord(sent: Plain, of: WireType, path: string, open: readonly Pair[], no: Mismatch): Mismatch | null {
  if (sent.t === 'record') return compare(sent.of, of, `${path}[string]`, open);
  if (sent.t === 'map') return compare(sent.of, of, `${path}[value]`, open);
  if (sent.t !== 'object') return no;
  for (const field of sent.fields) {
    const found = compare(field.type, of, step(path, field.name), open);
    if (found !== null) return found;
  }
  return sent.index === null ? null : compare(sent.index, of, `${path}[string]`, open);
}

function compareObject(
  sent: Plain,
  accepted: Extract<WireType, { t: 'object' }>,
  path: string,
  open: readonly Pair[],
  no: Mismatch,
): Mismatch | null {
  // What a record or a map holds is not known by name.
  if (sent.t === 'record' || sent.t === 'map') return accepted.fields.some((field) => !field.optional) ? no : null;
  if (sent.t !== 'object') return no;
  for (const wanted of accepted.fields) {
    const given = sent.fields.find((field) => field.name === wanted.name);
    const at = step(path, wanted.name);
    if (given === undefined) {
      if (!wanted.optional && sent.index === null) return { path: at, sent: 'nothing', accepted: shortText(wanted.type) };
      continue;
    }
    // Whether a value of a type that is not known may be missing is not known either.
    if (given.optional && !wanted.optional && given.type.t !== 'any')
      return { path: at, sent: `${shortText(given.type)} | undefined`, accepted: shortText(wanted.type) };
    const found = compare(given.type, wanted.type, at, open);
    if (found !== null) return found;
  }
  const other = sent.fields.find((field) => !accepted.fields.some((wanted) => wanted.name === field.name));
  if (other !== undefined && accepted.index !== null) return compare(other.type, accepted.index, step(path, other.name), open);
  if (other !== undefined && accepted.closed)
    return { path: step(path, other.name), sent: shortText(other.type), accepted: 'nothing' };
  return null;
}

function step(path: string, name: string): string {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}
