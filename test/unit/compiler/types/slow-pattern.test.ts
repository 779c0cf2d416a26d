import { expect } from 'chai';
import { isSlowPattern } from '../../../../compiler/phases/1-load/types/slow-pattern.js';

/** With text on which a match takes twice as long with each further character, but for the last one. */
const SLOW: Readonly<Record<string, readonly [again: string, end: string]>> = {
  '^(a+)+$': ['a', '!'],
  '^(a*)*$': ['a', '!'],
  '^(a|a)*$': ['a', '!'],
  '^(a|aa)+$': ['a', '!'],
  '^(?:\\w+\\s?)*$': ['a', '!'],
  '^(\\d+)*x$': ['1', '!'],
  '(x+x+)+y': ['x', '!'],
  '^(([a-z])+.)+[A-Z]([a-z])+$': ['a', '!'],
  '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+$': ['a', '!'],
  '^([\\p{L}]+[ -]?)+$': ['é', '!'],
  '^(?<word>[a-z]{1,64})+$': ['a', '!'],
  '^(?:.|[^,]|\\u0061)*;$': ['b', '!'],
  '^(a+)+(?=b)': ['a', '!'],
};

const FAST: readonly string[] = [
  ...['^[a-c]+$', '^[A-Z]{2}\\d{4}$', '^\\+?[1-9]\\d{1,14}$', '^[a-z0-9]+(?:-[a-z0-9]+)*$', '^\\d{4}-\\d{2}-\\d{2}$', '', 'a|b'],
  '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$',
  '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  '^#(?:[0-9a-fA-F]{3}){1,2}$',
  "^[\\p{L} .'-]+$",
  '^https?://[^\\s/$.?#].[^\\s]*$',
  '^(?=.*[a-z])(?=.*\\d).{8,64}$',
  '^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$',
  '^v?\\d+\\.\\d+\\.\\d+(?:-[\\w.]+)?$',
  '^[a-z][a-z0-9_]*$',
  '^(?:\\d+,)*\\d+$',
  '^[\\w.+-]+@(?:[a-z0-9-]+\\.)+[a-z]{2,}$',
  // The match is there before anything has to be tried again.
  ...['(a+)+', '^(\\w+\\s?)*'],
  // Not followed: said to be fast.
  '^(a+)\\1$',
];

const timeOf = (pattern: RegExp, text: string): number => {
  const start = process.cpuUsage().user;
  pattern.test(text);
  return process.cpuUsage().user - start;
};

describe('patterns that take exponential time', () => {
  for (const [pattern, [again, end]] of Object.entries(SLOW)) {
    it(`are found: ${pattern}`, () => {
      expect(isSlowPattern(pattern)).to.equal(true);
      const regexp = new RegExp(pattern, 'u');
      // Until it takes a fifth of a second, which it does at some length; a fast one would not at any of these.
      let length = 10;
      while (length < 60 && timeOf(regexp, again.repeat(length) + end) < 200_000) length++;
      expect(length).to.be.lessThan(60);
    });
  }

  for (const pattern of FAST) {
    it(`are not seen in ${JSON.stringify(pattern)}`, () => {
      expect(isSlowPattern(pattern)).to.equal(false);
      const regexp = new RegExp(pattern, 'u');
      for (const again of ['a', '1', 'a1', '-a', '.', 'aa,', 'é ', 'a@', 'a.'])
        expect(timeOf(regexp, `${again.repeat(200)}!`)).to.be.lessThan(200_000);
    });
  }
});
