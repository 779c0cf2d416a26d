// The document store's client on DynamoDB.
import { bind } from '../../../runtime/core/binding.js';
import { required } from '../../../runtime/core/shape.js';
import type { DocumentStoreClient } from '../../../runtime/kinds/document-store.js';
import type { Item } from './dynamodb/attribute-value.js';
import { Table, type TableData } from './dynamodb/table.js';
import { deleteRequest, requestsOf, writeRequest } from './dynamodb/transactions.js';

export interface DocumentStoreData extends TableData {
  /** One of the fields in `columns`. */
  readonly key: { readonly field: string; readonly column: string };
}

export function register(store: abstract new (...args: never[]) => object, data: DocumentStoreData): void {
  const { key, shape } = data;
  const table = new Table(data, { ...key, shape: required(shape.f[key.field] ?? 'any') });
  const keyOf = (item: object): unknown => (item as Record<string, unknown>)[key.field];
  const read = (item: Parameters<Table['read']>[0]): object => table.read(item);
  const columnsOf = (item: object): Item => ({ ...table.write(item), ...table.keyItem(keyOf(item)) });
  const client: DocumentStoreClient<object> = {
    put: async (item, condition) => table.put(columnsOf(item), condition),
    get: async (id) => table.get(id),
    delete: async (item, condition) => table.delete(keyOf(item), condition),
    deleteKey: async (id, condition) => table.delete(id, condition),
    getAll: async () => table.collect(read),
    getAllKeys: async () => table.collect((item) => table.readKey(item), { keysOnly: true }) as Promise<never[]>,
    filter: async (filter) => table.collect(read, { filter }),
    async *stream() {
      for await (const items of table.scan()) yield items.map(read);
    },
    ...requestsOf(table),
    getWriteItem: (item, condition) => writeRequest(table, keyOf(item), columnsOf(item), condition),
    getDeleteItemRequest: (item, condition) => deleteRequest(table, keyOf(item), condition),
  };
  bind('document-store', store, client, data.name);
}
