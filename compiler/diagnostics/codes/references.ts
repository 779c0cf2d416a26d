/** NIM13xx: options that refer to something else of the project. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { didYouMean, quote, someOf } from '../words.js';

export const referenceCodes = defineCodes({
  NIM1301: code<{ name: string; what: string; needs: string; nearest: string | null }>({
    slug: 'reference-of-other-kind',
    severity: 'error',
    message: ({ name, what }) => `${quote(name)} is not ${what}`,
    hint: ({ name, needs, nearest }) =>
      didYouMean(nearest, `put @${needs}(...) on the class ${quote(name)}, or name a class that has it`),
    explain: page({
      what: 'An option refers to a class that is not the kind of resource that is needed.',
      why: `What a class is, is said by the decorator on it; a document store cannot be used as a key-value store.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          @UsesKeyValueStore(Order)
          place(): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          @UsesDocumentStore(Order)
          place(): void {}
        }`,
    }),
  }),

  NIM1302: code<{ decorator: string; option: string; name: string; actual: string; expected: string }>({
    slug: 'reference-not-a-class',
    severity: 'error',
    message: ({ decorator, option, name, actual, expected }) =>
      `${quote(option)} of @${decorator} must be ${expected}, but ${quote(name)} is ${actual}`,
    explain: page({
      what: 'An option that refers to a class of the project refers to something else.',
      why: `
        Resources, models and factories are classes of the project. Functions, built-in classes such as String and the
        classes of nimbusc are none of them; only "keyType" takes String, Number and Uint8Array.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          @UsesDocumentStore(String)
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          @UsesDocumentStore(Order)
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1303: code<{ what: string; name: string; nearest: string | null; known: readonly string[] }>({
    slug: 'reference-unknown',
    severity: 'error',
    message: ({ what, name }) => `the project has no ${what} ${quote(name)}`,
    hint: ({ what, nearest, known }) =>
      didYouMean(nearest, known.length === 0 ? `the project declares no ${what} at all` : `known: ${someOf(known)}`),
    explain: page({
      what: 'An option names a resource that nothing declares.',
      why: `
        A resource that is named by text must be declared somewhere in the project with the same text. Naming its class
        instead lets TypeScript find such mistakes.`,
      bad: `
        @FileStorageBucket({ bucketName: 'pictures' })
        export class Pictures {}

        export class Albums {
          @HttpServerlessFunction({ method: 'GET', path: 'albums' })
          @UsesFileStorageBucket({ bucketName: 'picture' })
          list(): string[] { return []; }
        }`,
      good: `
        @FileStorageBucket({ bucketName: 'pictures' })
        export class Pictures {}

        export class Albums {
          @HttpServerlessFunction({ method: 'GET', path: 'albums' })
          @UsesFileStorageBucket({ fileStorageBucket: Pictures })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1304: code<{ className: string; method: string; nearest: string | null }>({
    slug: 'method-unknown',
    severity: 'error',
    message: ({ className, method }) => `the class ${quote(className)} has no method ${quote(method)}`,
    hint: ({ nearest }) => didYouMean(nearest, 'name a public method that the class itself declares'),
    explain: page({
      what: 'An option names a method that its class does not have.',
      why: `The function that is meant cannot be told, so neither a permission nor a client can be given.`,
      bad: `
        export class Reports {
          @BasicServerlessFunction()
          create(): void {}
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'reports' })
          @UsesBasicServerlessFunction({ targetClass: Reports, methodName: 'creat' })
          report(): void {}
        }`,
      good: `
        export class Reports {
          @BasicServerlessFunction()
          create(): void {}
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'reports' })
          @UsesBasicServerlessFunction({ targetClass: Reports, methodName: 'create' })
          report(): void {}
        }`,
    }),
  }),
});
