import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import {
  AttributeNotExists,
  ClientBuilder,
  NonRetryableException,
  RetryableException,
  StoreConditionException,
} from '../../runtime/index.js';
import { startDynalite } from './dynalite-server.js';
import { type DynamoDbServer, dynamoDbBackend, setEnvironment } from './dynamodb-backend.js';
import { loadPackedStores, type Packed, packSdk } from './packed-runtime.js';
import { storeContract } from './store-contract.js';
import { Everything, Page, Session, stores } from './stores.js';

const loadPlain = async () => ({
  'document-store': await import('../../providers/aws/runtime/document-store.js'),
  'key-value-store': await import('../../providers/aws/runtime/key-value-store.js'),
});

describe('stores on dynalite', () => {
  /** The SDK's client of a process looks its endpoint up once, so all suites with the unpacked clients share a server. */
  let server: DynamoDbServer;
  before(async () => {
    server = await startDynalite();
  });
  after(() => server.stop());
  const shared = async (): Promise<DynamoDbServer> => ({ endpoint: server.endpoint, stop: async () => {} });

  storeContract('as the client sees them', dynamoDbBackend(shared, loadPlain), { exact: false });

  describe('bundled with the packed SDK', () => {
    let packed: Packed;
    before(async function () {
      this.timeout(60_000);
      packed = await packSdk();
    });
    after(() => packed.remove());

    storeContract(
      'and minified',
      dynamoDbBackend(startDynalite, () => loadPackedStores(packed.folder)),
      { exact: false },
    );
  });

  describe('as tables', () => {
    const backend = dynamoDbBackend(shared, loadPlain);
    before(() => backend.start(stores));
    after(() => backend.stop());

    const users = ClientBuilder.getDocumentStoreClient(Everything);
    const item = async (table: string, key: Record<string, AttributeValue>) => {
      const client = new DynamoDBClient({ endpoint: server.endpoint });
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
      client.destroy();
      return Item;
    };

    it('have columns of the given names, in natural forms', async () => {
      const user = Object.assign(new Everything(), { id: 'a', name: 'bob', size: 7, date: new Date(0), tags: new Set(['x']) });
      await users.put(user);
      const stored = await item('contract-Everything', { id: { S: 'a' } });
      expect(stored).to.deep.include({
        id: { S: 'a' },
        size: { S: 'bob' },
        name: { N: '7' },
        date: { S: '1970-01-01T00:00:00.000Z' },
        tags: { SS: ['x'] },
        total: { N: '0' },
      });
      expect(stored).not.to.have.property('cached');
      expect(stored).not.to.have.property('nickname');
    });

    it("hold a key-value store's key in a column of its own", async () => {
      await ClientBuilder.getKeyValueStoreClient(String, Session).put('k', Object.assign(new Session(), { user: 'bob' }));
      expect(await item('contract-Session', { PrimaryKey: { S: 'k' } })).to.deep.equal({
        PrimaryKey: { S: 'k' },
        user: { S: 'bob' },
        visits: { N: '0' },
      });
    });

    it('are streamed in pages of about 1 MB', async () => {
      const pages = ClientBuilder.getDocumentStoreClient(Page);
      for (let i = 0; i < 10; i++) await pages.put({ id: `${i}`, text: 'x'.repeat(150_000) });
      const sizes: number[] = [];
      for await (const page of pages.stream()) sizes.push(page.length);
      expect(sizes).to.have.length(2);
      expect(sizes[0]! + sizes[1]!).to.equal(10);
    });

    const failure = (promise: Promise<unknown>): Promise<Error> =>
      promise.then(
        () => new Error('nothing failed'),
        (it: Error) => it,
      );

    it("fail with nimbusc's own errors, the original as their cause", async () => {
      await users.put(Object.assign(new Everything(), { id: 'taken' }));
      const error = await failure(users.put(Object.assign(new Everything(), { id: 'taken' }), new AttributeNotExists('id')));
      expect(error).to.be.instanceOf(StoreConditionException);
      expect(error.cause).to.have.property('name', 'ConditionalCheckFailedException');
    });

    it('are reported when they do not exist or are not named', async () => {
      let restore = setEnvironment({ NIMBUS_STORE_Everything: 'contract-Nowhere' });
      const missing = await failure(users.get('a'));
      restore();
      expect(missing).to.be.instanceOf(NonRetryableException);
      expect(missing.cause).to.have.property('name', 'ResourceNotFoundException');
      restore = setEnvironment({ NIMBUS_STORE_Everything: '' });
      const unnamed = await failure(users.get('a'));
      restore();
      expect(unnamed.message).to.include('NIMBUS_STORE_Everything');
    });
  });

  describe('out of reach', () => {
    let packed: Packed;
    before(async function () {
      this.timeout(60_000);
      packed = await packSdk();
    });
    after(() => packed.remove());

    it('fails as retryable', async function () {
      this.timeout(20_000);
      const { endpoint, stop } = await startDynalite();
      await stop();
      const restore = setEnvironment({
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        NIMBUS_STORE_Everything: 'contract-Everything',
      });
      const runtime = await loadPackedStores(packed.folder);
      const { type, data } = stores[0]!;
      runtime['document-store'].register(type, data as never);
      const error = await ClientBuilder.getDocumentStoreClient(Everything)
        .get('a')
        .then(
          () => undefined,
          (it: Error) => it,
        );
      restore();
      expect(error!.name).to.equal(RetryableException.prototype.name);
      expect(error!.cause).to.have.property('code', 'ECONNREFUSED');
    });
  });
});
