/** NIM15xx: what functions may do, compared with what their code does. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { didYouMean, quote } from '../words.js';

export const grantCodes = defineCodes({
  NIM1501: code<{
    handler: string;
    operation: string | null;
    what: string;
    decorator: string;
    isKnown: boolean;
    isFixable: boolean;
  }>({
    slug: 'operation-not-declared',
    severity: 'error',
    message: ({ handler, operation, what }) =>
      `${quote(handler)} can reach ${operation === null ? 'all' : quote(operation)} of ${what} without declaring it`,
    hint: ({ handler, decorator, isKnown, isFixable }) =>
      `add ${decorator} to ${quote(handler)}${isFixable ? ', or let "nimbusc fix" add it' : isKnown ? '' : ' for each one that it may be'}`,
    explain: page({
      what: 'A handler can reach a client operation for which it has no @Uses decorator.',
      why: `
        A function is permitted what its decorators declare and no more, so the call would be refused at run time. The
        declaration is also what a reviewer reads: new permissions are new lines. With "permissions: infer" in the
        configuration the decorators may be left out.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): Promise<Order[]> {
            return ClientBuilder.getDocumentStoreClient(Order).getAll();
          }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          @UsesDocumentStore(Order)
          list(): Promise<Order[]> {
            return ClientBuilder.getDocumentStoreClient(Order).getAll();
          }
        }`,
    }),
  }),

  NIM1502: code<{ handler: string; decorator: string; what: string }>({
    slug: 'declaration-unused',
    severity: 'warning',
    message: ({ handler, decorator, what }) => `${quote(handler)} declares @${decorator} but never uses ${what}`,
    hint: () => 'remove the decorator; as it stands, the function may do everything the client can do',
    explain: page({
      what: 'A @Uses decorator permits something that no code of the handler does.',
      why: `
        Nothing narrows the permission, so the full set of the client is granted. That is more than the function needs,
        and whoever reads the decorator believes that it is used.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          @UsesDocumentStore(Order)
          list(): string[] { return []; }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          list(): string[] { return []; }
        }`,
    }),
  }),

  NIM1503: code<{ handler: string; what: string; how: string }>({
    slug: 'client-escapes',
    severity: 'info',
    message: ({ handler, what, how }) => `${quote(handler)} gets all permissions on ${what}, because its client ${how}`,
    hint: () => "call the client's methods directly to get only the permissions that they need",
    explain: page({
      what: 'A client leaves the code that nimbusc can follow.',
      why: `
        A client that is handed to a package, stored in a variable of type any, or used through a computed member may do
        anything that it can do. To be safe at run time, all of it is permitted.`,
      bad: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          @UsesDocumentStore(Order)
          async list(): Promise<unknown> {
            const client: any = ClientBuilder.getDocumentStoreClient(Order);
            return client.getAll();
          }
        }`,
      good: `
        export class Orders {
          @HttpServerlessFunction({ method: 'GET', path: 'orders' })
          @UsesDocumentStore(Order)
          async list(): Promise<Order[]> {
            const client = ClientBuilder.getDocumentStoreClient(Order);
            return client.getAll();
          }
        }`,
    }),
  }),

  NIM1504: code<{ handler: string; what: string; declaration: string; nearest: string | null }>({
    slug: 'use-of-undeclared',
    severity: 'error',
    message: ({ handler, what }) => `${quote(handler)} uses ${what}, which the project does not declare`,
    hint: ({ declaration, nearest }) => didYouMean(nearest, declaration),
    explain: page({
      what: 'With "permissions: infer" a handler uses something that no decorator declares.',
      why: `
        Permissions are inferred from the code, but not what there is to have permissions for: stores, queues, topics, buckets and
        APIs are deployed because a decorator says so.`,
      bad: `
        export class Shop {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          async order(): Promise<void> {
            await ClientBuilder.getQueueClient('orders').sendMessage('one');
          }
        }`,
      good: `
        @Queue({ id: 'orders' })
        export class Orders {}

        export class Shop {
          @HttpServerlessFunction({ method: 'POST', path: 'orders' })
          async order(): Promise<void> {
            await ClientBuilder.getQueueClient(Orders).sendMessage('one');
          }
        }`,
    }),
  }),
});
