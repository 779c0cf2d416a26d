/** What calls do: functions of the project are run, natives and clients are asked, and what nobody knows gets all that it is given. */
import { argument, argumentList, everyArgument } from './arguments.js';
import { serialise, typed } from './conversions.js';
import { leakAll } from './escapes.js';
import type { Machine } from './machine.js';
import { loadFrom } from './members.js';
import { invokeNative } from './natives/natives.js';
import {
  type Activation,
  type Args,
  Cell,
  type Client,
  type Cls,
  EXTERNAL,
  type Fn,
  type Obj,
  type Site,
  THIS,
  type Value,
} from './values.js';

export function callFunction(machine: Machine, fn: Fn, self: Value | null, args: Args, to: Cell, site: Site): void {
  const act = machine.activate(fn, self, site);
  site.act.callees.add(act);
  if (self !== null) machine.add(machine.cell(act, THIS), self);
  if (act.info.body.generator) machine.add(to, generatorOf(machine, act));
  else machine.flow(act.result, to);
  if (act.bound.has(args)) return;
  act.bound.add(args);
  const { body, module, base } = act.info;
  const inner: Site = { id: base + body.steps.length, act, at: body.at };
  body.params.forEach((param, index) => {
    const cell = machine.cell(act, param.at);
    if (param.rest) machine.add(cell, argumentList(machine, args, index, inner, 'rest'));
    else {
      const given = argument(machine, args, index);
      if (given !== null) machine.flow(given, cell);
    }
    if (param.type !== undefined) typed(machine, cell, module.file, param.type);
  });
  if (body.args !== undefined) machine.add(machine.cell(act, body.args), argumentList(machine, args, 0, inner, 'arguments'));
}

export function generatorOf(machine: Machine, act: Activation): Obj {
  if (act.generator === null) {
    const { body, base } = act.info;
    act.generator = machine.allocate({ id: base + body.steps.length, act, at: body.at }, 'generator');
    machine.flow(act.result, machine.field(act.generator, 'result'));
  }
  return act.generator;
}

/** What a call of a value does. */
export function invoke(machine: Machine, callee: Value, self: Value | null, args: Args, to: Cell, site: Site): void {
  switch (callee.t) {
    case 'external':
      for (const cell of everyArgument(machine, args)) leakAll(machine, cell, site);
      machine.add(to, EXTERNAL);
      return;
    case 'function':
      callFunction(machine, callee, self, args, to, site);
      return;
    case 'operation':
      callOperation(machine, callee.client, callee.name, args, to, site);
      return;
    case 'native':
      if (machine.mayCallNative(`${site.id}/${site.act.id}`, callee, args, to, self))
        invokeNative(callee, self, args, to, site, machine);
      return;
    case 'nimbus':
      machine.getters.invoke(callee, args, to, site, machine);
      return;
    case 'object':
      // A leaked object may be a function of a package by now; a plain one cannot be called.
      return;
    default:
      return;
  }
}

export function callOperation(machine: Machine, client: Client, name: string, args: Args, to: Cell, site: Site): void {
  const key = `${client.id}/${name}/${site.id}/${site.act.id}`;
  if (!machine.calls.has(key)) {
    const members = new Map<string, Cell>();
    for (const { argument: index, member } of machine.getters.conditions(client, name)) {
      const cell = new Cell();
      members.set(member, cell);
      const given = argument(machine, args, index);
      if (given !== null) machine.watch(given, (value) => loadFrom(machine, value, member, cell, site));
    }
    machine.calls.set(key, { client, method: name, site, members });
  }
  for (const cell of everyArgument(machine, args)) serialise(machine, cell, site);
  machine.getters.result(client, name, to, machine);
}

export function homeOf(act: Activation): { readonly home: Cls; readonly isStatic: boolean } | null {
  for (let at: Activation | null = act; at !== null; at = at.env)
    if (at.home !== null) return { home: at.home, isStatic: at.isStatic };
  return null;
}
