/**
 * What the functions of the language do with values: whom they call, and what they give. Those that are not here take no
 * functions and keep nothing.
 */
import { type Machine, NO_ARGS } from './machine.js';
import {
  type Args,
  Cell,
  EXTERNAL,
  type Native,
  type Obj,
  type ObjectKind,
  PRIMITIVE_VALUE,
  type Site,
  type Value,
} from './values.js';

/** One call of a native function. */
interface Call {
  readonly machine: Machine;
  readonly site: Site;
  readonly args: Args;
  readonly to: Cell;
  /** What it is a method of, or what it was taken from. */
  readonly self: Value | null;
}

type Model = (call: Call) => void;

/** Globals that are no functions of interest: they give text, numbers and the like, and keep nothing that they are handed. */
const HARMLESS = new Set([
  ...['console', 'Math', 'JSON', 'Intl', 'Atomics', 'performance', 'crypto', 'NaN', 'Infinity', 'undefined', 'Symbol'],
  ...['Number', 'String', 'Boolean', 'BigInt', 'Date', 'RegExp', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Buffer', 'Blob', 'Headers', 'FormData', 'AbortController', 'AbortSignal'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI'],
  ...['atob', 'btoa', 'clearTimeout', 'clearInterval', 'clearImmediate', 'escape', 'unescape'],
]);

/** Members of the modelled classes and their objects that give text, numbers and the like. */
const PLAIN = new Set([
  ...['length', 'size', 'name', 'includes', 'indexOf', 'lastIndexOf', 'join', 'has', 'delete', 'clear', 'toString'],
  ...['isSubsetOf', 'isSupersetOf', 'isDisjointFrom', 'isArray', 'is', 'hasOwn', 'hasOwnProperty', 'constructor'],
  ...['getOwnPropertyNames', 'getOwnPropertySymbols', 'isFrozen', 'isSealed', 'isExtensible'],
]);

const ERRORS = /^(Error|AggregateError|EvalError|RangeError|ReferenceError|SyntaxError|TypeError|URIError)$/;
const LATER = /^(setTimeout|setInterval|setImmediate|queueMicrotask)$/;
const MODELLED = new Set(['Promise', 'Object', 'Array', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'structuredClone']);
const SELVES = new Set(['globalThis', 'global', 'window', 'self']);

const PROTOTYPES: { readonly [name: string]: ObjectKind } = { Array: 'list', Map: 'map', Set: 'set', EventEmitter: 'emitter' };

export function globalValue(name: string, machine: Machine): Value {
  if (SELVES.has(name)) return machine.globals;
  if (ERRORS.test(name)) return machine.native('Error');
  if (LATER.test(name)) return machine.native('later');
  if (HARMLESS.has(name)) return machine.native('primitive');
  return MODELLED.has(name) ? machine.native(name) : EXTERNAL;
}

/** The native method that a value has by a name; null: none. */
export function methodOf(owner: Value, name: string, machine: Machine): Native | null {
  switch (owner.t) {
    case 'function':
    case 'class':
    case 'operation':
      return name === 'call' || name === 'apply' || name === 'bind' ? machine.native(name, owner) : null;
    case 'native': {
      if (name === 'call' || name === 'apply' || name === 'bind') return machine.native(name, owner);
      if (name === 'prototype' && owner.name in PROTOTYPES) return machine.native(`${owner.name}.prototype`);
      const [ofClass = '', isPrototype] = owner.name.split('.');
      const kind = isPrototype === 'prototype' ? PROTOTYPES[ofClass] : undefined;
      if (kind !== undefined && Object.hasOwn(METHODS[kind] ?? {}, name)) return machine.native(`${kind}.${name}`);
      const full = `${owner.name}.${name}`;
      if (full in STATICS) return machine.native(full);
      if (MODELLED.has(owner.name)) return machine.native(PLAIN.has(name) ? 'primitive' : 'unknown');
      return owner.name === 'primitive' ? machine.native('primitive') : null;
    }
    case 'object': {
      const { kind } = owner;
      if (kind === 'object' || kind === 'error') return null;
      const table = METHODS[kind];
      if (table !== undefined && Object.hasOwn(table, name)) return machine.native(`${kind}.${name}`, owner);
      if (kind === 'emitter' || /^\d+$|^\*$/.test(name) || owner.cls !== null) return null;
      return PLAIN.has(name) ? machine.native('primitive') : machine.native('unknown', owner);
    }
    default:
      return null;
  }
}

