import { expect } from 'chai';
import fc from 'fast-check';
import { createLineMap } from '../../../compiler/ir/line-map.js';

describe('createLineMap', () => {
  it('counts lines and columns from 1', () => {
    const map = createLineMap('ab\ncd');
    expect(map.positionAt(0)).to.deep.equal({ line: 1, column: 1 });
    expect(map.positionAt(2)).to.deep.equal({ line: 1, column: 3 });
    expect(map.positionAt(3)).to.deep.equal({ line: 2, column: 1 });
    expect(map.positionAt(5)).to.deep.equal({ line: 2, column: 3 });
  });

  it('breaks lines at LF, CR LF, a lone CR, U+2028 and U+2029, as TypeScript does', () => {
    const map = createLineMap('a\nb\r\nc\rd\u2028e\u2029f');
    expect(map.lineCount).to.equal(6);
    const text = 'a\nb\r\nc\rd\u2028e\u2029f';
    const lines = [1, 2, 3, 4, 5, 6].map((line) => text.slice(map.lineRange(line).start, map.lineRange(line).end));
    expect(lines).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('does not break lines at other separators', () => {
    expect(createLineMap('a\vb\fc\u0085d').lineCount).to.equal(1);
  });

  it('gives a byte order mark an offset but no column', () => {
    const map = createLineMap('\ufeffab\ncd');
    expect(map.positionAt(0)).to.deep.equal({ line: 1, column: 1 });
    expect(map.positionAt(1)).to.deep.equal({ line: 1, column: 1 });
    expect(map.positionAt(2)).to.deep.equal({ line: 1, column: 2 });
    expect(map.positionAt(4)).to.deep.equal({ line: 2, column: 1 });
  });

  it('moves offsets outside of the text to its ends', () => {
    const map = createLineMap('ab');
    expect(map.positionAt(-5)).to.deep.equal({ line: 1, column: 1 });
    expect(map.positionAt(99)).to.deep.equal({ line: 1, column: 3 });
    expect(map.lineRange(7)).to.deep.equal({ start: 0, end: 2 });
  });

  it('has one empty line for an empty text', () => {
    expect(createLineMap('').lineCount).to.equal(1);
    expect(createLineMap('').lineRange(1)).to.deep.equal({ start: 0, end: 0 });
  });

  it('finds each offset again, except those within a line break', () => {
    const piece = fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', '\u2028', ' ', '\ufeff', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(), (pieces, seed) => {
        const text = pieces.join('');
        const map = createLineMap(text);
        const offset = seed % (text.length + 1);
        const back = map.offsetAt(map.positionAt(offset));
        const isMark = offset === 0 && text.startsWith('\ufeff');
        const isInBreak = text[offset - 1] === '\r' && text[offset] === '\n';
        expect(back).to.equal(isMark ? 1 : isInBreak ? offset - 1 : offset);
      }),
    );
  });
});
