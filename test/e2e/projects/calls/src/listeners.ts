import { type NotificationEvent, NotificationServerlessFunction } from 'nimbusc';
import { Orders } from './topics.js';

export class Order {
  id = '';
  placed = new Date(0);
}

export class Listeners {
  /** The event first, though the body is what it is about. */
  @NotificationServerlessFunction({ notificationTopic: Orders })
  confirm(event: NotificationEvent, order: Order): void {
    console.log(
      `confirm ${JSON.stringify({
        isOrder: order instanceof Order,
        year: order.placed.getUTCFullYear(),
        id: order.id,
        type: event.type,
        message: event.message,
        isDate: event.timestamp instanceof Date && event.timestamp.getTime() > 0,
        attributes: event.messageAttributes,
        hasIds: event.messageId !== '' && event.requestId !== '' && event.subject === undefined,
      })}`,
    );
  }

  /** One function on two topics. */
  @NotificationServerlessFunction({ topic: 'orders' })
  @NotificationServerlessFunction({ topic: 'alarms' })
  count(text: string): void {
    console.log(`count ${text}`);
  }
}
