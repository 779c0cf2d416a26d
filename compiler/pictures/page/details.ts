/** What the page says about what is chosen: each link with the lines of source that it comes from, to copy or to open. */
import type { Place } from '../../ir/span.js';
import { type Item, type Link, words } from '../picture.js';
import { operationsText, type View } from '../view.js';

export type Chosen =
  | { readonly is: 'item' | 'box'; readonly id: string }
  /** Bundles are counted as svg.ts counts them. */
  | { readonly is: 'bundle'; readonly index: number };

export interface Focus {
  readonly exact: string;
  /** Boxes, items and bundles (`bundle:3`) that have to do with it. */
  readonly near: ReadonlySet<string>;
}

export function focusOf(view: View, chosen: Chosen): Focus {
  const near = new Set<string>();
  const bundles = view.bundles.filter((one) => one.from !== one.to);
  for (const [index, bundle] of bundles.entries()) {
    const links = bundle.links.filter((link) => concerns(view, link, chosen, index, bundle.from, bundle.to));
    if (links.length === 0) continue;
    near.add(`bundle:${index}`);
    for (const link of links) for (const id of [link.from, link.to]) addItem(view, near, id);
  }
  if (chosen.is === 'bundle') return { exact: `bundle:${chosen.index}`, near };
  addItem(view, near, chosen.id);
  if (chosen.is === 'box') {
    near.add(chosen.id);
    for (const row of view.boxes.find((box) => box.id === chosen.id)?.rows ?? []) near.add(row.id);
  }
  return { exact: chosen.id, near };
}

export function detailsOf(view: View, chosen: Chosen, editor: string | null): Node[] {
  const items = new Map(view.picture.items.map((item) => [item.id, item]));
  const tools: Tools = { nameOf: (id) => items.get(id)?.name ?? id, editor };
  if (chosen.is === 'bundle') {
    const bundle = view.bundles.filter((one) => one.from !== one.to)[chosen.index];
    if (bundle === undefined) return [];
    const [from, to] = [bundle.from, bundle.to].map((id) => view.boxes.find((box) => box.id === id)?.title ?? id);
    return [make('h2', `${from} \u2192 ${to}`), muted(verb(bundle.kind)), list(bundle.links, both, tools)];
  }
  const item = items.get(chosen.id);
  const box = view.boxes.find((one) => one.id === chosen.id);
  const parts =
    chosen.is === 'box' && box !== undefined ? new Set([box.id, ...box.rows.map((row) => row.id)]) : new Set([chosen.id]);
  const { links } = view.picture;
  return [
    ...head(item, box, tools),
    ...section(
      'Started by',
      links.filter((link) => link.kind === 'triggers' && parts.has(link.to)),
      from,
      tools,
    ),
    ...section(
      'Starts',
      links.filter((link) => link.kind === 'triggers' && parts.has(link.from)),
      to,
      tools,
    ),
    ...section(
      'Uses',
      links.filter((link) => link.kind === 'uses' && parts.has(link.from)),
      parts.size > 1 ? both : to,
      tools,
    ),
    ...section(
      'Used by',
      links.filter((link) => link.kind === 'uses' && parts.has(link.to)),
      from,
      tools,
    ),
    ...section(
      'Order',
      links.filter((link) => link.kind === 'runs-after' && (parts.has(link.to) || parts.has(link.from))),
      both,
      tools,
    ),
  ];
}

interface Tools {
  readonly nameOf: (id: string) => string;
  readonly editor: string | null;
}

type Naming = (link: Link, tools: Tools) => string;
const from: Naming = (link, { nameOf }) => (link.by === null ? nameOf(link.from) : `${nameOf(link.from)}: ${link.by}`);
const to: Naming = (link, { nameOf }) => (link.by === null ? nameOf(link.to) : `${link.by} \u2192 ${nameOf(link.to)}`);
const both: Naming = (link, tools) => `${from(link, tools)} \u2192 ${tools.nameOf(link.to)}`;
const verb = (kind: string): string => (kind === 'uses' ? 'is allowed to' : kind === 'triggers' ? 'starts' : words(kind));

function addItem(view: View, near: Set<string>, id: string): void {
  near.add(id);
  near.add(view.boxOf.get(id) ?? id);
}

function concerns(view: View, link: Link, chosen: Chosen, index: number, from: string, to: string): boolean {
  if (chosen.is === 'bundle') return chosen.index === index;
  if (chosen.is === 'box') return from === chosen.id || to === chosen.id;
  return link.from === chosen.id || link.to === chosen.id || view.boxOf.get(chosen.id) === undefined;
}

function head(item: Item | undefined, box: View['boxes'][number] | undefined, tools: Tools): Node[] {
  if (item === undefined) return [make('h2', box?.title ?? ''), muted(box?.note ?? '')];
  const change = item.change === 'same' ? '' : `, ${item.change}`;
  return [make('h2', item.name), muted(`${words(item.kind)}${change}`), place(item.place, tools)];
}

function section(title: string, links: readonly Link[], naming: Naming, tools: Tools): Node[] {
  return links.length === 0 ? [] : [make('h3', `${title} (${links.length})`), list(links, naming, tools)];
}

function list(links: readonly Link[], naming: Naming, tools: Tools): Node {
  const entries = links.map((link) => {
    const change = link.change === 'same' ? '' : ` (${link.change})`;
    const entry = make('li', naming(link, tools) + change);
    const operations = operationsText(link);
    if (operations !== '') entry.append(make('p', operations));
    entry.append(...link.places.map((one) => place(one, tools)));
    return entry;
  });
  const all = make('ul', '');
  all.append(...entries);
  return all;
}

function place({ file, line, column }: Place, { editor }: Tools): Node {
  const text = `${file}:${line}`;
  const row = make('p', '');
  const shown = make('code', text);
  if (editor === null) {
    row.append(shown);
  } else {
    const link = document.createElement('a');
    const values: { readonly [name: string]: string } = {
      file: file.split('/').map(encodeURIComponent).join('/'),
      line: `${line}`,
      column: `${column}`,
    };
    link.href = editor.replace(/\{(file|line|column)\}/g, (_, name: string) => values[name] ?? '');
    link.append(shown);
    row.append(link);
  }
  const button = make('button', 'Copy') as HTMLButtonElement;
  button.setAttribute('aria-label', `Copy ${text}`);
  button.addEventListener('click', () => {
    void copy(text).then((done) => {
      button.textContent = done ? 'Copied' : 'Select and copy';
    });
  });
  row.append(button);
  return row;
}

/** A page from a file has no clipboard in some browsers; the older way still works there. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

function make(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function muted(text: string): HTMLElement {
  const made = make('p', text);
  made.className = 'muted';
  return made;
}
