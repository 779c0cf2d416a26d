/**
 * `nimbus.lock.json`: of the last build of each stage, what holds data and what was deployed under which name. Committed, so
 * it is made to be reviewed and merged: sorted, a line for each function and each stored attribute, nothing that changes
 * when code moves.
 */
import { type ConfigMap, type ConfigNode, entryOf, type Range } from '../config/config-node.js';
import { parseJson } from '../config/parse-json.js';
import { guardCodes } from '../diagnostics/codes/guard.js';
import type { DiagnosticSink, Outcome } from '../diagnostics/diagnostic.js';
import { compareText, type ProjectPath, type Span } from '../ir/span.js';
import type { StoredTypes } from './stored-types.js';

const LOCK_VERSION = 1;

/** Something that holds data. */
export interface LockedThing {
  readonly kind: string;
  /** What its names are made of: `Order`. */
  readonly called: string;
  /** In the cloud: `Orderprod`. */
  readonly name: string;
  /** The name that its declaration would give it, where it keeps another. */
  readonly declares?: string;
  /** What it was called when the names of what belongs to it were made. */
  readonly formerly?: string;
  /** What one that was renamed has in common with its former self, beside what follows. */
  readonly likeness?: string;
  /** What cannot be changed in place: `key`. */
  readonly settled?: { readonly [property: string]: string };
  readonly columns?: StoredTypes;
}

export interface LockedFunction {
  /** `Chat.onMessage` */
  readonly called: string;
  readonly formerly?: string;
  /** What starts it, without its own name; sorted. */
  readonly startedBy: readonly string[];
}

/** By Terraform address. */
export interface LockedStage {
  readonly data: { readonly [address: string]: LockedThing };
  readonly functions: { readonly [address: string]: LockedFunction };
  /** Old address to new one, of all renames so far that the source has not undone. */
  readonly moved: { readonly [from: string]: string };
}

export interface Lock {
  readonly stages: { readonly [stage: string]: LockedStage };
}

export const EMPTY_LOCK: Lock = { stages: {} };
export const EMPTY_STAGE: LockedStage = { data: {}, functions: {}, moved: {} };

export interface ReadLock {
  readonly lock: Lock;
  /** Where the entry of something that holds data stands. */
  placeOf(stage: string, address: string): Span | null;
}

/** `file`: the path for spans and messages. `text`: null when there is none, as before the first build. */
export function readLock(file: ProjectPath, text: string | null, sink: DiagnosticSink): Outcome<ReadLock> {
  if (text === null) return { ok: true, value: { lock: EMPTY_LOCK, placeOf: () => null } };
  const damaged = (problem: string, at: Range, conflict = false): Outcome<never> => ({
    ok: false,
    reported: sink.for(guardCodes).report('NIM1801', { file, problem, conflict }, spanAt(file, text, at)),
  });
  const marker = /^(?:<{7}|={7}|>{7}|\|{7})/m.exec(text);
  if (marker !== null)
    return damaged('it has marks of a merge conflict', { start: marker.index, end: marker.index + marker[0].length }, true);
  const parsed = parseJson(text);
  if (!parsed.ok) return damaged(parsed.problem.problem, parsed.problem.at);
  if (parsed.root === null) return damaged('it is empty', { start: 0, end: 0 });
  const root = parsed.root;
  const version = entryOf(root, 'lockVersion')?.value;
  if (version?.t !== 'number') return damaged('it has no "lockVersion"', root.at);
  if (version.value > LOCK_VERSION) {
    const params = { file, version: version.value, known: LOCK_VERSION };
    return { ok: false, reported: sink.for(guardCodes).report('NIM1802', params, { file, ...version.at }) };
  }
  try {
    return { ok: true, value: { lock: lockOf(root), placeOf: placesIn(file, root) } };
  } catch (error) {
    if (error instanceof Unexpected) return damaged(error.message, error.at);
    throw error;
  }
}

/** Of what goes over several lines, the first; of what is missing at the end, the last character. */
function spanAt(file: ProjectPath, text: string, { start, end }: Range): Span {
  const from = Math.max(0, Math.min(start, text.length - 1));
  const line = text.indexOf('\n', from + 1);
  return { file, start: from, end: Math.max(Math.min(end, line < 0 ? text.length : line), Math.min(from + 1, text.length)) };
}

/** Ends with a newline. Two locks of the same content are the same text. */
export function lockText({ stages }: Lock): string {
  const entries = sorted(stages).map(([stage, { data, functions, moved }]) => {
    const parts = [
      section('data', data, (thing) => indented(thing, 8)),
      section('functions', functions, oneLine),
      section('moved', moved, oneLine),
    ].filter((part) => part !== null);
    return `    ${JSON.stringify(stage)}: {${parts.length === 0 ? '' : `\n${parts.join(',\n')}\n    `}}`;
  });
  return `{\n  "lockVersion": ${LOCK_VERSION},\n  "stages": {${entries.length === 0 ? '' : `\n${entries.join(',\n')}\n  `}}\n}\n`;
}

