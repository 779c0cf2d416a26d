/**
 * Schedules as EventBridge has them, `rate(...)` and `cron(...)` with six fields, and what people usually get wrong about
 * them. In: the text as written. Out: the text as it is deployed, or null when it was reported. Not a kind itself.
 *
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { quote } from '../diagnostics/words.js';
import type { Spanned } from '../ir/span.js';
import { type CronField, cronFields, fieldProblem } from './cron-field.js';
import type { LinkContext } from './definition.js';

const scheduled = (cron: string): string => `
        export class Reports {
          @BasicServerlessFunction({ cron: '${cron}' })
          send(): void {}
        }`;

export const scheduleCodes = defineCodes({
  NIM2901: code<{ text: string; suggestion: string | null }>({
    slug: 'schedule-unknown-form',
    severity: 'error',
    message: ({ text }) => `${quote(text)} is no schedule`,
    hint: ({ suggestion }) => (suggestion === null ? 'write "rate(5 minutes)" or "cron(0 12 * * ? *)"' : `write "${suggestion}"`),
    explain: page({
      what: 'The option "cron" has a text that is neither rate(...) nor cron(...).',
      why: 'A schedule is written as EventBridge has it, with the word before the parentheses and nothing around it.',
      bad: scheduled('every 5 minutes'),
      good: scheduled('rate(5 minutes)'),
    }),
  }),
  NIM2902: code<{ text: string; problem: string; suggestion: string | null }>({
    slug: 'schedule-rate-invalid',
    severity: 'error',
    message: ({ text, problem }) => `${quote(text)} is no rate: ${problem}`,
    hint: ({ suggestion }) => (suggestion === null ? 'write "rate(5 minutes)" or "rate(1 hour)"' : `write "${suggestion}"`),
    explain: page({
      what: 'The rate of a schedule is not written as EventBridge wants it.',
      why: `
        A rate is a whole number and a unit: "minute", "hour" or "day" after 1, "minutes", "hours" or "days" after any
        other number. EventBridge refuses everything else, and only at "terraform apply". Nothing runs more often than
        once a minute.`,
      bad: scheduled('rate(1 minutes)'),
      good: scheduled('rate(1 minute)'),
    }),
  }),
  NIM2903: code<{ text: string; fields: number; suggestion: string | null }>({
    slug: 'schedule-field-count',
    severity: 'error',
    message: ({ text, fields }) => `${quote(text)} has ${fields} ${fields === 1 ? 'field' : 'fields'}, and AWS wants six`,
    hint: ({ suggestion }) =>
      suggestion === null
        ? 'the fields are minute, hour, day of the month, month, day of the week, year'
        : `as in "${suggestion}": AWS wants a year too, "?" in one of the two day fields, and counts the days of the week from 1 (SUN)`,
    explain: page({
      what: 'A cron expression has not six fields.',
      why: `
        The cron expressions of AWS have one field more than those of Unix: minute, hour, day of the month, month, day of
        the week, year. One of the two day fields is "?", and the days of the week are counted from 1, which is Sunday.`,
      bad: scheduled('cron(0 12 * * 1)'),
      good: scheduled('cron(0 12 ? * 2 *)'),
    }),
  }),
  NIM2904: code<{ text: string; both: 'set' | 'open'; suggestion: string | null }>({
    slug: 'schedule-day-fields',
    severity: 'error',
    message: ({ text, both }) =>
      both === 'set'
        ? `${quote(text)} sets the day of the month and the day of the week, and AWS allows only one of them`
        : `${quote(text)} has "?" for the day of the month and for the day of the week, and AWS allows it only once`,
    hint: ({ suggestion }) =>
      suggestion === null
        ? 'write "?" in one of the two fields; for both, use two decorators'
        : `write "${suggestion}": "?" stands for the day that is not said, "*" for every day`,
    explain: page({
      what: 'A cron expression sets both day fields, or none.',
      why: `
        The third field is the day of the month, the fifth the day of the week. AWS wants "?" in exactly one of them; "*"
        counts as a value.`,
      bad: scheduled('cron(0 12 * * * *)'),
      good: scheduled('cron(0 12 * * ? *)'),
    }),
  }),
  NIM2905: code<{ text: string; field: string; part: string; problem: string }>({
    slug: 'schedule-field-invalid',
    severity: 'error',
    message: ({ text, field, part, problem }) => `${quote(part)} in ${quote(text)} is no ${field}: ${problem}`,
    explain: page({
      what: 'A field of a cron expression has a value that it cannot have.',
      why: `
        Minutes are 0 to 59, hours 0 to 23, days of the month 1 to 31, months 1 to 12 or JAN to DEC, days of the week 1
        (Sunday) to 7 or SUN to SAT, years 1970 to 2199. Each may be a list ("1,15"), a range ("MON-FRI"), have a step
        ("0/15"), or be "*". The day of the month knows L and W, the day of the week L and #.`,
      bad: scheduled('cron(0 24 * * ? *)'),
      good: scheduled('cron(0 0 * * ? *)'),
    }),
  }),
});

/** Null when it was reported. */
export function readSchedule({ value: text, span }: Spanned<string>, { sink }: Pick<LinkContext, 'sink'>): string | null {
  const codes = sink.for(scheduleCodes);
  const [, form, inner = ''] = /^(rate|cron)\(([^()]*)\)$/.exec(text) ?? [];
  if (form === 'rate') {
    const problem = rateProblem(inner);
    if (problem === null) return text;
    codes.report('NIM2902', { text, ...problem }, span);
    return null;
  }
  if (form !== 'cron') {
    codes.report('NIM2901', { text, suggestion: suggestedForm(text) }, span);
    return null;
  }
  const fields = split(inner);
  if (fields.length !== cronFields.length) {
    codes.report('NIM2903', { text, fields: fields.length, suggestion: fromUnix(fields) }, span);
    return null;
  }
  const bad = firstProblem(fields);
  if (bad !== null) {
    codes.report('NIM2905', { text, ...bad }, span);
    return null;
  }
  const [, , ofMonth, , ofWeek] = fields;
  if ((ofMonth === '?') === (ofWeek === '?')) {
    codes.report('NIM2904', { text, both: ofMonth === '?' ? 'open' : 'set', suggestion: withOneDay(fields) }, span);
    return null;
  }
  return written(fields);
}

