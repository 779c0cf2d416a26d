/**
 * In: the type that one side sends and the type that the other accepts. Out: where a value that the first allows would be
 * refused by the second. Limits are left out: whether a value keeps them is known only when it is sent.
 */
import { shortText } from '../ir/serialise.js';
import { type TypeDecl, underlying, type WireType } from '../ir/wire-type.js';

export interface Mismatch {
  /** Leads to the part: `items[].price`; empty for the whole. */
  readonly path: string;
  readonly sent: string;
  readonly accepted: string;
}

/**
 * A value that arrives as it is and not as JSON: a `Date` stays a `Date`, and nothing is refused for what it has too much.
 * `computed` are properties that it has beside its data: those of its class's accessors.
 */
export interface AsItIs {
  readonly computed: readonly string[];
}

/** The first mismatch; null when there is none. As JSON, a `Date` may be sent to who takes a `string`. */
export function mismatch(sent: WireType, accepted: WireType, travels: 'as JSON' | AsItIs = 'as JSON'): Mismatch | null {
  return compare(sent, accepted, { path: '', open: [], travels, isInstance: false });
}

type Pair = readonly [sent: TypeDecl, accepted: TypeDecl];

interface At {
  readonly path: string;
  readonly open: readonly Pair[];
  readonly travels: 'as JSON' | AsItIs;
  /** True where what is sent is of a class. */
  readonly isInstance: boolean;
}

const within = (at: At, path: string): At => ({ ...at, path, isInstance: false });

function compare(sent: WireType, accepted: WireType, place: At): Mismatch | null {
  const at = sent.t === 'ref' && sent.to.class !== null ? { ...place, isInstance: true } : place;
  if (sent.t === 'ref' && accepted.t === 'ref') {
    const [from, to] = [sent.to, accepted.to];
    if (from === to || from.key === to.key) return null;
    // Met again inside themselves: if they differ, it shows elsewhere.
    if (at.open.some(([a, b]) => a === from && b === to)) return null;
    return compare(from.type, to.type, { ...at, open: [...at.open, [from, to]] });
  }
  const a = underlying(sent);
  const b = underlying(accepted);
  if (a.t === 'any' || b.t === 'any') return null;
  const no: Mismatch = { path: at.path, sent: shortText(sent), accepted: shortText(accepted) };
  if (a.t === 'union') {
    for (const member of a.of) {
      const found = compare(member, accepted, at);
      // A member that lies deeper in is shown there; one that fits nowhere is shown as the whole.
      if (found !== null) return found.path === at.path ? { ...found, accepted: no.accepted } : found;
    }
    return null;
  }
  if (b.t === 'union') return compareMembers(a, b.of, at, no);
  switch (b.t) {
    case 'string':
      return isText(a, at) ? null : no;
    case 'number':
      return a.t === 'number' || (a.t === 'literal' && typeof a.value === 'number') ? null : no;
    case 'boolean':
      return a.t === 'boolean' || (a.t === 'literal' && typeof a.value === 'boolean') ? null : no;
    case 'literal':
      return a.t === 'literal' && a.value === b.value ? null : no;
    case 'bigint':
      if (at.travels === 'as JSON' && a.t === 'literal' && Number.isSafeInteger(a.value)) return null;
      return a.t === 'bigint' ? null : no;
    case 'array':
    case 'set':
      if (at.travels !== 'as JSON' && (a.t === 'set') !== (b.t === 'set')) return no;
      return compareList(a, b.of, at, no);
    case 'tuple':
      return compareTuple(a, b, at, no);
    case 'record':
      return compareRecord(a, b.of, at, no);
    case 'map':
      if (a.t !== 'map' && at.travels !== 'as JSON') return no;
      if (a.t !== 'map') return a.t === 'record' || a.t === 'object' ? compareRecord(a, b.of, at, no) : no;
      return compare(a.key, b.key, within(at, `${at.path}[key]`)) ?? compare(a.of, b.of, within(at, `${at.path}[value]`));
    case 'object':
      return compareObject(a, b, at, no);
    default:
      return a.t === b.t ? null : no;
  }
}

type Plain = Exclude<WireType, { t: 'ref' }>;

/** What arrives as a string. */
function isText(type: Plain, { travels }: At): boolean {
  if (travels === 'as JSON' && ['date', 'bigint', 'bytes'].includes(type.t)) return true;
  return type.t === 'string' || (type.t === 'literal' && typeof type.value === 'string');
}

