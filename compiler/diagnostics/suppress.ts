/**
 * `// nimbusc-ignore-next NIM1234 -- reason`: silences warnings and infos that point at the next line of code. Reading
 * gives plain data that belongs to the file's facts; judging says which comments have no effect and why.
 */

import { createLineMap } from '../ir/line-map.js';
import { lastFrom, type Span } from '../ir/span.js';
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
  // the first following line that is neither blank nor a comment; found by going from the end, so that each is seen once
  let covers: Span | null = null;
  for (let line = map.lineCount; line >= 1; line -= 1) {
    const range = map.lineRange(line);
    const content = text.slice(range.start, range.end);
    const comment = COMMENT.exec(content)?.[1];
    const start = comment === undefined ? -1 : text.indexOf(comment, range.start);
    if (comment !== undefined && isComment(start)) found.push(parse(file, comment, start, covers));
    const code = content.trim();
    if (code !== '' && !code.startsWith('//')) covers = { file, ...range };
  }
  return found.reverse();
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

/** Says which comment of many covers a diagnostic, without asking each of them. */
export interface SuppressionIndex {
  /** The same key for all that the same comments cover; null when none covers it. Severity is not looked at. */
  keyOf(diagnostic: Diagnostic): string | null;
  /** The key of what a comment covers by one of its codes. */
  keyFor(suppression: Suppression, code: string): string | null;
}

export function indexSuppressions(suppressions: readonly Suppression[]): SuppressionIndex {
  const known = new Set<string>();
  const linesOf = new Map<string, Span[]>();
  for (const suppression of suppressions) {
    const { covers } = suppression;
    if (covers === null || !hasEffect(suppression)) continue;
    const lines = linesOf.get(covers.file) ?? [];
    if (lines.at(-1)?.start !== covers.start) lines.push(covers);
    linesOf.set(covers.file, lines);
    for (const { code } of suppression.codes) known.add(keyAt(covers, code));
  }
  for (const lines of linesOf.values()) lines.sort((a, b) => a.start - b.start);
  return {
    keyOf({ primary, code }) {
      if (primary === null) return null;
      const { file, start } = primary.span;
      const line = lastFrom(linesOf.get(file) ?? [], start, (it) => it.start);
      const key = line === null || start > line.end ? null : keyAt(line, code);
      return key !== null && known.has(key) ? key : null;
    },
    keyFor: (suppression, code) =>
      suppression.covers === null || !hasEffect(suppression) ? null : keyAt(suppression.covers, code),
  };
}

const hasEffect = ({ reason, covers }: Suppression): boolean => reason !== null && covers !== null;

const keyAt = ({ file, start }: Span, code: string): string => `${file}\0${start}\0${code}`;

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
