import { expect } from 'chai';
import { nextRun } from '../../../providers/local/schedule.js';

const at = (text: string): number => Date.parse(text);
const next = (expression: string, after: string): string | null => {
  const time = nextRun(expression, at(after), at('2024-01-01T00:00:30Z'));
  return time === null ? null : new Date(time).toISOString().replace(/:00\.000Z$|\.000Z$/, '');
};

describe('the next run of a schedule', () => {
  it('comes at a rate, counted from the start', () => {
    expect(next('rate(5 minutes)', '2024-01-01T00:00:30Z')).to.equal('2024-01-01T00:05:30');
    expect(next('rate(5 minutes)', '2024-01-01T00:05:29Z')).to.equal('2024-01-01T00:05:30');
    expect(next('rate(1 hour)', '2024-01-01T12:30:00Z')).to.equal('2024-01-01T13:00:30');
    expect(next('rate(2 days)', '2024-01-02T00:00:00Z')).to.equal('2024-01-03T00:00:30');
  });

  const cases: readonly (readonly [cron: string, after: string, expected: string | null])[] = [
    ['0 12 * * ? *', '2024-05-05T11:59:59Z', '2024-05-05T12:00'],
    ['0 12 * * ? *', '2024-05-05T12:00:00Z', '2024-05-06T12:00'],
    ['0/15 9-10 ? * * *', '2024-05-05T09:16:00Z', '2024-05-05T09:30'],
    ['0/15 9-10 ? * * *', '2024-05-05T10:45:00Z', '2024-05-06T09:00'],
    ['30 8 ? * MON-FRI *', '2024-05-03T08:30:00Z', '2024-05-06T08:30'],
    ['0 0 ? * 1 *', '2024-05-03T00:00:00Z', '2024-05-05T00:00'],
    ['0 0 ? * FRI-MON *', '2024-05-06T00:00:00Z', '2024-05-10T00:00'],
    ['0 0 L * ? *', '2024-02-01T00:00:00Z', '2024-02-29T00:00'],
    ['0 0 1W * ? *', '2024-05-31T00:00:00Z', '2024-06-03T00:00'],
    ['0 0 15W 6 ? *', '2024-01-01T00:00:00Z', '2024-06-14T00:00'],
    ['0 0 LW 6 ? *', '2024-01-01T00:00:00Z', '2024-06-28T00:00'],
    ['0 0 ? * 6L *', '2024-05-01T00:00:00Z', '2024-05-31T00:00'],
    ['0 0 ? * 2#3 *', '2024-05-01T00:00:00Z', '2024-05-20T00:00'],
    ['0 0 31 JAN,MAR ? *', '2024-02-01T00:00:00Z', '2024-03-31T00:00'],
    ['0 0 29 2 ? *', '2024-03-01T00:00:00Z', '2028-02-29T00:00'],
    ['0 0 1 1 ? 2023', '2024-01-01T00:00:00Z', null],
    ['5,10 0 1 1 ? 2025/2', '2024-01-01T00:00:00Z', '2025-01-01T00:05'],
  ];
  for (const [cron, after, expected] of cases)
    it(`of cron(${cron}) after ${after} is ${expected ?? 'never'}`, () =>
      expect(next(`cron(${cron})`, after)).to.equal(expected));

  it('is later than asked, at whatever time', () => {
    for (let minute = 0; minute < 3_000; minute += 7) {
      const after = at('2024-02-27T00:00:00Z') + minute * 60_000 + 13;
      const time = nextRun('cron(*/20 3-5,22 ? * * *)', after, 0) as number;
      const date = new Date(time);
      expect(time).to.be.greaterThan(after);
      expect([0, 20, 40]).to.include(date.getUTCMinutes());
      expect([3, 4, 5, 22]).to.include(date.getUTCHours());
    }
  });
});