/** Of members that are objects, the one that comes furthest tells best what is wrong. */
function compareMembers(sent: Plain, members: readonly WireType[], at: At, no: Mismatch): Mismatch | null {
  const found = members.map((member) => compare(sent, member, at));
  if (found.includes(null)) return null;
  const deeper = found.filter((one): one is Mismatch => one !== null && one.path !== at.path);
  const [only] = deeper;
  return deeper.length === 1 && only !== undefined ? only : no;
}

function compareList(sent: Plain, of: WireType, at: At, no: Mismatch): Mismatch | null {
  if (sent.t === 'array' || sent.t === 'set') return compare(sent.of, of, within(at, `${at.path}[]`));
  if (sent.t !== 'tuple') return no;
  for (const [index, item] of sent.items.entries()) {
    const found = compare(item, of, within(at, `${at.path}[${index}]`));
    if (found !== null) return found;
  }
  return sent.rest === null ? null : compare(sent.rest, of, within(at, `${at.path}[]`));
}

function compareTuple(sent: Plain, accepted: Extract<WireType, { t: 'tuple' }>, at: At, no: Mismatch): Mismatch | null {
  // How long an array is, nobody knows.
  if (sent.t !== 'tuple' || sent.required < accepted.required) return no;
  if (accepted.rest === null && (sent.rest !== null || sent.items.length > accepted.items.length)) return no;
  for (const [index, item] of sent.items.entries()) {
    const found = compare(item, accepted.items[index] ?? (accepted.rest as WireType), within(at, `${at.path}[${index}]`));
    if (found !== null) return found;
  }
  return sent.rest === null || accepted.rest === null ? null : compare(sent.rest, accepted.rest, within(at, `${at.path}[]`));
}

function compareRecord(sent: Plain, of: WireType, at: At, no: Mismatch): Mismatch | null {
  if (sent.t === 'record') return compare(sent.of, of, within(at, `${at.path}[string]`));
  if (sent.t === 'map' && at.travels === 'as JSON') return compare(sent.of, of, within(at, `${at.path}[value]`));
  if (sent.t !== 'object') return no;
  for (const field of sent.fields) {
    const found = compare(field.type, of, step(at, field.name));
    if (found !== null) return found;
  }
  return sent.index === null ? null : compare(sent.index, of, within(at, `${at.path}[string]`));
}

function compareObject(sent: Plain, accepted: Extract<WireType, { t: 'object' }>, at: At, no: Mismatch): Mismatch | null {
  // What a record or a map holds is not known by name.
  if (sent.t === 'record' || (sent.t === 'map' && at.travels === 'as JSON'))
    return accepted.fields.some((field) => !field.optional) ? no : null;
  if (sent.t !== 'object') return no;
  for (const wanted of accepted.fields) {
    const given = sent.fields.find((field) => field.name === wanted.name);
    const inner = step(at, wanted.name);
    if (given === undefined) {
      if (!wanted.optional && sent.index === null && !mayCompute(wanted.name, at))
        return { path: inner.path, sent: 'nothing', accepted: shortText(wanted.type) };
      continue;
    }
    // Whether a value of a type that is not known may be missing is not known either.
    if (given.optional && !wanted.optional && given.type.t !== 'any')
      return { path: inner.path, sent: `${shortText(given.type)} | undefined`, accepted: shortText(wanted.type) };
    const found = compare(given.type, wanted.type, inner);
    if (found !== null) return found;
  }
  const other = sent.fields.find((field) => !accepted.fields.some((wanted) => wanted.name === field.name));
  if (other !== undefined && accepted.index !== null) return compare(other.type, accepted.index, step(at, other.name));
  if (other !== undefined && accepted.closed && at.travels === 'as JSON')
    return { path: step(at, other.name).path, sent: shortText(other.type), accepted: 'nothing' };
  return null;
}

/** Whether an instance may have a property that is no data of it. Of classes further in, accessors are not known. */
function mayCompute(name: string, { travels, isInstance, path }: At): boolean {
  return travels !== 'as JSON' && isInstance && (path !== '' || travels.computed.includes(name));
}

function step(at: At, name: string): At {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return within(at, `${at.path}[${JSON.stringify(name)}]`);
  return within(at, at.path === '' ? name : `${at.path}.${name}`);
}
