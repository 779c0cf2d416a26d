// SDK errors -> nimbusc's errors. The SDK has done its own retries by then.
import {
  NonRetryableException,
  PermissionException,
  RetryableException,
  StoreConditionException,
} from '../../../runtime/core/errors.js';

type ErrorClass = new (message: string, options: { cause: unknown }) => Error;

const classByName: Readonly<Record<string, ErrorClass>> = {
  ConditionalCheckFailedException: StoreConditionException,
  AccessDeniedException: PermissionException,
  AccessDenied: PermissionException,
  ForbiddenException: PermissionException,
};

/** Errors that another attempt may not meet, beyond those with a status of 429 or 5xx. */
const transient =
  /Throttl|Throughput|LimitExceeded|TooManyRequests|TransactionConflict|TransactionInProgress|ReplicatedWriteConflict|InternalServer|Unavailable|Timeout|AbortError|ECONN|EPIPE|UNREACH|EAI_AGAIN|ENOTFOUND|ETIMEDOUT/;

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

/**
 * @param what what was tried, for the message: `put to UserDetail`
 * @param special classes for errors that mean something particular to one service, by the error's name
 */
export function mapError(error: unknown, what: string, special: Readonly<Record<string, ErrorClass>> = {}): Error {
  if (error instanceof RetryableException || error instanceof NonRetryableException) return error;
  const { name = '', code = '', message = '', $metadata, $retryable } = (error ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  const retryable = $retryable !== undefined || status === 429 || status >= 500 || transient.test(`${name} ${code}`);
  const known = special[name] ?? classByName[name];
  const Class = known ?? (retryable ? RetryableException : status === 403 ? PermissionException : NonRetryableException);
  return new Class(`${what}: ${message || name || String(error)}`, { cause: error });
}
