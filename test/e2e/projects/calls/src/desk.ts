import { BasicServerlessFunction, ClientBuilder, Protocol, UsesNotificationTopic } from 'nimbusc';
import { Orders } from './topics.js';

export class Desk {
  private readonly orders = ClientBuilder.getNotificationClient(Orders);
  private readonly alarms = ClientBuilder.getNotificationClient('alarms');

  @BasicServerlessFunction()
  @UsesNotificationTopic({ notificationTopic: Orders })
  @UsesNotificationTopic({ topic: 'alarms' })
  async use(ask: { what: string; text: string }): Promise<unknown> {
    switch (ask.what) {
      case 'place':
        return this.orders.notifyJson({ id: ask.text, placed: new Date(Date.UTC(2024, 1, 29)) });
      case 'alarm':
        return this.alarms.notify(ask.text);
      case 'subscribe':
        return this.orders.createSubscription(Protocol.SQS, ask.text);
      case 'subscribe-alarms':
        return this.alarms.createSubscription(Protocol.SQS, ask.text);
      default:
        return this.orders.deleteSubscription(ask.text);
    }
  }

  @BasicServerlessFunction()
  @UsesNotificationTopic({ topic: 'alarms' })
  async useUndeclared(): Promise<void> {
    // By a way that the compiler does not follow, or it would not compile this.
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    await builder.getNotificationClient(Orders).notify('this is not declared here');
  }
}
