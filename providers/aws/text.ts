/**
 * Text in one form only: JSON whose bytes depend on the value alone (keys by code unit, never by insertion), hashes, and
 * user text made safe for Terraform. Pure.
 */
import { createHash } from 'node:crypto';
import { compareText } from '../../compiler/ir/span.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One line, no spaces: what is hashed and cached. */
export function canonicalJson(value: Json): string {
  return write(value, null);
}

/** Two spaces a level: what people read. No newline at the end. */
export function readableJson(value: Json): string {
  return write(value, '\n');
}

/** `indent` is null for one line, else the line break with the indentation of the current level. Undefined is left out. */
function write(value: Json, indent: string | null): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  const inner = indent === null ? '' : `${indent}  `;
  const list = isList(value);
  let text = '';
  if (list) for (const item of value) text += `${text === '' ? '' : ','}${inner}${write(item, indent === null ? null : inner)}`;
  else {
    const colon = indent === null ? ':' : ': ';
    for (const key of Object.keys(value).sort(compareText)) {
      const item = value[key];
      if (item === undefined) continue;
      text += `${text === '' ? '' : ','}${inner}${quoted(key)}${colon}${write(item, indent === null ? null : inner)}`;
    }
  }
  if (text !== '' && indent !== null) text += indent;
  return list ? `[${text}]` : `{${text}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Most strings need no escapes, and JSON.stringify takes several times as long to find out. */
function quoted(text: string): string {
  return NEEDS_ESCAPES.test(text) ? JSON.stringify(text) : `"${text}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const NEEDS_ESCAPES = /["\\\u0000-\u001f\ud800-\udfff]/;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Text that Terraform gives back as it is. In every string of a `.tf.json` file `${` and `%{` begin a template; doubling
 * the sign before the brace takes that meaning away.
 */
export function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** The same for every string in a value from the configuration. */
export function escapeDeep(value: unknown): Json {
  if (typeof value === 'string') return escapeTemplate(value);
  if (Array.isArray(value)) return value.map(escapeDeep);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeDeep(item)]));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
