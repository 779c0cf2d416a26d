/** What the functions do that are members of `Promise`, `Object` and `Array`. */
import { everyArgument, NO_ARGS } from '../arguments.js';
import { invoke } from '../calls.js';
import { awaitValue } from '../conversions.js';
import { assign } from '../copies.js';
import { elementOf } from '../elements.js';
import { loadFrom, storeTo } from '../members.js';
import { Cell, EXTERNAL, PRIMITIVE_VALUE, type Value } from '../values.js';
import { arg, type Call, callback, cellOf, following, giveFirst, listFrom, listOf, type Model, settle } from './native-call.js';

/** What is in the fields of an object. */
function fieldsOf(call: Call, of: Cell): Cell {
  const { machine } = call;
  const all = new Cell();
  machine.watch(of, (value) => {
    if (value.t === 'object') machine.flow(machine.all(value), all);
    else if (value.t === 'external') machine.add(all, EXTERNAL);
    else if (value.t === 'class') for (const cell of value.fields.values()) machine.flow(cell, all);
    else if (value.t === 'client')
      for (const name of machine.getters.methodsOf(value)) machine.getters.member(value, name, all, machine);
    if (value.t === 'object')
      machine.watch(machine.proto(value), (proto) => {
        if (proto.t === 'object') machine.flow(machine.all(proto), all);
      });
  });
  return all;
}

