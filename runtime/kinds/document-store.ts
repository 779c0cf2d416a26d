// Stores whose items are instances of a class, with one field as the key.
import { lazyClient } from '../core/binding.js';
import type { Condition } from '../core/conditions.js';
import { type ClassDecoratorOf, type Constructor, type FieldDecorator, type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';
import { type NumericField, type ReadItemRequest, requestBuilders, type WriteItemRequest } from './transactions.js';

export interface DocumentStoreOptions extends StagesOption {
  /** By default the class's name. The stage is appended. */
  tableName?: string;
  /** ARN of a table that exists already; none is created. */
  existingArn?: string;
  /** Provisioned capacity, in units per second. Without both the table is billed per request. */
  readCapacityUnits?: number;
  writeCapacityUnits?: number;
}

/** Makes a table of the class, which has exactly one `@Key` field and any number of `@Attribute` fields. */
export function DocumentStore(_options?: DocumentStoreOptions): ClassDecoratorOf {
  return noop;
}

export interface ColumnOptions {
  /** The name in the table; by default the field's. */
  columnName?: string;
}

/** The field that identifies an item: a string, number, bigint, Date or Uint8Array. DynamoDB takes up to 2048 bytes. */
export function Key(_options?: ColumnOptions): FieldDecorator {
  return noop;
}

/** A field that is stored. Others are not, and have their initial value in what is read. */
export function Attribute(_options?: ColumnOptions): FieldDecorator {
  return noop;
}

export interface UsesDocumentStoreOptions extends StagesOption {
  dataModel: Constructor;
}

/** Allows the function to use the store through `ClientBuilder.getDocumentStoreClient`. */
export function UsesDocumentStore(_store: Constructor | UsesDocumentStoreOptions): HandlerDecorator {
  return noop;
}

export type DocumentKey = string | number | bigint | Date | Uint8Array;

/**
 * Every operation rejects with a RetryableException when the table is throttled or out of reach (after the SDK's own
 * retries), a PermissionException when it may not be used, and a NonRetryableException for what cannot be stored, such
 * as NaN, a function, or an item over 400 KB (DynamoDB).
 */
export interface DocumentStoreClient<T> {
  /** Writes the item, over the one with the same key. With a condition that does not hold: StoreConditionException. */
  put(item: T, condition?: Condition): Promise<void>;
  /** Null when there is no such item. The read is eventually consistent: it may miss a write of the last second. */
  get(key: DocumentKey): Promise<T | null>;
  /** Deletes the item with this one's key; there need not be one. */
  delete(item: T, condition?: Condition): Promise<void>;
  deleteKey(key: DocumentKey, condition?: Condition): Promise<void>;
  /** Reads the whole table. */
  getAll(): Promise<T[]>;
  /** Reads the whole table, but transfers only the keys. */
  getAllKeys<K extends DocumentKey = DocumentKey>(): Promise<K[]>;
  /** Reads the whole table and keeps the items that the condition holds for. */
  filter(condition: Condition): Promise<T[]>;
  /** Reads the whole table page by page (about 1 MB each), for tables that do not fit in memory. */
  stream(): AsyncIterable<T[]>;

  // Requests for `ClientBuilder.getTransactionalClient()`, which do nothing by themselves.

  getReadItem(key: DocumentKey): ReadItemRequest<T>;
  /** Writes the item, over the one with the same key. */
  getWriteItem(item: T, condition?: Condition): WriteItemRequest;
  /** Adds to a number of a stored item. Without such an item, or without a number in it: StoreConditionException. */
  getIncrementValueRequest(
    key: DocumentKey,
    field: NumericField<T>,
    amount?: number | bigint,
    condition?: Condition,
  ): WriteItemRequest;
  /** Takes from a number of a stored item, as `getIncrementValueRequest` adds to it. */
  getDecrementValueRequest(
    key: DocumentKey,
    field: NumericField<T>,
    amount?: number | bigint,
    condition?: Condition,
  ): WriteItemRequest;
  getDeleteItemRequest(item: T, condition?: Condition): WriteItemRequest;
  getDeleteKeyItemRequest(key: DocumentKey, condition?: Condition): WriteItemRequest;
}

/** A client for the store of a class. It needs `@UsesDocumentStore` on every handler that can reach its use. */
export function getDocumentStoreClient<T extends object>(store: Constructor<T>): DocumentStoreClient<T> {
  return lazyClient<DocumentStoreClient<T>>(
    'document-store',
    store,
    ['put', 'get', 'delete', 'deleteKey', 'getAll', 'getAllKeys', 'filter', 'stream'],
    (name) => (name ? `@UsesDocumentStore(${name})` : '@UsesDocumentStore(...) for this class'),
    requestBuilders,
  );
}
