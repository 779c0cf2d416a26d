/** Where the repository lies. Compiled tests run from another folder than their sources, so paths start here. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const repositoryRoot = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  // The compiled tree has a `test` folder too, but no fixtures.
  if (existsSync(join(folder, 'test', 'fixtures')) && existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no repository above ${import.meta.dirname}`);
  return findRoot(parent);
}
