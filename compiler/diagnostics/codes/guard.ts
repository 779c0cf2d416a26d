/** NIM18xx: what a build would do to data that is already stored, compared with the last build. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { quote } from '../words.js';

/** A thing that holds data, in the words of messages. */
export interface Held {
  /** `document store` */
  readonly what: string;
  readonly name: string;
  readonly address: string;
  readonly stage: string;
}

const thing = ({ what, name, stage }: Held): string => `the ${what} ${quote(name)} of the stage ${quote(stage)}`;

const WAYS_OUT = `
    nimbus.lock.json says what the last build of each stage had. Without its declaration, Terraform would destroy it with
    all that it holds. There are three ways out: give the declaration its old name back; write the old and the new address
    under "moved", when it is called something else now; or write the address under "allowDestroy".`;

export const guardCodes = defineCodes({
  NIM1801: code<{ file: string; problem: string; conflict: boolean }>({
    slug: 'lock-damaged',
    severity: 'error',
    message: ({ file, problem }) => `${quote(file)} cannot be read: ${problem}`,
    hint: ({ conflict }) =>
      conflict
        ? 'keep the lines of both sides that belong to different things, then build again'
        : 'restore the committed file, for example with "git checkout -- nimbus.lock.json"',
    explain: page({
      what: 'The lock file is no lock file that nimbusc has written.',
      why: `
        It says which stores, buckets, queues, topics and databases the last build of each stage had. Without it nothing
        protects their data, so nimbusc does not go on without it, nor write a new one over it.`,
      bad: { sh: `git merge feature; npx nimbusc build` },
      good: { sh: `git merge feature; git mergetool nimbus.lock.json; npx nimbusc build` },
    }),
  }),

  NIM1802: code<{ file: string; version: number; known: number }>({
    slug: 'lock-newer',
    severity: 'error',
    message: ({ file, version, known }) =>
      `${quote(file)} has the version ${version}, and this nimbusc knows versions up to ${known}`,
    hint: () => 'use the version of nimbusc that wrote the file, or a later one',
    explain: page({
      what: 'The lock file was written by a later version of nimbusc.',
      why: `An older nimbusc would lose what it does not understand, and with it the protection of stored data.`,
      bad: { sh: `npm install --save-dev nimbusc@0.1.0 && npx nimbusc build` },
      good: { sh: `npm install --save-dev nimbusc@latest && npx nimbusc build` },
    }),
  }),

  NIM1803: code<Held>({
    slug: 'data-removed',
    severity: 'error',
    message: (held) => `${thing(held)} is not declared any more, and would be destroyed with all that it holds`,
    hint: ({ address }) =>
      `declare it under its old name; or add ${address} with its new address to "moved"; or add ${address} to "allowDestroy"`,
    explain: page({
      what: 'Something that holds data in a protected stage is gone from the source.',
      why: WAYS_OUT,
      bad: `
        // a store was here when it was built last
        @Queue({ id: 'mails' })
        export class Mails {}`,
      good: `
        @Queue({ id: 'mails' })
        export class Mails {}

        @DocumentStore()
        export class Order {
          @Key() id = '';
        }`,
    }),
  }),

  NIM1804: code<Held & { now: string; newAddress: string; why: string }>({
    slug: 'data-renamed',
    severity: 'error',
    message: (held) => `${thing(held)} is gone and ${quote(held.now)} is new; if it is the same one is not certain: ${held.why}`,
    hint: ({ name, now, address, newAddress }) =>
      `call ${quote(now)} ${quote(name)} again; or add "${address}: ${newAddress}" to "moved"; or add ${address} to "allowDestroy"`,
    explain: page({
      what: 'Something that holds data in a protected stage may have been renamed.',
      why: WAYS_OUT,
      bad: `
        // was built as the class Order, with the key alone
        @DocumentStore()
        export class Purchase {
          @Key() id = '';
          @Attribute() note?: string;
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() note?: string;
        }`,
    }),
  }),

  NIM1805: code<Held & { before: string; now: string }>({
    slug: 'data-name-changed',
    severity: 'error',
    message: (held) =>
      `${thing(held)} would be called ${quote(held.now)} and no longer ${quote(held.before)}: it would be destroyed, and made anew without its data`,
    hint: ({ before, address }) =>
      `let the declaration give the name ${quote(before)} again; or add "${address}: ${address}" to "moved", and it keeps that name; or add ${address} to "allowDestroy"`,
    explain: page({
      what: 'The name in the cloud of something that holds data in a protected stage would change.',
      why: `
        AWS renames no table, bucket, queue, topic or database: Terraform would destroy it and make an empty one. The name
        comes from the declaration, from the stage, and in part from "projectName".`,
      bad: `
        // was built as @DocumentStore({ tableName: 'order' })
        @DocumentStore({ tableName: 'orders' })
        export class Order {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore({ tableName: 'order' })
        export class Order {
          @Key() id = '';
        }`,
    }),
  }),

  NIM1806: code<Held & { before: string; kept: string }>({
    slug: 'data-rename-recognised',
    severity: 'info',
    message: (held) =>
      `${thing(held)} is taken for ${quote(held.before)} under a new name: it keeps ${quote(held.kept)} and its data`,
    hint: ({ before }) => `if ${quote(before)} is to be removed instead, add its address to "allowDestroy"`,
    explain: page({
      what: 'Something that holds data was renamed in the source, and keeps its data.',
      why: `
        One thing is gone, and one of the same kind and shape is new. The output gets a "moved" block of Terraform, and the
        table, bucket, queue, topic or database keeps its name in the cloud, since AWS renames none. nimbus.lock.json
        remembers both.`,
      bad: `
        // was built as the class User
        @DocumentStore()
        export class Person {
          @Key() name = '';
        }`,
      good: `
        @DocumentStore()
        export class User {
          @Key() name = '';
        }`,
    }),
  }),

  NIM1807: code<{ address: string; problem: string; nearest: string | null }>({
    slug: 'moved-impossible',
    severity: 'error',
    message: ({ address, problem }) => `${quote(address)} cannot be part of "moved": ${problem}`,
    hint: ({ nearest }) =>
      nearest === null
        ? 'write the address that the last build had, and the one that the source gives now'
        : `did you mean ${nearest}?`,
    explain: page({
      what: 'An entry of "moved" is none that could be carried out.',
      why: `
        "moved" leads from the Terraform address that something had to the one that it has now. The old one must not be
        declared any more, the new one must be, and both are of one type. Functions, stores, buckets, queues, topics and
        databases have addresses; what belongs to them moves with them.`,
      bad: {
        yaml: `
          projectName: chat
          moved:
            aws_dynamodb_table.User: aws_dynamodb_table.Persom`,
      },
      good: {
        yaml: `
          projectName: chat
          moved:
            aws_dynamodb_table.User: aws_dynamodb_table.Person`,
      },
    }),
  }),

  NIM1808: code<{ address: string; nearest: string | null }>({
    slug: 'allow-destroy-unknown',
    severity: 'warning',
    message: ({ address }) => `"allowDestroy" names ${quote(address)}, which no stage has and the last build did not have`,
    hint: ({ nearest }) => (nearest === null ? 'remove the entry; it has done what it was for' : `did you mean ${nearest}?`),
    explain: page({
      what: 'An entry of "allowDestroy" names nothing.',
      why: `Either it is misspelt and allows nothing, or what it names is gone and it would allow too much one day.`,
      bad: {
        yaml: `
          projectName: shop
          allowDestroy: [aws_dynamodb_table.Ordr]`,
      },
      good: {
        yaml: `
          projectName: shop
          allowDestroy: [aws_dynamodb_table.Order]`,
      },
    }),
  }),

  NIM1809: code<Held & { property: string; before: string; now: string }>({
    slug: 'data-replaced',
    severity: 'error',
    message: (held) =>
      `${thing(held)} would be destroyed and made anew without its data: its ${held.property} was ${quote(held.before)} and is ${quote(held.now)}`,
    hint: ({ property, before, address }) =>
      `give it the ${property} ${quote(before)} again; or declare a new one beside it and copy the data; or add ${address} to "allowDestroy"`,
    explain: page({
      what: 'A property of something that holds data in a protected stage is another one, and cannot be changed in place.',
      why: `
        The key of a table and the language of a database are settled when they are made. Terraform would destroy them with
        all that they hold, and make empty ones.`,
      bad: `
        // was built with the key "id"
        @DocumentStore()
        export class Order {
          @Key() number = '';
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() number = '';
        }`,
    }),
  }),

  NIM1810: code<Held & { property: string; before: string; now: string }>({
    slug: 'unprotected-data-replaced',
    severity: 'warning',
    message: (held) =>
      `${thing(held)} is destroyed and made anew without its data: its ${held.property} was ${quote(held.before)} and is ${quote(held.now)}`,
    hint: ({ stage }) => `what is stored in the stage ${quote(stage)} is lost; "protect" makes this an error`,
    explain: page({
      what: 'A property of something that holds data is another one, and cannot be changed in place.',
      why: `The stage is not protected, so the next deployment replaces it. All that is stored in it is lost.`,
      bad: `
        // was built with the key "id"
        @DocumentStore()
        export class Order {
          @Key() number = '';
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() number = '';
        }`,
    }),
  }),

  NIM1811: code<{ store: string; path: string; before: string; now: string }>({
    slug: 'stored-type-changed',
    severity: 'warning',
    message: ({ store, path, before, now }) =>
      `${quote(path)} of ${store} was ${before} and is ${now}: items that are stored keep the old form`,
    hint: () => 'read the old form too (a union of both types), or convert what is stored before the code relies on the new one',
    explain: page({
      what: 'A stored attribute has another type than in the last build.',
      why: `
        Items are not rewritten when a type changes. An item that was stored before is read in its old form, or not as
        what the new type says.`,
      bad: `
        // "amount" was stored as a string
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() amount = 0;
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() amount: string | number = 0;
        }`,
    }),
  }),

  NIM1812: code<{ store: string; path: string; gone: string }>({
    slug: 'stored-type-narrowed',
    severity: 'warning',
    message: ({ store, path, gone }) => `${quote(path)} of ${store} cannot be ${gone} any more, but items that are stored may be`,
    hint: () => 'keep the old members of the type, or convert what is stored before the code relies on the new type',
    explain: page({
      what: 'A stored attribute has a narrower type than in the last build.',
      why: `What is stored is read as it is: a handler gets values that the type of the field rules out.`,
      bad: `
        // was: @Attribute() state: 'open' | 'paid' | 'lost'
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() state: 'open' | 'paid' = 'open';
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() state: 'open' | 'paid' | 'lost' = 'open';
        }`,
    }),
  }),

  NIM1813: code<{ store: string; path: string; isNew: boolean }>({
    slug: 'stored-attribute-required',
    severity: 'warning',
    message: ({ store, path, isNew }) =>
      isNew
        ? `${quote(path)} of ${store} is new and required: items that are stored do not have it`
        : `${quote(path)} of ${store} is required now: items that are stored may lack it`,
    hint: () => 'make it optional with "?", or add it to the stored items before the code relies on it',
    explain: page({
      what: 'A stored attribute is required that older items may not have.',
      why: `
        Items that were stored before are read without it: a handler finds undefined, or the initial value of the field,
        where the type promises a value.`,
      bad: `
        // "currency" was not stored before
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() currency!: string;
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() currency?: string;
        }`,
    }),
  }),

  NIM1814: code<{ store: string; before: string; now: string }>({
    slug: 'stored-column-renamed',
    severity: 'warning',
    message: ({ store, before, now }) =>
      `the column ${quote(before)} of ${store} is gone and ${quote(now)} is new: what is stored under the old name is not read any more`,
    hint: ({ before }) => `give the field { columnName: '${before}' }, and it reads what is stored`,
    explain: page({
      what: 'A column of a store has another name than in the last build.',
      why: `
        Columns are found by their names. What is stored under the old one stays in the table but is not read, and is lost
        when the item is written again.`,
      bad: `
        // was: @Attribute() mail = ''
        @DocumentStore()
        export class User {
          @Key() id = '';
          @Attribute() email = '';
        }`,
      good: `
        @DocumentStore()
        export class User {
          @Key() id = '';
          @Attribute({ columnName: 'mail' }) email = '';
        }`,
    }),
  }),
});
