import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { repositoryRoot } from '../../contract/repository-root.js';

type Samples = typeof import('./decorator-samples.js');

/** Compiles the samples with the compiler that users run, and loads the result. */
async function compileSamples(folder: string, flags: readonly string[]): Promise<Samples> {
  const tsc = path.join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  const sample = path.join(repositoryRoot, 'test/unit/runtime/decorator-samples.ts');
  const options = {
    rootDir: repositoryRoot,
    outDir: folder,
    typeRoots: [path.join(repositoryRoot, 'node_modules/@types')],
    types: ['node'],
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: false,
  };
  const config = path.join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions: options, files: [sample] }));
  try {
    execFileSync(process.execPath, [tsc, '-p', config, ...flags], { encoding: 'utf8' });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
  return (await import(pathToFileURL(path.join(folder, 'test/unit/runtime/decorator-samples.js')).href)) as Samples;
}

describe('decorators', () => {
  const flavours = { standard: [], legacy: ['--experimentalDecorators'] };
  for (const [flavour, flags] of Object.entries(flavours))
    describe(`in their ${flavour} flavour`, () => {
      let folder: string;
      let samples: Samples;

      before(async function () {
        this.timeout(60_000);
        folder = mkdtempSync(path.join(tmpdir(), 'nimbusc-decorators-'));
        writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
        symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
        samples = await compileSamples(folder, flags);
      });
      after(() => rmSync(folder, { recursive: true, force: true }));

      it('accept what they describe, refuse the rest, and do nothing at run time', async () => {
        const { Handlers, Made, Secret, User } = samples;
        expect(new Handlers().setUp()).to.equal('done');
        expect(Secret.make('x').tell()).to.equal('x');
        expect(new Made()).to.be.instanceOf(Handlers);
        expect(new User('bob')).to.deep.include({ name: 'bob', nick: null });
        expect(Object.getOwnPropertyNames(Handlers.prototype)).to.include.members(['get', 'onConnect', 'setUp']);
      });
    });
});
