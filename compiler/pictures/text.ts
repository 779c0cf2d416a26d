/** Text in pictures: what may stand in one at all, how wide it is drawn, and how each format wants it. */

/** Characters that no format can hold, that break lines, or that would reorder what is beside them. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

export const plain = (text: string): string => text.replace(UNSAFE, '\ufffd');

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and quoted attributes of XML and HTML. */
export const escapeXml = (text: string): string => plain(text).replace(/[&<>"']/g, (found) => ENTITIES[found] as string);

/** At most so many characters; the end is left out, which says least about a name. */
export function shorten(text: string, most: number): string {
  const characters = [...plain(text)];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}\u2026`;
}

/**
 * Width in pixels. Computed from a table, not from a font, so that every machine makes the same picture: widths of Helvetica,
 * and some more, because what a viewer has in its place may be wider.
 */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) units += unitsOf(character);
  return Math.ceil((units * size * SPARE) / 1000);
}

const SPARE = 1.12;

function unitsOf(character: string): number {
  if (/[ijl.,:;'|!]/.test(character)) return 260;
  if (/[ftrI\s()[\]{}/\\\-"]/.test(character)) return 340;
  if (/[mwMW@%\u2026]/.test(character)) return 900;
  if (/[A-Z&]/.test(character)) return 690;
  if (/[\x20-\x7e]/.test(character)) return 550;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{1f000}-\u{3fffd}]/u.test(character)
    ? 1000
    : 650;
}
