/** The options that every decorator which makes a function shares. */
import { s } from '../schema/schema.js';

/** Seconds and megabytes; the bounds are Lambda's (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const functionOptions = {
  timeout: s.int({ min: 1, max: 900, unit: 'seconds' }).optional(),
  memory: s.int({ min: 128, max: 10_240, unit: 'MB' }).optional(),
  stages: s.stages(),
};

export const DEFAULT_TIMEOUT_SECONDS = 10;
export const DEFAULT_MEMORY_MB = 1024;
