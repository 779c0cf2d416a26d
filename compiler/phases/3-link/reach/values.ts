/** What may stand in a place of the program: objects by where they are made, functions with what they close over, clients. */
import type { BodyFacts, ClassBody, FunctionBody } from '../../../ir/body-facts.js';
import type { Range, TypeFact } from '../../../ir/facts.js';
import type { ProjectPath } from '../../../ir/span.js';
import type { Binding } from '../../2-read/module-graph.js';

export type Watcher = (value: Value) => void;

/** The register of each function that holds its `this`, and the one of primitives. */
export const THIS = 0;
export const PRIMITIVE = 1;

/** Most places see few values and lead to few: those are looked through, more are kept in a set. */
const FEW = 8;

/** A place that values flow to, and who is told of each that arrives. */
export class Cell {
  readonly values: Value[] = [];
  /** Null: none. */
  targets: Cell[] | null = null;
  watchers: Watcher[] | null = null;
  /** What the text says that it holds, once that has been heeded. */
  type: TypeFact | null = null;
  private id = 0;
  private manyValues: Set<Value> | null = null;
  private manyTargets: Set<Cell> | null = null;

  /** False when it has it. */
  take(value: Value): boolean {
    const { values } = this;
    if (this.manyValues !== null) {
      if (this.manyValues.has(value)) return false;
      this.manyValues.add(value);
    } else {
      if (values.includes(value)) return false;
      if (values.length === FEW) this.manyValues = new Set(values).add(value);
    }
    values.push(value);
    return true;
  }

  /** False when it leads there. */
  lead(to: Cell): boolean {
    const { targets } = this;
    if (targets === null) {
      this.targets = [to];
      return true;
    }
    if (this.manyTargets !== null) {
      if (this.manyTargets.has(to)) return false;
      this.manyTargets.add(to);
    } else {
      if (targets.includes(to)) return false;
      if (targets.length === FEW) this.manyTargets = new Set(targets).add(to);
    }
    targets.push(to);
    return true;
  }

  /** For keys; most cells are in none. */
  number(numbers: Numbers): number {
    if (this.id === 0) this.id = numbers.id();
    return this.id;
  }
}

export interface Numbers {
  id(): number;
}

/** Out of the project, or unknown for another reason: calling it may call whatever it was given. */
export interface External {
  readonly t: 'external';
}
/** Text, number and the like: nothing can be hidden in it. */
export interface Primitive {
  readonly t: 'primitive';
}
/** A text whose value is known: it may name a resource or a member. */
export interface Text {
  readonly t: 'text';
  readonly value: string;
}

export type ObjectKind = 'object' | 'list' | 'map' | 'set' | 'generator' | 'emitter' | 'error';

export interface Obj {
  readonly t: 'object';
  readonly id: number;
  readonly kind: ObjectKind;
  readonly cls: Cls | null;
  readonly fields: Map<string, Cell>;
  /** What is in any of the fields; made when it is first asked for. */
  all: Cell | null;
  /** Objects whose members it has too. */
  proto: Cell | null;
  /** How many objects it is in the context of. */
  readonly depth: number;
  /** Fields of an object that comes from outside, as its type tells them. */
  readonly known: ((name: string) => Cell | null) | null;
  leaked: boolean;
}

export interface Fn {
  readonly t: 'function';
  readonly id: number;
  readonly info: FunctionInfo;
  readonly env: Activation;
  readonly home: Cls | null;
  readonly isStatic: boolean;
  readonly fields: Map<string, Cell>;
  readonly runs: Activation[];
  /** For all calls that are not told apart any more. */
  merged: Activation | null;
}

export interface Cls {
  readonly t: 'class';
  readonly id: number;
  readonly module: ModuleInfo;
  readonly body: ClassBody;
  readonly env: Activation;
  readonly base: Cell;
  readonly fields: Map<string, Cell>;
  readonly depth: number;
  /** Its members as functions. */
  closures: Map<FunctionInfo, Fn> | null;
}

export interface Client {
  readonly t: 'client';
  readonly id: number;
  readonly getter: string;
  /** A class, a name, or null: the only one of its kind. */
  readonly target: Cls | string | null;
  /** Which of its kind it is for is not known. */
  readonly unknown: boolean;
  /** The method that it calls, of a client for functions. */
  readonly method: string | null;
}

/** A method of a client. */
export interface ClientMethod {
  readonly t: 'operation';
  readonly client: Client;
  readonly name: string;
}

/** A function of the language; `self` is what it was taken from or bound to. */
export interface Native {
  readonly t: 'native';
  readonly name: string;
  readonly self: Value | null;
  /** What was bound, or where a promise's value goes. */
  readonly bound: Args | null;
  readonly target: Cell | null;
  readonly fields: Map<string, Cell>;
}

export interface Nimbus {
  readonly t: 'nimbus';
  readonly name: string;
}

export interface Namespace {
  readonly t: 'namespace';
  readonly file: ProjectPath;
}

export type Value = External | Primitive | Text | Obj | Fn | Cls | Client | ClientMethod | Native | Nimbus | Namespace;

export interface Args {
  readonly fixed: readonly Cell[];
  /** A list with all further arguments. */
  readonly rest: Cell | null;
  /** The elements of `rest`, once somebody has asked for them. */
  elements: Cell | null;
  /** Any number of values from outside. */
  readonly unknown: boolean;
}

/** One run of a function, for all of its calls that are not told apart. */
export interface Activation {
  readonly id: number;
  readonly info: FunctionInfo;
  readonly env: Activation | null;
  /** What it is called on, where that tells it from other runs. */
  readonly owner: Obj | Cls | null;
  readonly home: Cls | null;
  readonly isStatic: boolean;
  readonly cells: (Cell | undefined)[];
  readonly result: Cell;
  /** The places of the last two calls that led to it, the last one first. */
  readonly calls: readonly number[];
  readonly depth: number;
  readonly bound: Set<Args>;
  /** What calling a generator function gives. */
  generator: Obj | null;
  readonly callees: Set<Activation>;
  /** Functions that are made in it. */
  closures: Map<FunctionInfo, Fn> | null;
}

/** Where something is called. */
export interface Site {
  readonly id: number;
  readonly act: Activation;
  readonly at: Range;
}

export interface FunctionInfo {
  readonly module: ModuleInfo;
  readonly body: FunctionBody;
  /** Number of its first step; steps of all functions are numbered in one row. */
  readonly base: number;
}

export interface ModuleInfo {
  readonly file: ProjectPath;
  readonly bodies: BodyFacts;
  readonly functions: readonly FunctionInfo[];
  /** Names that it does not declare, as far as somebody has asked for them. */
  readonly meanings: Map<string, NameMeaning>;
}

export type NameMeaning = Binding | 'EventEmitter';

/** A type of the text, and the file that its names belong to. */
export interface TypeAt {
  readonly file: ProjectPath;
  readonly type: TypeFact;
}

export const EXTERNAL: External = { t: 'external' };
export const PRIMITIVE_VALUE: Primitive = { t: 'primitive' };
