/** NIM301x: limits of Lambda functions and their roles. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';

export const functionCodes = defineCodes({
  NIM3010: code<{ fn: string; size: number; limit: number }>({
    slug: 'aws-policy-too-large',
    severity: 'error',
    message: (p) => `the permissions of ${p.fn} take ${p.size} characters, and AWS allows a role ${p.limit}`,
    hint: () => 'let the function use fewer resources, or split it into two',
    explain: page({
      what: 'The permissions of a function do not fit into its role.',
      why: `
        Each function has a role of its own with one inline policy, which may have 10,240 characters
        (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). The length is computed with the longest
        ARNs that the resources can have.`,
      bad: `
        export class Shop {
          @AfterDeployment()
          @UsesDocumentStore(Customer)
          @UsesDocumentStore(Order)
          // ... a hundred more
          everything(): void {}
        }`,
      good: `
        export class Shop {
          @AfterDeployment()
          @UsesDocumentStore(Customer)
          customers(): void {}

          @AfterDeployment()
          @UsesDocumentStore(Order)
          orders(): void {}
        }`,
    }),
  }),
  NIM3011: code<{ fn: string; size: number; limit: number; secrets: boolean }>({
    slug: 'aws-environment-too-large',
    severity: 'error',
    message: (p) =>
      `the environment variables of ${p.fn} take ${p.secrets ? 'at least ' : ''}${p.size} bytes, and AWS allows ${p.limit}`,
    hint: () => 'put large values into a store or into the code, and keep only what differs by deployment in variables',
    explain: page({
      what: 'The environment variables of a function take more room than Lambda has.',
      why: `
        Names and values of all environment variables of a function may take 4 KB together
        (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). Counted are also the variables through which
        nimbusc tells the function its stage and its stores. Values that come from the deploying machine (\${NAME}) are
        unknown and count as empty.`,
      bad: `
        // TERMS_OF_SERVICE has five thousand characters
        export class Terms {
          @HttpServerlessFunction({ method: 'GET', path: 'terms' })
          @EnvironmentVariable({ key: 'TERMS', value: TERMS_OF_SERVICE })
          get(): void {}
        }`,
      good: `
        export class Terms {
          @HttpServerlessFunction({ method: 'GET', path: 'terms' })
          @EnvironmentVariable({ key: 'TERMS_URL', value: 'https://example.com/terms' })
          get(): void {}
        }`,
    }),
  }),
  NIM3012: code<{ key: string; fn: string }>({
    slug: 'aws-environment-name-reserved',
    severity: 'error',
    message: (p) => `${p.fn} sets the environment variable ${p.key}, which Lambda sets itself and lets nobody change`,
    hint: () => 'choose another name',
    explain: page({
      what: 'A function sets an environment variable that belongs to Lambda.',
      why: `
        Lambda refuses functions that set variables of its own, such as AWS_REGION
        (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). TZ is not one of them.`,
      bad: `
        export class Backup {
          @AfterDeployment()
          @EnvironmentVariable({ key: 'AWS_REGION', value: 'eu-west-1' })
          run(): void {}
        }`,
      good: `
        export class Backup {
          @AfterDeployment()
          @EnvironmentVariable({ key: 'BACKUP_REGION', value: 'eu-west-1' })
          run(): void {}
        }`,
    }),
  }),
  NIM3013: code<{ key: string; fn: string }>({
    slug: 'aws-environment-name-invalid',
    severity: 'error',
    message: (p) => `"${p.key}" cannot be an environment variable of ${p.fn}`,
    hint: () => 'Lambda wants a letter, then at least one more letter, digit or "_"',
    explain: page({
      what: 'Lambda does not allow the name of an environment variable.',
      why: `
        Names of environment variables of Lambda functions begin with a letter and have at least two characters, all of
        them letters, digits or "_".`,
      bad: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @EnvironmentVariable({ key: 'N', value: '10' })
          find(): void {}
        }`,
      good: `
        export class Search {
          @HttpServerlessFunction({ method: 'GET', path: 'search' })
          @EnvironmentVariable({ key: 'LIMIT', value: '10' })
          find(): void {}
        }`,
    }),
  }),
  NIM3014: code<{ variable: string; fn: string }>({
    slug: 'aws-terraform-variable-reserved',
    severity: 'error',
    message: (p) =>
      `${p.fn} takes the value of "${p.variable}" from the deploying machine, but Terraform allows no variable of that name`,
    hint: () => 'use another name on the deploying machine, such as one in capitals',
    explain: page({
      what: 'A variable of the deploying machine has a name that Terraform keeps for itself.',
      why: `
        \${NAME} in an environment variable becomes the Terraform variable NAME, filled from TF_VAR_NAME. No variable
        can be called count, depends_on, for_each, lifecycle, locals, providers, source or version.`,
      bad: `
        export class About {
          @HttpServerlessFunction({ method: 'GET', path: 'about' })
          @EnvironmentVariable({ key: 'RELEASE', value: '\${version}' })
          get(): void {}
        }`,
      good: `
        export class About {
          @HttpServerlessFunction({ method: 'GET', path: 'about' })
          @EnvironmentVariable({ key: 'RELEASE', value: '\${RELEASE_VERSION}' })
          get(): void {}
        }`,
    }),
  }),
  NIM3015: code<{ fn: string; size: number; limit: number }>({
    slug: 'aws-bundle-too-large',
    severity: 'error',
    message: (p) => `the bundle of ${p.fn} has ${p.size} bytes unpacked, and Lambda allows ${p.limit}`,
    hint: (p) => `"nimbusc explain ${p.fn}" lists what is in it; import less, or split the function`,
    explain: page({
      what: 'The bundle of a function is larger than Lambda allows.',
      why: `
        The unpacked code of a function may have 250 MB (262,144,000 bytes;
        docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), wherever the zip is uploaded to.`,
      bad: `
        import 'a-browser-engine';
        import 'a-machine-learning-model';`,
      good: `
        import 'a-machine-learning-model';`,
    }),
  }),
  NIM3016: code<{ runtime: string; constraint: string; since: string }>({
    slug: 'aws-runtime-unknown-to-provider',
    severity: 'error',
    message: (p) =>
      `the runtime ${p.runtime} needs version ${p.since} or later of Terraform's AWS provider, and "${p.constraint}" admits none`,
    hint: (p) => `set awsProviderVersion to "~> ${p.since.split('.').slice(0, 2).join('.')}", or take an earlier runtime`,
    explain: page({
      what: "The runtime of the functions is newer than any version of Terraform's AWS provider that the configuration admits.",
      why: `
        The provider has a list of the runtimes that it takes, and refuses all others when it plans. Version 5.100, which is
        what "awsProviderVersion" means by default, knows nodejs20.x and nodejs22.x; nodejs24.x came with 6.19.`,
      bad: {
        yaml: `
          projectName: shop
          runtime: nodejs24.x`,
      },
      good: {
        yaml: `
          projectName: shop
          runtime: nodejs24.x
          awsProviderVersion: ~> 6.19`,
      },
    }),
  }),
});
