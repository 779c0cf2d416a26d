/**
 * In: paths of files. Out: a hash for each of what it gives to others: its text, and where its imports lead. By these,
 * answers about several files are kept between runs. Each hash is made once.
 */
import { contentHash, hashOf } from '../../hash.js';
import type { ProjectPath } from '../../ir/span.js';
import type { Host } from '../../options.js';
import * as paths from '../../paths.js';
import type { SourceProgram } from './load-program.js';

export class Inputs {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly host: Host,
    private readonly source: SourceProgram,
  ) {}

  hash(path: string): string {
    let hash = this.known.get(path);
    if (hash === undefined) {
      hash = this.hashNow(path);
      this.known.set(path, hash);
    }
    return hash;
  }

  /** For a file of a package the hash of its manifest, whose version says what its files are. */
  hashOfOrigin(path: string): string {
    return this.hash(manifestOf(path) ?? path);
  }

  /** Of packages the manifest alone: their files are many. */
  of(files: readonly ProjectPath[]): readonly (readonly [path: string, hash: string])[] {
    const relevant = new Set(files.map((file) => manifestOf(file) ?? file));
    return [...relevant].map((path) => [path, this.hash(path)]);
  }

  private hashNow(path: string): string {
    if (this.source.has(path)) {
      const facts = this.source.facts(path);
      // Imports of types are no specifiers: they lead to no code.
      const named = [...(facts?.imports ?? []), ...(facts?.exports ?? []), ...(facts?.stars ?? [])];
      const written = [...(this.source.text(path) ?? '').matchAll(/\bimport\(\s*['"]([^'"]+)/g)].map(([, from = '']) => from);
      const specifiers = new Set([...(facts?.specifiers ?? []), ...named.flatMap(({ from }) => from ?? []), ...written]);
      const targets = [...specifiers].map((specifier) => JSON.stringify(this.source.resolve(path, specifier)));
      return hashOf(this.source.hash(path), targets.join());
    }
    const bytes = this.host.readBytes(paths.join(this.source.projectDir, path));
    return bytes === null ? '' : contentHash(bytes);
  }
}

function manifestOf(path: string): string | null {
  const at = path.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first = '', second = ''] = path.slice(at + 'node_modules/'.length).split('/');
  return `${path.slice(0, at)}node_modules/${first.startsWith('@') ? `${first}/${second}` : first}/package.json`;
}
