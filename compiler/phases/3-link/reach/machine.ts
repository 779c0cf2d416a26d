/**
 * Runs the code that a handler can reach on abstract values: who flows where, without order or branches, until nothing new
 * flows. Objects are told apart by where they are made and by the object in whose methods that happens; functions by the object
 * that they are called on and the last calls that led there, as long as the budget lasts: after that they are merged, which
 * is less precise and misses nothing. What is waiting is in a queue, so depth of calls needs no stack.
 */
import type { Ref, Step } from '../../../ir/body-facts.js';
import type { Range, TypeFact } from '../../../ir/facts.js';
import type { ProjectPath } from '../../../ir/span.js';
import type { Binding } from '../../2-read/module-graph.js';
import type { ClientGetters } from './clients.js';
import { construct as constructNative, globalValue, initialise, invoke as invokeNative, methodOf } from './natives.js';
import type { ReachProgram } from './program.js';
import { Types } from './types.js';
import {
  type Activation,
  type Args,
  Cell,
  type Client,
  type ClientMethod,
  type Cls,
  EXTERNAL,
  type Fn,
  type FunctionInfo,
  type Native,
  type Nimbus,
  type Obj,
  type ObjectKind,
  PRIMITIVE_VALUE,
  type Site,
  type Value,
} from './values.js';

/** Steps of functions that are run once more because they are called from elsewhere; per handler. */
const CONTEXT_STEPS = 40_000;
/** Times that one function is run for other calls. */
const CONTEXTS_OF_FUNCTION = 100;
/** Calls that are remembered. */
const CALLS = 2;
/** Objects in the methods of objects; deeper ones are one per place. */
const OBJECT_DEPTH = 4;

/** Calls of native functions at one place, in one run of its function. */
const NATIVE_CALLS = 5_000;

/** Methods of methods of methods of functions. */
const NATIVE_DEPTH = 5;
/** Far more than programs take that people write: after that it is given up, and any client may do anything. */
const MAX_DELIVERIES = 100_000_000;

/** Of texts that are put together; names of resources are shorter, and there are fewer of them. */
const LONGEST_TEXT = 2048;
const MOST_TEXTS = 8;

const THIS = 0;
const PRIMITIVE = 1;

export type EscapeReason = 'handed-out' | 'computed' | 'any';

/** An operation of a client, as it was seen. */
export interface SeenCall {
  readonly client: Client;
  readonly method: string;
  readonly site: Site;
  /** Members of arguments that decide what the call does. */
  readonly members: ReadonlyMap<string, Cell>;
}

export interface SeenEscape {
  readonly client: Client;
  readonly reason: EscapeReason;
  readonly site: Site;
}

type Watcher = (value: Value) => void;

export class Machine {
  readonly calls = new Map<string, SeenCall>();
  readonly escapes = new Map<number, SeenEscape>();
  readonly roots: Activation[] = [];
  /** What was thrown, wherever. */
  readonly thrown = new Cell();
  readonly globals: Obj;
  readonly types: Types;
  readonly externalCell = new Cell();
  readonly primitiveCell = new Cell();
  /** Who is to be told, and of what, by turns. */
  private readonly queue: (Cell | Watcher | Value)[] = [];
  private readonly pending: Activation[] = [];
  private readonly activations = new Map<string, Activation>();
  private readonly contexts = new Map<FunctionInfo, number>();
  private readonly objects = new Map<string, Obj>();
  private readonly functions = new Map<string, Fn>();
  private readonly classes = new Map<string, Cls>();
  private readonly clients = new Map<string, Client>();
  private readonly operations = new Map<string, ClientMethod>();
  private readonly texts = new Map<string, Value>();
  private readonly natives = new Map<string, Native>();
  private readonly nimbus = new Map<string, Nimbus>();
  private readonly prototypes = new Map<Fn | Cls, Obj>();
  private readonly seen = new Set<string>();
  private readonly modules = new Map<ProjectPath, Activation>();
  private budget = CONTEXT_STEPS;
  private deliveries = 0;
  private ids = 0;
  private readonly numbers = new WeakMap<Cell | Args, number>();
  private readonly nativeCalls = new Map<string, number>();
  /** Where what happens is of no function of the project. */
  readonly root: Site;
  /** Where it is not known which client is asked for. */
  unknownGetter: Site | null = null;

  constructor(
    readonly program: ReachProgram,
    readonly getters: ClientGetters,
  ) {
    this.externalCell.values.add(EXTERNAL);
    this.primitiveCell.values.add(PRIMITIVE_VALUE);
    this.types = new Types(this);
    this.globals = this.newObject('globals', 'object', null, 0, (name) => {
      const cell = new Cell();
      this.add(cell, globalValue(name, this));
      return cell;
    });
    this.root = { id: 0, act: this.outside(), at: [0, 0] };
  }

  private id(): number {
    return ++this.ids;
  }

  /** What calls what nobody in the project calls. */
  private outside(): Activation {
    const module = { file: '', bodies: { functions: [], classes: [], names: {}, classNames: {}, loads: [] }, functions: [] };
    const body = { name: null, at: [0, 0] as const, params: [], registers: 0, outer: [], steps: [] };
    const act = this.activation('outside', { module, body, base: 0 }, null, null, false, [], 0);
    this.roots.push(act);
    return act;
  }

  // Flow

  add(cell: Cell, value: Value): void {
    if (cell.values.has(value)) return;
    cell.values.add(value);
    // Whoever joins later is told of it then, so each is told once.
    for (const target of cell.targets) this.queue.push(target, value);
    for (const watcher of cell.watchers) this.queue.push(watcher, value);
  }

  flow(from: Cell, to: Cell): void {
    if (from === to || from.targets.has(to)) return;
    from.targets.add(to);
    for (const value of from.values) this.add(to, value);
  }

