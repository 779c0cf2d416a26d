/**
 * What a review says, neutral to the cloud and to where it came from (a Terraform plan, or two states of the source).
 * Plain data, sorted; `--format json` is this, and every other format is made from it.
 */

/** In the order in which they are shown: the worst first. */
export const categories = [
  'data-loss',
  'log-loss',
  'stored-data',
  'exposure',
  'permissions',
  'replacement',
  'drift',
  'behaviour',
] as const;
export type Category = (typeof categories)[number];

export type Level = 'error' | 'warning' | 'note';

export type Action = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'move' | 'import' | 'read';

/** A line of the source, as the tag of a resource or the graph names it. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  /** `before`: the line of the former source, for what is gone from the new one. */
  readonly side: 'before' | 'after';
}

export interface Finding {
  /** `data-loss/table-destroyed`: stable, for gates and for exceptions. */
  readonly rule: string;
  readonly category: Category;
  readonly level: Level;
  /** The Terraform address, with its module. */
  readonly address: string;
  /** What users call it: `Chat.onMessage`, `UserDetail`. */
  readonly subject: string;
  /** One sentence. */
  readonly message: string;
  /** What it means, or why it is so; empty when the sentence says all. */
  readonly notes: readonly string[];
  readonly source: SourceLine | null;
  /** Lines that justify it: the calls or decorators for which a permission is granted. */
  readonly because: readonly SourceLine[];
  /** No resource of nimbusc's. */
  readonly foreign: boolean;
  /** Why it does not fail the review, when somebody has decided so. */
  readonly approved: Approval | null;
}

export interface Approval {
  readonly reason: string;
  /** The last day on which it counts, `2026-12-31`; null: for ever. */
  readonly until: string | null;
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly subject: string;
  readonly action: Action;
  /** The address before it was moved. */
  readonly previousAddress: string | null;
  /** Settings that change, by their Terraform name, sorted. For a replacement, those that force it. */
  readonly attributes: readonly string[];
  /** Nothing of its own changes: it follows from changes of what it refers to. */
  readonly follows: boolean;
  /** Why, when the plan says more than the settings do. */
  readonly reason: string | null;
  readonly source: SourceLine | null;
  readonly foreign: boolean;
}

export interface FunctionChange {
  readonly address: string;
  readonly name: string;
  readonly action: Action;
  /** `code`, `environment: MOST`, `memory_size: 1024 to 512`. */
  readonly reasons: readonly string[];
  /** Files and packages by which its code differs; empty when that cannot be known. */
  readonly causes: readonly { readonly kind: 'own' | 'shared' | 'dependency' | 'nimbusc'; readonly name: string }[];
  readonly bytes: { readonly before: number | null; readonly after: number | null };
  readonly source: SourceLine | null;
}

export interface Review {
  readonly project: string | null;
  readonly stage: string | null;
  /** `plan`: of a Terraform plan. `source`: of two states of the source. */
  readonly of: 'plan' | 'source';
  /** False when the plan ended in an error. */
  readonly complete: boolean;
  readonly counts: Readonly<Record<Action, number>>;
  /** By category, level, address, rule. */
  readonly findings: readonly Finding[];
  /** By address. */
  readonly changes: readonly ResourceChange[];
  readonly functions: readonly FunctionChange[];
  /** What this review cannot know, or what is odd about its input. */
  readonly notes: readonly string[];
}
