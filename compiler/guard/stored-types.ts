/**
 * In: the types of what a store keeps. Out: one line of text for each part of them, by path (`address.street`, `tags[]`),
 * which a person can review in a diff, and what has changed between two of them.
 */
import { compareText } from '../ir/span.js';
import { type TypeDecl, underlying, type WireType } from '../ir/wire-type.js';

/** Path to the members of its type: `"open" | "paid"`. A value that may be absent has the member `undefined`. */
export type StoredTypes = { readonly [path: string]: string };

/** A type without end is cut: what lies deeper is not compared. */
const DEEPEST = 8;

export function storedTypes(columns: readonly { readonly column: string; readonly type: WireType }[]): StoredTypes {
  const members = new Map<string, Set<string>>();
  for (const { column, type } of columns) visit(type, segment(column), [], members);
  const lines = [...members].map(([path, texts]): [string, string] => [path, [...texts].sort(compareText).join(' | ')]);
  return Object.fromEntries(lines.sort(([a], [b]) => compareText(a, b)));
}

function visit(type: WireType, path: string, open: readonly TypeDecl[], members: Map<string, Set<string>>): void {
  const texts = members.get(path) ?? new Set<string>();
  members.set(path, texts);
  if (open.length > DEEPEST) return void texts.add('any');
  if (type.t === 'ref') {
    // inside itself: that part has been visited
    if (open.includes(type.to)) texts.add(word(type.to.name));
    else visit(type.to.type, path, [...open, type.to], members);
    return;
  }
  const inner = (of: WireType, step: string): void => visit(of, `${path}${step}`, open, members);
  switch (type.t) {
    case 'union':
      for (const member of type.of) visit(member, path, open, members);
      return;
    case 'literal':
      texts.add(word(JSON.stringify(type.value)));
      return;
    case 'array':
    case 'set':
      texts.add(type.t);
      if (underlying(type.of).t !== 'undefined') inner(type.of, '[]');
      return;
    case 'record':
      texts.add('record');
      inner(type.of, '{}');
      return;
    case 'map':
      texts.add('map');
      inner(type.key, '{key}');
      inner(type.of, '{}');
      return;
    case 'tuple':
      texts.add(`tuple of ${type.items.length}${type.rest === null ? '' : ' or more'}`);
      for (const [index, item] of type.items.entries()) inner(item, `[${index}]`);
      if (type.rest !== null) inner(type.rest, '[]');
      return;
    case 'object':
      texts.add('object');
      for (const { name, type: of, optional } of type.fields) {
        inner(of, `.${segment(name)}`);
        if (optional) members.get(`${path}.${segment(name)}`)?.add('undefined');
      }
      if (type.index !== null) inner(type.index, '{}');
      return;
    default:
      texts.add(type.t);
  }
}

/** Names with characters that paths are made of are quoted. */
function segment(name: string): string {
  return /^[\p{ID_Continue}$-]+$/u.test(name) ? name : JSON.stringify(name);
}

/** A member, in which the sign between members does not occur. */
const word = (text: string): string => text.replaceAll('|', '\\u007c');

export type StoredChange =
  | { readonly change: 'renamed'; readonly path: string; readonly before: string }
  | { readonly change: 'type'; readonly path: string; readonly before: string; readonly now: string }
  | { readonly change: 'narrowed'; readonly path: string; readonly gone: string }
  | { readonly change: 'required'; readonly path: string; readonly isNew: boolean };

/** What items that are stored do not say, or say otherwise; in the order of paths. What is only read no more is no change. */
export function storedChanges(before: StoredTypes, now: StoredTypes): readonly StoredChange[] {
  const renamed = renamedColumns(before, now);
  const changes: StoredChange[] = [...renamed].map(([path, old]) => ({ change: 'renamed', path, before: old }));
  for (const [path, text] of Object.entries(now)) {
    // said once, for the column
    if ([...renamed.keys()].some((column) => isWithin(path, column))) continue;
    const old = Object.hasOwn(before, path) ? before[path] : undefined;
    if (old !== undefined) changes.push(...membersChange(path, old, text));
    else if (isRequired(text) && isStep(path) && hasParent(path, before)) changes.push({ change: 'required', path, isNew: true });
  }
  return changes.sort((a, b) => compareText(a.path, b.path));
}

const membersOf = (text: string): string[] => text.split(' | ');
const isRequired = (text: string): boolean => !membersOf(text).some((member) => member === 'undefined' || member === 'any');
const isColumn = (path: string): boolean => rootOf(path) === path;
const isWithin = (path: string, column: string): boolean => rootOf(path) === column;

export const isOfColumn = (path: string, column: string): boolean => rootOf(path) === segment(column);

/** The column that a path begins with. */
function rootOf(path: string): string {
  return /^(?:"(?:[^"\\]|\\.)*"|[\p{ID_Continue}$-]+)/u.exec(path)?.[0] ?? path;
}

/** Whether the last step is a name: elements of a list are not missing. */
const isStep = (path: string): boolean => !/[\]}]$/.test(path);

/** A part of something that is new itself is said with that. */
function hasParent(path: string, before: StoredTypes): boolean {
  if (isColumn(path)) return true;
  const parent = path.replace(/\.(?:"(?:[^"\\]|\\.)*"|[\p{ID_Continue}$-]+)$/u, '');
  return Object.hasOwn(before, parent) && membersOf(before[parent] as string).includes('object');
}

function membersChange(path: string, before: string, now: string): readonly StoredChange[] {
  const [old, current] = [membersOf(before), membersOf(now)];
  if (old.includes('any') || current.includes('any')) return [];
  const gone = old.filter((member) => !current.includes(member) && !current.includes(baseOf(member)));
  const changes: StoredChange[] = [];
  if (gone.includes('undefined') && isStep(path)) changes.push({ change: 'required', path, isNew: false });
  const values = gone.filter((member) => member !== 'undefined');
  if (values.length === 0) return changes;
  const kept = old.some((member) => member !== 'undefined' && !gone.includes(member));
  const narrower = kept || current.every((member) => old.includes(baseOf(member)));
  changes.push(narrower ? { change: 'narrowed', path, gone: values.join(' or ') } : { change: 'type', path, before, now });
  return changes;
}

/** The type of a literal; other members are their own. */
function baseOf(member: string): string {
  if (member.startsWith('"')) return 'string';
  if (/^-?\d/.test(member)) return 'number';
  return member === 'true' || member === 'false' ? 'boolean' : member;
}

/** New columns by the one that each of them was: one is gone and one is new whose contents have the same type. */
function renamedColumns(before: StoredTypes, now: StoredTypes): ReadonlyMap<string, string> {
  const columns = (types: StoredTypes, others: StoredTypes): string[] =>
    Object.keys(types).filter((path) => isColumn(path) && !Object.hasOwn(others, path));
  const contents = (types: StoredTypes, column: string): string =>
    Object.entries(types)
      .filter(([path]) => isWithin(path, column))
      .map(([path, text]) => `${path.slice(column.length)}: ${text}`)
      .join('\n');
  const gone = columns(before, now).map((column) => ({ column, contents: contents(before, column) }));
  const added = columns(now, before).map((column) => ({ column, contents: contents(now, column) }));
  const pairs = added.flatMap(({ column, contents }): [string, string][] => {
    const same = gone.filter((one) => one.contents === contents);
    const alone = added.filter((one) => one.contents === contents).length === 1;
    return same.length === 1 && alone ? [[column, (same[0] as { column: string }).column]] : [];
  });
  return new Map(pairs);
}
