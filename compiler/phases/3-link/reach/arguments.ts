/** Arguments of calls: as they are written, by place, and all of them where the place is not known. */
import { elementOf } from './elements.js';
import type { Machine } from './machine.js';
import { type Args, Cell, type Obj, type Site } from './values.js';

export const NO_ARGS: Args = { fixed: [], rest: null, elements: null, unknown: false };
export const UNKNOWN_ARGS: Args = { fixed: [], rest: null, elements: null, unknown: true };

export function argumentList(machine: Machine, args: Args, from: number, site: Site, what: string): Obj {
  const list = machine.allocate(site, 'list', what);
  args.fixed.forEach((cell, index) => {
    if (index >= from) machine.flow(cell, machine.field(list, String(index - from)));
  });
  const more = furtherArguments(machine, args);
  if (more !== null) machine.flow(more, machine.field(list, '*'));
  return list;
}

/** Null: there is no such argument. */
export function argument(machine: Machine, args: Args, index: number): Cell | null {
  return args.fixed[index] ?? furtherArguments(machine, args);
}

function furtherArguments(machine: Machine, args: Args): Cell | null {
  if (args.unknown) return machine.externalCell;
  if (args.rest !== null && args.elements === null) {
    args.elements = new Cell();
    elementOf(machine, args.rest, -1, args.elements, null);
  }
  return args.elements;
}

/** All arguments, whichever. */
export function everyArgument(machine: Machine, args: Args): readonly Cell[] {
  const more = furtherArguments(machine, args);
  return more === null ? args.fixed : [...args.fixed, more];
}

/** `spread`: from this one on they are in a list that stands there. */
export function argsOf(cells: readonly Cell[], spread = -1): Args {
  return spread < 0
    ? { fixed: cells, rest: null, elements: null, unknown: false }
    : { fixed: cells.slice(0, spread), rest: cells[spread] ?? null, elements: null, unknown: false };
}
