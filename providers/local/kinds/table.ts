// A table of items in memory, with DynamoDB's limits and its order: none that anybody could rely on, but always the same.
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, .../CapacityUnitCalculations.html
import { createHash } from 'node:crypto';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { Av, Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import type { Section } from '../data/data-folder.js';

export interface Change {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly before: Item | null;
  readonly after: Item | null;
}

const MOST_ITEM_BYTES = 400 * 1024;
const MOST_KEY_BYTES = 2048;
const MOST_LEVELS = 32;
const PAGE_BYTES = 1024 * 1024;

/** What rows need of a table. */
export interface TableView {
  get(key: Av): Item | null;
  /** Null removes the item. */
  set(key: Av, item: Item | null): void;
  /** All items, in pages as a scan of DynamoDB gives them: at least one. */
  pages(): Item[][];
  /** Resolves when all that was set is kept, where something keeps it. */
  durable?(): Promise<void>;
}

export class MemoryTable implements TableView {
  private readonly items = new Map<string, { readonly place: string; readonly item: Item }>();
  private watchers: ((change: Change) => void)[] = [];

  /** Grows with each change. */
  revision = 0;

  /** @param kept what keeps the items; null: nothing does */
  constructor(private readonly kept: Section | null = null) {
    for (const [id, item] of kept?.entries ?? []) this.items.set(id, { place: placeOf(id), item: item as Item });
  }

  get size(): number {
    return this.items.size;
  }

  watch(watcher: (change: Change) => void): void {
    this.watchers.push(watcher);
  }

  unwatch(): void {
    this.watchers = [];
  }

  get(key: Av): Item | null {
    return this.items.get(identity(key))?.item ?? null;
  }

  /** Null removes the item. What changes nothing is no change. */
  set(key: Av, item: Item | null): void {
    const id = identity(key);
    const before = this.items.get(id)?.item ?? null;
    if (item === null) this.items.delete(id);
    else this.items.set(id, { place: placeOf(id), item });
    if ((before === null && item === null) || (before !== null && item !== null && same(before, item))) return;
    this.kept?.set(id, item ?? undefined);
    this.revision++;
    const eventName = before === null ? 'INSERT' : item === null ? 'REMOVE' : 'MODIFY';
    for (const watcher of this.watchers) watcher({ eventName, before, after: item });
  }

  /** Resolves when all that was set is kept. */
  async durable(): Promise<void> {
    await this.kept?.durable();
  }

  /** All items in the order of a scan, from the one after a key on. */
  after(key: Av | null): readonly Item[] {
    const place = key === null ? '' : placeOf(identity(key));
    return [...this.items.values()]
      .filter((one) => one.place > place)
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ item }) => item);
  }

  /** All items, in pages as a scan of DynamoDB gives them: at least one. */
  pages(): Item[][] {
    const sorted = [...this.items.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
    const pages: Item[][] = [[]];
    let bytes = 0;
    for (const { item } of sorted) {
      const size = itemBytes(item);
      if (bytes + size > PAGE_BYTES && bytes > 0) {
        pages.push([]);
        bytes = 0;
      }
      pages.at(-1)!.push(item);
      bytes += size;
    }
    return pages;
  }
}

const placeOf = (id: string): string => createHash('md5').update(id).digest('hex');

export const identity = ({ S, N, B }: Av): string =>
  S !== undefined ? `S${S}` : N !== undefined ? `N${canonical(N)}` : `B${Buffer.from(B as Uint8Array).toString('hex')}`;

/** Equal numbers as equal texts. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  return short === '' ? '0' : `${sign}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}

/** By the properties of both, in any order: order is none of an item's. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return keys.length === others.length && keys.every((key) => same((a as Values)[key], (b as Values)[key]));
}

type Values = Record<string, unknown>;

// --- limits

/** Throws for an item that DynamoDB would refuse. */
export function checkItem(item: Item, what: string): void {
  for (const value of Object.values(item)) checkValue(value, what, 1);
  if (itemBytes(item) > MOST_ITEM_BYTES) throw refused(what, 'Item size has exceeded the maximum allowed size');
}

export function checkKey(key: Av, column: string, what: string): void {
  const bytes = key.S !== undefined ? Buffer.byteLength(key.S) : (key.B?.length ?? 1);
  const problem = 'One or more parameter values are not valid. ';
  if (bytes === 0)
    throw refused(what, `${problem}The AttributeValue for a key attribute cannot contain an empty value. Key: ${column}`);
  if (bytes > MOST_KEY_BYTES)
    throw refused(what, `${problem}Size of hashkey has exceeded the maximum size limit of ${MOST_KEY_BYTES} bytes`);
  checkValue(key, what, 1);
}

function checkValue(value: Av, what: string, level: number): void {
  if (level > MOST_LEVELS + 1) throw refused(what, 'Nesting Levels have exceeded supported limits');
  for (const number of value.N === undefined ? (value.NS ?? []) : [value.N]) checkNumber(number, what);
  for (const part of value.L ?? []) checkValue(part, what, level + 1);
  for (const part of Object.values(value.M ?? {})) checkValue(part, what, level + 1);
}

function checkNumber(number: string, what: string): void {
  const [, digits = '', exponent = '0'] = /^-?(\d+)e(-?\d+)$/.exec(canonical(number)) ?? [];
  const magnitude = digits.length + Number(exponent) - 1;
  if (digits.length > 38) throw refused(what, 'Attempting to store more than 38 significant digits in a Number');
  if (digits !== '' && magnitude > 125)
    throw refused(what, 'Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (digits !== '' && magnitude < -130)
    throw refused(what, 'Number underflow. Attempting to store a number with magnitude smaller than supported range');
}

const refused = (what: string, problem: string): NonRetryableException => new NonRetryableException(`${what}: ${problem}`);

const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [column, value]) => sum + Buffer.byteLength(column) + valueBytes(value), 0);

function valueBytes(value: Av): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.SS) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (value.NS) return value.NS.reduce((sum, number) => sum + numberBytes(number), 0);
  if (value.BS) return value.BS.reduce((sum, bytes) => sum + bytes.length, 0);
  if (value.L) return 3 + value.L.reduce((sum, part) => sum + 1 + valueBytes(part), 0);
  if (value.M) return 3 + Object.entries(value.M).reduce((sum, [k, v]) => sum + 1 + Buffer.byteLength(k) + valueBytes(v), 0);
  return 1;
}

/** About a byte for two digits, and one more; one for a negative sign. */
function numberBytes(number: string): number {
  const digits = canonical(number).replace(/e.*$/, '');
  return Math.ceil(digits.replace('-', '').length / 2) + 1 + Number(digits.startsWith('-'));
}
