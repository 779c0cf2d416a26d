/** NIM300x: names in AWS and in Terraform. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';
import { quote } from '../../../compiler/diagnostics/words.js';

export const nameCodes = defineCodes({
  NIM3001: code<{ what: string; name: string; length: number; min: number; max: number }>({
    slug: 'aws-name-length',
    severity: 'error',
    message: (p) => `the ${p.what} ${quote(p.name)} has a name of ${p.length} characters, and AWS demands ${p.min} to ${p.max}`,
    hint: (p) =>
      p.length > p.max ? 'choose a shorter name; the stage is part of it' : 'choose a longer name; the stage is part of it',
    explain: page({
      what: 'The name of something in AWS would be too short or too long.',
      why: `
        The name of a table is its "tableName", or the name of its class, with the stage appended. DynamoDB takes 3 to
        255 characters. A queue is called <project>-<stage>-<id>, with .fifo at the end where it is one; SQS takes 80.
        Names of things that hold data are never cut: a cut name could come to mean another table.`,
      bad: `
        // in the stage "b" the table would be called "ab"
        @DocumentStore({ tableName: 'a', stages: ['b'] })
        export class Account {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore({ tableName: 'accounts', stages: ['b'] })
        export class Account {
          @Key() id = '';
        }`,
    }),
  }),
  NIM3002: code<{ what: string; name: string; first: string; second: string }>({
    slug: 'aws-name-taken',
    severity: 'error',
    message: (p) => `${p.first} and ${p.second} would both be the ${p.what} "${p.name}"`,
    hint: () => 'give one of them another name',
    explain: page({
      what: 'Two things of one sort would have the same name in AWS.',
      why: 'Within a stage, no two of them can have it.',
      bad: `
        @DocumentStore({ tableName: 'users' })
        export class User {
          @Key() name = '';
        }

        @DocumentStore({ tableName: 'users' })
        export class Admin {
          @Key() name = '';
        }`,
      good: `
        @DocumentStore({ tableName: 'users' })
        export class User {
          @Key() name = '';
        }

        @DocumentStore({ tableName: 'admins' })
        export class Admin {
          @Key() name = '';
        }`,
    }),
  }),
  NIM3003: code<{ address: string; first: string; second: string }>({
    slug: 'aws-address-taken',
    severity: 'error',
    message: (p) => `${p.first} and ${p.second} would both have the Terraform address ${p.address}`,
    hint: () => 'rename one of the classes',
    explain: page({
      what: 'Two things would have the same Terraform address.',
      why: `
        Terraform knows what it deployed by an address, which nimbusc makes of declared names alone. It is a last line
        of defence: names that would clash are refused with messages of their own.`,
      bad: `
        // a.ts
        @DocumentStore()
        export class User {
          @Key() name = '';
        }

        // b.ts
        @KeyValueStore({ keyType: String })
        export class User {}`,
      good: `
        // a.ts
        @DocumentStore()
        export class User {
          @Key() name = '';
        }

        // b.ts
        @KeyValueStore({ keyType: String })
        export class UserSession {}`,
    }),
  }),
  NIM3004: code<{ stage: string; problem: string }>({
    slug: 'aws-stage-name',
    severity: 'error',
    message: (p) => `the stage ${quote(p.stage)} ${p.problem}`,
    hint: () => 'a stage is called by letters, digits, "-" and "_", such as "dev" or "pr-17"',
    explain: page({
      what: 'The name of a stage cannot be part of names in AWS.',
      why: `
        It becomes part of the names of functions, tables and APIs, so it can only have the characters that all of them
        allow: letters, digits, "-" and "_", at most 128.`,
      bad: `
        const BRANCH =
          'feature-that-adds-a-login-page-with-a-password-field-and-a-button-that-says-go-' +
          'and-a-link-below-it-for-all-of-those-who-have-forgotten-their-passwords';

        export class Ping {
          @HttpServerlessFunction({ method: 'GET', path: 'ping', stages: [BRANCH] })
          ping(): void {}
        }`,
      good: `
        export class Ping {
          @HttpServerlessFunction({ method: 'GET', path: 'ping', stages: ['feature-login'] })
          ping(): void {}
        }`,
    }),
  }),
});
