/** A function while its steps are collected, and the names that are known at a place in it. */
import type { FunctionBody, ParamBody, Ref, Step } from '../../../ir/body-facts.js';
import type { Range } from '../../../ir/facts.js';

export const THIS = 0;
/** Literals and all else that holds no other value. */
export const PRIMITIVE = 1;

export class FunctionBuilder {
  readonly steps: Step[] = [];
  readonly params: ParamBody[] = [];
  private readonly outer: (readonly [number, Ref])[] = [];
  private readonly outerRefs = new Map<string, Ref>();
  private readonly free = new Map<string, Ref>();
  private registers = 2;
  private args: Ref | undefined;
  generator = false;

  /** `arrow`: it has the `this` of the function around it. */
  constructor(
    readonly index: number,
    readonly parent: FunctionBuilder | null,
    readonly name: string | null,
    readonly at: Range,
    private readonly arrow: boolean,
  ) {}

  register(): Ref {
    return this.registers++;
  }

  /** A register of this function or of one around it. */
  refTo(owner: FunctionBuilder, register: Ref): Ref {
    let depth = 0;
    for (let at: FunctionBuilder | null = this; at !== null && at !== owner; at = at.parent) depth++;
    if (depth === 0) return register;
    const key = `${depth}:${register}`;
    let ref = this.outerRefs.get(key);
    if (ref === undefined) {
      this.outer.push([depth, register]);
      ref = -this.outer.length;
      this.outerRefs.set(key, ref);
    }
    return ref;
  }

  freeName(name: string): Ref {
    let ref = this.free.get(name);
    if (ref === undefined) {
      ref = this.register();
      this.steps.push(['name', ref, name]);
      this.free.set(name, ref);
    }
    return ref;
  }

  self(): Ref {
    return this.refTo(this.owner(), THIS);
  }

  argumentList(): Ref {
    const owner = this.owner();
    owner.args ??= owner.register();
    return this.refTo(owner, owner.args);
  }

  private owner(): FunctionBuilder {
    let at: FunctionBuilder = this;
    while (at.arrow && at.parent !== null) at = at.parent;
    return at;
  }

  finish(): FunctionBody {
    const { name, at, params, registers, outer, steps, args } = this;
    return {
      name,
      at,
      params,
      registers,
      outer,
      steps,
      ...(this.generator ? { generator: true } : {}),
      ...(args === undefined ? {} : { args }),
    };
  }
}

/** The names of a block; those of blocks and functions around it follow. */
export class Scope {
  private readonly names = new Map<string, Ref>();

  constructor(
    readonly fn: FunctionBuilder,
    private readonly around: Scope | null,
  ) {}

  declare(name: string): Ref {
    let ref = this.names.get(name);
    if (ref === undefined) {
      ref = this.fn.register();
      this.names.set(name, ref);
    }
    return ref;
  }

  /** The place of a name as seen from `user`; null: this file does not declare it. */
  find(name: string, user: FunctionBuilder): Ref | null {
    for (let at: Scope | null = this; at !== null; at = at.around) {
      const ref = at.names.get(name);
      if (ref !== undefined) return user.refTo(at.fn, ref);
    }
    return null;
  }

  /** `var`s of inner blocks are those of the function, which has declared them before. */
  isDeclaredInFunction(name: string): boolean {
    for (let at: Scope | null = this; at !== null && at.fn === this.fn; at = at.around) if (at.names.has(name)) return true;
    return false;
  }

  own(): ReadonlyMap<string, Ref> {
    return this.names;
  }
}
