import {
  AttributeNotExists,
  ClientBuilder,
  HttpMethod,
  HttpServerlessFunction,
  NotificationServerlessFunction,
  StoreConditionException,
  UsesKeyValueStore,
} from 'nimbusc';
import type { Order } from './order.js';
import { OrderTopic } from './order-topic.js';
import { SalesSummary } from './sales-summary.js';

/** How much has been sold of each article. */
export class Sales {
  private readonly summaries = ClientBuilder.getKeyValueStoreClient(String, SalesSummary);
  private readonly transactions = ClientBuilder.getTransactionalClient();

  @NotificationServerlessFunction({ notificationTopic: OrderTopic })
  @UsesKeyValueStore(SalesSummary)
  async count({ article, amount }: Order): Promise<void> {
    await this.begin(article);
    // Added by the store itself: other orders may be counted at this very moment.
    await this.transactions.executeWriteTransaction([this.summaries.getIncrementValueRequest(article, 'sold', amount)]);
  }

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'sales' })
  @UsesKeyValueStore(SalesSummary)
  async summary(): Promise<Map<string, SalesSummary>> {
    return this.summaries.getAll();
  }

  private async begin(article: string): Promise<void> {
    try {
      await this.summaries.put(article, new SalesSummary(), new AttributeNotExists('sold'));
    } catch (error) {
      if (!(error instanceof StoreConditionException)) throw error;
    }
  }
}
