// Transactions on tables in memory: all requests are checked, then all are done; nothing can come in between.
import type { Condition } from '../../../runtime/core/conditions.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { ReadItemRequest, TransactionExecutor, WriteItemRequest } from '../../../runtime/kinds/transactions.js';
import type { Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import type { Engine, Read, Write } from './engine.js';
import type { PreparedWrite, Rows } from './store.js';
import { identity } from './table.js';

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, API_TransactGetItems.html */
const MOST_REQUESTS = 100;

interface WritePart extends Read, Write, WriteItemRequest {}

type ReadPart = Read & ReadItemRequest<object>;

/** @param engine of all requests of a transaction it is the same */
const executorOf = (engine: Engine): TransactionExecutor => ({
  async write(requests) {
    const parts = requests as readonly WritePart[];
    check(parts);
    await engine.write(parts, (prepared) => checkParts(parts, prepared));
  },
  async read(requests) {
    const parts = requests as readonly ReadPart[];
    check(parts);
    const items = await engine.read(parts);
    return parts.map(({ rows }, at) => {
      const item = items[at] ?? null;
      return item && rows.read(item);
    });
  },
});

const executors = new WeakMap<Engine, TransactionExecutor>();

/** One for each engine: requests of one transaction must have the same. */
function executorFor(engine: Engine): TransactionExecutor {
  const known = executors.get(engine) ?? executorOf(engine);
  executors.set(engine, known);
  return known;
}

function checkParts(parts: readonly WritePart[], prepared: readonly PreparedWrite[]): void {
  const failures = prepared.flatMap((write, index) => {
    try {
      write.check();
      return [];
    } catch (error) {
      return [{ error: error as Error, index }];
    }
  });
  // A condition that failed says most: another attempt would meet it again.
  const [first] = [...failures].sort((a, b) => Number(isCondition(b.error)) - Number(isCondition(a.error)));
  if (first === undefined) return;
  const { error, index } = first;
  const why = error.message.replace(/^[^:]*: /, '');
  const Failure = error.constructor as new (message: string, options: { cause: unknown }) => Error;
  throw new Failure(`write transaction: request ${index + 1}, of ${(parts[index] as WritePart).rows.name}: ${why}`, {
    cause: error,
  });
}

const isCondition = (error: Error): boolean => error.name === 'StoreConditionException';

/** The requests that clients of both kinds of stores make in the same way. */
export const requestsOf = (rows: Rows) => ({
  getReadItem: (key: unknown): ReadPart => ({
    transaction: 'read',
    executor: executorFor(rows.engine),
    rows,
    key: rows.writeKey(key),
  }),
  getIncrementValueRequest: (key: unknown, field: string, amount: number | bigint = 1, condition?: Condition) =>
    writePart(rows, (at) => at.increment(key, field, amount, '+', condition)),
  getDecrementValueRequest: (key: unknown, field: string, amount: number | bigint = 1, condition?: Condition) =>
    writePart(rows, (at) => at.increment(key, field, amount, '-', condition)),
  getDeleteKeyItemRequest: (key: unknown, condition?: Condition) => deleteRequest(rows, key, condition),
});

export const writeRequest = (rows: Rows, item: Item, condition?: Condition): WritePart =>
  writePart(rows, (at) => at.put(item, condition));

export const deleteRequest = (rows: Rows, key: unknown, condition?: Condition): WritePart =>
  writePart(rows, (at) => at.delete(key, condition));

/** What is wrong with a request is told when it is made. */
const writePart = (rows: Rows, make: (rows: Rows) => PreparedWrite): WritePart => ({
  transaction: 'write',
  executor: executorFor(rows.engine),
  rows,
  key: make(rows).key,
  make,
});

/** What DynamoDB would refuse. */
function check(parts: readonly Read[]): void {
  if (parts.length > MOST_REQUESTS)
    throw new NonRetryableException(
      `a transaction has at most ${MOST_REQUESTS} requests in DynamoDB, this one has ${parts.length}`,
    );
  const seen = new Map<unknown, Map<string, number>>();
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
