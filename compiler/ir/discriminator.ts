/** In: the members of a union. Out: the property whose value says which of them a value is, as `kind` often does. */
import { type TypeDecl, underlying, type WireType } from './wire-type.js';

export type Tag = string | number | boolean;

export interface Discriminator {
  readonly property: string;
  /** Each member with the values that stand for it, in the order of the members. */
  readonly members: readonly { readonly type: WireType; readonly tags: readonly Tag[] }[];
}

/**
 * Null unless all members are object types with a required property of literal types in common, no two of which share a
 * value. Of several such properties it is the first of the first member.
 */
export function discriminatorOf(members: readonly WireType[]): Discriminator | null {
  if (members.length < 2) return null;
  const [first] = members;
  const inner = first === undefined ? undefined : underlying(first);
  if (inner?.t !== 'object') return null;
  for (const { name } of inner.fields) {
    const tagged = members.map((type) => ({ type, tags: tagsOf(type, name) }));
    const all = tagged.flatMap(({ tags }) => tags);
    if (tagged.every(({ tags }) => tags.length > 0) && new Set(all).size === all.length)
      return { property: name, members: tagged };
  }
  return null;
}

function tagsOf(type: WireType, property: string): readonly Tag[] {
  const inner = underlying(type);
  const field = inner.t === 'object' ? inner.fields.find((f) => f.name === property) : undefined;
  return field === undefined || field.optional ? [] : (literalsOf(field.type) ?? []);
}

/** The values of a literal or of a union of nothing but literals; null for other types. */
export function literalsOf(type: WireType): readonly Tag[] | null {
  const inner = underlying(type);
  if (inner.t === 'literal') return [inner.value];
  if (inner.t !== 'union') return null;
  const parts = inner.of.map(literalsOf);
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

/** True when all values are strings, so that they can be keys of a JSON object. */
export function isText(type: WireType): boolean {
  const inner = underlying(type);
  if (inner.t === 'union') return inner.of.every(isText);
  return inner.t === 'string' || (inner.t === 'literal' && typeof inner.value === 'string');
}

/** A declaration by the class that it makes instances of; null where values are plain. */
export const classOf = (type: WireType): TypeDecl | null => {
  let at = type;
  for (let depth = 0; at.t === 'ref' && depth < 100; depth++) {
    if (at.to.class !== null) return at.to;
    at = at.to.type;
  }
  return null;
};
