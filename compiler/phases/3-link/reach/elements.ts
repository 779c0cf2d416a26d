/** What iterating gives: of lists, maps, sets and generators, and by iterators of the project. */
import { NO_ARGS } from './arguments.js';
import { invoke } from './calls.js';
import type { Machine } from './machine.js';
import { loadFrom, send } from './members.js';
import { Cell, EXTERNAL, type Obj, PRIMITIVE_VALUE, type Site, type Value } from './values.js';

export function elementOf(machine: Machine, from: Cell, index: number, to: Cell, site: Site | null): void {
  machine.watch(from, (value) => element(machine, value, index, to, site));
}

function element(machine: Machine, value: Value, index: number, to: Cell, site: Site | null): void {
  switch (value.t) {
    case 'external':
      machine.add(to, EXTERNAL);
      return;
    case 'primitive':
    case 'text':
      machine.add(to, PRIMITIVE_VALUE);
      return;
    case 'object':
      break;
    default:
      return;
  }
  if (value.kind === 'list') {
    if (index < 0) machine.flow(machine.all(value), to);
    else {
      machine.flow(machine.field(value, String(index)), to);
      machine.flow(machine.field(value, '*'), to);
    }
    if (value.cls === null) return;
  } else if (value.kind === 'map') {
    machine.add(to, entryOf(machine, value));
    return;
  } else if (value.kind === 'set' || value.kind === 'generator') {
    machine.flow(machine.field(value, '*'), to);
    return;
  }
  if (site === null || !machine.once(`iterate ${value.id}/${to.number(machine)}`)) return;
  const makers = new Cell();
  const iterators = new Cell();
  loadFrom(machine, value, '@@iterator', makers, site);
  loadFrom(machine, value, '@@asyncIterator', makers, site);
  machine.watch(makers, (maker) => invoke(machine, maker, value, NO_ARGS, iterators, site));
  machine.watch(iterators, (iterator) => {
    if (iterator.t !== 'object') return;
    if (iterator.kind !== 'object') {
      element(machine, iterator, -1, to, site);
      return;
    }
    const results = new Cell();
    send(machine, iterator, 'next', NO_ARGS, results, site);
    machine.watch(results, (result) => loadFrom(machine, result, 'value', to, site));
  });
}

/** What iterating a map gives. */
function entryOf(machine: Machine, map: Obj): Obj {
  const entry = machine.newObject(`entry ${map.id}`, 'list', null, map.depth);
  machine.flow(machine.field(map, 'keys'), machine.field(entry, '0'));
  machine.flow(machine.field(map, '*'), machine.field(entry, '1'));
  return entry;
}
