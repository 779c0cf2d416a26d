import { expect } from 'chai';
import type { DiagnosticSink } from '../../../compiler/diagnostics/diagnostic.js';
import { readSchedule, scheduleCodes } from '../../../compiler/kinds/schedule.js';

type Code = keyof typeof scheduleCodes;

/** What becomes of a schedule: its text, or what is said about it. */
function read(text: string): { schedule: string | null; said: string; hint: string } {
  const found = { said: '', hint: '' };
  const report = (code: Code, params: never): void => {
    const { message, hint } = scheduleCodes[code];
    found.said = `${code} ${message(params)}`;
    found.hint = hint?.(params) ?? '';
  };
  const sink = { for: () => ({ report }) } as unknown as DiagnosticSink;
  const span = { file: 'src/a.ts', start: 0, end: 1 };
  return { schedule: readSchedule({ value: text, span }, { sink }), ...found };
}

describe('a schedule', () => {
  const GOOD = [
    ...['rate(1 minute)', 'rate(5 minutes)', 'rate(1 hour)', 'rate(36 hours)', 'rate(1 day)', 'rate(7 days)'],
    ...['cron(0 12 * * ? *)', 'cron(0/15 * ? * MON-FRI *)', 'cron(*/5 8-17 ? * 2-6 *)', 'cron(0 0 L * ? *)'],
    ...['cron(0 0 LW * ? *)', 'cron(0 0 15W * ? 2030)', 'cron(0 0 ? * 6L *)', 'cron(0 0 ? * FRI#3 2024-2030/2)'],
    ...['cron(0,30 0,12 1,15 JAN,JUL ? *)', 'cron(59 23 31 12 ? 2199)', 'cron(0 0 1 1 ? 1970)'],
  ];
  for (const text of GOOD) {
    it(`may be ${text}`, () => {
      expect(read(text)).to.deep.equal({ schedule: text, said: '', hint: '' });
    });
  }

  it('is written in capitals and with single spaces', () => {
    expect(read('cron(0  9 ? *  mon-Fri * )').schedule).to.equal('cron(0 9 ? * MON-FRI *)');
  });

  /** What is written, the code, a part of what is said, and what is proposed instead. */
  const BAD: readonly (readonly [string, Code, string, string | null])[] = [
    ['every 5 minutes', 'NIM2901', 'is no schedule', null],
    ['', 'NIM2901', 'is no schedule', null],
    ['at(2030-01-01T00:00:00)', 'NIM2901', 'is no schedule', null],
    ['5 minutes', 'NIM2901', 'is no schedule', 'rate(5 minutes)'],
    ['CRON(0 12 * * ? *)', 'NIM2901', 'is no schedule', 'cron(0 12 * * ? *)'],
    ['*/5 * * * *', 'NIM2901', 'is no schedule', 'cron(*/5 * * * ? *)'],
    ['rate(1 minutes)', 'NIM2902', 'after 1 the unit is "minute"', 'rate(1 minute)'],
    ['rate(2 day)', 'NIM2902', 'after 2 the unit is "days"', 'rate(2 days)'],
    ['rate(5minutes)', 'NIM2902', 'one space', 'rate(5 minutes)'],
    ['rate(5 min)', 'NIM2902', '"min" is none of the units', 'rate(5 minutes)'],
    ['rate(2 weeks)', 'NIM2902', '"weeks" is none of the units', 'rate(14 days)'],
    ['rate(30 seconds)', 'NIM2902', 'once a minute', null],
    ['rate(0 minutes)', 'NIM2902', 'no whole number', null],
    ['rate(1.5 hours)', 'NIM2902', 'no whole number', null],
    ['rate(5)', 'NIM2902', 'the unit is missing', null],
    ['rate()', 'NIM2902', 'the unit is missing', null],
    ['cron(0 12 * * *)', 'NIM2903', '5 fields', 'cron(0 12 * * ? *)'],
    ['cron(0 12 1 * *)', 'NIM2903', '5 fields', 'cron(0 12 1 * ? *)'],
    ['cron(0 9 * * 1-5)', 'NIM2903', '5 fields', 'cron(0 9 ? * 2-6 *)'],
    ['cron(*/15 * * * 0,6)', 'NIM2903', '5 fields', 'cron(*/15 * ? * 1,7 *)'],
    ['cron(0 9 * * 7)', 'NIM2903', '5 fields', 'cron(0 9 ? * 1 *)'],
    ['cron(0 12 1 * 1)', 'NIM2903', '5 fields', null],
    ['cron(0 0 12 * * ? *)', 'NIM2903', '7 fields', null],
    ['cron()', 'NIM2903', '0 fields', null],
    ['cron(0 12 * * * *)', 'NIM2904', 'sets the day of the month and the day of the week', 'cron(0 12 * * ? *)'],
    ['cron(0 12 * * MON *)', 'NIM2904', 'sets the day of the month and the day of the week', 'cron(0 12 ? * MON *)'],
    ['cron(0 12 1 * MON *)', 'NIM2904', 'sets the day of the month and the day of the week', null],
    ['cron(0 12 ? * ? *)', 'NIM2904', 'has "?"', 'cron(0 12 * * ? *)'],
    ['cron(60 * * * ? *)', 'NIM2905', '"60" in "cron(60 * * * ? *)" is no minute: minutes are 0 to 59', null],
    ['cron(0 24 * * ? *)', 'NIM2905', 'hours are 0 to 23', null],
    ['cron(0 0 0 * ? *)', 'NIM2905', 'days of the month are 1 to 31', null],
    ['cron(0 0 32W * ? *)', 'NIM2905', 'days of the month are 1 to 31', null],
    ['cron(0 0 1 13 ? *)', 'NIM2905', 'months are 1 to 12 or JAN to DEC', null],
    ['cron(0 0 1 JAM ? *)', 'NIM2905', 'did you mean JAN?', null],
    ['cron(0 0 ? * 0 *)', 'NIM2905', 'days of the week are 1 to 7 or SUN to SAT', null],
    ['cron(0 0 ? * 2#6 *)', 'NIM2905', 'days of the week', null],
    ['cron(0 0 1 * ? 1969)', 'NIM2905', 'years are 1970 to 2199', null],
    ['cron(0 22-2 * * ? *)', 'NIM2905', 'write "22-23,0-2"', null],
    ['cron(0 0 ? * FRI-MON *)', 'NIM2905', 'write "FRI-SAT,SUN-MON"', null],
    ['cron(0,,5 * * * ? *)', 'NIM2905', 'a part of the list is missing', null],
    ['cron(0/0 * * * ? *)', 'NIM2905', 'a step is a whole number from 1 to 59', null],
    ['cron(0/5/5 * * * ? *)', 'NIM2905', 'two steps', null],
    ['cron(1-2-3 * * * ? *)', 'NIM2905', 'a range has two ends', null],
    ['cron(1- * * * ? *)', 'NIM2905', 'is no minute', null],
    ['cron(? * * * ? *)', 'NIM2905', 'is no minute', null],
  ];
  for (const [text, code, said, proposed] of BAD) {
    it(`may not be ${text === '' ? 'empty' : text}`, () => {
      const found = read(text);
      expect(found.schedule).to.equal(null);
      expect(found.said).to.include(code).and.include(said);
      if (proposed !== null) expect(found.hint).to.include(`"${proposed}"`);
      else expect(found.hint).to.not.match(/as in|^write "cron/);
    });
  }

  it('is never proposed one that is wrong itself', () => {
    const proposals = BAD.flatMap(([text]) => /"((?:rate|cron)\([^)]*\))"/.exec(read(text).hint)?.[1] ?? []);
    expect(proposals.length).to.be.greaterThan(15);
    for (const proposal of proposals) expect(read(proposal).schedule, proposal).to.equal(proposal);
  });
});
