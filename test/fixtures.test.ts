/** The only runner of `test/fixtures`: it finds the folders by itself, there is no list to maintain. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { nimbusExports } from '../compiler/kinds/exports.js';
import { catalogueOf } from '../compiler/pipeline.js';
import { problemsOf } from './support/api-documents.js';
import { compileClients } from './support/client.js';
import { type Circumstances, compile, type FixtureCase, findCases, type Outcome, typedCase } from './support/fixture.js';
import { changedLines, expectGolden, filesIn, isUpdating } from './support/golden.js';
import { repositoryRoot } from './support/repository.js';
import { awsWithoutSdk, type TempProject, tempProject } from './support/temp-project.js';

const cases = findCases();
/** The generated clients of all cases that were compiled without a word, for one run of the compiler. */
const clients = new Map<string, string>();

const HERE: Circumstances = { below: 'project', reversed: false };
const ELSEWHERE: Circumstances = { below: 'another folder/prøjekt', reversed: true };

for (const kind of new Set(cases.map((c) => c.name.split('/')[0] as string))) {
  describe(`the fixtures of ${kind}`, () => {
    for (const fixture of cases.filter((c) => c.name.startsWith(`${kind}/`))) {
      describe(fixture.name.slice(kind.length + 1), () => testCase(fixture));
    }
  });
}

/** Codes that no project can provoke here, and why not. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  NIM3003: 'a last line of defence behind NIM1605 and NIM2103',
  NIM4005: 'it would take a package of 65,536 files, or of 4 GiB: test/unit/compiler/zip.test.ts',
  NIM3015: 'it would take a bundle of 250 MB',
};

describe('the catalogue of diagnostics', () => {
  const codes = catalogueOf(awsWithoutSdk()).entries.map((entry) => entry.code);
  const marked = new Set(
    cases.filter((c) => c.name.includes('/err-')).flatMap((c) => c.marks.map((mark) => mark.split(' ')[1] as string)),
  );

  it('has a case with its exact place for every code that a project can provoke', () => {
    expect(codes.filter((code) => !marked.has(code) && !(code in OUT_OF_REACH))).to.deep.equal([]);
  });

  it('has every code that is out of reach, and no case provokes one', () => {
    for (const code of Object.keys(OUT_OF_REACH)) {
      expect(codes, code).to.include(code);
      expect(marked.has(code), `${code} is provoked by a case, so it is not out of reach`).to.equal(false);
    }
  });

  for (const [code, why] of Object.entries(OUT_OF_REACH).filter(([, text]) => /\byet\b/.test(text))) {
    it(`rightly waits with ${code}: ${why}`, () => {
      // One code is reported by a function that kinds call.
      const needle = code === 'NIM1211' ? 'exactlyOneOf' : `'${code}'`;
      const callers = ['compiler/kinds', 'compiler/phases', 'compiler/pipeline.ts', 'providers/aws'].flatMap((path) =>
        sources(join(repositoryRoot, path)).filter((file) => readFileSync(file, 'utf8').includes(needle)),
      );
      expect(callers.map((file) => relative(repositoryRoot, file))).to.deep.equal([]);
    });
  }

  it('knows every name that nimbusc exports, so that no import of one is called misspelt', async () => {
    const index = readFileSync(join(repositoryRoot, 'runtime', 'index.ts'), 'utf8');
    const names = [...index.matchAll(/export \* as (\w+)/g), ...index.matchAll(/(?:\{|,|type)\s+(\w+)(?=\s*[,}])/g)].map(
      (match) => match[1] as string,
    );
    expect([...nimbusExports].sort()).to.deep.equal([...new Set(names)].sort());
    expect(names).to.include.members(Object.keys(await import('../runtime/index.js')));
  });
});

describe('the cases that are compiled without a word', () => {
  for (const legacy of [false, true]) {
    it(`are TypeScript that a user could have written, with ${legacy ? 'legacy' : 'standard'} decorators`, function () {
      this.timeout(60_000);
      const good = cases.filter((c) => !c.name.includes('/err-')).map((c) => ({ name: c.name, ...typedCase(c) }));
      const chosen = good.filter((c) => c.legacyDecorators === legacy);
      expect(chosen).to.not.deep.equal([]);
      const project = tempProject(
        Object.fromEntries(chosen.flatMap((c) => Object.entries(c.files).map(([path, text]) => [`${c.name}/${path}`, text]))),
      );
      try {
        project.write({ 'tsconfig.json': JSON.stringify(tsconfigFor(legacy)) });
        const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
        const { stdout } = spawnSync(process.execPath, [tsc, '-p', project.dir], { encoding: 'utf8' });
        expect(stdout.replaceAll(`${project.dir}/`, '')).to.equal('');
      } finally {
        project.remove();
      }
    });
  }
});

function tsconfigFor(experimentalDecorators: boolean): object {
  const nimbusc = join(repositoryRoot, 'runtime', 'index.ts');
  const types = join(repositoryRoot, 'node_modules', '@types');
  return {
    compilerOptions: {
      ...{ noEmit: true, strict: true, noImplicitAny: false, skipLibCheck: true, experimentalDecorators },
      ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true },
      ...{ types: ['node'], typeRoots: [types] },
      paths: {
        nimbusc: [nimbusc],
        // of evaluation/tsconfig-paths
        ...{ '@shared/*': ['./evaluation/tsconfig-paths/lib/shared/*'], '#names': ['./evaluation/tsconfig-paths/lib/names.ts'] },
      },
    },
    include: ['**/*'],
    exclude: ['**/*.test.ts', '**/node_modules'],
  };
}

