// Transactions as they go over the wire, against a server that answers what it is told to: dynalite knows none. What they do
// is in transaction-contract.ts, on the AWS sandbox.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { AttributeExists, ClientBuilder, StoreConditionException } from '../../runtime/index.js';
import { setEnvironment } from './dynamodb-backend.js';
import { loadPackedStores, type Packed, packSdk } from './packed-runtime.js';
import { Counter, Everything, stores } from './stores.js';

describe('transactions on DynamoDB', function () {
  this.timeout(60_000);
  let packed: Packed;
  let server: Server;
  let restoreEnvironment: () => void;
  const seen: { target: string; body: Record<string, unknown> }[] = [];
  let answer: { status: number; body: object } = { status: 200, body: {} };

  before(async () => {
    packed = await packSdk();
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => (text += part));
      request.on('end', () => {
        seen.push({ target: String(request.headers['x-amz-target']), body: JSON.parse(text) });
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    restoreEnvironment = setEnvironment({
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_MAX_ATTEMPTS: '1',
      ...Object.fromEntries(stores.map(({ data }) => [data.table, `table-${data.name}`])),
    });
    const runtime = await loadPackedStores(packed.folder);
    for (const store of stores) {
      if (store.kind === 'document') runtime['document-store'].register(store.type, store.data);
      else runtime['key-value-store'].register(store.type, store.data);
    }
  });
  after(() => {
    restoreEnvironment();
    server.close();
    server.closeAllConnections();
    packed.remove();
  });
  beforeEach(() => {
    seen.length = 0;
    answer = { status: 200, body: {} };
  });

  const documents = ClientBuilder.getDocumentStoreClient(Everything);
  const counters = ClientBuilder.getKeyValueStoreClient(Number, Counter);
  const transactions = ClientBuilder.getTransactionalClient();

  it('are one call, with the columns of the stores and a token that makes it safe to repeat', async () => {
    await transactions.executeWriteTransaction([
      documents.getIncrementValueRequest('a', 'size', 2, new AttributeExists('nickname')),
      counters.getDecrementValueRequest(1, 'count'),
      counters.getDeleteKeyItemRequest(2),
    ]);
    expect(seen).to.have.length(1);
    const { ClientRequestToken, TransactItems } = seen[0]!.body;
    expect(seen[0]!.target).to.equal('DynamoDB_20120810.TransactWriteItems');
    expect(ClientRequestToken).to.match(/^[0-9a-f-]{36}$/);
    expect(TransactItems).to.deep.equal([
      {
        Update: {
          TableName: 'table-Everything',
          Key: { id: { S: 'a' } },
          UpdateExpression: 'SET #f = #f + :by',
          ConditionExpression: 'attribute_exists(#n0) AND attribute_exists(#n1)',
          ExpressionAttributeNames: { '#n0': 'name', '#n1': 'nickname', '#f': 'name' },
          ExpressionAttributeValues: { ':by': { N: '2' } },
        },
      },
      {
        Update: {
          TableName: 'table-Counter',
          Key: { PrimaryKey: { N: '1' } },
          UpdateExpression: 'SET #f = #f - :by',
          ConditionExpression: 'attribute_exists(#n0)',
          ExpressionAttributeNames: { '#n0': 'count', '#f': 'count' },
          ExpressionAttributeValues: { ':by': { N: '1' } },
        },
      },
      { Delete: { TableName: 'table-Counter', Key: { PrimaryKey: { N: '2' } } } },
    ]);
  });

  const fail = async (...codes: string[]): Promise<Error> => {
    answer = {
      status: 400,
      body: {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        Message: 'Transaction cancelled',
        CancellationReasons: codes.map((Code) => (Code === 'None' ? { Code } : { Code, Message: `because of ${Code}` })),
      },
    };
    return transactions
      .executeWriteTransaction([counters.getDeleteKeyItemRequest(1), documents.getDeleteKeyItemRequest('a')])
      .then(
        () => new Error('nothing failed'),
        (error: Error) => error,
      );
  };

  it('that were cancelled say by which request, and whether another attempt may succeed', async () => {
    const failures = [
      ['ConditionalCheckFailed', 'StoreConditionException'],
      ['TransactionConflict', 'RetryableException'],
      ['ThrottlingError', 'RetryableException'],
      ['ProvisionedThroughputExceeded', 'RetryableException'],
      ['ValidationError', 'NonRetryableException'],
      ['ItemCollectionSizeLimitExceeded', 'NonRetryableException'],
      ['AccessDenied', 'PermissionException'],
    ] as const;
    for (const [code, name] of failures) {
      const error = await fail('None', code);
      expect(error.name, code).to.equal(name);
      expect(error.message).to.equal(`write transaction: request 2, of Everything with the key "a": because of ${code}`);
      expect(error.cause).to.have.property('name', 'TransactionCanceledException');
    }
    expect(await fail('ConditionalCheckFailed', 'None')).to.be.instanceOf(StoreConditionException);
  });

  it('say that a condition failed even when something else did too', async () => {
    const error = await fail('TransactionConflict', 'ConditionalCheckFailed');
    expect(error.name).to.equal('StoreConditionException');
    expect(error.message).to.include('request 2, of Everything');
  });

  it('say by which request a condition failed: its place, its store and its key as it was given', async () => {
    expect(await fail('None', 'ConditionalCheckFailed'))
      .to.have.property('request')
      .that.deep.equals({ index: 1, store: 'Everything', key: 'a' });
    const error = await fail('ConditionalCheckFailed', 'None');
    expect(error).to.have.property('request').that.deep.equals({ index: 0, store: 'Counter', key: 1 });
    expect(error.message).to.include('request 1, of Counter with the key 1: ');
    expect(await fail('TransactionConflict', 'None')).to.not.have.property('request');
  });

  it('pass on other errors as all calls do', async () => {
    const read = () =>
      transactions.executeReadTransaction([counters.getReadItem(1)]).then(
        () => new Error('nothing failed'),
        (error: Error) => error,
      );
    answer = { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException', Message: 'no' } };
    expect((await read()).name).to.equal('PermissionException');
    answer = {
      status: 400,
      body: { __type: 'com.amazonaws.dynamodb.v20120810#TransactionInProgressException', Message: 'wait' },
    };
    expect((await read()).name).to.equal('RetryableException');
    answer = { status: 500, body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', Message: 'oh' } };
    const error = await read();
    expect([error.name, error.message]).to.deep.equal(['RetryableException', 'read transaction: oh']);
  });
});