export const STATICS: { readonly [name: string]: Model } = {
  'Promise.all'(call) {
    const { machine, to, site } = call;
    const given = arg(call, 0);
    if (given === null) return;
    machine.watch(given, (value) => {
      // A list stays what it is, place for place: promises are what they resolve to.
      if (value.t === 'object' && value.kind === 'list') {
        machine.add(to, value);
        if (!machine.program.defines('then')) return;
        const awaited = new Cell();
        awaitValue(machine, machine.all(value), awaited, site);
        machine.add(to, listOf(call, awaited));
      } else {
        const all = new Cell();
        elementOf(machine, cellOf(call, value), -1, all, site);
        machine.add(to, listOf(call, all));
      }
    });
  },
  'Promise.race'(call) {
    const given = arg(call, 0);
    if (given !== null) elementOf(call.machine, given, -1, call.to, call.site);
  },
  'Promise.any'(call) {
    const given = arg(call, 0);
    if (given !== null) elementOf(call.machine, given, -1, call.to, call.site);
  },
  'Promise.allSettled'(call) {
    const { machine, site, to } = call;
    const given = arg(call, 0);
    const result = machine.allocate(site, 'object', 'settled');
    if (given !== null) elementOf(machine, given, -1, machine.field(result, 'value'), site);
    machine.flow(machine.thrown, machine.field(result, 'reason'));
    machine.add(to, listOf(call, cellOf(call, result)));
  },
  'Promise.resolve': (call) => settle(arg(call, 0), call.to, call),
  'Promise.reject'(call) {
    const reason = arg(call, 0);
    if (reason !== null) call.machine.flow(reason, call.machine.thrown);
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  'Promise.try'(call) {
    const { machine, site, to, args } = call;
    const fn = arg(call, 0);
    if (fn !== null) machine.watch(fn, (value) => invoke(machine, value, null, following(args, 1), to, site));
  },
  'Promise.withResolvers'(call) {
    const { machine, site, to } = call;
    const made = machine.allocate(site, 'object', 'resolvers');
    const promise = machine.field(made, 'promise');
    machine.add(promise, PRIMITIVE_VALUE);
    machine.add(machine.field(made, 'resolve'), machine.resolver(promise));
    machine.add(machine.field(made, 'reject'), machine.resolver(machine.thrown));
    machine.add(to, made);
  },
  'Object.assign'(call) {
    const { machine, args, to } = call;
    const target = arg(call, 0);
    if (target === null) return;
    for (const source of everyArgument(machine, following(args, 1)))
      machine.watch(target, (into) => machine.watch(source, (from) => assign(machine, into, from, call.site)));
    machine.flow(target, to);
  },
  'Object.entries'(call) {
    const { machine, site, to } = call;
    const entry = machine.allocate(site, 'list', 'entry');
    const of = arg(call, 0);
    machine.add(machine.field(entry, '0'), PRIMITIVE_VALUE);
    if (of !== null) machine.flow(fieldsOf(call, of), machine.field(entry, '1'));
    machine.add(to, listOf(call, cellOf(call, entry)));
  },
  'Object.values'(call) {
    const of = arg(call, 0);
    if (of !== null) call.machine.add(call.to, listOf(call, fieldsOf(call, of)));
  },
  'Object.keys': (call) => call.machine.add(call.to, listOf(call, call.machine.primitiveCell)),
  'Object.fromEntries'(call) {
    const { machine, site, to } = call;
    const made = machine.allocate(site, 'object', 'entries');
    const entries = new Cell();
    const of = arg(call, 0);
    if (of !== null) elementOf(machine, of, -1, entries, site);
    elementOf(machine, entries, 1, machine.field(made, '*'), site);
    machine.add(to, made);
  },
  'Object.groupBy'(call) {
    const { machine, site, to } = call;
    const of = arg(call, 0);
    const all = new Cell();
    if (of !== null) elementOf(machine, of, -1, all, site);
    callback(call, arg(call, 1), [all, machine.primitiveCell], new Cell());
    const made = machine.allocate(site, 'object', 'groups');
    machine.add(machine.field(made, '*'), listOf(call, all));
    machine.add(to, made);
  },
  'Object.freeze': giveFirst,
  'Object.create'(call) {
    const { machine, site, to } = call;
    const made = machine.allocate(site, 'object', 'create');
    const proto = arg(call, 0);
    if (proto !== null) machine.flow(proto, machine.proto(made));
    machine.add(to, made);
  },
  'Object.setPrototypeOf'(call) {
    const { machine, to } = call;
    const [target, proto] = [arg(call, 0), arg(call, 1)];
    if (target === null) return;
    machine.watch(target, (value) => {
      if (value.t === 'object' && proto !== null) machine.flow(proto, machine.proto(value));
    });
    machine.flow(target, to);
  },
  'Object.getPrototypeOf'(call) {
    // What is found on a prototype is found on the object.
    giveFirst(call);
  },
  'Object.defineProperty'(call) {
    const { machine } = call;
    const [target, key, descriptor] = [arg(call, 0), arg(call, 1), arg(call, 2)];
    if (target === null || key === null || descriptor === null) return;
    machine.watch(target, (owner) =>
      machine.watch(key, (name) => describe(call, owner, name.t === 'text' ? name.value : '*', descriptor)),
    );
    machine.flow(target, call.to);
  },
  'Object.defineProperties'(call) {
    const [target, all] = [arg(call, 0), arg(call, 1)];
    if (target === null || all === null) return;
    call.machine.watch(target, (owner) => describe(call, owner, '*', fieldsOf(call, all)));
    call.machine.flow(target, call.to);
  },
  'Array.from'(call) {
    const { machine, site, to } = call;
    const of = arg(call, 0);
    const all = new Cell();
    if (of !== null) elementOf(machine, of, -1, all, site);
    machine.add(all, PRIMITIVE_VALUE);
    const mapper = arg(call, 1);
    if (mapper === null) {
      machine.add(to, listOf(call, all));
      return;
    }
    const result = new Cell();
    callback(call, mapper, [all, machine.primitiveCell], result, arg(call, 2));
    machine.add(to, listOf(call, result));
  },
  'Array.of': (call) => call.machine.add(call.to, listFrom(call, call.args.fixed, everyArgument(call.machine, call.args))),
};

function describe({ machine, site }: Call, owner: Value, name: string, descriptors: Cell): void {
  machine.watch(descriptors, (descriptor) => {
    const value = new Cell();
    loadFrom(machine, descriptor, 'value', value, site);
    const getter = new Cell();
    loadFrom(machine, descriptor, 'get', getter, site);
    machine.watch(getter, (get) => invoke(machine, get, owner, NO_ARGS, value, site));
    storeTo(machine, owner, name, value, site);
  });
}
