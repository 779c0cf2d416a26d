import {
  AttributeNotExists,
  ClientBuilder,
  ComparisonOperator,
  ConditionBuilder,
  ConditionVariable,
  QueueServerlessFunction,
  StoreConditionException,
  UsesDocumentStore,
} from 'nimbusc';
import { Order, type OrderRequest } from './order.js';
import { OrderQueue } from './order-queue.js';
import { StockItem } from './stock-item.js';

/** Turns what waits in the queue into orders. */
export class Warehouse {
  private readonly orders = ClientBuilder.getDocumentStoreClient(Order);
  private readonly stock = ClientBuilder.getDocumentStoreClient(StockItem);
  private readonly transactions = ClientBuilder.getTransactionalClient();

  /** Takes from the stock and keeps the order, both or neither. Throwing brings the request back, and makes it a dead letter. */
  @QueueServerlessFunction({ queue: OrderQueue, batchSize: 10 })
  @UsesDocumentStore(Order)
  @UsesDocumentStore(StockItem)
  async fulfil({ id, article, amount }: OrderRequest): Promise<void> {
    const enough = ConditionBuilder.ifComparison(
      'available',
      ComparisonOperator.GREATER_THAN_OR_EQUAL,
      ConditionVariable.numeric(amount),
    ).build();
    try {
      await this.transactions.executeWriteTransaction([
        this.orders.getWriteItem(new Order(id, article, amount), new AttributeNotExists('id')),
        this.stock.getDecrementValueRequest(article, 'available', amount, enough),
      ]);
    } catch (error) {
      // A queue may deliver a message twice, and a client may send a request twice.
      const done = error instanceof StoreConditionException && (await this.orders.get(id)) !== null;
      if (!done) throw error;
    }
  }
}
