// Functions that shall not start cold.
import { type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';

/**
 * Has the function pinged every five minutes, so that one instance of it is always ready. The method is not called for that.
 * Without `stages` this is done in the `keepWarmStages` of the configuration, and only there.
 */
export function KeepWarm(_options?: StagesOption): HandlerDecorator {
  return noop;
}
