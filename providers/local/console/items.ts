// Items of stores as JSON, there and back: what JSON has no word for is an object with one property.
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { Av, Item } from '../../aws/runtime/dynamodb/attribute-value.js';
import type { Json, StoredItem } from './api.js';

export const itemJson = (item: Item): StoredItem =>
  Object.fromEntries(Object.entries(item).map(([column, value]) => [column, valueJson(value)]));

export const itemOf = (item: StoredItem): Item =>
  Object.fromEntries(Object.entries(item).map(([column, value]) => [column, avOf(value, column)]));

function valueJson(value: Av): Json {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return numberJson(value.N);
  if (value.B !== undefined) return { $bytes: Buffer.from(value.B).toString('base64') };
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.SS !== undefined) return { $set: value.SS };
  if (value.NS !== undefined) return { $set: value.NS.map(numberJson) };
  if (value.BS !== undefined) return { $set: value.BS.map((bytes) => ({ $bytes: Buffer.from(bytes).toString('base64') })) };
  if (value.L !== undefined) return value.L.map(valueJson);
  if (value.M !== undefined) {
    const inner = itemJson(value.M);
    return isMarked(inner) ? { $map: inner } : inner;
  }
  return null;
}

/** A number that JavaScript holds as it is. */
function numberJson(text: string): Json {
  const number = Number(text);
  const isExact = Number.isFinite(number) && String(number) === text;
  return isExact ? number : { $number: text };
}

const MARKS = ['$number', '$bytes', '$set', '$map'];

function isMarked(value: { readonly [name: string]: Json }): boolean {
  const names = Object.keys(value);
  return names.length === 1 && MARKS.includes(names[0] as string);
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

function avOf(value: Json, at: string): Av {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: (value as readonly Json[]).map((one, index) => avOf(one, `${at}[${index}]`)) };
  const object = value as { readonly [name: string]: Json };
  if (!isMarked(object)) return { M: itemOf(object) };
  const { $number, $bytes, $set, $map } = object;
  if (typeof $number === 'string' && NUMBER.test($number)) return { N: $number };
  if (typeof $bytes === 'string') return { B: new Uint8Array(Buffer.from($bytes, 'base64')) };
  if (typeof $map === 'object' && $map !== null && !Array.isArray($map)) return { M: itemOf($map as StoredItem) };
  const members = Array.isArray($set) ? ($set as readonly Json[]).map((one) => avOf(one, at)) : [];
  if (members.length > 0) {
    if (members.every(({ S }) => S !== undefined)) return { SS: members.map(({ S }) => S as string) };
    if (members.every(({ N }) => N !== undefined)) return { NS: members.map(({ N }) => N as string) };
    if (members.every(({ B }) => B !== undefined)) return { BS: members.map(({ B }) => B as Uint8Array) };
  }
  throw new NonRetryableException(`${at}: ${JSON.stringify(value).slice(0, 80)} stands for no value`);
}

/** A key as a text. */
export const keyText = ({ S, N, B }: Av): string =>
  S !== undefined ? `s${S}` : N !== undefined ? `n${N}` : `b${Buffer.from(B as Uint8Array).toString('base64url')}`;

export function keyOf(text: string): Av {
  const [type, rest] = [text[0], text.slice(1)];
  if (type === 's') return { S: rest };
  if (type === 'n' && NUMBER.test(rest)) return { N: rest };
  if (type === 'b') return { B: new Uint8Array(Buffer.from(rest, 'base64url')) };
  throw new NonRetryableException(`"${text}" is no key of an item`);
}
