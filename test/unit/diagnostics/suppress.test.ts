import { expect } from 'chai';
import { readSuppressions } from '../../../compiler/diagnostics/suppress.js';

function covered(text: string): readonly (string | null)[] {
  return readSuppressions('a.ts', text).map(({ covers }) => (covers === null ? null : text.slice(covers.start, covers.end)));
}

describe('readSuppressions', () => {
  it('gives the codes with their places, the reason and the line that is covered', () => {
    const text = 'let a;\n  // nimbusc-ignore-next NIM1602, NIM1502 -- used elsewhere\n  class B {}\n';
    const [found] = readSuppressions('a.ts', text);
    expect(found?.codes.map(({ code, span }) => [code, text.slice(span.start, span.end)])).to.deep.equal([
      ['NIM1602', 'NIM1602'],
      ['NIM1502', 'NIM1502'],
    ]);
    expect(found?.reason).to.equal('used elsewhere');
    expect(text.slice(found?.span.start, found?.span.end)).to.equal(found?.text);
    expect(covered(text)).to.deep.equal(['  class B {}']);
  });

  it('covers the next line of code, over blank lines and other comments', () => {
    expect(covered('// nimbusc-ignore-next NIM1602 -- a\n\n// more\n// nimbusc-ignore-next NIM1502 -- b\r\nx\r\n')).to.deep.equal(
      ['x', 'x'],
    );
  });

  it('covers nothing at the end of the file', () => {
    expect(covered('x\n// nimbusc-ignore-next NIM1602 -- a\n')).to.deep.equal([null]);
  });

  it('needs a line of its own, so that text which mentions it is no suppression', () => {
    expect(covered('const a = "// nimbusc-ignore-next NIM1602 -- a";')).to.deep.equal([]);
    expect(covered('x(); // nimbusc-ignore-next NIM1602 -- a\ny();')).to.deep.equal([]);
  });

  it('asks whether a line that looks like a comment is one', () => {
    const text = '`\n// nimbusc-ignore-next NIM1602 -- a\n`';
    expect(readSuppressions('a.ts', text, () => false)).to.deep.equal([]);
  });

  it('reads many comments in time that grows with their number', () => {
    const many = (count: number): string => '// nimbusc-ignore-next NIM1602 -- a\n'.repeat(count).concat('x\n');
    expect(new Set(covered(many(20_000)))).to.deep.equal(new Set(['x']));
  });
});
