import { NotificationTopic } from 'nimbusc';

@NotificationTopic({ topicName: 'orders' })
export class Orders {}