export function invoke(native: Native, self: Value | null, args: Args, to: Cell, site: Site, machine: Machine): void {
  const call: Call = { machine, site, args, to, self: native.self ?? self };
  if (native.target !== null && native.name.startsWith('resolve#')) {
    settle(machine.argument(args, 0), native.target, call);
    return;
  }
  if (native.bound !== null && native.self !== null) {
    bound(native, native.self, native.bound, call);
    return;
  }
  const [kind = '', method = ''] = native.name.split('.');
  const model = STATICS[native.name] ?? METHODS[kind as ObjectKind]?.[method] ?? FUNCTIONS[native.name] ?? primitive;
  model(call);
  // `[].map.call(other)`: what it was taken from is not what it is called on.
  const isMethod = kind in METHODS || /^(then|catch|finally)$/.test(native.name);
  if (isMethod && self !== null && self !== native.self && native.self !== null) model({ ...call, self });
}

export function construct(native: Native, args: Args, to: Cell, site: Site, machine: Machine): void {
  const call: Call = { machine, site, args, to, self: null };
  switch (native.name) {
    case 'Promise': {
      const resolve = cellOf(call, machine.resolver(to));
      const reject = cellOf(call, machine.resolver(machine.thrown));
      machine.add(to, PRIMITIVE_VALUE);
      callback(call, machine.argument(args, 0), [resolve, reject], new Cell());
      return;
    }
    case 'Array':
      machine.add(to, listFrom(call, args.fixed.length > 1 ? args.fixed : [], machine.everyArgument(args)));
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
      const first = machine.argument(args, 0);
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
        machine.construct(native.self, joined(machine, native.bound, args), to, site);
        return;
      }
      invoke(native, null, args, to, site, machine);
  }
}

/** What the constructor of a native class does with an instance, of its own or of a class that extends it. */
export function initialise(name: string, object: Obj, args: Args, site: Site, machine: Machine): void {
  const first = machine.argument(args, 0);
  if (name === 'Error') {
    const second = machine.argument(args, 1);
    machine.add(machine.field(object, 'message'), PRIMITIVE_VALUE);
    if (second !== null)
      machine.watch(second, (options) => machine.loadFrom(options, 'cause', machine.field(object, 'cause'), site));
    return;
  }
  if (first === null) return;
  if (name === 'Set' || name === 'WeakSet') machine.elementOf(first, -1, machine.field(object, '*'), site);
  else if (name === 'Map' || name === 'WeakMap') {
    const entries = new Cell();
    machine.elementOf(first, -1, entries, site);
    machine.elementOf(entries, 0, machine.field(object, 'keys'), site);
    machine.elementOf(entries, 1, machine.field(object, '*'), site);
  } else if (name === 'Array') for (const cell of machine.everyArgument(args)) machine.flow(cell, machine.field(object, '*'));
}

// Helpers

function cellOf({ machine }: Call, ...values: readonly Value[]): Cell {
  const cell = new Cell();
  for (const value of values) machine.add(cell, value);
  return cell;
}

function argsOf(fixed: readonly Cell[]): Args {
  return { fixed, rest: null, elements: null, unknown: false };
}

/** The arguments from one on. */
function following(args: Args, from: number): Args {
  return { ...args, fixed: args.fixed.slice(from) };
}

function joined(machine: Machine, first: Args, second: Args): Args {
  if (first.rest === null && first.elements === null && !first.unknown)
    return { ...second, fixed: [...first.fixed, ...second.fixed] };
  const any = new Cell();
  for (const cell of [...machine.everyArgument(first), ...machine.everyArgument(second)]) machine.flow(cell, any);
  return { fixed: first.fixed, rest: null, elements: any, unknown: false };
}

/** Calls whatever functions arrive in `fn`. */
function callback({ machine, site }: Call, fn: Cell | null, given: readonly Cell[], to: Cell, self: Cell | null = null): void {
  if (fn === null) return;
  const args = argsOf(given);
  machine.watch(fn, (value) => {
    machine.invoke(value, null, args, to, site);
    if (self !== null) machine.watch(self, (object) => machine.invoke(value, object, args, to, site));
  });
}

/** A promise that is resolved with a promise is what that one is. */
function settle(value: Cell | null, to: Cell, { machine, site }: Call): void {
  machine.add(to, PRIMITIVE_VALUE);
  if (value !== null) machine.await(value, to, site);
}

