import { ClientBuilder, type HttpEvent, HttpServerlessFunction, UsesDocumentStore, UsesKeyValueStore } from 'nimbusc';
import { Address, Order, Session } from './stores.js';

export class Orders {
  private readonly orders = ClientBuilder.getDocumentStoreClient(Order);
  private readonly sessions = ClientBuilder.getKeyValueStoreClient(String, Session);

  @HttpServerlessFunction({ method: 'POST', path: 'place/{amount}' })
  @UsesDocumentStore(Order)
  async place(event: HttpEvent): Promise<void> {
    const order = new Order();
    order.id = 'first';
    order.amount = Number(event.pathParameters.amount);
    order.placed = new Date('2024-02-29T12:00:00.000Z');
    order.tags = new Set(['x', 'y']);
    order.data = new Uint8Array([0, 1, 255]);
    order.total = 2n ** 70n;
    order.address = Object.assign(new Address(), { street: 'Main', since: new Date('1999-05-05') });
    order.notStored = 'changed';
    await this.orders.put(order);
  }

  @HttpServerlessFunction({ method: 'POST', path: 'cancel' })
  @UsesDocumentStore(Order)
  async cancel(): Promise<void> {
    await this.orders.deleteKey('first');
  }

  @HttpServerlessFunction({ method: 'POST', path: 'visit/{visits}' })
  @UsesKeyValueStore(Session)
  async visit(event: HttpEvent): Promise<void> {
    const session = Object.assign(new Session(), { user: 'anna', visits: Number(event.pathParameters.visits) });
    await this.sessions.put('token', session);
  }

  @HttpServerlessFunction({ method: 'POST', path: 'leave' })
  @UsesKeyValueStore(Session)
  async leave(): Promise<void> {
    await this.sessions.delete('token');
  }
}