const split = (text: string): readonly string[] => text.split(/\s+/).filter((field) => field !== '');

/** Names of months and days are the only letters that may be written small. */
const written = (fields: readonly string[]): string => `cron(${fields.join(' ').toUpperCase()})`;

function firstProblem(fields: readonly string[]): { field: string; part: string; problem: string } | null {
  for (const [index, text] of fields.entries()) {
    const field = cronFields[index] as CronField;
    const found = fieldProblem(text, field);
    if (found !== null) return { field: field.name, ...found };
  }
  return null;
}

/** The expression when it is one, so that no hint is worse than what was written. */
const proved = (fields: readonly string[]): string | null =>
  fields.length === cronFields.length && firstProblem(fields) === null && (fields[2] === '?') !== (fields[4] === '?')
    ? written(fields)
    : null;

function withOneDay([minute = '', hour = '', ofMonth = '', month = '', ofWeek = '', year = '']: readonly string[]):
  | string
  | null {
  if (ofWeek === '*') return proved([minute, hour, ofMonth, month, '?', year]);
  if (ofMonth === '*') return proved([minute, hour, '?', month, ofWeek, year]);
  return ofMonth === '?' ? proved([minute, hour, '*', month, '?', year]) : null;
}

/** The expression of AWS for one of Unix; null when there is none, such as for both days, which Unix joins with "or". */
function fromUnix(fields: readonly string[]): string | null {
  const [minute = '', hour = '', ofMonth = '', month = '', ofWeek = ''] = fields;
  if (fields.length !== 5) return null;
  if (ofWeek === '*' || ofWeek === '?') return proved([minute, hour, ofMonth === '?' ? '*' : ofMonth, month, '?', '*']);
  if (ofMonth !== '*' && ofMonth !== '?') return null;
  // Sunday is 0 or 7 there, and 1 here; what follows a slash is a step, no day
  const shifted = ofWeek.replace(/(?<![/\d])[0-7](?!\d)/g, (day) => String((Number(day) % 7) + 1));
  return proved([minute, hour, '?', month, shifted, '*']);
}

/** What was probably meant by a text without the right word around it. */
function suggestedForm(text: string): string | null {
  const bare = /^\s*(?:(rate|cron)\s*\()?\s*([^()]*?)\s*\)?\s*$/i.exec(text);
  const [, word = '', inner = ''] = bare ?? [];
  if (word.toLowerCase() !== 'cron') {
    const rate = rateProblem(inner);
    if (rate === null) return `rate(${inner})`;
    if (rate.suggestion !== null) return rate.suggestion;
  }
  const fields = split(inner);
  return fields.length === 5 ? fromUnix(fields) : proved(fields);
}

const UNITS = { m: 'minute', h: 'hour', d: 'day' } as const;

function rateProblem(inner: string): { problem: string; suggestion: string | null } | null {
  const [, amount = '', unit = ''] = /^(\S+?)\s*([A-Za-z]*)$/.exec(inner.trim()) ?? [];
  const word = unit.toLowerCase();
  const value = Number(amount);
  const whole = /^\d+$/.test(amount) && value >= 1;
  const known = Object.values(UNITS).find((name) => name === word || `${name}s` === word);
  const meant = known ?? (/^(m|min|mins|h|hr|hrs|d)$/.test(word) ? UNITS[word[0] as keyof typeof UNITS] : undefined);
  const suggestion =
    whole && meant !== undefined
      ? `rate(${value} ${meant}${value === 1 ? '' : 's'})`
      : whole && /^weeks?$/.test(word)
        ? `rate(${value * 7} days)`
        : null;
  if (/^s(ec|ecs|econd|econds)?$/.test(word)) return { problem: 'nothing runs more often than once a minute', suggestion: null };
  if (unit === '') return { problem: 'the unit is missing', suggestion: /^\d+$/.test(amount) ? null : suggestion };
  if (known === undefined) return { problem: `${quote(unit)} is none of the units minute, hour and day`, suggestion };
  if (!whole) return { problem: `${quote(amount)} is no whole number from 1 on`, suggestion: null };
  if (`rate(${inner})` === suggestion) return null;
  const plural = value === 1 ? `after 1 the unit is "${known}"` : `after ${value} the unit is "${known}s"`;
  const isSpacing = `rate(${inner})`.replace(/\s/g, '') === suggestion?.replace(/\s/g, '');
  return { problem: isSpacing ? 'one space belongs between the number and the unit, and none around them' : plural, suggestion };
}
