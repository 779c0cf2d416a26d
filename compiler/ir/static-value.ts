/**
 * What static evaluation of an expression gives: a value with the place of every part, or `dynamic` with the reason
 * why it cannot be known without running the program. Nothing here is ever obtained by executing user code.
 */
import type { Span } from './span.js';

export type StaticValue =
  | { readonly t: 'string'; readonly value: string; readonly span: Span }
  | { readonly t: 'number'; readonly value: number; readonly span: Span }
  | { readonly t: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly t: 'null'; readonly span: Span }
  | { readonly t: 'undefined'; readonly span: Span }
  | { readonly t: 'list'; readonly items: readonly StaticValue[]; readonly span: Span }
  | { readonly t: 'record'; readonly entries: readonly StaticEntry[]; readonly span: Span }
  | { readonly t: 'symbol'; readonly target: SymbolRef; readonly span: Span }
  | { readonly t: 'dynamic'; readonly why: DynamicReason; readonly span: Span };

export interface StaticEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: StaticValue;
}

/** A declaration that an expression names: a class of the project, a global such as `String`, an export of nimbusc. */
export type SymbolRef =
  | { readonly of: 'class'; readonly file: string; readonly name: string; readonly declaredAt: Span }
  | { readonly of: 'function'; readonly file: string; readonly name: string; readonly declaredAt: Span }
  | { readonly of: 'global'; readonly name: string }
  | { readonly of: 'nimbus'; readonly name: string };

/** Why an expression has no value at compile time; `detail` is the user's text the sentence is about. */
export interface DynamicReason {
  readonly reason:
    | 'call' // a function would have to run
    | 'environment' // process.env, import.meta.env
    | 'mutable-binding' // let, var, or a property that may change
    | 'unresolved' // no such name, or its module cannot be found
    | 'no-such-member' // the object, enum or class has no such member
    | 'cycle' // the constant depends on itself
    | 'not-a-number' // arithmetic without a finite result
    | 'unsupported-syntax'; // any other form
  readonly detail: string;
  /** Where the thing that makes it dynamic is declared, when that is another place. */
  readonly declaredAt: Span | null;
  /** Of unsupported syntax: what is wrong with it, when that is more than that it has no value. */
  readonly problem?: string;
  /** Of a member that is not there: the one that was probably meant. */
  readonly nearest?: string | null;
}
