/** What the language calls by itself: `then` when something is awaited, `toJSON`, what makes text; and what types say. */
import type { TypeFact } from '../../../ir/facts.js';
import type { ProjectPath } from '../../../ir/span.js';
import { argsOf, NO_ARGS } from './arguments.js';
import { invoke } from './calls.js';
import type { Machine } from './machine.js';
import { loadFrom, send } from './members.js';
import { Cell, type Site } from './values.js';

/** Promises are what they resolve to; only objects with a `then` of the project's own do something. */
export function awaitValue(machine: Machine, from: Cell, to: Cell, site: Site): void {
  machine.flow(from, to);
  if (!machine.program.defines('then')) return;
  machine.watch(from, (value) => {
    if (value.t !== 'object' || !machine.once(`await ${value.id}/${to.number(machine)}`)) return;
    const members = new Cell();
    loadFrom(machine, value, 'then', members, site);
    const resolve = new Cell();
    machine.add(resolve, machine.resolver(to));
    const args = argsOf([resolve, resolve]);
    machine.watch(members, (member) => {
      if (member.t === 'function') invoke(machine, member, value, args, new Cell(), site);
    });
  });
}

/** Making JSON of a value calls its `toJSON`. */
export function serialise(machine: Machine, cell: Cell, site: Site): void {
  if (!machine.program.defines('toJSON') || cell === machine.primitiveCell || !machine.once(`json ${cell.number(machine)}`))
    return;
  machine.watch(cell, (value) => {
    if (value.t !== 'object' || !machine.once(`json of ${value.id}`)) return;
    const result = new Cell();
    send(machine, value, 'toJSON', NO_ARGS, result, site);
    serialise(machine, result, site);
    serialise(machine, machine.all(value), site);
  });
}

/** Making text of an object calls what it says about that. */
export function coerce(machine: Machine, cell: Cell, site: Site): void {
  for (const name of ['toString', 'valueOf', '@@toPrimitive']) {
    if (!machine.program.defines(name)) continue;
    machine.watch(cell, (value) => {
      if (value.t === 'object') send(machine, value, name, NO_ARGS, new Cell(), site);
    });
  }
}

/** What a value from outside is by the type that the text gives it. */
export function typed(machine: Machine, cell: Cell, file: ProjectPath, type: TypeFact): void {
  if (cell.type === type) return;
  if (cell.type === null) cell.type = type;
  else if (!machine.once(`typed ${cell.number(machine)}/${file}/${type.at[0]}`)) return;
  machine.watch(cell, (value) => {
    if (value.t === 'external') machine.flow(machine.types.valuesOf(file, type), cell);
  });
}
