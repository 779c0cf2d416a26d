/** What the bundler puts into functions for the local cloud: client modules that ask the main thread. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `base`: the installed folder that has `providers` in it. */
export function localModules(base: string) {
  return {
    clientModule(kind: string): string | null {
      const file = join(base, 'providers', 'local', 'runtime', `${kind}.js`);
      return existsSync(file) ? file : null;
    },
    prepared: new Map<string, never>(),
  };
}
