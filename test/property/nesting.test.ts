import { expect } from 'chai';
import { checkFiles, type Files, problems } from './projects.js';
import { PATIENCE } from './runs.js';

const DEEP = 10_000;
const MANY = 40;
const nested = (open: string, inner: string, close: string, times = DEEP): string =>
  open.repeat(times) + inner + close.repeat(times);

/** Source that no person writes; each is followed by a handler that has nothing to do with it. */
const SHAPES: Readonly<Record<string, string>> = {
  parentheses: `const x = ${nested('(', '1', ')')};`,
  'nested arrays': `const x = ${nested('[', '', ']')};`,
  'nested objects': `const x = ${nested('{ a: ', '1', '}')};`,
  'nested templates': `const x = ${nested('`${', '1', '}`')};`,
  'a long sum': `const x = ${'1 + '.repeat(DEEP)}1;`,
  'a very long sum': `const x = ${'1 + '.repeat(10 * DEEP)}1;`,
  'a long power': `const x = ${'2 ** '.repeat(DEEP)}2;`,
  'a chain of members': `const x = a${'.b'.repeat(DEEP)};`,
  'a chain of indices': `const x = a${'[0]'.repeat(DEEP)};`,
  'a chain of calls': `const x = a${'()'.repeat(DEEP)};`,
  'a chain of conditions': `const x = ${'a ? b : '.repeat(DEEP)}c;`,
  'a chain of signs': `const x = ${'!'.repeat(DEEP)}c;`,
  'a chain of assertions': `const x = a${' as any'.repeat(DEEP)};`,
  'a chain of non-null assertions': `const x = a${'!'.repeat(DEEP)};`,
  'a chain of assignments': `let a; a = ${'a = '.repeat(DEEP)}1;`,
  'nested spreads': `const x = ${nested('[...', '[]', ']')};`,
  'nested functions': nested('function f() {', '', '}', DEEP / 2),
  'nested arrows': `const x = ${'() => '.repeat(DEEP)}1;`,
  'nested blocks': nested('{', '', '}'),
  'nested ifs': `${'if (a) '.repeat(DEEP)};`,
  'a chain of elses': `${'if (a); else '.repeat(DEEP)};`,
  'nested classes': nested('class A { m() {', '', '} }', DEEP / 4),
  'nested patterns': `const ${nested('[', 'a', ']')} = [];`,
  'a dotted namespace': `namespace a${'.b'.repeat(DEEP)} {}`,
  'nested tuple types': `type X = ${nested('[', '', ']')};`,
  'a chain of array types': `type X = string${'[]'.repeat(DEEP)};`,
  'a chain of unions': `type X = ${'string | '.repeat(DEEP)}string;`,
  'nested type arguments': `type X = ${nested('Array<', 'string', '>', DEEP / 2)};`,
  'a long dotted type': `type X = a${'.b'.repeat(DEEP)};`,
  'nested decorator arguments': `function D(x: unknown): any {} @D(${nested('(', '1', ')')}) class A {}`,
  'open brackets only': '('.repeat(DEEP),
  'closing brackets only': ')'.repeat(DEEP),
  'many decorators': `export class A { ${'@D() '.repeat(DEEP)} m() {} }`,
  'a comment of stars': `/*${'*'.repeat(DEEP * 10)}/`,
  'many errors': '@ '.repeat(DEEP),
};

