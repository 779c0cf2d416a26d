/**
 * The script of the page that `nimbusc graph --format html` writes; runs in browsers. Draws again what is opened, closed or
 * grouped in another way, with the code that made the first drawing.
 */
import type { PageData } from '../html.js';
import { drawingOf } from '../svg.js';
import { type Grouping, type View, viewOf } from '../view.js';
import { type Chosen, detailsOf, focusOf } from './details.js';
import { createZoom } from './zoom.js';

function element<T extends Element>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found as unknown as T;
}

const data = JSON.parse(element('data').textContent ?? '') as PageData;
const svg = element<SVGSVGElement>('drawing');
const content = element<SVGGElement>('content');
const details = element<HTMLElement>('details');
const search = element<HTMLInputElement>('search');
const group = element<HTMLSelectElement>('group');

/** Boxes that differ from `closedByDefault`. */
const turned = new Set<string>();
let closedByDefault = data.closed;
let view: View;
let chosen: Chosen | null = null;
const zoom = createZoom(svg);

function draw(fit: boolean): void {
  const options = { group: group.value as Grouping, closed: (box: string) => turned.has(box) !== closedByDefault };
  view = viewOf(data.picture, options);
  const { body, width, height } = drawingOf(view);
  // Made of escaped text by svg.ts, as the drawing that the page came with.
  content.innerHTML = body;
  zoom.size(width, height, fit);
  mark();
  if (search.value !== '') find(false);
}

function choose(next: Chosen | null): void {
  chosen = next;
  details.hidden = next === null;
  if (next !== null) details.replaceChildren(...detailsOf(view, next, data.editor));
  mark();
}

/** What has to do with what is chosen is marked, the rest is faint. */
function mark(): void {
  const focus = chosen === null ? null : focusOf(view, chosen);
  for (const one of content.querySelectorAll<SVGGElement>('[data-box],[data-item],[data-bundle]')) {
    const { box, item, bundle } = one.dataset;
    const near = focus === null || focus.near.has(box ?? item ?? `bundle:${bundle}`);
    one.classList.toggle('faint', !near);
    one.classList.toggle('marked', focus?.exact === (box ?? item ?? `bundle:${bundle}`));
  }
  // Of a bundle, the links of others are not meant.
  for (const one of content.querySelectorAll<SVGGElement>('[data-end]')) {
    one.classList.toggle('faint', focus !== null && !focus.near.has(one.dataset['end'] ?? ''));
  }
}

function turn(box: string): void {
  if (!turned.delete(box)) turned.add(box);
  draw(false);
  focusOn(`[data-box="${CSS.escape(box)}"]`);
}

const focusOn = (selector: string): void => content.querySelector<SVGGElement>(selector)?.focus({ preventScroll: true });

/** The matches in boxes that are closed are shown by opening these. */
function find(go: boolean): void {
  const wanted = search.value.trim().toLowerCase();
  const matches = (text: string): boolean => text.toLowerCase().includes(wanted);
  const found = element('found');
  if (wanted === '') {
    found.textContent = '';
    mark();
    return;
  }
  const hits = new Set<string>();
  const closedHits = new Set<string>();
  for (const box of view.boxes) {
    if (matches(`${box.title} ${box.note}`)) hits.add(box.id);
    for (const row of box.rows) {
      if (!matches(`${box.title}.${row.title} ${row.note}`)) continue;
      hits.add(row.id);
      if (box.closed) closedHits.add(box.id);
    }
  }
  found.textContent = hits.size === 1 ? '1 match' : `${hits.size} matches`;
  if (go && closedHits.size > 0) {
    for (const box of closedHits) if (!turned.delete(box)) turned.add(box);
    draw(false);
    find(go);
    return;
  }
  let first: SVGGElement | null = null;
  for (const one of content.querySelectorAll<SVGGElement>('[data-box],[data-item],[data-bundle]')) {
    const id = one.dataset['item'] ?? one.dataset['box'];
    const hit = id !== undefined && (hits.has(id) || closedHits.has(id));
    one.classList.toggle('faint', !hit);
    one.classList.toggle('marked', hit);
    if (hit && (first === null || one.dataset['item'] !== undefined)) first ??= one;
  }
  if (go && first !== null) {
    zoom.show(first.getBBox());
    choose(chosenAt(first));
    first.focus({ preventScroll: true });
  }
}

function chosenAt(target: Element): Chosen | null {
  const { box, item, bundle } = (target as SVGGElement).dataset;
  if (item !== undefined) return { is: 'item', id: item };
  if (box !== undefined) return { is: 'box', id: box };
  return bundle === undefined ? null : { is: 'bundle', index: Number(bundle) };
}

const targetOf = (event: Event): Element | null => (event.target as Element).closest('.box,.row,[data-bundle]');

svg.addEventListener('click', (event) => {
  if (zoom.dragged()) return;
  const fold = (event.target as Element).closest<SVGElement>('[data-fold]')?.dataset['fold'];
  if (fold !== undefined) return turn(fold);
  const target = targetOf(event);
  choose(target === null ? null : chosenAt(target));
});
svg.addEventListener('dblclick', (event) => {
  const box = (targetOf(event) as SVGElement | null)?.dataset['box'];
  if (box !== undefined && view.boxes.some((one) => one.id === box && one.rows.length > 0)) turn(box);
});
search.addEventListener('input', () => find(false));
search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') find(true);
});
group.addEventListener('change', () => {
  turned.clear();
  choose(null);
  draw(true);
});
for (const [id, closed] of [
  ['open-all', false],
  ['close-all', true],
] as const) {
  element(id).addEventListener('click', () => {
    turned.clear();
    closedByDefault = closed;
    draw(true);
  });
}
element('in').addEventListener('click', () => zoom.by(1.3));
element('out').addEventListener('click', () => zoom.by(1 / 1.3));
element('fit').addEventListener('click', () => zoom.whole());
element('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const dark =
    root.dataset['theme'] === undefined ? matchMedia('(prefers-color-scheme:dark)').matches : root.dataset['theme'] === 'dark';
  root.dataset['theme'] = dark ? 'light' : 'dark';
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    search.value = '';
    find(false);
    choose(null);
    svg.focus();
    return;
  }
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = targetOf(event);
  const box = (target as SVGElement | null)?.dataset['box'];
  const keys: { readonly [key: string]: () => void } = {
    '/': () => search.focus(),
    '+': () => zoom.by(1.3),
    '=': () => zoom.by(1.3),
    '-': () => zoom.by(1 / 1.3),
    '0': () => zoom.whole(),
    ArrowLeft: () => zoom.move(-60, 0),
    ArrowRight: () => zoom.move(60, 0),
    ArrowUp: () => zoom.move(0, -60),
    ArrowDown: () => zoom.move(0, 60),
    ...(box === undefined ? {} : { c: () => turn(box) }),
    ...(target === null ? {} : { Enter: () => choose(chosenAt(target)), ' ': () => choose(chosenAt(target)) }),
  };
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});

group.value = data.group;
draw(true);
