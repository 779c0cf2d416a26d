/** Reading and writing members: an object's own, those of its class and prototypes, accessors, and names that are not known. */
import type { Ref } from '../../../ir/body-facts.js';
import { argsOf, everyArgument, NO_ARGS } from './arguments.js';
import { callFunction, homeOf, invoke } from './calls.js';
import { leakAll, noteEscape } from './escapes.js';
import type { Machine } from './machine.js';
import { allExportsTo, exportTo } from './modules.js';
import { methodOf } from './natives/natives.js';
import { type Activation, type Args, Cell, type Cls, EXTERNAL, type Obj, type Site, type Value } from './values.js';

export function loadFrom(machine: Machine, owner: Value, name: string, to: Cell, site: Site): void {
  if (owner.t !== 'external' && (name === 'then' || name === 'catch' || name === 'finally'))
    machine.add(to, machine.native(name, owner));
  switch (owner.t) {
    case 'external':
      machine.add(to, EXTERNAL);
      return;
    case 'primitive':
    case 'text':
      machine.add(to, machine.native('primitive', null));
      return;
    case 'client':
      machine.getters.member(owner, name, to, machine);
      return;
    case 'nimbus':
      // Of two things the members matter; names of members of members would have no end.
      if (owner.name === '*') machine.add(to, machine.nimbusValue(name));
      else
        machine.add(
          to,
          machine.nimbusValue(/^(ClientBuilder|transactions)$/.test(owner.name) ? `${owner.name}.${name}` : 'safe'),
        );
      return;
    case 'namespace':
      exportTo(machine, owner.file, name, to);
      return;
    case 'object':
      loadFromObject(machine, owner, name, to, site);
      return;
    default: {
      const method = methodOf(owner, name, machine);
      if (method !== null) machine.add(to, method);
      if (owner.t === 'operation') return;
      machine.flow(machine.field(owner, name), to);
      if (owner.t === 'native') return;
      machine.flow(machine.field(owner, '*'), to);
      if (name === 'prototype') machine.add(to, machine.prototypeOf(owner));
      if (owner.t === 'class') loadFromClass(machine, owner, name, true, owner, to, site);
    }
  }
}

function loadFromObject(machine: Machine, owner: Obj, name: string, to: Cell, site: Site, self: Value = owner): void {
  machine.flow(machine.field(owner, name), to);
  // Elements of lists have no names, so they are not what a name gives.
  const isCollection = owner.kind !== 'object' && owner.kind !== 'error' && owner.kind !== 'emitter';
  if (name !== '*' && (!isCollection || /^\d+$/.test(name))) machine.flow(machine.field(owner, '*'), to);
  const method = methodOf(owner, name, machine);
  if (method !== null) machine.add(to, method);
  if (owner.cls !== null) {
    loadFromClass(machine, owner.cls, name, false, self, to, site);
    if (name === 'constructor') machine.add(to, owner.cls);
  }
  machine.watch(machine.proto(owner), (proto) => {
    if (!machine.once(`proto ${owner.id}/${name}/${machine.valueKey(self)}/${to.number(machine)}/${machine.valueKey(proto)}`))
      return;
    if (proto.t === 'object') loadFromObject(machine, proto, name, to, site, self);
    else if (proto.t === 'external') machine.add(to, EXTERNAL);
  });
}

/** A member of a class or of what it extends. `self`: whose member it is for. */
export function loadFromClass(
  machine: Machine,
  cls: Cls,
  name: string,
  isStatic: boolean,
  self: Value,
  to: Cell,
  site: Site,
): void {
  if (!machine.once(`member ${cls.id}/${name}/${isStatic}/${machine.valueKey(self)}/${to.number(machine)}`)) return;
  if (!isStatic) {
    const proto = machine.prototypeOf(cls);
    machine.flow(machine.field(proto, name), to);
  }
  let found = false;
  for (const [key, kind, ofClass, index] of cls.body.members) {
    if (ofClass !== isStatic || kind === 'set' || (key !== name && key !== '*' && name !== '*')) continue;
    const fn = machine.member(cls, index, isStatic);
    if (kind === 'method') machine.add(to, fn);
    else callFunction(machine, fn, self, NO_ARGS, to, site);
    found ||= key === name;
  }
  if (!found) machine.watch(cls.base, (base) => loadFromBase(machine, base, name, isStatic, self, to, site));
}

