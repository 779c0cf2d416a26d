import { expect } from 'chai';
import { findEntry } from '../../../compiler/diagnostics/catalogue.js';
import { renderCatalogue, renderExplain } from '../../../compiler/diagnostics/render-explain.js';
import { catalogue } from './example-catalogue.js';

describe('renderExplain', () => {
  const page = (code: string, width: number = 80, color: boolean = false): string => {
    const entry = findEntry(catalogue, code);
    return entry === null ? '' : renderExplain(entry, { color, width });
  };

  it('shows code, name and severity, the text and both examples', () => {
    expect(page('NIM8001')).to.equal(
      'error[NIM8001] example-error\n\nAn example.\n\nWhy it is one.\n\nBad:\n\n    let bad;\n\nGood:\n\n    const good = 1;\n',
    );
  });

  it('wraps text to the terminal but never code', () => {
    for (const { code } of catalogue.entries) {
      for (const line of page(code, 60).split('\n')) {
        expect(line.length <= 60 || line.startsWith('    ') || !line.trim().includes(' '), `${code}: ${line}`).to.equal(true);
      }
    }
  });

  it('keeps empty lines within examples', () => {
    expect(page('NIM1224')).to.include('    }\n\n    export class Lobby extends Room {');
  });

  it('differs with colour only in colour', () => {
    expect(page('NIM1602', 80, true).replace(/\u001b\[\d+m/gu, '')).to.equal(page('NIM1602'));
  });
});

describe('renderCatalogue', () => {
  it('has a table and a section for every code', () => {
    const text = renderCatalogue(catalogue);
    for (const { code, slug } of catalogue.entries) {
      expect(text).to.include(`| [${code}](#${code.toLowerCase()}) | ${slug} |`);
      expect(text).to.include(`\n## ${code}\n\n\`${slug}\``);
    }
  });
});
