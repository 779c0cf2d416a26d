/** The command under test: the packed CLI, as users get it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './generate.js';

const CLI = 'dist/bin/nimbusc.js';

export const nimbuscCli = join(repositoryRoot(), CLI);

/** Arguments for `node`. */
export function nimbusc(command: 'build' | 'check' | 'diff' | 'openapi', project: string): string[] {
  return [nimbuscCli, command, '--project', project];
}

export function requireNimbusc(): void {
  if (existsSync(nimbuscCli)) return;
  throw new Error(`${CLI} does not exist: run \`npm run pack\` first, or measure the floors alone with \`--only esbuild,cdktf\``);
}
