/** The project's files as kinds ask for them. Each is read once, whatever the number of stages. */
import { contentHash } from '../../hash.js';
import type { ProjectFile, ProjectFiles } from '../../kinds/definition.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';

/** `outDir` is absolute. */
export function projectFiles(host: Host, projectDir: string, outDir: string): ProjectFiles {
  const absolute = (path: string): string => paths.join(projectDir, path);
  const root = host.realPath(projectDir);
  const known = new Map<string, ProjectFile | null>();
  const readNow = (path: string): ProjectFile | null => {
    const bytes = host.readBytes(absolute(path));
    if (bytes === null) return null;
    const text = textOf(bytes);
    return { path, sha256: contentHash(bytes), bytes: bytes.length, placeholders: text === null ? null : placeholdersOf(text) };
  };
  return {
    out: paths.relative(root, host.realPath(outDir)),
    kind: (path) => host.kind(absolute(path)),
    list: (path) => host.list(absolute(path)),
    real: (path) => paths.relative(root, host.realPath(absolute(path))),
    read(path) {
      const before = known.get(path);
      if (before !== undefined) return before;
      const file = readNow(path);
      known.set(path, file);
      return file;
    },
  };
}

/** Null for what is no text: not UTF-8, or with zero bytes in it. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function placeholdersOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z0-9][A-Z0-9._-]*)\}/g)].map((match) => match[1] as string))].sort();
}
