/** One code per reason why an expression has no value while compiling; used by whoever meets a `dynamic` value. */
import type { DynamicReason, StaticValue } from '../ir/static-value.js';
import { evaluationCodes } from './codes/evaluation.js';
import type { DiagnosticSink, ReportExtras, Reported } from './diagnostic.js';
import { didYouMean } from './words.js';

const CODES = {
  call: 'NIM1101',
  environment: 'NIM1102',
  'mutable-binding': 'NIM1103',
  unresolved: 'NIM1104',
  'no-such-member': 'NIM1105',
  cycle: 'NIM1106',
  'not-a-number': 'NIM1107',
  'unsupported-syntax': 'NIM1108',
} as const satisfies Record<DynamicReason['reason'], keyof typeof evaluationCodes>;

const DECLARED = new Set<DynamicReason['reason']>(['mutable-binding', 'no-such-member', 'cycle']);

/** Reports at the sub-expression that is not static; where its cause is declared becomes a related place. */
export function reportDynamic(
  value: Extract<StaticValue, { t: 'dynamic' }>,
  sink: DiagnosticSink,
  extras: ReportExtras = {},
): Reported {
  const { reason, detail, declaredAt, problem, nearest = null } = value.why;
  const related =
    declaredAt === null ? [] : [{ span: declaredAt, text: DECLARED.has(reason) ? 'declared here' : 'it comes from here' }];
  return sink
    .for(evaluationCodes)
    .report(CODES[reason], { text: detail, ...(problem === undefined ? {} : { problem }) }, value.span, {
      ...(nearest === null ? {} : { hint: didYouMean(nearest, '') }),
      ...extras,
      related: [...related, ...(extras.related ?? [])],
    });
}
