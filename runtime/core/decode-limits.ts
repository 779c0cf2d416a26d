// Limits around decoders: `atMost(number, 10)`.
import { type Decoder, must } from './decode.js';

/** Looks at values of the right type only. */
export const refine =
  (decode: Decoder, test: (value: never) => boolean, what: string): Decoder =>
  (json) => {
    const value = decode(json);
    if (value !== undefined && !test(value as never)) must(value, what);
    return value;
  };

export const atLeast = (decode: Decoder, limit: number): Decoder =>
  refine(decode, (value: number) => value >= limit, `be at least ${limit}`);

export const atMost = (decode: Decoder, limit: number): Decoder =>
  refine(decode, (value: number) => value <= limit, `be at most ${limit}`);

export const above = (decode: Decoder, limit: number): Decoder =>
  refine(decode, (value: number) => value > limit, `be above ${limit}`);

export const below = (decode: Decoder, limit: number): Decoder =>
  refine(decode, (value: number) => value < limit, `be below ${limit}`);

/** As exact as the division of two decimals is: 19.99 is a multiple of 0.01. */
export const multipleOf = (decode: Decoder, step: number): Decoder =>
  refine(
    decode,
    (value: number) => {
      const times = value / step;
      return Math.abs(times - Math.round(times)) <= Math.abs(times) * 2 ** -51;
    },
    `be a multiple of ${step}`,
  );

type Sized = { readonly length?: number; readonly size?: number };
const sizeOf = ({ length, size }: Sized): number => length ?? size!;

/** Of strings in UTF-16 code units, of arrays and sets in items. */
export const sizeAtLeast = (decode: Decoder, limit: number): Decoder =>
  refine(decode, (value: Sized) => sizeOf(value) >= limit, `have a length of at least ${limit}`);

/** What is too long is looked at no further: patterns may take quadratic time. */
export const sizeAtMost =
  (decode: Decoder, limit: number): Decoder =>
  (json) => {
    const value = decode(json) as Sized | undefined;
    return value === undefined || sizeOf(value) <= limit ? value : must(value, `have a length of at most ${limit}`);
  };

export const pattern = (decode: Decoder, source: string): Decoder => {
  const expression = new RegExp(source, 'u');
  const test = (value: string): boolean => {
    try {
      return expression.test(value);
    } catch {
      // Some expressions use up the stack on a long text.
      return false;
    }
  };
  return refine(decode, test, `match ${source}`);
};
