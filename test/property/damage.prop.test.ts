import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.js';
import { renderGithub } from '../../compiler/diagnostics/render-github.js';
import { renderJson } from '../../compiler/diagnostics/render-json.js';
import { renderSarif } from '../../compiler/diagnostics/render-sarif.js';
import { renderText } from '../../compiler/diagnostics/render-text.js';
import type { Span } from '../../compiler/ir/span.js';
import { type CheckResult, catalogueOf } from '../../compiler/pipeline.js';
import { createAws } from '../../providers/aws/index.js';
import { appArbitrary, render, styleArbitrary } from '../support/generators.js';
import { filesIn } from '../support/golden.js';
import { repositoryRoot } from '../support/repository.js';
import { tempProject } from '../support/temp-project.js';
import { checkFiles, type Files, problems } from './projects.js';
import { PATIENCE, runs } from './runs.js';

/** Milliseconds that a check of a small project may take, on a machine that does other things as well. */
const LONGEST = 3000;

/** The projects of the fixtures and examples: every form of source that the compiler has something to say about. */
const written: readonly Files[] = [
  ...subfolders(join(repositoryRoot, 'test', 'fixtures')).flatMap(subfolders),
  ...subfolders(join(repositoryRoot, 'examples')),
]
  .map((folder) =>
    Object.fromEntries(
      filesIn(folder)
        .filter((path) => /^(src\/.*\.ts|nimbus\.yml|tsconfig\.json)$/.test(path))
        .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
    ),
  )
  .filter((files) => 'nimbus.yml' in files && Object.keys(files).length > 1);

function subfolders(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory());
}

const generated = fc.tuple(appArbitrary, styleArbitrary).map(([app, style]): Files => render(app, style));
const project = fc.oneof(
  fc.nat(written.length - 1).map((i) => written[i] as Files),
  generated,
);

const TOKENS = [
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '`',
    '${',
    "'",
    '"',
    '/*',
    '*/',
    '//',
    '/',
    '@',
    '#',
    '=>',
    '...',
    '?.',
    '!',
    ':',
    ';',
    ',',
    '.',
    '=',
    '\\',
    '\n',
    '\r',
    '\0',
    '\ufeff',
    '\ud800',
    '\u2028',
    '1e999',
    '0x',
    '10n',
  ],
  ...[
    'export',
    'default',
    'import',
    'from',
    'class',
    'static',
    'private',
    'abstract',
    'extends',
    'enum',
    'namespace',
    'declare',
    'const',
    'let',
    'new',
    'await',
    'async',
    'function',
    'this',
    'as const',
    'satisfies',
    'readonly',
    'constructor',
  ],
  ...[
    '@Key()',
    '@Attribute',
    '@DocumentStore()',
    '@UsesDocumentStore(undefined)',
    '@HttpServerlessFunction({})',
    '@AfterDeployment()',
    'stages: []',
    '...{}',
    '...null',
    '__proto__',
    'toString',
    'process.env.X',
  ],
];

type Damage = { readonly at: number; readonly length: number; readonly to: number } & (
  | { readonly do: 'delete' | 'truncate' | 'double' | 'swap' }
  | { readonly do: 'insert'; readonly text: string }
);

const place = fc.double({ min: 0, max: 1, noNaN: true });
const damage: fc.Arbitrary<{ readonly file: number } & Damage> = fc.oneof(
  fc.record({
    do: fc.constantFrom('delete' as const, 'double' as const, 'swap' as const),
    at: place,
    length: fc.nat(40),
    to: place,
    file: fc.nat(20),
  }),
  fc.record({
    do: fc.constant('insert' as const),
    text: fc.oneof(fc.constantFrom(...TOKENS), fc.string({ maxLength: 5, unit: 'binary' })),
    at: place,
    length: fc.constant(0),
    to: place,
    file: fc.nat(20),
  }),
  fc.record({ do: fc.constant('truncate' as const), at: place, length: fc.constant(0), to: place, file: fc.nat(20) }),
);

function damaged(files: Files, damages: readonly ({ readonly file: number } & Damage)[]): Files {
  const paths = Object.keys(files);
  const result: Record<string, string> = { ...files };
  for (const one of damages) {
    const path = paths[one.file % paths.length] as string;
    result[path] = damage1(result[path] as string, one);
  }
  return result;
}

function damage1(text: string, one: Damage): string {
  const at = Math.floor(one.at * text.length);
  const to = Math.floor(one.to * text.length);
  const piece = text.slice(at, at + one.length);
  switch (one.do) {
    case 'delete':
      return text.slice(0, at) + text.slice(at + one.length);
    case 'truncate':
      return text.slice(0, at);
    case 'double':
      return text.slice(0, to) + piece + text.slice(to);
    case 'insert':
      return text.slice(0, at) + one.text + text.slice(at);
    case 'swap': {
      const [first, second] = at < to ? [at, to] : [to, at];
      const [a, b] = [text.slice(first, Math.min(first + one.length, second)), text.slice(second, second + one.length)];
      return text.slice(0, first) + b + text.slice(first + a.length, second) + a + text.slice(second + b.length);
    }
  }
}

