/** Markdown tables, and the parts of RESULTS.md that the runner writes. */

export type Cell = string | number;

export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [first = [], ...others] = cells;
  return [line(first), rule, ...others.map(line)].join('\n');
}

/** Replaces what stands between the markers of a section; what a person wrote around them stays. */
export function replaceSection(document: string, section: string, body: string): string {
  const begin = `<!-- begin: ${section} -->`;
  const end = `<!-- end: ${section} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`RESULTS.md has no section ${section}: it needs ${begin} and ${end}`);
  return `${document.slice(0, from)}${begin}\n${body}\n${document.slice(to)}`;
}
