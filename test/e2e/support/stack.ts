// Hand-written Terraform modules of test/sandbox/stacks, which test the sandbox itself without the compiler.
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { sandboxFolder } from './repository.js';

/**
 * A copy of the stack with a zip of each folder under `functions`, `artifacts/<folder>.zip`, and with the module where that
 * is not a file of the stack. The caller deletes it.
 */
export async function buildStack(name: string, module?: object): Promise<string> {
  const source = join(sandboxFolder, 'stacks', name);
  const folder = await mkdtemp(join(tmpdir(), `nimbusc-stack-${name}-`));
  const functions = join(source, 'functions');
  await cp(source, folder, { recursive: true, filter: (path) => path !== functions });
  await mkdir(join(folder, 'artifacts'));
  for (const one of await readdir(functions)) {
    const files: Zippable = {};
    for (const file of await readdir(join(functions, one))) files[file] = await readFile(join(functions, one, file));
    const zip = zipSync(files, { mtime: new Date(1980, 0, 1) });
    await writeFile(join(folder, 'artifacts', `${one}.zip`), zip);
  }
  if (module !== undefined) await writeFile(join(folder, 'main.tf.json'), JSON.stringify(module, null, 2));
  return folder;
}