  /** Tells of every value that a cell has or will get, each once, and never before the caller is done. */
  watch(cell: Cell, watcher: Watcher): void {
    cell.watchers.push(watcher);
    for (const value of cell.values) this.queue.push(watcher, value);
  }

  run(): void {
    for (;;) {
      const act = this.pending.pop();
      if (act !== undefined) {
        this.execute(act);
        continue;
      }
      if (this.queue.length === 0) return;
      const batch = this.queue.splice(0);
      this.deliveries += batch.length;
      if (this.deliveries > MAX_DELIVERIES) {
        this.unknownGetter ??= this.root;
        return;
      }
      for (let i = 0; i < batch.length; i += 2) {
        const to = batch[i] as Cell | Watcher;
        const value = batch[i + 1] as Value;
        if (to instanceof Cell) this.add(to, value);
        else to(value);
      }
    }
  }

  /** True the first time. */
  once(key: string): boolean {
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  cellId(cell: Cell | Args): number {
    let id = this.numbers.get(cell);
    if (id === undefined) {
      id = this.id();
      this.numbers.set(cell, id);
    }
    return id;
  }

  /** A native function may call natives with what it has just made; without end only in programs that nobody writes. */
  private mayCallNative(key: string, callee: Native, args: Args, to: Cell, self: Value | null = null): boolean {
    const count = this.nativeCalls.get(key) ?? 0;
    if (count > NATIVE_CALLS) {
      // Given up: then any client may do anything.
      this.unknownGetter ??= this.root;
      return false;
    }
    const of = self === null ? '' : this.valueKey(self);
    if (!this.once(`${key}/${this.valueKey(callee)}/${of}/${this.cellId(to)}/${this.cellId(args)}`)) return false;
    this.nativeCalls.set(key, count + 1);
    return true;
  }

  // Values

  text(value: string): Value {
    let found = this.texts.get(value);
    if (found === undefined) {
      found = { t: 'text', value };
      this.texts.set(value, found);
    }
    return found;
  }

  /** A text that is put together, as names of resources are; which it is stays open when there are too many of them. */
  private join([part, ...others]: readonly Cell[], to: Cell, before: string): void {
    if (part === undefined) this.add(to, this.text(before));
    else
      this.watch(part, (value) => {
        const text = value.t === 'text' ? before + value.value : null;
        if (text === null || text.length > LONGEST_TEXT || to.values.size >= MOST_TEXTS) this.add(to, PRIMITIVE_VALUE);
        else this.join(others, to, text);
      });
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
      if (cls !== null) this.types.instance(found, cls);
    }
    return found;
  }

  /** An object that is made at a place, in the context of the function's run. */
  allocate(site: Site, kind: ObjectKind, what = '', cls: Cls | null = null): Obj {
    const depth = Math.min(site.act.depth + 1, OBJECT_DEPTH + 1);
    const context = depth > OBJECT_DEPTH ? 'deep' : site.act.id;
    return this.newObject(`${site.id}/${what}/${context}/${cls?.id ?? ''}`, kind, cls, depth);
  }

  closure(info: FunctionInfo, env: Activation | null, home: Cls | null = null, isStatic = false): Fn {
    const key = `${info.base}/${env?.id ?? ''}/${home?.id ?? ''}`;
    let found = this.functions.get(key);
    if (found === undefined) {
      found = { t: 'function', id: this.id(), info, env, home, isStatic, fields: new Map() };
      this.functions.set(key, found);
    }
    return found;
  }

