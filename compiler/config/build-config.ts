/** A checked configuration with its defaults filled in, and where each key and value stands. */

import {
  type ApprovedFinding,
  type Backend,
  configDefaults,
  type JsonObject,
  type NimbusConfig,
  type PerStage,
} from './config.js';
import type { ConfigNode, Range } from './config-node.js';
import { toPlain } from './config-node.js';
import { chosenBackend } from './config-schema.js';

/** What the schema lets through, as a user writes it. */
type Written = {
  readonly [K in Exclude<
    keyof NimbusConfig,
    'source' | 'backend' | 'bundle' | 'review' | `defaultAllowed${string}`
  >]?: NimbusConfig[K];
} & {
  readonly projectName: string;
  readonly source?: string | readonly string[];
  readonly bundle?: Partial<NimbusConfig['bundle']>;
  readonly defaultAllowedOrigin?: string | Readonly<Record<string, string>>;
  readonly defaultAllowedHeaders?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  readonly backend?: Readonly<Record<string, JsonObject>>;
  readonly review?: { readonly failOn?: readonly string[]; readonly approved?: readonly Partial<ApprovedFinding>[] };
};

/** The root must have passed the check. */
export function buildConfig(root: ConfigNode): NimbusConfig {
  const { $schema: _, projectName, ...written } = toPlain(root) as Written & { readonly $schema?: string };
  const { source, bundle, backend, review, defaultAllowedOrigin, defaultAllowedHeaders, ...rest } = written;
  return {
    projectName,
    ...configDefaults,
    ...rest,
    source: typeof source === 'string' ? [source] : (source ?? null),
    bundle: { ...configDefaults.bundle, ...bundle },
    review: {
      failOn: review?.failOn ?? null,
      approved: (review?.approved ?? []).map(({ rule = '', address = null, reason = '', until = null }) => ({
        rule,
        address,
        reason,
        until,
      })),
    },
    backend: backend === undefined ? configDefaults.backend : backends(root, backend),
    defaultAllowedOrigin: perStage(defaultAllowedOrigin, (value) => typeof value === 'string'),
    defaultAllowedHeaders: perStage<readonly string[]>(defaultAllowedHeaders, Array.isArray),
  };
}

function perStage<T>(written: T | Readonly<Record<string, T>> | undefined, isOne: (value: unknown) => boolean): PerStage<T> {
  if (written === undefined) return { everywhere: null, byStage: {} };
  return isOne(written)
    ? { everywhere: written as T, byStage: {} }
    : { everywhere: null, byStage: written as Readonly<Record<string, T>> };
}

function backends(root: ConfigNode, written: Readonly<Record<string, JsonObject>>): PerStage<Backend> {
  const one = ([type, settings]: readonly [string, JsonObject]): Backend => ({ type, settings });
  const entries = Object.entries(written);
  if (chosenBackend(root) === 'single') return { everywhere: entries.map(one)[0] ?? null, byStage: {} };
  const stages = entries.flatMap(([stage, value]) =>
    Object.entries(value as Readonly<Record<string, JsonObject>>).map((entry) => [stage, one(entry)] as const),
  );
  return { everywhere: null, byStage: Object.fromEntries(stages) };
}

/** Places of a key and of its value; a key's is null for items of a list. */
export interface ConfigPlace {
  readonly key: Range | null;
  readonly value: Range;
}

/** By path as JSON text: `["bundle","minify"]`. The root is `[]`. */
export function placesOf(root: ConfigNode): Readonly<Record<string, ConfigPlace>> {
  const places: Record<string, ConfigPlace> = {};
  const visit = (node: ConfigNode, path: readonly (string | number)[], key: Range | null): void => {
    places[JSON.stringify(path)] = { key, value: node.at };
    if (node.t === 'list') for (const [index, item] of node.items.entries()) visit(item, [...path, index], null);
    if (node.t === 'map') for (const entry of node.entries) visit(entry.value, [...path, entry.key], entry.keyAt);
  };
  visit(root, [], null);
  return places;
}
