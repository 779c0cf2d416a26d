/** NIM304x: limits of SQS, and of functions that listen to its queues. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';

export const queueCodes = defineCodes({
  NIM3040: code<{ queue: string; given: number; raised: number; fn: string; timeout: number; window: number }>({
    slug: 'aws-queue-processing-timeout-raised',
    severity: 'warning',
    message: (p) =>
      `the itemProcessingTimeout of the queue "${p.queue}" is raised from ${p.given} to ${p.raised} seconds, since ${p.fn} may run for ${p.timeout} seconds${p.window === 0 ? '' : `, and wait ${p.window} for its batch`}`,
    hint: (p) => `set it to ${p.raised} or more, leave it out, or lower the timeout of ${p.fn}`,
    explain: page({
      what: 'A queue would hand items out again while a function still works on them.',
      why: `
        While an item is being processed it is invisible for the time that "itemProcessingTimeout" says. AWS refuses a
        time below the function's timeout, and asks for six times that and the batching window, since Lambda itself tries
        again when it is throttled (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). A shorter time is
        raised to that.`,
      bad: `
        @Queue({ id: 'orders', itemProcessingTimeout: 60 })
        export class OrderQueue {}

        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 1, timeout: 20 })
          place(order: Order): void {}
        }`,
      good: `
        @Queue({ id: 'orders', itemProcessingTimeout: 120 })
        export class OrderQueue {}

        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 1, timeout: 20 })
          place(order: Order): void {}
        }`,
    }),
  }),
  NIM3041: code<{ queue: string; size: number; limit: number }>({
    slug: 'aws-queue-fifo-batch-size',
    severity: 'error',
    message: (p) => `"${p.queue}" is a FIFO queue, of which AWS gives at most ${p.limit} items at once, not ${p.size}`,
    hint: (p) => `set batchSize to ${p.limit} or less`,
    explain: page({
      what: 'A function asks for more items at once than a FIFO queue gives.',
      why: `
        Batches of a FIFO queue have at most 10 items, those of other queues 10,000
        (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).`,
      bad: `
        @Queue({ id: 'orders', fifo: true })
        export class OrderQueue {}

        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 11 })
          place(order: Order): void {}
        }`,
      good: `
        @Queue({ id: 'orders', fifo: true })
        export class OrderQueue {}

        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 10 })
          place(order: Order): void {}
        }`,
    }),
  }),
  NIM3042: code<{ size: number; limit: number }>({
    slug: 'aws-queue-batch-without-window',
    severity: 'error',
    message: (p) => `a batchSize of ${p.size} needs a batching window, since it is more than ${p.limit}`,
    hint: () => 'set maximumBatchingWindow to 1 or more seconds',
    explain: page({
      what: 'A function asks for large batches, and does not say how long to wait for them.',
      why: `
        One request to SQS gives 10 items at most, so a larger batch has to be collected. AWS demands a batching window of
        at least one second for that (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).`,
      bad: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 100 })
          place(orders: Order[]): void {}
        }`,
      good: `
        export class Orders {
          @QueueServerlessFunction({ id: 'orders', batchSize: 100, maximumBatchingWindow: 1 })
          place(orders: Order[]): void {}
        }`,
    }),
  }),
  NIM3043: code<{ queue: string }>({
    slug: 'aws-queue-fifo-window',
    severity: 'error',
    message: (p) => `"${p.queue}" is a FIFO queue, for which AWS knows no batching window`,
    hint: () => 'remove maximumBatchingWindow',
    explain: page({
      what: 'A function has a batching window for a FIFO queue.',
      why: `
        Lambda collects batches over a time only from queues that are no FIFO queues
        (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), and refuses the setting for others.`,
      bad: `
        @Queue({ id: 'orders', fifo: true })
        export class OrderQueue {}

        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 10, maximumBatchingWindow: 5 })
          place(order: Order): void {}
        }`,
      good: `
        @Queue({ id: 'orders', fifo: true })
        export class OrderQueue {}

        export class Orders {
          @QueueServerlessFunction({ queue: OrderQueue, batchSize: 10 })
          place(order: Order): void {}
        }`,
    }),
  }),
});
