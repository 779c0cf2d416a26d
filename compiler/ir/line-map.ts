/**
 * Offsets in a text to lines and columns and back. Breaks lines where TypeScript does (LF, CR LF, a lone CR, U+2028,
 * U+2029), so that numbers agree with every editor and with `tsc`. A byte order mark at the start of the text takes an
 * offset but no column.
 */

/** 1-based; columns count UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export interface LineMap {
  readonly lineCount: number;
  /** Offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): LineColumn;
  /** Inverse of `positionAt`; a line or column that does not exist gives the nearest offset that does. */
  offsetAt(position: LineColumn): number;
  /** Where a line's text starts and ends: without byte order mark, without its line break. */
  lineRange(line: number): { readonly start: number; readonly end: number };
}

const LF = 0x0a;
const CR = 0x0d;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;
const BYTE_ORDER_MARK = 0xfeff;

export function createLineMap(text: string): LineMap {
  const starts = lineStarts(text);
  const startOf = (line: number): number => starts[line - 1] ?? 0;
  const clampLine = (line: number): number => Math.min(Math.max(Math.trunc(line), 1), starts.length);

  const lineRange = (line: number): { start: number; end: number } => {
    const start = startOf(clampLine(line));
    const next = starts[clampLine(line)] ?? text.length;
    let end = next;
    // only a line that is followed by another one ends in a line break
    if (clampLine(line) < starts.length) {
      end -= 1;
      if (text.charCodeAt(end) === LF && end > start && text.charCodeAt(end - 1) === CR) end -= 1;
    }
    return { start, end };
  };

  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };

  return {
    lineCount: starts.length,
    lineRange,
    positionAt(offset) {
      const inside = Math.min(Math.max(offset, 0), text.length);
      const line = lineAt(inside);
      return { line, column: Math.max(inside - startOf(line), 0) + 1 };
    },
    offsetAt({ line, column }) {
      const range = lineRange(line);
      return Math.min(Math.max(range.start + column - 1, range.start), range.end);
    },
  };
}

/** The first line starts after a byte order mark, so that its first letter is in column 1. */
function lineStarts(text: string): readonly number[] {
  const starts = [text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0];
  for (let offset = 0; offset < text.length; offset += 1) {
    const unit = text.charCodeAt(offset);
    if (unit === CR && text.charCodeAt(offset + 1) === LF) continue;
    if (unit === LF || unit === CR || unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR) starts.push(offset + 1);
  }
  return starts;
}
