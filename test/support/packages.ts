/** What a project of the repository asks for at run time, besides nimbusc. All of it is installed in the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function packagesOf(folder: string): readonly string[] {
  const file = join(folder, 'package.json');
  const { dependencies = {} } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { dependencies?: object };
  return Object.keys(dependencies).filter((name) => name !== 'nimbusc');
}
