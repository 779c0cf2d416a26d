/** In: a view. Out: a directed graph in the language of Graphviz. */
import { ends } from './mermaid.js';
import { LIGHT } from './style.js';
import { plain } from './text.js';
import { MARKS, type View } from './view.js';

export function renderDot(view: View): string {
  const ids = new Map<string, string>();
  const idOf = (key: string): string => {
    if (!ids.has(key)) ids.set(key, `n${ids.size + 1}`);
    return ids.get(key) as string;
  };
  const lines = [
    `digraph ${quoted([`${view.picture.project} ${view.picture.stage}`])} {`,
    '  rankdir=LR; compound=true; newrank=true;',
    `  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, fillcolor="${LIGHT.code}", color="${LIGHT.codeLine}"];`,
    `  edge [fontname="Helvetica", fontsize=10, color="${LIGHT.uses}"];`,
  ];
  const open = new Map<string, boolean>();
  for (const [index, box] of view.boxes.entries()) {
    open.set(box.id, !box.closed);
    const label = quoted([MARKS[box.change] + box.title, box.note]);
    const own = box.code ? '' : `, style="filled", fillcolor="${LIGHT.resource}", color="${LIGHT.resourceLine}"`;
    if (box.closed || box.rows.length === 0) {
      lines.push(`  ${idOf(box.id)} [label=${label}${own}${changed(box.change)}];`);
      continue;
    }
    lines.push(`  subgraph cluster_${index + 1} {`, `    label=${label}; fontname="Helvetica"; fontsize=12;`);
    // A cluster cannot be the end of an edge; a resource with parts has a node for itself.
    if (!box.code) lines.push(`    ${idOf(box.id)} [label=${quoted([box.title])}${own}${changed(box.change)}];`);
    for (const row of box.rows) {
      lines.push(`    ${idOf(row.id)} [label=${quoted([MARKS[row.change] + row.title, row.note])}${own}${changed(row.change)}];`);
    }
    lines.push('  }');
  }
  for (const { from, to, kind, text, change } of ends(view, open)) {
    const style =
      kind === 'triggers' ? `, penwidth=2, color="${LIGHT.triggers}"` : kind === 'uses' ? ', arrowhead=empty' : ', style=dotted';
    lines.push(`  ${idOf(from)} -> ${idOf(to)} [label=${quoted([text])}${style}${changed(change)}];`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

function changed(change: string): string {
  if (change === 'added') return `, color="${LIGHT.added}", fontcolor="${LIGHT.added}", penwidth=3`;
  if (change === 'removed') return `, color="${LIGHT.removed}", fontcolor="${LIGHT.removed}", style=dashed`;
  return change === 'changed' ? `, color="${LIGHT.changed}", fontcolor="${LIGHT.changed}", penwidth=2` : '';
}

/** Graphviz reads entities in labels, and backslashes as its own escapes. */
function quoted(lines: readonly string[]): string {
  const escaped = lines
    .filter((line) => line !== '')
    .map((line) => plain(line).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${escaped.join('\\n')}"`;
}
