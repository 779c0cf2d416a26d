// A topic: the functions that listen, and who else has subscribed.
import { randomUUID } from 'node:crypto';
import type { SnsEvent } from '../../../runtime/adapters/notification-topic.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { NotificationClient } from '../../../runtime/kinds/notification-topic.js';
import { invokeAsync, type Node, remember, type Surroundings } from './service.js';

const MOST_BYTES = 262_144;

export interface Subscription {
  readonly id: string;
  readonly protocol: string;
  readonly endpoint: string;
}

export class LocalTopicService {
  readonly subscriptions: Subscription[] = [];
  /** What was published: texts, and values that were published as JSON. */
  readonly sent: unknown[] = [];
  /** How often. */
  published = 0;

  constructor(
    private node: Node,
    private readonly around: Surroundings,
  ) {}

  /** Goes on with other settings. */
  update(node: Node): void {
    this.node = node;
  }

  get name(): string {
    return this.node.name;
  }

  client(): NotificationClient {
    return {
      createSubscription: async (protocol, endpoint) => {
        if (endpoint === '') this.refuse('subscribe to', 'Invalid parameter: Endpoint');
        const same = this.subscriptions.find((it) => it.protocol === protocol && it.endpoint === endpoint);
        if (same !== undefined) return same.id;
        const id = `arn:aws:sns:local:000000000000:${this.name}:${randomUUID()}`;
        this.subscriptions.push({ id, protocol, endpoint });
        return id;
      },
      deleteSubscription: async (id) => {
        const at = this.subscriptions.findIndex((it) => it.id === id);
        if (at >= 0) this.subscriptions.splice(at, 1);
      },
      notify: async (text) => this.publish(text, text),
      notifyJson: async (value) => {
        const text = toJson(value);
        if (text === undefined) return this.refuse('notify', `JSON has no text for ${typeof value}`);
        this.publish(text, JSON.parse(text));
      },
    };
  }

  private publish(text: string, value: unknown): void {
    if (text === '') this.refuse('notify', 'Invalid parameter: Empty message');
    if (Buffer.byteLength(text) > MOST_BYTES) this.refuse('notify', 'Invalid parameter: Message too long');
    remember(this.sent, value, this.around.history);
    this.published++;
    const { activity } = this.around;
    const event: SnsEvent = {
      Records: [
        {
          Sns: {
            Type: 'Notification',
            MessageId: randomUUID(),
            Subject: null,
            Message: text,
            Timestamp: new Date(activity.now()).toISOString(),
            MessageAttributes: {},
          },
        },
      ],
    };
    for (const fn of this.around.triggeredBy(this.node.id)) invokeAsync(activity, fn, event, `topic ${this.name}`);
  }

  private refuse(what: string, problem: string): never {
    throw new NonRetryableException(`${what} the topic ${this.name}: ${problem}`);
  }
}
