// Functions as their clients call them, with Lambda's way of telling failures.
import { InvocationException } from '../../../runtime/core/errors.js';
import type { Activity } from '../activity.js';
import { running } from '../context.js';
import type { LocalFunction } from '../function.js';
import type { Callee } from './bound-function.js';
import { invokeAsync } from './service.js';

export const calleeOf = (fn: LocalFunction, activity: Activity): Callee => ({
  invoke: (payload) => call(fn, payload),
  invokeAsync: async (payload) => invokeAsync(activity, fn, payload, caller()),
});

async function call(fn: LocalFunction, payload: unknown): Promise<unknown> {
  try {
    const result = await fn.invoke(payload, caller());
    return result === undefined ? null : JSON.parse(JSON.stringify(result));
  } catch (error) {
    if (error instanceof Error && error.name === 'EndlessLoopException') throw error;
    throw failure(error);
  }
}

const caller = (): string => (running() === undefined ? 'the test' : 'a call');

/** As Lambda's runtime reports what a function throws. */
function failure(error: unknown): InvocationException {
  if (!(error instanceof Error)) return new InvocationException(typeof error, String(error));
  const { name, message, stack = '' } = error;
  return new InvocationException(name, message, stack.split('\n'));
}
