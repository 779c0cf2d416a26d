// Stores whose tables are on the other side of a port. A write is decided here, on items as they were a moment ago, and done there
// if they still are the same; else it is decided again.
import type { Av, Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import type { Engine, Read, Write } from '../kinds/engine.js';
import type { Rows } from '../kinds/store.js';
import { identity, type TableView } from '../kinds/table.js';
import { cloudLink } from './cloud-link.js';

/** What `write` asks of the cloud; undefined: whatever there is. */
export interface RemoteWrite {
  readonly store: string;
  readonly key: Av;
  readonly item: Item | null;
  readonly expected?: Item | null;
}

export interface RemoteRead {
  readonly store: string;
  readonly key: Av;
}

/** Stands for a table; whoever wants to look at it has to fetch a part of it. */
export class RemoteTable implements TableView {
  constructor(readonly id: string) {}

  get(): never {
    throw new Error('the items of a remote table have to be fetched');
  }

  set(): never {
    return this.get();
  }

  pages(): never {
    return this.get();
  }
}

/** A part of a table as it was. */
class Snapshot implements TableView {
  readonly written: { key: Av; item: Item | null }[] = [];
  private readonly items = new Map<string, Item | null>();

  constructor(private readonly all: Item[][] = [[]]) {}

  put(key: Av, item: Item | null): this {
    this.items.set(identity(key), item);
    return this;
  }

  get(key: Av): Item | null {
    return this.items.get(identity(key)) ?? null;
  }

  set(key: Av, item: Item | null): void {
    this.written.push({ key, item });
  }

  pages(): Item[][] {
    return this.all;
  }
}

const storeOf = (rows: Rows): string => (rows.table as RemoteTable).id;

async function fetch(reads: readonly Read[]): Promise<readonly (Item | null)[]> {
  if (reads.length === 0) return [];
  const asked = reads.map(({ rows, key }): RemoteRead => ({ store: storeOf(rows), key }));
  return (await cloudLink().call(asked[0]!.store, 'read', [asked])) as (Item | null)[];
}

export const remoteEngine: Engine = {
  async having(rows, key) {
    if (key === null) return rows.on(new Snapshot((await cloudLink().call(storeOf(rows), 'scan', [])) as Item[][]));
    const [item = null] = await fetch([{ rows, key }]);
    return rows.on(new Snapshot().put(key, item));
  },
  read: fetch,
  async write(writes, check) {
    for (;;) {
      const parts = writes.map((write) => attempt(write));
      const looking = parts.filter(({ prepared }) => prepared.looks);
      const items = await fetch(looking.map(({ rows, prepared }) => ({ rows, key: prepared.key })));
      for (const [at, { snapshot, prepared }] of looking.entries()) snapshot.put(prepared.key, items[at] ?? null);
      check(parts.map(({ prepared }) => prepared));
      for (const { prepared } of parts) prepared.apply();
      const asked = parts.flatMap(({ rows, snapshot, prepared }) =>
        snapshot.written.map(
          ({ key, item }): RemoteWrite => ({
            store: storeOf(rows),
            key,
            item,
            ...(prepared.looks ? { expected: snapshot.get(key) } : {}),
          }),
        ),
      );
      if (asked.length === 0 || (await cloudLink().call(asked[0]!.store, 'write', [asked])) === true) return;
    }
  },
};

function attempt({ rows, make }: Write) {
  const snapshot = new Snapshot();
  return { rows, snapshot, prepared: make(rows.on(snapshot)) };
}
