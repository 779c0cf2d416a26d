import { Queue } from 'nimbusc';

/** Orders that wait. One that fails three times becomes a dead letter, in the queue `order-pipeline-<stage>-orders-dlq`. */
@Queue({ id: 'orders', maxReceiveCount: 3 })
export class OrderQueue {}
