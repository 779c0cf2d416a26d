/** Diagnostics for people: what is wrong, the line with the exact range underlined, and what to write instead. */
import { codeFrame, type FrameRow } from './code-frame.js';
import type { Diagnostic, Label } from './diagnostic.js';
import { oneSafeLine } from './display-width.js';
import { createPalette, type Palette } from './palette.js';
import { createPlaces, type Places } from './places.js';
import { type RenderContext, summarise } from './render-context.js';
import { count } from './words.js';

const NARROWEST = 40;
const WIDEST = 200;

interface Printer {
  readonly places: Places;
  readonly paint: Palette;
  readonly width: number;
}

/** Ends with the summary line; empty when there is nothing to say. */
export function renderText(diagnostics: readonly Diagnostic[], context: RenderContext): string {
  if (diagnostics.length === 0) return '';
  const width = Number.isFinite(context.width) && context.width > 0 ? context.width : 120;
  const printer: Printer = {
    places: createPlaces(context.texts),
    paint: createPalette(context.color),
    width: Math.min(Math.max(width, NARROWEST), WIDEST),
  };
  const blocks = diagnostics.map((diagnostic) => renderOne(diagnostic, printer).join('\n'));
  return `${blocks.join('\n\n')}\n\n${renderSummary(diagnostics)}\n`;
}

/** `2 errors, 1 warning in 3 files`. */
export function renderSummary(diagnostics: readonly Diagnostic[]): string {
  const { errors, warnings, infos } = summarise(diagnostics);
  const parts = [
    errors === 0 ? '' : count(errors, 'error'),
    warnings === 0 ? '' : count(warnings, 'warning'),
    infos === 0 ? '' : count(infos, 'info'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'no problems';
  const files = new Set(diagnostics.flatMap((one) => (one.primary === null ? [] : [one.primary.span.file])));
  return `${parts.join(', ')}${files.size === 0 ? '' : ` in ${count(files.size, 'file')}`}`;
}

function renderOne(diagnostic: Diagnostic, printer: Printer): readonly string[] {
  const { paint } = printer;
  const gutter = gutterWidth(diagnostic, printer);
  const head = paint.severity[diagnostic.severity](`${diagnostic.severity}[${diagnostic.code}]`);
  const lines = [`${head}${paint.strong(`: ${oneSafeLine(diagnostic.message)}`)}`];
  if (diagnostic.primary !== null) {
    lines.push(...renderPlace(diagnostic.primary, '-->', '^', paint.severity[diagnostic.severity], gutter, printer));
  }
  for (const label of diagnostic.related) lines.push(...renderPlace(label, ':::', '-', paint.related, gutter, printer));
  for (const [name, text] of remarks(diagnostic)) lines.push(...renderRemark(name, text, gutter, paint));
  return lines;
}

function remarks(diagnostic: Diagnostic): readonly (readonly [name: string, text: string])[] {
  return [
    ...diagnostic.notes.map((note) => ['note', note] as const),
    ...(diagnostic.stages.length === 0 ? [] : [['stages', diagnostic.stages.join(', ')] as const]),
    ...(diagnostic.hint === null ? [] : [['hint', diagnostic.hint] as const]),
    ['more', `nimbusc explain ${diagnostic.code}`],
  ];
}

function renderRemark(name: string, text: string, gutter: number, paint: Palette): readonly string[] {
  const indent = ' '.repeat(gutter + 1);
  const [first = '', ...rest] = text.split('\n').map(keepIndentation);
  return [
    `${indent}${paint.frame('=')} ${paint.strong(`${name}:`)} ${first}`,
    ...rest.map((line) => `${indent}    ${line}`.trimEnd()),
  ];
}

/** Code in a hint keeps its indentation. */
function keepIndentation(line: string): string {
  const content = line.trimStart();
  return `${' '.repeat(line.length - content.length)}${oneSafeLine(content)}`;
}

function renderPlace(
  label: Label,
  arrow: string,
  mark: string,
  color: (text: string) => string,
  gutter: number,
  { places, paint, width }: Printer,
): readonly string[] {
  const head = `${' '.repeat(gutter)}${paint.frame(arrow)} ${oneSafeLine(places.shown(label.span))}`;
  const source = places.text(label.span.file);
  if (source === null) return [label.text === '' ? head : `${head}: ${oneSafeLine(label.text)}`];
  const rows = codeFrame({
    ...source,
    start: label.span.start,
    end: label.span.end,
    label: oneSafeLine(label.text),
    width: width - gutter - 3,
  });
  const bar = `${' '.repeat(gutter + 1)}${paint.frame('|')}`;
  return [head, bar, ...rows.map((row) => renderRow(row, { bar, mark, color, gutter, paint })), bar];
}

function renderRow(
  row: FrameRow,
  with_: { bar: string; mark: string; color: (text: string) => string; gutter: number; paint: Palette },
): string {
  const { bar, mark, color, gutter, paint } = with_;
  switch (row.row) {
    case 'source': {
      const number = paint.frame(`${String(row.line).padStart(gutter)} |`);
      return row.text === '' ? number : `${number} ${row.text}`;
    }
    case 'marks': {
      const marks = color(mark.repeat(row.length));
      return `${bar} ${' '.repeat(row.indent)}${marks}${row.label === '' ? '' : ` ${color(row.label)}`}`;
    }
    case 'label':
      return `${bar} ${' '.repeat(row.indent)}${color(row.label)}`;
    case 'gap':
      return paint.frame('...');
  }
}

/** Digits of the largest line number that any place of the diagnostic shows. */
function gutterWidth(diagnostic: Diagnostic, { places }: Printer): number {
  const labels = diagnostic.primary === null ? diagnostic.related : [diagnostic.primary, ...diagnostic.related];
  const lines = labels.map((label) => places.region(label.span)?.endLine ?? 1);
  return String(Math.max(1, ...lines)).length;
}