function section<T>(name: string, entries: { readonly [key: string]: T }, write: (value: T) => string): string | null {
  const lines = sorted(entries).map(([key, value]) => `        ${JSON.stringify(key)}: ${write(value)}`);
  return lines.length === 0 ? null : `      "${name}": {\n${lines.join(',\n')}\n      }`;
}

const sorted = <T>(entries: { readonly [key: string]: T }): [string, T][] =>
  Object.entries(entries).sort(([a], [b]) => compareText(a, b));

/** Each part has its place, whoever made the entry in what order. */
function indented(thing: LockedThing, columns: number): string {
  const { kind, called, formerly, name, declares, likeness, settled, columns: stored } = thing;
  const ordered = {
    ...{ kind, called, formerly, name, declares, likeness },
    settled: settled && Object.fromEntries(sorted(settled)),
    columns: stored && Object.fromEntries(sorted(stored)),
  };
  return JSON.stringify(ordered, null, 2).replaceAll('\n', `\n${' '.repeat(columns)}`);
}

function oneLine(value: LockedFunction | string): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const { called, formerly, startedBy } = value;
  const former = formerly === undefined ? '' : `"formerly": ${JSON.stringify(formerly)}, `;
  return `{ "called": ${JSON.stringify(called)}, ${former}"startedBy": ${listText(startedBy)} }`;
}

const listText = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(', ')}]`;

// --- reading

/** Something is not as `lockText` writes it; never leaves this file. */
class Unexpected extends Error {
  constructor(
    message: string,
    readonly at: Range,
  ) {
    super(message);
  }
}

function lockOf(root: ConfigNode): Lock {
  return { stages: mapOf(field(root, 'stages'), stageOf) };
}

function stageOf(node: ConfigNode): LockedStage {
  return {
    data: mapOf(optional(node, 'data'), (one) => ({
      kind: text(field(one, 'kind')),
      called: text(field(one, 'called')),
      name: text(field(one, 'name')),
      ...given('declares', optional(one, 'declares'), text),
      ...given('formerly', optional(one, 'formerly'), text),
      ...given('likeness', optional(one, 'likeness'), text),
      ...given('settled', optional(one, 'settled'), (map) => mapOf(map, text)),
      ...given('columns', optional(one, 'columns'), (map) => mapOf(map, text)),
    })),
    functions: mapOf(optional(node, 'functions'), (one) => ({
      called: text(field(one, 'called')),
      ...given('formerly', optional(one, 'formerly'), text),
      startedBy: texts(field(one, 'startedBy')),
    })),
    moved: mapOf(optional(node, 'moved'), text),
  };
}

function given<K extends string, T>(key: K, node: ConfigNode | null, read: (node: ConfigNode) => T): { readonly [P in K]?: T } {
  return (node === null ? {} : { [key]: read(node) }) as { readonly [P in K]?: T };
}

function optional(node: ConfigNode, key: string): ConfigNode | null {
  asMap(node);
  return entryOf(node, key)?.value ?? null;
}

function field(node: ConfigNode, key: string): ConfigNode {
  const value = optional(node, key);
  if (value === null) throw new Unexpected(`"${key}" is missing here`, node.at);
  return value;
}

function asMap(node: ConfigNode): ConfigMap {
  if (node.t !== 'map') throw new Unexpected('an object is expected here', node.at);
  return node;
}

function mapOf<T>(node: ConfigNode | null, read: (node: ConfigNode) => T): { readonly [key: string]: T } {
  if (node === null) return {};
  const known = new Map<string, T>();
  for (const { key, keyAt, value } of asMap(node).entries) {
    // as a merge leaves it that kept the lines of both sides
    if (known.has(key)) throw new Unexpected(`"${key}" is there twice`, keyAt);
    known.set(key, read(value));
  }
  return Object.fromEntries(known);
}

function text(node: ConfigNode): string {
  if (node.t !== 'string') throw new Unexpected('a text is expected here', node.at);
  return node.value;
}

function texts(node: ConfigNode): readonly string[] {
  if (node.t !== 'list') throw new Unexpected('a list is expected here', node.at);
  return node.items.map(text);
}

function placesIn(file: ProjectPath, root: ConfigNode): ReadLock['placeOf'] {
  return (stage, address) => {
    let at: ConfigNode | undefined = root;
    for (const key of ['stages', stage, 'data']) at = at === undefined ? undefined : entryOf(at, key)?.value;
    const entry = at === undefined ? undefined : entryOf(at, address);
    return entry === undefined ? null : { file, ...entry.keyAt };
  };
}
