// Queues: their declaration, the functions that take items from them, and the client that puts items in.
import { lazyClient } from '../core/binding.js';
import { type ClassDecoratorOf, type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { FunctionOptions, StagesOption } from '../core/function-options.js';

export interface QueueOptions extends StagesOption {
  /** Letters, digits, `-` and `_`. The queue is called `<project>-<stage>-<id>`. */
  id: string;
  /**
   * Seconds, 0 to 43200, that a function has for an item before another attempt may take it. Default 30. It is raised to six
   * times the timeout of the slowest function that listens, which Lambda needs for retries of its own.
   */
  itemProcessingTimeout?: number;
  /** After so many failed attempts, 1 to 1000, an item goes to the dead-letter queue. Default 3. */
  maxReceiveCount?: number;
  /** Keeps the order of items within each group, and delivers none twice. Default false. Cannot be changed later. */
  fifo?: boolean;
}

/** Makes a queue, with a dead-letter queue for items that keep failing, that the class stands for. */
export function Queue(_options: QueueOptions): ClassDecoratorOf {
  return noop;
}

/** The class of a queue, or its id: one of both. */
export type QueueReference =
  | { queue: Constructor; id?: undefined }
  /** Without a class that declares the queue, a function that listens to it makes it. */
  | { id: string; queue?: undefined };

export type QueueServerlessFunctionOptions = FunctionOptions &
  QueueReference & {
    /** The most items that one invocation gets: 1 to 10000, with a FIFO queue 1 to 10. Above 10 it needs a batching window. */
    batchSize: number;
    /** Seconds, 0 to 300, that an invocation may wait for its batch to be full. Default 0. None with a FIFO queue. */
    maximumBatchingWindow?: number;
  };

/**
 * Calls the method for the items of a queue. It takes at most a QueueEvent and a body, in any order, and is called for one
 * item after the other; or lists of them (`Order[]`, `QueueEvent[]`, of equal length and order), and is called once for the
 * batch. The body is parsed as JSON, except that a `string` takes the text as it is.
 *
 * An item whose call throws, or whose body does not fit its type, goes back to the queue alone; when a call with lists
 * throws, all of its items do. In a FIFO queue the items that follow in the same group go back with it, untried, so that
 * their order holds.
 */
export function QueueServerlessFunction(_options: QueueServerlessFunctionOptions): HandlerDecorator {
  return noop;
}

export interface QueueEvent {
  readonly messageId: string;
  /** The text as it was sent. */
  readonly body: string;
  /** SQS's own: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId` and others. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Those that the sender set. */
  readonly messageAttributes: Readonly<Record<string, QueueMessageAttribute>>;
  readonly md5OfBody: string;
  /** `aws:sqs` */
  readonly eventSource: string;
  /** Of the invocation: all items of a batch share it. */
  readonly requestId: string;
}

export interface QueueMessageAttribute {
  /** `String`, `Number` or `Binary`, perhaps with a label: `Number.int`. */
  readonly dataType: string;
  readonly stringValue?: string;
  /** Base64. */
  readonly binaryValue?: string;
}

export type UsesQueueOptions = StagesOption & QueueReference;

/** Allows the function to send to the queue through `ClientBuilder.getQueueClient`. */
export function UsesQueue(_options: UsesQueueOptions): HandlerDecorator {
  return noop;
}

export interface QueueSendOptions {
  /** Items of one group keep their order. In a FIFO queue `default` unless given. */
  groupId?: string;
  /** Of items with the same id a FIFO queue takes only the first within five minutes. By default each has its own. */
  deduplicationId?: string;
}

/**
 * Every operation rejects with a RetryableException when the queue is throttled or out of reach (after the SDK's own
 * retries), a PermissionException when it may not be used, and a NonRetryableException for what cannot be sent, such as an
 * empty message or one that is too large for SQS.
 */
export interface QueueClient {
  sendMessage(message: string, options?: QueueSendOptions): Promise<void>;
  /** Sends a value as JSON: dates as ISO strings, bigints as strings, bytes as base64, sets as arrays, maps as objects. */
  sendMessageAsJson(value: unknown, options?: QueueSendOptions): Promise<void>;
  /**
   * Sends any number of messages in as few requests as possible: strings as they are, all else as JSON. Rejects when any of
   * them could not be sent; those before it are in the queue then.
   */
  sendMessages(messages: readonly unknown[], options?: Pick<QueueSendOptions, 'groupId'>): Promise<void>;
}

/** A client for a queue, by its class or its id. It needs `@UsesQueue` on every handler that can reach its use. */
export function getQueueClient(queue: Constructor | string): QueueClient {
  return lazyClient<QueueClient>('queue', queue, ['sendMessage', 'sendMessageAsJson', 'sendMessages'], (name) =>
    typeof queue === 'string' ? `@UsesQueue({ id: '${name}' })` : `@UsesQueue({ queue: ${name || '...'} })`,
  );
}
