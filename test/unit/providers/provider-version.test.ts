// Constraints as Terraform reads them.
import { expect } from 'chai';
import fc from 'fast-check';
import { admitsFrom } from '../../../providers/aws/provider-version.js';

describe('aws: a constraint of the provider’s version', () => {
  const admits = (constraint: string): boolean => admitsFrom(constraint, [6, 19, 0]);

  it('admits a version from some on when its last number may grow that far', () => {
    for (const text of [
      '~> 6.19',
      '~> 6.0',
      '~> 6',
      '~> 5',
      '>= 5.100',
      '>= 5.100, < 7',
      '= 6.19.0',
      '6.20.1',
      '~> 6.25.3',
      '~> 7.0',
      '> 6.18',
      '!= 6.19.0',
    ]) {
      expect(admits(text), text).to.equal(true);
    }
  });

  it('admits none when it ends before', () => {
    for (const text of [
      '~> 5.100',

      '5.100.0',
      '< 6',
      '<= 6.18',
      '~> 6.18.0',
      '>= 5.100, < 6.19.0',
      '< 6.19',
      '~> 6.0, < 6.2',
    ]) {
      expect(admits(text), text).to.equal(false);
    }
  });

  it('is judged as by trying every version', () => {
    const number = fc.nat(4);
    const part = fc
      .tuple(fc.constantFrom('', '=', '!=', '>=', '<=', '>', '<', '~>'), fc.array(number, { minLength: 1, maxLength: 3 }))
      .map(([operator, numbers]) => ({ operator, numbers, text: `${operator} ${numbers.join('.')}` }));
    const order = (a: readonly number[], b: readonly number[]): number =>
      [0, 1, 2].map((i) => (a[i] ?? 0) - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
    const fits = (
      version: readonly number[],
      { operator, numbers }: { operator: string; numbers: readonly number[] },
    ): boolean => {
      const by = order(version, numbers);
      if (operator === '~>') return by >= 0 && numbers.slice(0, -1).every((n, i) => n === version[i]);
      const answers = { '': by === 0, '=': by === 0, '!=': by !== 0, '>=': by >= 0, '<=': by <= 0, '>': by > 0, '<': by < 0 };
      return answers[operator as keyof typeof answers];
    };
    const range = Array.from({ length: 10 }, (_, i) => i);
    const versions = range.flatMap((a) => range.flatMap((b) => range.map((c) => [a, b, c] as const)));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), fc.tuple(number, number, number), (parts, least) => {
        const expected = versions.some((v) => order(v, least) >= 0 && parts.every((one) => fits(v, one)));
        expect(admitsFrom(parts.map(({ text }) => text).join(', '), least)).to.equal(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
