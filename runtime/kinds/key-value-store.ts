// Stores whose values are instances of a class, under a key that is not part of it.
import { lazyClient } from '../core/binding.js';
import type { Condition } from '../core/conditions.js';
import { type ClassDecoratorOf, type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';
import { type NumericField, type ReadItemRequest, requestBuilders, type WriteItemRequest } from './transactions.js';

export type KeyType = StringConstructor | NumberConstructor | Uint8ArrayConstructor;
/** The type of the keys: `KeyOf<StringConstructor>` is `string`. */
export type KeyOf<K extends KeyType> = K extends StringConstructor ? string : K extends NumberConstructor ? number : Uint8Array;

export interface KeyValueStoreOptions extends StagesOption {
  /** `String`, `Number` or `Uint8Array`. */
  keyType: KeyType;
  /** The key's column. Default `PrimaryKey`. */
  keyName?: string;
  /** By default the class's name. The stage is appended. */
  tableName?: string;
  /** ARN of a table that exists already; none is created. */
  existingArn?: string;
  /** Provisioned capacity, in units per second. Without both the table is billed per request. */
  readCapacityUnits?: number;
  writeCapacityUnits?: number;
}

/** Makes a table whose values are the class's `@Attribute` fields. */
export function KeyValueStore(_options: KeyValueStoreOptions): ClassDecoratorOf {
  return noop;
}

export interface UsesKeyValueStoreOptions extends StagesOption {
  dataModel: Constructor;
}

/** Allows the function to use the store through `ClientBuilder.getKeyValueStoreClient`. */
export function UsesKeyValueStore(_store: Constructor | UsesKeyValueStoreOptions): HandlerDecorator {
  return noop;
}

/** Rejects as a document store's client does. In conditions the key's column counts as a field. */
export interface KeyValueStoreClient<K, V> {
  /** Writes the value, over the one under the same key. With a condition that does not hold: StoreConditionException. */
  put(key: K, value: V, condition?: Condition): Promise<void>;
  /** Null when there is none. The read is eventually consistent: it may miss a write of the last second. */
  get(key: K): Promise<V | null>;
  /** There need not be a value. */
  delete(key: K, condition?: Condition): Promise<void>;
  /** Reads the whole table. Keys that are bytes are new arrays, found by iterating and not by `get`. */
  getAll(): Promise<Map<K, V>>;
  /** Reads the whole table, but transfers only the keys. */
  getAllKeys(): Promise<K[]>;
  /** Reads the whole table and keeps the values that the condition holds for. */
  filter(condition: Condition): Promise<Map<K, V>>;
  /** Reads the whole table page by page (about 1 MB each), for tables that do not fit in memory. */
  stream(): AsyncIterable<Map<K, V>>;

  // Requests for `ClientBuilder.getTransactionalClient()`, which do nothing by themselves.

  getReadItem(key: K): ReadItemRequest<V>;
  /** Writes the value, over the one under the same key. */
  getWriteItem(key: K, value: V, condition?: Condition): WriteItemRequest;
  /** Adds to a number of a stored value. Without such a value, or without a number in it: StoreConditionException. */
  getIncrementValueRequest(key: K, field: NumericField<V>, amount?: number | bigint, condition?: Condition): WriteItemRequest;
  /** Takes from a number of a stored value, as `getIncrementValueRequest` adds to it. */
  getDecrementValueRequest(key: K, field: NumericField<V>, amount?: number | bigint, condition?: Condition): WriteItemRequest;
  /** The same as `getDeleteKeyItemRequest`: a value does not know its key. */
  getDeleteItemRequest(key: K, condition?: Condition): WriteItemRequest;
  getDeleteKeyItemRequest(key: K, condition?: Condition): WriteItemRequest;
}

/** A client for the store of a class. It needs `@UsesKeyValueStore` on every handler that can reach its use. */
export function getKeyValueStoreClient<K extends KeyType, V extends object>(
  _keyType: K,
  store: Constructor<V>,
): KeyValueStoreClient<KeyOf<K>, V> {
  return lazyClient<KeyValueStoreClient<KeyOf<K>, V>>(
    'key-value-store',
    store,
    ['put', 'get', 'delete', 'getAll', 'getAllKeys', 'filter', 'stream'],
    (name) => (name ? `@UsesKeyValueStore(${name})` : '@UsesKeyValueStore(...) for this class'),
    requestBuilders,
  );
}
