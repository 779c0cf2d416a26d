// The examples' own tests, run as their users run them: by their `npm test`, with what is installed here.
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../e2e/support/repository.js';
import { run } from '../e2e/support/run.js';

const examples = readdirSync(join(repositoryRoot, 'examples')).filter((name) => !name.startsWith('.'));
const bin = join(repositoryRoot, 'node_modules', '.bin');
const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');

for (const name of examples) {
  describe(`The tests of the example ${name}`, function () {
    this.timeout(120_000);
    const folder = join(repositoryRoot, 'examples', name);

    it('pass in the local cloud', async () => {
      const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { test: string } };
      const env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
      const { status, stdout, stderr } = await run('sh', ['-c', scripts.test], { cwd: folder, env });
      expect(status, stdout + stderr).to.equal(0);
      expect(stdout).to.match(/ [3-9] passing/);
    });

    it('compile', async () => {
      const { status, stdout } = await run(process.execPath, [tsc, '-p', join(folder, 'test')]);
      expect([status, stdout]).to.deep.equal([0, '']);
    });
  });
}
