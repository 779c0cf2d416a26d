// Whether a condition holds for an item: what a provider's database decides, decided here. It follows DynamoDB, and property
// tests compare it with DynamoDB's emulators.
//
// - A field without a value equals nothing, not even another such field, and is neither less nor greater than anything.
// - Values of different types are not equal, and neither is less than the other.
// - Text is ordered by its UTF-8 bytes, numbers by their exact decimal value, bytes as unsigned.
// - To ask whether a field is less or greater than a value that has no order (a boolean, a list) is a mistake; a field that
//   holds such a value is just not less or greater. To compare a field with itself is a mistake too.
import type { Comparison, ComparisonOperator, Condition } from './conditions.js';
import { NonRetryableException } from './errors.js';

/** A value in the typed form in which stores keep it; exactly one property is there. Numbers are decimal text. */
export interface StoredValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Uint8Array | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly L?: readonly StoredValue[] | undefined;
  readonly M?: { readonly [key: string]: StoredValue } | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly Uint8Array[] | undefined;
}

/** An item as conditions see it; of an item that is not there, all fields are without a value. */
export interface StoredItem {
  /** Undefined where there is no value. Throws when the store has no such field. */
  field(name: string): StoredValue | undefined;
  /** A value of a condition, in the form in which the field would keep it. */
  value(field: string, value: unknown): StoredValue;
}

/** Every part is looked at, whether or not it decides: a mistake in a condition does not depend on the item. */
export function holds(condition: Condition, item: StoredItem): boolean {
  switch (condition?.test) {
    case 'exists':
      return item.field(condition.field) !== undefined;
    case 'absent':
      return item.field(condition.field) === undefined;
    case 'compare':
      return compare(condition, item);
    case 'not':
      return !holds(condition.of, item);
    case 'all':
      return condition.of.map((part) => holds(part, item)).every(Boolean);
    case 'any':
      return condition.of.map((part) => holds(part, item)).some(Boolean);
    default:
      throw new NonRetryableException('this is not a condition; a builder needs its build() call');
  }
}

const orders: { readonly [O in ComparisonOperator]?: (order: number) => boolean } = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function compare({ field, operator, with: variable }: Comparison, item: StoredItem): boolean {
  const left = item.field(field);
  const isField = 'field' in variable;
  if (!isField && variable.value === undefined)
    throw new NonRetryableException(`"${field}" cannot be compared with undefined; see AttributeNotExists`);
  if (isField && variable.field === field) throw new NonRetryableException(`"${field}" is compared with itself`);
  const right = isField ? item.field(variable.field) : item.value(field, variable.value);
  const same = left !== undefined && right !== undefined && areEqual(left, right);
  if (operator === '=') return same;
  if (operator === '<>') return !same;
  const fits = orders[operator];
  if (!fits) throw new NonRetryableException(`"${operator}" is not a comparison operator`);
  if (!isField && right && !isOrdered(right))
    throw new NonRetryableException(`"${field}" cannot be compared by ${operator} with a value that has no order`);
  const order = left && right && orderOf(left, right);
  return order !== undefined && fits(order);
}

const typeOf = (value: StoredValue): keyof StoredValue =>
  (Object.keys(value) as (keyof StoredValue)[]).find((type) => value[type] !== undefined)!;

const isOrdered = ({ S, N, B }: StoredValue): boolean => (S ?? N ?? B) !== undefined;

/** Negative, zero or positive; undefined for what has no order. */
function orderOf(a: StoredValue, b: StoredValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
}

function areEqual(a: StoredValue, b: StoredValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  switch (type) {
    case 'BOOL':
      return a.BOOL === b.BOOL;
    case 'NULL':
      return true;
    case 'L':
      return a.L!.length === b.L!.length && a.L!.every((item, i) => areEqual(item, b.L![i]!));
    case 'M': {
      const keys = Object.keys(a.M!);
      return (
        keys.length === Object.keys(b.M!).length &&
        keys.every((key) => Object.hasOwn(b.M!, key) && areEqual(a.M![key]!, b.M![key]!))
      );
    }
    case 'SS':
      return sameSet(a.SS!, b.SS!, (x, y) => x === y);
    case 'NS':
      return sameSet(a.NS!, b.NS!, (x, y) => compareDecimals(x, y) === 0);
    case 'BS':
      return sameSet(a.BS!, b.BS!, (x, y) => Buffer.compare(x, y) === 0);
    default:
      return orderOf(a, b) === 0;
  }
}

const sameSet = <T>(a: readonly T[], b: readonly T[], equal: (x: T, y: T) => boolean): boolean =>
  a.length === b.length && a.every((x) => b.some((y) => equal(x, y)));

/** DynamoDB's numbers have 38 digits and exponents to 125, more than a double holds. */
function compareDecimals(a: string, b: string): number {
  const [x, y] = [decimal(a), decimal(b)];
  const least = Math.min(x.exponent, y.exponent);
  const difference = scaled(x, least) - scaled(y, least);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimal(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction}` || '0');
  return { digits: sign === '-' ? -digits : digits, exponent: digits === 0n ? 0 : Number(exponent) - fraction.length };
}

const scaled = ({ digits, exponent }: Decimal, to: number): bigint => digits * 10n ** BigInt(exponent - to);
