// What holds for each example: it is free of problems, compiles as its users compile it, its documents are valid, and its
// README tells the truth. What it does once deployed is in a test file of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Project } from '../e2e/support/project.js';
import { repositoryRoot } from '../e2e/support/repository.js';
import { run } from '../e2e/support/run.js';
import { problemsOf } from '../support/api-documents.js';

const examples = readdirSync(join(repositoryRoot, 'examples'))
  .filter((name) => !name.startsWith('.'))
  .sort();
const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');

/** What stands in backquotes. */
const quotedIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, quoted = '']) => quoted);

it('There are the examples that the README names', () => {
  const named = [...textOf('README.md').matchAll(/\]\(examples\/([\w-]+)\)/g)].map(([, name = '']) => name);
  expect([...new Set(named)].sort()).to.deep.equal(examples);
  for (const name of examples) expect(textOf('CHANGELOG.md')).to.include(`examples/${name}`);
});

for (const name of examples) {
  describe(`The example ${name}`, function () {
    this.timeout('1m');
    const readme = textOf(`examples/${name}/README.md`);
    let project: Project;
    before(async () => {
      project = await Project.copy(`examples/${name}`);
    });
    after(() => project.remove());

    it('has no problem, and says so in every way', async () => {
      const { status, stdout, stderr } = await project.run(['check', '--format', 'json']);
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(JSON.parse(stdout)).to.deep.include({ diagnostics: [] });
    });

    it('compiles with the types that users get, and without those of Node', async () => {
      const { status, stdout } = await run(process.execPath, [tsc, '-p', join(repositoryRoot, 'examples', name)]);
      expect([status, stdout]).to.deep.equal([0, '']);
    });

    it('has valid documents of its APIs in each stage', async () => {
      await project.build();
      const written = Object.keys(await project.tree('nimbus.out')).filter((path) => /(open|async)api\.json$/.test(path));
      for (const path of written) expect(await problemsOf(await project.read(`nimbus.out/${path}`)), path).to.deep.equal([]);
    });

    it('has a README of about ten lines, whose commands work and whose files are there', async () => {
      expect(readme).to.match(new RegExp(`^# ${name}\n`));
      expect(readme.trimEnd().split('\n').length).to.be.within(8, 14);
      const commands = quotedIn(readme).filter((text) => text.startsWith('npx nimbusc '));
      expect(commands[0]).to.equal('npx nimbusc build');
      for (const command of commands) {
        const { status, stderr } = await project.run(command.split(' ').slice(2), { cwd: project.folder });
        expect(status, `${command}: ${stderr}`).to.equal(0);
      }
      const folders = [...readme.matchAll(/terraform -chdir=(\S+) (\w+)/g)].map(([, folder = '', verb]) => {
        expect(existsSync(project.path(folder, 'cdk.tf.json')), folder).to.equal(true);
        return verb;
      });
      expect(folders).to.deep.equal(['init', 'apply']);
      const files = quotedIn(readme).filter((text) => /^(src|website|nimbus\.out)\/|^nimbus\.yml$/.test(text));
      for (const file of files) expect(existsSync(project.path(file)), file).to.equal(true);
    });

    it('has the same settings as the others, and its own name', () => {
      const of = (file: string, example: string): string => textOf(`examples/${example}/${file}`);
      for (const file of ['tsconfig.json', '.gitignore']) expect(of(file, name)).to.equal(of(file, 'webchat'));
      // but for packages that it uses
      const packageOf = (example: string) => {
        const { dependencies, devDependencies, ...rest } = JSON.parse(of('package.json', example)) as Record<string, object>;
        return { dependencies, devDependencies, rest };
      };
      const [own, other] = [packageOf(name), packageOf('webchat')];
      expect(own.rest).to.deep.equal({ ...other.rest, name });
      expect(own.dependencies).to.deep.include(other.dependencies ?? {});
      expect(own.devDependencies).to.deep.include(other.devDependencies ?? {});
      expect(of('nimbus.yml', name)).to.match(new RegExp(`^projectName: ${name}$`, 'm'));
    });

    it('is deployed by a test', () => {
      const tests = [`${name}.test.ts`, `example-${name}.test.ts`];
      expect(tests.filter((file) => existsSync(join(repositoryRoot, 'test', 'e2e', file)))).to.have.length(1);
    });
  });
}
