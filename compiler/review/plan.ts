/**
 * What a review starts from: the changes of all resources, whether a Terraform plan or two modules say so. Values are as
 * Terraform has them and never shown without looking at `sensitive`.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import type { GraphJson } from '../ir/serialise.js';

export interface PlannedChange {
  /** With its module and key: `module.api.aws_sqs_queue.orders["a"]`. */
  readonly address: string;
  /** `module.api`, or empty. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  readonly action: 'no-op' | 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'read';
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** True where a value is known only after the apply; the shape follows `after`. */
  readonly unknown: JsonValue;
  readonly sensitive: { readonly before: JsonValue; readonly after: JsonValue };
  /** Settings that force a replacement. */
  readonly replacePaths: readonly string[];
  /** Terraform's `action_reason`. */
  readonly reason: string | null;
  readonly previousAddress: string | null;
  readonly importing: boolean;
  /** An object left over from a replacement that failed. */
  readonly deposed: boolean;
}

export interface PlannedChanges {
  readonly of: 'plan' | 'source';
  /** Those without change too: they say what names and ARNs mean. */
  readonly changes: readonly PlannedChange[];
  /** What happened outside of Terraform since the last apply. */
  readonly drift: readonly PlannedChange[];
  /** The settings written for a resource, by address without key; templates stand as they are written. */
  readonly settings: (address: string, side: 'before' | 'after') => JsonObject | null;
  /** Addresses that a resource refers to, with those that these refer to. */
  readonly references: (address: string, side: 'before' | 'after') => readonly string[];
  /** Whether an address is among the references of another. */
  readonly refersTo: (address: string, other: string, side: 'before' | 'after') => boolean;
  /** False when planning ended in an error: what is missing may be the worst. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

/** The module of a stage, as the provider emits it. */
export interface ModuleFacts {
  readonly text: string;
  /** Bytes of the zips by their path in the module. */
  readonly bytes: ReadonlyMap<string, number>;
  /** Zips that hold other code than their hash says: packages of a version that is not installed. */
  readonly otherCode: ReadonlySet<string>;
}

/** Beside the plan: what a build has written about the source as it is now. */
export interface BuildFacts {
  readonly graph: GraphJson | null;
  /** The zips by their path in the module; null when there is no build. */
  readonly zips: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }> | null;
}

/** Of `aws_sqs_queue.orders["a"]` and of `aws_sqs_queue.orders[0]`: what is written once for all of its instances. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/gu, '');
}
