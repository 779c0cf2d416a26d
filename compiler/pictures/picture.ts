/**
 * In: `graph.json` of a stage, and that of another build to compare with, if there is one. Out: what a picture shows: items
 * and links, each with its places and what became of it. A route is no item of its own where all it does is to start one
 * function: it is written at the function, and its API starts the function.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import type { GraphJson } from '../ir/serialise.js';
import { compareText, type Place } from '../ir/span.js';
import { type Change, type ChangedEdge, type ChangedNode, compareGraphs } from './compare.js';
import { plain } from './text.js';

export interface Item {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly place: Place;
  readonly change: Change;
  /** Of functions; else null. */
  readonly code: { readonly className: string; readonly method: string } | null;
  /** What starts a function, as its kind calls it: `GET /users`. */
  readonly startedBy: readonly string[];
  /** The item that it is a part of. */
  readonly within: string | null;
}

export interface Operation {
  readonly name: string;
  readonly change: Change;
}

export interface Link {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** What starts the function, where that is no item of its own. */
  readonly by: string | null;
  readonly operations: readonly Operation[];
  /** The declaration first, then every line that justifies it. */
  readonly places: readonly Place[];
  readonly change: Change;
}

export interface Picture {
  readonly project: string;
  readonly stage: string;
  readonly compared: boolean;
  readonly items: readonly Item[];
  readonly links: readonly Link[];
}

export function pictureOf(graph: GraphJson, base: GraphJson | null): Picture {
  const { nodes, edges } = compareGraphs(graph, base);
  const folded = foldStarters(nodes, edges);
  const within = new Map(edges.filter((edge) => edge.kind === 'contains').map((edge) => [edge.to, edge.from]));
  const items = new Map<string, Item>();
  for (const node of nodes) {
    if (folded.has(node.id)) continue;
    const startedBy = [...folded.values()].filter((one) => one.to === node.id && one.name !== node.name).map((one) => one.name);
    items.set(node.id, { ...itemOf(node, startedBy), within: within.get(node.id) ?? null });
  }
  const links: Link[] = [];
  for (const starter of folded.values()) {
    const from = starter.parent ?? `starter:${starter.node.kind}`;
    if (!items.has(from))
      items.set(from, { ...itemOf(starter.node, []), id: from, name: words(starter.node.kind), within: null, change: 'same' });
    const by = starter.name;
    links.push({
      kind: 'triggers',
      from,
      to: starter.to,
      by,
      operations: [],
      places: [starter.node.source],
      change: starter.change,
    });
  }
  for (const edge of edges) {
    if (edge.kind === 'contains' || folded.has(edge.from) || !items.has(edge.from) || !items.has(edge.to)) continue;
    const { kind, from, to, operations, change } = edge;
    links.push({ kind, from, to, by: null, operations, places: placesOf(edge), change });
  }
  // Ids are attributes of drawings, and have to be found again by what a drawing can hold.
  const safe = (id: string | null): string | null => (id === null ? null : plain(id));
  return {
    project: graph.project,
    stage: graph.stage,
    compared: base !== null,
    items: [...items.values()]
      .map((one) => ({ ...one, id: plain(one.id), within: safe(one.within) }))
      .sort((a, b) => compareText(a.id, b.id)),
    links: links
      .map((one) => ({ ...one, from: plain(one.from), to: plain(one.to) }))
      .sort((a, b) => compareText(linkKey(a), linkKey(b))),
  };
}

export const linkKey = (link: Link): string => [link.kind, link.from, link.to, link.by ?? ''].join('\0');

/** `document-store` as people say it. */
export const words = (kind: string): string => kind.replaceAll('-', ' ');

interface Starter {
  readonly node: ChangedNode;
  readonly name: string;
  readonly parent: string | null;
  readonly to: string;
  readonly change: Change;
}

/**
 * What only starts one function, and is either a part of something or declared on the function itself. A topic that nobody
 * publishes to only starts functions too, but has a declaration of its own.
 */
function foldStarters(nodes: readonly ChangedNode[], edges: readonly ChangedEdge[]): ReadonlyMap<string, Starter> {
  const places = new Map(nodes.map((node) => [node.id, node]));
  const of = new Map<string, ChangedEdge[]>();
  for (const edge of edges) {
    for (const id of new Set([edge.from, edge.to])) of.set(id, [...(of.get(id) ?? []), edge]);
  }
  const found = new Map<string, Starter>();
  for (const node of nodes) {
    const mine = of.get(node.id) ?? [];
    const starts = mine.filter((edge) => edge.kind === 'triggers' && edge.from === node.id);
    const parents = mine.filter((edge) => edge.kind === 'contains' && edge.to === node.id);
    const [start] = starts;
    if (start === undefined || starts.length > 1 || parents.length > 1 || mine.length !== starts.length + parents.length)
      continue;
    const target = places.get(start.to);
    const parent = parents[0]?.from ?? null;
    if (target === undefined || (parent === null && !samePlace(node.source, target.source))) continue;
    const change = node.change === 'same' ? start.change : node.change;
    found.set(node.id, { node, name: node.name, parent, to: start.to, change });
  }
  return found;
}

const samePlace = (a: Place, b: Place): boolean => a.file === b.file && a.line === b.line;

function itemOf(node: ChangedNode, startedBy: readonly string[]): Omit<Item, 'within'> {
  const { id, kind, name, source: place, change, options } = node;
  const className = textAt(options, 'class');
  const method = textAt(options, 'method');
  const code = kind === 'function' && className !== null && method !== null ? { className, method } : null;
  return { id, kind, name, place, change, code, startedBy };
}

function placesOf(edge: ChangedEdge): readonly Place[] {
  const seen = new Set<string>();
  return [edge.source, ...edge.because].filter(({ file, line }) => {
    const key = `${file}:${line}`;
    return !seen.has(key) && seen.add(key);
  });
}

function textAt(options: JsonObject, key: string): string | null {
  const value: JsonValue | undefined = options[key];
  return typeof value === 'string' ? value : null;
}
