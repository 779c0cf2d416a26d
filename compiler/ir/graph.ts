/**
 * The resource graph of one stage: what is deployed, what triggers what, who may do what to whom. Resolved and settled
 * (every option has its value for this stage), neutral to the provider, sorted, and plain data. `graph.json` is its wire form.
 */
import type { Span } from './span.js';
import type { Doc, HttpAnswer, WireType } from './wire-type.js';

/** `function:Chat.onMessage`, `document-store:UserDetail`: kind and declared name, never position or path. */
export type NodeId = string;

export interface NodeBase<K extends string = string> {
  readonly kind: K;
  readonly id: NodeId;
  /** What users call it: `Chat.onMessage`, `UserDetail`, `GET /users/{id}`. */
  readonly name: string;
  readonly source: Span;
}

export interface EdgeBase {
  /** triggers: `from` starts `to` (a function). uses: function `from` performs `operations` on `to`. contains: an API and its routes. */
  readonly kind: 'triggers' | 'uses' | 'contains' | 'runs-after';
  readonly from: NodeId;
  readonly to: NodeId;
  readonly source: Span;
  /** The operations granted (`uses` only); sorted, unique; verbs of the kind, never cloud actions. */
  readonly operations: readonly string[];
  /** Every place that justifies the edge: the decorators now, the calls once they are followed. */
  readonly because: readonly Span[];
}

export interface StageGraph<N extends NodeBase = NodeBase> {
  readonly project: string;
  readonly stage: string;
  /** Sorted by id. */
  readonly functions: readonly FunctionNode[];
  /** Everything but functions; sorted by id. */
  readonly resources: readonly N[];
  /** Sorted by kind, from, to. */
  readonly edges: readonly EdgeBase[];
}

export interface FunctionNode extends NodeBase<'function'> {
  readonly className: string;
  readonly method: string;
  /** The module that exports the class, and the name under which it does. */
  readonly module: string;
  readonly exportName: string;
  /** The kind of what triggers it (`http-api`); a function has triggers of one kind. */
  readonly trigger: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: readonly EnvironmentVariable[];
  /** A class whose `create()` makes the instance, instead of the handler's own constructor. */
  readonly factory: ExportedSymbol | null;
  readonly params: readonly ParamNode[];
  /** What the method is declared to give, promises unwrapped; `any` where that is left to be inferred. */
  readonly result: WireType;
  /** What an HTTP function answers with, by status, where its type says it; else 200 and the result. Sorted. */
  readonly answers?: readonly HttpAnswer[];
  readonly doc: Doc | null;
  /** Packages that it needs though nothing imports them by name. */
  readonly packages: readonly ForcedPackage[];
}

export interface ForcedPackage {
  readonly name: string;
  readonly source: Span;
}

export interface ExportedSymbol {
  readonly module: string;
  readonly exportName: string;
}

export interface EnvironmentVariable {
  readonly key: string;
  /** Literal text and, in `${NAME}` places, names of variables of the deploying machine (never their values). */
  readonly value: readonly (string | { readonly variable: string })[];
  readonly testValue: string | null;
  readonly source: Span;
}

export interface ParamNode {
  readonly role: 'event' | 'body';
  readonly name: string;
  /** Of events `any`, or a list of that. */
  readonly wire: WireType;
  readonly source: Span;
}

/**
 * A type as far as stores need it to keep values of it. Any type that is not understood is `any`: its values are stored with
 * a note of what they are.
 */
export type TypeShape =
  | { readonly t: 'string' | 'number' | 'boolean' | 'null' | 'undefined' | 'any' | 'date' | 'bigint' | 'bytes' }
  | { readonly t: 'array' | 'set' | 'record'; readonly of: TypeShape }
  | { readonly t: 'map'; readonly key: TypeShape; readonly of: TypeShape }
  | { readonly t: 'tuple'; readonly items: readonly TypeShape[]; readonly rest?: TypeShape }
  | { readonly t: 'union'; readonly of: readonly TypeShape[] }
  | { readonly t: 'object'; readonly fields: readonly FieldShape[]; readonly rest?: TypeShape }
  | { readonly t: 'class'; readonly class: ClassShape };

export interface FieldShape {
  readonly name: string;
  readonly type: TypeShape;
  /** The property's type admits `undefined`. */
  readonly optional: boolean;
}

/** A class of the project; `fields` may contain the class itself, so this is the one cyclic value of the graph. */
export interface ClassShape {
  readonly name: string;
  readonly module: string;
  /** The declaration's name inside its module, exported or not. */
  readonly local: string;
  readonly fields: readonly FieldShape[];
}
