/**
 * In: a picture, how functions are grouped, and which groups are closed. Out: boxes with rows, and the links between them:
 * what each format draws in its own way. A closed box is drawn without its rows, and its links as those of the box.
 */
import { compareText } from '../ir/span.js';
import type { Change } from './compare.js';
import { type Item, type Link, type Operation, type Picture, words } from './picture.js';
import { plain } from './text.js';

export type Grouping = 'class' | 'folder';

export interface ViewOptions {
  readonly group: Grouping;
  readonly closed: (box: string) => boolean;
}

export interface Row {
  readonly id: string;
  readonly title: string;
  /** What starts it, or its kind. */
  readonly note: string;
  readonly change: Change;
}

export interface Box {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Whether it stands for code, or for a resource. */
  readonly code: boolean;
  readonly change: Change;
  readonly closed: boolean;
  /** All of them, also of a closed box. */
  readonly rows: readonly Row[];
}

/** All links of one kind between two boxes. */
export interface Bundle {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly operations: readonly Operation[];
  readonly change: Change;
  readonly links: readonly Link[];
}

export interface View {
  readonly picture: Picture;
  readonly boxes: readonly Box[];
  readonly bundles: readonly Bundle[];
  /** The box that shows an item. */
  readonly boxOf: ReadonlyMap<string, string>;
}

/** More functions than this are shown by folder and closed, unless one asks for something else. */
export const MANY_FUNCTIONS = 60;

export const isLarge = (picture: Picture): boolean => picture.items.filter((item) => item.code !== null).length > MANY_FUNCTIONS;

export function viewOf(picture: Picture, { group, closed }: ViewOptions): View {
  const parts = new Map<string, Item[]>();
  const boxOf = new Map<string, string>();
  const known = new Map(picture.items.map((item) => [item.id, item]));
  for (const item of picture.items) {
    const box = item.code === null ? outermost(item, known) : groupOf(item, group);
    boxOf.set(item.id, box);
    const list = parts.get(box);
    if (list === undefined) parts.set(box, [item]);
    else list.push(item);
  }
  const boxes = [...parts].map(([id, items]) => boxFrom(id, items, known.get(id), group, closed));
  return { picture, boxes: boxes.sort((a, b) => compareText(a.id, b.id)), bundles: bundlesOf(picture, boxOf), boxOf };
}

/** What became of a whole that is made of these. */
export function together(changes: readonly Change[]): Change {
  const [first = 'same'] = changes;
  return changes.every((one) => one === first) ? first : 'changed';
}

export const MARKS: { readonly [C in Change]: string } = { same: '', added: '+ ', removed: '\u2212 ', changed: '~ ' };

/** `get, + put`; one mark before all where all of it is new, or gone. */
export function operationsText({ operations, change }: Pick<Link, 'operations' | 'change'>): string {
  if (change === 'added' || change === 'removed') return MARKS[change] + operations.map((one) => one.name).join(', ');
  return operations.map((one) => MARKS[one.change] + one.name).join(', ');
}

function boxFrom(
  id: string,
  items: readonly Item[],
  own: Item | undefined,
  group: Grouping,
  closed: (id: string) => boolean,
): Box {
  const inner = items.filter((item) => item !== own);
  const rows = inner.map((item) => rowOf(item, group)).sort((a, b) => compareText(a.title, b.title) || compareText(a.id, b.id));
  const shut = rows.length > 0 && closed(id);
  if (own !== undefined) {
    const note = words(own.kind);
    return { id, title: own.name, note: note === own.name ? '' : note, code: false, change: own.change, closed: shut, rows };
  }
  const first = inner[0] as Item;
  const title = group === 'class' ? (first.code?.className ?? '') : folderOf(first);
  const count = rows.length === 1 ? '1 function' : `${rows.length} functions`;
  const change = together(inner.map((item) => item.change));
  return { id, title, note: `${group}, ${count}`, code: true, change, closed: shut, rows };
}

function rowOf(item: Item, group: Grouping): Row {
  const { id, code, change } = item;
  const title = code === null ? item.name : group === 'class' ? code.method : `${code.className}.${code.method}`;
  return { id, title, note: code === null ? words(item.kind) : item.startedBy.join(', '), change };
}

/** Two classes of one name in two files are two groups; the file is no part of the title. */
function groupOf(item: Item, group: Grouping): string {
  const { file } = item.place;
  if (group === 'class') return `class:${plain(item.code?.className ?? '')} ${plain(file)}`;
  return `folder:${plain(folderOf(item))}`;
}

const folderOf = ({ place: { file } }: Item): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');

/** Parts of parts are rows of the whole; a damaged graph may hold a circle. */
function outermost(item: Item, known: ReadonlyMap<string, Item>): string {
  const seen = new Set([item.id]);
  let top = item;
  for (;;) {
    const next = top.within === null ? undefined : known.get(top.within);
    if (next === undefined || next.code !== null || seen.has(next.id)) return top.id;
    seen.add(next.id);
    top = next;
  }
}

function bundlesOf(picture: Picture, boxOf: ReadonlyMap<string, string>): Bundle[] {
  const found = new Map<string, { kind: string; from: string; to: string; links: Link[] }>();
  for (const link of picture.links) {
    const from = boxOf.get(link.from);
    const to = boxOf.get(link.to);
    if (from === undefined || to === undefined) continue;
    const key = [link.kind, from, to].join('\n');
    const known = found.get(key);
    if (known === undefined) found.set(key, { kind: link.kind, from, to, links: [link] });
    else known.links.push(link);
  }
  return [...found.values()].map((one) => ({ ...one, ...bundled(one.links) }));
}

/** What links are allowed to do together, and what became of them. */
export function bundled(links: readonly Link[]): { readonly operations: readonly Operation[]; readonly change: Change } {
  const names = [...new Set(links.flatMap((link) => link.operations.map((one) => one.name)))].sort(compareText);
  const operations = names.map((name) => {
    const changes = links.flatMap((link) => link.operations.filter((one) => one.name === name).map((one) => one.change));
    return { name, change: together(changes) };
  });
  return { operations, change: together(links.map((link) => link.change)) };
}
