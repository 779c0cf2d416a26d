// Which member of a union a value belongs to. Members are of one family when their natural forms are of one DynamoDB
// type, such as string and Date: such a value is written and read without its Shape, tagged where need be.
import { type ClassShape, type Optional, required, type Shape } from '../../../../runtime/core/shape.js';
import type { Av } from './attribute-value.js';

type Member = Exclude<Shape, Optional | { u: unknown }>;
type Family = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'any';

const scalarFamily = {
  string: 'S',
  date: 'S',
  number: 'N',
  bigint: 'N',
  bytes: 'B',
  boolean: 'BOOL',
  null: 'NULL',
  any: 'any',
} as const;

const familyOf = (shape: Member): Family => {
  if (typeof shape === 'string') return scalarFamily[shape];
  if ('m' in shape) return shape.m[0] === 'string' ? 'M' : 'L';
  return 'a' in shape || 't' in shape || 's' in shape ? 'L' : 'M';
};

/** All members, those of nested unions too. */
export const membersOf = (union: readonly Shape[]): Member[] =>
  union.map(required).flatMap((member) => (typeof member === 'object' && 'u' in member ? membersOf(member.u) : [member]));

/** The only member of a family; 'any' when there is none or more than one, or when a member may be anything. */
function only(members: readonly Member[], family: Family): Shape {
  const found = members.filter((member) => familyOf(member) === family);
  return found.length === 1 && !members.includes('any') ? found[0]! : 'any';
}

/** The member to read a stored value by. */
export function memberForRead(union: readonly Shape[], av: Av): Shape {
  const type = Object.keys(av)[0] as Family | 'SS' | 'NS' | 'BS';
  return only(membersOf(union), type === 'SS' || type === 'NS' || type === 'BS' ? 'L' : type);
}

/** The member to write a value by: one that it is of, and that `memberForRead` finds again. */
export function memberForWrite(union: readonly Shape[], value: unknown): Shape {
  const members = membersOf(union);
  const accepting = members.filter((member) => accepts(member, value));
  return accepting.length === 1 ? only(members, familyOf(accepting[0]!)) : 'any';
}

/**
 * All classes that values of a union may be instances of, at any depth. Where the union cannot tell its members apart,
 * each instance of these is tagged with its class.
 */
export function classesIn(union: readonly Shape[]): readonly ClassShape[] {
  let classes = classesCache.get(union);
  if (!classes) {
    const found = new Set<Shape>();
    const visit = (part: Shape): void => {
      const shape = required(part);
      if (typeof shape === 'string' || found.has(shape)) return;
      found.add(shape);
      partsOf(shape).forEach(visit);
    };
    union.forEach(visit);
    classesCache.set(union, (classes = [...found].filter(isClass)));
  }
  return classes;
}

const classesCache = new WeakMap<readonly Shape[], readonly ClassShape[]>();

function partsOf(shape: Exclude<Shape, string | Optional>): readonly Shape[] {
  if ('a' in shape) return [shape.a];
  if ('t' in shape) return shape.rest ? [...shape.t, shape.rest] : shape.t;
  if ('s' in shape) return [shape.s];
  if ('m' in shape) return shape.m;
  if ('r' in shape) return [shape.r];
  if ('u' in shape) return shape.u;
  if ('o' in shape) return [...Object.values(shape.o), ...(shape.rest ? [shape.rest] : [])];
  return Object.values(shape.f);
}

const isClass = (shape: Shape): shape is ClassShape => typeof shape === 'object' && 'c' in shape;

function accepts(shape: Member, value: unknown): boolean {
  if (shape === 'date') return value instanceof Date;
  if (shape === 'bytes') return value instanceof Uint8Array;
  if (shape === 'null') return value === null;
  if (typeof shape === 'string') return shape === 'any' || typeof value === shape;
  if ('a' in shape || 't' in shape) return Array.isArray(value);
  if ('s' in shape) return value instanceof Set;
  if ('m' in shape) return value instanceof Map;
  return isObject(value);
}

/** A plain object or an instance of a class that is not one of the above. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date || value instanceof Set || value instanceof Map || value instanceof Uint8Array);
