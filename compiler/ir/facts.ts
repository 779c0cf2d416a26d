/**
 * What one source file says, as plain data: imports, exports, constants, classes with their decorators and members.
 * Facts depend on the text of their file alone, so they are cached by its hash; everything that needs other files
 * (what an import means, what a constant is worth) is answered later, from facts, without a syntax tree.
 */

/** Offsets in the file the facts belong to: start, end (exclusive), in UTF-16 code units. */
export type Range = readonly [start: number, end: number];

export interface FileFacts {
  readonly syntaxErrors: readonly { readonly message: string; readonly at: Range }[];
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  /** `export * from './x.js'` */
  readonly stars: readonly { readonly from: string; readonly at: Range }[];
  /** Every module specifier of the file, bare imports included; sorted, unique. */
  readonly specifiers: readonly string[];
  readonly values: { readonly [name: string]: ValueFact };
  readonly types: { readonly [name: string]: TypeDeclFact };
  readonly classes: readonly ClassFact[];
  /** Decorators on what can have none: functions, variables, enums and the like. */
  readonly stray: readonly { readonly decorator: DecoratorFact; readonly found: string }[];
  /** Names whose members the file assigns to or deletes (`SETTINGS.path = ...`): their initialisers prove nothing. */
  readonly mutated: readonly string[];
  /** The same, by the first member: `SETTINGS.path`, or `SETTINGS.*` where it may be any. Sorted; absent when there is none. */
  readonly writtenMembers?: readonly string[];
  /** Template literals of several lines, in which nothing is a comment; only when the file has a suppression somewhere. */
  readonly texts?: readonly Range[];
}

/** Those of a file that says nothing, or that nobody could read. */
export const NO_FACTS: FileFacts = {
  syntaxErrors: [],
  imports: [],
  exports: [],
  stars: [],
  specifiers: [],
  values: {},
  types: {},
  classes: [],
  stray: [],
  mutated: [],
};

export interface ImportFact {
  readonly local: string;
  readonly from: string;
  /** The exported name, `default`, or `*` for a namespace import. */
  readonly name: string;
  readonly at: Range;
}

/** `export { local as name }`, an exported declaration (`local` = its name), or `export { imported as name } from`. */
export interface ExportFact {
  readonly name: string;
  readonly local: string | null;
  readonly from: string | null;
  readonly imported: string | null;
  /** `export type { ... }`: there is nothing of it at run time. */
  readonly typeOnly?: true;
  readonly at: Range;
}

export type ValueFact =
  | { readonly t: 'const'; readonly init: Expr | null; readonly type: TypeFact | null; readonly at: Range }
  | { readonly t: 'mutable'; readonly word: 'let' | 'var'; readonly at: Range }
  | { readonly t: 'enum'; readonly members: readonly EnumMemberFact[]; readonly at: Range }
  | { readonly t: 'class'; readonly index: number; readonly at: Range }
  | { readonly t: 'function'; readonly at: Range }
  /** A const taken out of an object or array pattern: `const { a: [b] } = source`. */
  | { readonly t: 'pick'; readonly source: Expr; readonly path: readonly (string | number)[]; readonly at: Range }
  | { readonly t: 'namespace'; readonly values: { readonly [name: string]: ValueFact }; readonly at: Range };

export interface EnumMemberFact {
  readonly name: string;
  readonly init: Expr | null;
  readonly at: Range;
}

/** A literal-shaped expression, or `opaque` with the reason why it can have no value at compile time. */
export type Expr =
  | { readonly t: 'lit'; readonly v: string | number | boolean | null; readonly at: Range }
  | { readonly t: 'template'; readonly parts: readonly (string | Expr)[]; readonly at: Range }
  /** `first op e op e ...`, from left to right: flat, because chains of texts get long. */
  | { readonly t: 'binary'; readonly first: Expr; readonly rest: readonly OperandExpr[]; readonly at: Range }
  | { readonly t: 'unary'; readonly op: string; readonly e: Expr; readonly at: Range }
  | { readonly t: 'cond'; readonly c: Expr; readonly a: Expr; readonly b: Expr; readonly at: Range }
  | { readonly t: 'name'; readonly name: string; readonly at: Range }
  | {
      readonly t: 'member';
      readonly o: Expr;
      readonly name: string;
      readonly nameAt: Range;
      readonly chain?: Chain;
      readonly at: Range;
    }
  | { readonly t: 'index'; readonly o: Expr; readonly i: Expr; readonly chain?: Chain; readonly at: Range }
  | { readonly t: 'array'; readonly items: readonly (Expr | SpreadExpr)[]; readonly at: Range }
  | { readonly t: 'object'; readonly props: readonly (PropExpr | SpreadExpr)[]; readonly at: Range }
  | { readonly t: 'opaque'; readonly form: OpaqueForm; readonly text: string; readonly at: Range };