function loadFromBase(machine: Machine, base: Value, name: string, isStatic: boolean, self: Value, to: Cell, site: Site): void {
  if (base.t === 'class') {
    if (isStatic) machine.flow(machine.field(base, name), to);
    loadFromClass(machine, base, name, isStatic, self, to, site);
  } else if (base.t === 'function') {
    machine.flow(machine.field(isStatic ? base : machine.prototypeOf(base), name), to);
  } else if (base.t === 'external') machine.add(to, EXTERNAL);
  else if (base.t === 'nimbus') machine.add(to, machine.nimbusValue('safe'));
}

/** Whatever a key that is not known may name. */
function loadAny(machine: Machine, owner: Value, to: Cell, site: Site): void {
  switch (owner.t) {
    case 'object':
      machine.flow(machine.all(owner), to);
      if (owner.cls !== null) loadFromClass(machine, owner.cls, '*', false, owner, to, site);
      for (const method of ANY_METHODS) {
        const native = methodOf(owner, method, machine);
        if (native !== null && owner.kind !== 'object') machine.add(to, native);
      }
      machine.watch(machine.proto(owner), (proto) => {
        if (machine.once(`any ${owner.id}/${to.number(machine)}/${machine.valueKey(proto)}`)) loadAny(machine, proto, to, site);
      });
      return;
    case 'client':
      noteEscape(machine, owner, 'computed', site);
      for (const name of machine.getters.methodsOf(owner)) machine.getters.member(owner, name, to, machine);
      return;
    case 'namespace':
      allExportsTo(machine, owner.file, to);
      return;
    case 'class':
      loadFromClass(machine, owner, '*', true, owner, to, site);
      for (const cell of owner.fields.values()) machine.flow(cell, to);
      return;
    case 'external':
      machine.add(to, EXTERNAL);
      return;
    case 'nimbus':
      machine.add(to, owner.name === 'ClientBuilder' ? machine.nimbusValue('ClientBuilder.*') : machine.nimbusValue('safe'));
      return;
    default:
      loadFrom(machine, owner, '*', to, site);
  }
}

export function pickFrom(machine: Machine, owner: Value, key: Value, to: Cell, site: Site): void {
  if (key.t === 'text') loadFrom(machine, owner, key.value, to, site);
  else loadAny(machine, owner, to, site);
}

export function storeTo(machine: Machine, owner: Value, name: string, from: Cell, site: Site): void {
  switch (owner.t) {
    case 'object':
      machine.flow(from, machine.field(owner, name));
      if (owner.cls !== null) storeToClass(machine, owner.cls, name, owner, from, site);
      return;
    case 'class':
      machine.flow(from, machine.field(owner, name));
      storeToClass(machine, owner, name, owner, from, site);
      return;
    case 'function':
    case 'native':
      machine.flow(from, machine.field(owner, name));
      return;
    case 'external':
      leakAll(machine, from, site);
      return;
    default:
      return;
  }
}

function storeToClass(machine: Machine, cls: Cls, name: string, self: Obj | Cls, from: Cell, site: Site): void {
  if (!machine.once(`set ${cls.id}/${name}/${self.id}/${from.number(machine)}`)) return;
  for (const [key, kind, isStatic, index] of cls.body.members) {
    if (kind !== 'set' || isStatic !== (self.t === 'class') || (key !== name && key !== '*' && name !== '*')) continue;
    const args = argsOf([from]);
    callFunction(machine, machine.member(cls, index, isStatic), self, args, new Cell(), site);
  }
  machine.watch(cls.base, (base) => {
    if (base.t === 'class') storeToClass(machine, base, name, self, from, site);
  });
}

export function superMember(
  machine: Machine,
  act: Activation,
  name: string,
  self: Ref,
  site: Site,
  found: (members: Cell, self: Value) => void,
): void {
  const around = homeOf(act);
  if (around === null) return;
  machine.watch(machine.cell(act, self), (object) => {
    const members = new Cell();
    machine.watch(around.home.base, (base) => loadFromBase(machine, base, name, around.isStatic, object, members, site));
    found(members, object);
  });
}

export function send(machine: Machine, owner: Value, name: string, args: Args, to: Cell, site: Site): void {
  const members = new Cell();
  loadFrom(machine, owner, name, members, site);
  machine.watch(members, (member) => invoke(machine, member, owner, args, to, site));
  if (owner.t === 'external') for (const cell of everyArgument(machine, args)) leakAll(machine, cell, site);
}

/** Methods that take functions or give elements: what a computed name of a list may mean. */
const ANY_METHODS = [
  'map',
  'forEach',
  'filter',
  'find',
  'get',
  'set',
  'push',
  'add',
  'values',
  'next',
  'emit',
  'on',
  'reduce',
  'pop',
];
