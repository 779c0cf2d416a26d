// The client of a secret of the local cloud.
import type { SecretClient } from '../../../runtime/kinds/secret.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';

export function register(_target: null, { arn }: { readonly arn: string }): void {
  const resource = nextResource();
  const client: SecretClient = {
    getSecret: remote(resource, 'getSecret'),
    getSecretJson: remote(resource, 'getSecretJson') as SecretClient['getSecretJson'],
  };
  bindRestricted('secret', arn, client, resource);
}
