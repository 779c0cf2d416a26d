// Secrets of AWS Secrets Manager, which exist already: nobody's secret belongs into source.
import { lazyClient } from '../core/binding.js';
import { type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';

export interface UsesSecretManagerSecretOptions extends StagesOption {
  /** The whole ARN of the secret, with the six characters that AWS puts at its end. */
  secretArn: string;
}

/** Allows the function to read the secret through `ClientBuilder.getSecretClient`. May be repeated. */
export function UsesSecretManagerSecret(_options: UsesSecretManagerSecretOptions): HandlerDecorator {
  return noop;
}

/**
 * Reads anew each time, so that a rotated secret is seen at once. Rejects with a RetryableException when the service is out of
 * reach or throttles (after the SDK's own retries), and with a PermissionException when the function may not read it.
 */
export interface SecretClient {
  /** The text of the secret. */
  getSecret(): Promise<string>;
  /** The secret read as JSON, as most are kept; with a NonRetryableException when it is none. It is not checked to be a `T`. */
  getSecretJson<T>(): Promise<T>;
}

/** A client for a secret, by the ARN of its `@UsesSecretManagerSecret`, which is needed on every handler that can reach its use. */
export function getSecretClient(secretArn: string): SecretClient {
  return lazyClient<SecretClient>(
    'secret',
    secretArn,
    ['getSecret', 'getSecretJson'],
    (arn) => `@UsesSecretManagerSecret({ secretArn: '${arn}' })`,
  );
}
