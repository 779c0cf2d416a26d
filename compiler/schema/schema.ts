/**
 * How the options of a decorator are declared: a record of fields, from which come the decoded type, all messages about
 * options (decode.ts), the tables of the documentation and a JSON Schema (describe.ts). Fields are immutable values.
 */
import type { Spanned } from '../ir/span.js';
import type { SymbolRef } from '../ir/static-value.js';

/** What a class reference resolves to: a class of the project, a global such as `String`, an export of nimbusc. */
export type ReferenceTarget = Extract<SymbolRef, { readonly of: 'class' | 'global' | 'nimbus' }>;

export type Presence = 'required' | 'optional' | 'defaulted';

/** The kinds of values; what decode.ts and describe.ts switch over. */
export type FieldType =
  | { readonly t: 'string'; readonly rules: StringRules }
  | { readonly t: 'number'; readonly rules: NumberRules; readonly whole: boolean }
  | { readonly t: 'boolean' }
  | { readonly t: 'enum'; readonly values: readonly string[] }
  | { readonly t: 'list'; readonly item: Field<unknown>; readonly nonEmpty: boolean }
  | { readonly t: 'stages' }
  | { readonly t: 'reference'; readonly what: string };

export interface StringRules {
  readonly nonEmpty?: boolean;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  /** The pattern in words, as in "must be ...": `an HTTP path such as users/{id}`. */
  readonly what?: string;
}

export interface NumberRules {
  readonly min?: number;
  readonly max?: number;
  /** In the plural: `seconds`. */
  readonly unit?: string;
}

export interface Field<T, P extends Presence = Presence> {
  readonly type: FieldType;
  readonly presence: P;
  /** Only of defaulted fields. */
  readonly fallback: T | undefined;
  /** One sentence for the documentation. */
  readonly text: string;
  optional(): Field<T, 'optional'>;
  default(value: T): Field<T, 'defaulted'>;
  describe(text: string): Field<T, P>;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What decoding gives: each value with its place; the place of a default is the whole options object. */
export type Decoded<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T, infer P>
    ? P extends 'optional'
      ? Spanned<T> | undefined
      : Spanned<T>
    : never;
};

/** Stages are part of names in AWS: of API stages, tables, functions. */
export const STAGE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/u;
export const STAGE_NAME_IN_WORDS = 'a stage name of letters, digits, - and _';

export const s = {
  string: (rules: StringRules = {}): Field<string, 'required'> => {
    if (rules.pattern !== undefined && (rules.pattern.global || rules.pattern.sticky)) {
      throw new Error('a pattern of a field must have neither flag g nor y, because those make it remember its last use');
    }
    if (rules.pattern !== undefined && rules.what === undefined) throw new Error('a pattern of a field needs "what"');
    return field({ t: 'string', rules });
  },
  number: (rules: NumberRules = {}): Field<number, 'required'> => field({ t: 'number', rules, whole: false }),
  int: (rules: NumberRules = {}): Field<number, 'required'> => field({ t: 'number', rules, whole: true }),
  boolean: (): Field<boolean, 'required'> => field({ t: 'boolean' }),
  enum: <const V extends string>(values: readonly V[]): Field<V, 'required'> => field({ t: 'enum', values }),
  /** Items keep their places, because messages about one item point at it. */
  list: <T>(item: Field<T>, rules: { readonly nonEmpty?: boolean } = {}): Field<readonly Spanned<T>[], 'required'> =>
    field({ t: 'list', item, nonEmpty: rules.nonEmpty ?? false }),
  /** The `stages` that every decorator takes. */
  stages: (): Field<readonly Spanned<string>[], 'optional'> =>
    field<readonly Spanned<string>[]>({ t: 'stages' })
      .optional()
      .describe("Stages in which this applies; without it, the project's defaultStages."),
  /** A class; `what` says which in messages: `a class marked @Queue`. Whether it is one is decided while linking. */
  reference: (what: string = 'a class'): Field<ReferenceTarget, 'required'> => field({ t: 'reference', what }),
} as const;

function field<T>(type: FieldType): Field<T, 'required'> {
  return make<T, 'required'>({ type, presence: 'required', fallback: undefined, text: '' });
}

function make<T, P extends Presence>(data: Pick<Field<T, P>, 'type' | 'presence' | 'fallback' | 'text'>): Field<T, P> {
  return {
    ...data,
    optional: () => make<T, 'optional'>({ ...data, presence: 'optional', fallback: undefined }),
    default: (value) => make<T, 'defaulted'>({ ...data, presence: 'defaulted', fallback: value }),
    describe: (text) => make<T, P>({ ...data, text }),
  };
}