  private classValue(index: number, site: Site): Cls {
    const { act } = site;
    const depth = Math.min(act.depth + 1, OBJECT_DEPTH + 1);
    const key = `${site.id}/${depth > OBJECT_DEPTH ? 'deep' : act.id}`;
    let found = this.classes.get(key);
    if (found === undefined) {
      const { module } = act.info;
      const body = module.bodies.classes[index];
      if (body === undefined) throw new Error(`${module.file} has no class ${index}`);
      found = { t: 'class', id: this.id(), module, body, env: act, base: new Cell(), fields: new Map(), depth };
      this.classes.set(key, found);
      if (body.statics >= 0) this.callFunction(this.member(found, body.statics, true), found, NO_ARGS, new Cell(), site);
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
      this.unknownGetter ??= this.root;
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

  // Modules

  /** The run of a module's own code. */
  module(file: ProjectPath): Activation | null {
    const known = this.modules.get(file);
    if (known !== undefined) return known;
    const info = this.program.module(file);
    if (info === null) return null;
    const act = this.activation(`module ${file}`, info.functions[0] as FunctionInfo, null, null, false, [], 0);
    this.modules.set(file, act);
    this.roots.push(act);
    return act;
  }

  /** All that runs when a module is loaded. */
  load(file: ProjectPath): void {
    if (!this.once(`load ${file}`)) return;
    for (const one of this.program.effectiveModules(file)) this.module(one);
  }

  bindingTo(binding: Binding, to: Cell): void {
    switch (binding.of) {
      case 'value': {
        const act = this.module(binding.file);
        const ref = act?.info.module.bodies.names[binding.name];
        if (act === null || ref === undefined) this.add(to, EXTERNAL);
        else this.flow(this.cell(act, ref), to);
        return;
      }
      case 'module':
        this.load(binding.file);
        if (this.program.module(binding.file) === null) this.add(to, EXTERNAL);
        else this.add(to, { t: 'namespace', file: binding.file });
        return;
      case 'nimbus':
        this.add(to, this.nimbusValue(binding.name));
        return;
      case 'nimbus-module':
        this.add(to, this.nimbusValue('*'));
        return;
      case 'global':
        this.flow(this.field(this.globals, binding.name), to);
        return;
      case 'missing':
        this.add(to, EXTERNAL);
        return;
      case 'type':
        return;
    }
  }

  private nameTo(file: ProjectPath, name: string, to: Cell): void {
    const imported = this.program.graph.facts(file).imports.find((one) => one.local === name);
    if (imported !== undefined && /^(node:)?events$/.test(imported.from) && /^(EventEmitter|default)$/.test(imported.name)) {
      this.add(to, this.native('EventEmitter'));
      return;
    }
    this.bindingTo(this.program.graph.lookup(file, name), to);
  }

  private exportTo(file: ProjectPath, name: string, to: Cell): void {
    const binding = this.program.graph.exported(file, name);
    if (binding !== null) this.bindingTo(binding, to);
  }

  private allExportsTo(file: ProjectPath, to: Cell, seen = new Set<ProjectPath>()): void {
    if (seen.has(file)) return;
    seen.add(file);
    const facts = this.program.graph.facts(file);
    for (const { name } of facts.exports) this.exportTo(file, name, to);
    for (const { from } of facts.stars) {
      const target = this.program.graph.source.resolve(file, from);
      if (target.of === 'file') this.allExportsTo(target.file, to, seen);
    }
  }

  // Functions

  cell(act: Activation, ref: Ref): Cell {
    if (ref === PRIMITIVE) return this.primitiveCell;
    if (ref >= 0) {
      act.cells[ref] ??= new Cell();
      return act.cells[ref];
    }
    const [depth, register] = act.info.body.outer[-ref - 1] as readonly [number, Ref];
    let at: Activation = act;
    for (let i = 0; i < depth && at.env !== null; i++) at = at.env;
    return this.cell(at, register);
  }

  private activation(
    key: string,
    info: FunctionInfo,
    env: Activation | null,
    home: Cls | null,
    isStatic: boolean,
    calls: readonly number[],
    depth: number,
  ): Activation {
    let found = this.activations.get(key);
    if (found === undefined) {
      found = {
        id: this.id(),
        info,
        env,
        home,
        isStatic,
        cells: [],
        result: new Cell(),
        calls,
        depth,
        bound: new Set(),
        generator: null,
        callees: new Set(),
      };
      this.activations.set(key, found);
      // A function without a result gives a promise, or nothing, which has members too.
      this.add(found.result, PRIMITIVE_VALUE);
      this.pending.push(found);
    }
    return found;
  }

  private activate(fn: Fn, self: Value | null, site: Site): Activation {
    const { info, env, home, isStatic } = fn;
    const owner = self !== null && (self.t === 'object' || self.t === 'class') ? self : null;
    const merged = `${info.base}/${env?.id ?? ''}/${home?.id ?? ''}`;
    const calls = [site.id, ...site.act.calls].slice(0, CALLS);
    const key = `${merged}/${owner?.id ?? ''}/${calls.join()}`;
    const depth = Math.min(Math.max(env?.depth ?? 0, owner?.depth ?? 0), OBJECT_DEPTH);
    const known = this.activations.get(key);
    if (known !== undefined) return known;
    const count = this.contexts.get(info) ?? 0;
    const cost = info.body.steps.length + 1;
    if (count > 0 && (count >= CONTEXTS_OF_FUNCTION || this.budget < cost))
      return this.activation(merged, info, env, home, isStatic, [], env?.depth ?? 0);
    if (count > 0) this.budget -= cost;
    this.contexts.set(info, count + 1);
    return this.activation(key, info, env, home, isStatic, calls, depth);
  }

  callFunction(fn: Fn, self: Value | null, args: Args, to: Cell, site: Site): void {
    const act = this.activate(fn, self, site);
    site.act.callees.add(act);
    if (self !== null) this.add(this.cell(act, THIS), self);
    if (act.info.body.generator) this.add(to, this.generatorOf(act));
    else this.flow(act.result, to);
    if (act.bound.has(args)) return;
    act.bound.add(args);
    const { body, module, base } = act.info;
    const inner: Site = { id: base + body.steps.length, act, at: body.at };
    body.params.forEach((param, index) => {
      const cell = this.cell(act, param.at);
      if (param.rest) this.add(cell, this.listOf(args, index, inner, 'rest'));
      else {
        const given = this.argument(args, index);
        if (given !== null) this.flow(given, cell);
      }
      if (param.type !== undefined) this.typed(cell, module.file, param.type);
    });
    if (body.args !== undefined) this.add(this.cell(act, body.args), this.listOf(args, 0, inner, 'arguments'));
  }

  private generatorOf(act: Activation): Obj {
    if (act.generator === null) {
      const { body, base } = act.info;
      act.generator = this.allocate({ id: base + body.steps.length, act, at: body.at }, 'generator');
      this.flow(act.result, this.field(act.generator, 'result'));
    }
    return act.generator;
  }

  private listOf(args: Args, from: number, site: Site, what: string): Obj {
    const list = this.allocate(site, 'list', what);
    args.fixed.forEach((cell, index) => {
      if (index >= from) this.flow(cell, this.field(list, String(index - from)));
    });
    const more = this.elements(args);
    if (more !== null) this.flow(more, this.field(list, '*'));
    return list;
  }

  /** Null: there is no such argument. */
  argument(args: Args, index: number): Cell | null {
    return args.fixed[index] ?? this.elements(args);
  }

  private elements(args: Args): Cell | null {
    if (args.unknown) return this.externalCell;
    if (args.rest !== null && args.elements === null) {
      args.elements = new Cell();
      this.elementOf(args.rest, -1, args.elements, null);
    }
    return args.elements;
  }

  /** All arguments, whichever. */
  everyArgument(args: Args): readonly Cell[] {
    const more = this.elements(args);
    return more === null ? args.fixed : [...args.fixed, more];
  }

  homeOf(act: Activation): { readonly home: Cls; readonly isStatic: boolean } | null {
    for (let at: Activation | null = act; at !== null; at = at.env)
      if (at.home !== null) return { home: at.home, isStatic: at.isStatic };
    return null;
  }

  /** What a call of a value does. */
  invoke(callee: Value, self: Value | null, args: Args, to: Cell, site: Site): void {
    switch (callee.t) {
      case 'external':
        for (const cell of this.everyArgument(args)) this.leakAll(cell, site);
        this.add(to, EXTERNAL);
        return;
      case 'function':
        this.callFunction(callee, self, args, to, site);
        return;
      case 'operation':
        this.operation(callee.client, callee.name, args, to, site);
        return;
      case 'native':
        if (this.mayCallNative(`${site.id}/${site.act.id}`, callee, args, to, self))
          invokeNative(callee, self, args, to, site, this);
        return;
      case 'nimbus':
        this.getters.invoke(callee, args, to, site, this);
        return;
      case 'object':
        // A leaked object may be a function of a package by now; a plain one cannot be called.
        return;
      default:
        return;
    }
  }

  private operation(client: Client, name: string, args: Args, to: Cell, site: Site): void {
    const key = `${client.id}/${name}/${site.id}/${site.act.id}`;
    if (!this.calls.has(key)) {
      const members = new Map<string, Cell>();
      for (const { argument, member } of this.getters.conditions(client, name)) {
        const cell = new Cell();
        members.set(member, cell);
        const given = this.argument(args, argument);
        if (given !== null) this.watch(given, (value) => this.loadFrom(value, member, cell, site));
      }
      this.calls.set(key, { client, method: name, site, members });
    }
    for (const cell of this.everyArgument(args)) this.serialise(cell, site);
    this.getters.result(client, name, to, this);
  }

  construct(callee: Value, args: Args, to: Cell, site: Site): void {
    switch (callee.t) {
      case 'class': {
        const made = this.allocate(site, this.types.kindOf(callee), '', callee);
        this.add(to, made);
        // A constructor may give another object than the one that it was called on.
        const other = new Cell();
        this.runConstructor(callee, made, args, site, other);
        this.watch(other, (value) => {
          if (value.t !== 'primitive' && value.t !== 'text') this.add(to, value);
        });
        return;
      }
      case 'function': {
        const made = this.allocate(site, 'object', String(callee.id));
        this.add(this.proto(made), this.prototypeOf(callee));
        this.add(to, made);
        this.callFunction(callee, made, args, to, site);
        return;
      }
      case 'native':
        if (this.mayCallNative(`new ${site.id}/${site.act.id}`, callee, args, to)) constructNative(callee, args, to, site, this);
        return;
      case 'nimbus':
        this.add(to, this.nimbusValue('safe'));
        return;
      case 'external':
        this.invoke(callee, null, args, to, site);
        return;
      default:
        return;
    }
  }

  runConstructor(cls: Cls, object: Obj, args: Args, site: Site, result: Cell = new Cell()): void {
    const { construct, fields } = cls.body;
    if (!this.once(`construct ${cls.id}/${object.id}/${site.id}/${site.act.id}`)) return;
    if (fields >= 0) this.callFunction(this.member(cls, fields, false), object, NO_ARGS, new Cell(), site);
    if (construct >= 0) this.callFunction(this.member(cls, construct, false), object, args, result, site);
    else this.watch(cls.base, (base) => this.runBase(base, object, args, site, result));
  }

  /** What `super(...)` does. */
  private runBase(base: Value, object: Obj, args: Args, site: Site, result: Cell = new Cell()): void {
    if (base.t === 'class') this.runConstructor(base, object, args, site, result);
    else if (base.t === 'function') {
      this.add(this.proto(object), this.prototypeOf(base));
      this.callFunction(base, object, args, new Cell(), site);
    } else if (base.t === 'native') initialise(base.name, object, args, site, this);
    else if (base.t === 'external') {
      for (const cell of this.everyArgument(args)) this.leakAll(cell, site);
      this.callMethods(object, site);
    }
  }

  // Members

  loadFrom(owner: Value, name: string, to: Cell, site: Site): void {
    if (owner.t !== 'external' && (name === 'then' || name === 'catch' || name === 'finally'))
      this.add(to, this.native(name, owner));
    switch (owner.t) {
      case 'external':
        this.add(to, EXTERNAL);
        return;
      case 'primitive':
      case 'text':
        this.add(to, this.native('primitive', null));
        return;
      case 'client':
        this.getters.member(owner, name, to, this);
        return;
      case 'nimbus':
        // Of two things the members matter; names of members of members would have no end.
        if (owner.name === '*') this.add(to, this.nimbusValue(name));
        else this.add(to, this.nimbusValue(/^(ClientBuilder|transactions)$/.test(owner.name) ? `${owner.name}.${name}` : 'safe'));
        return;
      case 'namespace':
        this.exportTo(owner.file, name, to);
        return;
      case 'object':
        this.loadFromObject(owner, name, to, site);
        return;
      default: {
        const method = methodOf(owner, name, this);
        if (method !== null) this.add(to, method);
        if (owner.t === 'operation') return;
        this.flow(this.field(owner, name), to);
        if (owner.t === 'native') return;
        this.flow(this.field(owner, '*'), to);
        if (name === 'prototype') this.add(to, this.prototypeOf(owner));
        if (owner.t === 'class') this.loadFromClass(owner, name, true, owner, to, site);
      }
    }
  }

  private loadFromObject(owner: Obj, name: string, to: Cell, site: Site, self: Value = owner): void {
    this.flow(this.field(owner, name), to);
    // Elements of lists have no names, so they are not what a name gives.
    const isCollection = owner.kind !== 'object' && owner.kind !== 'error' && owner.kind !== 'emitter';
    if (name !== '*' && (!isCollection || /^\d+$/.test(name))) this.flow(this.field(owner, '*'), to);
    const method = methodOf(owner, name, this);
    if (method !== null) this.add(to, method);
    if (owner.cls !== null) {
      this.loadFromClass(owner.cls, name, false, self, to, site);
      if (name === 'constructor') this.add(to, owner.cls);
    }
    this.watch(this.proto(owner), (proto) => {
      if (!this.once(`proto ${owner.id}/${name}/${this.valueKey(self)}/${this.cellId(to)}/${this.valueKey(proto)}`)) return;
      if (proto.t === 'object') this.loadFromObject(proto, name, to, site, self);
      else if (proto.t === 'external') this.add(to, EXTERNAL);
    });
  }

  /** A member of a class or of what it extends. `self`: whose member it is for. */
  private loadFromClass(cls: Cls, name: string, isStatic: boolean, self: Value, to: Cell, site: Site): void {
    if (!this.once(`member ${cls.id}/${name}/${isStatic}/${this.valueKey(self)}/${this.cellId(to)}`)) return;
    if (!isStatic) {
      const proto = this.prototypeOf(cls);
      this.flow(this.field(proto, name), to);
    }
    let found = false;
    for (const [key, kind, ofClass, index] of cls.body.members) {
      if (ofClass !== isStatic || kind === 'set' || (key !== name && key !== '*' && name !== '*')) continue;
      const fn = this.member(cls, index, isStatic);
      if (kind === 'method') this.add(to, fn);
      else this.callFunction(fn, self, NO_ARGS, to, site);
      found ||= key === name;
    }
    if (!found) this.watch(cls.base, (base) => this.loadFromBase(base, name, isStatic, self, to, site));
  }

  private loadFromBase(base: Value, name: string, isStatic: boolean, self: Value, to: Cell, site: Site): void {
    if (base.t === 'class') {
      if (isStatic) this.flow(this.field(base, name), to);
      this.loadFromClass(base, name, isStatic, self, to, site);
    } else if (base.t === 'function') {
      this.flow(this.field(isStatic ? base : this.prototypeOf(base), name), to);
    } else if (base.t === 'external') this.add(to, EXTERNAL);
    else if (base.t === 'nimbus') this.add(to, this.nimbusValue('safe'));
  }

  /** Whatever a key that is not known may name. */
  private loadAny(owner: Value, to: Cell, site: Site): void {
    switch (owner.t) {
      case 'object':
        this.flow(this.all(owner), to);
        if (owner.cls !== null) this.loadFromClass(owner.cls, '*', false, owner, to, site);
        for (const method of ANY_METHODS) {
          const native = methodOf(owner, method, this);
          if (native !== null && owner.kind !== 'object') this.add(to, native);
        }
        this.watch(this.proto(owner), (proto) => {
          if (this.once(`any ${owner.id}/${this.cellId(to)}/${this.valueKey(proto)}`)) this.loadAny(proto, to, site);
        });
        return;
      case 'client':
        this.escape(owner, 'computed', site);
        for (const name of this.getters.methodsOf(owner)) this.getters.member(owner, name, to, this);
        return;
      case 'namespace':
        this.allExportsTo(owner.file, to);
        return;
      case 'class':
        this.loadFromClass(owner, '*', true, owner, to, site);
        for (const cell of owner.fields.values()) this.flow(cell, to);
        return;
      case 'external':
        this.add(to, EXTERNAL);
        return;
      case 'nimbus':
        this.add(to, owner.name === 'ClientBuilder' ? this.nimbusValue('ClientBuilder.*') : this.nimbusValue('safe'));
        return;
      default:
        this.loadFrom(owner, '*', to, site);
    }
  }

  private pickFrom(owner: Value, key: Value, to: Cell, site: Site): void {
    if (key.t === 'text') this.loadFrom(owner, key.value, to, site);
    else this.loadAny(owner, to, site);
  }

  storeTo(owner: Value, name: string, from: Cell, site: Site): void {
    switch (owner.t) {
      case 'object':
        this.flow(from, this.field(owner, name));
        if (owner.cls !== null) this.storeToClass(owner.cls, name, owner, from, site);
        return;
      case 'class':
        this.flow(from, this.field(owner, name));
        this.storeToClass(owner, name, owner, from, site);
        return;
      case 'function':
      case 'native':
        this.flow(from, this.field(owner, name));
        return;
      case 'external':
        this.leakAll(from, site);
        return;
      default:
        return;
    }
  }

  private storeToClass(cls: Cls, name: string, self: Obj | Cls, from: Cell, site: Site): void {
    if (!this.once(`set ${cls.id}/${name}/${self.id}/${this.cellId(from)}`)) return;
    for (const [key, kind, isStatic, index] of cls.body.members) {
      if (kind !== 'set' || isStatic !== (self.t === 'class') || (key !== name && key !== '*' && name !== '*')) continue;
      const args: Args = { fixed: [from], rest: null, elements: null, unknown: false };
      this.callFunction(this.member(cls, index, isStatic), self, args, new Cell(), site);
    }
    this.watch(cls.base, (base) => {
      if (base.t === 'class') this.storeToClass(base, name, self, from, site);
    });
  }

  /** All members of one thing become members of another. */
  copy(to: Value, from: Value): void {
    if (to.t !== 'object' && to.t !== 'class' && to.t !== 'function') return;
    if (!this.once(`copy ${to.id}/${this.valueKey(from)}`)) return;
    if (from.t === 'external') this.add(this.field(to, '*'), EXTERNAL);
    else if (from.t === 'namespace') this.allExportsTo(from.file, this.field(to, '*'));
    else if (from.t === 'client') {
      for (const name of this.getters.methodsOf(from)) this.getters.member(from, name, this.field(to, name), this);
    } else if (from.t === 'object') {
      if (to.t === 'object' && from !== to) {
        // Fields that come later are copied too, by way of a prototype: a reader finds them there.
        this.add(this.proto(to), this.fieldsOf(from));
        this.flow(this.all(from), this.all(to));
      } else for (const [name, cell] of from.fields) this.flow(cell, this.field(to, name));
    }
  }

  /** Assigning members calls the setters of their names. */
  assign(to: Value, from: Value, site: Site): void {
    this.copy(to, from);
    if (to.t !== 'object' || to.cls === null || !this.once(`assign ${to.id}/${this.valueKey(from)}`)) return;
    const setters = (cls: Cls): void => {
      if (!this.once(`assign ${to.id}/${this.valueKey(from)}/${cls.id}`)) return;
      for (const [name, kind, isStatic] of cls.body.members) {
        if (kind !== 'set' || isStatic) continue;
        const value = new Cell();
        this.loadFrom(from, name, value, site);
        this.storeTo(to, name, value, site);
      }
      this.watch(cls.base, (base) => {
        if (base.t === 'class') setters(base);
      });
    };
    setters(to.cls);
  }

  /** An object with the fields of another one, without its class: what spreading sees. */
  private fieldsOf(object: Obj): Obj {
    if (object.cls === null) return object;
    const key = `fields ${object.id}`;
    const known = this.objects.get(key);
    if (known !== undefined) return known;
    return this.newObject(key, 'object', null, object.depth, (name) => this.field(object, name));
  }

  elementOf(from: Cell, index: number, to: Cell, site: Site | null): void {
    this.watch(from, (value) => this.element(value, index, to, site));
  }

  private element(value: Value, index: number, to: Cell, site: Site | null): void {
    switch (value.t) {
      case 'external':
        this.add(to, EXTERNAL);
        return;
      case 'primitive':
      case 'text':
        this.add(to, PRIMITIVE_VALUE);
        return;
      case 'object':
        break;
      default:
        return;
    }
    if (value.kind === 'list') {
      if (index < 0) this.flow(this.all(value), to);
      else {
        this.flow(this.field(value, String(index)), to);
        this.flow(this.field(value, '*'), to);
      }
      if (value.cls === null) return;
    } else if (value.kind === 'map') {
      this.add(to, this.entryOf(value));
      return;
    } else if (value.kind === 'set' || value.kind === 'generator') {
      this.flow(this.field(value, '*'), to);
      return;
    }
    if (site === null || !this.once(`iterate ${value.id}/${this.cellId(to)}`)) return;
    const makers = new Cell();
    const iterators = new Cell();
    this.loadFrom(value, '@@iterator', makers, site);
    this.loadFrom(value, '@@asyncIterator', makers, site);
    this.watch(makers, (maker) => this.invoke(maker, value, NO_ARGS, iterators, site));
    this.watch(iterators, (iterator) => {
      if (iterator.t !== 'object') return;
      if (iterator.kind !== 'object') {
        this.element(iterator, -1, to, site);
        return;
      }
      const results = new Cell();
      this.send(iterator, 'next', NO_ARGS, results, site);
      this.watch(results, (result) => this.loadFrom(result, 'value', to, site));
    });
  }

  /** What iterating a map gives. */
  entryOf(map: Obj): Obj {
    const entry = this.newObject(`entry ${map.id}`, 'list', null, map.depth);
    this.flow(this.field(map, 'keys'), this.field(entry, '0'));
    this.flow(this.field(map, '*'), this.field(entry, '1'));
    return entry;
  }

  send(owner: Value, name: string, args: Args, to: Cell, site: Site): void {
    const members = new Cell();
    this.loadFrom(owner, name, members, site);
    this.watch(members, (member) => this.invoke(member, owner, args, to, site));
    if (owner.t === 'external') for (const cell of this.everyArgument(args)) this.leakAll(cell, site);
  }

  /** Promises are what they resolve to; only objects with a `then` of the project's own do something. */
  await(from: Cell, to: Cell, site: Site): void {
    this.flow(from, to);
    if (!this.program.defines('then')) return;
    this.watch(from, (value) => {
      if (value.t !== 'object' || !this.once(`await ${value.id}/${this.cellId(to)}`)) return;
      const members = new Cell();
      this.loadFrom(value, 'then', members, site);
      const resolve = new Cell();
      this.add(resolve, this.resolver(to));
      const args: Args = { fixed: [resolve, resolve], rest: null, elements: null, unknown: false };
      this.watch(members, (member) => {
        if (member.t === 'function') this.invoke(member, value, args, new Cell(), site);
      });
    });
  }

  resolver(target: Cell): Native {
    const key = `resolve ${this.cellId(target)}`;
    let found = this.natives.get(key);
    if (found === undefined) {
      found = { t: 'native', name: `resolve#${this.cellId(target)}`, self: null, bound: null, target, fields: new Map() };
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

  // What leaves

  leakAll(cell: Cell, site: Site): void {
    if (cell === this.primitiveCell || cell === this.externalCell) return;
    if (!this.once(`leak ${this.cellId(cell)}`)) return;
    this.watch(cell, (value) => this.leak(value, site));
  }

  leak(value: Value, site: Site): void {
    switch (value.t) {
      case 'client':
        this.escape(value, 'handed-out', site);
        return;
      case 'operation':
        this.operation(value.client, value.name, UNKNOWN_ARGS, new Cell(), site);
        return;
      case 'function':
        if (this.once(`leaked ${value.id}`)) this.callUnknown(value, EXTERNAL, site);
        return;
      case 'native':
        if (value.bound !== null && value.self !== null) {
          if (this.once(`leaked ${value.name}`)) this.invoke(value, EXTERNAL, UNKNOWN_ARGS, new Cell(), site);
        } else if (value.target !== null) this.add(value.target, EXTERNAL);
        else if (value.self !== null && value.self.t !== 'native') this.leak(value.self, site);
        return;
      case 'class':
        if (this.once(`leaked ${value.id}`)) {
          const made = new Cell();
          this.construct(value, UNKNOWN_ARGS, made, site);
          this.leakAll(made, site);
          for (const [, kind, isStatic, index] of value.body.members)
            if (isStatic && kind !== 'set') this.callUnknown(this.member(value, index, true), value, site);
          for (const cell of value.fields.values()) this.leakAll(cell, site);
        }
        return;
      case 'object':
        if (value.leaked) return;
        value.leaked = true;
        this.leakAll(this.all(value), site);
        // Whoever has it may put anything into it.
        this.add(this.field(value, '*'), EXTERNAL);
        this.callMethods(value, site);
        this.watch(this.proto(value), (proto) => {
          if (proto.t === 'object') this.leak(proto, site);
        });
        return;
      case 'nimbus':
        // Whoever has the getters may get any client.
        if (/^(\*$|ClientBuilder)/.test(value.name)) this.unknownGetter ??= site;
        return;
      case 'namespace': {
        if (!this.once(`leaked namespace ${value.file}`)) return;
        const cell = new Cell();
        this.allExportsTo(value.file, cell);
        this.leakAll(cell, site);
        return;
      }
      default:
        return;
    }
  }

  /** A package may call any method of an object that it has. */
  private callMethods(object: Obj, site: Site): void {
    if (object.cls === null || !this.once(`methods ${object.id}`)) return;
    const members = new Cell();
    this.loadFromClass(object.cls, '*', false, object, members, site);
    this.watch(members, (member) => {
      if (member.t === 'function') this.callUnknown(member, object, site);
    });
  }

  callUnknown(fn: Fn, self: Value, site: Site): void {
    const result = new Cell();
    this.callFunction(fn, self, UNKNOWN_ARGS, result, site);
    this.leakAll(result, site);
  }

  escape(client: Client, reason: EscapeReason, site: Site): void {
    if (!this.escapes.has(client.id)) this.escapes.set(client.id, { client, reason, site });
  }

  /** Making JSON of a value calls its `toJSON`. */
  serialise(cell: Cell, site: Site): void {
    if (!this.program.defines('toJSON') || cell === this.primitiveCell || !this.once(`json ${this.cellId(cell)}`)) return;
    this.watch(cell, (value) => {
      if (value.t !== 'object' || !this.once(`json of ${value.id}`)) return;
      const result = new Cell();
      this.send(value, 'toJSON', NO_ARGS, result, site);
      this.serialise(result, site);
      this.serialise(this.all(value), site);
    });
  }

  /** Making text of an object calls what it says about that. */
  coerce(cell: Cell, site: Site): void {
    for (const name of ['toString', 'valueOf', '@@toPrimitive']) {
      if (!this.program.defines(name)) continue;
      this.watch(cell, (value) => {
        if (value.t === 'object') this.send(value, name, NO_ARGS, new Cell(), site);
      });
    }
  }

  /** What a value from outside is by the type that the text gives it. */
  typed(cell: Cell, file: ProjectPath, type: TypeFact): void {
    if (!this.once(`typed ${this.cellId(cell)}/${file}/${type.at[0]}`)) return;
    this.watch(cell, (value) => {
      if (value.t === 'external') this.flow(this.types.valuesOf(file, type), cell);
    });
  }

  // Steps

  private execute(act: Activation): void {
    const { body, base } = act.info;
    body.steps.forEach((step, index) => {
      this.step(step, act, base + index);
    });
  }

  private step(step: Step, act: Activation, id: number): void {
    const cell = (ref: Ref): Cell => this.cell(act, ref);
    const siteAt = (at: Range): Site => ({ id, act, at });
    const here = (): Site => siteAt(act.info.body.at);
    const { file } = act.info.module;
    switch (step[0]) {
      case 'move':
        this.flow(cell(step[2]), cell(step[1]));
        return;
      case 'text':
        this.add(cell(step[1]), this.text(step[2]));
        return;
      case 'name':
        this.nameTo(file, step[2], cell(step[1]));
        return;
      case 'function':
        this.add(cell(step[1]), this.closure(act.info.module.functions[step[2]] as FunctionInfo, act));
        return;
      case 'class': {
        const cls = this.classValue(step[2], here());
        if (step[3] !== null) this.flow(cell(step[3]), cls.base);
        this.add(cell(step[1]), cls);
        return;
      }
      case 'object':
        this.add(cell(step[1]), this.allocate(here(), 'object'));
        return;
      case 'list':
        this.add(cell(step[1]), this.allocate(here(), 'list'));
        return;
      case 'load': {
        const to = cell(step[1]);
        this.watch(cell(step[2]), (owner) => this.loadFrom(owner, step[3], to, here()));
        return;
      }
      case 'store': {
        const from = cell(step[3]);
        this.watch(cell(step[1]), (owner) => this.storeTo(owner, step[2], from, here()));
        return;
      }
      case 'pick': {
        const to = cell(step[1]);
        const key = cell(step[3]);
        this.watch(cell(step[2]), (owner) => this.watch(key, (name) => this.pickFrom(owner, name, to, siteAt(step[4]))));
        return;
      }
      case 'place': {
        const from = cell(step[3]);
        const key = cell(step[2]);
        this.watch(cell(step[1]), (owner) =>
          this.watch(key, (name) => this.storeTo(owner, name.t === 'text' ? name.value : '*', from, here())),
        );
        return;
      }
      case 'accessor': {
        // Called where it is made: who reads it, and whether, is not asked.
        const [, owner, name, kind, fn] = step;
        this.watch(cell(owner), (object) =>
          this.watch(cell(fn), (accessor) => {
            if (object.t !== 'object') return;
            const args = kind === 'get' ? NO_ARGS : this.args([this.field(object, name)], -1);
            this.invoke(accessor, object, args, kind === 'get' ? this.field(object, name) : new Cell(), here());
          }),
        );
        return;
      }
      case 'copy':
        this.watch(cell(step[1]), (to) => this.watch(cell(step[2]), (from) => this.copy(to, from)));
        return;
      case 'call': {
        const [, to, callee, args, spread, at] = step;
        const given = this.args(args.map(cell), spread);
        const site = siteAt(at);
        this.watch(cell(callee), (fn) => this.invoke(fn, null, given, cell(to), site));
        return;
      }
      case 'send': {
        const [, to, owner, name, args, spread, at] = step;
        const given = this.args(args.map(cell), spread);
        const site = siteAt(at);
        this.watch(cell(owner), (object) => this.send(object, name, given, cell(to), site));
        return;
      }
      case 'sendpick': {
        const [, to, owner, key, args, spread, at] = step;
        const given = this.args(args.map(cell), spread);
        const site = siteAt(at);
        this.watch(cell(owner), (object) => {
          const members = new Cell();
          this.watch(cell(key), (name) => this.pickFrom(object, name, members, site));
          this.watch(members, (member) => this.invoke(member, object, given, cell(to), site));
        });
        return;
      }
      case 'new': {
        const [, to, callee, args, spread, at] = step;
        const given = this.args(args.map(cell), spread);
        const site = siteAt(at);
        this.watch(cell(callee), (fn) => this.construct(fn, given, cell(to), site));
        return;
      }
      case 'base': {
        const [, args, spread, at, self] = step;
        const { home } = this.homeOf(act) ?? {};
        if (home === undefined) return;
        const given = this.args(args.map(cell), spread);
        const site = siteAt(at);
        this.watch(cell(self), (object) => {
          if (object.t === 'object') this.watch(home.base, (base) => this.runBase(base, object, given, site));
        });
        return;
      }
      case 'superload': {
        const [, to, name, self] = step;
        this.superMember(act, name, self, here(), (member) => this.flow(member, cell(to)));
        return;
      }
      case 'supersend': {
        const [, to, name, args, spread, at, self] = step;
        const given = this.args(args.map(cell), spread);
        const site = siteAt(at);
        this.superMember(act, name, self, site, (members, object) =>
          this.watch(members, (member) => this.invoke(member, object, given, cell(to), site)),
        );
        return;
      }
      case 'element':
        this.elementOf(cell(step[2]), step[3], cell(step[1]), here());
        return;
      case 'await':
        this.await(cell(step[2]), cell(step[1]), here());
        return;
      case 'return':
        this.flow(cell(step[1]), act.result);
        return;
      case 'yield': {
        const generator = this.generatorOf(act);
        this.flow(cell(step[2]), this.field(generator, '*'));
        this.flow(this.field(generator, 'sent'), cell(step[1]));
        return;
      }
      case 'yieldall': {
        const generator = this.generatorOf(act);
        this.elementOf(cell(step[2]), -1, this.field(generator, '*'), here());
        this.watch(cell(step[2]), (inner) => {
          if (inner.t !== 'object' || inner.kind !== 'generator') return;
          this.flow(this.field(inner, 'result'), cell(step[1]));
          this.flow(this.field(generator, 'sent'), this.field(inner, 'sent'));
        });
        return;
      }
      case 'throw':
        this.flow(cell(step[1]), this.thrown);
        return;
      case 'catch':
        this.flow(this.thrown, cell(step[1]));
        // What others throw holds nothing of the project's.
        this.add(cell(step[1]), PRIMITIVE_VALUE);
        return;
      case 'typed':
        this.typed(cell(step[1]), file, step[2]);
        return;
      case 'join':
        this.join(step[2].map(cell), cell(step[1]), '');
        return;
      case 'coerce':
        this.coerce(cell(step[1]), here());
        return;
      case 'any':
        this.watch(cell(step[1]), (value) => {
          if (value.t === 'client') this.escape(value, 'any', siteAt(step[2]));
        });
        return;
      case 'import': {
        const target = this.program.graph.source.resolve(file, step[2]);
        if (target.of === 'nimbus') this.add(cell(step[1]), this.nimbusValue('*'));
        else if (target.of === 'file') this.bindingTo({ of: 'module', file: target.file }, cell(step[1]));
        else this.add(cell(step[1]), EXTERNAL);
        return;
      }
      case 'leak':
        this.leakAll(cell(step[1]), siteAt(step[2]));
        return;
      case 'eval':
        for (let at: Activation | null = act; at !== null; at = at.env)
          for (let register = 0; register < at.info.body.registers; register++)
            this.leakAll(this.cell(at, register), siteAt(step[1]));
        return;
      case 'replace': {
        const [, cls, name, isStatic, from] = step;
        this.watch(cell(cls), (owner) => {
          if (owner.t !== 'class') return;
          this.flow(cell(from), this.field(isStatic ? owner : this.prototypeOf(owner), name));
        });
        return;
      }
    }
  }

  private superMember(act: Activation, name: string, self: Ref, site: Site, found: (members: Cell, self: Value) => void): void {
    const around = this.homeOf(act);
    if (around === null) return;
    this.watch(this.cell(act, self), (object) => {
      const members = new Cell();
      this.watch(around.home.base, (base) => this.loadFromBase(base, name, around.isStatic, object, members, site));
      found(members, object);
    });
  }

  args(cells: readonly Cell[], spread: number): Args {
    return spread < 0
      ? { fixed: cells, rest: null, elements: null, unknown: false }
      : { fixed: cells.slice(0, spread), rest: cells[spread] ?? null, elements: null, unknown: false };
  }
}

function nesting(value: Value | null): number {
  let depth = 0;
  for (let at = value; at !== null && at.t === 'native'; at = at.self) depth++;
  return depth;
}

export const NO_ARGS: Args = { fixed: [], rest: null, elements: null, unknown: false };
export const UNKNOWN_ARGS: Args = { fixed: [], rest: null, elements: null, unknown: true };

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
