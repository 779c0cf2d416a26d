// How clients of stores get at tables. What a client does is the same wherever its code runs: beside the tables, or in a worker
// that has to ask for items first.
import type { Av, Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import type { PreparedWrite, Rows } from './store.js';

/** A write that is made for the rows that it finds. */
export interface Write {
  readonly rows: Rows;
  readonly make: (rows: Rows) => PreparedWrite;
}

export interface Read {
  readonly rows: Rows;
  readonly key: Av;
}

export interface Engine {
  /** The rows with these items as they are now; null: all of them. */
  having(rows: Rows, key: Av | null): Promise<Rows>;
  /** Items of any stores, as they are at one moment. */
  read(reads: readonly Read[]): Promise<readonly (Item | null)[]>;
  /** Does all writes, or none when `check` throws; it may be asked more than once. Nothing comes in between. */
  write(writes: readonly Write[], check: (prepared: readonly PreparedWrite[]) => void): Promise<void>;
}

export const checkAll = (prepared: readonly PreparedWrite[]): void => {
  for (const write of prepared) write.check();
};

/** Tables in this very process: nothing can come in between. */
export const hereEngine: Engine = {
  having: async (rows) => rows,
  read: async (reads) => reads.map(({ rows, key }) => rows.table.get(key)),
  write: async (writes, check) => {
    const prepared = writes.map(({ rows, make }) => make(rows));
    check(prepared);
    for (const write of prepared) write.apply();
    await Promise.all(writes.map(({ rows }) => rows.table.durable?.()));
  },
};
