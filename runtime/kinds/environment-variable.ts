// Environment variables of functions, and the client that reads them.
import { findClient } from '../core/binding.js';
import { type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';

export interface EnvironmentVariableOptions extends StagesOption {
  /** Letters, digits and `_`, not beginning with a digit. AWS reserves some (`AWS_REGION`, `_HANDLER`, ...). */
  key: string;
  /**
   * May contain `${NAME}`: the value of NAME on the machine that deploys, which is never written into generated files.
   * All of a function's variables together may take 4 KB (AWS Lambda).
   */
  value: string;
  /** The value in the local cloud; by default `value`. */
  testValue?: string;
}

/** Sets an environment variable of the function. May be repeated. */
export function EnvironmentVariable(_options: EnvironmentVariableOptions): HandlerDecorator {
  return noop;
}

/** Reads the variables that `@EnvironmentVariable` set on the running function, and no others. */
export interface EnvironmentVariableClient {
  containsKey(key: string): Promise<boolean>;
  /** Null when the function has no such variable. */
  get(key: string): Promise<string | null>;
}

/** Needs no `@Uses...` decorator. A function without `@EnvironmentVariable` sees no variables. */
export function getEnvironmentVariableClient(): EnvironmentVariableClient {
  const client = () => findClient('environment-variable', null) as EnvironmentVariableClient | undefined;
  return {
    containsKey: async (key) => (await client()?.containsKey(key)) ?? false,
    get: async (key) => (await client()?.get(key)) ?? null,
  };
}
