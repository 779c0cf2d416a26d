/** In: boxes and what links them. Out: where they are, in pixels. Boxes are put into columns, from what starts to what is used. */
import { Graph, layout } from '@dagrejs/dagre';
import { shorten, textWidth } from './text.js';
import { type Box, type Bundle, MARKS, operationsText, type View } from './view.js';

export const SIZES = {
  title: 14,
  note: 11,
  row: 12,
  head: 44,
  line: 24,
  pad: 12,
  label: 11,
  titleMost: 36,
  labelMost: 44,
} as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox {
  readonly box: Box;
  /** Its upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedBundle {
  readonly bundle: Bundle;
  readonly label: string;
  /** Where it passes, between its boxes; level over `wide` pixels. */
  readonly via: readonly (Point & { readonly wide: number })[];
  /** The one of `via` that has the label. */
  readonly labelAt: Point | null;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, PlacedBox>;
  readonly bundles: readonly PlacedBundle[];
}

export function layoutOf(view: View): Layout {
  const graph = new Graph({ multigraph: true, directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 14, ranksep: 64, acyclicer: 'greedy', marginx: 24, marginy: 24 });
  for (const box of view.boxes) graph.setNode(box.id, sizeOf(box));
  const bundles = view.bundles.filter((bundle) => bundle.from !== bundle.to);
  // What starts something stands left of it, also where that sends something back.
  const starts = new Set(bundles.filter((one) => one.kind === 'triggers').map((one) => `${one.from}\n${one.to}`));
  const isBack = (one: Bundle): boolean => one.kind !== 'triggers' && starts.has(`${one.to}\n${one.from}`);
  const endsOf = (one: Bundle): readonly [string, string] => (isBack(one) ? [one.to, one.from] : [one.from, one.to]);
  for (const bundle of bundles) {
    const label = labelOf(bundle);
    const width = label === '' ? 8 : textWidth(label, SIZES.label) + 16;
    graph.setEdge(
      ...endsOf(bundle),
      { width, height: 16, labelpos: 'c', weight: bundle.kind === 'triggers' ? 2 : 1 },
      bundle.kind,
    );
  }
  layout(graph);
  const boxes = new Map<string, PlacedBox>();
  for (const box of view.boxes) {
    const { x, y, width, height } = graph.node(box.id) as Point & { width: number; height: number };
    boxes.set(box.id, { box, x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height });
  }
  const columns = columnsOf([...boxes.values()]);
  const placed = bundles.map((bundle): PlacedBundle => {
    const edge = graph.edge(...endsOf(bundle), bundle.kind) as Point & { points: readonly Point[]; width: number };
    const wide = (point: Point): number =>
      near(point, edge) ? edge.width : (columns.find((column) => Math.abs(column.x - point.x) < column.wide / 2)?.wide ?? 0);
    const inner = edge.points.slice(1, -1);
    const via = (isBack(bundle) ? inner.reverse() : inner).map((point) => ({
      x: Math.round(point.x),
      y: Math.round(point.y),
      wide: wide(point),
    }));
    const label = labelOf(bundle);
    return { bundle, label, via, labelAt: label === '' ? null : { x: Math.round(edge.x), y: Math.round(edge.y) } };
  });
  const size = graph.graph() as { width?: number; height?: number };
  return { width: Math.ceil(size.width ?? 0), height: Math.ceil(size.height ?? 0), boxes, bundles: placed };
}

/** Where rows meet their links: the middle of the row, or of the head. */
export function portY({ box, y }: PlacedBox, item: string): number {
  const index = box.closed ? -1 : box.rows.findIndex((row) => row.id === item);
  return index < 0 ? y + SIZES.head / 2 : y + SIZES.head + index * SIZES.line + SIZES.line / 2;
}

/** What is drawn of a row: its title, its note. */
export function rowTexts(row: Box['rows'][number]): readonly [string, string] {
  return [MARKS[row.change] + shorten(row.title, SIZES.titleMost), shorten(row.note, SIZES.titleMost)];
}

export const boxTitle = (box: Box): string => MARKS[box.change] + shorten(box.title, SIZES.titleMost);

function sizeOf(box: Box): { width: number; height: number } {
  const rows = box.closed ? [] : box.rows;
  const widths = rows.map((row) => {
    const [title, note] = rowTexts(row);
    return textWidth(title, SIZES.row) + (note === '' ? 0 : textWidth(note, SIZES.note) + 14);
  });
  // The sign that opens and closes it stands right of the title.
  const title = textWidth(boxTitle(box), SIZES.title) + (box.rows.length > 0 ? 24 : 0);
  const width = Math.max(90, title, textWidth(box.note, SIZES.note), ...widths) + 2 * SIZES.pad;
  return { width, height: SIZES.head + (rows.length === 0 ? 0 : rows.length * SIZES.line + 6) };
}

function labelOf(bundle: Bundle): string {
  const text = operationsText(bundle);
  const count = bundle.links.length > 1 ? ` (${bundle.links.length})` : '';
  return shorten(text === '' ? MARKS[bundle.change].trim() : text, SIZES.labelMost) + (text === '' ? '' : count);
}

const near = (a: Point, b: Point): boolean => Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < 1;

/** Boxes that stand above each other, by the middle that they share. */
function columnsOf(boxes: readonly PlacedBox[]): readonly { readonly x: number; readonly wide: number }[] {
  const found = new Map<number, number>();
  for (const { x, width } of boxes) {
    const middle = Math.round(x + width / 2);
    const key = [...found.keys()].find((one) => Math.abs(one - middle) <= 2) ?? middle;
    found.set(key, Math.max(found.get(key) ?? 0, width));
  }
  return [...found].map(([x, wide]) => ({ x, wide }));
}
