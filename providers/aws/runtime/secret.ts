// The client of a secret, on Secrets Manager.
import { bind } from '../../../runtime/core/binding.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { SecretClient } from '../../../runtime/kinds/secret.js';
import { clientFor, readSecret } from './secrets-manager/read-secret.js';

export interface SecretClientData {
  readonly arn: string;
}

export function register(_target: null, { arn }: SecretClientData): void {
  // Lambda initialises a function with a whole processor, and calls it with a share of one.
  if (process.env['AWS_LAMBDA_FUNCTION_NAME']) clientFor(arn);
  const what = `read the secret ${arn}`;
  const client: SecretClient = {
    getSecret: () => readSecret(arn, what),
    getSecretJson: async <T>() => {
      const text = await readSecret(arn, what);
      try {
        return JSON.parse(text) as T;
      } catch {
        // the parser's own message quotes the text
        throw new NonRetryableException(`${what}: it is not JSON`);
      }
    },
  };
  bind('secret', arn, client);
}
