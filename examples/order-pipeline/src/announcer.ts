import { ClientBuilder, DocumentStoreServerlessFunction, StoreEventType, UsesNotificationTopic } from 'nimbusc';
import { Order } from './order.js';
import { OrderTopic } from './order-topic.js';

/** Publishes each new order, once it is stored. */
export class Announcer {
  private readonly topic = ClientBuilder.getNotificationClient(OrderTopic);

  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
  @UsesNotificationTopic({ notificationTopic: OrderTopic })
  async announce(order: Order): Promise<void> {
    await this.topic.notifyJson(order);
  }
}
