import { expect } from 'chai';
import type { Binding } from '../../../compiler/phases/2-read/module-graph.js';
import { moduleGraph } from './modules.js';

/** `value b.ts#x`, `nimbus Queue`, `missing x`, ... */
function shown(binding: Binding | null): string {
  if (binding === null) return 'nothing';
  const place = 'file' in binding ? binding.file : '';
  const name = 'name' in binding ? binding.name : '';
  return [binding.of, place && name ? `${place}#${name}` : place || name].filter(Boolean).join(' ');
}

type Files = Readonly<Record<string, string>>;
const look = (files: Files, name: string, file = 'a.ts', space: 'value' | 'type' = 'value'): string =>
  shown(moduleGraph(files).lookup(file, name, space));
const exported = (files: Files, name: string, file = 'a.ts'): string => shown(moduleGraph(files).exported(file, name));

describe('the meaning of a name', () => {
  it('is what the file declares', () => {
    expect(look({ 'a.ts': 'const x = 1;' }, 'x')).to.equal('value a.ts#x');
  });

  it('is a global when the file neither declares nor imports it', () => {
    expect(look({ 'a.ts': '' }, 'Date')).to.equal('global Date');
    expect(look({ 'a.ts': '' }, 'constructor')).to.equal('global constructor');
    expect(look({ 'a.ts': '' }, '__proto__')).to.equal('global __proto__');
  });

  it('is found through imports: plain, renamed, default and namespace', () => {
    const b = { 'b.ts': 'export const x = 1; export default class Y {}' };
    expect(look({ ...b, 'a.ts': "import { x } from './b'" }, 'x')).to.equal('value b.ts#x');
    expect(look({ ...b, 'a.ts': "import { x as z } from './b'" }, 'z')).to.equal('value b.ts#x');
    expect(look({ ...b, 'a.ts': "import D from './b'" }, 'D')).to.equal('value b.ts#Y');
    expect(look({ ...b, 'a.ts': "import { default as D } from './b'" }, 'D')).to.equal('value b.ts#Y');
    expect(look({ ...b, 'a.ts': "import * as all from './b'" }, 'all')).to.equal('module b.ts');
  });

  it('is found through exports that rename, forward and collect', () => {
    const files = {
      'a.ts': "export { x as y } from './b'; export * as rest from './b'; import { x } from './b'; export { x as z };",
      'b.ts': "export * from './c'",
      'c.ts': 'const inner = 1; export { inner as x };',
    };
    expect(exported(files, 'y')).to.equal('value c.ts#inner');
    expect(exported(files, 'z')).to.equal('value c.ts#inner');
    expect(exported(files, 'rest')).to.equal('module b.ts');
    expect(exported(files, 'x')).to.equal('nothing');
  });

  it('is no default through export *', () => {
    expect(exported({ 'a.ts': "export * from './b'", 'b.ts': 'export default 1' }, 'default')).to.equal('nothing');
  });

  it('is missing when the module or its export is', () => {
    expect(look({ 'a.ts': "import { x } from './nowhere'" }, 'x')).to.equal('missing x');
    expect(look({ 'a.ts': "import { x } from './b'", 'b.ts': '' }, 'x')).to.equal('missing x');
    expect(exported({ 'a.ts': "export { x } from './b'", 'b.ts': '' }, 'x')).to.equal('missing x');
  });

  it('is what nimbusc exports, under any name and through any barrel', () => {
    const files = {
      'a.ts':
        "import { Queue as Q } from 'nimbusc'; import * as n from 'nimbusc'; import { Topic } from './b'; import { Kew } from './b';",
      'b.ts': "export * from 'nimbusc'; export { Queue as Kew } from 'nimbusc';",
    };
    expect(look(files, 'Q')).to.equal('nimbus Queue');
    expect(look(files, 'n')).to.equal('nimbus-module');
    expect(look(files, 'Topic')).to.equal('nimbus Topic');
    expect(look(files, 'Kew')).to.equal('nimbus Queue');
  });

  it('does not come from export * of nimbusc when nimbusc has no such export', () => {
    expect(look({ 'a.ts': "import { Other } from './b'", 'b.ts': "export * from 'nimbusc'" }, 'Other')).to.equal('missing Other');
  });

  it('prefers a declaration of the file to one that a star brings', () => {
    expect(exported({ 'a.ts': "export * from './b'; export const x = 1;", 'b.ts': 'export const x = 2' }, 'x')).to.equal(
      'value a.ts#x',
    );
  });

  it('tells types from values', () => {
    const files = { 'a.ts': 'export interface X {} export const X = 1; class C {} interface C { more: string }' };
    expect(look(files, 'X')).to.equal('value a.ts#X');
    expect(look(files, 'X', 'a.ts', 'type')).to.equal('type a.ts#X');
    expect(look(files, 'C', 'a.ts', 'type'), 'a class is a type, and its interface only adds to it').to.equal('value a.ts#C');
  });
});

