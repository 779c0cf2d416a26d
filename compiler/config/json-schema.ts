/** The part of JSON Schema (2020-12) that the configuration is described with, and a few words of our own for messages. */
import type { ConfigNode } from './config-node.js';

export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: { readonly pattern: string };
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly anyOf?: readonly JsonSchema[];

  /** The value in words, as in "must be ...". Not published. */
  readonly what?: string;
  /** Each key of an open object in words, as in "must be ...". Not published. */
  readonly keysAre?: string;
  /** A value that was probably meant instead of one that does not match the pattern. Not published. */
  readonly repair?: (value: string) => string;
  /** Which alternative of `anyOf` is meant, when the value's type does not tell. Not published. */
  readonly choose?: (node: ConfigNode) => number;
}

const OURS: ReadonlySet<string> = new Set<keyof JsonSchema>(['what', 'keysAre', 'repair', 'choose']);

/** The schema as it is published. */
export function published(schema: JsonSchema): unknown {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (OURS.has(key) ? undefined : value)));
}
