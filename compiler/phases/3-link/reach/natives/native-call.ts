/** One call of a native function, and what models of such functions are made of. */
import { argsOf, argument, everyArgument } from '../arguments.js';
import { invoke } from '../calls.js';
import { awaitValue, coerce, serialise } from '../conversions.js';
import { elementOf } from '../elements.js';
import type { Machine } from '../machine.js';
import { type Args, Cell, type Obj, PRIMITIVE_VALUE, type Site, type Value } from '../values.js';

/** One call of a native function. */
export interface Call {
  readonly machine: Machine;
  readonly site: Site;
  readonly args: Args;
  readonly to: Cell;
  /** What it is a method of, or what it was taken from. */
  readonly self: Value | null;
}

export type Model = (call: Call) => void;

export function cellOf({ machine }: Call, ...values: readonly Value[]): Cell {
  const cell = new Cell();
  for (const value of values) machine.add(cell, value);
  return cell;
}

/** The arguments from one on. */
export function following(args: Args, from: number): Args {
  return { ...args, fixed: args.fixed.slice(from) };
}

export function joined(machine: Machine, first: Args, second: Args): Args {
  if (first.rest === null && first.elements === null && !first.unknown)
    return { ...second, fixed: [...first.fixed, ...second.fixed] };
  const any = new Cell();
  for (const cell of [...everyArgument(machine, first), ...everyArgument(machine, second)]) machine.flow(cell, any);
  return { fixed: first.fixed, rest: null, elements: any, unknown: false };
}

/** Calls whatever functions arrive in `fn`. */
export function callback(
  { machine, site }: Call,
  fn: Cell | null,
  given: readonly Cell[],
  to: Cell,
  self: Cell | null = null,
): void {
  if (fn === null) return;
  const args = argsOf(given);
  machine.watch(fn, (value) => {
    invoke(machine, value, null, args, to, site);
    if (self !== null) machine.watch(self, (object) => invoke(machine, value, object, args, to, site));
  });
}

/** A promise that is resolved with a promise is what that one is. */
export function settle(value: Cell | null, to: Cell, { machine, site }: Call): void {
  machine.add(to, PRIMITIVE_VALUE);
  if (value !== null) awaitValue(machine, value, to, site);
}

export function listFrom({ machine, site }: Call, indexed: readonly Cell[], rest: readonly Cell[] = []): Obj {
  const list = machine.allocate(site, 'list', 'made');
  indexed.forEach((cell, index) => {
    machine.flow(cell, machine.field(list, String(index)));
  });
  if (indexed.length === 0) for (const cell of rest) machine.flow(cell, machine.field(list, '*'));
  return list;
}

/** A list of what arrives in one cell. */
export function listOf(call: Call, elements: Cell, what = 'made'): Obj {
  const list = call.machine.allocate(call.site, 'list', what);
  call.machine.flow(elements, call.machine.field(list, '*'));
  return list;
}

/** The elements of the list, set, map or generator that a method is called on. */
export function elements({ machine, self, site }: Call): Cell {
  const cell = new Cell();
  if (self?.t === 'object') elementOf(machine, cellOf({ machine } as Call, self), -1, cell, site);
  return cell;
}

export function selfCell(call: Call): Cell {
  return call.self === null ? new Cell() : cellOf(call, call.self);
}

export function arg({ machine, args }: Call, index: number): Cell | null {
  return argument(machine, args, index);
}

/** Text and numbers hide nothing; but functions that are handed to them are called. */
export function primitive(call: Call): void {
  const { machine, args, to, site } = call;
  machine.add(to, PRIMITIVE_VALUE);
  const given = everyArgument(machine, args);
  for (const cell of given) {
    serialise(machine, cell, site);
    coerce(machine, cell, site);
    machine.watch(cell, (value) => {
      if (value.t !== 'function' && value.t !== 'operation' && !(value.t === 'native' && value.bound !== null)) return;
      const others = new Cell();
      machine.add(others, PRIMITIVE_VALUE);
      for (const other of given) if (other !== cell) machine.flow(other, others);
      const result = new Cell();
      machine.flow(result, others);
      machine.flow(others, to);
      invoke(machine, value, null, argsOf([others, others, others, others]), result, site);
    });
  }
}

export function giveFirst(call: Call): void {
  const first = arg(call, 0);
  if (first !== null) call.machine.flow(first, call.to);
}

export function aliases(table: { readonly [method: string]: Model }, names: { readonly [method: string]: readonly string[] }) {
  const more = Object.entries(names).flatMap(([method, others]) => others.map((other) => [other, table[method] as Model]));
  return { ...table, ...Object.fromEntries(more) } as { readonly [method: string]: Model };
}
