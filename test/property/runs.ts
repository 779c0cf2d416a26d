/** How often a property is tried; a failure is shrunk for a while, and not for ever. The seed is in fast-check's message. */
import type { Parameters } from 'fast-check';

export function runs<T>(numRuns: number): Parameters<T> {
  return { numRuns, interruptAfterTimeLimit: 30_000 };
}
