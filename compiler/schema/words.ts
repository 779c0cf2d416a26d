/** Types and values in words, for messages and for the documentation. */
import { joinWords, quote, quoteAll } from '../diagnostics/words.js';
import type { StaticValue, SymbolRef } from '../ir/static-value.js';
import type { FieldType, NumberRules } from './schema.js';

/** As in "must be ...". */
export function inWords(type: FieldType): string {
  switch (type.t) {
    case 'string':
      return type.rules.what ?? 'a string';
    case 'number':
      return rangeInWords(type.rules, type.whole);
    case 'boolean':
      return 'true or false';
    case 'enum':
      return type.values.length === 1 ? quoteAll(type.values, 'or') : `one of ${quoteAll(type.values, 'or')}`;
    case 'list':
      return `a list, each item ${inWords(type.item.type)}`;
    case 'stages':
      return 'a list of stage names';
    case 'reference':
      return type.what;
  }
}

/** As in "this is ...". */
export function valueInWords(value: StaticValue): string {
  switch (value.t) {
    case 'string':
      return 'a string';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    case 'null':
      return 'null';
    case 'undefined':
      return 'undefined';
    case 'list':
      return 'a list';
    case 'record':
      return 'an object';
    case 'symbol':
      return symbolInWords(value.target);
    case 'dynamic':
      return 'not known while compiling';
  }
}

export function symbolInWords(target: SymbolRef): string {
  switch (target.of) {
    case 'class':
      return `the class ${quote(target.name)}`;
    case 'function':
      return 'a function';
    case 'global':
      return `the built-in ${quote(target.name)}`;
    case 'nimbus':
      return `${quote(target.name)} of nimbusc`;
  }
}

/** `a whole number of seconds between 1 and 900`. */
export function rangeInWords({ min, max, unit }: NumberRules, whole: boolean): string {
  const noun = `a ${whole ? 'whole ' : ''}number${unit === undefined ? '' : ` of ${unit}`}`;
  if (min !== undefined && max !== undefined) return `${noun} between ${min} and ${max}`;
  const bounds = [min === undefined ? '' : `of at least ${min}`, max === undefined ? '' : `of at most ${max}`];
  return joinWords(
    [noun, ...bounds].filter((part) => part !== ''),
    'and',
  ).replace(' and of', ' of');
}
