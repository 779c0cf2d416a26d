/** Where this nimbusc is installed, and what it is. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `dist` of a package, `out` of a development tree: the folder that has `bin` and `runtime` in it. */
export const base = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

let build: { readonly version: string; readonly toolId: string | null } | null = null;

function buildInfo(): { readonly version: string; readonly toolId: string | null } {
  if (build === null) {
    try {
      build = JSON.parse(fs.readFileSync(path.join(base, 'build.json'), 'utf8')) as { version: string; toolId: string };
    } catch {
      const manifest = JSON.parse(fs.readFileSync(path.join(base, '..', 'package.json'), 'utf8')) as { version: string };
      build = { version: manifest.version, toolId: null };
    }
  }
  return build;
}

export const version = (): string => buildInfo().version;

/** Hash over nimbusc's own code; null in a development tree, where it changes all the time and nothing may be cached. */
export const toolId = (): string | null => buildInfo().toolId;
