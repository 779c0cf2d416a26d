/** NIM1201 to NIM1219: the arguments and options of a decorator. `decorator` is a name without the @. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { didYouMean, quote, quoteAll, someOf } from '../words.js';

interface OptionParams {
  readonly decorator: string;
  readonly option: string;
  /** True when the problem is one item of the option's list. */
  readonly item?: boolean;
}

/** `"path" of @HttpServerlessFunction`. */
function named({ decorator, option, item = false }: OptionParams): string {
  return `${item ? 'an item of ' : ''}${quote(option)} of @${decorator}`;
}

export const optionCodes = defineCodes({
  NIM1201: code<OptionParams & { nearest: string | null; known: readonly string[] }>({
    slug: 'option-unknown',
    severity: 'error',
    message: ({ decorator, option }) => `@${decorator} has no option ${quote(option)}`,
    hint: ({ nearest, known }) =>
      didYouMean(nearest, known.length === 0 ? 'it takes no options' : `its options: ${someOf(known, 20)}`),
    explain: page({
      what: 'A decorator is given an option that it does not have.',
      why: `The option would have no effect, and the default of the one that was meant would be deployed instead.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeoutSeconds: 20 })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 20 })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1202: code<OptionParams & { expected: string }>({
    slug: 'option-missing',
    severity: 'error',
    message: ({ decorator, option }) => `@${decorator} needs the option ${quote(option)}`,
    hint: ({ option, expected }) => `add "${option}: ..." with ${expected}`,
    explain: page({
      what: 'A decorator lacks an option that has no default.',
      why: `nimbusc does not invent names and addresses: whatever it chose would be visible to the outside.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET' })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1203: code<OptionParams & { expected: string; actual: string }>({
    slug: 'option-type',
    severity: 'error',
    message: (of) => `${named(of)} must be ${of.expected}, this is ${of.actual}`,
    explain: page({
      what: 'An option of a decorator has the wrong type.',
      why: `TypeScript mostly says the same; nimbusc says it too, because it compiles projects that are not type checked.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 404 })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: '404' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1204: code<OptionParams & { value: number; range: string }>({
    slug: 'option-out-of-range',
    severity: 'error',
    message: (of) => `${named(of)} must be ${of.range}, not ${of.value}`,
    explain: page({
      what: 'A number is outside of what AWS accepts.',
      why: `The deployment would fail with this number, so it is refused here, before anything is changed.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 3600 })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 25 })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1205: code<OptionParams & { value: string; expected: string }>({
    slug: 'option-format',
    severity: 'error',
    message: (of) => `${named(of)} must be ${of.expected}, not ${quote(of.value)}`,
    explain: page({
      what: 'The text of an option does not have the form that it must have.',
      why: `The message names the form. It is the one of the thing in AWS that the option describes, or of a name built from it.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', stages: ['my stage'] })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', stages: ['my-stage'] })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1206: code<OptionParams & { value: string; allowed: readonly string[]; nearest: string | null }>({
    slug: 'option-not-allowed',
    severity: 'error',
    message: (of) => `${quote(of.value)} is no value for ${named(of)}`,
    hint: ({ nearest, allowed }) => didYouMean(nearest, `write ${quoteAll(allowed, 'or')}`),
    explain: page({
      what: 'An option takes one of a few values, and this is none of them.',
      why: `The enums of nimbusc, such as HttpMethod, list the values; the plain strings may be written as well.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'get', path: 'orders' })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'orders' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1207: code<OptionParams>({
    slug: 'option-empty',
    severity: 'error',
    message: (of) => `${named(of)} must not be empty`,
    explain: page({
      what: 'An option is empty that must say something.',
      why: `An empty name or list says nothing; leave the option out where its default is meant.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: '' })
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1208: code<OptionParams & { length: number; longest: number }>({
    slug: 'option-too-long',
    severity: 'error',
    message: (of) => `${named(of)} has ${of.length} characters, ${of.longest} are allowed`,
    explain: page({
      what: 'The text of an option is too long.',
      why: `The limit is the one of the thing in AWS that the text names.`,
      bad: `
        const NAME = 'every-single-order-that-was-ever-placed-in-any-of-our-shops-';

        @DocumentStore({ tableName: NAME + NAME + NAME + NAME + NAME })
        export class Order {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore({ tableName: 'orders' })
        export class Order {
          @Key() id = '';
        }`,
    }),
  }),

  NIM1209: code<{ decorator: string; expected: string; actual: number }>({
    slug: 'argument-count',
    severity: 'error',
    message: ({ decorator, expected, actual }) =>
      `@${decorator} takes ${expected}; it is given ${actual === 0 ? 'none' : String(actual)}`,
    explain: page({
      what: 'A decorator has too many or too few arguments.',
      why: `Nearly all decorators take one object with named options.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction('GET', 'orders')
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1210: code<{ decorator: string; actual: string; options: readonly string[] }>({
    slug: 'options-not-an-object',
    severity: 'error',
    message: ({ decorator, actual }) => `@${decorator} takes an object with options, this is ${actual}`,
    hint: ({ decorator, options }) => `write @${decorator}({ ${options.map((option) => `${option}: ...`).join(', ')} })`,
    explain: page({
      what: 'A decorator is given something else than an object with its options.',
      why: `Options are named, so that their order does not matter and new ones can be added.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction('say')
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1211: code<{ decorator: string; options: readonly string[]; given: readonly string[] }>({
    slug: 'options-exclusive',
    severity: 'error',
    message: ({ decorator, options, given }) =>
      given.length === 0
        ? `@${decorator} needs one of the options ${quoteAll(options, 'and')}`
        : `@${decorator} takes only one of the options ${quoteAll(options, 'and')}`,
    hint: ({ given }) =>
      given.length === 0 ? null : `keep ${quote(given[0] ?? '')} and remove ${quoteAll(given.slice(1), 'and')}`,
    explain: page({
      what: 'Of several options that name the same thing, exactly one must be given.',
      why: `For example a queue is named either by its class or by its id. Given both, they could contradict each other.`,
      bad: `
        export class Mailer {
          @QueueServerlessFunction({ queue: Mails, id: 'mails', batchSize: 1 })
          send(): void {}
        }`,
      good: `
        export class Mailer {
          @QueueServerlessFunction({ queue: Mails, batchSize: 1 })
          send(): void {}
        }`,
    }),
  }),
});
