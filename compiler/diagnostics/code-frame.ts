/**
 * The lines of source around a range with the exact range underlined. Gives plain rows; who prints them adds numbers,
 * gutter and colour. Long lines are cropped around the range, long ranges are cut in the middle.
 */

import type { LineMap } from '../ir/line-map.js';
import { type Cell, cellsOf } from './display-width.js';
import { isHighSurrogate } from './words.js';

export type FrameRow =
  | { readonly row: 'source'; readonly line: number; readonly text: string }
  | { readonly row: 'marks'; readonly indent: number; readonly length: number; readonly label: string }
  | { readonly row: 'label'; readonly indent: number; readonly label: string }
  /** Lines of the range that are not shown. */
  | { readonly row: 'gap' };

export interface FrameInput {
  readonly text: string;
  readonly map: LineMap;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** Columns that a row may take, without number and gutter. */
  readonly width: number;
}

/** A range of more lines than this is cut in the middle. */
const MOST_LINES = 4;
const ELLIPSIS = '...';
/** More than any terminal shows; lines beyond it are cut before they are measured. */
const LONGEST_LINE = 4000;

export function codeFrame(input: FrameInput): readonly FrameRow[] {
  const first = input.map.positionAt(input.start).line;
  const last = Math.max(first, input.map.positionAt(lastIncluded(input)).line);
  const rows: FrameRow[] = [];
  const all = last - first + 1;
  for (let line = first; line <= last; line += 1) {
    if (all > MOST_LINES && line === first + 2) {
      rows.push({ row: 'gap' });
      line = last;
    }
    rows.push(...lineRows(input, line, line === last ? input.label : ''));
  }
  return rows;
}

/** A range that ends with a line break does not reach into the next line. */
function lastIncluded({ start, end }: FrameInput): number {
  return end > start ? end - 1 : start;
}

function lineRows(input: FrameInput, line: number, label: string): readonly FrameRow[] {
  const range = input.map.lineRange(line);
  const raw = input.text.slice(range.start, range.end);
  const start = Math.min(Math.max(input.start - range.start, 0), raw.length);
  const end = Math.min(Math.max(input.end - range.start, start), raw.length);
  // on lines that the range only passes through, indentation and trailing space are no part of what is meant
  const from = input.start < range.start ? Math.max(start, raw.length - raw.trimStart().length) : start;
  const to = input.end > range.end ? Math.min(end, raw.trimEnd().length) : end;
  const shown = crop(raw, from, Math.max(from, to), input.width);
  const source: FrameRow = { row: 'source', line, text: shown.text };
  if (from >= to && input.start < range.start) return [source];
  return [source, ...markRows(shown.indent, shown.length, label, input.width)];
}

/** A label that does not fit behind its marks goes below them. */
function markRows(indent: number, length: number, label: string, width: number): readonly FrameRow[] {
  if (label === '' || indent + length + 1 + label.length <= width) return [{ row: 'marks', indent, length, label }];
  return [
    { row: 'marks', indent, length, label: '' },
    { row: 'label', indent: Math.max(0, Math.min(indent, width - label.length)), label },
  ];
}

interface Shown {
  readonly text: string;
  readonly indent: number;
  readonly length: number;
}

function crop(raw: string, from: number, to: number, width: number): Shown {
  const cut = preCut(raw, from);
  const cells = cellsOf(raw.slice(cut.from, cut.to));
  const markFrom = widthBefore(cells, from - cut.from);
  const markTo = Math.max(markFrom + 1, widthUpTo(cells, to - cut.from));
  const total = widthUpTo(cells, cut.to - cut.from);
  if (total <= width && !cut.left && !cut.right) {
    return {
      text: cells
        .map((cell) => cell.text)
        .join('')
        .trimEnd(),
      indent: markFrom,
      length: markTo - markFrom,
    };
  }
  // the range stands in the middle, or at the left when it is itself too long
  const lead = Math.max(0, Math.floor((width - (markTo - markFrom)) / 2));
  const windowFrom = Math.max(0, Math.min(markFrom - Math.max(lead, ELLIPSIS.length), total - width));
  const left = cut.left || windowFrom > 0 ? ELLIPSIS : '';
  const right = cut.right || windowFrom + width < total ? ELLIPSIS : '';
  return window(cells, { from: windowFrom + left.length, to: windowFrom + width - right.length, markFrom, markTo, left, right });
}

function window(
  cells: readonly Cell[],
  w: { from: number; to: number; markFrom: number; markTo: number; left: string; right: string },
): Shown {
  let column = 0;
  let text = '';
  let firstColumn: number | null = null;
  for (const cell of cells) {
    if (column >= w.from && column + cell.width <= w.to) {
      firstColumn ??= column;
      text += cell.text;
    }
    column += cell.width;
  }
  const shift = (firstColumn ?? w.from) - w.left.length;
  const indent = Math.max(w.markFrom - shift, 0);
  const length = Math.max(Math.min(w.markTo, w.to) - Math.max(w.markFrom, shift), 1);
  return { text: `${w.left}${text}${w.right}`.trimEnd(), indent, length };
}

/** Cuts what cannot be in sight, so that a line of a megabyte is not measured. */
function preCut(raw: string, from: number): { from: number; to: number; left: boolean; right: boolean } {
  if (raw.length <= LONGEST_LINE) return { from: 0, to: raw.length, left: false, right: false };
  const start = outsideOfPair(raw, Math.max(0, Math.min(from - LONGEST_LINE / 2, raw.length - LONGEST_LINE)));
  const end = outsideOfPair(raw, Math.min(raw.length, start + LONGEST_LINE));
  return { from: start, to: end, left: start > 0, right: end < raw.length };
}

function outsideOfPair(text: string, offset: number): number {
  return offset > 0 && isHighSurrogate(text.charCodeAt(offset - 1)) ? offset - 1 : offset;
}

/** Columns of all cells that end at or before the offset: a range within a character starts with the character. */
function widthBefore(cells: readonly Cell[], offset: number): number {
  return cells.reduce((sum, cell) => (cell.start + cell.length <= offset ? sum + cell.width : sum), 0);
}

/** Columns of all cells that start before the offset. */
function widthUpTo(cells: readonly Cell[], offset: number): number {
  return cells.reduce((sum, cell) => (cell.start < offset ? sum + cell.width : sum), 0);
}
