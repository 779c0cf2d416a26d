// The installed package keeps V8's code caches beside its large files. They make starts faster, and must change nothing else.
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { Project, treeOf } from '../e2e/support/project.js';
import { repositoryRoot } from '../e2e/support/repository.js';
import { type Finished, run } from '../e2e/support/run.js';

const SOURCE = `import { HttpServerlessFunction } from 'nimbusc';
export class Greeter {
  @HttpServerlessFunction({ method: 'GET', path: 'hello' })
  hello() { return { text: 'hello' }; }
}
`;

describe('the code caches of the package', function () {
  this.timeout(120_000);
  let installed: string;
  let project: Project;

  beforeEach(async () => {
    installed = await realpath(await mkdtemp(join(tmpdir(), 'nimbusc-installed-')));
    const filter = (file: string): boolean => !basename(file).endsWith('.cache');
    await cp(join(repositoryRoot, 'dist'), join(installed, 'nimbusc'), { recursive: true, filter });
    await mkdir(join(installed, 'node_modules'));
    await symlink(join(repositoryRoot, 'node_modules', 'esbuild'), join(installed, 'node_modules', 'esbuild'));
    project = await Project.create({ 'nimbus.yml': 'projectName: caches\n', 'src/greeter.ts': SOURCE });
  });
  afterEach(async () => {
    await rm(installed, { recursive: true, force: true });
    await project.remove();
  });

  const nimbusc = (...args: string[]): Promise<Finished> =>
    run(process.execPath, [join(installed, 'nimbusc', 'bin', 'nimbusc.js'), ...args], { timeoutSeconds: 60 });
  const build = (): Promise<Finished> => nimbusc('build', '--project', project.folder, '--no-cache', '--quiet');
  const vendor = (...names: string[]): string => join(installed, 'nimbusc', 'vendor', ...names);
  /** Without the versions in their names. */
  const caches = async (): Promise<string[]> =>
    (await readdir(vendor()))
      .flatMap((name) => /^(.+\.cjs)\..*?(-[a-z]+)?\.cache$/.exec(name)?.slice(1, 3).join('') ?? [])
      .sort();

  it('are made by runs that did their work, and not by those that had none or failed', async () => {
    expect((await nimbusc('build', '--help')).status).to.equal(0);
    expect(await caches()).to.deep.equal(['nimbusc.cjs']);
    expect((await nimbusc('build', '--project', join(project.folder, 'nowhere'))).status).not.to.equal(0);
    await project.write('src/greeter.ts', SOURCE.replace("'GET'", "'FETCH'"));
    expect((await build()).status).to.equal(1);
    expect(await caches()).to.deep.equal(['nimbusc.cjs']);
    await project.write('src/greeter.ts', SOURCE);
    expect(await build()).to.deep.include({ status: 0, stderr: '' });
    expect(await caches()).to.deep.equal(['cdktf.cjs', 'nimbusc.cjs', 'nimbusc.cjs-build', 'ts-morph.cjs']);
  });

  it('change no byte of the output, whether they are missing, whole or damaged', async () => {
    const outputs: string[] = [];
    const builds = async (): Promise<void> => {
      await rm(project.path('nimbus.out'), { recursive: true, force: true });
      expect(await build()).to.deep.include({ status: 0, stderr: '' });
      outputs.push(JSON.stringify(await treeOf(project.path('nimbus.out'))));
    };
    await builds();
    const whole = (await readdir(vendor())).filter((name) => name.endsWith('.cache'));
    expect(whole.length).to.equal(3);
    await builds();
    for (const name of whole) await truncate(vendor(name), 1000);
    await builds();
    for (const name of whole) await writeFile(vendor(name), 'no cache');
    await builds();
    expect(new Set(outputs).size).to.equal(1);
    // What was damaged has been made again.
    for (const name of whole) expect((await readFile(vendor(name))).length, name).to.be.greaterThan(10_000);
  });
});
