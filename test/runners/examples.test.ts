// The examples' own tests, run as their users run them: by their `npm test`, with what is installed here.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../e2e/support/repository.js';
import { run } from '../e2e/support/run.js';
import { inPairs } from '../support/pairs.js';

const examples = readdirSync(join(repositoryRoot, 'examples')).filter((name) => !name.startsWith('.'));
const bin = join(repositoryRoot, 'node_modules', '.bin');
const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');

describe('The tests of the examples', function () {
  this.timeout(240_000);
  let tested: readonly Awaited<ReturnType<typeof run>>[];
  before(async () => {
    tested = await inPairs(
      examples.map((name) => () => {
        const folder = join(repositoryRoot, 'examples', name);
        const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { test: string } };
        const env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
        return run('sh', ['-c', scripts.test], { cwd: folder, env });
      }),
    );
  });

  for (const [at, name] of examples.entries()) {
    it(`pass in the local cloud: ${name}`, () => {
      const { status, stdout, stderr } = tested[at] as (typeof tested)[number];
      expect(status, stdout + stderr).to.equal(0);
      expect(stdout).to.match(/ [3-9] passing/);
    });
  }

  it('compile', async () => {
    // All at once: their options are the same.
    const configs = examples.map((name) => readFileSync(join(repositoryRoot, 'examples', name, 'test', 'tsconfig.json'), 'utf8'));
    expect([...new Set(configs)]).to.have.length(1);
    const folder = join(repositoryRoot, 'node_modules', '.cache', 'examples');
    mkdirSync(folder, { recursive: true });
    const include = examples.map((name) => join(repositoryRoot, 'examples', name, 'test'));
    const base = join(repositoryRoot, 'examples', 'rest-crud', 'test', 'tsconfig.json');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: base, include }));
    const { status, stdout } = await run(process.execPath, [tsc, '-p', folder]);
    expect([status, stdout]).to.deep.equal([0, '']);
  });
});
