// What the main thread and the worker of a function say to each other, by structured clone.
import {
  ConnectionGoneException,
  FileNotFoundException,
  InvocationException,
  NonRetryableException,
  PermissionException,
  RetryableException,
  StoreConditionException,
} from '../../../runtime/core/errors.js';
import type { LinkedResource } from '../runtime/cloud-link.js';

export interface WorkerData {
  /** `Chat.onMessage` */
  readonly name: string;
  /** The bundle. */
  readonly file: string;
  readonly resources: readonly LinkedResource[];
}

export type ToWorker =
  | { readonly type: 'invoke'; readonly id: string; readonly event: unknown }
  /** Of a call. */
  | { readonly type: 'answer'; readonly number: number; readonly value?: unknown; readonly error?: ErrorData };

export type FromWorker =
  /** The bundle has been loaded. */
  | { readonly type: 'ready' }
  /** It could not be loaded. */
  | { readonly type: 'failed'; readonly error: ErrorData }
  /** JSON of what the function gave; undefined: nothing. */
  | { readonly type: 'done'; readonly id: string; readonly result: string | undefined }
  | { readonly type: 'thrown'; readonly id: string; readonly error: ErrorData }
  /** An operation on a resource. `invocation`: in which it is done; null: outside of all. */
  | {
      readonly type: 'call';
      readonly number: number;
      readonly invocation: string | null;
      readonly resource: string;
      readonly operation: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'log'; readonly invocation: string | null; readonly stream: 'out' | 'error'; readonly text: string };

export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of drivers and systems. */
  readonly code?: string | number;
  /** Of InvocationException. */
  readonly errorType?: string;
  readonly trace?: readonly string[];
}

export function errorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error), stack: '' };
  const { name, message, stack = '', code, errorType, trace } = error as Error & Partial<ErrorData>;
  return {
    name,
    message,
    stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(errorType === undefined || trace === undefined ? {} : { errorType, trace }),
  };
}

const KNOWN = {
  ConnectionGoneException,
  FileNotFoundException,
  NonRetryableException,
  PermissionException,
  RetryableException,
  StoreConditionException,
} as const;

/** An error as it was, as far as anybody asks. */
export function errorOf({ name, message, stack, code, errorType, trace }: ErrorData): Error {
  if (errorType !== undefined) return new InvocationException(errorType, message, trace);
  const Known = Object.hasOwn(KNOWN, name) ? KNOWN[name as keyof typeof KNOWN] : null;
  const error = Known === null ? new Error(message) : new Known(message);
  if (Known === null) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (stack !== '') Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return code === undefined ? error : Object.assign(error, { code });
}
