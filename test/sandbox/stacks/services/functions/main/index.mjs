// Handlers for each service of the sandbox. What they see they write into a table, or it is in the list of invocations.
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const { ITEMS, SEEN, QUEUE, TOPIC, BUCKET, SECRET, ECHO, API_ID, AWS_REGION } = process.env;
const db = new DynamoDBClient({});
const s3 = new S3Client({});
const item = (id) => ({ id: { S: id } });
const saw = (id, what) => db.send(new PutItemCommand({ TableName: SEEN, Item: { ...item(id), what: { S: what } } }));
const json = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const attempts = {
  delete: () => db.send(new DeleteItemCommand({ TableName: ITEMS, Key: item('x') })),
  index: async () => {
    const owner = {
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'ann' } },
    };
    const query = { TableName: ITEMS, IndexName: 'by-owner', KeyConditionExpression: '#o = :o', ...owner };
    return (await db.send(new QueryCommand(query))).Items.length;
  },
  batch: () => {
    const put = [{ PutRequest: { Item: item('b') } }];
    return db.send(new BatchWriteItemCommand({ RequestItems: { [ITEMS]: put, [SEEN]: put } }));
  },
  transact: async () => {
    const put = (TableName, id) => ({ Put: { TableName, Item: item(id) } });
    await db.send(new TransactWriteItemsCommand({ TransactItems: [put(ITEMS, 't1'), put(SEEN, 't2')] }));
  },
  put: async () => {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'out/made.txt', Body: 'from lambda' }));
  },
  get: async () => (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'out/made.txt' }))).Body.transformToString(),
  missing: () => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'out/missing.txt' })),
  elsewhere: () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'secret/x.txt', Body: 'no' })),
  publish: () => new SNSClient({}).send(new PublishCommand({ TopicArn: TOPIC, Message: 'no' })),
  send: async () => {
    await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: 'from lambda' }));
  },
  secret: async () => (await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: SECRET }))).SecretString,
  invoke: async () => {
    const command = new InvokeCommand({ FunctionName: ECHO, Payload: JSON.stringify({ hello: 1 }) });
    return JSON.parse(Buffer.from((await new LambdaClient({}).send(command)).Payload).toString());
  },
  fetch: async () => (await fetch(`https://${API_ID}.execute-api.${AWS_REGION}.amazonaws.com/v1/hello`)).json(),
};

// --- HTTP
export async function api(event) {
  console.log('route', event.routeKey);
  const { id, rest } = event.pathParameters ?? {};
  switch (event.routeKey) {
    case 'PUT /items/{id}': {
      const given = JSON.parse(event.body);
      const owner = given.owner ? { owner: { S: given.owner } } : {};
      await db.send(
        new PutItemCommand({
          TableName: ITEMS,
          Item: { ...item(id), ...owner, n: { N: String(given.n ?? 0) } },
        }),
      );
      return json(201, { ...given, id });
    }
    case 'GET /items/{id}': {
      const { Item } = await db.send(new GetItemCommand({ TableName: ITEMS, Key: item(id) }));
      return Item ? json(200, { id, owner: Item.owner.S }) : json(404, { missing: id });
    }
    case 'GET /items/special':
      return { plain: 'object' };
    case 'GET /guarded':
      return event.requestContext.authorizer.lambda;
    case 'ANY /any':
      return { method: event.requestContext.http.method };
    case 'POST /try/{rest+}':
      try {
        return json(200, { result: await attempts[rest]() });
      } catch (error) {
        return json(403, { name: error.name, message: error.message });
      }
    default:
      return { route: event.routeKey, rest, path: event.rawPath, query: event.queryStringParameters };
  }
}

export const authorizer = async ({ identitySource: [token] }) => {
  if (token === 'crash') throw new Error('crash');
  return { isAuthorized: token === 'good', context: { user: 'ann' } };
};

// --- one at a time
export const echo = async (event, context) => ({
  event,
  name: context.functionName,
  left: context.getRemainingTimeInMillis() > 0,
});
export const slow = () => new Promise((done) => setTimeout(done, 60_000));
export const thrower = async (event) => {
  throw new TypeError(`bad ${event.what}`);
};
export const frozen = async () => {
  setTimeout(() => saw('late', 'written'), 50);
};
export const after = async (event) => ({ done: event.version });

// --- triggers
export async function queue(event) {
  const batchItemFailures = [];
  for (const { body, messageId, attributes } of event.Records) {
    const again = body === 'once' && attributes.ApproximateReceiveCount === '1';
    if (body === 'always' || again) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}

export async function records(event) {
  for (const record of event.Records) {
    if (record.Sns) await saw(`sns:${record.Sns.Message}`, record.Sns.Subject);
    else if (record.s3) await saw(`s3:${record.s3.object.key}`, record.eventName);
    else if (record.dynamodb.Keys.id.S === 'poison') throw new Error('poison');
    else await saw(`stream:${record.dynamodb.Keys.id.S}`, record.eventName);
  }
}

export const scheduled = (event) => saw(`due:${event['detail-type']}`, event.source);

// --- WebSocket
export async function socket(event) {
  const { routeKey, connectionId, domainName, stage } = event.requestContext;
  const connections = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  const post = (to, data) => connections.send(new PostToConnectionCommand({ ConnectionId: to, Data: JSON.stringify(data) }));
  const attempt = async (command) => {
    try {
      await connections.send(command);
    } catch (error) {
      await post(connectionId, { failed: error.name, status: error.$metadata.httpStatusCode });
    }
  };
  switch (routeKey) {
    case '$connect': {
      const token = event.queryStringParameters?.token;
      if (token === 'crash') throw new Error('crash');
      if (token !== 'good') return { statusCode: 401 };
      await saw('connected', connectionId);
      break;
    }
    case '$disconnect':
      await saw('disconnected', connectionId);
      break;
    case 'send':
      await post(connectionId, { echoed: JSON.parse(event.body).text });
      break;
    case 'relay': {
      const { to, text } = JSON.parse(event.body);
      await attempt(new PostToConnectionCommand({ ConnectionId: to, Data: JSON.stringify({ relayed: text }) }));
      break;
    }
    case 'look':
      await attempt(new GetConnectionCommand({ ConnectionId: connectionId }));
      break;
    case 'leave':
      await attempt(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      break;
    case 'ask':
      return { statusCode: 200, body: JSON.stringify({ answer: 42 }) };
  }
  return { statusCode: 200 };
}
