import { expect } from 'chai';
import fc from 'fast-check';
import { createLineMap } from '../../compiler/ir/line-map.js';
import { blankRanges } from '../../compiler/phases/6-bundle/blank.js';
import { PATIENCE, runs } from './runs.js';

const BREAKS = ['\n', '\r\n', '\r', '\u2028', '\u2029'];
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...BREAKS, 'a', ' ', '\t', '@Key()', '\u{1F600}', '\ud800', 'é', '\ufeff', '\0'),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** Ranges in no order, some inside of others. None begins with a byte order mark, which is no part of any syntax. */
const cases = text.chain((source) => {
  const place = fc.integer({ min: source.startsWith('\ufeff') ? 1 : 0, max: Math.max(1, source.length) });
  const range = fc
    .tuple(place, place)
    .map(([a, b]) => [Math.min(a, b, source.length), Math.min(Math.max(a, b), source.length)] as const);
  return fc.record({ source: fc.constant(source), ranges: fc.array(range, { maxLength: 6 }) });
});

describe('blanking out', function () {
  this.timeout(PATIENCE);

  it('keeps the line and column of every character', () => {
    fc.assert(
      fc.property(cases, ({ source, ranges }) => {
        const blanked = blankRanges(source, ranges);
        expect(blanked.length).to.equal(source.length);
        const [before, after] = [createLineMap(source), createLineMap(blanked)];
        expect(after.lineCount).to.equal(before.lineCount);
        for (let at = 0; at <= source.length; at++) expect(after.positionAt(at)).to.deep.equal(before.positionAt(at));
      }),
      runs(400),
    );
  });

  it('leaves spaces and line breaks inside the ranges, and everything outside as it was', () => {
    fc.assert(
      fc.property(cases, ({ source, ranges }) => {
        const blanked = blankRanges(source, ranges);
        for (let at = 0; at < source.length; at++) {
          const isInside = ranges.some(([start, end]) => start <= at && at < end);
          if (!isInside) expect(blanked[at]).to.equal(source[at]);
          else if (BREAKS.includes(source[at] as string)) expect(blanked[at]).to.equal(source[at]);
          else expect(blanked[at]).to.equal(' ');
        }
      }),
      runs(400),
    );
  });
});
