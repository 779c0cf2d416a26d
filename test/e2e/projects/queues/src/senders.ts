import { ClientBuilder, HttpServerlessFunction, UsesQueue } from 'nimbusc';
import { ItemQueue, OrderedQueue } from './queues.js';

interface Request {
  readonly queue: string;
  readonly messages: readonly unknown[];
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

export class Senders {
  private readonly byClass = ClientBuilder.getQueueClient(ItemQueue);
  private readonly ordered = ClientBuilder.getQueueClient(OrderedQueue);

  @HttpServerlessFunction({ method: 'POST', path: 'send-all' })
  @UsesQueue({ queue: ItemQueue })
  @UsesQueue({ queue: OrderedQueue })
  @UsesQueue({ id: 'lists' })
  @UsesQueue({ id: 'swapped-lists' })
  async sendAll({ queue, messages, groupId }: Request): Promise<void> {
    if (queue === 'items') await this.byClass.sendMessages(messages);
    else if (queue === 'ordered') await this.ordered.sendMessages(messages, groupId === undefined ? {} : { groupId });
    else await ClientBuilder.getQueueClient(queue).sendMessages(messages);
  }

  /** The class's queue by its id, too. */
  @HttpServerlessFunction({ method: 'POST', path: 'send-one' })
  @UsesQueue({ id: 'single' })
  @UsesQueue({ id: 'ordered' })
  async sendOne({ queue, messages, groupId, deduplicationId }: Request): Promise<void> {
    const client = ClientBuilder.getQueueClient(queue);
    const [message] = messages;
    const options = {
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
    };
    if (typeof message === 'string') await client.sendMessage(message, options);
    else await client.sendMessageAsJson({ amount: 7n, at: new Date(0), ...(message as object) }, options);
  }

  /** Declares no queue. */
  @HttpServerlessFunction({ method: 'POST', path: 'send-undeclared' })
  async sendUndeclared(): Promise<string> {
    // By a way that the compiler does not follow, or it would not compile this.
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    return builder
      .getQueueClient('single')
      .sendMessage('x')
      .then(
        () => 'sent',
        (error: Error) => `${error.name}: ${error.message}`,
      );
  }
}
