import { expect } from 'chai';
import fc from 'fast-check';
import { toPlain } from '../../../compiler/config/config-node.js';
import { parseJson } from '../../../compiler/config/parse-json.js';

function reference(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

describe('parseJson', () => {
  it('gives the values that JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const parsed = parseJson(JSON.stringify(value, null, space));
        expect(parsed.ok).to.equal(true);
        if (parsed.ok && parsed.root !== null) expect(toPlain(parsed.root)).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('accepts and refuses the same texts as JSON.parse', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\n',
      '\\u00',
      '\\',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        if (text.trim() === '') return;
        const parsed = parseJson(text);
        expect(parsed.ok, text).to.equal(reference(text) !== null);
        if (!parsed.ok) expect(parsed.problem.at.start).to.be.within(0, text.length);
      }),
      { numRuns: 2000 },
    );
  });
});
