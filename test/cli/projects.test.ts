// The projects that end-to-end tests deploy are TypeScript that users could have written, with the types that users get.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../e2e/support/repository.js';
import { run } from '../e2e/support/run.js';
import { filesIn } from '../support/golden.js';

const folder = join(repositoryRoot, 'test', 'e2e', 'projects');
const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');

describe('The projects of these tests', function () {
  this.timeout('1m');
  const projects = readdirSync(folder).sort();

  it('are there', () => {
    expect(projects.length).to.be.at.least(8);
  });

  for (const name of projects) {
    it(`compile under strict: ${name}`, async () => {
      const { compilerOptions } = JSON.parse(readFileSync(join(folder, name, 'tsconfig.json'), 'utf8'));
      expect(compilerOptions.strict).to.equal(true);
      const { status, stdout } = await run(process.execPath, [tsc, '-p', join(folder, name)]);
      expect([status, stdout]).to.deep.equal([0, '']);
    });

    it(`leave nothing unchecked: ${name}`, () => {
      for (const path of filesIn(join(folder, name)).filter((it) => it.endsWith('.ts'))) {
        expect(readFileSync(join(folder, name, path), 'utf8'), path).not.to.match(/@ts-nocheck|@ts-ignore/);
      }
    });
  }
});
