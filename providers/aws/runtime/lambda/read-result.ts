// Makes the result of a function of what it answered with.
import type { Reader } from '../../../../runtime/adapters/handler.js';
import { type InvalidInputException, NonRetryableException } from '../../../../runtime/core/errors.js';

/** `what`: the call, in messages. */
export function readResult(reader: Reader, value: unknown, what: string): unknown {
  try {
    return reader('any', value);
  } catch (error) {
    // A class of the entry's modules, of which this one has a copy.
    const { errors } = error as Partial<InvalidInputException>;
    if (errors === undefined) throw error;
    const problems = errors.map(({ path, message }) => `${path}${path && ': '}${message}`);
    throw new NonRetryableException(`${what}: the result does not fit its type: ${problems.join('; ')}`, { cause: error });
  }
}
