/** NIM16xx: the shape of the whole. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { quote, stagesInWords } from '../words.js';

export const graphCodes = defineCodes({
  NIM1601: code<{ what: string; name: string; stages: readonly string[] }>({
    slug: 'name-taken',
    severity: 'error',
    message: ({ what, name, stages }) =>
      `there are two ${what} called ${quote(name)}${stages.length === 0 ? '' : ` in ${stagesInWords(stages)}`}`,
    hint: () => 'rename one of them; names in AWS are made from these names',
    explain: page({
      what: 'Two things of one kind have the same name.',
      why: `
        Terraform addresses and names in AWS are made from the names in the source, never from the names of files, so two
        things with one name would be one and the same thing in AWS.`,
      bad: `
        @Queue({ id: 'orders' })
        export class OrderQueue {}

        @Queue({ id: 'orders' })
        export class ReturnQueue {}`,
      good: `
        @Queue({ id: 'orders' })
        export class OrderQueue {}

        @Queue({ id: 'returns' })
        export class ReturnQueue {}`,
    }),
  }),

  NIM1602: code<{ what: string; name: string }>({
    slug: 'resource-unused',
    severity: 'warning',
    message: ({ what, name }) => `no function uses the ${what} ${quote(name)}`,
    hint: () => 'remove it, or silence this where it stands: // nimbusc-ignore-next NIM1602 -- who uses it',
    explain: page({
      what: 'A resource is deployed that no function of the project uses or listens to.',
      why: `It costs attention and perhaps money. Resources that others use are a good reason to suppress the warning.`,
      bad: `
        @DocumentStore()
        export class Invoice {
          @Key() id = '';
        }`,
      good: `
        // nimbusc-ignore-next NIM1602 -- read by the billing department's own job
        @DocumentStore()
        export class Invoice {
          @Key() id = '';
        }`,
    }),
  }),

  NIM1603: code({
    slug: 'nothing-to-deploy',
    severity: 'warning',
    message: () => 'no class of the project has a decorator of nimbusc, so there is nothing to deploy',
    hint: () =>
      'put a decorator such as @HttpServerlessFunction on a method of an exported class; it must be imported from "nimbusc"',
    explain: page({
      what: 'The source files contain no function and no resource.',
      why: `
        Decorators count only when they resolve to those of nimbusc: a decorator of the same name from elsewhere, or one
        whose import cannot be resolved because "npm install" was not run, does not.`,
      bad: `
        export class Orders {
          list(): string[] { return []; }
        }`,
      good: `
        import { HttpServerlessFunction } from 'nimbusc';

        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1604: code<{ circle: readonly string[] }>({
    slug: 'trigger-circle',
    severity: 'warning',
    message: ({ circle }) => `these trigger each other in a circle: ${circle.join(' -> ')}`,
    hint: () => 'make sure that the circle ends; every turn is billed',
    explain: page({
      what: 'A function causes the very event that it is triggered by, perhaps through others.',
      why: `
        A circle may be meant, such as a message that is put back into its queue. When it never ends, it runs, and is
        billed, until somebody notices.`,
      bad: `
        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 1 })
          @UsesQueue({ queue: OrderQueue })
          async place(order: Order): Promise<void> {
            await ClientBuilder.getQueueClient(OrderQueue).sendMessageAsJson(order);
          }
        }`,
      good: `
        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 1 })
          @UsesQueue({ queue: DeliveryQueue })
          async place(order: Order): Promise<void> {
            await ClientBuilder.getQueueClient(DeliveryQueue).sendMessageAsJson(order);
          }
        }`,
    }),
  }),

  NIM1605: code<{ className: string; what: string }>({
    slug: 'class-name-taken',
    severity: 'error',
    message: ({ className, what }) => `two classes with ${what} are called ${quote(className)}`,
    hint: () => 'rename one of the classes; the names of what is deployed are made from class names, not from file names',
    explain: page({
      what: 'Two classes of the project have the same name and both deploy something that is named after it.',
      why: `
        A function is called <project>-<stage>-<Class>-<method> and a table after its class. Files do not count, so that
        moving a class to another file changes nothing in a deployment.`,
      bad: `
        // src/orders/api.ts
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): string[] { return []; }
        }

        // src/users/api.ts
        export class Api {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): string[] { return []; }
        }`,
      good: `
        // src/orders/api.ts
        export class OrderApi {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): string[] { return []; }
        }

        // src/users/api.ts
        export class UserApi {
          @HttpServerlessFunction({ method: 'GET', path: 'users' })
          list(): string[] { return []; }
        }`,
    }),
  }),
});
