/**
 * In: what a doc comment says. Out: its description, the limits that its tags set, and what is wrong with them. Tags have
 * the names of JSON Schema's keywords, as the common generators read them.
 */
import { ts } from 'ts-morph';
import type { JsonValue } from '../../../ir/json.js';
import { type Doc, STRING_FORMATS, type StringFormat, type WireType } from '../../../ir/wire-type.js';
import { isSlowPattern } from './slow-pattern.js';

export interface Comment {
  readonly doc: Doc | null;
  readonly limits: Limits;
  /** `@additionalProperties false`. */
  readonly closed: boolean;
  readonly problems: readonly TagProblem[];
  /** A pattern that can take exponential time. */
  readonly slow: string | null;
}

export interface Limits {
  readonly numbers: { readonly [K in NumberTag]?: number };
  readonly pattern?: string;
  readonly format?: StringFormat;
  readonly integer?: boolean;
}

export interface TagProblem {
  readonly tag: string;
  /** Ends the sentence `@tag ...`. */
  readonly problem: string;
}

const NUMBER_TAGS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const;
type NumberTag = (typeof NUMBER_TAGS)[number];
/** Names that other tools have for limits, or that differ by capitals, to those meant. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['min', 'minimum'],
  ['max', 'maximum'],
  ...[...NUMBER_TAGS, 'additionalProperties'].map((name) => [name.toLowerCase(), name] as const),
]);
const COUNTS: readonly string[] = ['minLength', 'maxLength', 'minItems', 'maxItems'];

export const NO_LIMITS: Limits = { numbers: {} };
export const NO_COMMENT: Comment = { doc: null, limits: NO_LIMITS, closed: false, problems: [], slow: null };

/** Reads what TypeScript found in the comments of a symbol or a signature. */
export function readComment(description: readonly ts.SymbolDisplayPart[], tags: readonly ts.JSDocTagInfo[]): Comment {
  if (description.length === 0 && tags.length === 0) return NO_COMMENT;
  const problems: TagProblem[] = [];
  const numbers: { [K in NumberTag]?: number } = {};
  const limits: { pattern?: string; format?: StringFormat; integer?: boolean } = {};
  const params: { [name: string]: string } = {};
  const doc: { description: string | null; default?: JsonValue; examples?: JsonValue[]; deprecated?: boolean } = {
    description: plain(description),
  };
  let closed = false;
  for (const { name, text } of tags) {
    const value = (plain(text ?? []) ?? '').trim();
    if (isNumberTag(name)) {
      const problem = numberProblem(name, value);
      if (problem === null) numbers[name] = Number(value);
      else problems.push({ tag: name, problem });
    } else if (name === 'pattern') {
      if (value !== '' && isPattern(value)) limits.pattern = value;
      else problems.push({ tag: name, problem: 'is followed by no regular expression that JavaScript can read' });
    } else if (name === 'format') {
      const format = STRING_FORMATS.find((known) => known === value);
      if (format !== undefined) limits.format = format;
      else if (/^(int32|int64|integer)$/.test(value)) limits.integer = true;
      else if (!/^(float|double|byte|binary|password)$/.test(value))
        problems.push({ tag: name, problem: `is followed by "${value}", which is none of ${STRING_FORMATS.join(', ')}` });
    } else if (name === 'integer' || (name === 'type' && /^\{?integer\}?$/.test(value))) limits.integer = true;
    else if (name === 'default') doc.default = jsonOf(value);
    else if (name === 'example') doc.examples = [...(doc.examples ?? []), jsonOf(value)];
    else if (name === 'deprecated') doc.deprecated = true;
    else if (name === 'param') Object.assign(params, paramText(value));
    else if (name === 'additionalProperties') {
      if (value === 'false') closed = true;
      else if (value !== 'true') problems.push({ tag: name, problem: 'is followed by neither true nor false' });
    } else if (MEANT.has(name.toLowerCase())) {
      problems.push({ tag: name, problem: `limits nothing, but @${MEANT.get(name.toLowerCase())} would` });
    }
  }
  const whole: Doc = Object.keys(params).length === 0 ? doc : { ...doc, params };
  const says = doc.description !== null || Object.keys(whole).length > 1;
  const slow = limits.pattern !== undefined && isSlowPattern(limits.pattern) ? limits.pattern : null;
  return { doc: says ? whole : null, limits: { numbers, ...limits }, closed, problems, slow };
}

