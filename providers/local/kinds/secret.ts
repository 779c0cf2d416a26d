// Secrets: what a test hands over, or what a variable of this machine holds.
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { SecretClient } from '../../../runtime/kinds/secret.js';

/** A text, or a value whose JSON is the text. */
export type SecretValue = string | object;

export interface SecretValues {
  /** By ARN. */
  readonly given: { readonly [arn: string]: SecretValue };
  /** Variables, by name. */
  readonly machine: { readonly [name: string]: string | undefined };
}

/** `NIMBUS_SECRET_TEAM_DIRECTORY_INVITATIONS` for a secret that is called `team-directory/invitations`. */
const variableOf = (name: string): string => `NIMBUS_SECRET_${name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`;

/** @param name without the characters that AWS puts at its end */
export function secretClient(arn: string, name: string, { given, machine }: SecretValues): SecretClient {
  const what = `read the secret ${arn}`;
  const getSecret = async (): Promise<string> => {
    const own = Object.hasOwn(given, arn) ? given[arn] : undefined;
    const value = own ?? machine[variableOf(name)];
    if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value);
    throw new NonRetryableException(
      `${what}: it has no value in the local cloud: hand one over as secrets: { '${arn}': ... }, or set the environment variable ${variableOf(name)}`,
    );
  };
  return {
    getSecret,
    getSecretJson: async <T>() => {
      const text = await getSecret();
      try {
        return JSON.parse(text) as T;
      } catch {
        // the parser's own message quotes the text
        throw new NonRetryableException(`${what}: it is not JSON`);
      }
    },
  };
}
