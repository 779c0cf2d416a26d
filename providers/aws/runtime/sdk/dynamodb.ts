// The only way to the SDK's DynamoDB client. Bundles get this module ready-made: see pack.mjs.
import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
  type ScanCommandInput,
  TransactGetItemsCommand,
  type TransactGetItemsCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { clientConfig } from './config.js';

export type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';

export function createClient() {
  const client = new DynamoDBClient({
    ...clientConfig('AWS_ENDPOINT_URL_DYNAMODB'),
    accountIdEndpointMode: 'disabled',
    endpointDiscoveryEnabled: false,
  });
  return {
    getItem: (input: GetItemCommandInput) => client.send(new GetItemCommand(input)),
    putItem: (input: PutItemCommandInput) => client.send(new PutItemCommand(input)),
    deleteItem: (input: DeleteItemCommandInput) => client.send(new DeleteItemCommand(input)),
    scan: (input: ScanCommandInput) => client.send(new ScanCommand(input)),
    transactGet: (input: TransactGetItemsCommandInput) => client.send(new TransactGetItemsCommand(input)),
    transactWrite: (input: TransactWriteItemsCommandInput) => client.send(new TransactWriteItemsCommand(input)),
  };
}
