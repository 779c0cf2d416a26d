// Where things lie. Compiled tests run from another folder than their sources, so nothing here is relative to a file.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'nimbusc') {
      return folder;
    }
  }
  throw new Error(`no folder above ${import.meta.dirname} holds nimbusc's package.json`);
}

export const repositoryRoot = findRoot();
export const sandboxFolder = join(repositoryRoot, 'test', 'sandbox');
