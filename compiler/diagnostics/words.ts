/**
 * The few words that messages share, so that every message quotes, lists and counts the user's things the same way.
 * Text in, text out; nothing here knows a code.
 */

const LONGEST_QUOTE = 60;

/** The user's own text in quotes, on one line and never longer than a message can bear. */
export function quote(text: string): string {
  return `"${shorten(text)}"`;
}

/** One line of at most `longest` characters; what is cut is marked with `...`. */
export function shorten(text: string, longest: number = LONGEST_QUOTE): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= longest) return line;
  let end = longest - 3;
  // never cut a surrogate pair in half
  if (isHighSurrogate(line.charCodeAt(end - 1))) end -= 1;
  return `${line.slice(0, end)}...`;
}

/** `a`, `a or b`, `a, b or c`. */
export function joinWords(words: readonly string[], last: 'or' | 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`;
}

/** Quoted names in the given order: `"dev", "test" and "prod"`. */
export function quoteAll(names: readonly string[], last: 'or' | 'and'): string {
  return joinWords(names.map(quote), last);
}

/** `1 error`, `2 errors`. */
export function count(amount: number, noun: string, plural: string = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

/** Starts a hint when there is a close name, else says what else would help. */
export function didYouMean(nearest: string | null, otherwise: string): string {
  return nearest === null ? otherwise : `did you mean ${quote(nearest)}?`;
}

/** `"dev"` as `stage "dev"`, several as `stages "dev" and "prod"`. */
export function stagesInWords(stages: readonly string[]): string {
  return `${stages.length === 1 ? 'stage' : 'stages'} ${quoteAll(stages, 'and')}`;
}

/** All of a short list, the first ones of a long one: for "known are ..." hints. */
export function someOf(names: readonly string[], most: number = 12): string {
  if (names.length <= most) return names.map(quote).join(', ');
  return `${names.slice(0, most).map(quote).join(', ')} and ${names.length - most} more`;
}

export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