describe('two stars that export one name', () => {
  const stars = (b: string, c: string, name = 'x'): string =>
    exported({ 'a.ts': "export * from './b'; export * from './c';", 'b.ts': b, 'c.ts': c, 'd.ts': 'export const x = 1' }, name);

  it('make it no export at all when they mean different things', () => {
    expect(stars('export const x = 1', 'export const x = 2')).to.equal('nothing');
    expect(stars("export * from 'nimbusc'", 'export const Queue = 2', 'Queue')).to.equal('nothing');
  });

  it('agree when they lead to one declaration', () => {
    expect(stars("export * from './d'", "export { x } from './d'")).to.equal('value d.ts#x');
    expect(stars("export * from 'nimbusc'", "export { Queue } from 'nimbusc'", 'Queue')).to.equal('nimbus Queue');
  });

  it('do not hide each other when one leads nowhere', () => {
    expect(stars("export { x } from './nowhere'", 'export const x = 2')).to.equal('value c.ts#x');
    expect(stars("export * from './nowhere'", 'export const x = 2')).to.equal('value c.ts#x');
  });
});

describe('circles of modules', () => {
  it('of stars end, with what is declared on them', () => {
    const files = {
      'a.ts': "export * from './b'",
      'b.ts': "export * from './c'; export const x = 1;",
      'c.ts': "export * from './a'",
    };
    for (const file of ['a.ts', 'b.ts', 'c.ts']) expect(exported(files, 'x', file)).to.equal('value b.ts#x');
    expect(exported(files, 'y')).to.equal('nothing');
  });

  it('of re-exports that only point at each other mean nothing', () => {
    expect(exported({ 'a.ts': "export { x } from './b'", 'b.ts': "export { x } from './a'" }, 'x')).to.equal('missing x');
    expect(exported({ 'a.ts': "export { x } from './a'" }, 'x')).to.equal('missing x');
    expect(
      exported({ 'a.ts': "import { x } from './b'; export { x }", 'b.ts': "import { x } from './a'; export { x }" }, 'x'),
    ).to.equal('missing x');
    expect(look({ 'a.ts': "import { x } from './a'" }, 'x')).to.equal('missing x');
  });

  it('do not hide a star that leads out of them', () => {
    const files = {
      'a.ts': "export * from './b'; export * from './c';",
      'b.ts': "import { x } from './a'; export { x };",
      'c.ts': 'export const x = 1',
    };
    expect(exported(files, 'x')).to.equal('value c.ts#x');
    expect(exported(files, 'x', 'b.ts')).to.equal('value c.ts#x');
  });

  it('give one answer, whichever module is asked first', () => {
    const files = {
      'a.ts': "export { x } from './b'; export * from './c';",
      'b.ts': "export * from './a'; export * from './c';",
      'c.ts': "export const x = 1; export * from './b';",
    };
    const orders = [
      ['a.ts', 'b.ts', 'c.ts'],
      ['c.ts', 'b.ts', 'a.ts'],
      ['b.ts', 'c.ts', 'a.ts'],
    ];
    const answers = orders.map((order) => {
      const graph = moduleGraph(files);
      for (const file of order) graph.exported(file, 'x');
      return ['a.ts', 'b.ts', 'c.ts'].map((file) => shown(graph.exported(file, 'x')));
    });
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    expect(answers[0]).to.deep.equal(['value c.ts#x', 'value c.ts#x', 'value c.ts#x']);
  });

  it('take no time, however many ways lead through them', () => {
    const files: Record<string, string> = { 'x30.ts': '', 'y30.ts': '' };
    for (let i = 0; i < 30; i++)
      for (const side of ['x', 'y']) files[`${side}${i}.ts`] = `export * from './x${i + 1}'; export * from './y${i + 1}';`;
    const start = performance.now();
    expect(exported(files, 'nowhere', 'x0.ts')).to.equal('nothing');
    expect(performance.now() - start).to.be.lessThan(3000);
  });
});

