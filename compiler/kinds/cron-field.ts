/** The six fields of a cron expression of AWS, and what may stand in each. */
import { closest } from '../diagnostics/suggest.js';

export interface CronField {
  /** As in "is no ...". */
  readonly name: string;
  /** As in "... are 0 to 59". */
  readonly plural: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
  /** Forms beside values, ranges, steps and lists. */
  readonly also: RegExp | null;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const field = (name: string, min: number, max: number, names: readonly string[] = [], also: RegExp | null = null): CronField => ({
  name,
  plural: name.replace(/^\w+/, '$&s'),
  min,
  max,
  names,
  also,
});

/** `L`: the last one. `15W`: the weekday nearest to the 15th. `6L`: the last Friday. `6#3`: the third Friday. */
export const cronFields: readonly CronField[] = [
  field('minute', 0, 59),
  field('hour', 0, 23),
  field('day of the month', 1, 31, [], /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/i),
  field('month', 1, 12, MONTHS),
  field('day of the week', 1, 7, DAYS, /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/i),
  field('year', 1970, 2199),
];

export interface FieldProblem {
  /** The piece that is wrong. */
  readonly part: string;
  readonly problem: string;
}

/** Null when the text is one that the field may have. */
export function fieldProblem(text: string, of: CronField): FieldProblem | null {
  if (of.also?.test(text)) return null;
  for (const item of text.split(',')) {
    const problem = item === '' ? { part: text, problem: 'a part of the list is missing' } : itemProblem(item, of);
    if (problem !== null) return problem;
  }
  return null;
}

function itemProblem(item: string, of: CronField): FieldProblem | null {
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0) return { part: item, problem: 'it has two steps' };
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= of.max)) {
    return { part: item, problem: `a step is a whole number from 1 to ${of.max}` };
  }
  if (range === '*') return null;
  const ends = range.split('-');
  if (ends.length > 2) return { part: item, problem: 'a range has two ends' };
  for (const end of ends) {
    const problem = valueProblem(end, of);
    if (problem !== null) return { part: end === '' ? item : end, problem };
  }
  const [from, to] = ends.map((end) => numberOf(end, of) ?? 0);
  if (from !== undefined && to !== undefined && from > to) {
    const first = ends[0] === undefined || ends[1] === undefined ? '' : rotated(ends[0], ends[1], of);
    return { part: range, problem: `the range ends before it begins; write ${first}` };
  }
  return null;
}

/** `22-2` as `22-23,0-2`. */
function rotated(from: string, to: string, { min, max, names }: CronField): string {
  const spell = (value: number): string => (/^\d/.test(from) ? String(value) : (names[value - min] ?? String(value)));
  const join = (a: string, b: string): string => (a === b ? a : `${a}-${b}`);
  return `"${join(from, spell(max))},${join(spell(min), to)}"`;
}

function numberOf(text: string, { min, names }: CronField): number | null {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const at = names.indexOf(text.toUpperCase());
  return at < 0 ? null : min + at;
}

function valueProblem(text: string, of: CronField): string | null {
  const value = numberOf(text, of);
  if (value !== null && value >= of.min && value <= of.max) return null;
  const names = of.names.length === 0 ? '' : ` or ${of.names[0]} to ${of.names.at(-1)}`;
  const range = `${of.plural} are ${of.min} to ${of.max}${names}`;
  const nearest = value === null && text.length > 1 ? closest(text.toUpperCase(), of.names) : null;
  return nearest === null ? range : `${range}; did you mean ${nearest}?`;
}
