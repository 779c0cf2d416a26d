/** What the phases keep between runs, all of it keyed by content: facts of files, bundles of functions, lowered fragments. */
import type { FileFacts } from '../ir/facts.js';
import type { FactsCache } from '../phases/1-load/load-program.js';
import type { Bundle, BundleCache } from '../phases/6-bundle/bundle-functions.js';
import type { OutputMemory } from '../phases/7-emit/write-output.js';
import type { FragmentCache } from '../provider.js';
import type { CacheFolder } from './cache-folder.js';

export interface CompilerCache {
  readonly facts: FactsCache;
  readonly bundles: BundleCache;
  readonly fragments: FragmentCache;
  /** What was last written where, by path relative to the project: its hash, and how the file looked then. */
  readonly outputs: OutputMemory;
  save(): void;
}

/** Without a folder nothing is remembered. */
export function openCache(folder: CacheFolder | null): CompilerCache {
  const facts = new Table<FileFacts>(folder, 'facts.json');
  const fragments = new Table<string>(folder, 'fragments.json');
  const bundles = new Table<Bundle>(folder, 'bundles.json');
  const outputs = new Table<readonly [sha256: string, signature: string]>(folder, 'outputs.json');
  return {
    facts,
    fragments,
    outputs: {
      isIntact: (path, sha256, signature) => {
        const [hash, seen] = outputs.get(path) ?? [];
        return hash === sha256 && seen === signature;
      },
      remember: (path, sha256, signature) => {
        const [hash, seen] = outputs.get(path) ?? [];
        if (hash !== sha256 || seen !== signature) outputs.set(path, [sha256, signature]);
      },
    },
    bundles: {
      get: (key) => bundles.get(key),
      set: (bundle) => bundles.set(bundle.key, bundle),
      write: (sha256, bytes) => folder?.writeBlob(sha256, bytes),
      has: (sha256) => folder?.hasBlob(sha256) ?? false,
      read: (sha256) => folder?.readBlob(sha256),
    },
    save() {
      facts.save();
      fragments.save();
      outputs.save();
      if (bundles.save()) folder?.keepBlobs(new Set(bundles.values().flatMap((b) => [b.sha256, b.mapSha256])));
    },
  };
}

/** A map in one file, read when it is first asked; only what a run has used is kept, so it does not grow for ever. */
class Table<V> {
  private stored: Map<string, V> | null = null;
  private readonly used = new Map<string, V>();
  private changed = false;

  constructor(
    private readonly folder: CacheFolder | null,
    private readonly name: string,
  ) {}

  get(key: string): V | undefined {
    const used = this.used.get(key);
    if (used !== undefined) return used;
    this.stored ??= this.read();
    const value = this.stored.get(key);
    if (value !== undefined) this.used.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.used.set(key, value);
    this.changed = true;
  }

  values(): V[] {
    return [...this.used.values()];
  }

  /** True when something was written. */
  save(): boolean {
    if (!this.changed || this.folder === null) return false;
    this.folder.writeJson(this.name, [...this.used]);
    return true;
  }

  private read(): Map<string, V> {
    const entries = this.folder?.readJson(this.name);
    return new Map(Array.isArray(entries) ? (entries as [string, V][]) : []);
  }
}
