// Reads and writes of several items, in one store or in several, that happen together or not at all.
//
// A request is made by a store's client and is done by whoever made it: the transactional client is the same for all
// providers, and a function needs no permission for it beside those of its stores.
import { NonRetryableException } from '../core/errors.js';

/** What a provider does with the requests that its clients made. */
export interface TransactionExecutor {
  write(requests: readonly WriteItemRequest[]): Promise<void>;
  /** One result for each request, in their order. */
  read(requests: readonly ReadItemRequest<unknown>[]): Promise<unknown[]>;
}

/** Made by `getWriteItem`, `getDeleteItemRequest`, `getIncrementValueRequest` and the like of a store's client. */
export interface WriteItemRequest {
  readonly transaction: 'write';
  readonly executor: TransactionExecutor;
}

/** Made by `getReadItem` of a store's client. */
export interface ReadItemRequest<T> {
  readonly transaction: 'read';
  readonly executor: TransactionExecutor;
  /** Never there: it holds the type. */
  readonly result?: T;
}

/** The fields of a class that a number can be added to. */
export type NumericField<T> = {
  [F in keyof T]-?: NonNullable<T[F]> extends number | bigint ? F : never;
}[keyof T] &
  string;

export interface TransactionalClient {
  /**
   * Does all requests or none. With a condition that does not hold: StoreConditionException. At most 100 requests, each for
   * another item (DynamoDB).
   */
  executeWriteTransaction(requests: readonly WriteItemRequest[]): Promise<void>;
  /**
   * Reads items as they are at one moment, and gives them in the order of the requests, null where there is none. At most
   * 100 requests, each for another item (DynamoDB).
   */
  executeReadTransaction<R extends readonly ReadItemRequest<unknown>[]>(
    requests: readonly [...R],
  ): Promise<{ -readonly [I in keyof R]: R[I] extends ReadItemRequest<infer T> ? T | null : never }>;
}

/** A client for requests of store clients. It needs the `@Uses...` decorators of their stores, and none of its own. */
export function getTransactionalClient(): TransactionalClient {
  return {
    async executeWriteTransaction(requests) {
      await executorOf(requests, 'write')?.write(requests);
    },
    async executeReadTransaction(requests) {
      return ((await executorOf(requests, 'read')?.read(requests)) ?? []) as never;
    },
  };
}

/** What clients of both kinds of stores make requests with. */
export const requestBuilders = [
  'getReadItem',
  'getWriteItem',
  'getIncrementValueRequest',
  'getDecrementValueRequest',
  'getDeleteItemRequest',
  'getDeleteKeyItemRequest',
] as const;

/** Undefined when there is nothing to do. */
function executorOf(requests: readonly unknown[], wanted: 'read' | 'write'): TransactionExecutor | undefined {
  for (const [index, request] of requests.entries()) {
    const { transaction } = (request ?? {}) as Partial<WriteItemRequest | ReadItemRequest<unknown>>;
    if (transaction === wanted) continue;
    const found = transaction ? `a request to ${transaction}` : 'no request of a store';
    throw new NonRetryableException(`request ${index + 1} of the ${wanted} transaction is ${found}`);
  }
  return (requests[0] as WriteItemRequest | undefined)?.executor;
}
