/**
 * How often a property is tried. A slow machine tries less often, so that the suite takes its time and not more; to hunt,
 * set NIMBUSC_PROPERTY_RUNS to a factor: the cases are new ones then (test/support/same-cases.mjs), and the seed that repeats
 * a failure is in fast-check's message.
 */
import type { Parameters } from 'fast-check';

const factor = Number(process.env['NIMBUSC_PROPERTY_RUNS'] ?? 1);

export function runs<T>(numRuns: number): Parameters<T> {
  return { numRuns: numRuns * factor, interruptAfterTimeLimit: 12_000 * factor };
}

/** For mocha: the properties of one test, and a single slow run besides. */
export const PATIENCE = 60_000 * factor;
