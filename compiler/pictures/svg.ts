/** In: a view. Out: SVG, by itself or for a page. Everything that can be chosen in a page has its item in `data-` attributes. */
import {
  boxTitle,
  type Layout,
  layoutOf,
  type PlacedBox,
  type PlacedBundle,
  type Point,
  portY,
  rowTexts,
  SIZES,
} from './layout.js';
import { words } from './picture.js';
import { alone } from './style.js';
import { escapeXml, textWidth } from './text.js';
import { MARKS, operationsText, type View } from './view.js';

const LEGEND = 64;

/** A file of its own. */
export function renderSvg(view: View): string {
  const { body, width, height } = drawingOf(view);
  const name = escapeXml(`${view.picture.project}, stage ${view.picture.stage}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">`,
    `<title>${name}</title>`,
    `<style>\n${alone()}\n</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    body,
    '</svg>\n',
  ].join('\n');
}

export interface Drawing {
  readonly body: string;
  readonly width: number;
  readonly height: number;
}

/** What goes between `<svg>` and `</svg>`. */
export function drawingOf(view: View): Drawing {
  const layout = layoutOf(view);
  const { text, width } = legend(view, layout.height);
  const boxes = [...layout.boxes.values()].map(boxSvg);
  const bundles = layout.bundles.map((one, index) => bundleSvg(one, index, layout));
  // Labels last: a line that crosses a text is worse than a text that crosses a line.
  const body = [...bundles.map((one) => one.lines), ...boxes, ...bundles.map((one) => one.label), ...loops(view, layout), text];
  return {
    body: body.filter((one) => one !== '').join('\n'),
    width: Math.max(layout.width, width),
    height: layout.height + LEGEND,
  };
}

function boxSvg(placed: PlacedBox): string {
  const { box, x, y, width, height } = placed;
  const [shape, kind] = box.code ? ['10', 'code'] : ['2', 'resource'];
  const lines = [
    `<g class="box ${kind} ${box.change}" data-box="${escapeXml(box.id)}" tabindex="0" role="button" aria-label="${escapeXml(
      `${box.title}, ${box.note}${changeText(box.change)}`,
    )}">`,
    `<title>${escapeXml(box.title)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${shape}"/>`,
    text(x + SIZES.pad, y + 20, SIZES.title, boxTitle(box), ' font-weight="bold"'),
    text(x + SIZES.pad, y + 36, SIZES.note, box.note, ' class="note"'),
  ];
  if (box.rows.length > 0) {
    const sign = box.closed ? '\u25b8' : '\u25be';
    lines.push(
      `<text class="fold" data-fold="${escapeXml(box.id)}" x="${x + width - 24}" y="${y + 21}" font-size="16">${sign}</text>`,
    );
  }
  lines.push('</g>');
  const rows = box.closed ? [] : box.rows;
  rows.forEach((row, index) => {
    const top = y + SIZES.head + index * SIZES.line;
    const [title, note] = rowTexts(row);
    lines.push(
      `<g class="row ${row.change}" data-item="${escapeXml(row.id)}" tabindex="0" role="button" aria-label="${escapeXml(
        `${row.title} ${row.note}${changeText(row.change)}`,
      )}">`,
      `<title>${escapeXml(`${row.title} ${row.note}`.trim())}</title>`,
      `<rect x="${x + 4}" y="${top}" width="${width - 8}" height="${SIZES.line}" rx="4"/>`,
      text(x + SIZES.pad, top + 16, SIZES.row, title),
      text(x + SIZES.pad + textWidth(title, SIZES.row) + 8, top + 16, SIZES.note, note, ' class="note"'),
      '</g>',
    );
  });
  return lines.filter((line) => line !== '').join('\n');
}

const changeText = (change: string): string => (change === 'same' ? '' : `, ${change}`);

function text(x: number, y: number, size: number, content: string, more = ''): string {
  return content === '' ? '' : `<text x="${x}" y="${y}" font-size="${size}"${more}>${escapeXml(content)}</text>`;
}

function bundleSvg(placed: PlacedBundle, index: number, layout: Layout): { lines: string; label: string } {
  const { bundle, via, label, labelAt } = placed;
  const from = layout.boxes.get(bundle.from) as PlacedBox;
  const to = layout.boxes.get(bundle.to) as PlacedBox;
  const ahead = from.x <= to.x ? 1 : -1;
  const out = ahead === 1 ? from.x + from.width : from.x;
  const into = ahead === 1 ? to.x : to.x + to.width;
  const trunk = trunkOf(via, ahead);
  const first = trunk[0] ?? { x: (out + into) / 2, y: from.y };
  const last = trunk.at(-1) ?? first;
  const starts = portsOf(
    from,
    bundle.links.map((link) => link.from),
  );
  const ends = portsOf(
    to,
    bundle.links.map((link) => link.to),
  );
  const tip = into - 9 * ahead;
  const lines = [
    ...starts.map(([y, id]) => `<g data-end="${id}"><path d="M${out} ${y}${curve({ x: out, y }, first)}"/></g>`),
    trunk.length > 1 ? `<path d="M${first.x} ${first.y}${along(trunk)}"/>` : '',
    ...ends.map(
      ([y, id]) =>
        `<g data-end="${id}"><path d="M${last.x} ${last.y}${curve(last, { x: tip, y })}"/>${arrow(into, y, ahead)}</g>`,
    ),
  ];
  const title = `${nameOf(from)} ${bundle.kind === 'uses' ? operationsText(bundle) : words(bundle.kind)} ${nameOf(to)}`;
  const open = (more: string): string => `<g class="link ${bundle.kind} ${bundle.change}" data-bundle="${index}"${more}>`;
  const name = escapeXml(`${title}${changeText(bundle.change)}`);
  return {
    lines: `${open(` tabindex="0" role="button" aria-label="${name}"`)}<title>${name}</title>${lines.join('')}</g>`,
    label: labelAt === null ? '' : `${open('')}${labelSvg(labelAt, label)}</g>`,
  };
}

