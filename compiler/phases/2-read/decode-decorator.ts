/** In: a decorator as written. Out: its decoded options; null when so much of them was reported that it cannot count. */
import { optionCodes } from '../../diagnostics/codes/options.js';
import { placementCodes } from '../../diagnostics/codes/placement.js';
import { stageCodes } from '../../diagnostics/codes/stages.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { DecoratorFact } from '../../ir/facts.js';
import type { Span, Spanned } from '../../ir/span.js';
import type { StaticValue } from '../../ir/static-value.js';
import type { DecoratorDecl, DecoratorSpec } from '../../kinds/definition.js';
import { decodeOptions } from '../../schema/decode.js';
import type { Evaluator } from './evaluate.js';

export function decodeDecorator(
  spec: DecoratorSpec,
  fact: DecoratorFact,
  span: Span,
  evaluator: Evaluator,
  sink: DiagnosticSink,
): DecoratorDecl | null {
  if (fact.args === null) {
    sink.for(placementCodes).report('NIM1220', { decorator: spec.name }, span);
    return null;
  }
  const file = span.file;
  // The arguments are evaluated as one list, so that a spread of static values works here as everywhere.
  const list = evaluator.evaluate(file, { t: 'array', items: fact.args, at: fact.at });
  const args = list.t === 'list' ? list.items : [list];
  const options = optionsOf(spec, args, span);
  if (options === null) {
    sink
      .for(optionCodes)
      .report('NIM1209', { decorator: spec.name, expected: expectedArguments(spec), actual: args.length }, span);
    return null;
  }
  const decoded = decodeOptions(options, spec.fields, { decorator: spec.name }, sink);
  const value = decoded.ok ? decoded.value : decoded.partial;
  if (value === null) return null;
  const stages = (value as { stages?: Spanned<readonly Spanned<string>[]> }).stages;
  if (stages !== undefined && stages.value.length === 0) {
    sink.for(stageCodes).report('NIM1403', { decorator: spec.name }, stages.span);
  }
  return { spec, options: value, stages: stages?.value ?? null, span };
}

/** The arguments as one record of options; null when their number is wrong. */
function optionsOf(spec: DecoratorSpec, args: readonly StaticValue[], span: Span): StaticValue | null {
  const [first] = args;
  const { form } = spec;
  const record = (key: string, value: StaticValue): StaticValue => ({
    t: 'record',
    entries: [{ key, keySpan: value.span, value }],
    span: value.span,
  });
  if (form === 'options') {
    if (args.length > 1) return null;
    return first ?? { t: 'record', entries: [], span };
  }
  if ('rest' in form) return record(form.rest, { t: 'list', items: args, span });
  if (args.length !== 1 || first === undefined) return null;
  if ('positional' in form) return record(form.positional, first);
  return first.t === 'record' ? first : record(form.either, first);
}

function expectedArguments(spec: DecoratorSpec): string {
  const { form } = spec;
  if (form === 'options') return 'one object of options';
  if ('positional' in form) return `one argument, the ${form.positional}`;
  if ('rest' in form) return 'any number of arguments';
  return `one argument: the ${form.either}, or an object of options`;
}
