/**
 * What the code of one source file does with values, as plain data: for each function a list of steps over registers, without
 * order or branches. Like facts, bodies depend on the text of their file alone and are cached by its hash. What they are for:
 * finding which clients flow where (`phases/3-link/reach`), so all that moves no value is left out.
 */
import type { Range, TypeFact } from './facts.js';

/**
 * A place for values. Not negative: a register of the function itself; 0 is its `this`, 1 holds primitives, then come its
 * parameters. Negative: entry `-ref - 1` of `outer`, a register of a function around it.
 */
export type Ref = number;

export interface BodyFacts {
  /** The first one is the module's own code. */
  readonly functions: readonly FunctionBody[];
  readonly classes: readonly ClassBody[];
  /** Registers of the module's declarations. */
  readonly names: { readonly [name: string]: Ref };
  /** Classes that are declarations of the module, by their names in it. */
  readonly classNames: { readonly [name: string]: number };
  /** Modules that are loaded before this one runs, in the order of the text; types left out. */
  readonly loads: readonly string[];
}

export interface FunctionBody {
  /** What people call it: `Chat.onMessage`, `find`; null for a callback. */
  readonly name: string | null;
  readonly at: Range;
  readonly params: readonly ParamBody[];
  /** Registers, all told. */
  readonly registers: number;
  /** How many functions outwards, and the register there. */
  readonly outer: readonly (readonly [depth: number, register: Ref])[];
  readonly steps: readonly Step[];
  readonly generator?: true;
  /** The register of `arguments`, where it is used. */
  readonly args?: Ref;
}

export interface ParamBody {
  readonly at: Ref;
  readonly rest?: true;
  /** Where it may tell a class. */
  readonly type?: TypeFact;
}

export interface ClassBody {
  readonly name: string | null;
  readonly at: Range;
  /** The name of the module's declaration that it is; null: it is none. */
  readonly local: string | null;
  readonly abstract: boolean;
  readonly implements: readonly TypeFact[];
  /** -1: none. */
  readonly construct: number;
  /** The initialisers of the fields; -1: none. */
  readonly fields: number;
  /** Static fields and blocks; -1: none. */
  readonly statics: number;
  readonly members: readonly ClassMember[];
  /** Annotated fields, for instances that come from outside. */
  readonly types: readonly (readonly [name: string, type: TypeFact])[];
}

/** `*` is a name that is only known at run time, `@@iterator` is `[Symbol.iterator]`. */
export type ClassMember = readonly [name: string, kind: 'method' | 'get' | 'set', isStatic: boolean, fn: number];

/** In `args`, all from this one on are the elements of the list that stands there; -1: none. */
export type SpreadFrom = number;

export type Step =
  | readonly ['move', to: Ref, from: Ref]
  | readonly ['text', to: Ref, value: string]
  /** One text of several values: a template, or a sum. */
  | readonly ['join', to: Ref, parts: readonly Ref[]]
  /** A name that the file does not declare: imported or global. */
  | readonly ['name', to: Ref, name: string]
  | readonly ['function', to: Ref, index: number]
  | readonly ['class', to: Ref, index: number, base: Ref | null]
  | readonly ['object', to: Ref]
  | readonly ['list', to: Ref]
  | readonly ['load', to: Ref, object: Ref, name: string]
  | readonly ['store', object: Ref, name: string, from: Ref]
  | readonly ['pick', to: Ref, object: Ref, key: Ref, at: Range]
  | readonly ['place', object: Ref, key: Ref, from: Ref]
  | readonly ['accessor', object: Ref, name: string, kind: 'get' | 'set', fn: Ref]
  /** All members of one object go to another. */
  | readonly ['copy', to: Ref, from: Ref]
  | readonly ['call', to: Ref, callee: Ref, args: readonly Ref[], spread: SpreadFrom, at: Range]
  | readonly ['send', to: Ref, object: Ref, name: string, args: readonly Ref[], spread: SpreadFrom, at: Range]
  | readonly ['sendpick', to: Ref, object: Ref, key: Ref, args: readonly Ref[], spread: SpreadFrom, at: Range]
  | readonly ['new', to: Ref, callee: Ref, args: readonly Ref[], spread: SpreadFrom, at: Range]
  | readonly ['base', args: readonly Ref[], spread: SpreadFrom, at: Range, self: Ref]
  | readonly ['superload', to: Ref, name: string, self: Ref]
  | readonly ['supersend', to: Ref, name: string, args: readonly Ref[], spread: SpreadFrom, at: Range, self: Ref]
  /** An element of what can be iterated; with an index: that one, when it is a list. */
  | readonly ['element', to: Ref, from: Ref, index: number]
  | readonly ['await', to: Ref, from: Ref]
  | readonly ['return', from: Ref]
  | readonly ['yield', to: Ref, from: Ref]
  | readonly ['yieldall', to: Ref, from: Ref]
  | readonly ['throw', from: Ref]
  | readonly ['catch', to: Ref]
  /** What the text says about a value that comes from outside. */
  | readonly ['typed', to: Ref, type: TypeFact]
  /** A text or number is made of it. */
  | readonly ['coerce', from: Ref]
  /** The value is declared to be anything. */
  | readonly ['any', from: Ref, at: Range]
  | readonly ['import', to: Ref, specifier: string]
  /** A value that leaves what can be followed. */
  | readonly ['leak', from: Ref, at: Range]
  | readonly ['eval', at: Range]
  /** What a decorator makes of a method. */
  | readonly ['replace', cls: Ref, name: string, isStatic: boolean, from: Ref];
