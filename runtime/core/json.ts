// Text from anybody as JSON, for all adapters.
import { InvalidInputException } from './errors.js';

/** `__proto__`, with any of its letters escaped. Other escapes that are caught only cost time. */
const prototypeKey = /__proto__|\\u00[5-7]/;

/**
 * Throws an InvalidInputException for what is not JSON. Keys named `__proto__` are dropped: whoever copies such an object
 * by assignment would change a prototype.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(
      text,
      prototypeKey.test(text) ? (key, value: unknown) => (key === '__proto__' ? undefined : value) : undefined,
    );
  } catch (error) {
    // The text is walked through recursively where keys are dropped.
    throw invalid(error instanceof RangeError ? 'is nested too deeply' : 'is not JSON');
  }
}

/** What is wrong with an input as a whole. */
export const invalid = (message: string): InvalidInputException => new InvalidInputException([{ path: '', message }]);
