import { expect } from 'chai';
import { readFacts } from '../../../compiler/phases/1-load/read-facts.js';

const exportsOf = (text: string): string[] => readFacts('a.ts', text).exports.map((e) => `${e.name}=${e.local}`);

describe('the exports of a file', () => {
  it('are there once, however often they are declared', () => {
    expect(
      exportsOf('export function f(): void; export function f(x?: string) {} export interface I {} export interface I {}'),
    ).to.deep.equal(['f=f', 'I=I']);
  });

  it('are not those of its namespaces', () => {
    expect(exportsOf('export namespace N { export function f() {} export class C {} } export function f() {}')).to.deep.equal([
      'N=N',
      'f=f',
    ]);
    expect(exportsOf('export function f() {} namespace N { export function f() {} }')).to.deep.equal(['f=f']);
  });

  it('are read in no time, however many they are', () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `export function f${i}() {}`).join('\n');
    const start = performance.now();
    expect(exportsOf(text).length).to.equal(50_000);
    expect(performance.now() - start).to.be.lessThan(8_000);
  });
});

describe('source that the parser cannot read', () => {
  it('gives the places of all its errors, each within the text', () => {
    for (const text of ['const = 1; class {', 'export class A { @', '`${', '/*', "'", '<<<<<<< HEAD']) {
      const { syntaxErrors } = readFacts('a.ts', text);
      expect(syntaxErrors, text).to.not.deep.equal([]);
      for (const { at } of syntaxErrors) expect(0 <= at[0] && at[0] <= at[1] && at[1] <= text.length, text).to.equal(true);
    }
  });

  it('is refused where its brackets are deepest when it is nested too deeply', () => {
    const { syntaxErrors, values } = readFacts('a.ts', `const a = 1;\nconst x = ${'('.repeat(20_000)}`);
    expect(values).to.deep.equal({});
    expect(syntaxErrors).to.deep.equal([{ message: 'The code is nested too deeply.', at: [20_022, 20_023] }]);
  });
});

describe('expressions in facts', () => {
  const initial = (text: string) => {
    const fact = readFacts('a.ts', `const x = ${text};`).values['x'];
    return fact?.t === 'const' ? fact.init : null;
  };

  it('are flat where they are chains, so that they can be stored', () => {
    const chain = initial(`${"'a' + ".repeat(4_000)}'a'`);
    expect(chain?.t).to.equal('binary');
    expect(JSON.parse(JSON.stringify(chain))).to.deep.equal(chain);
  });

  it('are cut where they are larger than any setting', () => {
    expect(initial(`[${'1, '.repeat(6_000)}]`)).to.include({ t: 'opaque', form: 'too-large' });
    expect(initial(`${'1 + '.repeat(6_000)}1`)).to.include({ t: 'opaque', form: 'too-large' });
  });

  it('keep the words of the user where they have no value, on one line and short', () => {
    expect(initial('compute(\n  1,\n  2,\n)')).to.include({ t: 'opaque', form: 'call', text: 'compute( 1, 2, )' });
    expect((initial(`compute('${'x'.repeat(500)}')`) as { text: string }).text.length).to.equal(60);
  });
});
