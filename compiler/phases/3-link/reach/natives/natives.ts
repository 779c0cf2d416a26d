/**
 * What the functions of the language do with values: whom they call, and what they give. Those that are not here take no
 * functions and keep nothing.
 */
import { argument } from '../arguments.js';
import { invoke } from '../calls.js';
import type { Machine } from '../machine.js';
import { type Args, type Cell, EXTERNAL, type Native, type ObjectKind, type Site, type Value } from '../values.js';
import { METHODS } from './collections.js';
import { FUNCTIONS } from './functions.js';
import { type Call, joined, primitive, settle } from './native-call.js';
import { STATICS } from './statics.js';

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

export function invokeNative(native: Native, self: Value | null, args: Args, to: Cell, site: Site, machine: Machine): void {
  const call: Call = { machine, site, args, to, self: native.self ?? self };
  if (native.target !== null && native.name.startsWith('resolve#')) {
    settle(argument(machine, args, 0), native.target, call);
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

function bound(native: Native, fn: Value, before: Args, call: Call): void {
  const { machine, site, args, to } = call;
  if (native.name.startsWith('deref#')) {
    if (native.target !== null) machine.flow(native.target, to);
    return;
  }
  const all = joined(machine, before, args);
  invoke(machine, fn, null, all, to, site);
  if (native.target !== null) machine.watch(native.target, (self) => invoke(machine, fn, self, all, to, site));
}
