// The only way to the SDK's SNS client. Bundles get this module ready-made: see pack.mjs.
import { PublishCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { clientConfig } from './config.js';

export function createClient() {
  const client = new SNSClient(clientConfig('AWS_ENDPOINT_URL_SNS'));
  return {
    publish: (TopicArn: string, Message: string) => client.send(new PublishCommand({ TopicArn, Message })),
    /** Gives the subscription's ARN also while the subscriber has yet to confirm. */
    subscribe: (TopicArn: string, Protocol: string, Endpoint: string) =>
      client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true })),
    unsubscribe: (SubscriptionArn: string) => client.send(new UnsubscribeCommand({ SubscriptionArn })),
  };
}
