/** All that values are told apart by: each is made once for what it is, so that two of the same are one. */
import { Flow } from './flow.js';
import {
  type Activation,
  type Args,
  Cell,
  type Client,
  type ClientMethod,
  type Cls,
  type Fn,
  type FunctionInfo,
  type Native,
  type Nimbus,
  type Obj,
  type ObjectKind,
  type Site,
  type Value,
} from './values.js';

/** Objects in the methods of objects; deeper ones are one per place. */
export const OBJECT_DEPTH = 4;

/** Methods of methods of methods of functions. */
const NATIVE_DEPTH = 5;

export abstract class Heap extends Flow {
  readonly objects = new Map<string, Obj>();
  readonly classes = new Map<string, Cls>();
  private readonly clients = new Map<string, Client>();
  private readonly operations = new Map<string, ClientMethod>();
  private readonly texts = new Map<string, Value>();
  private readonly natives = new Map<string, Native>();
  private readonly nimbus = new Map<string, Nimbus>();
  private readonly prototypes = new Map<Fn | Cls, Obj>();

  /** An object of a class is there. */
  protected abstract made(object: Obj, cls: Cls): void;

  /** Nothing is known any more: any client may do anything. */
  abstract giveUp(): void;

  text(value: string): Value {
    let found = this.texts.get(value);
    if (found === undefined) {
      found = { t: 'text', value };
      this.texts.set(value, found);
    }
    return found;
  }

  newObject(
    key: string,
    kind: ObjectKind,
    cls: Cls | null,
    depth: number,
    known: ((name: string) => Cell | null) | null = null,
  ): Obj {
    let found = this.objects.get(key);
    if (found === undefined) {
      found = { t: 'object', id: this.id(), kind, cls, fields: new Map(), all: null, proto: null, depth, known, leaked: false };
      this.objects.set(key, found);
      if (cls !== null) this.made(found, cls);
    }
    return found;
  }

  /** An object that is made at a place, in the context of the function's run. */
  allocate(site: Site, kind: ObjectKind, what = '', cls: Cls | null = null): Obj {
    const depth = Math.min(site.act.depth + 1, OBJECT_DEPTH + 1);
    const context = depth > OBJECT_DEPTH ? 'deep' : site.act.id;
    return this.newObject(`${site.id}/${what}/${context}/${cls?.id ?? ''}`, kind, cls, depth);
  }

  closure(info: FunctionInfo, env: Activation, home: Cls | null = null, isStatic = false): Fn {
    const owner = home ?? env;
    owner.closures ??= new Map();
    let found = owner.closures.get(info);
    if (found === undefined) {
      const id = this.id();
      found = { t: 'function', id, info, env, home, isStatic, fields: new Map(), runs: [], merged: null };
      owner.closures.set(info, found);
    }
    return found;
  }

  client(getter: string, target: Cls | string | null, unknown: boolean, method: string | null): Client {
    const targetKey = target === null ? '' : typeof target === 'string' ? `"${target}` : `#${target.id}`;
    const key = `${getter}/${targetKey}/${unknown}/${method ?? ''}`;
    let found = this.clients.get(key);
    if (found === undefined) {
      found = { t: 'client', id: this.id(), getter, target, unknown, method };
      this.clients.set(key, found);
    }
    return found;
  }

  operationValue(client: Client, name: string): ClientMethod {
    const key = `${client.id}.${name}`;
    let found = this.operations.get(key);
    if (found === undefined) {
      found = { t: 'operation', client, name };
      this.operations.set(key, found);
    }
    return found;
  }

  native(name: string, self: Value | null = null): Native {
    if (nesting(self) > NATIVE_DEPTH) {
      // `f = f.bind` in a loop: it would have no end.
      this.giveUp();
      return this.native('unknown');
    }
    const key = `${name}/${self === null ? '' : this.valueKey(self)}`;
    let found = this.natives.get(key);
    if (found === undefined) {
      found = { t: 'native', name, self, bound: null, target: null, fields: new Map() };
      this.natives.set(key, found);
    }
    return found;
  }

  nimbusValue(name: string): Nimbus {
    let found = this.nimbus.get(name);
    if (found === undefined) {
      found = { t: 'nimbus', name };
      this.nimbus.set(name, found);
    }
    return found;
  }

  resolver(target: Cell): Native {
    const key = `resolve ${target.number(this)}`;
    let found = this.natives.get(key);
    if (found === undefined) {
      found = { t: 'native', name: `resolve#${target.number(this)}`, self: null, bound: null, target, fields: new Map() };
      this.natives.set(key, found);
    }
    return found;
  }

  bound(fn: Value, self: Cell | null, args: Args, site: Site): Native {
    const name = `bound#${site.id}/${site.act.id}/${this.valueKey(fn)}`;
    let found = this.natives.get(name);
    if (found === undefined) {
      found = { t: 'native', name, self: fn, bound: args, target: self, fields: new Map() };
      this.natives.set(name, found);
    }
    return found;
  }

  valueKey(value: Value): string {
    switch (value.t) {
      case 'text':
        return `"${value.value}`;
      case 'operation':
        return `${value.client.id}.${value.name}`;
      case 'native':
        return `${value.name}(${value.self === null || value.self === value ? '' : this.valueKey(value.self)})`;
      case 'nimbus':
        return `nimbus ${value.name}`;
      case 'namespace':
        return `namespace ${value.file}`;
      case 'external':
      case 'primitive':
        return value.t;
      default:
        return String(value.id);
    }
  }

  field(owner: Obj | Fn | Cls | Native, name: string): Cell {
    let cell = owner.fields.get(name);
    if (cell === undefined) {
      cell = new Cell();
      owner.fields.set(name, cell);
      if (owner.t === 'object') {
        if (owner.all !== null) this.flow(cell, owner.all);
        const known = owner.known?.(name);
        if (known) this.flow(known, cell);
      }
    }
    return cell;
  }

  all(object: Obj): Cell {
    if (object.all === null) {
      object.all = new Cell();
      for (const cell of object.fields.values()) this.flow(cell, object.all);
    }
    return object.all;
  }

  proto(object: Obj): Cell {
    object.proto ??= new Cell();
    return object.proto;
  }

  prototypeOf(owner: Fn | Cls): Obj {
    let found = this.prototypes.get(owner);
    if (found === undefined) {
      found = this.newObject(`prototype ${owner.id}`, 'object', null, 0);
      this.prototypes.set(owner, found);
    }
    return found;
  }

  member(cls: Cls, index: number, isStatic: boolean): Fn {
    return this.closure(cls.module.functions[index] as FunctionInfo, cls.env, cls, isStatic);
  }
}

function nesting(value: Value | null): number {
  let depth = 0;
  for (let at = value; at !== null && at.t === 'native'; at = at.self) depth++;
  return depth;
}
