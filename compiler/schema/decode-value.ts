/** One static value against one field. */
import { optionCodes } from '../diagnostics/codes/options.js';
import { referenceCodes } from '../diagnostics/codes/references.js';
import type { DiagnosticSink, Outcome, Reported } from '../diagnostics/diagnostic.js';
import { reportDynamic } from '../diagnostics/dynamic.js';
import { closest } from '../diagnostics/suggest.js';
import { quote } from '../diagnostics/words.js';
import type { Spanned } from '../ir/span.js';
import type { StaticValue } from '../ir/static-value.js';
import { type Field, type FieldType, type NumberRules, STAGE_NAME, STAGE_NAME_IN_WORDS, type StringRules, s } from './schema.js';
import { inWords, rangeInWords, symbolInWords, valueInWords } from './words.js';

export interface ValueContext {
  readonly decorator: string;
  readonly option: string;
  /** True for an item of the option's list. */
  readonly item: boolean;
}

/** What the rules below need to report: the option, its value's place, the sink. */
interface Question {
  readonly about: ValueContext;
  readonly value: StaticValue;
  readonly sink: DiagnosticSink;
}

type StaticOf<T extends StaticValue['t']> = Extract<StaticValue, { readonly t: T }>;

const STAGE = s.string({ nonEmpty: true, pattern: STAGE_NAME, what: STAGE_NAME_IN_WORDS });

export function decodeValue(
  value: StaticValue,
  field: Field<unknown>,
  about: ValueContext,
  sink: DiagnosticSink,
): Outcome<Spanned<unknown>> {
  if (value.t === 'dynamic') {
    const label = `${quote(about.option)} of @${about.decorator} must be known while compiling`;
    return { ok: false, reported: reportDynamic(value, sink, { label }) };
  }
  const problem = check(field.type, { about, value, sink });
  if (problem !== null) return { ok: false, reported: problem };
  if (value.t === 'list') return decodeItems(value, field.type, about, sink);
  return { ok: true, value: { value: value.t === 'symbol' ? value.target : plain(value), span: value.span } };
}

function decodeItems(
  list: StaticOf<'list'>,
  type: FieldType,
  about: ValueContext,
  sink: DiagnosticSink,
): Outcome<Spanned<unknown>> {
  const field = type.t === 'list' ? type.item : STAGE;
  const items: Spanned<unknown>[] = [];
  let failed: Reported | null = null;
  for (const item of list.items) {
    const outcome = decodeValue(item, field, { ...about, item: true }, sink);
    if (outcome.ok) items.push(outcome.value);
    else failed = outcome.reported;
  }
  return failed === null ? { ok: true, value: { value: items, span: list.span } } : { ok: false, reported: failed };
}

function plain(value: StaticValue): unknown {
  return 'value' in value ? value.value : null;
}

/** Null when the value itself (not its items) is as the type wants it, else the report that it is not. */
function check(type: FieldType, question: Question): Reported | null {
  const { value } = question;
  switch (type.t) {
    case 'string':
      return value.t === 'string' ? checkString(value.value, type.rules, question) : wrongType(type, question);
    case 'enum':
      return value.t === 'string' ? checkEnum(value.value, type.values, question) : wrongType(type, question);
    case 'number':
      return value.t === 'number' ? checkNumber(value.value, type, question) : wrongType(type, question);
    case 'boolean':
      return value.t === 'boolean' ? null : wrongType(type, question);
    case 'list':
      if (value.t !== 'list') return wrongType(type, question);
      return type.nonEmpty && value.items.length === 0 ? empty(question) : null;
    case 'stages':
      return value.t === 'list' ? null : wrongType(type, question);
    case 'reference':
      return value.t === 'symbol' ? checkReference(value, type.what, question) : wrongType(type, question);
    default:
      return assertNever(type);
  }
}

function checkString(text: string, rules: StringRules, question: Question): Reported | null {
  const { about, value, sink } = question;
  const { maxLength, pattern, what = '' } = rules;
  if (rules.nonEmpty === true && text.length === 0) return empty(question);
  if (maxLength !== undefined && text.length > maxLength) {
    return sink.for(optionCodes).report('NIM1208', { ...about, length: text.length, longest: maxLength }, value.span);
  }
  if (pattern === undefined || pattern.test(text)) return null;
  return sink.for(optionCodes).report('NIM1205', { ...about, value: text, expected: what }, value.span);
}

function checkEnum(text: string, allowed: readonly string[], { about, value, sink }: Question): Reported | null {
  if (allowed.includes(text)) return null;
  const params = { ...about, value: text, allowed, nearest: closest(text, allowed) };
  return sink.for(optionCodes).report('NIM1206', params, value.span);
}

function checkNumber(
  amount: number,
  type: { readonly rules: NumberRules; readonly whole: boolean },
  { about, value, sink }: Question,
): Reported | null {
  const { min = -Infinity, max = Infinity } = type.rules;
  if (amount >= min && amount <= max && (!type.whole || Number.isSafeInteger(amount))) return null;
  const params = { ...about, value: amount, range: rangeInWords(type.rules, type.whole) };
  return sink.for(optionCodes).report('NIM1204', params, value.span);
}

function checkReference({ target, span }: StaticOf<'symbol'>, expected: string, { about, sink }: Question): Reported | null {
  if (target.of !== 'function') return null;
  const params = { ...about, name: target.name, actual: symbolInWords(target), expected };
  const related = [{ span: target.declaredAt, text: 'declared here' }];
  return sink.for(referenceCodes).report('NIM1302', params, span, { related });
}

function empty({ about, value, sink }: Question): Reported {
  return sink.for(optionCodes).report('NIM1207', about, value.span);
}

function wrongType(type: FieldType, { about, value, sink }: Question): Reported {
  const params = { ...about, expected: inWords(type), actual: valueInWords(value) };
  return sink.for(optionCodes).report('NIM1203', params, value.span);
}

function assertNever(type: never): never {
  throw new Error(`unknown field type ${JSON.stringify(type)}`);
}
