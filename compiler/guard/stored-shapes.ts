/**
 * In: what two states of a stage store, in the form of the lock. Out: what the change means for items that are stored, with the
 * lines of the latter state. What the guard says once, of the build that changes it, is said here of all changes together.
 */
import { guardCodes } from '../diagnostics/codes/guard.js';
import { compareText, type Span } from '../ir/span.js';
import type { Thing } from './guard.js';
import type { LockedStage } from './lock.js';
import { isOfColumn, type StoredChange, storedChanges, storedTypes } from './stored-types.js';

export interface ShapeChange {
  readonly address: string;
  /** What the store is called. */
  readonly store: string;
  readonly code: 'NIM1811' | 'NIM1812' | 'NIM1813' | 'NIM1814';
  readonly slug: string;
  readonly message: string;
  readonly hint: string;
  readonly span: Span;
}

/** `moved`: old addresses to new ones, as the latter state has them. */
export function shapeChanges(
  before: LockedStage['data'],
  moved: LockedStage['moved'],
  things: readonly Thing[],
): readonly ShapeChange[] {
  const changes = things.flatMap(({ address, facts, node }) => {
    const { columns, called } = facts;
    const former = before[originOf(address, before, moved)];
    if (columns === undefined || former?.columns === undefined) return [];
    // What is made anew has lost its items.
    const settled = Object.entries(facts.settled ?? {});
    if (settled.some(([property, now]) => (former.settled?.[property] ?? now) !== now)) return [];
    return storedChanges(former.columns, storedTypes(columns)).map((change): ShapeChange => {
      const span = columns.find(({ column }) => isOfColumn(change.path, column))?.span ?? node.source;
      return { address, store: called, span, ...inWords(change, called) };
    });
  });
  return changes.sort(
    (a, b) => compareText(a.address, b.address) || compareText(a.slug, b.slug) || compareText(a.message, b.message),
  );
}

/** Over several moves, where what it was has been moved more than once. */
function originOf(address: string, before: LockedStage['data'], moved: LockedStage['moved']): string {
  const steps = new Map(Object.entries(moved).map(([from, to]) => [to, from]));
  let at = address;
  for (let step = 0; !Object.hasOwn(before, at) && step <= steps.size; step++) at = steps.get(at) ?? at;
  return at;
}

function inWords(change: StoredChange, store: string): Pick<ShapeChange, 'code' | 'slug' | 'message' | 'hint'> {
  const said = <P>(code: ShapeChange['code'], params: P) => {
    const { slug, message, hint } = guardCodes[code] as unknown as Row<P>;
    return { code, slug, message: message(params), hint: hint?.(params) ?? '' };
  };
  const { path } = change;
  switch (change.change) {
    case 'renamed':
      return said('NIM1814', { store, before: change.before, now: path });
    case 'type':
      return said('NIM1811', { store, path, before: change.before, now: change.now });
    case 'narrowed':
      return said('NIM1812', { store, path, gone: change.gone });
    case 'required':
      return said('NIM1813', { store, path, isNew: change.isNew });
  }
}

interface Row<P> {
  readonly slug: string;
  readonly message: (params: P) => string;
  readonly hint?: (params: P) => string | null;
}