/** The type with limits, where it is of the kind that they limit; of a union, the members that are. `used` is told which tags fit. */
export function withLimits(type: WireType, limits: Limits): WireType {
  const { numbers, pattern, format, integer } = limits;
  switch (type.t) {
    case 'union': {
      const members = type.of.map((member) => withLimits(member, limits));
      return members.some((member, index) => member !== type.of[index]) ? { t: 'union', of: members } : type;
    }
    case 'string': {
      const own = pick(numbers, ['minLength', 'maxLength']);
      if (Object.keys(own).length === 0 && pattern === undefined && format === undefined) return type;
      return { ...type, ...own, ...(pattern === undefined ? {} : { pattern }), ...(format === undefined ? {} : { format }) };
    }
    case 'number': {
      const own = pick(numbers, ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']);
      if (Object.keys(own).length === 0 && integer !== true) return type;
      return { ...type, ...own, ...(integer === true ? { integer } : {}) };
    }
    case 'array':
    case 'set': {
      const own = pick(numbers, ['minItems', 'maxItems']);
      return Object.keys(own).length === 0 ? type : { ...type, ...own };
    }
    default:
      return type;
  }
}

/** Tags that limit nothing of such a type. */
export function idleTags(type: WireType, limits: Limits): readonly string[] {
  const kinds = kindsOf(type);
  if (kinds.has('any')) return [];
  const wants = (tag: string): readonly string[] =>
    /Length$|^pattern$|^format$/.test(tag) ? ['string'] : /Items$/.test(tag) ? ['array', 'set'] : ['number'];
  const tags = [
    ...Object.keys(limits.numbers),
    ...(limits.pattern === undefined ? [] : ['pattern']),
    ...(limits.format === undefined ? [] : ['format']),
    ...(limits.integer === true ? ['integer'] : []),
  ];
  return tags.filter((tag) => {
    if (tag === 'integer' && kinds.has('bigint')) return false;
    // `@format date-time` beside a Date says what is so anyway.
    if (tag === 'format' && (kinds.has('date') || kinds.has('bytes') || kinds.has('bigint'))) return false;
    return !wants(tag).some((kind) => kinds.has(kind));
  });
}

function kindsOf(type: WireType): ReadonlySet<string> {
  if (type.t === 'union') return new Set(type.of.flatMap((member) => [...kindsOf(member)]));
  return new Set([type.t]);
}

/** Later limits come from nearer the use, and win. */
export function joinLimits(a: Limits, b: Limits): Limits {
  return { ...a, ...b, numbers: { ...a.numbers, ...b.numbers } };
}

function pick<K extends NumberTag>(numbers: Limits['numbers'], names: readonly K[]): { [N in K]?: number } {
  return Object.fromEntries(names.flatMap((name) => (numbers[name] === undefined ? [] : [[name, numbers[name]]]))) as {
    [N in K]?: number;
  };
}

function plain(parts: readonly ts.SymbolDisplayPart[]): string | null {
  const text = ts
    .displayPartsToString([...parts])
    .replace(/\r\n?/g, '\n')
    .trim();
  return text === '' ? null : text;
}

/** `id the number of the order`, as TypeScript puts it. */
function paramText(value: string): { readonly [name: string]: string } {
  const [, name = '', text = ''] = /^(\S+)\s*-?\s*([\s\S]*)$/.exec(value) ?? [];
  return name === '' || text === '' ? {} : { [name]: text };
}

function isNumberTag(name: string): name is NumberTag {
  return (NUMBER_TAGS as readonly string[]).includes(name);
}

function numberProblem(tag: NumberTag, value: string): string | null {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) return 'is followed by no number';
  if (COUNTS.includes(tag) && !(Number.isInteger(number) && number >= 0)) return 'is followed by no whole number from 0 on';
  if (tag === 'multipleOf' && number <= 0) return 'is followed by no number above 0';
  return null;
}

function isPattern(text: string): boolean {
  try {
    // Compiled, not run: it is found out whether it is one.
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

/** Values of `@default` and `@example` are JSON, or else text; fences of Markdown around them are none of it. */
function jsonOf(text: string): JsonValue {
  const value = text.replace(/^```\w*\n?|\n?```$/g, '').trim();
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return /^'[^']*'$/.test(value) ? value.slice(1, -1) : value;
  }
}
