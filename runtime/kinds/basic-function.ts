// Functions that other functions call, or that a schedule calls.
import { findClient, registry } from '../core/binding.js';
import { type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import { PermissionException } from '../core/errors.js';
import type { FunctionOptions, StagesOption } from '../core/function-options.js';

export interface BasicServerlessFunctionOptions extends FunctionOptions {
  /**
   * `rate(5 minutes)`, or `cron(minute hour day-of-month month day-of-week year)` with `?` in one of the day fields, in UTC.
   * A method with a schedule takes no parameters.
   */
  cron?: string;
}

/**
 * Calls the method for clients, or by a schedule. It takes at most one parameter, and its result goes to the caller as JSON.
 * Repeated, it gives the method several schedules.
 */
export function BasicServerlessFunction(_options?: BasicServerlessFunctionOptions): HandlerDecorator {
  return noop;
}

type AnyMethod = (...args: never[]) => unknown;

/** The names of a class's public methods. */
export type MethodName<T> = { [K in keyof T]: T[K] extends AnyMethod ? K : never }[keyof T] & string;

export interface UsesBasicServerlessFunctionOptions<T extends object = object> extends StagesOption {
  targetClass: Constructor<T>;
  methodName: MethodName<T>;
}

/** Allows the function to call a method that is a `@BasicServerlessFunction`. */
export function UsesBasicServerlessFunction<T extends object>(_options: UsesBasicServerlessFunctionOptions<T>): HandlerDecorator {
  return noop;
}

type Invoke<M> = M extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;

/**
 * Both operations reject with a RetryableException when the service is out of reach or throttles (after the SDK's own
 * retries), and with a PermissionException when the function may not call the other one.
 */
export interface BasicServerlessFunctionClient<M> {
  /**
   * Calls the function and waits for its result. What the function throws rejects with an InvocationException, whose `name`
   * and `message` are those of what was thrown.
   */
  readonly invoke: Invoke<M>;
  /** Has the function called (twice more when it fails: AWS Lambda) and does not wait for it. */
  readonly invokeAsync: M extends (...args: infer A) => unknown ? (...args: A) => Promise<void> : never;
}

/** The methods of a class, each a call of the function that it is. */
export type BasicServerlessFunctionInterface<T> = { readonly [K in MethodName<T>]: Invoke<T[K]> };

/** What a provider binds for a class: a call of each method that the function may call. */
export interface BoundFunctions {
  readonly [method: string]: { invoke(param: unknown): Promise<unknown>; invokeAsync(param: unknown): Promise<void> };
}

/**
 * A client for one method of a class. It needs `@UsesBasicServerlessFunction({ targetClass, methodName })` on every handler
 * that can reach its use.
 */
export function getBasicServerlessFunctionClient<T extends object, K extends MethodName<T>>(
  targetClass: Constructor<T>,
  method: K,
): BasicServerlessFunctionClient<T[K]> {
  return {
    invoke: async (param: unknown) => bound(targetClass, method).invoke(param),
    invokeAsync: async (param: unknown) => bound(targetClass, method).invokeAsync(param),
  } as unknown as BasicServerlessFunctionClient<T[K]>;
}

/** The methods of a class as calls of functions: `await calculator.add({ a: 1, b: 2 })`. Each needs its own decorator. */
export function getBasicServerlessFunctionInterface<T extends object>(
  targetClass: Constructor<T>,
): BasicServerlessFunctionInterface<T> {
  return new Proxy({} as BasicServerlessFunctionInterface<T>, {
    // A promise that resolves to it asks for `then`, which no function is meant by.
    get: (_, method) =>
      typeof method === 'symbol' || method === 'then'
        ? undefined
        : async (param: unknown) => bound(targetClass, method).invoke(param),
  });
}

function bound(targetClass: Constructor, method: string): BoundFunctions[string] {
  const found = (findClient('basic-function', targetClass) as BoundFunctions | undefined)?.[method];
  if (found) return found;
  const name = registry().names.get(targetClass) ?? '...';
  throw new PermissionException(
    `this function does not declare @UsesBasicServerlessFunction({ targetClass: ${name}, methodName: '${method}' })`,
  );
}
