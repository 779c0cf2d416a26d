/** NIM3060 to NIM3069: limits of DynamoDB's tables and streams. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';

export const storeCodes = defineCodes({
  NIM3060: code<{ store: string; readers: number; limit: number }>({
    slug: 'aws-stream-readers',
    severity: 'info',
    message: ({ store, readers, limit }) =>
      `${readers} functions listen to ${store}, and AWS recommends at most ${limit} for one stream: under load they slow each other down`,
    hint: () => 'let one method listen to several kinds of changes, or let one function tell the others',
    explain: page({
      what: 'More functions listen to one store than AWS recommends for one stream.',
      why: `
        Each function reads the stream of the table for itself, also when its filter leaves nothing of it. A shard of a
        stream can be read by two at once; with more, reads are throttled and changes arrive later. None is lost.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          placed(order: Order): void {}

          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
          changed(order: Order): void {}

          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.REMOVE })
          removed(order: Order): void {}
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
        }
        export class Audit {
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
          @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.REMOVE })
          touched(order: Order, event: StoreEvent): void {}
        }`,
    }),
  }),
});
