/** NIM301x: limits of Lambda functions and their roles. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';

export const functionCodes = defineCodes({
  NIM3010: code<{ fn: string; size: number; limit: number }>({
    slug: 'aws-policy-too-large',
    severity: 'error',
    message: (p) => `the permissions of ${p.fn} take ${p.size} characters, and AWS allows a role ${p.limit}`,
    hint: () => 'let the function use fewer resources, or split it into two',
    explain: `Each function has a role of its own with one inline policy, which may have 10,240 characters (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). The length is computed with the longest ARNs that the resources can have.

\`\`\`ts bad
@UsesDocumentStore(Customer)
@UsesDocumentStore(Order)
// ... a hundred more
everything() {}
\`\`\`

\`\`\`ts good
@UsesDocumentStore(Customer)
customers() {}

@UsesDocumentStore(Order)
orders() {}
\`\`\``,
  }),
  NIM3011: code<{ fn: string; size: number; limit: number; secrets: boolean }>({
    slug: 'aws-environment-too-large',
    severity: 'error',
    message: (p) =>
      `the environment variables of ${p.fn} take ${p.secrets ? 'at least ' : ''}${p.size} bytes, and AWS allows ${p.limit}`,
    hint: () => 'put large values into a store or into the code, and keep only what differs by deployment in variables',
    explain: `Names and values of all environment variables of a function may take 4 KB together (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). Counted are also the variables through which nimbusc tells the function its stage and its stores. Values that come from the deploying machine (\`\${NAME}\`) are unknown and count as empty.

\`\`\`ts bad
@EnvironmentVariable({ key: 'TERMS', value: TERMS_OF_SERVICE })
\`\`\`

\`\`\`ts good
@EnvironmentVariable({ key: 'TERMS_URL', value: 'https://example.com/terms' })
\`\`\``,
  }),
  NIM3012: code<{ key: string; fn: string }>({
    slug: 'aws-environment-name-reserved',
    severity: 'error',
    message: (p) => `${p.fn} sets the environment variable ${p.key}, which Lambda sets itself and lets nobody change`,
    hint: () => 'choose another name',
    explain: `Lambda refuses functions that set variables of its own, such as \`AWS_REGION\` (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). \`TZ\` is not one of them.

\`\`\`ts bad
@EnvironmentVariable({ key: 'AWS_REGION', value: 'eu-west-1' })
\`\`\`

\`\`\`ts good
@EnvironmentVariable({ key: 'BACKUP_REGION', value: 'eu-west-1' })
\`\`\``,
  }),
  NIM3013: code<{ key: string; fn: string }>({
    slug: 'aws-environment-name-invalid',
    severity: 'error',
    message: (p) => `"${p.key}" cannot be an environment variable of ${p.fn}`,
    hint: () => 'Lambda wants a letter, then at least one more letter, digit or "_"',
    explain: `Names of environment variables of Lambda functions begin with a letter and have at least two characters, all of them letters, digits or \`_\`.

\`\`\`ts bad
@EnvironmentVariable({ key: 'N', value: '10' })
\`\`\`

\`\`\`ts good
@EnvironmentVariable({ key: 'LIMIT', value: '10' })
\`\`\``,
  }),
  NIM3014: code<{ variable: string; fn: string }>({
    slug: 'aws-terraform-variable-reserved',
    severity: 'error',
    message: (p) =>
      `${p.fn} takes the value of "${p.variable}" from the deploying machine, but Terraform allows no variable of that name`,
    hint: () => 'use another name on the deploying machine, such as one in capitals',
    explain: `\`\${NAME}\` in an environment variable becomes the Terraform variable NAME, filled from \`TF_VAR_NAME\`. Terraform keeps these names for itself: count, depends_on, for_each, lifecycle, locals, providers, source, version.

\`\`\`ts bad
@EnvironmentVariable({ key: 'RELEASE', value: '\${version}' })
\`\`\`

\`\`\`ts good
@EnvironmentVariable({ key: 'RELEASE', value: '\${RELEASE_VERSION}' })
\`\`\``,
  }),
  NIM3015: code<{ fn: string; size: number; limit: number }>({
    slug: 'aws-bundle-too-large',
    severity: 'error',
    message: (p) => `the bundle of ${p.fn} has ${p.size} bytes unpacked, and Lambda allows ${p.limit}`,
    hint: (p) => `"nimbusc explain ${p.fn}" lists what is in it; import less, or split the function`,
    explain: `The unpacked code of a function may have 250 MB (262,144,000 bytes; docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), wherever the zip is uploaded to.

\`\`\`ts bad
import 'a-browser-engine';
import 'a-machine-learning-model';
\`\`\`

\`\`\`ts good
import 'a-machine-learning-model';
\`\`\``,
  }),
});