const nameOf = ({ box }: PlacedBox): string => box.title;

function labelSvg({ x, y }: Point, label: string): string {
  const width = textWidth(label, SIZES.label) + 8;
  return (
    `<rect class="under" x="${x - width / 2}" y="${y - 8}" width="${width}" height="16" rx="3"/>` +
    `<text x="${x}" y="${y + 4}" font-size="${SIZES.label}" text-anchor="middle">${escapeXml(label)}</text>`
  );
}

/** Level where it passes boxes or has a label, so that it cuts no corners. */
function trunkOf(via: PlacedBundle['via'], ahead: number): readonly Point[] {
  return via.flatMap(({ x, y, wide }) =>
    wide === 0 ? [{ x, y }] : [-1, 1].map((side) => ({ x: x + (side * ahead * wide) / 2, y })),
  );
}

const along = (points: readonly Point[]): string =>
  points
    .slice(1)
    .map((point, index) => curve(points[index] as Point, point))
    .join('');

/** Leaves and arrives level. */
function curve(a: Point, b: Point): string {
  if (a.y === b.y) return `L${b.x} ${b.y}`;
  const middle = (a.x + b.x) / 2;
  return `C${middle} ${a.y} ${middle} ${b.y} ${b.x} ${b.y}`;
}

const arrow = (x: number, y: number, ahead: number): string =>
  `<polygon class="tip" points="${x},${y} ${x - 9 * ahead},${y - 5} ${x - 9 * ahead},${y + 5}"/>`;

/** Where items have their links, from above, and which item it is; of a closed box it is the box. */
function portsOf(placed: PlacedBox, items: readonly string[]): readonly (readonly [y: number, id: string])[] {
  const found = new Map(items.map((item) => [portY(placed, item), escapeXml(placed.box.closed ? placed.box.id : item)]));
  return [...found].sort(([a], [b]) => a - b);
}

/** Links inside a box, drawn right of it. */
function loops(view: View, layout: Layout): string[] {
  return view.bundles
    .filter((bundle) => bundle.from === bundle.to)
    .flatMap((bundle) =>
      bundle.links.map((link) => {
        const placed = layout.boxes.get(bundle.from) as PlacedBox;
        const [x, a, b] = [placed.x + placed.width, portY(placed, link.from), portY(placed, link.to)];
        if (placed.box.closed || a === b) return '';
        const path = `<path d="M${x} ${a}C${x + 30} ${a} ${x + 30} ${b} ${x + 9} ${b}"/>${arrow(x, b, -1)}`;
        return `<g class="link ${link.kind} ${link.change}">${path}</g>`;
      }),
    );
}

function legend(view: View, top: number): { text: string; width: number } {
  const kinds = new Set(view.bundles.map((bundle) => bundle.kind));
  const y = top + 30;
  let x = 24;
  const parts: string[] = [];
  const add = (drawing: string, said: string): void => {
    parts.push(drawing, text(x + 40, y + 4, SIZES.note, said, ' class="note"'));
    x += 40 + textWidth(said, SIZES.note) + 20;
  };
  const sample = (kind: string, said: string): void => {
    if (!kinds.has(kind)) return;
    add(`<g class="link ${kind}"><path d="M${x} ${y}L${x + 22} ${y}"/>${arrow(x + 32, y, 1)}</g>`, said);
  };
  const box = (shape: string, rx: number, said: string): void =>
    add(`<g class="${shape}"><rect x="${x}" y="${y - 9}" width="32" height="18" rx="${rx}"/></g>`, said);
  box('code', 8, 'functions of a class or folder');
  box('resource', 2, 'resource');
  sample('triggers', 'starts');
  sample('uses', 'is allowed to (operations)');
  sample('runs-after', 'runs after');
  if (view.picture.compared) {
    for (const change of ['added', 'removed', 'changed'] as const) {
      add(
        `<g class="code ${change}"><rect x="${x}" y="${y - 9}" width="32" height="18" rx="4"/>${text(x + 11, y + 5, 13, MARKS[change].trim())}</g>`,
        change,
      );
    }
  }
  return { text: `<g class="legend">${parts.join('')}</g>`, width: x + 4 };
}
