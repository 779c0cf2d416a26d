import { existsSync } from 'node:fs';
import path from 'node:path';

/** The repository, from wherever the tests are compiled to. */
export const repositoryRoot = find(process.cwd()) ?? find(import.meta.dirname) ?? process.cwd();

function find(folder: string): string | undefined {
  if (existsSync(path.join(folder, 'runtime/index.ts'))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : find(parent);
}
