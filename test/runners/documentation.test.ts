// The project and the tests of docs/testing.md, as they stand there.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../e2e/support/repository.js';
import { run } from '../e2e/support/run.js';

describe('docs/testing.md', function () {
  this.timeout(120_000);

  it('has tests that compile and pass', async () => {
    const text = readFileSync(join(repositoryRoot, 'docs', 'testing.md'), 'utf8');
    const files = [...text.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(
      ([, path = '', code = '']) => [path, code] as const,
    );
    expect(files.map(([path]) => path)).to.deep.equal(['src/shop.ts', 'test/shop.test.ts']);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nimbusc-docs-')));
    try {
      const options = { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: ['node', 'mocha'] };
      const given = [
        ['package.json', '{ "name": "shop", "type": "module" }'],
        ['nimbus.yml', 'projectName: shop\n'],
        ['tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['src', 'test'] })],
      ] as const;
      for (const [path, content] of [...given, ...files]) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      mkdirSync(join(folder, 'node_modules'));
      const modules = join(repositoryRoot, 'node_modules');
      for (const name of ['nimbusc', 'tsx', '@types']) symlinkSync(join(modules, name), join(folder, 'node_modules', name));
      const tests = [join(modules, 'mocha', 'bin', 'mocha.js'), '--import=tsx', '--timeout=20000', 'test/shop.test.ts'];
      const tested = await run(process.execPath, tests, { cwd: folder });
      expect(tested.status, tested.stdout + tested.stderr).to.equal(0);
      const compiled = await run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc')], { cwd: folder });
      expect([compiled.status, compiled.stdout]).to.deep.equal([0, '']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