function bound(native: Native, fn: Value, before: Args, call: Call): void {
  const { machine, site, args, to } = call;
  if (native.name.startsWith('deref#')) {
    if (native.target !== null) machine.flow(native.target, to);
    return;
  }
  const all = joined(machine, before, args);
  machine.invoke(fn, null, all, to, site);
  if (native.target !== null) machine.watch(native.target, (self) => machine.invoke(fn, self, all, to, site));
}

function listFrom({ machine, site }: Call, indexed: readonly Cell[], rest: readonly Cell[] = []): Obj {
  const list = machine.allocate(site, 'list', 'made');
  indexed.forEach((cell, index) => {
    machine.flow(cell, machine.field(list, String(index)));
  });
  if (indexed.length === 0) for (const cell of rest) machine.flow(cell, machine.field(list, '*'));
  return list;
}

/** A list of what arrives in one cell. */
function listOf(call: Call, elements: Cell, what = 'made'): Obj {
  const list = call.machine.allocate(call.site, 'list', what);
  call.machine.flow(elements, call.machine.field(list, '*'));
  return list;
}

/** The elements of the list, set, map or generator that a method is called on. */
function elements({ machine, self, site }: Call): Cell {
  const cell = new Cell();
  if (self?.t === 'object') machine.elementOf(cellOf({ machine } as Call, self), -1, cell, site);
  return cell;
}

function selfCell(call: Call): Cell {
  return call.self === null ? new Cell() : cellOf(call, call.self);
}

function arg({ machine, args }: Call, index: number): Cell | null {
  return machine.argument(args, index);
}

/** Text and numbers hide nothing; but functions that are handed to them are called. */
function primitive(call: Call): void {
  const { machine, args, to, site } = call;
  machine.add(to, PRIMITIVE_VALUE);
  const given = machine.everyArgument(args);
  for (const cell of given) {
    machine.serialise(cell, site);
    machine.coerce(cell, site);
    machine.watch(cell, (value) => {
      if (value.t !== 'function' && value.t !== 'operation' && !(value.t === 'native' && value.bound !== null)) return;
      const others = new Cell();
      machine.add(others, PRIMITIVE_VALUE);
      for (const other of given) if (other !== cell) machine.flow(other, others);
      const result = new Cell();
      machine.flow(result, others);
      machine.flow(others, to);
      machine.invoke(value, null, argsOf([others, others, others, others]), result, site);
    });
  }
}

/** For each element: a call. */
function each(call: Call, result: Cell): Cell {
  const all = elements(call);
  callback(call, arg(call, 0), [all, call.machine.primitiveCell, selfCell(call)], result, arg(call, 1));
  return all;
}

/** Elements of a list change their places. */
function mix(call: Call): void {
  const { machine, self } = call;
  if (self?.t === 'object' && self.kind === 'list') machine.flow(machine.all(self), machine.field(self, '*'));
}

const give: Model = (call) => {
  if (call.self !== null) call.machine.add(call.to, call.self);
};

function keep(call: Call, from: number): void {
  const { machine, self, args } = call;
  if (self?.t !== 'object') return;
  for (const cell of machine.everyArgument(following(args, from))) machine.flow(cell, machine.field(self, '*'));
}

const giveElement: Model = (call) => {
  call.machine.add(call.to, PRIMITIVE_VALUE);
  call.machine.flow(elements(call), call.to);
};