/** Values that a decorator is given; each is computed, or it is said why not. */
const VALUES: Readonly<Record<string, string>> = {
  'a sum of thousands': `export const X = ${"'a' + ".repeat(3000)}'a';`,
  'a chain of constants':
    Array.from({ length: 5000 }, (_, i) => `const c${i} = ${i === 0 ? "'a'" : `c${i - 1}`};`).join('\n') +
    'export const X = c4999;',
  'a chain of static fields':
    Array.from({ length: 2000 }, (_, i) => `class K${i} { static readonly V = ${i === 0 ? "'a'" : `K${i - 1}.V`}; }`).join('\n') +
    'export const X = K1999.V;',
  'a chain of enum members': `enum E { A0 = 1, ${Array.from({ length: 3000 }, (_, i) => `A${i + 1} = A${i} + 1`).join(', ')} } export const X = 'a' + E.A3000;`,
  'an enum of thousands': `enum E { ${Array.from({ length: 5000 }, (_, i) => `A${i}`).join(', ')} } export const X = 'a' + E.A4999;`,
  'texts that double': `const c0 = 'aaaaaaaaaaaaaaaa';${Array.from({ length: MANY }, (_, i) => `const c${i + 1} = c${i} + c${i};`).join('\n')} export const X = c${MANY};`,
  'templates that double': `const c0 = 'aaaaaaaaaaaaaaaa';${Array.from({ length: MANY }, (_, i) => `const c${i + 1} = \`\${c${i}}\${c${i}}\`;`).join('\n')} export const X = c${MANY};`,
  'lists that double': `const c0 = ['a'];${Array.from({ length: MANY }, (_, i) => `const c${i + 1} = [...c${i}, ...c${i}];`).join('\n')} export const X = c${MANY}[0];`,
  'objects that double': `const c0 = { a: 'a' };${Array.from({ length: MANY }, (_, i) => `const c${i + 1} = { a: c${i}, b: c${i} };`).join('\n')} export const X = c${MANY}${'.a'.repeat(MANY + 1)};`,
  'a circle of constants': 'const a = b; const b = c; const c = a; export const X = a;',
  'a circle of spreads': 'const a = { ...b }; const b = { ...a }; export const X = a.x;',
  'a circle of enums': 'enum A { X = B.X } enum B { X = A.X } export const X = A.X + "";',
  'a circle of static fields': 'class A { static readonly X = B.X; } class B { static readonly X = A.X; } export const X = A.X;',
  'a circle of classes': 'class A extends B {} class B extends A {} export const X = A.Y;',
};

const handler = (path: string): string =>
  `import { HttpServerlessFunction } from 'nimbusc';\nexport class Handler { @HttpServerlessFunction({ method: 'GET', path: ${path} }) run() {} }\n`;

async function check(files: Files): Promise<{ problems: string[]; handlers: number; took: number }> {
  const start = performance.now();
  const result = await checkFiles({ 'nimbus.yml': 'projectName: p', ...files });
  const took = performance.now() - start;
  expect(problems(result).filter((p) => p.includes(' NIM9'))).to.deep.equal([]);
  return {
    problems: problems(result),
    handlers: result.graphs.flatMap((g) => g.nodes).filter((n) => n['kind'] === 'function').length,
    took,
  };
}

describe('source that is nested, chained or repeated ten thousand times', function () {
  this.timeout(PATIENCE);

  for (const [name, source] of Object.entries(SHAPES)) {
    it(`is read, or refused with a diagnostic, and harms no other file: ${name}`, async () => {
      const { problems: found, handlers, took } = await check({ 'src/deep.ts': source, 'src/handler.ts': handler("'a'") });
      expect(took).to.be.lessThan(10_000);
      if (found.length === 0) expect(handlers).to.equal(1);
      for (const problem of found) expect(problem).to.match(/^error NIM1008 src\/deep\.ts:\d+ /);
    });
  }

  it('is refused where it is deepest', async () => {
    const before = 'const a = (1);\n'.repeat(3);
    const { problems: found } = await check({
      'src/deep.ts': `${before}const x = ${nested('(', '1', ')')};`,
      'src/handler.ts': handler("'a'"),
    });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(
      new RegExp(`^error NIM1008 src/deep\\.ts:${before.length + 'const x = '.length + DEEP - 1} .*nested too deeply`),
    );
  });
});

describe('constants of any size', function () {
  this.timeout(PATIENCE);

  for (const [name, source] of Object.entries(VALUES)) {
    it(`have a value, or a diagnostic at their use: ${name}`, async () => {
      const {
        problems: found,
        handlers,
        took,
      } = await check({ 'src/values.ts': source, 'src/handler.ts': `import { X } from './values.js';\n${handler('X')}` });
      expect(took).to.be.lessThan(10_000);
      if (found.every((p) => !p.startsWith('error'))) expect(handlers).to.equal(1);
      else for (const problem of found) expect(problem).to.match(/^error NIM11\d\d src\/handler\.ts:\d+ /);
    });
  }

  it('are computed where a person could have written them', async () => {
    for (const [name, use] of [
      ['a sum of thousands', '"length" + X.length'],
      ['an enum of thousands', 'X'],
    ] as const) {
      const { handlers } = await check({
        'src/values.ts': VALUES[name] as string,
        'src/handler.ts': `import { X } from './values.js';\n${handler(use)}`,
      });
      expect(handlers, name).to.equal(1);
    }
  });
});
