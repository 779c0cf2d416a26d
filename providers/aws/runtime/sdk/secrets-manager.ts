// The only way to the SDK's Secrets Manager client. Bundles get this module ready-made: see pack.mjs.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from './config.js';

/** `region`: that of the secrets; by default the function's own. */
export function createClient(region?: string) {
  const config = clientConfig('AWS_ENDPOINT_URL_SECRETS_MANAGER');
  const client = new SecretsManagerClient(region === undefined ? config : { ...config, region });
  return { getSecretValue: (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId })) };
}
