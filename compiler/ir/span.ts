/**
 * Places in source text. Every value that came from a file carries one, so that every message can point.
 * Paths are relative to the project folder, with forward slashes, on every platform.
 */

/** A path relative to the project folder, with `/` separators (`src/chat.ts`, `nimbus.yml`). */
export type ProjectPath = string;

/** Offsets are UTF-16 code units from the start of the file, `end` exclusive. */
export interface Span {
  readonly file: ProjectPath;
  readonly start: number;
  readonly end: number;
}

export interface Spanned<T> {
  readonly value: T;
  readonly span: Span;
}

/** 1-based line and column (columns count UTF-16 code units); what users, JSON and SARIF see. */
export interface Place {
  readonly file: ProjectPath;
  readonly line: number;
  readonly column: number;
}

/** Orders by file, then start, then end: by code unit, never by locale. */
export function compareSpans(a: Span, b: Span): number {
  return compareText(a.file, b.file) || a.start - b.start || a.end - b.end;
}

/** The one string order of nimbusc's output: by UTF-16 code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The last of some ranges, sorted by their starts, that starts at or before an offset. */
export function lastFrom<T>(sorted: readonly T[], offset: number, startOf: (range: T) => number): T | null {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(sorted[middle] as T) <= offset) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1] ?? null;
}
