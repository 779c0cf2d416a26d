// The client of a function: parameters and results as JSON, there and back, with Lambda's limits.
import type { Reader } from '../../../runtime/adapters/handler.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { BoundFunctions } from '../../../runtime/kinds/basic-function.js';
import { readResult } from '../../aws/runtime/lambda/read-result.js';

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

/** A function that is called with what its parameter's JSON is, and gives what its result's is. */
export interface Callee {
  invoke(payload: unknown): Promise<unknown>;
  invokeAsync(payload: unknown): Promise<void>;
}

export function boundFunction(callee: Callee, data: BasicFunctionData): BoundFunctions[string] {
  const what = `invoke ${data.name}.${data.method}`;
  const payloadOf = (param: unknown, most: number): unknown => {
    const text = toJson(param) ?? 'null';
    if (Buffer.byteLength(text) <= most) return JSON.parse(text);
    throw new NonRetryableException(`${what}: Request must be smaller than ${most} bytes for the InvokeFunction operation`);
  };
  return {
    invoke: async (param) => {
      const value = await callee.invoke(payloadOf(param, MOST_BYTES));
      if (value === null && data.absent) return undefined;
      return data.result === null ? value : readResult(data.result, value, what);
    },
    invokeAsync: async (param) => {
      await callee.invokeAsync(payloadOf(param, MOST_BYTES_ASYNC));
    },
  };
}
