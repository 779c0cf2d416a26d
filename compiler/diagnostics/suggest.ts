/**
 * The name a user probably meant. Gives null rather than a far-fetched guess: a wrong suggestion costs more than none.
 */
import { compareText } from '../ir/span.js';

/** Names longer than this are no typing mistakes, and comparing them would be slow. */
const LONGEST_NAME = 80;

/**
 * The candidate closest to `name`, or null when none is close. The order of the candidates does not matter. `most` limits
 * the number of letters that may differ, beside the limit that follows from the length of the names.
 */
export function closest(name: string, candidates: Iterable<string>, most: number = Infinity): string | null {
  if (name.length === 0 || name.length > LONGEST_NAME) return null;
  const close = [...candidates].flatMap((candidate) => {
    const cost = costOf(name, candidate);
    return cost === null || cost > most ? [] : [{ candidate, cost, shared: sharedStart(name, candidate) }];
  });
  // of two equally close names, people more often get the start right
  close.sort((a, b) => a.cost - b.cost || b.shared - a.shared || compareText(a.candidate, b.candidate));
  return close[0]?.candidate ?? null;
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Lower is closer; null is too far. A typing mistake is always closer than a name within a name. */
function costOf(name: string, candidate: string): number | null {
  if (candidate.length === 0 || candidate.length > LONGEST_NAME || candidate === name) return null;
  const typed = name.toLowerCase();
  const meant = candidate.toLowerCase();
  if (typed === meant) return 0;
  const allowed = Math.max(1, Math.floor(Math.max(typed.length, meant.length) / 3));
  if (Math.abs(typed.length - meant.length) <= allowed) {
    const distance = editDistance(typed, meant);
    if (distance <= allowed && distance < Math.min(typed.length, meant.length)) return distance;
  }
  return isPartOf(name, candidate) || isPartOf(candidate, name) ? LONGEST_NAME + Math.abs(typed.length - meant.length) : null;
}

/** `arm64` for `arm`, `memory` for `memorySize`, `allowedCorsOrigin` for `corsOrigin`. */
function isPartOf(part: string, whole: string): boolean {
  const at = whole.toLowerCase().indexOf(part.toLowerCase());
  if (at <= 0) return at === 0 && part.length >= 3;
  // a word of the name, and not some letters in the middle of one
  return part.length >= 4 && (/[A-Z]/u.test(whole[at] ?? '') || !/[A-Za-z]/u.test(whole[at - 1] ?? ''));
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1);
      }
      row.push(cost);
    }
    beforePrevious = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
