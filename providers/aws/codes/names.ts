/** NIM300x: names in AWS and in Terraform. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { quote } from '../../../compiler/diagnostics/words.js';

export const nameCodes = defineCodes({
  NIM3001: code<{ what: string; name: string; length: number; min: number; max: number }>({
    slug: 'aws-name-length',
    severity: 'error',
    message: (p) => `the ${p.what} "${p.name}" has a name of ${p.length} characters, and AWS demands ${p.min} to ${p.max}`,
    hint: (p) =>
      p.length > p.max
        ? 'choose a shorter name; the stage is appended to it'
        : 'choose a longer name; the stage is appended to it',
    explain: `The name of a table is its \`tableName\`, or the name of its class, with the stage appended. DynamoDB takes 3 to 255 characters. Names of things that hold data are never cut: a cut name could come to mean another table.

\`\`\`ts bad
@DocumentStore({ tableName: 'a' }) // in the stage "b" the table would be called "ab"
\`\`\`

\`\`\`ts good
@DocumentStore({ tableName: 'accounts' })
\`\`\``,
  }),
  NIM3002: code<{ what: string; name: string; first: string; second: string }>({
    slug: 'aws-name-taken',
    severity: 'error',
    message: (p) => `${p.first} and ${p.second} would both be the ${p.what} "${p.name}"`,
    hint: () => 'give one of them another name',
    explain: `Within a stage, no two things of one sort can have the same name in AWS.

\`\`\`ts bad
@DocumentStore({ tableName: 'users' })
export class User {}

@DocumentStore({ tableName: 'users' })
export class Admin {}
\`\`\`

\`\`\`ts good
@DocumentStore({ tableName: 'users' })
export class User {}

@DocumentStore({ tableName: 'admins' })
export class Admin {}
\`\`\``,
  }),
  NIM3003: code<{ address: string; first: string; second: string }>({
    slug: 'aws-address-taken',
    severity: 'error',
    message: (p) => `${p.first} and ${p.second} would both have the Terraform address ${p.address}`,
    hint: () => 'rename one of the classes',
    explain: `Terraform knows what it deployed by an address, which nimbusc makes of declared names alone. Two classes of one name (in two files, say) would share it.

\`\`\`ts bad
// a.ts
@DocumentStore()
export class User {}

// b.ts
@KeyValueStore({ keyType: String })
export class User {}
\`\`\`

\`\`\`ts good
// a.ts
@DocumentStore()
export class User {}

// b.ts
@KeyValueStore({ keyType: String })
export class UserSession {}
\`\`\``,
  }),
  NIM3004: code<{ stage: string; problem: string }>({
    slug: 'aws-stage-name',
    severity: 'error',
    message: (p) => `the stage ${quote(p.stage)} ${p.problem}`,
    hint: () => 'a stage is called by letters, digits, "-" and "_", such as "dev" or "pr-17"',
    explain: `The stage's name becomes part of the names of functions, tables and APIs, so it can only have the characters that all of them allow: letters, digits, \`-\` and \`_\`, at most 128.

\`\`\`ts bad
@DocumentStore({ stages: ['feature/login'] })
\`\`\`

\`\`\`ts good
@DocumentStore({ stages: ['feature-login'] })
\`\`\``,
  }),
});
