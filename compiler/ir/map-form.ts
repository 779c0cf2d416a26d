/** In: a type. Out: in which forms maps in it are written: as objects when all their keys are strings, else as pairs. */
import { type Discriminator, discriminatorOf, isText } from './discriminator.js';
import { declarationsOf, partsOf, underlying, type WireType } from './wire-type.js';

/** True when a map whose keys are not all strings is somewhere in the type. */
export const holdsPairs = (type: WireType): boolean => holdsMap(type, (key) => !isText(key));

/** True when a map that is written as an object is somewhere in the type. */
export const holdsTextMaps = (type: WireType): boolean => holdsMap(type, isText);

function holdsMap(type: WireType, hasForm: (key: WireType) => boolean): boolean {
  const pending = [type, ...declarationsOf([type]).map((decl) => decl.type)];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at.t === 'map' && hasForm(at.key)) return true;
    pending.push(...partsOf(at));
  }
  return false;
}

const SCALARS: ReadonlySet<string> = new Set([
  'string',
  'number',
  'boolean',
  'null',
  'literal',
  'undefined',
  'date',
  'bigint',
  'bytes',
]);

/** What says whose maps are in a value of a union: the tag of its members, but for those that cannot hold a map. */
export const mapsTag = (members: readonly WireType[]): Discriminator | null =>
  discriminatorOf(members.filter((member) => !SCALARS.has(underlying(member).t)));
