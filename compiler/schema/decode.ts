/**
 * The arguments of a decorator to typed values with places. Reports every problem of one options object in one go and
 * fails when there was one, but gives what it knows where nothing else depends on what is wrong; a value that is not static
 * is reported where it stops being so. Resolves no references and knows no decorator.
 */
import { optionCodes } from '../diagnostics/codes/options.js';
import type { DiagnosticSink, Outcome, Reported } from '../diagnostics/diagnostic.js';
import { reportDynamic } from '../diagnostics/dynamic.js';
import { closest } from '../diagnostics/suggest.js';
import type { Span, Spanned } from '../ir/span.js';
import type { StaticEntry, StaticValue } from '../ir/static-value.js';
import { decodeValue } from './decode-value.js';
import type { Decoded, Field, Fields } from './schema.js';
import { inWords, valueInWords } from './words.js';

export interface DecodeContext {
  /** The decorator's published name, without the @. */
  readonly decorator: string;
}

/** `partial`: everything but the wrong options, if the others can be judged without them. */
export type OptionsOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reported: Reported; readonly partial: T | null };

/** What a decorator that is called without arguments is decoded from; `span` is the decorator's. */
export function noOptions(span: Span): StaticValue {
  return { t: 'record', entries: [], span };
}

export function decodeOptions<F extends Fields>(
  value: StaticValue,
  fields: F,
  context: DecodeContext,
  sink: DiagnosticSink,
): OptionsOutcome<Decoded<F>> {
  const options = value.t === 'undefined' ? noOptions(value.span) : value;
  if (options.t === 'dynamic') {
    const label = `the options of @${context.decorator} must be known while compiling`;
    return { ok: false, reported: reportDynamic(options, sink, { label }), partial: null };
  }
  if (options.t !== 'record') {
    const params = { decorator: context.decorator, actual: valueInWords(options), options: mainOptions(fields) };
    return { ok: false, reported: sink.for(optionCodes).report('NIM1210', params, options.span), partial: null };
  }
  return decodeRecord(options.entries, options.span, fields, context, sink);
}

/** One positional argument, such as the class of `@UsesDocumentStore(Order)`; `name` is what messages call it. */
export function decodeArgument<T>(
  value: StaticValue,
  field: Field<T>,
  name: string,
  context: DecodeContext,
  sink: DiagnosticSink,
): Outcome<Spanned<T>> {
  return decodeValue(value, field, { ...context, option: name, item: false }, sink) as Outcome<Spanned<T>>;
}

/** For options of which exactly one must be given, such as `queue` and `id`. Null when it is so. */
export function exactlyOneOf<F extends Fields>(
  decoded: Decoded<F>,
  options: readonly (keyof F & string)[],
  where: Span,
  context: DecodeContext,
  sink: DiagnosticSink,
): Reported | null {
  const given = options.filter((option) => decoded[option] !== undefined);
  if (given.length === 1) return null;
  const second = given.length > 1 ? decoded[given[1] ?? ''] : undefined;
  return sink.for(optionCodes).report('NIM1211', { ...context, options, given }, second?.span ?? where);
}

function decodeRecord<F extends Fields>(
  entries: readonly StaticEntry[],
  whole: Span,
  fields: F,
  context: DecodeContext,
  sink: DiagnosticSink,
): OptionsOutcome<Decoded<F>> {
  const known = Object.keys(fields);
  let failed: Reported | null = null;
  let partial = true;
  /** Options that a misspelt one was probably meant to be: they are not reported as missing too. */
  const meant = new Set<string>();
  for (const entry of entries) {
    if (Object.hasOwn(fields, entry.key)) continue;
    const nearest = closest(entry.key, known);
    if (nearest !== null) meant.add(nearest);
    partial &&= nearest === null || isMeasure(fields[nearest]);
    const params = { ...context, option: entry.key, nearest, known };
    failed = sink.for(optionCodes).report('NIM1201', params, entry.keySpan);
  }

  const decoded: Record<string, Spanned<unknown> | undefined> = {};
  for (const [option, field] of Object.entries(fields)) {
    // as in JavaScript, the last one counts; `undefined` is as good as nothing
    const value = entries.findLast((entry) => entry.key === option)?.value;
    if (value === undefined || value.t === 'undefined') {
      if (field.presence === 'defaulted') decoded[option] = { value: field.fallback, span: whole };
      else if (field.presence === 'optional') decoded[option] = undefined;
      else if (!meant.has(option) || value !== undefined) {
        const params = { ...context, option, expected: inWords(field.type) };
        failed = sink.for(optionCodes).report('NIM1202', params, value?.span ?? whole);
        partial = false;
      }
      continue;
    }
    const outcome = decodeValue(value, field, { ...context, option, item: false }, sink);
    if (outcome.ok) decoded[option] = outcome.value;
    else {
      failed = outcome.reported;
      partial &&= isMeasure(field);
      decoded[option] = field.presence === 'defaulted' ? { value: field.fallback, span: whole } : undefined;
    }
  }
  const value = decoded as Decoded<F>;
  return failed === null ? { ok: true, value } : { ok: false, reported: failed, partial: partial ? value : null };
}

/** A number that may be left out, such as a timeout: how much of something, never which. */
function isMeasure(field: Field<unknown> | undefined): boolean {
  return field !== undefined && field.presence !== 'required' && field.type.t === 'number';
}

/** Those that a hint shows: the required ones, or else the first one. */
function mainOptions(fields: Fields): readonly string[] {
  const required = Object.keys(fields).filter((option) => fields[option]?.presence === 'required');
  return required.length > 0 ? required : Object.keys(fields).slice(0, 1);
}
