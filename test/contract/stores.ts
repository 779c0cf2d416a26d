// The stores that the contract is about, as a compiled program would register them.

import type { DocumentStoreData } from '../../providers/aws/runtime/document-store.js';
import type { KeyValueStoreData } from '../../providers/aws/runtime/key-value-store.js';
import { type ClassShape, classShape, type Fields } from '../../runtime/core/entry.js';

export class Address {
  street = '';
  since?: Date;
  line(): string {
    return `${this.street}, since ${this.since?.getFullYear()}`;
  }
}
export class Circle {
  radius = 0;
}
export class Square {
  side = 0n;
}

/** Every type of field. Its fields' names are reserved words of DynamoDB where possible. */
export class Everything {
  id = '';
  name = '';
  size = 0;
  active = false;
  total = 0n;
  date: Date = new Date(0);
  data: Uint8Array = new Uint8Array();
  note: string | null = null;
  nickname?: string | undefined;
  list: string[] = [];
  pair: [number, Date] | null = null;
  tags: Set<string> = new Set();
  numbers: Set<number> = new Set();
  moments: Set<Date> = new Set();
  scores: Map<string, number> = new Map();
  byNumber: Map<number, Date> = new Map();
  record: Record<string, bigint> = {};
  address: Address | null = null;
  shapes: (Circle | Square)[] = [];
  when: string | Date = '';
  anything: unknown = null;
  /** Not stored. */
  cached = 'initial';
}

export class ByNumber {
  key = 0;
  text = '';
}
export class ByBigint {
  key = 0n;
  text = '';
}
export class ByDate {
  key: Date = new Date(0);
  text = '';
}
export class ByBytes {
  key: Uint8Array = new Uint8Array();
  text = '';
}

export class Session {
  user = '';
  visits = 0;
  last?: Date;
}
export class Counter {
  count = 0;
}
export class Blob {
  label = '';
}
/** Items large enough for several pages. */
export class Page {
  id = '';
  text = '';
}

export const shaped = (c: new () => object, n: string, f: Fields): ClassShape => Object.assign(classShape(c, n), { f });

const address = shaped(Address, 'Address', { street: 'string', since: { opt: 'date' } });
const circle = shaped(Circle, 'Circle', { radius: 'number' });
const square = shaped(Square, 'Square', { side: 'bigint' });
const everything = shaped(Everything, 'Everything', {
  id: 'string',
  name: 'string',
  size: 'number',
  active: 'boolean',
  total: 'bigint',
  date: 'date',
  data: 'bytes',
  note: { u: ['string', 'null'] },
  nickname: { opt: 'string' },
  list: { a: 'string' },
  pair: { u: [{ t: ['number', 'date'] }, 'null'] },
  tags: { s: 'string' },
  numbers: { s: 'number' },
  moments: { s: 'date' },
  scores: { m: ['string', 'number'] },
  byNumber: { m: ['number', 'date'] },
  record: { r: 'bigint' },
  address: { u: [address, 'null'] },
  shapes: { a: { u: [circle, square] } },
  when: { u: ['string', 'date'] },
  anything: 'any',
  cached: 'string',
});

export type StoreDefinition = { readonly type: new () => object; readonly keyType: 'S' | 'N' | 'B' } & (
  | { readonly kind: 'document'; readonly data: DocumentStoreData }
  | { readonly kind: 'key-value'; readonly data: KeyValueStoreData }
);

export function documentStore(
  shape: ClassShape,
  keyType: 'S' | 'N' | 'B',
  key: string,
  columns: Record<string, string>,
): StoreDefinition {
  const data = { name: shape.n, table: `NIMBUS_STORE_${shape.n}`, key: { field: key, column: columns[key]! }, columns, shape };
  return { kind: 'document', type: shape.c, keyType, data };
}

function keyValueStore(shape: ClassShape, type: 'string' | 'number' | 'bytes'): StoreDefinition {
  const columns = Object.fromEntries(Object.keys(shape.f).map((field) => [field, field]));
  const data = { name: shape.n, table: `NIMBUS_STORE_${shape.n}`, key: { column: 'PrimaryKey', type }, columns, shape };
  return { kind: 'key-value', type: shape.c, keyType: ({ string: 'S', number: 'N', bytes: 'B' } as const)[type], data };
}

const stored = Object.keys(everything.f).filter((field) => field !== 'cached');

export const stores: readonly StoreDefinition[] = [
  // Two fields whose names in the table are not those of the class, and seem to be swapped.
  documentStore(everything, 'S', 'id', {
    ...Object.fromEntries(stored.map((field) => [field, field])),
    name: 'size',
    size: 'name',
  }),
  documentStore(shaped(ByNumber, 'ByNumber', { key: 'number', text: 'string' }), 'N', 'key', { key: 'k', text: 'text' }),
  documentStore(shaped(ByBigint, 'ByBigint', { key: 'bigint', text: 'string' }), 'N', 'key', { key: 'k', text: 'text' }),
  documentStore(shaped(ByDate, 'ByDate', { key: 'date', text: 'string' }), 'S', 'key', { key: 'k', text: 'text' }),
  documentStore(shaped(ByBytes, 'ByBytes', { key: 'bytes', text: 'string' }), 'B', 'key', { key: 'k', text: 'text' }),
  documentStore(shaped(Page, 'Page', { id: 'string', text: 'string' }), 'S', 'id', { id: 'id', text: 'text' }),
  keyValueStore(shaped(Session, 'Session', { user: 'string', visits: 'number', last: { opt: 'date' } }), 'string'),
  keyValueStore(shaped(Counter, 'Counter', { count: 'number' }), 'number'),
  keyValueStore(shaped(Blob, 'Blob', { label: 'string' }), 'bytes'),
];
