import {
  BasicServerlessFunction,
  ClientBuilder,
  DocumentStoreServerlessFunction,
  NotificationServerlessFunction,
  QueueServerlessFunction,
  UsesFileStorageBucket,
} from 'nimbusc';
import { priceOf } from './prices.js';
import { Files, News, Order, Parcels } from './stores.js';

export class Jobs {
  private readonly files = ClientBuilder.getFileStorageClient(Files);

  @QueueServerlessFunction({ queue: Parcels, batchSize: 5 })
  pack(order: Order): void {
    console.log('packed', order.id, priceOf(order.amount));
  }

  @BasicServerlessFunction({ cron: 'rate(1 day)' })
  @UsesFileStorageBucket({ fileStorageBucket: Files })
  async report(): Promise<void> {
    await this.files.saveFile('report.txt', 'all is well');
  }

  @NotificationServerlessFunction({ notificationTopic: News })
  print(text: string): void {
    console.log('news', text);
  }

  @DocumentStoreServerlessFunction({ dataModel: Order, method: 'INSERT' })
  greet(order: Order): void {
    console.log('new', order.id);
  }
}
