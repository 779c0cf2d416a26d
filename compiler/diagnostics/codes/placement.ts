/** NIM1220 to NIM1239: where a decorator stands. `decorator` is a name without the @. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { count, didYouMean, quote } from '../words.js';

interface OnMethod {
  readonly decorator: string;
  readonly method: string;
}

interface OnClass {
  readonly decorator: string;
  readonly className: string;
}

export const placementCodes = defineCodes({
  NIM1220: code<{ decorator: string }>({
    slug: 'decorator-not-called',
    severity: 'error',
    message: ({ decorator }) => `@${decorator} is written without parentheses`,
    hint: ({ decorator }) => `write @${decorator}(...), or @${decorator}() when it needs no options`,
    explain: page({
      what: 'A decorator of nimbusc is used without being called.',
      why: `All decorators of nimbusc are called, those without options too, so that there is one way to write them.`,
      bad: `
        export class Chat {
          @AfterDeployment
          createFirstUser(): void {}
        }`,
      good: `
        export class Chat {
          @AfterDeployment()
          createFirstUser(): void {}
        }`,
    }),
  }),

  NIM1221: code<{ decorator: string; found: string; wanted: string }>({
    slug: 'decorator-on-wrong-target',
    severity: 'error',
    message: ({ decorator, found, wanted }) => `@${decorator} belongs on ${wanted}, this is ${found}`,
    explain: page({
      what: 'A decorator stands on a kind of thing that it does not describe.',
      why: `
        Functions are methods; resources are classes; columns are fields. Accessors, constructors and parameters carry no
        decorator of nimbusc at all.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say = (): void => {};
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1222: code<OnMethod>({
    slug: 'decorator-on-static-method',
    severity: 'error',
    message: ({ decorator, method }) => `@${decorator} stands on the static method ${quote(method)}`,
    hint: () => 'remove "static"; the instance is made once per cold start, so fields keep what they hold between calls',
    explain: page({
      what: 'A handler is a static method.',
      why: `
        A function's instance is made once per cold start and the handler is called on it. A static method would have no
        instance, so a constructor and @CustomFactory would silently mean nothing.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          static say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1223: code<OnMethod & { visibility: 'private' | 'protected' | '#private' }>({
    slug: 'decorator-on-hidden-method',
    severity: 'error',
    message: ({ decorator, method, visibility }) => `@${decorator} stands on the ${visibility} method ${quote(method)}`,
    hint: ({ method, visibility }) =>
      visibility === '#private'
        ? `rename it to ${quote(method.replace('#', ''))}; the deployed function calls it from outside the class`
        : `remove "${visibility}"; the deployed function calls it from outside the class`,
    explain: page({
      what: 'A handler is private or protected.',
      why: `
        The code that AWS starts calls the handler from outside of its class, so the handler is public by nature. Saying
        otherwise would mislead whoever reads the class; a #private method cannot even be called.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          private say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1224: code<OnMethod>({
    slug: 'decorator-on-abstract-method',
    severity: 'error',
    message: ({ decorator, method }) => `@${decorator} stands on the abstract method ${quote(method)}`,
    hint: () => 'put the decorator on the method of the class that implements it',
    explain: page({
      what: 'A handler has no body.',
      why: `An abstract method has nothing that could be deployed; which of its implementations is meant is not known.`,
      bad: `
        export abstract class Room {
          @WebSocketServerlessFunction({ topic: 'say' })
          abstract say(): void;
        }`,
      good: `
        export abstract class Room {
          abstract say(): void;
        }

        export class Lobby extends Room {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1225: code<OnClass>({
    slug: 'decorator-in-abstract-class',
    severity: 'error',
    message: ({ decorator, className }) =>
      `@${decorator} stands in the abstract class ${quote(className)}, of which no instance can be made`,
    hint: () => 'remove "abstract", or put the decorator into a class that extends it',
    explain: page({
      what: 'A handler belongs to an abstract class.',
      why: `The deployed function makes an instance of the handler's class, and an abstract class has none.`,
      bad: `
        export abstract class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1226: code<OnClass>({
    slug: 'class-not-exported',
    severity: 'error',
    message: ({ decorator, className }) => `the class ${quote(className)} has @${decorator} but is not exported`,
    hint: ({ className }) => `write "export class ${className}"`,
    explain: page({
      what: 'A class with a decorator of nimbusc is not exported.',
      why: `
        The deployed function imports the class from its file. A named export and a default export both do; so does an
        export list at the end of the file.`,
      bad: `
        class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1227: code<{ decorator: string }>({
    slug: 'class-without-name',
    severity: 'error',
    message: ({ decorator }) => `the class with @${decorator} has no name`,
    hint: () =>
      'write "export default class Name" or "export class Name"; the name becomes part of the names of what is deployed',
    explain: page({
      what: 'A class with a decorator of nimbusc is anonymous.',
      why: `
        Names in AWS and in Terraform are made from the class's own name, never from the name of its file: moving a file
        must not replace a function.`,
      bad: `
        export default class {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        export default class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1228: code<OnClass & { inside: string }>({
    slug: 'class-nested',
    severity: 'error',
    message: ({ decorator, className, inside }) =>
      `${className === '' ? 'a class' : `the class ${quote(className)}`} with @${decorator} is declared inside ${inside}`,
    hint: () => 'move the class to the top level of its file and export it',
    explain: page({
      what: 'A class with a decorator of nimbusc is not at the top level of its file.',
      why: `
        A class inside a function, a block, a namespace or another class cannot be imported by the deployed function, and
        there may be any number of it at run time.`,
      bad: `
        export function createChat() {
          class Chat {
            @WebSocketServerlessFunction({ topic: 'say' })
            say(): void {}
          }
          return new Chat();
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1229: code<{ decorator: string; target: string }>({
    slug: 'decorator-repeated',
    severity: 'error',
    message: ({ decorator, target }) => `@${decorator} stands on ${quote(target)} more than once`,
    hint: () => 'keep one of them; this decorator has no stages in which it could differ',
    explain: page({
      what: 'A decorator that can be given only once is repeated.',
      why: `Two of them would contradict each other, or say the same thing twice.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key()
          @Key({ columnName: 'orderId' })
          id = '';
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key({ columnName: 'orderId' })
          id = '';
        }`,
    }),
  }),

  NIM1230: code<{ className: string; parameters: number }>({
    slug: 'constructor-needs-arguments',
    severity: 'error',
    message: ({ className, parameters }) =>
      `the constructor of ${quote(className)} needs ${count(parameters, 'argument')}, and the deployed function has none to give`,
    hint: ({ className }) => `give the parameters default values, or put @CustomFactory(...) on ${quote(className)}`,
    explain: page({
      what: 'The class of a handler cannot be constructed without arguments.',
      why: `
        The deployed function makes the instance at its cold start. A factory, whose create() may be async, is the place
        for what a constructor needs.`,
      bad: `
        export class Chat {
          constructor(private readonly rooms: Rooms) {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        export class ChatFactory implements CustomFactoryInterface<Chat> {
          create(): Chat { return new Chat(new Rooms()); }
        }

        @CustomFactory(ChatFactory)
        export class Chat {
          constructor(private readonly rooms: Rooms) {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1231: code<{ className: string; visibility: 'private' | 'protected' }>({
    slug: 'constructor-not-public',
    severity: 'error',
    message: ({ className, visibility }) =>
      `the constructor of ${quote(className)} is ${visibility}, so the deployed function cannot call it`,
    hint: () => 'make it public',
    explain: page({
      what: 'The class of a handler has a constructor that only the class itself may call.',
      why: `The deployed function, or the factory of @CustomFactory, makes the instance from outside of the class.`,
      bad: `
        export class Chat {
          private constructor() {}

          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void {}
        }`,
    }),
  }),

  NIM1233: code<{ name: string; nearest: string | null }>({
    slug: 'nimbusc-export-unknown',
    severity: 'error',
    message: ({ name }) => `"nimbusc" has no export ${quote(name)}`,
    hint: ({ name, nearest }) =>
      name === 'default'
        ? 'write import { ... } from "nimbusc", or import * as nimbusc from "nimbusc"'
        : didYouMean(nearest, 'import it from the package or file that it is declared in'),
    explain: page({
      what: 'Something is imported from nimbusc that nimbusc does not have.',
      why: `A decorator that is not found would be missing from the deployment without a word.`,
      bad: `
        import { UsesDocumentStorage } from 'nimbusc';`,
      good: `
        import { UsesDocumentStore } from 'nimbusc';`,
    }),
  }),

  NIM1234: code<{ name: string }>({
    slug: 'export-not-a-decorator',
    severity: 'error',
    message: ({ name }) => `${quote(name)} of nimbusc is no decorator`,
    explain: page({
      what: 'Something that nimbusc exports is used as a decorator but is none.',
      why: `It would do nothing here, or fail when the class is loaded.`,
      bad: `
        export class Chat {
          @WebSocketEvent()
          say(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(event: WebSocketEvent): void {}
        }`,
    }),
  }),

  NIM1235: code<{ decorator: string; name: string | null }>({
    slug: 'method-name-unsuitable',
    severity: 'error',
    message: ({ decorator, name }) =>
      name === null
        ? `@${decorator} stands on a method whose name is computed`
        : `@${decorator} stands on the method ${quote(name)}, whose name is no plain one`,
    hint: () => 'use a plain name of letters, digits and _',
    explain: page({
      what: 'A handler has a computed name, a symbol, or a name with other characters than letters, digits and _.',
      why: `The function's name in AWS and its address in Terraform are made from the names of its class and method.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          ['on say!'](): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          onSay(): void {}
        }`,
    }),
  }),

  NIM1236: code<OnMethod>({
    slug: 'decorator-without-trigger',
    severity: 'warning',
    message: ({ decorator, method }) => `@${decorator} has no effect, because ${quote(method)} is no function that is deployed`,
    hint: () => 'add the decorator that makes the method a function, such as @HttpServerlessFunction, or remove this one',
    explain: page({
      what: 'A decorator that goes with a function stands on a method that is none.',
      why: `
        Permissions, environment variables and the like belong to a deployed function: put them on each handler that can
        reach the code, not on the code itself.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(): void { this.store(); }

          @UsesDocumentStore(Message)
          store(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          @UsesDocumentStore(Message)
          say(): void { this.store(); }

          store(): void {}
        }`,
    }),
  }),

  NIM1237: code<{ decorator: string }>({
    slug: 'decorator-made-by-call',
    severity: 'error',
    message: ({ decorator }) =>
      `this decorator is the result of calling ${decorator}, and nimbusc calls nothing while it compiles`,
    hint: ({ decorator }) => `write @${decorator}(...) here; its options may be a constant that several decorators share`,
    explain: page({
      what: 'A constant that holds the result of calling a decorator of nimbusc is used as a decorator.',
      why: `
        nimbusc reads decorators and never runs them. What can be shared is their options, which may come from constants,
        and their names, which may be changed by imports.`,
      bad: `
        const onSay = WebSocketServerlessFunction({ topic: 'say' });
        export class Chat {
          @onSay
          say(): void {}
        }`,
      good: `
        const say = { topic: 'say' } as const;
        export class Chat {
          @WebSocketServerlessFunction(say)
          say(): void {}
        }`,
    }),
  }),
});
