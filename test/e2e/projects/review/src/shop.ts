import {
  ClientBuilder,
  EnvironmentVariable,
  type HttpEvent,
  HttpServerlessFunction,
  UsesDocumentStore,
  UsesKeyValueStore,
  UsesNotificationTopic,
  UsesQueue,
} from 'nimbusc';
import { priceOf } from './prices.js';
import { News, Order, Parcels, Session } from './stores.js';

export class Shop {
  private readonly orders = ClientBuilder.getDocumentStoreClient(Order);
  private readonly sessions = ClientBuilder.getKeyValueStoreClient(String, Session);
  private readonly parcels = ClientBuilder.getQueueClient(Parcels);
  private readonly news = ClientBuilder.getNotificationClient(News);

  @HttpServerlessFunction({ method: 'GET', path: 'orders/{id}', allowedCorsOrigin: 'https://shop.example' })
  @UsesDocumentStore(Order)
  async read(event: HttpEvent): Promise<number> {
    return priceOf((await this.orders.get(event.pathParameters.id ?? ''))?.amount ?? 0);
  }

  @HttpServerlessFunction({ method: 'POST', path: 'orders', allowedCorsOrigin: 'https://shop.example' })
  @UsesDocumentStore(Order)
  @UsesQueue({ queue: Parcels })
  @EnvironmentVariable({ key: 'MOST', value: '10' })
  async place(order: Order): Promise<void> {
    await this.orders.put(order);
    await this.parcels.sendMessageAsJson(order);
  }

  @HttpServerlessFunction({ method: 'POST', path: 'sessions', allowedCorsOrigin: 'https://shop.example' })
  @UsesKeyValueStore(Session)
  @UsesNotificationTopic({ notificationTopic: News })
  async enter(): Promise<void> {
    await this.sessions.put('token', new Session());
    await this.news.notify('somebody came');
  }
}
