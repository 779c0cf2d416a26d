/** NIM1240 to NIM1259: methods as handlers: their parameters, and triggers that do not go together. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { count, quote } from '../words.js';

export const handlerCodes = defineCodes({
  NIM1240: code<{ method: string; decorator: string; most: number; actual: number; accepts: string }>({
    slug: 'handler-parameters-too-many',
    severity: 'error',
    message: ({ method, decorator, most, actual }) =>
      `${quote(method)} has ${count(actual, 'parameter')}, a method with @${decorator} takes ${most === 0 ? 'none' : `at most ${most}`}`,
    hint: ({ accepts, most }) => (most === 0 ? 'remove the parameters' : `it can take ${accepts}`),
    explain: page({
      what: 'A handler has more parameters than its trigger can fill.',
      why: `
        Parameters are matched by their type: one for the event, one for the body. Anything else would always be
        undefined.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(event: WebSocketEvent, message: Message, room: Room): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'say' })
          say(event: WebSocketEvent, message: Message): void {}
        }`,
    }),
  }),

  NIM1241: code<{ method: string; what: string }>({
    slug: 'handler-parameter-twice',
    severity: 'error',
    message: ({ method, what }) => `${quote(method)} has two parameters for ${what}`,
    hint: () => 'keep one of them',
    explain: page({
      what: 'Two parameters of a handler would be given the same thing.',
      why: `
        A parameter of an event type of nimbusc gets the event, a parameter of any other type gets the body; there is one
        of each.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(order: Order, customer: Customer): void {}
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(body: { order: Order; customer: Customer }): void {}
        }`,
    }),
  }),

  NIM1242: code<{ method: string; decorator: string; type: string; accepts: string }>({
    slug: 'handler-event-of-other-trigger',
    severity: 'error',
    message: ({ method, decorator, type }) => `${quote(method)} has a parameter of type ${type}, which @${decorator} never gives`,
    hint: ({ accepts }) => `it can take ${accepts}`,
    explain: page({
      what: 'A handler has a parameter of the event type of another kind of trigger.',
      why: `
        Each trigger gives its own event type, and some give no body beside it. Any other event type is surely not meant to
        be the body.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(event: WebSocketEvent): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(event: HttpEvent): string[] { return []; }
        }`,
    }),
  }),

  NIM1243: code<{ method: string; parameter: string }>({
    slug: 'handler-rest-parameter',
    severity: 'error',
    message: ({ method, parameter }) => `${quote(method)} has the rest parameter ${quote(parameter)}, which no trigger can fill`,
    hint: () => 'take one parameter of a list type instead',
    explain: page({
      what: 'A handler has a rest parameter.',
      why: `A trigger gives a fixed number of arguments.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(...orders: Order[]): void {}
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(orders: Order[]): void {}
        }`,
    }),
  }),

  NIM1244: code<{ method: string; first: string; second: string; write: string }>({
    slug: 'handler-with-two-kinds',
    severity: 'error',
    message: ({ method, first, second }) => `${quote(method)} is triggered by both @${first} and @${second}`,
    hint: ({ write }) => `write a second method for the second trigger:\n${write}`,
    explain: page({
      what: 'One method carries triggers of two kinds.',
      why: `
        A method may have several triggers of one kind, such as two HTTP routes, and they share one function. Events of
        two kinds differ in what they give, in how failures are retried and in what the function may do, so each kind
        gets a method, and with it a function, of its own.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          @WebSocketServerlessFunction({ topic: 'order' })
          place(order: Order): void {}
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          place(order: Order): void {}

          @WebSocketServerlessFunction({ topic: 'order' })
          placeFromSocket(order: Order): void { this.place(order); }
        }`,
    }),
  }),

  NIM1245: code<{ method: string; option: string; first: string; second: string }>({
    slug: 'handler-option-conflict',
    severity: 'error',
    message: ({ method, option, first, second }) =>
      `the triggers of ${quote(method)} disagree about its ${option}: ${first} and ${second}`,
    hint: ({ option }) => `they share one function, so give ${quote(option)} once, or the same everywhere`,
    explain: page({
      what: 'Triggers of one method disagree about the function that they share.',
      why: `One class and method is one function, which has one timeout and one memory size in each stage.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 5 })
          @HttpServerlessFunction({ method: 'GET', path: 'all-orders', timeout: 20 })
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders', timeout: 20 })
          @HttpServerlessFunction({ method: 'GET', path: 'all-orders', timeout: 20 })
          list(): string[] { return []; }
        }`,
    }),
  }),
});