describe('members of a binding', () => {
  it('of a module are its exports, and missing when it has none of that name', () => {
    const graph = moduleGraph({ 'a.ts': "import * as b from './b'", 'b.ts': 'export const x = 1' });
    const b = graph.lookup('a.ts', 'b');
    expect(shown(graph.member(b, 'x'))).to.equal('value b.ts#x');
    expect(shown(graph.member(b, 'toString'))).to.equal('missing toString');
  });

  it('of a namespace are its declarations', () => {
    const graph = moduleGraph({ 'a.ts': 'namespace N { export const x = 1; } namespace N { export const y = 1; }' });
    const n = graph.lookup('a.ts', 'N');
    expect([shown(graph.member(n, 'x')), shown(graph.member(n, 'y')), shown(graph.member(n, 'z'))]).to.deep.equal([
      'value a.ts#x',
      'value a.ts#y',
      'missing z',
    ]);
  });

  it('of anything else are no bindings', () => {
    const graph = moduleGraph({ 'a.ts': 'const x = { y: 1 }' });
    expect(graph.member(graph.lookup('a.ts', 'x'), 'y')).to.equal(null);
  });
});

describe('what a file exports a class as', () => {
  it('is its own name before others, and default last', () => {
    const graph = moduleGraph({ 'a.ts': 'class C {} export { C as A, C, C as default, C as Z }; export default class D {}' });
    expect(graph.exportNames('a.ts', 'C')).to.deep.equal(['C', 'A', 'Z', 'default']);
    expect(graph.exportNames('a.ts', 'D')).to.deep.equal(['default']);
    expect(graph.exportNames('a.ts', 'E')).to.deep.equal([]);
  });
});

describe('constants whose members are changed', () => {
  const mutated = (files: Files, file: string, name: string): boolean => moduleGraph(files).isMutated(file, name);

  it('are found in the file that declares them and in others', () => {
    const declared = { 'b.ts': 'export const S = { a: 1 }; export const T = { a: 1 };' };
    expect(mutated({ 'b.ts': 'const S = { a: 1 }; function f() { S.a = 2; }' }, 'b.ts', 'S')).to.equal(true);
    expect(mutated({ ...declared, 'a.ts': "import { S as X } from './b'; X.a++;" }, 'b.ts', 'S')).to.equal(true);
    expect(mutated({ ...declared, 'a.ts': "import { S as X } from './b'; delete X['a'];" }, 'b.ts', 'S')).to.equal(true);
    expect(mutated({ ...declared, 'a.ts': "import { S as X } from './b'; X.a += 1;" }, 'b.ts', 'T')).to.equal(false);
  });

  it('are not those that are only read', () => {
    expect(mutated({ 'b.ts': 'const S = { a: 1 }; let x = S.a; x = S.a + 1; const y = { ...S, a: 2 };' }, 'b.ts', 'S')).to.equal(
      false,
    );
  });
});
