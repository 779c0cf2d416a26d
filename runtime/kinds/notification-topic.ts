// Notification topics: whatever is published to one reaches everybody who has subscribed to it.
import { lazyClient } from '../core/binding.js';
import { type ClassDecoratorOf, type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions, StagesOption } from '../core/function-options.js';

/** How a subscriber is reached. The endpoint is an address of that protocol: a URL, a mail address, a number, an ARN. */
export const Protocol = {
  HTTP: 'http',
  HTTPS: 'https',
  EMAIL: 'email',
  EMAIL_JSON: 'email-json',
  SMS: 'sms',
  SQS: 'sqs',
  APPLICATION: 'application',
  LAMBDA: 'lambda',
} as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

export interface NotificationTopicOptions extends StagesOption {
  /** Letters, digits, `-` and `_`. In AWS the project and the stage stand before it. */
  topicName: string;
}

/** Makes a topic. */
export function NotificationTopic(_options: NotificationTopicOptions): ClassDecoratorOf {
  return noop;
}

/** A topic by its class, or by its name. A name that no class declares makes the topic. */
export type NotificationTopicReference =
  | { notificationTopic: Constructor; topic?: never }
  | { topic: string; notificationTopic?: never };

export type NotificationServerlessFunctionOptions = FunctionOptions & NotificationTopicReference;

/**
 * Calls the method for each notification of a topic. It takes at most a NotificationEvent and a body, in any order: the
 * message parsed as JSON, or as it came when the type is `string`. A notification whose call fails is delivered twice more
 * (AWS Lambda), and then lost.
 */
export function NotificationServerlessFunction(_options: NotificationServerlessFunctionOptions): HandlerDecorator {
  return noop;
}

export interface NotificationEvent {
  /** `Notification`. */
  readonly type: string;
  readonly messageId: string;
  readonly subject?: string | undefined;
  /** As it was published. */
  readonly message: string;
  readonly timestamp: Date;
  readonly messageAttributes: Readonly<Record<string, NotificationAttribute>>;
  /** Of the invocation. */
  readonly requestId: string;
}

export interface NotificationAttribute {
  /** `String`, `String.Array`, `Number` or `Binary`. */
  readonly type: string;
  /** Base64 when it is binary. */
  readonly value: string;
}

export type UsesNotificationTopicOptions = StagesOption & NotificationTopicReference;

/** Allows the function to use the topic through `ClientBuilder.getNotificationClient`. */
export function UsesNotificationTopic(_options: UsesNotificationTopicOptions): HandlerDecorator {
  return noop;
}

/**
 * Every operation rejects with a RetryableException when the service is out of reach or throttles (after the SDK's own
 * retries), and with a PermissionException when the function may not do it.
 */
export interface NotificationClient {
  /**
   * Subscribes an endpoint, and gives the id of the subscription. Subscribers by mail and HTTP must confirm before they get
   * anything, and so must queues of other accounts.
   */
  createSubscription(protocol: Protocol, endpoint: string): Promise<string>;
  /** Ends a subscription, by the id that `createSubscription` gave. */
  deleteSubscription(id: string): Promise<void>;
  /** Publishes a text of at most 256 KB (SNS), which may not be empty. */
  notify(message: string): Promise<void>;
  /** Publishes a value as JSON: dates as ISO strings, bigints as strings, bytes as base64, sets as arrays, maps as objects. */
  notifyJson(message: unknown): Promise<void>;
}

/** A client for a topic, by its class or its name. It needs `@UsesNotificationTopic` on every handler that can reach its use. */
export function getNotificationClient(topic: Constructor | string): NotificationClient {
  return lazyClient<NotificationClient>(
    'notification-topic',
    topic,
    ['createSubscription', 'deleteSubscription', 'notify', 'notifyJson'],
    (name) =>
      typeof topic === 'string'
        ? `@UsesNotificationTopic({ topic: '${topic}' })`
        : `@UsesNotificationTopic({ notificationTopic: ${name || '...'} })`,
  );
}