const LIST: { readonly [method: string]: Model } = {
  map(call) {
    const result = new Cell();
    each(call, result);
    call.machine.add(call.to, listOf(call, result));
  },
  flatMap(call) {
    const { machine, site, to } = call;
    const result = new Cell();
    each(call, result);
    const list = listOf(call, result);
    machine.elementOf(result, -1, machine.field(list, '*'), site);
    machine.add(to, list);
  },
  forEach(call) {
    each(call, new Cell());
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  filter(call) {
    call.machine.add(call.to, listOf(call, each(call, new Cell())));
  },
  find(call) {
    call.machine.flow(each(call, new Cell()), call.to);
  },
  reduce(call) {
    const { machine, to } = call;
    const all = elements(call);
    const sum = new Cell();
    const first = arg(call, 1);
    if (first === null) machine.flow(all, sum);
    else machine.flow(first, sum);
    callback(call, arg(call, 0), [sum, all, machine.primitiveCell, selfCell(call)], sum);
    machine.flow(sum, to);
  },
  push(call) {
    keep(call, 0);
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  splice(call) {
    mix(call);
    keep(call, 2);
    giveCopy(call);
  },
  fill(call) {
    mix(call);
    keep(call, 0);
    give(call);
  },
  reverse(call) {
    mix(call);
    give(call);
  },
  shift(call) {
    mix(call);
    giveElement(call);
  },
  unshift(call) {
    mix(call);
    keep(call, 0);
    call.machine.add(call.to, PRIMITIVE_VALUE);
  },
  concat(call) {
    const { machine, args, to, site } = call;
    const list = listOf(call, elements(call));
    for (const cell of machine.everyArgument(args)) {
      machine.elementOf(cell, -1, machine.field(list, '*'), site);
      machine.watch(cell, (value) => {
        if (value.t !== 'object' || value.kind !== 'list') machine.add(machine.field(list, '*'), value);
      });
    }
    machine.add(to, list);
  },
  sort(call) {
    mix(call);
    const all = elements(call);
    callback(call, arg(call, 0), [all, all], new Cell());
    give(call);
  },
  toSpliced(call) {
    const list = listOf(call, elements(call));
    for (const cell of call.machine.everyArgument(following(call.args, 1)))
      call.machine.flow(cell, call.machine.field(list, '*'));
    call.machine.add(call.to, list);
  },
  flat(call) {
    const { machine, to, site } = call;
    const list = listOf(call, elements(call));
    // However deep.
    machine.elementOf(machine.field(list, '*'), -1, machine.field(list, '*'), site);
    machine.add(to, list);
  },
  entries(call) {
    const { machine, site, to } = call;
    const entry = machine.allocate(site, 'list', 'entry');
    machine.add(machine.field(entry, '0'), PRIMITIVE_VALUE);
    machine.flow(elements(call), machine.field(entry, '1'));
    machine.add(to, listOf(call, cellOf(call, entry)));
  },
  next(call) {
    const { machine, site, to, self } = call;
    const result = machine.allocate(site, 'object', 'next');
    machine.flow(elements(call), machine.field(result, 'value'));
    if (self?.t === 'object' && self.kind === 'generator') {
      machine.flow(machine.field(self, 'result'), machine.field(result, 'value'));
      const sent = arg(call, 0);
      if (sent !== null) machine.flow(sent, machine.field(self, 'sent'));
    }
    machine.add(to, result);
  },
  at: giveElement,
  keys: (call) => call.machine.add(call.to, listOf(call, call.machine.primitiveCell)),
  slice: giveCopy,
  values: give,
};

function giveCopy(call: Call): void {
  call.machine.add(call.to, listOf(call, elements(call)));
}

function aliases(table: { readonly [method: string]: Model }, names: { readonly [method: string]: readonly string[] }) {
  const more = Object.entries(names).flatMap(([method, others]) => others.map((other) => [other, table[method] as Model]));
  return { ...table, ...Object.fromEntries(more) } as { readonly [method: string]: Model };
}

const LIST_METHODS = aliases(LIST, {
  forEach: ['some', 'every', 'findIndex', 'findLastIndex'],
  find: ['findLast'],
  reduce: ['reduceRight'],
  sort: ['toSorted'],
  fill: ['copyWithin'],
  toSpliced: ['with'],
  at: ['pop'],
  slice: ['toReversed', 'take', 'drop', 'toArray'],
  values: ['@@iterator', '@@asyncIterator'],
  next: ['return', 'throw'],
});

const EMITTER: { readonly [method: string]: Model } = {
  on(call) {
    const { machine, self } = call;
    const listener = arg(call, 1);
    if (self?.t === 'object' && listener !== null)
      events(call, (event) => machine.flow(listener, machine.field(self, `on ${event ?? '*'}`)));
    give(call);
  },
  emit(call) {
    const { machine, self, args, site } = call;
    if (self?.t !== 'object') return;
    const given = following(args, 1);
    const call1 = (cell: Cell): void => machine.watch(cell, (fn) => machine.invoke(fn, self, given, new Cell(), site));
    events(call, (event) => {
      if (event === null) call1(machine.all(self));
      else {
        call1(machine.field(self, `on ${event}`));
        call1(machine.field(self, 'on *'));
      }
    });
    machine.add(call.to, PRIMITIVE_VALUE);
  },
  off: give,
};

/** Each event that the first argument may name; null: any. */
function events({ machine, args, self }: Call, act: (event: string | null) => void): void {
  const name = machine.argument(args, 0);
  const seen = new Set<string | null>();
  if (name === null || self === null) return;
  machine.watch(name, (value) => {
    const event = value.t === 'text' ? value.value : null;
    if (seen.has(event)) return;
    seen.add(event);
    act(event);
  });
}

const MAP: { readonly [method: string]: Model } = {
  get(call) {
    const { machine, self, to } = call;
    if (self?.t === 'object') machine.flow(machine.field(self, '*'), to);
  },
  set(call) {
    const { machine, self } = call;
    const key = arg(call, 0);
    const value = arg(call, 1);
    if (self?.t === 'object') {
      if (key !== null) machine.flow(key, machine.field(self, 'keys'));
      if (value !== null) machine.flow(value, machine.field(self, '*'));
    }
    give(call);
  },
  forEach(call) {
    const { machine, self } = call;
    if (self?.t !== 'object') return;
    const cells = [machine.field(self, '*'), machine.field(self, 'keys'), selfCell(call)];
    callback(call, arg(call, 0), cells, new Cell(), arg(call, 1));
    machine.add(call.to, PRIMITIVE_VALUE);
  },
  keys(call) {
    if (call.self?.t === 'object') call.machine.add(call.to, listOf(call, call.machine.field(call.self, 'keys'), 'keys'));
  },
  values(call) {
    if (call.self?.t === 'object') call.machine.add(call.to, listOf(call, call.machine.field(call.self, '*'), 'values'));
  },
  entries: give,
  '@@iterator': give,
};

const SET: { readonly [method: string]: Model } = aliases(
  {
    ...LIST_METHODS,
    add(call) {
      keep(call, 0);
      give(call);
    },
    union(call) {
      const list = listOf(call, elements(call));
      const other = arg(call, 0);
      if (other !== null) call.machine.elementOf(other, -1, call.machine.field(list, '*'), call.site);
      call.machine.add(call.to, list);
    },
    intersection: giveCopy,
  },
  { union: ['symmetricDifference'], intersection: ['difference'] },
);

const METHODS: { readonly [K in ObjectKind]?: { readonly [method: string]: Model } } = {
  list: LIST_METHODS,
  generator: LIST_METHODS,
  set: SET,
  map: MAP,
  emitter: aliases(EMITTER, {
    on: ['once', 'addListener', 'prependListener', 'prependOnceListener'],
    off: ['removeListener', 'removeAllListeners', 'setMaxListeners'],
  }),
};

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

const STATICS: { readonly [name: string]: Model } = {
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
        machine.await(machine.all(value), awaited, site);
        machine.add(to, listOf(call, awaited));
      } else {
        const all = new Cell();
        machine.elementOf(cellOf(call, value), -1, all, site);
        machine.add(to, listOf(call, all));
      }
    });
  },
  'Promise.race'(call) {
    const given = arg(call, 0);
    if (given !== null) call.machine.elementOf(given, -1, call.to, call.site);
  },
  'Promise.any'(call) {
    const given = arg(call, 0);
    if (given !== null) call.machine.elementOf(given, -1, call.to, call.site);
  },
  'Promise.allSettled'(call) {
    const { machine, site, to } = call;
    const given = arg(call, 0);
    const result = machine.allocate(site, 'object', 'settled');
    if (given !== null) machine.elementOf(given, -1, machine.field(result, 'value'), site);
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
    if (fn !== null) machine.watch(fn, (value) => machine.invoke(value, null, following(args, 1), to, site));
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
    for (const source of machine.everyArgument(following(args, 1)))
      machine.watch(target, (into) => machine.watch(source, (from) => machine.assign(into, from, call.site)));
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
    if (of !== null) machine.elementOf(of, -1, entries, site);
    machine.elementOf(entries, 1, machine.field(made, '*'), site);
    machine.add(to, made);
  },
  'Object.groupBy'(call) {
    const { machine, site, to } = call;
    const of = arg(call, 0);
    const all = new Cell();
    if (of !== null) machine.elementOf(of, -1, all, site);
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
    if (of !== null) machine.elementOf(of, -1, all, site);
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
  'Array.of': (call) => call.machine.add(call.to, listFrom(call, call.args.fixed, call.machine.everyArgument(call.args))),
};

