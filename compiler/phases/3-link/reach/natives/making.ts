/** What `new` of a native class gives, and what its constructor does with an object of a class that extends it. */
import { argument, everyArgument, NO_ARGS } from '../arguments.js';
import { construct } from '../construction.js';
import { elementOf } from '../elements.js';
import type { Machine } from '../machine.js';
import { loadFrom } from '../members.js';
import { type Args, Cell, type Native, type Obj, PRIMITIVE_VALUE, type Site } from '../values.js';
import { type Call, callback, cellOf, joined, listFrom } from './native-call.js';
import { invokeNative } from './natives.js';

export function constructNative(native: Native, args: Args, to: Cell, site: Site, machine: Machine): void {
  const call: Call = { machine, site, args, to, self: null };
  switch (native.name) {
    case 'Promise': {
      const resolve = cellOf(call, machine.resolver(to));
      const reject = cellOf(call, machine.resolver(machine.thrown));
      machine.add(to, PRIMITIVE_VALUE);
      callback(call, argument(machine, args, 0), [resolve, reject], new Cell());
      return;
    }
    case 'Array':
      machine.add(to, listFrom(call, args.fixed.length > 1 ? args.fixed : [], everyArgument(machine, args)));
      return;
    case 'Map':
    case 'WeakMap':
    case 'Set':
    case 'WeakSet':
    case 'EventEmitter':
    case 'Error': {
      const kind = native.name.endsWith('Map') ? 'map' : native.name.endsWith('Set') ? 'set' : null;
      const made = machine.allocate(site, kind ?? (native.name === 'Error' ? 'error' : 'emitter'), native.name);
      initialise(native.name, made, args, site, machine);
      machine.add(to, made);
      return;
    }
    case 'WeakRef': {
      const made = machine.allocate(site, 'object', 'WeakRef');
      const first = argument(machine, args, 0);
      // `deref()` gives what it was made with.
      const target = new Cell();
      if (first !== null) machine.flow(first, target);
      const deref: Native = {
        t: 'native',
        name: `deref#${made.id}`,
        self: machine.nimbusValue('safe'),
        bound: NO_ARGS,
        target,
        fields: new Map(),
      };
      machine.add(machine.field(made, 'deref'), deref);
      machine.add(to, made);
      return;
    }
    case 'Object':
      if (args.fixed[0] === undefined) machine.add(to, machine.allocate(site, 'object', 'Object'));
      else machine.flow(args.fixed[0], to);
      return;
    default:
      if (native.bound !== null && native.self !== null) {
        construct(machine, native.self, joined(machine, native.bound, args), to, site);
        return;
      }
      invokeNative(native, null, args, to, site, machine);
  }
}

/** What the constructor of a native class does with an instance, of its own or of a class that extends it. */
export function initialise(name: string, object: Obj, args: Args, site: Site, machine: Machine): void {
  const first = argument(machine, args, 0);
  if (name === 'Error') {
    const second = argument(machine, args, 1);
    machine.add(machine.field(object, 'message'), PRIMITIVE_VALUE);
    if (second !== null)
      machine.watch(second, (options) => loadFrom(machine, options, 'cause', machine.field(object, 'cause'), site));
    return;
  }
  if (first === null) return;
  if (name === 'Set' || name === 'WeakSet') elementOf(machine, first, -1, machine.field(object, '*'), site);
  else if (name === 'Map' || name === 'WeakMap') {
    const entries = new Cell();
    elementOf(machine, first, -1, entries, site);
    elementOf(machine, entries, 0, machine.field(object, 'keys'), site);
    elementOf(machine, entries, 1, machine.field(object, '*'), site);
  } else if (name === 'Array') for (const cell of everyArgument(machine, args)) machine.flow(cell, machine.field(object, '*'));
}
