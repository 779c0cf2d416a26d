// The client that `nimbusc client` writes for a project, used by TypeScript that is compiled with it under every strict flag.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { compileClients } from '../../support/client.js';
import type { Project } from './project.js';

/** Writes the client of a stage, compiles `use` beside it, which imports it from './client.js', and gives the exports of that. */
export async function withGeneratedClient<T>(project: Project, stage: string, use: string): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'nimbusc-client-'));
  try {
    const file = join(folder, 'client.ts');
    const { status, stderr } = await project.run(['client', '--stage', stage, '--out', file]);
    expect(status, stderr).to.equal(0);
    const files = new Map([
      ['client.ts', await readFile(file, 'utf8')],
      ['use.ts', use],
    ]);
    expect(compileClients(files)).to.equal('');
    await writeFile(join(folder, 'use.ts'), use);
    const outfile = join(folder, 'use.mjs');
    await build({ entryPoints: [join(folder, 'use.ts')], outfile, bundle: true, format: 'esm', logLevel: 'silent' });
    return (await import(pathToFileURL(outfile).href)) as T;
  } finally {
    await rm(folder, { recursive: true });
  }
}