function giveFirst(call: Call): void {
  const first = arg(call, 0);
  if (first !== null) call.machine.flow(first, call.to);
}

function describe({ machine, site }: Call, owner: Value, name: string, descriptors: Cell): void {
  machine.watch(descriptors, (descriptor) => {
    const value = new Cell();
    machine.loadFrom(descriptor, 'value', value, site);
    const getter = new Cell();
    machine.loadFrom(descriptor, 'get', getter, site);
    machine.watch(getter, (get) => machine.invoke(get, owner, NO_ARGS, value, site));
    machine.storeTo(owner, name, value, site);
  });
}

const FUNCTIONS: { readonly [name: string]: Model } = {
  // Of promises, which are what they resolve to.
  // biome-ignore lint/suspicious/noThenProperty: a model of the method of that name, in a table that nobody awaits
  then(call) {
    const { machine, self, to } = call;
    const [resolved, rejected] = [arg(call, 0), arg(call, 1)];
    if (self === null) return;
    if (resolved === null) machine.add(to, self);
    else {
      const args = argsOf([cellOf(call, self)]);
      machine.watch(resolved, (fn) => {
        if (fn.t === 'primitive') machine.add(to, self);
        else machine.invoke(fn, null, args, to, call.site);
      });
    }
    callback(call, rejected, [reasons(call)], to);
  },
  catch(call) {
    if (call.self !== null) call.machine.add(call.to, call.self);
    callback(call, arg(call, 0), [reasons(call)], call.to);
  },
  finally(call) {
    if (call.self !== null) call.machine.add(call.to, call.self);
    callback(call, arg(call, 0), [], new Cell());
  },
  call(call) {
    const { machine, self, args, to, site } = call;
    if (self === null) return;
    const given = following(args, 1);
    const first = arg(call, 0);
    machine.invoke(self, null, given, to, site);
    if (first !== null) machine.watch(first, (value) => machine.invoke(self, value, given, to, site));
  },
  apply(call) {
    const { machine, self, to, site } = call;
    if (self === null) return;
    const given: Args = { fixed: [], rest: arg(call, 1), elements: null, unknown: false };
    // Lists keep their places where they are known.
    const placed: Args = { ...given, fixed: [0, 1, 2, 3, 4, 5].map((index) => placeOf(call, given.rest, index)) };
    const first = arg(call, 0);
    machine.invoke(self, null, placed, to, site);
    if (first !== null) machine.watch(first, (value) => machine.invoke(self, value, placed, to, site));
  },
  bind(call) {
    const { machine, self, args, to, site } = call;
    if (self !== null) machine.add(to, machine.bound(self, arg(call, 0), following(args, 1), site));
  },
  later(call) {
    const { machine, args, to, site } = call;
    const fn = arg(call, 0);
    machine.add(to, PRIMITIVE_VALUE);
    if (fn === null) return;
    // After the delay, which not all of them have.
    const given = [following(args, 1), following(args, 2)];
    machine.watch(fn, (value) => {
      for (const one of given) machine.invoke(value, null, one, new Cell(), site);
    });
  },
  structuredClone: giveFirst,
  /** One that is not here, perhaps because it is younger: it may call what it is handed, and give any of it. */
  unknown(call) {
    const { machine, self, args, to, site } = call;
    const known = new Cell();
    machine.add(known, PRIMITIVE_VALUE);
    for (const cell of machine.everyArgument(args)) machine.flow(cell, known);
    if (self !== null) machine.add(known, self);
    machine.elementOf(known, -1, known, site);
    machine.flow(known, to);
    machine.watch(known, (value) => {
      if (value.t === 'function' || value.t === 'operation')
        machine.invoke(value, null, argsOf([known, known, known]), known, site);
    });
  },
  Object: giveFirst,
  Array: (call) => construct(call.machine.native('Array'), call.args, call.to, call.site, call.machine),
  Error: (call) => construct(call.machine.native('Error'), call.args, call.to, call.site, call.machine),
};

function placeOf({ machine, site }: Call, list: Cell | null, index: number): Cell {
  const cell = new Cell();
  if (list !== null) machine.elementOf(list, index, cell, site);
  return cell;
}

/** What a rejected promise may be rejected with. */
function reasons(call: Call): Cell {
  const cell = cellOf(call, PRIMITIVE_VALUE);
  call.machine.flow(call.machine.thrown, cell);
  return cell;
}
