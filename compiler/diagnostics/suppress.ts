/**
 * `// nimbusc-ignore-next NIM1234 -- reason`: silences warnings and infos that point at the next line of code. Reading
 * gives plain data that belongs to the file's facts; judging says which comments have no effect and why.
 */

import { createLineMap } from '../ir/line-map.js';
import type { Span } from '../ir/span.js';
import { type Catalogue, closestCode } from './catalogue.js';
import type { suppressionCodes } from './codes/suppressions.js';
import type { Code, Diagnostic, Reporter } from './diagnostic.js';

export interface Suppression {
  /** The whole comment. */
  readonly span: Span;
  readonly text: string;
  /** Codes as written, each with its place; empty when the comment does not have the form. */
  readonly codes: readonly { readonly code: string; readonly span: Span }[];
  readonly reason: string | null;
  /** The next line of code; null when none follows. */
  readonly covers: Span | null;
}

export const SUPPRESSION_MARK = 'nimbusc-ignore';
const COMMENT = /^\s*(\/\/\s*nimbusc-ignore.*?)\s*$/u;
const FORM = /^\/\/\s*nimbusc-ignore-next\s+([A-Za-z0-9]+(?:\s*,\s*[A-Za-z0-9]+)*)\s*(?:--\s*(.*))?$/u;

/**
 * All suppressions of a file. A comment must stand on a line of its own. `isComment` may tell that what looks like a
 * comment is not one (a line within a template literal); the reader of syntax trees knows.
 */
export function readSuppressions(
  file: string,
  text: string,
  isComment: (offset: number) => boolean = () => true,
): readonly Suppression[] {
  if (!text.includes(SUPPRESSION_MARK)) return [];
  const map = createLineMap(text);
  const found: Suppression[] = [];
  for (let line = 1; line <= map.lineCount; line += 1) {
    const range = map.lineRange(line);
    const comment = COMMENT.exec(text.slice(range.start, range.end))?.[1];
    if (comment === undefined) continue;
    const start = text.indexOf(comment, range.start);
    if (!isComment(start)) continue;
    found.push(parse(file, comment, start, nextCodeLine(file, text, map, line)));
  }
  return found;
}

function parse(file: string, comment: string, start: number, covers: Span | null): Suppression {
  const span = { file, start, end: start + comment.length };
  const form = FORM.exec(comment);
  const list = form?.[1];
  if (list === undefined) return { span, text: comment, codes: [], reason: null, covers };
  const listStart = comment.indexOf(list, comment.indexOf(SUPPRESSION_MARK) + SUPPRESSION_MARK.length + '-next'.length);
  const codes = [...list.matchAll(/[A-Za-z0-9]+/gu)].map((match) => {
    const at = start + listStart + match.index;
    return { code: match[0], span: { file, start: at, end: at + match[0].length } };
  });
  const reason = form?.[2]?.trim() ?? '';
  return { span, text: comment, codes, reason: reason === '' ? null : reason, covers };
}

/** The first following line that is neither blank nor another comment. */
function nextCodeLine(file: string, text: string, map: ReturnType<typeof createLineMap>, after: number): Span | null {
  for (let line = after + 1; line <= map.lineCount; line += 1) {
    const { start, end } = map.lineRange(line);
    const content = text.slice(start, end).trim();
    if (content !== '' && !content.startsWith('//')) return { file, start, end };
  }
  return null;
}

/** Whether the comment has its form and covers the diagnostic; severity is not looked at. */
export function suppresses(suppression: Suppression, diagnostic: Diagnostic): boolean {
  const { covers, codes, reason } = suppression;
  const at = diagnostic.primary?.span;
  if (reason === null || covers === null || at === undefined || at.file !== covers.file) return false;
  return at.start >= covers.start && at.start <= covers.end && codes.some(({ code }) => code === diagnostic.code);
}

/** Reports what is wrong with the suppressions themselves. */
export function judgeSuppressions(given: {
  readonly suppressions: readonly Suppression[];
  readonly catalogue: Catalogue;
  readonly isUsed: (suppression: Suppression, code: string) => boolean;
  /** Whether the checks that report a code have run, so that "unused" can be told. */
  readonly judged: (code: Code) => boolean;
  readonly reporter: Reporter<typeof suppressionCodes>;
}): void {
  const { catalogue, reporter } = given;
  for (const suppression of given.suppressions) {
    if (suppression.codes.length === 0) reporter.report('NIM1264', { text: suppression.text }, suppression.span);
    for (const { code, span } of suppression.codes) {
      const entry = catalogue.find(code);
      if (entry === null) reporter.report('NIM1260', { code, nearest: closestCode(catalogue, code) }, span);
      else if (entry.severity === 'error') reporter.report('NIM1263', { code }, span);
      else if (suppression.reason === null) reporter.report('NIM1262', { code }, span);
      else if (given.judged(entry.code) && !given.isUsed(suppression, code)) reporter.report('NIM1261', { code }, span);
    }
  }
}
