// Operations of clients whose code runs in another thread: what they ask for, done on the simulations here.
import type { Item } from '../aws/runtime/dynamodb/attribute-value.js';
import { bytesOf } from './kinds/file-content.js';
import { type MemoryTable, same } from './kinds/table.js';
import type { RemoteRead, RemoteWrite } from './runtime/remote-engine.js';

/** The part of a cloud that they lead to. */
export interface RemoteTarget {
  readonly tables: ReadonlyMap<string, MemoryTable>;
  /** What does the operations of a resource that is no store. */
  operationsOf(resource: string): object;
}

export async function remoteCall(
  target: RemoteTarget,
  resource: string,
  operation: string,
  args: readonly unknown[],
): Promise<unknown> {
  if (target.tables.has(resource)) {
    if (operation === 'scan') return tableOf(target, resource).pages();
    if (operation === 'read') return (args[0] as RemoteRead[]).map(({ store, key }) => tableOf(target, store).get(key));
    const writes = args[0] as RemoteWrite[];
    const isDone = writeAll(target, writes);
    if (isDone) await Promise.all(writes.map(({ store }) => tableOf(target, store).durable()));
    return isDone;
  }
  const operations = target.operationsOf(resource) as Record<string, (...all: unknown[]) => unknown>;
  if (operation === 'bytes') return bytesOf((await operations['getFile']!(...args)) as AsyncIterable<unknown> as never);
  return operations[operation]!(...args);
}

/** False when one of the items is not what the writer expects. */
function writeAll(target: RemoteTarget, writes: readonly RemoteWrite[]): boolean {
  const found = writes.map((write) => ({ ...write, table: tableOf(target, write.store) }));
  const fits = ({ table, key, expected }: (typeof found)[number]): boolean =>
    expected === undefined || isSame(table.get(key), expected);
  if (!found.every(fits)) return false;
  for (const { table, key, item } of found) table.set(key, item);
  return true;
}

const isSame = (now: Item | null, expected: Item | null): boolean => same(now, expected);

function tableOf({ tables }: RemoteTarget, id: string): MemoryTable {
  const table = tables.get(id);
  if (table === undefined) throw new Error(`there is no store ${id}`);
  return table;
}
