// Reads a secret of Secrets Manager as text. Used by every client that needs one.
import { NonRetryableException } from '../../../../runtime/core/errors.js';
import { mapError } from '../errors.js';
import { createClient } from '../sdk/secrets-manager.js';

const clients = new Map<string, ReturnType<typeof createClient>>();

/** `what`: what it is read for, in messages. A secret may lie in another region than the function. */
export async function readSecret(arn: string, what: string): Promise<string> {
  let text: string | undefined;
  try {
    text = (await clientFor(arn).getSecretValue(arn)).SecretString;
  } catch (error) {
    throw mapError(error, what);
  }
  if (text === undefined) throw new NonRetryableException(`${what}: it has no text, only bytes`);
  return text;
}

/** The one client of a secret's region; made while the function is initialised, where there is time. */
export function clientFor(arn: string): ReturnType<typeof createClient> {
  const region = arn.split(':')[3] ?? '';
  let client = clients.get(region);
  if (client === undefined) clients.set(region, (client = createClient(region)));
  return client;
}
