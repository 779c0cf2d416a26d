/** The best that we can write by hand for one DynamoDB read behind an HTTP route: SDK v3, one client, one command. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

const client = new DynamoDBClient({});
const TableName = process.env.TABLE ?? '';
const headers = { 'content-type': 'application/json' };

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const id = event.pathParameters?.id ?? '';
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  if (Item === undefined) return { statusCode: 404, headers, body: JSON.stringify({ message: `no account ${id}` }) };
  const account = { id, owner: Item.owner?.S ?? '', balance: Number(Item.balance?.N ?? 0) };
  return { statusCode: 200, headers, body: JSON.stringify(account) };
}
