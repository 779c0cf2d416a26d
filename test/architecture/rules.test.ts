import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { renderCatalogue } from '../../compiler/diagnostics/render-explain.js';
import { nimbusExports } from '../../compiler/kinds/exports.js';
import { kinds } from '../../compiler/kinds/index.js';
import { catalogueOf } from '../../compiler/pipeline.js';
import { createAws } from '../../providers/aws/index.js';
import * as runtime from '../../runtime/index.js';
import { root, textOf, trackedFiles } from './repository.js';

/** Source without comments, so that a rule may be named where it is explained. */
function codeOf(file: string): string {
  return textOf(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/ .*$/gm, '');
}

const compiled = trackedFiles('compiler/*.ts', 'providers/aws/*.ts').filter((file) => !file.startsWith('providers/aws/runtime/'));

describe('the code', () => {
  it('of compiler and provider asks neither clock nor chance nor environment nor locale', () => {
    const banned =
      /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bprocess\.(env|cwd|argv|pid)\b|\blocaleCompare\b|\btoLocale\w+|\bIntl\.|\brandomUUID\b|\bperformance\.now\b/;
    const found = compiled.filter((file) => banned.test(codeOf(file)));
    expect(compiled.length).to.be.greaterThan(80);
    // The explain pages show users' code, which may well ask for the time; the text of the generated client makes dates of
    // what it receives; widths of characters are no matter of a locale.
    const allowed = (file: string): boolean =>
      file.startsWith('compiler/diagnostics/codes/') ||
      file === 'compiler/diagnostics/display-width.ts' ||
      file === 'compiler/documents/client-runtime.ts';
    expect(found.filter((file) => !allowed(file))).to.deep.equal([]);
  });

  it('never evaluates text as a program', () => {
    const banned = /\beval\(|new Function\(|\bvm\.|\bimport\(\s*[^'"`\s)]/;
    const all = trackedFiles('bin/*.ts', 'compiler/*.ts', 'providers/*.ts', 'runtime/*.ts');
    const found = all.filter((file) => banned.test(codeOf(file)));
    // Two load files of nimbusc's own: the binary, which imports the local cloud, and what is vendored, from V8's code cache.
    // The others are the local cloud, which a user's tests and the dev server start: bundles of functions, their entries, and
    // the classes that these hand events to.
    expect([...found].sort()).to.deep.equal([
      'bin/nimbusc.ts',
      'bin/vendored.ts',
      'providers/local/dev/worker.ts',
      'providers/local/link.ts',
      'providers/local/project.ts',
    ]);
  });

  it('is linted, and what a build of an example writes is not: the second command of the README comes after the first', () => {
    const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'nimbusc-lint-'));
    const check = (file: string): number | null => {
      const target = path.join(folder, 'examples/webchat', file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, '{"a":\n\n1}');
      return spawnSync(process.execPath, [biome, 'check'], { cwd: folder }).status;
    };
    try {
      copyFileSync(path.join(root, 'biome.json'), path.join(folder, 'biome.json'));
      writeFileSync(path.join(folder, 'package.json'), '{}\n');
      for (const file of ['nimbus.lock.json', 'nimbus.out/dev/graph.json']) expect(check(file), file).to.equal(0);
      expect(check('package.json')).to.equal(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(20_000);

  it('names kinds only in folders called kinds', () => {
    const names = [...kinds.map((k) => k.name), ...kinds.flatMap((k) => Object.keys(k.describe))].filter((name) =>
      name.includes('-'),
    );
    const outside = compiled.filter((file) => !/\/kinds\//.test(file) && !file.startsWith('compiler/diagnostics/codes/'));
    const found = outside.flatMap((file) =>
      names.filter((name) => new RegExp(`['"\`]${name}['"\`:]`).test(codeOf(file))).map((name) => `${file}: ${name}`),
    );
    expect(found).to.deep.equal([]);
  });

  it('has no test that is skipped or runs alone', () => {
    const found = trackedFiles('test/*.ts', 'examples/*.ts').filter((file) =>
      /\b(it|describe|test)\.(skip|only)\(/.test(codeOf(file)),
    );
    expect(found.filter((file) => file !== 'test/architecture/rules.test.ts')).to.deep.equal([]);
  });

  it('exports what the compiler believes nimbusc to export', () => {
    const lists = [...textOf('runtime/index.ts').matchAll(/export (?:type )?\{([^}]*)\}/g)].map((match) => match[1] as string);
    const names = lists
      .flatMap((list) => list.split(',').map((name) => name.trim().replace(/^type /, '')))
      .filter((name) => name !== '');
    const exported = new Set([...names, ...Object.keys(runtime)]);
    expect([...exported].sort()).to.deep.equal([...nimbusExports].sort());
  });
});

describe('what users import', () => {
  it('loads neither the compiler nor CDKTF, TypeScript or esbuild', () => {
    const loaded = loadedBy("await import('nimbusc');");
    expect(loaded).to.include('dist/runtime/index.js');
    expect(loaded.filter((file) => !file.startsWith('dist/runtime/'))).to.deep.equal([]);
    // That this would notice: the compiler's own entry loads more.
    expect(loadedBy("await import('nimbusc/compiler');").some((file) => file.startsWith('dist/compiler/'))).to.equal(true);
    const files = filesReachedFrom('dist/runtime/index.js');
    expect(files.size).to.be.greaterThan(5);
    expect([...files].filter((file) => !file.startsWith('dist/runtime/'))).to.deep.equal([]);
  });
});

describe('what tests import', () => {
  it('loads nothing of the compiler, which has a process of its own, and no AWS SDK', () => {
    const loaded = loadedBy("await import('nimbusc/testing');");
    expect(loaded).to.include('dist/providers/local/index.js');
    const others = loaded.filter(
      (file) => !/^dist\/(runtime|providers\/local|providers\/aws\/runtime\/(dynamodb|lambda|s3))\/|\/errors\.js$/.test(file),
    );
    expect(others).to.deep.equal(['dist/compiler/local-plan.js']);
    const files = filesReachedFrom('dist/providers/local/index.js');
    expect([...files].filter((file) => !file.startsWith('dist/'))).to.deep.equal([]);
  });
});

/** Files that a process loads for a program, relative to the repository; Node's own modules left out. */
function loadedBy(program: string): string[] {
  const hooks = `
    import { writeSync } from 'node:fs';
    export const load = (url, context, next) => (url.startsWith('file:') && writeSync(1, url + '\\n'), next(url, context));`;
  const script = `
    import Module, { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
    ${program}
    for (const file of Object.keys(Module._cache)) console.log('file://' + file);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((url) =>
      path
        .relative(root, realpathSync(fileURLToPath(url)))
        .split(path.sep)
        .join('/'),
    );
}

/** Files that an ES module of ours loads, through static and dynamic imports; packages by their names. */
function filesReachedFrom(entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const [, specifier] of textOf(file).matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      if (specifier?.startsWith('.')) visit(path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)));
      else if (specifier !== undefined && !specifier.startsWith('node:')) found.add(specifier);
    }
  };
  visit(entry);
  return found;
}

describe('the documents', () => {
  it('list every diagnostic as the code has it (npm run docs writes them)', () => {
    expect(textOf('docs/diagnostics.md')).to.equal(renderCatalogue(catalogueOf(createAws(root))));
  });

  it('name only files that exist', () => {
    for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md']) {
      const named = [
        ...textOf(document).matchAll(/`((?:\.ci|bench|bin|compiler|docs|examples|providers|runtime|test)\/[\w./-]*)`/g),
      ].map((m) => m[1] as string);
      const missing = named.filter((name) => !/nimbus\.out|[<>*{]/.test(name) && !existsSync(path.join(root, name)));
      expect(missing, document).to.deep.equal([]);
    }
  });
});

describe('the repository', () => {
  it('holds no path of a machine and no registry host', () => {
    const texts = trackedFiles().filter((file) => !/package-lock\.json$/.test(file) && existsSync(path.join(root, file)));
    const machine = new RegExp(`/(${['opt', 'root', 'work', 'farm'].join('|')})/[A-Za-z]`);
    expect(texts.filter((file) => machine.test(textOf(file)))).to.deep.equal([]);
    const locks = trackedFiles('package-lock.json', '*/package-lock.json');
    expect(locks.length).to.be.greaterThan(1);
    expect(locks.filter((file) => /"resolved": "http/.test(textOf(file)))).to.deep.equal([]);
  });
});
