// A @NotificationServerlessFunction method as a Lambda function that SNS invokes: one record an event, as far as anybody has
// seen, though it comes in a list. What the method throws fails the invocation, and Lambda tries again.
import { parseJson } from '../core/json.js';
import { required } from '../core/shape.js';
import type { NotificationEvent } from '../kinds/notification-topic.js';
import { type BodyParam, type HandlerSpec, instanceOf } from './handler.js';

/** The part of SNS's event that is used. */
export interface SnsEvent {
  readonly Records: readonly { readonly Sns: SnsMessage }[];
}

interface SnsMessage {
  readonly Type: string;
  readonly MessageId: string;
  readonly Subject?: string | null;
  readonly Message: string;
  readonly Timestamp: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>> | null;
}

export function adapt(spec: HandlerSpec): (event: SnsEvent, context: { readonly awsRequestId: string }) => Promise<void> {
  const instance = instanceOf(spec.create);
  return async ({ Records }, { awsRequestId }) => {
    for (const { Sns } of Records) {
      const args = spec.params.map((param) =>
        param === 'event' ? notificationEvent(Sns, awsRequestId) : bodyOf(param, Sns.Message),
      );
      await (await instance())[spec.method]!(...args);
    }
  };
}

function bodyOf({ body, read }: BodyParam, text: string): unknown {
  const shape = required(body);
  const value = shape === 'string' ? text : parseJson(text);
  return read ? read(shape, value) : value;
}

const notificationEvent = (sns: SnsMessage, requestId: string): NotificationEvent => ({
  type: sns.Type,
  messageId: sns.MessageId,
  subject: sns.Subject ?? undefined,
  message: sns.Message,
  timestamp: new Date(sns.Timestamp),
  messageAttributes: Object.fromEntries(
    Object.entries(sns.MessageAttributes ?? {}).map(([name, { Type, Value }]) => [name, { type: Type, value: Value }]),
  ),
  requestId,
});
