import * as vm from 'node:vm';
import { expect } from 'chai';
import { transform } from 'esbuild';
import fc from 'fast-check';
import type { ModuleSource } from '../../compiler/ir/module-source.js';
import type { StaticValue } from '../../compiler/ir/static-value.js';
import { readFacts } from '../../compiler/phases/1-load/read-facts.js';
import { Evaluator } from '../../compiler/phases/2-read/evaluate.js';
import { ModuleGraph } from '../../compiler/phases/2-read/module-graph.js';
import { type Program, programArbitrary } from './programs.js';
import { PATIENCE, runs } from './runs.js';

/** What the compiler makes of an export. */
function evaluator(program: Program): (file: string, name: string) => StaticValue {
  const imports = [...program.files.keys()].map((file, i) => `import * as m${i} from '../${file.replace('.ts', '.js')}';`);
  const facts = new Map(
    [...program.files, ['src/probe.ts', imports.join('\n')] as const].map(([path, text]) => [path, readFacts(path, text)]),
  );
  const source: ModuleSource = {
    files: [...facts.keys()],
    facts: (file) => facts.get(file) ?? null,
    resolve: (_, specifier) => ({
      of: 'file',
      file: `src/${specifier.slice(specifier.lastIndexOf('/') + 1).replace('.js', '.ts')}`,
    }),
  };
  const evaluate = new Evaluator(new ModuleGraph(source, new Set()), {});
  const at = [0, 1] as const;
  return (file, name) => {
    const module = { t: 'name', name: `m${[...program.files.keys()].indexOf(file)}`, at } as const;
    return evaluate.evaluate('src/probe.ts', { t: 'member', o: module, name, nameAt: at, at });
  };
}

/** What JavaScript makes of it: the text without its types, run. The compiler never does this. */
async function javascript(program: Program): Promise<(file: string, name: string) => unknown> {
  const modules = new Map<string, { readonly exports: Record<string, unknown> }>();
  const context = vm.createContext({});
  const scripts = new Map<string, string>();
  for (const [path, text] of program.files) scripts.set(path, (await transform(text, { loader: 'ts', format: 'cjs' })).code);
  const load = (path: string): Record<string, unknown> => {
    const known = modules.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(path, module);
    const run = vm.runInContext(`(function (module, exports, require) {${scripts.get(path)}\n})`, context, { filename: path });
    run(module, module.exports, (specifier: string) => load(`src/${specifier.slice(2).replace('.js', '.ts')}`));
    modules.set(path, module);
    return module.exports;
  };
  return (file, name) => load(file)[name];
}

const DYNAMIC = Symbol('dynamic');

function plain(value: StaticValue, reasons: string[]): unknown {
  switch (value.t) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'null':
      return null;
    case 'undefined':
      return undefined;
    case 'list':
      return value.items.map((item) => plain(item, reasons));
    case 'record':
      return Object.fromEntries(value.entries.map((e) => [e.key, plain(e.value, reasons)]));
    default:
      reasons.push(value.t === 'dynamic' ? `${value.why.reason} ${value.why.detail}` : value.t);
      return DYNAMIC;
  }
}

/** The values, and whether they are equal; `DYNAMIC` equals everything. */
function agree(found: unknown, real: unknown): boolean {
  if (found === DYNAMIC) return true;
  if (typeof real !== 'object' || real === null || typeof found !== 'object' || found === null) return Object.is(found, real);
  if (Array.isArray(found) !== Array.isArray(real)) return false;
  const keys = (value: object): string => Object.keys(value).sort().join('\0');
  return (
    keys(found) === keys(real) &&
    Object.entries(found).every(([key, item]) => agree(item, (real as Record<string, unknown>)[key]))
  );
}

async function compare(program: Program, allowed: (reason: string) => boolean): Promise<{ values: number; unknown: number }> {
  const ours = evaluator(program);
  const theirs = await javascript(program);
  const counts = { values: 0, unknown: 0 };
  for (const [file, names] of program.names) {
    for (const name of names) {
      const reasons: string[] = [];
      const found = plain(ours(file, name), reasons);
      const real = theirs(file, name);
      const text = (): string =>
        `${file} ${name}: ${String(JSON.stringify(found))} is ${String(JSON.stringify(real))} ${reasons.join()}\n${[...program.files].map(([path, code]) => `// ${path}\n${code}`).join('\n')}`;
      if (!reasons.every(allowed) || !agree(found, real)) expect.fail(text());
      counts.values += 1;
      if (reasons.length > 0) counts.unknown += 1;
    }
  }
  return counts;
}

describe('the evaluator', function () {
  this.timeout(PATIENCE);

  it('gives the value that JavaScript gives, for every constant that has one', async () => {
    let values = 0;
    await fc.assert(
      fc.asyncProperty(programArbitrary(false), async (program) => {
        values += (await compare(program, () => false)).values;
      }),
      runs(300),
    );
    expect(values, 'constants compared').to.be.greaterThan(0);
  });

  it('gives no other value than JavaScript for operators between any primitives, and none that is no number', async () => {
    const total = { values: 0, unknown: 0 };
    await fc.assert(
      fc.asyncProperty(programArbitrary(true), async (program) => {
        const { values, unknown } = await compare(program, (reason) => /^(not-a-number|mutable-binding)/.test(reason));
        total.values += values;
        total.unknown += unknown;
      }),
      runs(300),
    );
    expect(total.unknown / total.values, 'share of what could not be compared').to.be.lessThan(0.4);
  });

  it('computes every operator on every two of many primitives as JavaScript does', async () => {
    const values = [
      '0',
      '-0',
      '1',
      '-1',
      '2.5',
      '4294967295',
      '-2147483649',
      '1e21',
      "''",
      "'0'",
      "'a'",
      "' 1e1 '",
      'true',
      'false',
      'null',
      'undefined',
    ];
    const operators = '+ - * / % ** & | ^ << >> >>> === !== == != < <= > >= && ||'.split(' ');
    const binary = operators.flatMap((op) => values.flatMap((a) => values.map((b) => `(${a}) ${op} (${b})`)));
    const coalescing = values.flatMap((a) => values.map((b) => `(${a}) ?? (${b})`));
    const unary = ['+', '-', '~', '!', '!!'].flatMap((op) => values.map((a) => `${op}(${a})`));
    const all = [...binary, ...coalescing, ...unary, ...values.map((a) => `\`<\${${a}}>\``)];
    const text = all.map((code, i) => `export const c${i} = ${code};`).join('\n');
    const program = { files: new Map([['src/f0.ts', text]]), names: new Map([['src/f0.ts', all.map((_, i) => `c${i}`)]]) };
    const ours = evaluator(program);
    const theirs = await javascript(program);
    for (const [i, code] of all.entries()) {
      const real = theirs('src/f0.ts', `c${i}`);
      const found = plain(ours('src/f0.ts', `c${i}`), []);
      const wanted = typeof real === 'number' && !Number.isFinite(real) ? DYNAMIC : real;
      expect(Object.is(found, wanted), `${code} is ${String(real)} and not ${String(found)}`).to.equal(true);
    }
  });
});
