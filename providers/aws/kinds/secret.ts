/** Secrets in AWS: references to what others have made. */
import type { SecretNode } from '../../../compiler/kinds/secret.js';
import type { KindLowering } from '../lowering.js';

/** AWS's own pattern for an ARN whose end is not known: docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html */
const ANY_END = '-??????';

export const secret: KindLowering<SecretNode> = {
  actions: { read: [{ actions: ['secretsmanager:GetSecretValue'], on: 'secret' }] },
  nameRule: null,
  hasClient: true,
  address: () => null,
  names: ({ arn }) => ({ logicalId: arn, physicalName: null }),
  arn: ({ node }) => [node.whole ? node.arn : `${node.arn}${ANY_END}`],
  fragments: () => [],
};
