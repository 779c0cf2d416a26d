/** In: a view. Out: a flowchart in Mermaid's language. Ids are counted, so that no name of a user's can be a word of the language. */
import type { Change } from './compare.js';
import type { Link } from './picture.js';
import { plain } from './text.js';
import { bundled, MARKS, operationsText, type View } from './view.js';

export function renderMermaid(view: View): string {
  const ids = new Map<string, string>();
  const idOf = (key: string): string => {
    if (!ids.has(key)) ids.set(key, `n${ids.size + 1}`);
    return ids.get(key) as string;
  };
  const classes = new Map<string, string[]>();
  const put = (name: string, id: string): void => void classes.set(name, [...(classes.get(name) ?? []), id]);
  const lines = ['flowchart LR'];
  for (const box of view.boxes) {
    const id = idOf(box.id);
    if (box.change !== 'same') put(box.change, id);
    const label = quoted([MARKS[box.change] + box.title, box.note]);
    if (box.closed || box.rows.length === 0) {
      lines.push(box.code ? `  ${id}(${label})` : `  ${id}[${label}]`);
      put(box.code ? 'code' : 'resource', id);
      continue;
    }
    lines.push(`  subgraph ${id}[${label}]`, '    direction LR');
    for (const row of box.rows) {
      const inner = idOf(row.id);
      if (row.change !== 'same') put(row.change, inner);
      put(box.code ? 'code' : 'resource', inner);
      lines.push(`    ${inner}(${quoted([MARKS[row.change] + row.title, row.note])})`);
    }
    lines.push('  end');
  }
  const styles: string[] = [];
  const open = new Map(view.boxes.map((box) => [box.id, !box.closed]));
  for (const [index, end] of ends(view, open).entries()) {
    const arrow = end.kind === 'uses' ? '-.->' : end.kind === 'triggers' ? '==>' : '-->';
    const text = end.text === '' ? '' : `|${quoted([end.text])}|`;
    lines.push(`  ${idOf(end.from)} ${arrow}${text} ${idOf(end.to)}`);
    const color = COLORS[end.change];
    if (color !== undefined) styles.push(`  linkStyle ${index} stroke:${color},stroke-width:3px`);
  }
  // Of two classes that both set a stroke, Mermaid takes the one that was given last.
  const given = [...classes].sort(([a], [b]) => Number(a in COLORS) - Number(b in COLORS));
  for (const [name, members] of given) lines.push(`  class ${members.join(',')} ${name}`);
  return `${[...lines, ...styles, ...DEFINITIONS].join('\n')}\n`;
}

interface End {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly text: string;
  readonly change: Change;
}

/** Links of rows; those of a closed box as links of the box, once each, with all that they are allowed to do. */
export function ends(view: View, open: ReadonlyMap<string, boolean>): End[] {
  return view.bundles.flatMap((bundle) => {
    const found = new Map<string, { from: string; to: string; links: Link[] }>();
    for (const link of bundle.links) {
      const from = open.get(bundle.from) === true ? link.from : bundle.from;
      const to = open.get(bundle.to) === true ? link.to : bundle.to;
      // Inside of what is closed.
      if (from === to && link.from !== link.to) continue;
      const known = found.get(`${from}\n${to}`);
      if (known === undefined) found.set(`${from}\n${to}`, { from, to, links: [link] });
      else known.links.push(link);
    }
    return [...found.values()].map(({ from, to, links }): End => {
      const { operations, change } = bundled(links);
      return { kind: bundle.kind, from, to, change, text: operationsText({ operations, change }) || MARKS[change].trim() };
    });
  });
}

/** All but letters, digits and a few harmless signs as numbered entities, which Mermaid reads in quoted text. */
function quoted(lines: readonly string[]): string {
  const escaped = lines
    .filter((line) => line !== '')
    .map((line) => plain(line).replace(/[^\p{L}\p{N} _.,:()+~\u2212/-]/gu, (found) => `#${found.codePointAt(0)};`));
  return `"${escaped.join('<br/>')}"`;
}

const COLORS: { readonly [change: string]: string } = { added: '#0f7a3a', removed: '#c02636', changed: '#a85b00' };

const DEFINITIONS = [
  '  classDef code fill:#eaf1fd,stroke:#4a74b8,color:#1c2430',
  '  classDef resource fill:#f6f3ea,stroke:#8d7b4c,color:#1c2430',
  '  classDef added stroke:#0f7a3a,stroke-width:3px',
  '  classDef removed stroke:#c02636,stroke-width:2px,stroke-dasharray:5 4',
  '  classDef changed stroke:#a85b00,stroke-width:3px',
];