/** `link`: the access is written `?.`; `part`: it belongs to a chain with such a link before it, and falls with it. */
export type Chain = 'link' | 'part';

export interface OperandExpr {
  readonly op: string;
  readonly e: Expr;
  /** All of the chain up to here. */
  readonly at: Range;
}

export interface SpreadExpr {
  readonly t: 'spread';
  readonly e: Expr;
  readonly at: Range;
}

export interface PropExpr {
  readonly t: 'prop';
  /** A computed key is an expression. */
  readonly key: string | Expr;
  readonly keyAt: Range;
  readonly value: Expr;
  readonly at: Range;
}

export type OpaqueForm = 'call' | 'function' | 'class' | 'syntax' | 'this' | 'too-large';

export interface DecoratorFact {
  readonly callee: Expr;
  /** Null when the decorator is written without a call: `@AfterDeployment`. */
  readonly args: readonly (Expr | SpreadExpr)[] | null;
  /** The whole decorator, from `@` on. */
  readonly at: Range;
}

export interface ClassFact {
  /** Null for `export default class { }` and class expressions without a name. */
  readonly name: string | null;
  readonly nameAt: Range;
  readonly at: Range;
  readonly abstract: boolean;
  /** Only declared, and defined elsewhere: `declare class`, and all of a declaration file. */
  readonly ambient: boolean;
  /** Declared at the top level of the module; others cannot be exported. */
  readonly topLevel: boolean;
  readonly decorators: readonly DecoratorFact[];
  readonly extends: Expr | null;
  readonly typeParameters: readonly string[];
  readonly members: readonly MemberFact[];
  /** Parameters that the constructor cannot do without; null when the class declares no constructor. */
  readonly requiredConstructorParameters: number | null;
  readonly constructorAt: Range | null;
}

export interface MemberFact {
  readonly t: 'method' | 'property' | 'getter' | 'setter' | 'accessor' | 'constructor' | 'parameter-property';
  /** Null for computed names. Private names keep their `#`. */
  readonly name: string | null;
  readonly nameAt: Range;
  readonly static: boolean;
  readonly abstract: boolean;
  readonly visibility: 'public' | 'protected' | 'private';
  readonly readonly: boolean;
  readonly optional: boolean;
  readonly decorators: readonly DecoratorFact[];
  /** False for overload signatures. */
  readonly hasBody: boolean;
  readonly params: readonly ParamFact[];
  readonly type: TypeFact | null;
  readonly init: Expr | null;
}

export interface ParamFact {
  readonly name: string;
  readonly type: TypeFact | null;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly decorators: readonly DecoratorFact[];
  readonly at: Range;
}

export type TypeFact =
  | { readonly t: 'keyword'; readonly name: string; readonly at: Range }
  | { readonly t: 'literal'; readonly v: string | number | boolean | null; readonly at: Range }
  | { readonly t: 'ref'; readonly name: readonly string[]; readonly args: readonly TypeFact[]; readonly at: Range }
  | { readonly t: 'array'; readonly of: TypeFact; readonly at: Range }
  | { readonly t: 'tuple'; readonly items: readonly TypeFact[]; readonly at: Range }
  | { readonly t: 'union'; readonly of: readonly TypeFact[]; readonly at: Range }
  | { readonly t: 'object'; readonly props: readonly TypePropFact[]; readonly index: TypeFact | null; readonly at: Range }
  | { readonly t: 'other'; readonly at: Range };

export interface TypePropFact {
  readonly name: string;
  readonly type: TypeFact | null;
  readonly optional: boolean;
}

export type TypeDeclFact =
  | { readonly t: 'alias'; readonly params: readonly string[]; readonly type: TypeFact; readonly at: Range }
  | {
      readonly t: 'interface';
      readonly params: readonly string[];
      readonly extends: readonly TypeFact[];
      readonly type: TypeFact;
      readonly at: Range;
    };
