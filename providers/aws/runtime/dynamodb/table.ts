// One table, seen as rows of fields: the requests that both kinds of store are made of.
import { AttributeExists, type Condition } from '../../../../runtime/core/conditions.js';
import { NonRetryableException } from '../../../../runtime/core/errors.js';
import { type Fields, required } from '../../../../runtime/core/shape.js';
import { mapError } from '../errors.js';
import type { Av, Item } from './attribute-value.js';
import { dynamodb } from './client.js';
import { type Column, toExpression } from './conditions.js';
import { membersOf } from './families.js';
import { type Columns, fromAttributeValue, readItem, storedFields } from './read.js';
import { toAttributeValue } from './write.js';

export interface TableData extends Columns {
  /** What the user calls the store. */
  readonly name: string;
  /** The environment variable that holds the table's name or ARN. */
  readonly table: string;
}

/** The DynamoDB types of keys. */
const keyTypes = { string: 'S', date: 'S', number: 'N', bigint: 'N', bytes: 'B' } as const;

export class Table {
  private readonly columns = new Map<string, Column>();
  private readonly fields: Fields;

  /** @param key the key's field, with its column and type */
  constructor(
    readonly data: TableData,
    private readonly key: Column & { readonly field: string },
  ) {
    // Lambda initialises a function with a whole processor, and calls it with a share of one.
    if (process.env['AWS_LAMBDA_FUNCTION_NAME']) dynamodb();
    const { columns } = data;
    this.fields = storedFields(data);
    this.columns.set(key.field, key);
    for (const field in columns) this.columns.set(field, { column: columns[field]!, shape: required(this.fields[field]!) });
  }

  // --- requests, which a transaction can hold as well

  getRequest(key: unknown) {
    return { TableName: this.tableName(), Key: this.keyItem(key) };
  }

  putRequest(item: Item, condition?: Condition) {
    return { TableName: this.tableName(), Item: item, ...this.guard(condition) };
  }

  deleteRequest(key: unknown, condition?: Condition) {
    return { TableName: this.tableName(), Key: this.keyItem(key), ...this.guard(condition) };
  }

  /** Changes a number that is there already: DynamoDB's own ADD would make an item of nothing but the number. */
  incrementRequest(key: unknown, field: string, amount: number | bigint, sign: '+' | '-', condition?: Condition) {
    const column = this.numericColumn(field, amount);
    const { text, names, values } = toExpression(
      { test: 'all', of: [new AttributeExists(field), ...(condition ? [condition] : [])] },
      this.columns,
      this.data.name,
    );
    return {
      TableName: this.tableName(),
      Key: this.keyItem(key),
      UpdateExpression: `SET #f = #f ${sign} :by`,
      ConditionExpression: text,
      ExpressionAttributeNames: { ...names, '#f': column },
      ExpressionAttributeValues: { ...values, ':by': { N: String(amount) } },
    };
  }

  private numericColumn(field: string, amount: number | bigint): string {
    const name = `${this.data.name}.${field}`;
    const column = this.columns.get(field);
    if (!column) throw new NonRetryableException(`${this.data.name} has no stored field "${field}"`);
    if (field === this.key.field) throw new NonRetryableException(`${name} is the key, which cannot change`);
    const shapes = typeof column.shape === 'object' && 'u' in column.shape ? membersOf(column.shape.u) : [column.shape];
    const whole = !shapes.includes('number') && !shapes.includes('any');
    if (whole && !shapes.includes('bigint')) throw new NonRetryableException(`${name} is not a number`);
    if (typeof amount !== 'bigint' && !(whole ? Number.isInteger(amount) : Number.isFinite(amount)))
      throw new NonRetryableException(`${amount} cannot be added to ${name}`);
    return column.column;
  }

  // --- calls

  async get(key: unknown): Promise<object | null> {
    const { Item: item } = await this.call('get from', () => dynamodb().getItem(this.getRequest(key)));
    return item ? this.read(item) : null;
  }

  async put(item: Item, condition?: Condition): Promise<void> {
    await this.call('put to', () => dynamodb().putItem(this.putRequest(item, condition)));
  }

  async delete(key: unknown, condition?: Condition): Promise<void> {
    await this.call('delete from', () => dynamodb().deleteItem(this.deleteRequest(key, condition)));
  }

  /** All items, in pages as DynamoDB gives them. A page may be empty where a filter left nothing of it. */
  async *scan(options: { filter?: Condition; keysOnly?: boolean } = {}): AsyncGenerator<Item[], void, undefined> {
    const filter = options.filter && this.expression(options.filter, 'FilterExpression');
    const projection = options.keysOnly && {
      ProjectionExpression: '#k',
      ExpressionAttributeNames: { '#k': this.key.column },
    };
    let start: Item | undefined;
    do {
      const input = { TableName: this.tableName(), ExclusiveStartKey: start, ...filter, ...projection };
      const page = await this.call('scan of', () => dynamodb().scan(input));
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }

  /** All items, each turned into something else. */
  async collect<T>(read: (item: Item) => T, options?: { filter?: Condition; keysOnly?: boolean }): Promise<T[]> {
    const all: T[] = [];
    for await (const items of this.scan(options)) for (const item of items) all.push(read(item));
    return all;
  }

  // --- items

  /** The columns of an object's stored fields. */
  write(value: object): Item {
    const item: Item = {};
    for (const [field, shape] of Object.entries(this.fields)) {
      const part = (value as Record<string, unknown>)[field];
      if (part !== undefined)
        item[this.data.columns[field]!] = toAttributeValue(required(shape), part, `${this.data.name}.${field}`);
    }
    return item;
  }

  read(item: Item): object {
    return readItem(this.data, item, this.fields);
  }

  keyItem(key: unknown): Item {
    return { [this.key.column]: this.writeKey(key) };
  }

  readKey(item: Item): unknown {
    return fromAttributeValue(this.key.shape, item[this.key.column] ?? { NULL: true });
  }

  private writeKey(key: unknown): Av {
    const { shape, field } = this.key;
    const name = `${this.data.name}.${field}`;
    if (key === undefined || key === null) throw new NonRetryableException(`${name} is the key and may not be ${key}`);
    const av = toAttributeValue(shape, key, name);
    const type = keyTypes[shape as keyof typeof keyTypes] as keyof Av | undefined;
    if (type ? av[type] === undefined : !(av.S ?? av.N ?? av.B))
      throw new NonRetryableException(`${name} is the key and must be of type ${type ? shape : 'string, number or bytes'}`);
    return av;
  }

  // --- conditions and calls

  private guard(condition: Condition | undefined) {
    return condition && this.expression(condition, 'ConditionExpression');
  }

  private expression(condition: Condition, use: 'ConditionExpression' | 'FilterExpression') {
    const { text, names, values } = toExpression(condition, this.columns, this.data.name);
    return {
      [use]: text,
      ExpressionAttributeNames: names,
      // DynamoDB refuses an empty map.
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    };
  }

  private tableName(): string {
    const { name, table } = this.data;
    const value = process.env[table];
    if (value) return value;
    throw new NonRetryableException(`the environment variable ${table}, which names the table of ${name}, is not set`);
  }

  private async call<T>(what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw mapError(error, `${what} ${this.data.name}`);
    }
  }
}
