/**
 * Runs the code that a handler can reach on abstract values: who flows where, without order or branches, until nothing new
 * flows. Objects are told apart by where they are made and by the object in whose methods that happens; functions by the object
 * that they are called on and the last calls that led there, as long as the budget lasts: after that they are merged, which
 * is less precise and misses nothing. What steps do is in `steps.ts` and the files that it names.
 */
import type { Ref } from '../../../ir/body-facts.js';
import type { ProjectPath } from '../../../ir/span.js';
import type { ClientGetters } from './clients.js';
import { Heap, OBJECT_DEPTH } from './heap.js';
import { globalValue } from './natives/natives.js';
import type { ReachProgram } from './program.js';
import { execute } from './steps.js';
import { Types } from './types.js';
import {
  type Activation,
  type Args,
  Cell,
  type Client,
  type Cls,
  EXTERNAL,
  type Fn,
  type FunctionInfo,
  type Native,
  type Obj,
  PRIMITIVE,
  PRIMITIVE_VALUE,
  type Site,
  type Value,
} from './values.js';

/** Steps of functions that are run once more because they are called from elsewhere; per handler. */
const CONTEXT_STEPS = 40_000;
/** Times that one function is run for other calls. */
const CONTEXTS_OF_FUNCTION = 100;
/** Calls of native functions at one place, in one run of its function. */
const NATIVE_CALLS = 5_000;

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

export class Machine extends Heap {
  readonly calls = new Map<string, SeenCall>();
  readonly escapes = new Map<number, SeenEscape>();
  readonly roots: Activation[] = [];
  /** What was thrown, wherever. */
  readonly thrown = new Cell();
  readonly globals: Obj;
  readonly types: Types;
  readonly externalCell = new Cell();
  readonly primitiveCell = new Cell();
  /** Where what happens is of no function of the project. */
  readonly root: Site;
  /** Where it is not known which client is asked for. */
  unknownGetter: Site | null = null;
  private readonly pending: Activation[] = [];
  private readonly contexts = new Map<FunctionInfo, number>();
  private readonly modules = new Map<ProjectPath, Activation>();
  private readonly nativeCalls = new Map<string, number>();
  private readonly argumentIds = new Map<Args, number>();
  private budget = CONTEXT_STEPS;

  constructor(
    readonly program: ReachProgram,
    readonly getters: ClientGetters,
  ) {
    super();
    this.externalCell.take(EXTERNAL);
    this.primitiveCell.take(PRIMITIVE_VALUE);
    this.types = new Types(this);
    this.globals = this.newObject('globals', 'object', null, 0, (name) => {
      const cell = new Cell();
      this.add(cell, globalValue(name, this));
      return cell;
    });
    this.root = { id: 0, act: this.outside(), at: [0, 0] };
  }

  /** What calls what nobody in the project calls. */
  private outside(): Activation {
    const module = {
      file: '',
      bodies: { functions: [], classes: [], names: {}, classNames: {}, loads: [] },
      functions: [],
      meanings: new Map(),
    };
    const body = { name: null, at: [0, 0] as const, params: [], registers: 0, outer: [], steps: [] };
    const act = this.start({ module, body, base: 0 }, null, null, null, [], 0);
    this.roots.push(act);
    return act;
  }

  protected made(object: Obj, cls: Cls): void {
    this.types.instance(object, cls);
  }

  giveUp(): void {
    this.unknownGetter ??= this.root;
  }

  run(): void {
    for (;;) {
      const act = this.pending.pop();
      if (act !== undefined) {
        execute(this, act);
        continue;
      }
      const state = this.deliver();
      if (state === 'given-up') this.giveUp();
      if (state !== 'told') return;
    }
  }

  private argumentId(args: Args): number {
    let id = this.argumentIds.get(args);
    if (id === undefined) {
      id = this.id();
      this.argumentIds.set(args, id);
    }
    return id;
  }

  /** A native function may call natives with what it has just made; without end only in programs that nobody writes. */
  mayCallNative(key: string, callee: Native, args: Args, to: Cell, self: Value | null = null): boolean {
    const count = this.nativeCalls.get(key) ?? 0;
    if (count > NATIVE_CALLS) {
      this.giveUp();
      return false;
    }
    const of = self === null ? '' : this.valueKey(self);
    if (!this.once(`${key}/${this.valueKey(callee)}/${of}/${to.number(this)}/${this.argumentId(args)}`)) return false;
    this.nativeCalls.set(key, count + 1);
    return true;
  }

  /** The run of a module's own code. */
  module(file: ProjectPath): Activation | null {
    const known = this.modules.get(file);
    if (known !== undefined) return known;
    const info = this.program.module(file);
    if (info === null) return null;
    const act = this.start(info.functions[0] as FunctionInfo, null, null, null, [], 0);
    this.modules.set(file, act);
    this.roots.push(act);
    return act;
  }

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

  /** The run of a function for those of its calls that are not told apart from this one. */
  activate(fn: Fn, self: Value | null, site: Site): Activation {
    const { info, env, runs } = fn;
    const owner = self !== null && (self.t === 'object' || self.t === 'class') ? self : null;
    const before = site.act.calls[0];
    // There are few: runs of one text are limited.
    for (const run of runs) if (run.owner === owner && run.calls[0] === site.id && run.calls[1] === before) return run;
    const count = this.contexts.get(info) ?? 0;
    const cost = info.body.steps.length + 1;
    if (count > 0 && (count >= CONTEXTS_OF_FUNCTION || this.budget < cost)) {
      fn.merged ??= this.start(info, env, fn, null, [], env.depth);
      return fn.merged;
    }
    if (count > 0) this.budget -= cost;
    this.contexts.set(info, count + 1);
    const depth = Math.min(Math.max(env.depth, owner?.depth ?? 0), OBJECT_DEPTH);
    const run = this.start(info, env, fn, owner, before === undefined ? [site.id] : [site.id, before], depth);
    runs.push(run);
    return run;
  }

  private start(
    info: FunctionInfo,
    env: Activation | null,
    fn: Fn | null,
    owner: Obj | Cls | null,
    calls: readonly number[],
    depth: number,
  ): Activation {
    const started: Activation = {
      id: this.id(),
      info,
      env,
      owner,
      home: fn === null ? null : fn.home,
      isStatic: fn?.isStatic ?? false,
      cells: [],
      result: new Cell(),
      calls,
      depth,
      bound: new Set(),
      generator: null,
      callees: new Set(),
      closures: null,
    };
    // A function without a result gives a promise, or nothing, which has members too.
    this.add(started.result, PRIMITIVE_VALUE);
    this.pending.push(started);
    return started;
  }
}
