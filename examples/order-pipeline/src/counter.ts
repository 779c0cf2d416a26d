import { ClientBuilder, HttpMethod, HttpResponse, HttpServerlessFunction, UsesQueue } from 'nimbusc';
import type { OrderRequest } from './order.js';
import { OrderQueue } from './order-queue.js';

/** Where orders are taken: they only go into the queue, so nobody waits for the rest. */
export class Counter {
  private readonly queue = ClientBuilder.getQueueClient(OrderQueue);

  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'orders' })
  @UsesQueue({ queue: OrderQueue })
  async place(order: OrderRequest): Promise<HttpResponse> {
    await this.queue.sendMessageAsJson(order);
    return new HttpResponse().withStatusCode(202);
  }
}
