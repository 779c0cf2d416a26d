// The clients of both kinds of stores, on a table in memory. What a value looks like in a table is the same as in AWS, so
// that what could not be stored there cannot be stored here, and what is read has been through the same mill.
import { AttributeExists, type Condition } from '../../../runtime/core/conditions.js';
import { NonRetryableException, StoreConditionException } from '../../../runtime/core/errors.js';
import { holds, type StoredValue } from '../../../runtime/core/evaluate-condition.js';
import { type Fields, required, type Shape } from '../../../runtime/core/shape.js';
import type { DocumentStoreClient } from '../../../runtime/kinds/document-store.js';
import type { KeyValueStoreClient } from '../../../runtime/kinds/key-value-store.js';
import type { Av, Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import { membersOf } from '../../aws/runtime/dynamodb/families.js';
import { type Columns, fromAttributeValue, readItem, storedFields } from '../../aws/runtime/dynamodb/read.js';
import { toAttributeValue } from '../../aws/runtime/dynamodb/write.js';
import { add } from './decimal.js';
import { checkAll, type Engine, hereEngine } from './engine.js';
import { checkItem, checkKey, type TableView } from './table.js';
import { deleteRequest, requestsOf, writeRequest } from './transactions.js';

/** What entries tell a store's client. */
export interface StoreData extends Columns {
  /** What the user calls the store. */
  readonly name: string;
  readonly key: { readonly column: string; readonly field?: string; readonly type?: 'string' | 'number' | 'bytes' };
}

const keyTypes = { string: 'S', date: 'S', number: 'N', bigint: 'N', bytes: 'B' } as const;

/** A write that has been checked as far as that goes without looking at the table. */
export interface PreparedWrite {
  readonly key: Av;
  /** False: what is in the table does not matter. */
  readonly looks: boolean;
  /** Throws when the condition does not hold. Nothing is changed. */
  check(): void;
  apply(): void;
}

/** A table as rows of fields. */
export class Rows {
  readonly name: string;
  private readonly shapes = new Map<string, { readonly column: string; readonly shape: Shape }>();
  private readonly fields: Fields;
  private readonly key: { readonly field: string; readonly column: string; readonly shape: Shape };

  constructor(
    readonly data: StoreData,
    readonly table: TableView,
    readonly engine: Engine = hereEngine,
  ) {
    const { key, columns, shape } = data;
    this.name = data.name;
    this.fields = storedFields(data);
    this.key =
      key.field === undefined
        ? { field: key.column, column: key.column, shape: key.type ?? 'any' }
        : { field: key.field, column: key.column, shape: required(shape.f[key.field] ?? 'any') };
    this.shapes.set(this.key.field, this.key);
    for (const field in columns) {
      this.shapes.set(field, { column: columns[field]!, shape: required(this.fields[field]!) });
    }
  }

  /** The same rows of another table. */
  on(table: TableView): Rows {
    return Object.create(this, { table: { value: table } }) as Rows;
  }

  get keyField(): string {
    return this.key.field;
  }

  // --- values

  /** The columns of an object's stored fields, and of its key. */
  write(key: unknown, value: object): Item {
    const item: Item = {};
    for (const [field, shape] of Object.entries(this.fields)) {
      const part = (value as Record<string, unknown>)[field];
      if (part !== undefined) item[this.data.columns[field]!] = toAttributeValue(required(shape), part, `${this.name}.${field}`);
    }
    return { ...item, [this.key.column]: this.writeKey(key) };
  }

  read(item: Item): object {
    return readItem(this.data, item, this.fields);
  }

  readKey(item: Item): unknown {
    return fromAttributeValue(this.key.shape, item[this.key.column] ?? { NULL: true });
  }

  writeKey(key: unknown): Av {
    const { shape, field } = this.key;
    const name = `${this.name}.${field}`;
    if (key === undefined || key === null) throw new NonRetryableException(`${name} is the key and may not be ${key}`);
    const av = toAttributeValue(shape, key, name);
    const type = keyTypes[shape as keyof typeof keyTypes] as keyof Av | undefined;
    if (type ? av[type] === undefined : !(av.S ?? av.N ?? av.B))
      throw new NonRetryableException(`${name} is the key and must be of type ${type ? shape : 'string, number or bytes'}`);
    return av;
  }

  // --- reads

  async get(key: unknown): Promise<object | null> {
    const av = this.writeKey(key);
    checkKey(av, this.key.column, `get from ${this.name}`);
    const item = (await this.engine.having(this, av)).table.get(av);
    return item && this.read(item);
  }

  /** All items that a condition holds for, page by page. A condition is looked at even when there is no item. */
  async pages(filter?: Condition): Promise<Item[][]> {
    if (filter !== undefined) this.holds(filter, null, `scan of ${this.name}`);
    const fits = (item: Item): boolean => filter === undefined || this.holds(filter, item, `scan of ${this.name}`);
    return (await this.engine.having(this, null)).table.pages().map((items) => items.filter(fits));
  }

  async all(filter?: Condition): Promise<Item[]> {
    return (await this.pages(filter)).flat();
  }

  // --- writes

  put(item: Item, condition: Condition | undefined, what = `put to ${this.name}`): PreparedWrite {
    const key = item[this.key.column] as Av;
    checkKey(key, this.key.column, what);
    checkItem(item, what);
    return this.prepared(key, condition, what, () => item);
  }

  delete(key: unknown, condition: Condition | undefined, what = `delete from ${this.name}`): PreparedWrite {
    const av = this.writeKey(key);
    checkKey(av, this.key.column, what);
    return this.prepared(av, condition, what, () => null);
  }

  /** Changes a number that is there already. */
  increment(key: unknown, field: string, amount: number | bigint, sign: '+' | '-', condition?: Condition): PreparedWrite {
    const what = `increment in ${this.name}`;
    const column = this.numericColumn(field, amount);
    const av = this.writeKey(key);
    checkKey(av, this.key.column, what);
    const guard: Condition = { test: 'all', of: [new AttributeExists(field), ...(condition ? [condition] : [])] };
    return this.prepared(av, guard, what, (before) => {
      const N = before?.[column]?.N;
      if (N === undefined)
        throw new NonRetryableException(`${what}: An operand in the update expression has an incorrect data type`);
      const item = { ...before, [column]: { N: add(N, String(amount), sign) } };
      checkItem(item, what);
      return item;
    });
  }

  private prepared(
    key: Av,
    condition: Condition | undefined,
    what: string,
    change: (before: Item | null) => Item | null,
  ): PreparedWrite {
    // What is wrong with the condition itself is told before anything is done.
    if (condition !== undefined) this.holds(condition, null, what);
    return {
      key,
      looks: condition !== undefined,
      check: () => {
        const item = this.table.get(key);
        if (condition !== undefined && !this.holds(condition, item, what))
          throw new StoreConditionException(`${what}: The conditional request failed`);
        change(item);
      },
      apply: () => this.table.set(key, change(this.table.get(key))),
    };
  }

  private numericColumn(field: string, amount: number | bigint): string {
    const name = `${this.name}.${field}`;
    const column = this.shapes.get(field);
    if (!column) throw new NonRetryableException(`${this.name} has no stored field "${field}"`);
    if (field === this.key.field) throw new NonRetryableException(`${name} is the key, which cannot change`);
    const shapes = typeof column.shape === 'object' && 'u' in column.shape ? membersOf(column.shape.u) : [column.shape];
    const whole = !shapes.includes('number') && !shapes.includes('any');
    if (whole && !shapes.includes('bigint')) throw new NonRetryableException(`${name} is not a number`);
    if (typeof amount !== 'bigint' && !(whole ? Number.isInteger(amount) : Number.isFinite(amount)))
      throw new NonRetryableException(`${amount} cannot be added to ${name}`);
    return column.column;
  }

  private holds(condition: Condition, item: Item | null, what: string): boolean {
    const column = (field: string): { readonly column: string; readonly shape: Shape } => {
      const found = this.shapes.get(field);
      if (found) return found;
      const known = [...this.shapes.keys()].join(', ');
      throw new NonRetryableException(`${this.name} has no stored field "${field}"; its fields are ${known}`);
    };
    try {
      return holds(condition, {
        field: (field) => {
          const { column: name } = column(field);
          return item?.[name] as StoredValue | undefined;
        },
        value: (field, value) =>
          toAttributeValue(column(field).shape, value, `the value that ${this.name}.${field} is compared with,`) as StoredValue,
      });
    } catch (error) {
      if (!(error instanceof NonRetryableException) || error.message.startsWith(this.name)) throw error;
      throw new NonRetryableException(`${what}: ${error.message}`, { cause: error });
    }
  }
}

/** Does a write that stands alone. */
const execute = (rows: Rows, make: (rows: Rows) => PreparedWrite): Promise<void> => rows.engine.write([{ rows, make }], checkAll);

export function documentStoreClient(rows: Rows): DocumentStoreClient<object> {
  const keyOf = (item: object): unknown => (item as Record<string, unknown>)[rows.keyField];
  const read = (item: Item): object => rows.read(item);
  return {
    put: async (item, condition) => {
      const written = rows.write(keyOf(item), item);
      await execute(rows, (at) => at.put(written, condition));
    },
    get: async (key) => rows.get(key),
    delete: async (item, condition) => execute(rows, (at) => at.delete(keyOf(item), condition)),
    deleteKey: async (key, condition) => execute(rows, (at) => at.delete(key, condition)),
    getAll: async () => (await rows.all()).map(read),
    getAllKeys: async () => (await rows.all()).map((item) => rows.readKey(item)) as never[],
    filter: async (filter) => (await rows.all(filter)).map(read),
    async *stream() {
      for (const items of await rows.pages()) yield items.map(read);
    },
    ...requestsOf(rows),
    getWriteItem: (item, condition) => writeRequest(rows, rows.write(keyOf(item), item), condition),
    getDeleteItemRequest: (item, condition) => deleteRequest(rows, keyOf(item), condition),
  };
}

export function keyValueStoreClient(rows: Rows): KeyValueStoreClient<unknown, object> {
  const entry = (item: Item): [unknown, object] => [rows.readKey(item), rows.read(item)];
  return {
    put: async (key, value, condition) => {
      const written = rows.write(key, value);
      await execute(rows, (at) => at.put(written, condition));
    },
    get: async (key) => rows.get(key),
    delete: async (key, condition) => execute(rows, (at) => at.delete(key, condition)),
    getAll: async () => new Map((await rows.all()).map(entry)),
    getAllKeys: async () => (await rows.all()).map((item) => rows.readKey(item)),
    filter: async (filter) => new Map((await rows.all(filter)).map(entry)),
    async *stream() {
      for (const items of await rows.pages()) yield new Map(items.map(entry));
    },
    ...requestsOf(rows),
    getWriteItem: (key, value, condition) => writeRequest(rows, rows.write(key, value), condition),
    getDeleteItemRequest: (key, condition) => deleteRequest(rows, key, condition),
  };
}
