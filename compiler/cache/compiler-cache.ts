/** What the phases keep between runs, all of it keyed by content: facts of files, bundles of functions, lowered fragments. */
import type { BodyFacts } from '../ir/body-facts.js';
import type { FileFacts } from '../ir/facts.js';
import type { BodiesCache, FactsCache } from '../phases/1-load/load-program.js';
import type { StoredTypes, TypesCache } from '../phases/1-load/types/read-types.js';
import type { KeptReach, ReachMemory } from '../phases/3-link/reach/follow-code.js';
import type { Bundle, BundleCache } from '../phases/6-bundle/bundle-functions.js';
import type { OutputMemory } from '../phases/7-emit/write-output.js';
import type { FragmentCache } from '../provider.js';
import type { CacheFolder } from './cache-folder.js';

export interface CompilerCache {
  readonly facts: FactsCache;
  readonly bodies: BodiesCache;
  readonly types: TypesCache;
  readonly reached: ReachMemory;
  readonly bundles: BundleCache;
  readonly fragments: FragmentCache;
  /** What was last written where, by path relative to the output folder: its hash, and how the file looked then. */
  readonly outputs: OutputMemory;
  save(): void;
}

/** Without a folder nothing is remembered. */
export function openCache(folder: CacheFolder | null): CompilerCache {
  const facts = new Table<FileFacts>(folder, 'facts.json');
  const bodies = new Table<BodyFacts | null>(folder, 'bodies.json');
  const types = new Table<StoredTypes>(folder, 'types.json');
  const reached = new Table<KeptReach>(folder, 'reached.json');
  const fragments = new Table<string>(folder, 'fragments.json');
  const bundles = new Table<Bundle>(folder, 'bundles.json');
  const outputs = new Outputs(new Table(folder, 'outputs.json'));
  return {
    facts,
    bodies,
    types,
    reached,
    fragments,
    outputs,
    bundles: {
      get: (key) => bundles.get(key),
      set: (bundle) => bundles.set(bundle.key, bundle),
    },
    save() {
      facts.save();
      bodies.save();
      types.save();
      reached.save();
      fragments.save();
      outputs.save();
      bundles.save();
    },
  };
}

const SPARE_ENTRIES = 100;

type Written = readonly [sha256: string, signature: string];

class Outputs implements OutputMemory {
  private byHash: Map<string, { readonly path: string; readonly signature: string }[]> | null = null;

  constructor(private readonly table: Table<Written>) {}

  isIntact(path: string, sha256: string, signature: string): boolean {
    const [hash, seen] = this.table.get(path) ?? [];
    return hash === sha256 && seen === signature;
  }

  remember(path: string, sha256: string, signature: string): void {
    if (!this.isIntact(path, sha256, signature)) this.table.set(path, [sha256, signature]);
  }

  withHash(sha256: string): readonly { readonly path: string; readonly signature: string }[] {
    if (this.byHash === null) {
      this.byHash = new Map();
      for (const [path, [hash, signature]] of this.table.all()) {
        const list = this.byHash.get(hash);
        if (list === undefined) this.byHash.set(hash, [{ path, signature }]);
        else list.push({ path, signature });
      }
    }
    return this.byHash.get(sha256) ?? [];
  }

  save(): void {
    this.table.save();
  }
}

/**
 * A map in one file, read when it is first asked. What a run has used is kept, and of the rest as much again, so that
 * building one stage does not forget the others and yet nothing grows for ever.
 */
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

  /** Everything known, whether or not this run has used it. */
  all(): ReadonlyMap<string, V> {
    this.stored ??= this.read();
    return new Map([...this.stored, ...this.used]);
  }

  /** True when something was written. */
  save(): boolean {
    if (!this.changed || this.folder === null) return false;
    const rest = [...(this.stored ?? this.read())]
      .filter(([key]) => !this.used.has(key))
      .slice(0, this.used.size + SPARE_ENTRIES);
    this.folder.writeJson(this.name, [...this.used, ...rest]);
    return true;
  }

  private read(): Map<string, V> {
    const entries = this.folder?.readJson(this.name);
    return new Map(Array.isArray(entries) ? (entries as [string, V][]) : []);
  }
}
