/** A parsed configuration, the same for YAML and JSON: values with their places, nothing interpreted. */

/** Offsets in the file's text; the file is the same for all of them. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type ConfigNode =
  | { readonly t: 'string'; readonly value: string; readonly at: Range }
  | { readonly t: 'number'; readonly value: number; readonly at: Range }
  | { readonly t: 'boolean'; readonly value: boolean; readonly at: Range }
  | { readonly t: 'null'; readonly at: Range }
  | { readonly t: 'list'; readonly items: readonly ConfigNode[]; readonly at: Range }
  | ConfigMap;

export interface ConfigMap {
  readonly t: 'map';
  /** In the order of the file; a key may occur twice, which is reported while checking. */
  readonly entries: readonly ConfigEntry[];
  readonly at: Range;
}

export interface ConfigEntry {
  readonly key: string;
  readonly keyAt: Range;
  readonly value: ConfigNode;
}

/** Why a text is no configuration at all. */
export interface ParseProblem {
  readonly why: 'syntax' | 'too-large';
  /** Goes on from "is not valid YAML: " or "is not read further: ". */
  readonly problem: string;
  readonly hint: string | null;
  readonly label: string;
  readonly at: Range;
}

/** `root` is null when the text has no content. */
export type Parsed =
  | { readonly ok: true; readonly root: ConfigNode | null }
  | { readonly ok: false; readonly problem: ParseProblem };

/** More than any person writes; stops what grows without end. */
export const MOST_NODES = 20_000;
export const DEEPEST = 100;

/** The value as JavaScript has it. Of a key that is given twice the first one counts. */
export function toPlain(node: ConfigNode): unknown {
  switch (node.t) {
    case 'null':
      return null;
    case 'list':
      return node.items.map(toPlain);
    case 'map': {
      const values = new Map<string, unknown>();
      for (const { key, value } of node.entries) if (!values.has(key)) values.set(key, toPlain(value));
      return Object.fromEntries(values);
    }
    default:
      return node.value;
  }
}

/** The value of a key of a map; undefined when it is absent. */
export function entryOf(node: ConfigNode, key: string): ConfigEntry | undefined {
  return node.t === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}
