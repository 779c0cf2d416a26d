/** NIM11xx: expressions whose value is not known while compiling. One code per reason, so that each has its own page. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { quote } from '../words.js';

/** `text` is the user's expression, or the name that stands in the way. */
interface Params {
  readonly text: string;
  /** The whole message, where there is more to say than that there is no value. */
  readonly problem?: string;
}

export const evaluationCodes = defineCodes({
  NIM1101: code<Params>({
    slug: 'value-from-call',
    severity: 'error',
    message: ({ text }) => `${quote(text)} would have to be run, and nimbusc never runs your code`,
    hint: () => 'write the value itself here, or keep it in a const that is written out',
    explain: page({
      what: 'A decorator argument depends on the result of a call.',
      why: `
        nimbusc reads your source and never executes any of it: what is deployed must not depend on what a function
        happens to return on the machine that builds. That holds for harmless calls too, such as toLowerCase().`,
      bad: `
        const topic = () => 'say';

        export class Chat {
          @WebSocketServerlessFunction({ topic: topic() })
          say(): void {}
        }`,
      good: `
        const topic = 'say';

        export class Chat {
          @WebSocketServerlessFunction({ topic })
          say(): void {}
        }`,
    }),
  }),

  NIM1102: code<Params>({
    slug: 'value-from-environment',
    severity: 'error',
    message: ({ text }) => `${quote(text)} depends on the machine that builds`,
    hint: () =>
      'one value per stage: repeat the decorator with "stages"; a value of the deploying machine: @EnvironmentVariable({ key, value: \'${NAME}\' })',
    explain: page({
      what: 'A decorator argument reads an environment variable.',
      why: `
        The same source must give the same deployment on every machine, so the environment of the build is never read.
        What differs between stages is written with "stages". What only the deploying machine knows, such as a secret,
        is handed to the function through @EnvironmentVariable and never stands in a generated file.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: process.env.ORDERS_PATH })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', stages: ['prod'] })
          @HttpServerlessFunction({ method: 'GET', path: 'orders-preview', stages: ['dev'] })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1103: code<Params>({
    slug: 'value-may-change',
    severity: 'error',
    message: ({ text }) => `${quote(text)} may get another value while the program runs`,
    hint: () => 'declare it with "const"; a class member needs "static readonly", an object "as const"',
    explain: page({
      what: 'A decorator argument reads a variable or a property that can be assigned.',
      why: `
        Only what can never change has a value at compile time: a const, an enum member, a static readonly field, a
        member of an object that is declared "as const" or "satisfies".`,
      bad: `
        export let path = 'orders';

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path })
          list(): string[] { return []; }
        }`,
      good: `
        export const path = 'orders';

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1104: code<Params>({
    slug: 'name-not-found',
    severity: 'error',
    message: ({ text }) => `${quote(text)} cannot be found`,
    hint: () => 'check its spelling, its import, and that the imported module exists ("paths" of the tsconfig are followed)',
    explain: page({
      what: 'A name in a decorator argument has no declaration that nimbusc can find.',
      why: `
        Either nothing of this name is in scope, or it is imported from a module that cannot be resolved or does not
        export it. Values of installed packages count only when their TypeScript declarations carry them.`,
      bad: `
        import { ORDERS_PATH } from './path.js';   // the file is called paths.ts

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: ORDERS_PATH })
          list(): string[] { return []; }
        }`,
      good: `
        import { ORDERS_PATH } from './paths.js';

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: ORDERS_PATH })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1105: code<Params>({
    slug: 'member-not-found',
    severity: 'error',
    message: ({ text }) => `${quote(text)} does not exist`,
    hint: () => "check the member's spelling where the object, enum or class is declared",
    explain: page({
      what: 'A decorator argument reads a member that its object, enum or class does not have.',
      why: `At run time this would be undefined, which is no value that anybody writes on purpose.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: HttpMethod.FETCH, path: 'orders' })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: HttpMethod.GET, path: 'orders' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1106: code<Params>({
    slug: 'value-depends-on-itself',
    severity: 'error',
    message: ({ text }) => `the value of ${quote(text)} depends on itself`,
    hint: () => 'give one of the constants in the circle a value of its own',
    explain: page({
      what: 'Constants are defined by each other in a circle.',
      why: `The circle may go through several files that import each other. The program itself would fail on it when it starts.`,
      bad: `
        const base = \`\${version}/orders\`;
        const version = \`\${base}/v1\`;

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: base })
          list(): string[] { return []; }
        }`,
      good: `
        const version = 'v1';
        const base = \`\${version}/orders\`;

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: base })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1107: code<Params>({
    slug: 'arithmetic-without-result',
    severity: 'error',
    message: ({ text }) => `the result is ${text}, which is no finite number`,
    hint: () => 'look for a division by zero, or for arithmetic on something that is no number',
    explain: page({
      what: 'Arithmetic in a decorator argument gives NaN or Infinity.',
      why: `No option of any decorator has a use for such a number, so it is reported where it arises.`,
      bad: `
        const PARTS = 0;

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 60 / PARTS })
          list(): string[] { return []; }
        }`,
      good: `
        const PARTS = 2;

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 60 / PARTS })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1108: code<Params>({
    slug: 'expression-not-static',
    severity: 'error',
    message: ({ text, problem }) => problem ?? `${quote(text)} has no value at compile time`,
    hint: () =>
      'use literals, template literals, + - * / on constants, enum members, "as const" objects, spreads, or condition ? a : b',
    explain: page({
      what: 'A decorator argument uses a form of expression that nimbusc does not evaluate.',
      why: `
        Evaluated are literals, template literals, string concatenation and arithmetic, const variables, enum members,
        static readonly fields, "as const" and "satisfies" objects and their members, array and object literals with
        spreads, and conditional expressions; through imports, re-exports, aliases and "paths". Functions, classes,
        assignments and objects as parts of texts are none of these.`,
      bad: `
        const PATHS = ['orders', 'archive'];

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: \`shop/\${PATHS}\` })
          list(): string[] { return []; }
        }`,
      good: `
        const PATHS = ['orders', 'archive'];

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: \`shop/\${PATHS[0]}\` })
          list(): string[] { return []; }
        }`,
    }),
  }),
});
