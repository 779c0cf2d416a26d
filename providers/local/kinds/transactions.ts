// Transactions on tables in memory: all requests are checked, then all are done; nothing can come in between.
import type { Condition } from '../../../runtime/core/conditions.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { ReadItemRequest, TransactionExecutor, WriteItemRequest } from '../../../runtime/kinds/transactions.js';
import type { Av, Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import type { PreparedWrite, Rows } from './store.js';
import { identity } from './table.js';

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, API_TransactGetItems.html */
const MOST_REQUESTS = 100;

interface Part {
  readonly rows: Rows;
  readonly key: Av;
}

interface WritePart extends Part, WriteItemRequest {
  readonly write: PreparedWrite;
}

type ReadPart = Part & ReadItemRequest<object>;

const executor: TransactionExecutor = {
  async write(requests) {
    const parts = requests as readonly WritePart[];
    check(parts);
    const failures = parts.flatMap(({ write, rows }, index) => {
      try {
        write.check();
        return [];
      } catch (error) {
        return [{ error: error as Error, index, rows }];
      }
    });
    // A condition that failed says most: another attempt would meet it again.
    const [first] = [...failures].sort((a, b) => Number(isCondition(b.error)) - Number(isCondition(a.error)));
    if (first === undefined) for (const { write } of parts) write.apply();
    else {
      const { error, index, rows } = first;
      const why = error.message.replace(/^[^:]*: /, '');
      const Failure = error.constructor as new (message: string, options: { cause: unknown }) => Error;
      throw new Failure(`write transaction: request ${index + 1}, of ${rows.name}: ${why}`, { cause: error });
    }
  },
  async read(requests) {
    const parts = requests as readonly ReadPart[];
    check(parts);
    return parts.map(({ rows, key }) => {
      const item = rows.table.get(key);
      return item && rows.read(item);
    });
  },
};

const isCondition = (error: Error): boolean => error.name === 'StoreConditionException';

/** The requests that clients of both kinds of stores make in the same way. */
export const requestsOf = (rows: Rows) => ({
  getReadItem: (key: unknown): ReadPart => ({ transaction: 'read', executor, rows, key: rows.writeKey(key) }),
  getIncrementValueRequest: (key: unknown, field: string, amount: number | bigint = 1, condition?: Condition) =>
    writePart(rows, rows.increment(key, field, amount, '+', condition)),
  getDecrementValueRequest: (key: unknown, field: string, amount: number | bigint = 1, condition?: Condition) =>
    writePart(rows, rows.increment(key, field, amount, '-', condition)),
  getDeleteKeyItemRequest: (key: unknown, condition?: Condition) => deleteRequest(rows, key, condition),
});

export const writeRequest = (rows: Rows, item: Item, condition?: Condition): WritePart =>
  writePart(rows, rows.put(item, condition));

export const deleteRequest = (rows: Rows, key: unknown, condition?: Condition): WritePart =>
  writePart(rows, rows.delete(key, condition));

const writePart = (rows: Rows, write: PreparedWrite): WritePart => ({
  transaction: 'write',
  executor,
  rows,
  key: write.key,
  write,
});

/** What DynamoDB would refuse. */
function check(parts: readonly Part[]): void {
  if (parts.length > MOST_REQUESTS)
    throw new NonRetryableException(
      `a transaction has at most ${MOST_REQUESTS} requests in DynamoDB, this one has ${parts.length}`,
    );
  const seen = new Map<object, Map<string, number>>();
  for (const [index, { rows, key }] of parts.entries()) {
    const ofTable = seen.get(rows.table) ?? new Map<string, number>();
    seen.set(rows.table, ofTable);
    const first = ofTable.get(identity(key));
    if (first !== undefined)
      throw new NonRetryableException(
        `requests ${first + 1} and ${index + 1} of the transaction are for the same item of ${rows.name}`,
      );
    ofTable.set(identity(key), index);
  }
}
