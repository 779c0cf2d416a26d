// The analysis of clients never misses an operation that a program performs, and rarely gives up.
import { expect } from 'chai';
import fc from 'fast-check';
import { operations, programOf, reach } from '../unit/compiler/reach/reach-of.js';
import { clientProgram, execute } from './client-programs.js';
import { PATIENCE, runs } from './runs.js';

describe('what handlers are found to reach', () => {
  it('has in it all that they do', async function () {
    this.timeout(PATIENCE);
    let programs = 0;
    let failed = 0;
    let givenUp = 0;
    let found = 0;
    let performed = 0;
    const tape = fc.array(fc.nat(9_999), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(tape, async (numbers) => {
        const program = clientProgram(numbers);
        const { called, error } = await execute(program);
        const reached = operations(reach(programOf(program.files)));
        const escaped = reached.filter((one) => one.endsWith('!') || one === '?');
        const missed = [...called].filter(
          (one) => !reached.includes(one) && !escaped.includes(`${one.slice(0, one.indexOf('.'))}!`) && !escaped.includes('?'),
        );
        programs++;
        if (error !== null) failed++;
        if (escaped.length > 0) givenUp++;
        found += reached.length;
        performed += called.size;
        expect(missed, program.files['main.ts']).to.deep.equal([]);
      }),
      runs(400),
    );
    expect(failed / programs, 'programs that cannot be run').to.be.lessThan(0.02);
    expect(givenUp / programs, 'clients that escape').to.be.lessThan(0.02);
    // Otherwise it would be safe to say that everything is reached.
    expect(performed / found, 'what is performed of what is found').to.be.greaterThan(0.6);
  });
});
