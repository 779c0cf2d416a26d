// When a schedule of EventBridge is due next: `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)`, in UTC. The compiler has checked
// what is written. docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNITS: { readonly [unit: string]: number } = { minute: MINUTE, hour: 60 * MINUTE, day: DAY };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const LAST_YEAR = 2199;

/**
 * The first time after `after`, in milliseconds since 1970; null: never again.
 *
 * @param start when a rate began to count
 */
export function nextRun(expression: string, after: number, start: number): number | null {
  const [, form, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (form === 'rate') {
    const [count = '1', unit = ''] = inner.trim().split(/\s+/);
    const period = Number(count) * (UNITS[unit.replace(/s$/, '')] ?? MINUTE);
    return start + (Math.floor((after - start) / period) + 1) * period;
  }
  return form === 'cron' ? nextOfCron(inner.trim().toUpperCase().split(/\s+/), after) : null;
}

function nextOfCron([minute = '*', hour = '*', day = '?', month = '*', weekday = '?', year = '*']: string[], after: number) {
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const months = new Set(valuesOf(month, 1, 12, MONTHS, 1));
  const years = new Set(valuesOf(year, 1970, LAST_YEAR));
  const earliest = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  const first = new Date(earliest);
  for (let date = Math.floor(earliest / DAY) * DAY; new Date(date).getUTCFullYear() <= LAST_YEAR; ) {
    const at = new Date(date);
    const [y, m] = [at.getUTCFullYear(), at.getUTCMonth()];
    if (!years.has(y)) date = Date.UTC(y + 1, 0, 1);
    else if (!months.has(m + 1)) date = Date.UTC(y, m + 1, 1);
    else if (!(day === '?' ? isWeekday(weekday, at) : isDay(day, at))) date += DAY;
    else {
      const time = firstTime(hours, minutes, date <= first.getTime() ? earliest - date : 0);
      if (time !== null) return date + time;
      date += DAY;
    }
  }
  return null;
}

/** The first time of a day that is not before `from`, both in milliseconds since midnight. */
function firstTime(hours: readonly number[], minutes: readonly number[], from: number): number | null {
  for (const hour of hours) {
    for (const minute of minutes) {
      const time = (hour * 60 + minute) * MINUTE;
      if (time >= from) return time;
    }
  }
  return null;
}

/** `1,5-9,10/3`, sorted. */
function valuesOf(field: string, min: number, max: number, names: readonly string[] = [], first = 0): number[] {
  const numberOf = (text: string): number => (names.includes(text) ? names.indexOf(text) + first : Number(text));
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [low = '', high] = range.split('-');
    const from = low === '*' || low === '?' || low === '' ? min : numberOf(low);
    const to = high !== undefined ? numberOf(high) : step !== undefined || low === '*' || low === '?' ? max : from;
    // A range that ends before it begins goes round: FRI-MON.
    const span = to >= from ? to - from : to - from + (max - min + 1);
    for (let offset = 0; offset <= span; offset += Number(step ?? 1)) found.add(min + ((from - min + offset) % (max - min + 1)));
  }
  return [...found].sort((a, b) => a - b);
}

const daysIn = (at: Date): number => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();

/** Days of the month: values, `L` the last one, `15W` the weekday that is nearest. */
function isDay(field: string, at: Date): boolean {
  const day = at.getUTCDate();
  return field.split(',').some((part) => {
    if (part === 'L') return day === daysIn(at);
    const [, near] = /^(\d+|L)W$/.exec(part) ?? [];
    if (near !== undefined) return day === nearestWeekday(at, near === 'L' ? daysIn(at) : Number(near));
    return valuesOf(part, 1, 31).includes(day);
  });
}

/** Inside of the month. */
function nearestWeekday(at: Date, wanted: number): number {
  const weekday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === daysIn(at) ? wanted - 2 : wanted + 1;
  return wanted;
}

/** Days of the week, 1 is Sunday: values, `6L` the last Friday, `6#3` the third. */
function isWeekday(field: string, at: Date): boolean {
  const [day, weekday] = [at.getUTCDate(), at.getUTCDay() + 1];
  const numberOf = (text: string): number => (WEEKDAYS.includes(text) ? WEEKDAYS.indexOf(text) + 1 : Number(text));
  return field.split(',').some((part) => {
    const [, last] = /^(\w+)L$/.exec(part) ?? [];
    if (last !== undefined) return weekday === numberOf(last) && day + 7 > daysIn(at);
    if (part === 'L') return weekday === 7;
    const [which = '', count] = part.split('#');
    if (count !== undefined) return weekday === numberOf(which) && Math.ceil(day / 7) === Number(count);
    return valuesOf(part, 1, 7, WEEKDAYS, 1).includes(weekday);
  });
}