describe('the clients of the cases', () => {
  it('are TypeScript under every strict flag', function () {
    this.timeout(60_000);
    if (clients.size === 0) this.skip();
    expect(compileClients(clients)).to.equal('');
  });
});

describe('expected files', () => {
  let folder: TempProject;
  let expected: string;
  const files = (more: Readonly<Record<string, string>>): Map<string, string> =>
    new Map(Object.entries({ 'a.txt': 'a', 'b/c.txt': 'c', ...more }));

  before(() => {
    folder = tempProject({ 'expected/a.txt': 'a', 'expected/b/c.txt': 'c' });
    expected = join(folder.dir, 'expected');
  });
  after(() => folder.remove());

  it('may be as they are', () => {
    expectGolden(expected, files({}), false);
  });

  it('must not differ, nor be more or fewer than those produced', () => {
    expect(() => expectGolden(expected, files({ 'a.txt': 'b' }), false)).to.throw(/a\.txt/);
    expect(() => expectGolden(expected, files({ 'd.txt': 'd' }), false)).to.throw(/the files produced/);
    expect(() => expectGolden(expected, new Map([['a.txt', 'a']]), false)).to.throw(/the files produced/);
    expect(() => expectGolden(join(folder.dir, 'none'), files({}), false)).to.throw(/the files produced/);
  });

  it('are not rewritten where CI is set', () => {
    expect(isUpdating({ UPDATE_GOLDEN: '1' })).to.equal(true);
    expect(isUpdating({ CI: 'true' })).to.equal(false);
    expect(() => isUpdating({ UPDATE_GOLDEN: '1', CI: 'true' })).to.throw(/CI/);
  });

  it('are shown by the lines that change', () => {
    expect(changedLines('a\nb\nc', 'a\nB\nc')).to.deep.equal(['  2 - b', '  2 + B']);
    expect(changedLines('a\nc', 'a\nb\nc')).to.deep.equal(['  2 + b']);
  });
});

function sources(path: string): string[] {
  return path.endsWith('.ts')
    ? [path]
    : filesIn(path)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(path, file));
}

function testCase(fixture: FixtureCase): void {
  const { name, folder, settings, sources, marks } = fixture;
  const isBad = /\/err-/.test(name);
  let first: Outcome;

  before(async () => {
    first = await compile(fixture, HERE);
  });

  it('has sources, and expects something of them', () => {
    expect(
      sources.some((path) => path.startsWith('src/')),
      'files in src/',
    ).to.equal(true);
    expect(marks.length > 0 || settings.tiers.length > 0 || settings.silent, 'markers, tiers or silence').to.equal(true);
  });

  it(isBad ? 'is reported at exactly the marked lines' : 'is compiled without a word', () => {
    if (isBad) expect(marks, 'a case called err- has at least one marker').to.not.deep.equal([]);
    expect(first.places).to.deep.equal(isBad ? marks : []);
    expect(first.badSpans).to.deep.equal([]);
  });

  it('gives exactly the files of its expected folder', () => {
    for (const [path, content] of first.files) {
      if (!path.endsWith('.tf.json') || isUpdating()) continue;
      // A missing resource is easier to see in a list of addresses than among a thousand lines.
      const golden = join(folder, 'expected', path);
      if (existsSync(golden)) expect(addresses(content), path).to.deep.equal(addresses(readFileSync(golden, 'utf8')));
    }
    expectGolden(join(folder, 'expected'), first.files);
  });

  it('has API documents that their specifications allow', async () => {
    for (const [path, text] of first.documents) {
      if (path.endsWith('.json')) expect(await problemsOf(text), path).to.deep.equal([]);
      else if (!isBad) clients.set(`${name.replace('/', '-')}-${path}`, text);
    }
  });

  it('gives the same bytes from another folder whose files are listed the other way round', async () => {
    const second = await compile(fixture, ELSEWHERE);
    expect([...second.files]).to.deep.equal([...first.files]);
    expect([...second.graphs]).to.deep.equal([...first.graphs]);
    expect([...second.documents]).to.deep.equal([...first.documents]);
    expect(second.written).to.deep.equal(first.written);
  });

  if (settings.command === 'check') {
    it('writes nothing', () => {
      expect(first.written).to.deep.equal([]);
    });
  } else if (isBad) {
    it('writes nothing after an error', () => {
      if (first.failed) expect(first.written).to.deep.equal([]);
    });
  }
}

function addresses(terraform: string): string[] {
  const { resource = {} } = JSON.parse(terraform) as { resource?: Record<string, Record<string, unknown>> };
  return Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`));
}
