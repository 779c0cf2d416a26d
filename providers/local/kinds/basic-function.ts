// Calls of functions by their clients: as JSON, there and back, with Lambda's limits and its way of telling failures.
import type { Reader } from '../../../runtime/adapters/handler.js';
import { InvocationException, NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { BoundFunctions } from '../../../runtime/kinds/basic-function.js';
import { readResult } from '../../aws/runtime/lambda/read-result.js';
import type { Activity } from '../activity.js';
import { running } from '../context.js';
import type { LocalFunction } from '../function.js';
import { invokeAsync } from './service.js';

/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 6 * 1024 * 1024;
const MOST_BYTES_ASYNC = 1024 * 1024;

export interface BasicFunctionData {
  readonly name: string;
  readonly method: string;
  /** Makes the result of its JSON; null where the JSON value is the result. */
  readonly result: Reader | null;
  /** A null stands for no result. */
  readonly absent: boolean;
}

export function boundFunction(fn: LocalFunction, data: BasicFunctionData, activity: Activity): BoundFunctions[string] {
  const what = `invoke ${data.name}.${data.method}`;
  const payloadOf = (param: unknown, most: number): unknown => {
    const text = toJson(param) ?? 'null';
    if (Buffer.byteLength(text) <= most) return JSON.parse(text);
    throw new NonRetryableException(`${what}: Request must be smaller than ${most} bytes for the InvokeFunction operation`);
  };
  return {
    invoke: async (param) => {
      const payload = payloadOf(param, MOST_BYTES);
      const value = await call(fn, payload);
      if (value === null && data.absent) return undefined;
      return data.result === null ? value : readResult(data.result, value, what);
    },
    invokeAsync: async (param) => {
      invokeAsync(activity, fn, payloadOf(param, MOST_BYTES_ASYNC), caller());
    },
  };
}

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
