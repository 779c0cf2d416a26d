/** In: a text and edits of it. Out: the text with the edits, and the difference as a unified diff. Pure. */
import { compareText } from '../ir/span.js';
import type { TextEdit } from './diagnostic.js';

/** In the order of the text, each once. What two edits insert at one place comes one after the other. */
export function sortedEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  const unique = new Map(edits.map((edit) => [JSON.stringify([edit.span.start, edit.span.end, edit.newText]), edit]));
  return [...unique.values()].sort(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || compareText(a.newText, b.newText),
  );
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, newText } of sortedEdits(edits)) {
    if (span.start < at) continue;
    result += text.slice(at, span.start) + newText;
    at = span.end;
  }
  return result + text.slice(at);
}

/** True where a merge was left unfinished. */
export function hasConflict(text: string): boolean {
  return /^(<{7}|>{7})(\s|$)/m.test(text);
}

const CONTEXT = 3;

interface Change {
  /** Lines of the old text: from, and up to (exclusive). */
  readonly from: number;
  readonly to: number;
  readonly edits: TextEdit[];
}

/** As `patch` and `git apply` read it. */
export function unifiedDiff(file: string, text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)].filter((start) => start < text.length);
  const lineAt = (offset: number): number =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= offset),
    );
  const startOf = (line: number): number => starts[line] ?? text.length;
  const hunks: Change[][] = [];
  for (const edit of sortedEdits(edits)) {
    const from = lineAt(edit.span.start);
    const to = lineAt(Math.max(edit.span.start, edit.span.end - 1)) + 1;
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (last !== undefined && hunk !== undefined && from < last.to) {
      hunk[hunk.length - 1] = { from: last.from, to: Math.max(to, last.to), edits: [...last.edits, edit] };
    } else if (last !== undefined && hunk !== undefined && from - last.to <= 2 * CONTEXT) hunk.push({ from, to, edits: [edit] });
    else hunks.push([{ from, to, edits: [edit] }]);
  }
  let shift = 0;
  const parts = hunks.map((changes) => {
    const first = Math.max(0, (changes[0] as Change).from - CONTEXT);
    const end = Math.min(starts.length, (changes.at(-1) as Change).to + CONTEXT);
    const lines: string[] = [];
    let at = first;
    let grown = 0;
    const unchanged = (to: number): void => {
      for (; at < to; at++) lines.push(...marked(' ', text.slice(startOf(at), startOf(at + 1))));
    };
    for (const { from, to, edits: own } of changes) {
      unchanged(from);
      const base = startOf(from);
      const old = text.slice(base, startOf(to));
      const moved = own.map((edit) => ({
        ...edit,
        span: { ...edit.span, start: edit.span.start - base, end: edit.span.end - base },
      }));
      const before = marked('-', old);
      const after = marked('+', applyEdits(old, moved));
      const { kept, removed, added } = withoutCommonStart(before, after);
      lines.push(...kept, ...removed, ...added);
      grown += count(after) - count(before);
      at = to;
    }
    unchanged(end);
    const size = end - first;
    const head = `@@ -${first + 1},${size} +${first + 1 + shift},${size + grown} @@`;
    shift += grown;
    return [head, ...lines].join('\n');
  });
  return parts.length === 0 ? '' : `${[`--- a/${file}`, `+++ b/${file}`, ...parts].join('\n')}\n`;
}

/** The lines of a text, each with a mark. */
function marked(mark: string, text: string): string[] {
  if (text === '') return [];
  const isWhole = text.endsWith('\n');
  const lines = (isWhole ? text.slice(0, -1) : text).split('\n').map((line) => `${mark}${line}`);
  return isWhole ? lines : [...lines, '\\ No newline at end of file'];
}

const count = (lines: readonly string[]): number => lines.filter((line) => !line.startsWith('\\')).length;

/** A line that stays as it is, and is followed by new ones, is no change. */
function withoutCommonStart(before: readonly string[], after: readonly string[]) {
  const endsThere = (lines: readonly string[], index: number): boolean => lines[index + 1]?.startsWith('\\') ?? false;
  let same = 0;
  while (
    same < before.length &&
    before[same]?.slice(1) === after[same]?.slice(1) &&
    endsThere(before, same) === endsThere(after, same)
  )
    same++;
  const kept = before.slice(0, same).map((line) => (line.startsWith('\\') ? line : ` ${line.slice(1)}`));
  return { kept, removed: before.slice(same), added: after.slice(same) };
}
