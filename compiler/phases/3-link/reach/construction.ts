/** What `new` and `super(...)` do, and classes when their text is run. */
import { everyArgument, NO_ARGS } from './arguments.js';
import { callFunction, invoke } from './calls.js';
import { callMethods, leakAll } from './escapes.js';
import { OBJECT_DEPTH } from './heap.js';
import type { Machine } from './machine.js';
import { constructNative, initialise } from './natives/making.js';
import { type Args, Cell, type Cls, type Obj, type Site, type Value } from './values.js';

export function classValue(machine: Machine, index: number, site: Site): Cls {
  const { act } = site;
  const depth = Math.min(act.depth + 1, OBJECT_DEPTH + 1);
  const key = `${site.id}/${depth > OBJECT_DEPTH ? 'deep' : act.id}`;
  let found = machine.classes.get(key);
  if (found === undefined) {
    const { module } = act.info;
    const body = module.bodies.classes[index];
    if (body === undefined) throw new Error(`${module.file} has no class ${index}`);
    found = { t: 'class', id: machine.id(), module, body, env: act, base: new Cell(), fields: new Map(), depth, closures: null };
    machine.classes.set(key, found);
    if (body.statics >= 0) callFunction(machine, machine.member(found, body.statics, true), found, NO_ARGS, new Cell(), site);
  }
  return found;
}

export function construct(machine: Machine, callee: Value, args: Args, to: Cell, site: Site): void {
  switch (callee.t) {
    case 'class': {
      const made = machine.allocate(site, machine.types.kindOf(callee), '', callee);
      machine.add(to, made);
      // A constructor may give another object than the one that it was called on.
      const other = new Cell();
      runConstructor(machine, callee, made, args, site, other);
      machine.watch(other, (value) => {
        if (value.t !== 'primitive' && value.t !== 'text') machine.add(to, value);
      });
      return;
    }
    case 'function': {
      const made = machine.allocate(site, 'object', String(callee.id));
      machine.add(machine.proto(made), machine.prototypeOf(callee));
      machine.add(to, made);
      callFunction(machine, callee, made, args, to, site);
      return;
    }
    case 'native':
      if (machine.mayCallNative(`new ${site.id}/${site.act.id}`, callee, args, to))
        constructNative(callee, args, to, site, machine);
      return;
    case 'nimbus':
      machine.add(to, machine.nimbusValue('safe'));
      return;
    case 'external':
      invoke(machine, callee, null, args, to, site);
      return;
    default:
      return;
  }
}

export function runConstructor(machine: Machine, cls: Cls, object: Obj, args: Args, site: Site, result: Cell = new Cell()): void {
  const { construct, fields } = cls.body;
  if (!machine.once(`construct ${cls.id}/${object.id}/${site.id}/${site.act.id}`)) return;
  if (fields >= 0) callFunction(machine, machine.member(cls, fields, false), object, NO_ARGS, new Cell(), site);
  if (construct >= 0) callFunction(machine, machine.member(cls, construct, false), object, args, result, site);
  else machine.watch(cls.base, (base) => runBase(machine, base, object, args, site, result));
}

/** What `super(...)` does. */
export function runBase(machine: Machine, base: Value, object: Obj, args: Args, site: Site, result: Cell = new Cell()): void {
  if (base.t === 'class') runConstructor(machine, base, object, args, site, result);
  else if (base.t === 'function') {
    machine.add(machine.proto(object), machine.prototypeOf(base));
    callFunction(machine, base, object, args, new Cell(), site);
  } else if (base.t === 'native') initialise(base.name, object, args, site, machine);
  else if (base.t === 'external') {
    for (const cell of everyArgument(machine, args)) leakAll(machine, cell, site);
    callMethods(machine, object, site);
  }
}
