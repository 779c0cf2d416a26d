// The client that calls functions, on Lambda.

import type { Reader } from '../../../runtime/adapters/handler.js';
import { bind, findClient } from '../../../runtime/core/binding.js';
import { InvocationException, NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { BoundFunctions } from '../../../runtime/kinds/basic-function.js';
import { mapError } from './errors.js';
import { readResult } from './lambda/read-result.js';
import { createClient } from './sdk/lambda.js';

export interface BasicFunctionClientData {
  /** What the user calls the class. */
  readonly name: string;
  readonly method: string;
  /** The environment variable that holds the function's name. */
  readonly function: string;
  /** Makes the result of its JSON; null where the JSON value is the result. */
  readonly result: Reader | null;
  /** A null stands for no result. */
  readonly absent: boolean;
}

/** How Lambda tells that a function failed. */
interface Failure {
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly trace?: readonly string[];
}

let client: ReturnType<typeof createClient> | undefined;
const lambda = (): ReturnType<typeof createClient> => (client ??= createClient());

/** Once for each method; those of one class are bound together. */
export function register(target: object, data: BasicFunctionClientData): void {
  // Lambda initialises a function with a whole processor, and calls it with a share of one.
  if (process.env['AWS_LAMBDA_FUNCTION_NAME']) lambda();
  const what = `invoke ${data.name}.${data.method}`;
  const functionName = (): string => {
    const value = process.env[data.function];
    if (!value)
      throw new NonRetryableException(`the environment variable ${data.function}, which names the function, is not set`);
    return value;
  };
  const call = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw mapError(error, what);
    }
  };
  const payloadOf = (param: unknown): string => toJson(param) ?? 'null';
  const bound: BoundFunctions[string] = {
    invoke: async (param) => {
      const { failed, payload } = await call(() => lambda().invoke(functionName(), payloadOf(param)));
      const value: unknown = payload === '' ? null : JSON.parse(payload);
      if (failed) throw failure(value as Failure | null, what);
      if (value === null && data.absent) return undefined;
      return data.result === null ? value : readResult(data.result, value, what);
    },
    invokeAsync: async (param) => {
      await call(() => lambda().invokeAsync(functionName(), payloadOf(param)));
    },
  };
  const others = findClient('basic-function', target) as BoundFunctions | undefined;
  bind('basic-function', target, { ...others, [data.method]: bound }, data.name);
}

function failure(value: Failure | null, what: string): InvocationException {
  const { errorType = 'Error', errorMessage = `${what}: the function failed`, trace = [] } = value ?? {};
  return new InvocationException(errorType, errorMessage, trace);
}
