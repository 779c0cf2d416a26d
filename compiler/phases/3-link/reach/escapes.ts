/** What leaves the code that can be followed: whoever has it may call it, and put anything into it. */
import { UNKNOWN_ARGS } from './arguments.js';
import { callFunction, callOperation, invoke } from './calls.js';
import { construct } from './construction.js';
import type { EscapeReason, Machine } from './machine.js';
import { loadFromClass } from './members.js';
import { allExportsTo } from './modules.js';
import { Cell, type Client, EXTERNAL, type Fn, type Obj, type Site, type Value } from './values.js';

export function leakAll(machine: Machine, cell: Cell, site: Site): void {
  if (cell === machine.primitiveCell || cell === machine.externalCell) return;
  if (!machine.once(`leak ${cell.number(machine)}`)) return;
  machine.watch(cell, (value) => leak(machine, value, site));
}

function leak(machine: Machine, value: Value, site: Site): void {
  switch (value.t) {
    case 'client':
      noteEscape(machine, value, 'handed-out', site);
      return;
    case 'operation':
      callOperation(machine, value.client, value.name, UNKNOWN_ARGS, new Cell(), site);
      return;
    case 'function':
      if (machine.once(`leaked ${value.id}`)) callUnknown(machine, value, EXTERNAL, site);
      return;
    case 'native':
      if (value.bound !== null && value.self !== null) {
        if (machine.once(`leaked ${value.name}`)) invoke(machine, value, EXTERNAL, UNKNOWN_ARGS, new Cell(), site);
      } else if (value.target !== null) machine.add(value.target, EXTERNAL);
      else if (value.self !== null && value.self.t !== 'native') leak(machine, value.self, site);
      return;
    case 'class':
      if (machine.once(`leaked ${value.id}`)) {
        const made = new Cell();
        construct(machine, value, UNKNOWN_ARGS, made, site);
        leakAll(machine, made, site);
        for (const [, kind, isStatic, index] of value.body.members)
          if (isStatic && kind !== 'set') callUnknown(machine, machine.member(value, index, true), value, site);
        for (const cell of value.fields.values()) leakAll(machine, cell, site);
      }
      return;
    case 'object':
      if (value.leaked) return;
      value.leaked = true;
      leakAll(machine, machine.all(value), site);
      // Whoever has it may put anything into it.
      machine.add(machine.field(value, '*'), EXTERNAL);
      callMethods(machine, value, site);
      machine.watch(machine.proto(value), (proto) => {
        if (proto.t === 'object') leak(machine, proto, site);
      });
      return;
    case 'nimbus':
      // Whoever has the getters may get any client.
      if (/^(\*$|ClientBuilder)/.test(value.name)) machine.unknownGetter ??= site;
      return;
    case 'namespace': {
      if (!machine.once(`leaked namespace ${value.file}`)) return;
      const cell = new Cell();
      allExportsTo(machine, value.file, cell);
      leakAll(machine, cell, site);
      return;
    }
    default:
      return;
  }
}

/** A package may call any method of an object that it has. */
export function callMethods(machine: Machine, object: Obj, site: Site): void {
  if (object.cls === null || !machine.once(`methods ${object.id}`)) return;
  const members = new Cell();
  loadFromClass(machine, object.cls, '*', false, object, members, site);
  machine.watch(members, (member) => {
    if (member.t === 'function') callUnknown(machine, member, object, site);
  });
}

function callUnknown(machine: Machine, fn: Fn, self: Value, site: Site): void {
  const result = new Cell();
  callFunction(machine, fn, self, UNKNOWN_ARGS, result, site);
  leakAll(machine, result, site);
}

export function noteEscape(machine: Machine, client: Client, reason: EscapeReason, site: Site): void {
  if (!machine.escapes.has(client.id)) machine.escapes.set(client.id, { client, reason, site });
}
