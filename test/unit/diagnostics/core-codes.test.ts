import { expect } from 'chai';
import { buildCatalogue } from '../../../compiler/diagnostics/catalogue.js';
import { coreTables } from '../../../compiler/diagnostics/core-codes.js';
import type { CodeSpec } from '../../../compiler/diagnostics/diagnostic.js';

/** A value of a plausible type for whatever parameter a text asks for. */
const params = new Proxy(
  {},
  {
    get(_, name) {
      const lists = ['files', 'known', 'stages', 'options', 'given', 'circle', 'allowed'];
      const numbers = ['actual', 'most', 'amount', 'least', 'parameters', 'length', 'longest'];
      if (lists.includes(String(name))) return ['first', 'second'];
      return numbers.includes(String(name)) ? 2 : 'given';
    },
  },
);

const rows = coreTables.flatMap((table) => Object.entries(table) as [string, CodeSpec<unknown>][]);

describe('the core codes', () => {
  it('make a catalogue, with no code in two tables', () => {
    expect(buildCatalogue(coreTables).entries).to.have.length(rows.length);
  });

  it('stay within the blocks of the core', () => {
    for (const [code] of rows) expect(code).to.match(/^NIM(1[0-8]|40|50|90)\d\d$/u);
  });

  for (const [code, spec] of rows) {
    describe(`${code} ${spec.slug}`, () => {
      it('has a message and a hint of one sentence each, without a full stop', () => {
        for (const text of [spec.message(params), spec.hint?.(params) ?? null]) {
          if (text === null) continue;
          expect(text).to.not.match(/undefined|\[object|NaN/u);
          expect(text).to.not.match(/\.$/u);
          expect(text.trim()).to.equal(text).and.not.equal('');
        }
        expect(spec.message(params)).to.not.include('\n');
      });

      it('has a page with one sentence, a paragraph, a bad and a good example', () => {
        expect(spec.explain).to.match(
          /^[^\n]+\.\n\n[^`]+?\n\nBad:\n\n```(ts|yaml|sh)\n[\s\S]+?\n```\n\nGood:\n\n```(ts|yaml|sh)\n[\s\S]+?\n```\n$/u,
        );
        expect(spec.explain.split('\n').every((line) => line.length <= 130)).to.equal(true);
      });
    });
  }
});
