/** Keys, values and types of the configuration in words. */
import { joinWords, quote, quoteAll, shorten } from '../diagnostics/words.js';
import type { ConfigNode } from './config-node.js';
import type { JsonSchema } from './json-schema.js';

/** `"bundle.minify"`, `item 2 of "source"`, or the file for the whole. */
export function keyInWords(path: readonly (string | number)[], file: string): string {
  const last = path[path.length - 1];
  if (last === undefined) return file;
  if (typeof last === 'number') return `item ${last + 1} of ${keyInWords(path.slice(0, -1), file)}`;
  return quote(path.join('.'));
}

/** As in "must be ...". */
export function schemaInWords(schema: JsonSchema): string {
  if (schema.what !== undefined) return schema.what;
  if (schema.enum !== undefined) return `one of ${quoteAll(schema.enum.map(String), 'or')}`;
  switch (schema.type) {
    case 'array':
      return schema.items?.pattern === undefined ? 'a list' : `a list, each item ${schemaInWords(schema.items)}`;
    case 'object': {
      if (schema.keysAre !== undefined) return `an object, each key ${schema.keysAre}`;
      const keys = Object.keys(schema.properties ?? {});
      return keys.length === 0 ? 'an object' : `an object with ${quoteAll(keys, 'or')}`;
    }
    case 'integer':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'a string';
    default:
      return joinWords((schema.anyOf ?? []).map(schemaInWords), 'or');
  }
}

/** As in "this is ...". */
export function nodeInWords(node: ConfigNode, text: string): string {
  switch (node.t) {
    case 'string':
      return `the string ${quote(node.value)}`;
    case 'number':
      return `the number ${node.value}`;
    case 'boolean':
      return String(node.value);
    case 'null':
      return text.slice(node.at.start, node.at.end) === '' ? 'empty' : 'null';
    case 'list':
      return 'a list';
    case 'map':
      return 'an object';
  }
}

const TRUE = /^(?:y|yes|on|true)$/iu;
const FALSE = /^(?:n|no|off|false)$/iu;

/** Wrong types that come from how a value is written; null when there is no such explanation. */
export function quotingHint(node: ConfigNode, schema: JsonSchema, text: string): string | null {
  const wanted = new Set([schema.type, ...(schema.anyOf ?? []).map((alternative) => alternative.type)]);
  const written = shorten(text.slice(node.at.start, node.at.end));
  if (wanted.has('string') && (node.t === 'number' || node.t === 'boolean')) return `write "${written}" in quotes`;
  if (wanted.has('boolean') && node.t === 'string') {
    if (TRUE.test(node.value)) return 'write true, without quotes';
    if (FALSE.test(node.value)) return 'write false, without quotes';
  }
  if (wanted.has('integer') && node.t === 'string' && /^\d+$/u.test(node.value)) return `write ${node.value} without quotes`;
  if (wanted.has('object') && node.t === 'string' && /^\w+:\S/u.test(node.value)) return 'write a space behind the colon';
  if (wanted.has('array') && !wanted.has('string') && isScalar(node) && written !== '') return `write it as a list: [${written}]`;
  return null;
}

function isScalar(node: ConfigNode): boolean {
  return node.t === 'string' || node.t === 'number' || node.t === 'boolean';
}
