import { type QueueEvent, QueueServerlessFunction } from 'nimbusc';
import { type Item, seen } from './item.js';
import { ItemQueue, OrderedQueue } from './queues.js';

export class Listeners {
  /** Some items fail each time. */
  @QueueServerlessFunction({ queue: ItemQueue, batchSize: 5, maximumBatchingWindow: 1 })
  async each(item: Item, event: QueueEvent): Promise<void> {
    seen({ name: item.name, attempt: event.attributes['ApproximateReceiveCount'] });
    if (item.name.startsWith('poison')) throw new Error(`cannot work on ${item.name}`);
  }

  @QueueServerlessFunction({ id: 'single', batchSize: 1 })
  one(event: QueueEvent, item: Item): void {
    seen({ label: item.label(), event });
  }

  @QueueServerlessFunction({ id: 'lists', batchSize: 10, maximumBatchingWindow: 1 })
  batch(items: readonly Item[], events: readonly QueueEvent[]): void {
    seen({ labels: items.map((item) => item.label()), bodies: events.map((event) => event.body) });
  }

  @QueueServerlessFunction({ id: 'swapped-lists', batchSize: 10, maximumBatchingWindow: 1 })
  swapped(events: QueueEvent[], texts: string[]): void {
    seen({ texts, bodies: events.map((event) => event.body) });
    if (texts.includes('fail')) throw new Error('the whole batch fails');
  }

  /** Some items fail at first, some each time. */
  @QueueServerlessFunction({ queue: OrderedQueue, batchSize: 10 })
  inOrder(item: Item, event: QueueEvent): void {
    const attempt = Number(event.attributes['ApproximateReceiveCount']);
    const fails = item.name.startsWith('poison') || (item.name.startsWith('late') && attempt === 1);
    seen({ name: item.name, group: event.attributes['MessageGroupId'], fails });
    if (fails) throw new Error(`cannot work on ${item.name}`);
  }
}
