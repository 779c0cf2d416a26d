/**
 * A line of source as a terminal shows it: one cell per character that a person sees, with its width in columns. Keeps
 * underlines under what they underline when a line has tabs, East Asian or combining characters; and keeps characters
 * that control a terminal or reorder text from doing so.
 */

export interface Cell {
  /** What is printed. */
  readonly text: string;
  /** Columns that it takes: 0, 1, 2, or up to the next tab stop. */
  readonly width: number;
  /** Offset in the line, and UTF-16 code units. */
  readonly start: number;
  readonly length: number;
}

const TAB_STOP = 4;
/** Stands for what must not reach a terminal as it is. */
const REPLACEMENT = '\ufffd';

const PLAIN = /^[\x20-\x7e\t]*$/u;
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const WIDE_EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;

export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of charactersOf(line)) {
    const cell = segment === '\t' ? tabAt(column) : { text: printable(segment), width: widthOf(segment) };
    cells.push({ ...cell, start: index, length: segment.length });
    column += cell.width;
  }
  return cells;
}

/** Text that goes to a terminal as one line: without control characters, line breaks become spaces. */
export function oneSafeLine(text: string): string {
  return printable(text.replace(/\s*[\r\n\u2028\u2029]\s*/gu, ' ').replaceAll('\t', ' '));
}

function printable(text: string): string {
  return UNSAFE.test(text) ? text.replace(UNSAFE_ALL, REPLACEMENT) : text;
}

function tabAt(column: number): { text: string; width: number } {
  const width = TAB_STOP - (column % TAB_STOP);
  return { text: ' '.repeat(width), width };
}

/** Without the segmenter for plain lines, because loading it takes longer than all the rest. */
function* charactersOf(line: string): Iterable<{ readonly segment: string; readonly index: number }> {
  if (!PLAIN.test(line)) {
    yield* new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(line);
    return;
  }
  for (let index = 0; index < line.length; index += 1) yield { segment: line[index] ?? '', index };
}

function widthOf(character: string): number {
  if (UNSAFE.test(character)) return 1;
  if (NO_WIDTH.test(character)) return 0;
  if (WIDE_EMOJI.test(character)) return 2;
  return isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
}

/** The blocks of Unicode's East Asian Width classes W and F that occur in practice. */
const WIDE_BLOCKS: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f], // Hangul Jamo
  [0x2e80, 0x303e], // CJK radicals and punctuation
  [0x3041, 0x33ff], // kana, CJK compatibility
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff], // CJK unified ideographs
  [0xa000, 0xa4cf], // Yi
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60], // full-width forms
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

function isWide(codePoint: number): boolean {
  return codePoint >= 0x1100 && WIDE_BLOCKS.some(([from, to]) => codePoint >= from && codePoint <= to);
}
