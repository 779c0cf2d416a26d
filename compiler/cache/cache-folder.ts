/**
 * The cache on disk: files in `node_modules/.cache/nimbusc/<version of nimbusc>`, each a value with a checksum over its name
 * and content. A file is written beside and renamed, so readers see a whole one or none; what is damaged, missing or another
 * file's counts as not cached.
 */
import { hashOf } from '../hash.js';
import type { Host } from '../options.js';
import * as paths from '../paths.js';

export class CacheFolder {
  private readonly folder: string;

  /** `toolId` changes with nimbusc itself; what other versions left behind is removed on the first write. */
  constructor(
    private readonly host: Host,
    private readonly root: string,
    toolId: string,
  ) {
    this.folder = paths.join(root, toolId.slice(0, 16));
  }

  readJson(name: string): unknown {
    const text = this.host.readText(paths.join(this.folder, name));
    if (text === null) return undefined;
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (end < 0 || hashOf(name, body) !== text.slice(0, end)) return undefined;
    try {
      return JSON.parse(body);
    } catch {
      return undefined;
    }
  }

  writeJson(name: string, value: unknown): void {
    const body = JSON.stringify(value);
    this.write(name, `${hashOf(name, body)}\n${body}`);
  }

  /** A cache that cannot be written is no error: the next build is slower, that is all. */
  private write(name: string, content: string | Uint8Array): void {
    quietly(() => {
      const path = paths.join(this.folder, name);
      const folder = paths.dirname(path);
      if (this.host.kind(folder) === null) {
        this.removeOtherVersions();
        this.host.makeFolder(folder);
      }
      const temporary = `${path}.${this.host.processId}`;
      try {
        this.host.write(temporary, content);
        this.host.rename(temporary, path);
      } catch (error) {
        // A full disk has no room for halves of files either.
        this.host.remove(temporary);
        throw error;
      }
    });
  }

  private removeOtherVersions(): void {
    for (const { name } of this.host.list(this.root) ?? []) {
      const other = paths.join(this.root, name);
      if (other !== this.folder) this.host.remove(other);
    }
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // See above.
  }
}
