// The only way to the SDK's SQS client. Bundles get this module ready-made: see pack.mjs.
import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientConfig } from './config.js';

export function createClient() {
  const client = new SQSClient({
    ...clientConfig('AWS_ENDPOINT_URL_SQS'),
    // The region's endpoint, whatever host a queue's URL names.
    useQueueUrlAsEndpoint: false,
    // TLS tells damaged messages already.
    md5: false,
  });
  return {
    send: (input: SendMessageCommandInput) => client.send(new SendMessageCommand(input)),
    sendBatch: (input: SendMessageBatchCommandInput) => client.send(new SendMessageBatchCommand(input)),
  };
}
