/** A project folder in memory: `/project` with the files given; null stands for a file that cannot be read. */
import type { ConfigHost } from '../../../compiler/config/find-config.js';

export const PROJECT = '/project';

export function memoryHost(files: Readonly<Record<string, string | null>>): ConfigHost {
  const named = (path: string): string => path.slice(PROJECT.length + 1);
  return {
    kind: (path) => (path === PROJECT ? 'folder' : Object.hasOwn(files, named(path)) ? 'file' : null),
    readText(path) {
      const text = files[named(path)];
      if (text === null) throw Object.assign(new Error('no'), { code: 'EACCES' });
      return text ?? null;
    },
  };
}
