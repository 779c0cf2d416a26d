// @ts-nocheck: `nimbusc` is what the repository that holds this project is about to build.
import { NotificationTopic } from 'nimbusc';

@NotificationTopic({ topicName: 'orders' })
export class Orders {}
