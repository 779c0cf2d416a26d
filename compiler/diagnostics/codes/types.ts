/** NIM17xx: types of bodies, and what they promise. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';

export const typeCodes = defineCodes({
  NIM1701: code<{ path: string; what: string }>({
    slug: 'type-without-json-form',
    severity: 'error',
    message: ({ path, what }) => `${path} is ${what}, which has no JSON form`,
    hint: () =>
      'take data only: strings, numbers, booleans, null, Date, bigint, Uint8Array, arrays, sets, maps, and objects and classes of them',
    explain: page({
      what: 'The type of a body has a part that cannot be sent as JSON.',
      why: `
        A body arrives as JSON text, and is checked and built from that. A function, a symbol, a promise or an object of a
        library with state of its own cannot be in it. The message gives the path to the part, and the place where it is
        declared.`,
      bad: `
        interface Order { items: { name: string; onDone: () => void }[] }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: Order): void {}
        }`,
      good: `
        interface Order { items: { name: string }[] }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: Order): void {}
        }`,
    }),
  }),

  NIM1702: code<{ path: string; written: 'any' | 'unknown' | 'unresolved'; others: number }>({
    slug: 'body-not-checked',
    severity: 'info',
    message: ({ path, written, others }) =>
      `${path} ${written === 'unresolved' ? 'has a type that cannot be found' : `is ${written}`}${others === 0 ? '' : `, and so ${others === 1 ? 'is one part' : `are ${others} parts`} more`}: nothing is checked there`,
    hint: ({ written }) =>
      written === 'unresolved'
        ? 'install the types of the package that declares it, or declare it'
        : 'give it a type; what does not fit is then refused before the handler is called',
    explain: page({
      what: 'A part of a body has the type any or unknown, or one that is not found.',
      why: `
        Bodies are checked against their types before the handler is called. Where the type says nothing, anything is let
        through, and API documents say nothing about it either. That is allowed; this message only makes it visible.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: any): void {}
        }`,
      good: `
        interface Order { id: string; amount: number }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: Order): void {}
        }`,
    }),
  }),

  NIM1703: code<{ union: string; one: string; other: string }>({
    slug: 'union-ambiguous-in-json',
    severity: 'warning',
    message: ({ union, one, other }) =>
      `values of ${union} cannot always be told apart in JSON: what is sent as ${one} may arrive as ${other}, or the other way round`,
    hint: () => 'give the members a property whose literal type tells them apart, or one type for both',
    explain: page({
      what: 'Two members of a union have the same form in JSON.',
      why: `
        A Date is sent as a string, a Set as an array, and an object says nothing about its class. Where a union has two
        members that look alike as JSON, the receiver has to choose, and may choose the other one.`,
      bad: `
        interface Note { text: string; at: string | Date }

        export class Notes {
          @HttpServerlessFunction({ method: 'POST', path: 'notes' })
          create(note: Note): void {}
        }`,
      good: `
        interface Note { text: string; at: Date }

        export class Notes {
          @HttpServerlessFunction({ method: 'POST', path: 'notes' })
          create(note: Note): void {}
        }`,
    }),
  }),

  NIM1704: code<{ tag: string; problem: string }>({
    slug: 'doc-tag-without-effect',
    severity: 'warning',
    message: ({ tag, problem }) => `@${tag} ${problem}`,
    hint: () =>
      'numbers take @minimum and @maximum, strings @minLength, @maxLength, @pattern and @format, arrays @minItems and @maxItems',
    explain: page({
      what: 'A tag in a doc comment sets a limit that cannot be understood, or limits nothing of its type.',
      why: `
        Tags such as @minimum limit what a body may be. One that says nothing, or that stands at a type which it cannot
        limit, would be believed to protect and does not.`,
      bad: `
        interface Order {
          /** @minimum one */
          amount: number;
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: Order): void {}
        }`,
      good: `
        interface Order {
          /** @minimum 1 */
          amount: number;
        }

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: Order): void {}
        }`,
    }),
  }),

  NIM1705: code<{ path: string }>({
    slug: 'type-without-end',
    severity: 'warning',
    message: ({ path }) => `the type of ${path} contains ever new types, so it is not checked`,
    hint: () => 'let the type contain itself, and not another instance of itself each time',
    explain: page({
      what: 'A generic type contains itself with other arguments, and these again with others, without an end.',
      why: `
        A type that contains itself is fine. One that contains a new instance of itself at each level has endlessly many
        parts, and no check or document can be made of them all.`,
      bad: `
        interface Box<T> { value: T; inner?: Box<Box<T>> }

        export class Boxes {
          @HttpServerlessFunction({ method: 'POST', path: 'boxes' })
          open(box: Box<string>): void {}
        }`,
      good: `
        interface Box<T> { value: T; inner?: Box<T> }

        export class Boxes {
          @HttpServerlessFunction({ method: 'POST', path: 'boxes' })
          open(box: Box<string>): void {}
        }`,
    }),
  }),

  NIM1706: code<Record<never, never>>({
    slug: 'file-too-deep-for-types',
    severity: 'warning',
    message: () => 'the body is not checked: its file is nested too deeply for the type checker',
    hint: () => 'move what is nested so deeply, which is often generated, to a file of its own',
    explain: page({
      what: "The file of a handler holds an expression or a type with hundreds of levels, with which TypeScript's checker cannot do.",
      why: `
        The types of a file are read by TypeScript's own checker. Where it runs out of stack, files with more than 500 levels
        are left out. Bodies of handlers in such a file arrive as the JSON that was sent: nothing is checked, a Date is a
        string, and a list for a batch is not known as one.`,
      bad: `
        const TABLE = [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]; // and a thousand levels more

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: { placed: Date }): void {}
        }`,
      good: `
        import { TABLE } from './table.js';

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          create(order: { placed: Date }): void {}
        }`,
    }),
  }),

  NIM1707: code<{ pattern: string }>({
    slug: 'pattern-exponential',
    severity: 'warning',
    message: ({ pattern }) => `matching with @pattern ${pattern} can take time without end`,
    hint: () => 'let each text go through the repeated part in one way only: ^[a-z]+(?:-[a-z]+)*$ instead of ^([a-z]+-?)*$',
    explain: page({
      what: 'There is text on which the regular expression of a @pattern takes time exponential in the length of the text.',
      why: `
        JavaScript tries one way after the other in which a text could match. Where a repeated part can take the same text in
        two ways, the number of ways doubles with each character, and thirty characters keep a function busy until its
        timeout. Bodies come from strangers, so one of them may find this out.`,
      bad: `
        interface Page {
          /** @pattern ^([a-z]+-?)*$ */
          name: string;
        }

        export class Pages {
          @HttpServerlessFunction({ method: 'POST', path: 'pages' })
          create(page: Page): void {}
        }`,
      good: `
        interface Page {
          /** @pattern ^[a-z]+(?:-[a-z]+)*$ */
          name: string;
        }

        export class Pages {
          @HttpServerlessFunction({ method: 'POST', path: 'pages' })
          create(page: Page): void {}
        }`,
    }),
  }),

  NIM1710: code<{ receiver: string; path: string; sent: string; accepted: string }>({
    slug: 'receiver-refuses',
    severity: 'error',
    message: ({ receiver, path, sent, accepted }) =>
      `${path === '' ? 'what is sent' : `"${path}" of what is sent`} is ${sent}, and ${receiver} takes ${accepted}`,
    hint: () => 'send what the receiver takes, or let it take what is sent; both can share one type',
    explain: page({
      what: 'A value is sent to a function that would refuse it.',
      why: `
        What is put into a queue, published to a topic or handed to a function arrives as the body of the functions at the
        other end, and is checked against the type of their parameter. The compiler compares the two types; what goes over
        the wire counts, so a Date may be sent to who takes a string. Where a type or the client's origin cannot be known,
        nothing is said.`,
      bad: `
        @Queue({ id: 'orders' })
        export class OrderQueue {}

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          @UsesQueue({ queue: OrderQueue })
          async create(order: { id: string; amount: string }): Promise<void> {
            await ClientBuilder.getQueueClient(OrderQueue).sendMessageAsJson(order);
          }

          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 1 })
          pack(order: { id: string; amount: number }): void {}
        }`,
      good: `
        @Queue({ id: 'orders' })
        export class OrderQueue {}

        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          @UsesQueue({ queue: OrderQueue })
          async create(order: { id: string; amount: number }): Promise<void> {
            await ClientBuilder.getQueueClient(OrderQueue).sendMessageAsJson(order);
          }

          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 1 })
          pack(order: { id: string; amount: number }): void {}
        }`,
    }),
  }),
});
