import { NotificationTopic } from 'nimbusc';

/** Tells everybody who has subscribed about new orders. */
@NotificationTopic({ topicName: 'new-orders' })
export class OrderTopic {}
