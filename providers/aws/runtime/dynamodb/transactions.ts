// Transactions on DynamoDB: the requests that store clients hand out, and what is done with them.
import type { Condition } from '../../../../runtime/core/conditions.js';
import {
  NonRetryableException,
  PermissionException,
  RetryableException,
  StoreConditionException,
} from '../../../../runtime/core/errors.js';
import type { ReadItemRequest, TransactionExecutor, WriteItemRequest } from '../../../../runtime/kinds/transactions.js';
import { mapError } from '../errors.js';
import type { TransactWriteItem } from '../sdk/dynamodb.js';
import type { Item } from './attribute-value.js';
import { dynamodb } from './client.js';
import type { Table } from './table.js';

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, API_TransactGetItems.html */
const MOST_REQUESTS = 100;

interface Part {
  /** What the user calls the store. */
  readonly store: string;
  /** As it was given. */
  readonly key: unknown;
  readonly TableName: string;
  readonly Key: Item;
}

interface WritePart extends Part, WriteItemRequest {
  readonly item: TransactWriteItem;
}

interface ReadPart extends Part, ReadItemRequest<object> {
  readonly read: (item: Item) => object;
}

const executor: TransactionExecutor = {
  async write(requests) {
    const parts = requests as readonly WritePart[];
    check(parts);
    await call(parts, 'write', () => dynamodb().transactWrite({ TransactItems: parts.map(({ item }) => item) }));
  },
  async read(requests) {
    const parts = requests as readonly ReadPart[];
    check(parts);
    const gets = parts.map(({ TableName, Key }) => ({ Get: { TableName, Key } }));
    const { Responses = [] } = await call(parts, 'read', () => dynamodb().transactGet({ TransactItems: gets }));
    return parts.map(({ read }, index) => {
      const item = Responses[index]?.Item;
      return item ? read(item) : null;
    });
  },
};

/** The requests that clients of both kinds of stores make in the same way. */
export const requestsOf = (table: Table) => ({
  getReadItem: (key: unknown): ReadPart => ({
    transaction: 'read',
    executor,
    ...partOf(table, key),
    read: (item) => table.read(item),
  }),
  getIncrementValueRequest: (key: unknown, field: string, amount: number | bigint = 1, condition?: Condition) =>
    writePart(table, key, { Update: table.incrementRequest(key, field, amount, '+', condition) }),
  getDecrementValueRequest: (key: unknown, field: string, amount: number | bigint = 1, condition?: Condition) =>
    writePart(table, key, { Update: table.incrementRequest(key, field, amount, '-', condition) }),
  getDeleteKeyItemRequest: (key: unknown, condition?: Condition) => deleteRequest(table, key, condition),
});

export const writeRequest = (table: Table, key: unknown, item: Item, condition?: Condition): WritePart =>
  writePart(table, key, { Put: table.putRequest(item, condition) });

export const deleteRequest = (table: Table, key: unknown, condition?: Condition): WritePart =>
  writePart(table, key, { Delete: table.deleteRequest(key, condition) });

const partOf = (table: Table, key: unknown): Part => {
  const { TableName, Key } = table.getRequest(key);
  return { store: table.data.name, key, TableName, Key };
};

const writePart = (table: Table, key: unknown, item: TransactWriteItem): WritePart => ({
  transaction: 'write',
  executor,
  ...partOf(table, key),
  item,
});

/** What DynamoDB would refuse, told in the user's words. */
function check(parts: readonly Part[]): void {
  if (parts.length > MOST_REQUESTS)
    throw new NonRetryableException(
      `a transaction has at most ${MOST_REQUESTS} requests in DynamoDB, this one has ${parts.length}`,
    );
  const seen = new Map<string, number>();
  for (const [index, { store, TableName, Key }] of parts.entries()) {
    const [[column, { S, N, B }]] = Object.entries(Key) as [[string, Item[string]]];
    const item = JSON.stringify([TableName, column, S ?? N ?? [...(B ?? [])], N === undefined]);
    const first = seen.get(item);
    if (first !== undefined)
      throw new NonRetryableException(
        `requests ${first + 1} and ${index + 1} of the transaction are for the same item of ${store}`,
      );
    seen.set(item, index);
  }
}

interface Canceled {
  readonly name?: string;
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Message?: string }[];
}

async function call<T>(parts: readonly Part[], what: 'read' | 'write', send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw canceled(error as Canceled, parts, what) ?? mapError(error, `${what} transaction`);
  }
}

/** As DynamoDB has it, so that every sort of key can be told; long ones by their beginning. */
function keyText(item: Item): string {
  const [{ S, N, B }] = Object.values(item) as [Item[string]];
  const text = N ?? (S === undefined ? Buffer.from(B ?? []).toString('base64') : JSON.stringify(S));
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

/** A condition that failed says most: another attempt would meet it again. */
const CLASSES = [
  [/^ConditionalCheckFailed$/, StoreConditionException],
  [/^AccessDenied/, PermissionException],
  [/^(ValidationError|ItemCollectionSizeLimitExceeded|DuplicateItem)/, NonRetryableException],
  [/^(TransactionConflict|ThrottlingError|ProvisionedThroughputExceeded)/, RetryableException],
] as const;

/** Undefined for any other error. */
function canceled(error: Canceled, parts: readonly Part[], what: string): Error | undefined {
  if (error.name !== 'TransactionCanceledException') return undefined;
  const reasons = error.CancellationReasons ?? [];
  for (const [code, Class] of CLASSES) {
    const index = reasons.findIndex(({ Code = '' }) => code.test(Code));
    if (index < 0) continue;
    const { Code, Message } = reasons[index]!;
    const { store, key, Key } = parts[index]!;
    const message = `${what} transaction: request ${index + 1}, of ${store} with the key ${keyText(Key)}: ${Message || Code}`;
    const exception = new Class(message, { cause: error });
    return Class === StoreConditionException ? Object.assign(exception, { request: { index, store, key } }) : exception;
  }
  return undefined;
}
