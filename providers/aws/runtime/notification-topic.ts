// The client of a topic, on SNS.
import { bind } from '../../../runtime/core/binding.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import { toJson } from '../../../runtime/core/shape.js';
import type { NotificationClient } from '../../../runtime/kinds/notification-topic.js';
import { mapError } from './errors.js';
import { createClient } from './sdk/sns.js';

export interface NotificationClientData {
  /** The topic's name, by which it may be asked for as well as by its class. */
  readonly name: string;
  /** What the user calls it. */
  readonly label: string;
  /** The environment variable that holds the topic's ARN. */
  readonly topic: string;
}

let client: ReturnType<typeof createClient> | undefined;
const sns = (): ReturnType<typeof createClient> => (client ??= createClient());

export function register(target: object | null, { name, label, topic }: NotificationClientData): void {
  // Lambda initialises a function with a whole processor, and calls it with a share of one.
  if (process.env['AWS_LAMBDA_FUNCTION_NAME']) sns();
  const arn = (): string => {
    const value = process.env[topic];
    if (!value) throw new NonRetryableException(`the environment variable ${topic}, which names the topic ${name}, is not set`);
    return value;
  };
  const call = async <T>(what: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw mapError(error, `${what} the topic ${name}`);
    }
  };
  const notify = async (message: string): Promise<void> => {
    await call('notify', () => sns().publish(arn(), message));
  };
  const bound: NotificationClient = {
    createSubscription: async (protocol, endpoint) => {
      const { SubscriptionArn } = await call('subscribe to', () => sns().subscribe(arn(), protocol, endpoint));
      return SubscriptionArn ?? '';
    },
    deleteSubscription: async (id) => {
      await call('unsubscribe from', () => sns().unsubscribe(id));
    },
    notify,
    notifyJson: async (message) => {
      const text = toJson(message);
      if (text === undefined) throw new NonRetryableException(`notify the topic ${name}: JSON has no text for ${typeof message}`);
      await notify(text);
    },
  };
  bind('notification-topic', name, bound, name);
  if (target !== null) bind('notification-topic', target, bound, label);
}
