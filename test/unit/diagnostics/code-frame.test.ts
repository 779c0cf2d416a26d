import { expect } from 'chai';
import { codeFrame } from '../../../compiler/diagnostics/code-frame.js';
import { createLineMap } from '../../../compiler/ir/line-map.js';

/** The frame as it would be printed, without numbers; the range is what stands between « and ». */
function frame(marked: string, { width = 80, label = '' } = {}): string {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const text = marked.replace('«', '').replace('»', '');
  const rows = codeFrame({ text, map: createLineMap(text), start, end, label, width });
  return rows
    .map((row) => {
      if (row.row === 'source') return `${row.line}|${row.text}`;
      if (row.row === 'gap') return '...';
      const marks = row.row === 'marks' ? '^'.repeat(row.length) : '';
      return ` |${' '.repeat(row.indent)}${[marks, row.label].filter((part) => part !== '').join(' ')}`;
    })
    .join('\n');
}

describe('codeFrame', () => {
  it('underlines exactly the range', () => {
    expect(frame('let a;\nlet «name» = 1;\nlet b;')).to.equal('2|let name = 1;\n |    ^^^^');
  });

  it('puts the label behind the marks', () => {
    expect(frame('let «name» = 1;', { label: 'no number' })).to.equal('1|let name = 1;\n |    ^^^^ no number');
  });

  it('marks one column for an empty range, at the end of a line and of the file too', () => {
    expect(frame('ab«»c')).to.equal('1|abc\n |  ^');
    expect(frame('abc«»\nd')).to.equal('1|abc\n |   ^');
    expect(frame('abc\n«»')).to.equal('2|\n |^');
  });

  it('expands tabs to the next multiple of four columns', () => {
    expect(frame('\t«x»\ty')).to.equal('1|    x   y\n |    ^');
    expect(frame('a«\t»b')).to.equal('1|a   b\n | ^^^');
  });

  it('gives wide characters two columns and combining ones none', () => {
    expect(frame("name: '日本', «x»")).to.equal("1|name: '日本', x\n |              ^");
    expect(frame('«日本»')).to.equal('1|日本\n |^^^^');
    expect(frame('e\u0301 «x»')).to.equal('1|e\u0301 x\n |  ^');
    expect(frame('«👩‍👩‍👧» x')).to.equal('1|👩‍👩‍👧 x\n |^^');
  });

  it('shows what would control the terminal or reorder the text as a replacement character', () => {
    expect(frame('a\u001b[31m«b»\u202e')).to.equal('1|a\ufffd[31mb\ufffd\n |      ^');
  });

  it('knows CR LF, and does not show the byte order mark', () => {
    expect(frame('\ufeff«a»\r\nb')).to.equal('1|a\n |^');
  });

  it('shows all of a short range of several lines, without its indentation', () => {
    expect(frame('x(«{\n    a: 1,\n  }»);')).to.equal('1|x({\n |  ^\n2|    a: 1,\n |    ^^^^^\n3|  });\n |  ^');
  });

  it('cuts the middle of a long range, and puts the label at its end', () => {
    const shown = frame('x(«[\n  1,\n  2,\n  3,\n  4,\n]»);', { label: 'here' });
    expect(shown).to.equal('1|x([\n |  ^\n2|  1,\n |  ^^\n...\n6|]);\n |^ here');
  });

  it('does not reach into the next line when the range ends with a line break', () => {
    expect(frame('«let a;\n»let b;')).to.equal('1|let a;\n |^^^^^^');
  });

  it('crops a long line around the range', () => {
    const before = 'a'.repeat(100);
    const after = 'b'.repeat(100);
    const shown = frame(`${before}«XYZ»${after}`, { width: 41 });
    const [source = '', marks = ''] = shown.split('\n');
    expect(source).to.equal(`1|...${'a'.repeat(16)}XYZ${'b'.repeat(16)}...`);
    expect(marks).to.equal(` |${' '.repeat(19)}^^^`);
  });

  it('crops only where something is cut off', () => {
    expect(frame(`«X»${'b'.repeat(100)}`, { width: 40 })).to.equal(`1|X${'b'.repeat(36)}...\n |^`);
    expect(frame(`${'a'.repeat(100)}«X»`, { width: 40 })).to.equal(`1|...${'a'.repeat(36)}X\n |${' '.repeat(39)}^`);
  });

  it('shows the start of a range that is itself too long', () => {
    const shown = frame(`ab «${'x'.repeat(200)}» c`, { width: 40 });
    expect(shown).to.equal(`1|ab ${'x'.repeat(34)}...\n |   ${'^'.repeat(34)}`);
  });

  it('shows a line of a megabyte in no time', () => {
    const shown = frame(`${'日'.repeat(500_000)}«X»${'é'.repeat(500_000)}`, { width: 40 });
    expect(shown).to.match(/^1\|\.\.\.日+Xé+\.\.\.\n \| +\^$/u);
  }).timeout(1000);

  it('puts a label below that does not fit behind the marks', () => {
    expect(frame(`${'a'.repeat(30)}«X»`, { width: 40, label: 'a rather long label' })).to.equal(
      `1|${'a'.repeat(30)}X\n |${' '.repeat(30)}^\n |${' '.repeat(21)}a rather long label`,
    );
  });
});
