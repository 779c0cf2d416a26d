import { expect } from 'chai';
import { bind, registry } from '../../../runtime/core/binding.js';
import { register as registerEnvironment } from '../../../runtime/core/environment.js';
import { ClientBuilder, getStage, isLocal, NonRetryableException, PermissionException } from '../../../runtime/index.js';

/** A registry of its own for each test, as a cold start has. */
function freshRegistry(): void {
  const scope = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for('nimbusc');
  let before: unknown;
  beforeEach(() => {
    before = scope[key];
    delete scope[key];
  });
  afterEach(() => {
    scope[key] = before;
  });
}

const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );

describe('ClientBuilder', () => {
  freshRegistry();

  class User {}

  it('gives clients before anything is registered', async () => {
    const client = ClientBuilder.getDocumentStoreClient(User);
    bind('document-store', User, { get: async (key: string) => `got ${key}` });
    expect(await client.get('bob')).to.equal('got bob');
  });

  it('gives clients whose operations reject with the decorator to write', async () => {
    const error = await failure(ClientBuilder.getDocumentStoreClient(User).get('x'));
    expect(error).to.be.instanceOf(PermissionException);
    expect(error).to.be.instanceOf(NonRetryableException);
    expect(error.message).to.equal('this function does not declare @UsesDocumentStore(...) for this class');
  });

  it('names the class as the user wrote it when it knows', async () => {
    bind('key-value-store', User, {}, 'UserDetail');
    const error = await failure(ClientBuilder.getDocumentStoreClient(User).put(new User()));
    expect(error.message).to.equal('this function does not declare @UsesDocumentStore(UserDetail)');
  });

  it('throws at once where an operation gives no promise', () => {
    bind('document-store', Object, {}, 'Other');
    const client = ClientBuilder.getDocumentStoreClient(User);
    for (const build of [() => client.getReadItem('a'), () => client.getDeleteKeyItemRequest('a')])
      expect(build).to.throw(PermissionException, 'this function does not declare @UsesDocumentStore(...) for this class');
    expect(() => ClientBuilder.getKeyValueStoreClient(String, User).getWriteItem('a', new User())).to.throw(PermissionException);
  });

  it('tells clients of other kinds apart', async () => {
    bind('document-store', User, { get: async () => 'document' }, 'User');
    bind('key-value-store', User, { get: async () => 'value' }, 'User');
    expect(await ClientBuilder.getDocumentStoreClient(User).get('a')).to.equal('document');
    expect(await ClientBuilder.getKeyValueStoreClient(String, User).get('a')).to.equal('value');
    const error = await failure(ClientBuilder.getServerlessFunctionWebSocketClient().disconnect('a'));
    expect(error.message).to.equal('this function does not declare @UsesServerlessFunctionWebSocketClient()');
  });

  const stores = ['document', 'key-value'] as const;
  for (const kind of stores)
    it(`offers every operation of a ${kind} store`, async () => {
      const operations = [
        'put',
        'get',
        'delete',
        'getAll',
        'getAllKeys',
        'filter',
        ...(kind === 'document' ? ['deleteKey'] : []),
      ];
      const client =
        kind === 'document' ? ClientBuilder.getDocumentStoreClient(User) : ClientBuilder.getKeyValueStoreClient(String, User);
      const calls = client as unknown as Record<string, () => Promise<unknown>>;
      for (const operation of operations) expect(await failure(calls[operation]!())).to.be.instanceOf(PermissionException);
      const builders = ['getReadItem', 'getWriteItem', 'getIncrementValueRequest', 'getDecrementValueRequest'];
      const others = ['stream', ...builders, 'getDeleteItemRequest', 'getDeleteKeyItemRequest'];
      expect(Object.keys(client).sort()).to.deep.equal([...operations, ...others].sort());
    });

  it('rejects when an undeclared store is streamed', async () => {
    const read = async () => {
      for await (const page of ClientBuilder.getDocumentStoreClient(User).stream()) expect(page).to.equal(undefined);
    };
    expect(await failure(read())).to.be.instanceOf(PermissionException);
  });

  it('gives clients that can be awaited and printed', async () => {
    const client = ClientBuilder.getDocumentStoreClient(User);
    expect(await Promise.resolve(client)).to.equal(client);
    expect(JSON.stringify({ client })).to.equal('{"client":{}}');
  });

  it('asks a host that runs many functions which one is running', async () => {
    let running = 'a';
    registry().resolve = (kind, target) =>
      kind === 'document-store' && target === User ? { get: async () => running } : undefined;
    const client = ClientBuilder.getDocumentStoreClient(User);
    expect(await client.get('x')).to.equal('a');
    running = 'b';
    expect(await client.get('x')).to.equal('b');
    expect(await failure(ClientBuilder.getServerlessFunctionWebSocketClient().disconnect('x'))).to.be.instanceOf(
      PermissionException,
    );
  });
});

describe('the environment client', () => {
  freshRegistry();
  beforeEach(() => {
    process.env['NIMBUS_TEST_A'] = 'value';
    process.env['NIMBUS_TEST_EMPTY'] = '';
    process.env['NIMBUS_TEST_HIDDEN'] = 'secret';
  });
  afterEach(() => {
    for (const key of ['A', 'EMPTY', 'HIDDEN']) delete process.env[`NIMBUS_TEST_${key}`];
  });

  it('sees what was set with @EnvironmentVariable and nothing else', async () => {
    const client = ClientBuilder.getEnvironmentVariableClient();
    registerEnvironment(null, { keys: ['NIMBUS_TEST_A', 'NIMBUS_TEST_EMPTY', 'NIMBUS_TEST_GONE'] });
    expect(await client.get('NIMBUS_TEST_A')).to.equal('value');
    expect(await client.get('NIMBUS_TEST_EMPTY')).to.equal('');
    expect(await client.get('NIMBUS_TEST_HIDDEN')).to.equal(null);
    expect(await client.get('NIMBUS_TEST_GONE')).to.equal(null);
    expect(await client.containsKey('NIMBUS_TEST_A')).to.equal(true);
    expect(await client.containsKey('NIMBUS_TEST_EMPTY')).to.equal(true);
    expect(await client.containsKey('NIMBUS_TEST_HIDDEN')).to.equal(false);
    expect(await client.containsKey('NIMBUS_TEST_GONE')).to.equal(false);
  });

  it('sees nothing in a function without variables', async () => {
    const client = ClientBuilder.getEnvironmentVariableClient();
    expect(await client.get('NIMBUS_TEST_A')).to.equal(null);
    expect(await client.containsKey('NIMBUS_TEST_A')).to.equal(false);
  });
});

describe('the context', () => {
  freshRegistry();

  it('is local only where a host says so', () => {
    expect(isLocal()).to.equal(false);
    registry().local = true;
    expect(isLocal()).to.equal(true);
  });

  it('knows the stage from the environment or the host', () => {
    const before = process.env['NIMBUS_STAGE'];
    delete process.env['NIMBUS_STAGE'];
    expect(getStage()).to.equal('');
    process.env['NIMBUS_STAGE'] = 'prod';
    expect(getStage()).to.equal('prod');
    registry().stage = () => 'local';
    expect(getStage()).to.equal('local');
    if (before === undefined) delete process.env['NIMBUS_STAGE'];
    else process.env['NIMBUS_STAGE'] = before;
  });
});
