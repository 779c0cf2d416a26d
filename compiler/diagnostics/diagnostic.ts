/**
 * What a problem is. A diagnostic is made in one act with reporting it (`Reporter.report`), and a failure can only be
 * obtained by reporting (`Reported`), so nothing fails silently and nothing is reported twice.
 */
import type { Span } from '../ir/span.js';

export type Code = `NIM${number}`;
export type Severity = 'error' | 'warning' | 'info';

/** A place with a few words about it: "first declared here". */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface Diagnostic {
  readonly code: Code;
  /** Readable name of the code, kebab-case: `queue-timeout-too-short`. */
  readonly slug: string;
  readonly severity: Severity;
  /** One sentence that names the user's thing; advice belongs into `hint`. */
  readonly message: string;
  /** Null only for problems of the project as a whole. */
  readonly primary: Label | null;
  readonly related: readonly Label[];
  readonly notes: readonly string[];
  /** What to write instead. */
  readonly hint: string | null;
  readonly fixes: readonly Fix[];
  /** Stages in which the problem exists; empty when it does not depend on the stage. */
  readonly stages: readonly string[];
}

/** One row of the catalogue. `explain` is the long text of `nimbusc explain NIM1234` (Markdown): what it means, a bad and a good example. */
export interface CodeSpec<P> {
  readonly slug: string;
  readonly severity: Severity;
  readonly message: (params: P) => string;
  readonly hint?: (params: P) => string | null;
  readonly explain: string;
}

/** Gives a row its parameter type: `NIM1101: code<{ name: string }>({ ... })`. */
export function code<P = Record<never, never>>(spec: CodeSpec<P>): CodeSpec<P> {
  return spec;
}

// biome-ignore lint/suspicious/noExplicitAny: the parameter type of each row differs; `ParamsOf` gets it back
export type CodeTable = { readonly [C in Code]?: CodeSpec<any> };
export type ParamsOf<S> = S extends CodeSpec<infer P> ? P : never;

/** Keeps the exact rows of a table, so that `report` knows each code's parameters. */
export function defineCodes<T extends CodeTable>(table: T): T {
  return table;
}

declare const reported: unique symbol;
/** Proof that a diagnostic was reported; only the sink makes one. */
export interface Reported {
  readonly [reported]: true;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reported: Reported };

/** What may accompany a report; `label` is the text beside the underlined range. */
export interface ReportExtras {
  readonly label?: string;
  readonly related?: readonly Label[];
  readonly notes?: readonly string[];
  /** Replaces the hint of the catalogue. */
  readonly hint?: string;
  readonly fixes?: readonly Fix[];
  readonly stages?: readonly string[];
}

export interface Reporter<T extends CodeTable> {
  report<C extends keyof T & Code>(code: C, params: ParamsOf<T[C]>, where: Span | null, extras?: ReportExtras): Reported;
}

/** Where diagnostics go. One sink per run; `for(table)` narrows it to the codes that the caller owns. */
export interface DiagnosticSink {
  for<T extends CodeTable>(table: T): Reporter<T>;
  /** True when a diagnostic of severity error has been reported. */
  readonly failed: boolean;
}
