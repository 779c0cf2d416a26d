/**
 * In: a source text and the places of nimbusc's decorators. Out: the text without them, every other character where it
 * was, so that positions in source maps and stack traces stay true. All that they say is compiled in already.
 */
import type { Range } from '../../ir/facts.js';

export function blankRanges(text: string, ranges: readonly Range[]): string {
  let out = '';
  let end = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(from, end);
    if (to <= start) continue;
    // Line breaks stay, so that lines keep their numbers.
    out += text.slice(end, start) + text.slice(start, to).replace(/[^\r\n\u2028\u2029]/g, ' ');
    end = to;
  }
  return out + text.slice(end);
}
