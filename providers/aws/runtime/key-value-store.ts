// The key-value store's client on DynamoDB. The key is a column of its own; in conditions it is a field of that name.
import { bind } from '../../../runtime/core/binding.js';
import type { KeyValueStoreClient } from '../../../runtime/kinds/key-value-store.js';
import type { Item } from './dynamodb/attribute-value.js';
import { Table, type TableData } from './dynamodb/table.js';
import { deleteRequest, requestsOf, writeRequest } from './dynamodb/transactions.js';

export interface KeyValueStoreData extends TableData {
  readonly key: { readonly column: string; readonly type: 'string' | 'number' | 'bytes' };
}

export function register(store: abstract new (...args: never[]) => object, data: KeyValueStoreData): void {
  const { column, type } = data.key;
  const table = new Table(data, { field: column, column, shape: type });
  const entry = (item: Parameters<Table['read']>[0]): [unknown, object] => [table.readKey(item), table.read(item)];
  const columnsOf = (key: unknown, value: object): Item => ({ ...table.write(value), ...table.keyItem(key) });
  const client: KeyValueStoreClient<unknown, object> = {
    put: async (key, value, condition) => table.put(columnsOf(key, value), condition),
    get: async (key) => table.get(key),
    delete: async (key, condition) => table.delete(key, condition),
    getAll: async () => new Map(await table.collect(entry)),
    getAllKeys: async () => table.collect((item) => table.readKey(item), { keysOnly: true }),
    filter: async (filter) => new Map(await table.collect(entry, { filter })),
    async *stream() {
      for await (const items of table.scan()) yield new Map(items.map(entry));
    },
    ...requestsOf(table),
    getWriteItem: (key, value, condition) => writeRequest(table, key, columnsOf(key, value), condition),
    getDeleteItemRequest: (key, condition) => deleteRequest(table, key, condition),
  };
  bind('key-value-store', store, client, data.name);
}
