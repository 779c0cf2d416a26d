/**
 * What values of a TypeScript type look like as JSON, and what is demanded of them. Made once from the type itself; checks,
 * JSON Schemas, API documents and clients are all made from this, so they cannot say different things. Plain data, but for
 * declarations, which refer to each other by identity and may be circular.
 */
import type { JsonValue } from './json.js';
import type { ProjectPath, Span } from './span.js';

export type WireType =
  /** `any` and `unknown`: nothing is known, and nothing is checked. `undefined` also stands for `void`: no value. */
  | { readonly t: 'any' | 'undefined' | 'null' | 'boolean' }
  | StringType
  | NumberType
  /** ISO 8601 date and time as a string; a `Date` in the handler. */
  | { readonly t: 'date' }
  /** Decimal digits as a string; a `bigint` in the handler. */
  | { readonly t: 'bigint' }
  /** Base64 as a string; a `Uint8Array` in the handler. */
  | { readonly t: 'bytes' }
  | { readonly t: 'literal'; readonly value: string | number | boolean }
  | { readonly t: 'array'; readonly of: WireType; readonly minItems?: number; readonly maxItems?: number }
  /** An array in which nothing is twice; a `Set` in the handler. */
  | { readonly t: 'set'; readonly of: WireType; readonly minItems?: number; readonly maxItems?: number }
  /** `items` of which the first `required` must be there, then any number of `rest`. */
  | { readonly t: 'tuple'; readonly items: readonly WireType[]; readonly required: number; readonly rest: WireType | null }
  /** `Record<string, of>`. */
  | { readonly t: 'record'; readonly of: WireType }
  /** An object when all keys are strings, else an array of pairs; a `Map` in the handler. */
  | { readonly t: 'map'; readonly key: WireType; readonly of: WireType }
  | ObjectType
  /** At least two members, none of them a union or `any`; `undefined` only where a value may be left out. */
  | { readonly t: 'union'; readonly of: readonly WireType[] }
  | { readonly t: 'ref'; readonly to: TypeDecl };

/** Limits count UTF-16 code units in handlers and code points in JSON Schema, which differ for rare characters. */
export interface StringType {
  readonly t: 'string';
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A JavaScript regular expression (flag `u`), found anywhere in the string. */
  readonly pattern?: string;
  readonly format?: StringFormat;
}

/** Formats of JSON Schema 2020-12 that are checked. */
export const STRING_FORMATS = [
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'time',
  'uri',
  'uuid',
] as const;
export type StringFormat = (typeof STRING_FORMATS)[number];

/** Always a finite number. */
export interface NumberType {
  readonly t: 'number';
  readonly integer?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

export interface ObjectType {
  readonly t: 'object';
  readonly fields: readonly WireField[];
  /** What other properties are; null: nothing is said about them, and they are ignored. */
  readonly index: WireType | null;
  /** `@additionalProperties false`: there may be no others. */
  readonly closed: boolean;
}

export interface WireField {
  readonly name: string;
  readonly type: WireType;
  readonly optional: boolean;
  readonly doc: Doc | null;
}

/** A type with a name: class, interface, alias or enum; a generic one with its arguments is one for each set of them. */
export interface TypeDecl {
  /** `Order`, `Page<Order>`: as a user would write it. */
  readonly name: string;
  /** `src/order.ts#Page<src/order.ts#Order>`: tells declarations of one name apart. */
  readonly key: string;
  readonly doc: Doc | null;
  /** Null for a type of a package or of the language. */
  readonly source: Span | null;
  readonly type: WireType;
  /** What instances are made of; null for whatever is no class of the project. */
  readonly class: WireClass | null;
}

export interface WireClass {
  readonly module: ProjectPath;
  /** The declaration's name inside its module, exported or not. */
  readonly local: string;
  /** The class's name as its author wrote it. */
  readonly name: string;
  /** Fields to hand to the constructor, in order, where all its parameters are fields (`constructor(readonly id: string)`). */
  readonly construct: readonly string[];
}

/** One way in which an HTTP function answers: what `HttpResponse<Body, Status>` says. */
export interface HttpAnswer {
  /** Null: any number, which is 200 unless the handler says otherwise. */
  readonly status: number | null;
  readonly type: WireType;
}

/** What a method gives. */
export interface MethodResult {
  /** Of all its answers. */
  readonly type: WireType;
  /** Null where no answer says more than the type. Sorted by status. */
  readonly answers: readonly HttpAnswer[] | null;
}

/** What a doc comment says beside limits. */
export interface Doc {
  readonly description: string | null;
  readonly default?: JsonValue;
  readonly examples?: readonly JsonValue[];
  readonly deprecated?: boolean;
  /** Of a method: what its `@param` tags say, by name. */
  readonly params?: { readonly [name: string]: string };
}

export const ANY: WireType = { t: 'any' };
export const NOTHING: WireType = { t: 'undefined' };

/** The type itself behind its names. */
export function underlying(type: WireType): Exclude<WireType, { t: 'ref' }> {
  let at = type;
  for (let depth = 0; at.t === 'ref' && depth < 100; depth++) at = at.to.type;
  return at.t === 'ref' ? { t: 'any' } : at;
}

/** What one item is, for a parameter that may be a list of items; whatever is no list is the item itself. */
export function itemOf(type: WireType): WireType {
  const inner = underlying(type);
  if (inner.t === 'array') return inner.of;
  // A list that may be left out.
  const lists = inner.t === 'union' ? inner.of.filter((member) => member.t !== 'undefined') : [];
  const [only] = lists;
  return lists.length === 1 && only !== undefined && inner.t === 'union' && underlying(only).t === 'array' ? itemOf(only) : type;
}

/** True when a value may be left out: as a parameter, as a property, as a body. */
export function admitsUndefined(type: WireType): boolean {
  const inner = underlying(type);
  if (inner.t === 'union') return inner.of.some(admitsUndefined);
  return inner.t === 'undefined' || inner.t === 'any';
}

/** The type as one that may be left out. */
export function optionally(type: WireType): WireType {
  if (admitsUndefined(type)) return type;
  return { t: 'union', of: [...(type.t === 'union' ? type.of : [type]), NOTHING] };
}

/** All declarations that a type names, itself or by way of others, each once, in the order they are met. */
export function declarationsOf(types: readonly WireType[]): readonly TypeDecl[] {
  const found = new Set<TypeDecl>();
  const pending = [...types].reverse();
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.t === 'ref') {
      if (found.has(type.to)) continue;
      found.add(type.to);
      pending.push(type.to.type);
    } else pending.push(...[...partsOf(type)].reverse());
  }
  return [...found];
}

/** The types that a type is made of, without looking behind names. */
export function partsOf(type: WireType): readonly WireType[] {
  switch (type.t) {
    case 'array':
    case 'set':
    case 'record':
      return [type.of];
    case 'map':
      return [type.key, type.of];
    case 'tuple':
      return type.rest === null ? type.items : [...type.items, type.rest];
    case 'object':
      return [...type.fields.map((field) => field.type), ...(type.index === null ? [] : [type.index])];
    case 'union':
      return type.of;
    default:
      return [];
  }
}