const catalogue = catalogueOf(createAws(repositoryRoot));

/** Whatever the files hold: no crash, and nothing that points beside them; every format can be printed. */
function expectSound(result: Pick<CheckResult, 'diagnostics' | 'crash' | 'texts'>, files: Files): void {
  expect(
    result.diagnostics.filter((d) => d.code.startsWith('NIM9')).map((d) => `${d.message}\n${result.crash?.stack}`),
  ).to.deep.equal([]);
  for (const { code, message, span } of result.diagnostics.flatMap(spansOf)) {
    const text = files[span.file];
    expect(text, `${code} points into ${span.file}`).to.be.a('string');
    expect(
      0 <= span.start && span.start <= span.end && span.end <= (text as string).length,
      `${code} "${message}" is at ${span.start} to ${span.end} of ${(text as string).length} characters`,
    ).to.equal(true);
    expect(message, code).to.not.contain('[object');
  }
  const context = { texts: result.texts, toolVersion: '1.0.0', catalogue, color: false, width: 100 };
  for (const renderer of [renderText, renderGithub]) renderer(result.diagnostics, context);
  for (const renderer of [renderJson, renderSarif]) JSON.parse(renderer(result.diagnostics, context));
}

function spansOf(diagnostic: Diagnostic): { code: string; message: string; span: Span }[] {
  const { code, message, primary, related, fixes } = diagnostic;
  const spans = [primary, ...related, ...fixes.flatMap((fix) => fix.edits)].flatMap((label) =>
    label === null ? [] : [label.span],
  );
  return spans.map((span) => ({ code, message, span }));
}

describe('damaged source', function () {
  this.timeout(PATIENCE);

  it('is made of enough projects', () => {
    expect(written.length).to.be.greaterThan(30);
  });

  it('never crashes the compiler, and no diagnostic points beside it', async () => {
    await fc.assert(
      fc.asyncProperty(project, fc.array(damage, { minLength: 1, maxLength: 4 }), async (files, damages) => {
        const text = damaged(files, damages);
        const start = performance.now();
        const result = await checkFiles(text);
        expect(performance.now() - start).to.be.lessThan(LONGEST);
        expectSound(result, text);
      }),
      runs(500),
    );
  });

  it('that still can be checked is built, or esbuild says why not', async () => {
    const count = { all: 0, built: 0 };
    await fc.assert(
      fc.asyncProperty(generated, fc.array(damage, { minLength: 1, maxLength: 2 }), async (files, damages) => {
        const text = damaged(files, damages);
        count.all += 1;
        if ((await checkFiles(text)).failed) return;
        count.built += 1;
        const project = tempProject(text);
        try {
          const result = await project.build();
          expectSound(result, text);
          expect(
            result.diagnostics.filter((d) => d.severity === 'error' && !d.code.startsWith('NIM4')),
            problems(result).join('\n'),
          ).to.deep.equal([]);
        } finally {
          project.remove();
        }
      }),
      runs(40),
    );
    expect(count.built / count.all, 'share of damage that does not matter').to.be.greaterThan(0.1);
  });

  it('of any text is at worst a list of diagnostics', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.oneof(fc.constantFrom(...TOKENS), fc.constantFrom('a', ' ', '1', "'x'")), { maxLength: 80 })
        .map((tokens) => tokens.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const files = { 'nimbus.yml': 'projectName: p', 'src/a.ts': source };
        expectSound(await checkFiles(files), files);
      }),
      runs(300),
    );
  });

  it('makes no use look undeclared by a wrong argument of a decorator', async () => {
    const wrong = fc.constantFrom('(process.env.X as never)', '({ zzz: 1 } as never)', "('', 0 as never)");
    const using = written.filter((files) => Object.values(files).some((text) => text.includes('ClientBuilder.get')));
    expect(using.length).to.be.greaterThan(20);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...using), fc.nat(), wrong, async (files, which, args) => {
        const places = Object.entries(files).flatMap(([path, text]) =>
          [...text.matchAll(/(?<=@(?!Key\b|Attribute\b)[\w.]+)\([^()]*\)/g)].map(({ index, 0: { length } }) => ({
            path,
            index,
            length,
          })),
        );
        fc.pre(places.length > 0);
        const { path, index, length } = places[which % places.length] as (typeof places)[number];
        const text = files[path] as string;
        const changed = { ...files, [path]: text.slice(0, index) + args + text.slice(index + length) };
        const before = await undeclared(files);
        const after = [...(await undeclared(changed))];
        expect(
          after.filter((message) => !before.has(message)),
          changed[path],
        ).to.deep.equal([]);
      }),
      runs(80),
    );
  });
});

/** What is reported of uses; names of functions and clients, no places. */
async function undeclared(files: Files): Promise<Set<string>> {
  const { diagnostics } = await checkFiles(files);
  return new Set(diagnostics.filter(({ code }) => code === 'NIM1501' || code === 'NIM1504').map(({ message }) => message));
}
