// Every decorator on every target that it takes, and on some that it must refuse. decorators.test.ts compiles this file
// with standard and with legacy decorators; an error that does not come fails the compilation too.
import {
  AfterDeployment,
  Attribute,
  BasicServerlessFunction,
  ClientBuilder,
  CognitoSearchType,
  type CognitoUser,
  CustomFactory,
  type CustomFactoryInterface,
  DatabaseLanguage,
  DatabaseSize,
  DocumentStore,
  DocumentStoreServerlessFunction,
  EnvironmentVariable,
  ExistingCognitoUserPool,
  FileStorageBucket,
  type FileStorageEvent,
  FileStorageEventType,
  FileStorageServerlessFunction,
  FileUpload,
  ForceDependency,
  HttpApi,
  type HttpAuthorization,
  type HttpAuthorizer,
  type HttpAuthorizerEvent,
  type HttpEvent,
  HttpMethod,
  HttpServerlessFunction,
  KeepWarm,
  Key,
  KeyValueStore,
  KeyValueStoreServerlessFunction,
  type NotificationEvent,
  NotificationServerlessFunction,
  NotificationTopic,
  Protocol,
  Queue,
  type QueueEvent,
  QueueServerlessFunction,
  RelationalDatabase,
  type StoreEvent,
  StoreEventType,
  UsesBasicServerlessFunction,
  UsesCognitoUserPool,
  UsesCognitoUserPoolAsAdmin,
  UsesDocumentStore,
  UsesFileStorageBucket,
  UsesKeyValueStore,
  UsesNotificationTopic,
  UsesQueue,
  UsesRelationalDatabase,
  UsesSecretManagerSecret,
  UsesServerlessFunctionWebSocketClient,
  type WebSocketEvent,
  WebSocketServerlessFunction,
} from '../../../runtime/index.js';

@DocumentStore({ tableName: 'users', stages: ['dev', 'prod'] })
@DocumentStore()
export class User {
  @Key({ columnName: 'id' })
  readonly name: string;
  @Attribute()
  joined?: Date;
  @Attribute({ columnName: 'nick' }) protected nick: string | null = null;
  @Attribute() private visits = 0;

  constructor(name: string) {
    this.name = name;
    this.visits++;
  }
}

@KeyValueStore({ keyType: String })
@KeyValueStore({ keyType: Uint8Array, keyName: 'hash', stages: ['prod'] })
export class Connection {
  @Attribute() user = '';
}

@Queue({ id: 'orders' })
@Queue({ id: 'live-orders', itemProcessingTimeout: 60, maxReceiveCount: 1, fifo: true, stages: ['prod'] })
export class OrderQueue {}
@DocumentStore()
export class Counted {
  @Key() name = '';
  @Attribute() count = 0;
  @Attribute() total?: bigint;
}

@FileStorageBucket({ bucketName: 'photos', staticWebsite: true, allowedCorsOrigins: ['*'], stages: ['prod'] })
@FileStorageBucket({ bucketName: 'photos' })
@FileUpload({ bucketName: 'photos', localPath: 'site', targetPath: '', substituteNimbusVariables: true })
export class Photos {}

export class Listener {
  @FileStorageServerlessFunction({ fileStorageBucket: Photos, eventType: FileStorageEventType.OBJECT_CREATED })
  @FileStorageServerlessFunction({ bucketName: 'photos', eventType: 'OBJECT_DELETED', timeout: 5 })
  // @ts-expect-error a bucket is told by its class or by its name
  @UsesFileStorageBucket({ bucketName: 'photos', fileStorageBucket: Photos })
  @UsesFileStorageBucket({ fileStorageBucket: Photos, stages: ['dev'] })
  async onPhoto(event: FileStorageEvent): Promise<number> {
    const files = ClientBuilder.getFileStorageClient(Photos);
    await ClientBuilder.getFileStorageClient('photos').saveFile('a', { file: '/tmp/a' }, { tags: { a: 'b' } });
    for await (const _chunk of await files.getFile(event.key)) break;
    return (await files.listFiles())[0]?.lastModified.getTime() ?? 0;
  }
}

const keep = ['prod'] as const;

export class Handlers {
  users = ClientBuilder.getDocumentStoreClient(User);
  connections = ClientBuilder.getKeyValueStoreClient(String, Connection);
  byNumber = ClientBuilder.getKeyValueStoreClient(Number, Connection);

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users/{name}', timeout: 5, memory: 256, stages: keep })
  @HttpServerlessFunction({ method: 'POST', path: '/users', allowedCorsOrigin: '*', allowedCorsHeaders: ['x-a'] })
  @EnvironmentVariable({ key: 'A', value: '${A}', testValue: 'a' })
  @EnvironmentVariable({ key: 'B', value: 'b' })
  @UsesDocumentStore(User)
  @UsesDocumentStore({ dataModel: User, stages: ['dev'] })
  @UsesKeyValueStore(Connection)
  async get(event: HttpEvent, body: { name: string }): Promise<User | null> {
    const found: User | null = await this.users.get(body.name);
    const connection: Connection | null = await this.connections.get(event.requestId);
    // @ts-expect-error a string is the key
    await this.connections.get(1);
    await this.byNumber.put(1, new Connection());
    // @ts-expect-error not a Connection
    await this.byNumber.put(1, { visits: 1 });
    for await (const page of this.users.stream()) return page[0] ?? null;
    return connection && found;
  }

  @WebSocketServerlessFunction({ topic: '$connect' })
  @UsesServerlessFunctionWebSocketClient()
  @UsesServerlessFunctionWebSocketClient({ stages: ['dev'] })
  @UsesKeyValueStore({ dataModel: Connection })
  onConnect(_event: WebSocketEvent): void {}

  @DocumentStoreServerlessFunction({ dataModel: User, method: StoreEventType.INSERT, timeout: 5 })
  @DocumentStoreServerlessFunction({ dataModel: User, method: 'MODIFY', stages: ['dev'] })
  // @ts-expect-error no kind of change
  @DocumentStoreServerlessFunction({ dataModel: User, method: 'UPDATE' })
  onUser(_event: StoreEvent, _user: User): void {}

  @KeyValueStoreServerlessFunction({ dataModel: Connection, method: StoreEventType.REMOVE })
  // @ts-expect-error the kind of change is missing
  @KeyValueStoreServerlessFunction({ dataModel: Connection })
  async onConnection(): Promise<void> {
    const transactions = ClientBuilder.getTransactionalClient();
    const counted = ClientBuilder.getDocumentStoreClient(Counted);
    await transactions.executeWriteTransaction([
      counted.getIncrementValueRequest('a', 'count', 2),
      counted.getDecrementValueRequest('a', 'total', 2n),
      // @ts-expect-error a string has nothing to add to
      counted.getIncrementValueRequest('a', 'name'),
    ]);
    const [one, connection] = await transactions.executeReadTransaction([
      counted.getReadItem('a'),
      this.connections.getReadItem('b'),
    ]);
    const count: number | undefined = one?.count;
    const user: string | undefined = connection?.user;
    // @ts-expect-error a request to read is none to write
    await transactions.executeWriteTransaction([counted.getReadItem(`${count} ${user}`)]);
  }

  @AfterDeployment()
  @AfterDeployment({ isTest: true, stages: ['dev'] })
  setUp(): string {
    return 'done';
  }

  @QueueServerlessFunction({ queue: OrderQueue, batchSize: 10, maximumBatchingWindow: 5, timeout: 60 })
  @QueueServerlessFunction({ id: 'other', batchSize: 1, stages: keep })
  @UsesQueue({ queue: OrderQueue })
  @UsesQueue({ id: 'third', stages: keep })
  async orders(users: User[], events: readonly QueueEvent[]): Promise<void> {
    await ClientBuilder.getQueueClient(OrderQueue).sendMessageAsJson(users[0], { groupId: 'a', deduplicationId: 'b' });
    await ClientBuilder.getQueueClient('third').sendMessages([events[0]?.body, { a: 1 }], { groupId: 'a' });
    // @ts-expect-error JSON has a method of its own
    await ClientBuilder.getQueueClient('third').sendMessage({ a: 1 });
    // @ts-expect-error they would all be the same message
    await ClientBuilder.getQueueClient('third').sendMessages(['a', 'b'], { deduplicationId: 'c' });
  }

  @EnvironmentVariable({ key: 'A', value: '' })
  protected inherited(): void {}
}

@NotificationTopic({ topicName: 'orders' })
@NotificationTopic({ topicName: 'orders-of-all', stages: ['prod'] })
export class Orders {}

export class Calculator {
  @BasicServerlessFunction()
  @BasicServerlessFunction({ timeout: 30, memory: 512, stages: ['prod'] })
  async add(pair: { a: number; b: number }): Promise<{ sum: number; at: Date }> {
    return { sum: pair.a + pair.b, at: new Date() };
  }

  @BasicServerlessFunction({ cron: 'rate(1 day)' })
  @KeepWarm()
  @KeepWarm({ stages: ['prod'] })
  @ForceDependency('sharp', '@scope/name')
  daily(): void {}

  readonly base = 10;
}

@ExistingCognitoUserPool({ arn: 'arn', stages: ['dev'] })
@ExistingCognitoUserPool({ arn: 'arn', userPoolId: 'id' })
export class Members {}

export class Tokens implements HttpAuthorizer {
  members = ClientBuilder.getCognitoClient(Members);

  @UsesCognitoUserPool({ userPool: Members })
  @EnvironmentVariable({ key: 'A', value: '' })
  async authorize(event: HttpAuthorizerEvent): Promise<HttpAuthorization> {
    const user: CognitoUser | null = await this.members.getUser(event.authorizationToken);
    // @ts-expect-error there may be no user
    user.username;
    return user !== null && { isAuthorized: true, context: { user } };
  }
}

@HttpApi()
@HttpApi({ authorizer: Tokens, authorizationHeader: 'X-Token', authorizationCacheTtl: 0, stages: ['prod'] })
export class Api {
  members = ClientBuilder.getCognitoClient(Members);

  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'members' })
  @UsesCognitoUserPoolAsAdmin({ userPool: Members, stages: ['prod'] })
  async change(): Promise<CognitoUser[]> {
    await this.members.updateUserAttributes('a', { email: 'a@example.com' });
    // @ts-expect-error Cognito cannot search by it
    await this.members.searchUsers('custom:team', 'a');
    return this.members.searchUsers('email', 'a', CognitoSearchType.PREFIX);
  }
}

// @ts-expect-error a class without the method
@HttpApi({ authorizer: Members })
export class WrongApi {}

export class Callers {
  add = ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'add');
  calculator = ClientBuilder.getBasicServerlessFunctionInterface(Calculator);
  orders = ClientBuilder.getNotificationClient(Orders);
  alarms = ClientBuilder.getNotificationClient('alarms');

  @NotificationServerlessFunction({ notificationTopic: Orders, timeout: 5 })
  @NotificationServerlessFunction({ topic: 'alarms' })
  @UsesNotificationTopic({ notificationTopic: Orders })
  @UsesNotificationTopic({ topic: 'alarms', stages: ['prod'] })
  @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'add' })
  async call(event: NotificationEvent): Promise<Date> {
    const { sum, at }: { sum: number; at: Date } = await this.add.invoke({ a: 1, b: event.message.length });
    await this.add.invokeAsync({ a: 1, b: sum });
    // @ts-expect-error both numbers are needed
    await this.add.invoke({ a: 1 });
    // @ts-expect-error the method takes a parameter
    await this.calculator.add();
    const done: unknown = await this.calculator.daily();
    // @ts-expect-error a field is no method
    this.calculator.base;
    // @ts-expect-error there is no such method
    ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'subtract');
    const id: string = await this.orders.createSubscription(Protocol.EMAIL, 'somebody@example.com');
    // @ts-expect-error there is no such protocol
    await this.orders.createSubscription('pigeon', 'roof');
    await this.alarms.deleteSubscription(id);
    await this.alarms.notifyJson(done);
    return at;
  }

  // @ts-expect-error there is no such method
  @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'subtract' })
  misspelt(): void {}

  // @ts-expect-error one of the two, not both
  @NotificationServerlessFunction({ notificationTopic: Orders, topic: 'orders' })
  both(): void {}

  // @ts-expect-error one of the two
  @UsesNotificationTopic({ stages: ['prod'] })
  neither(): void {}

  // @ts-expect-error at least one package
  @ForceDependency()
  nothing(): void {}
}

@RelationalDatabase({ name: 'team', username: 'app', password: '${TEAM}', databaseLanguage: DatabaseLanguage.POSTGRESQL })
@RelationalDatabase({
  ...{ name: 'team', username: 'app', password: '${TEAM}', databaseLanguage: 'ORACLE', databaseClass: DatabaseSize.LARGE },
  ...{ awsDatabaseInstance: 'db.r6g.large', allocatedSizeGB: 50, stages: ['prod'] },
})
// @ts-expect-error there is no such language
@RelationalDatabase({ name: 'team', username: 'app', password: '${TEAM}', databaseLanguage: 'SQLITE' })
// @ts-expect-error the language is missing
@RelationalDatabase({ name: 'team', username: 'app', password: '${TEAM}' })
export class Team {}

interface DriverConnection {
  sql(text: string): Promise<number>;
}

export class Directory {
  private readonly secret = ClientBuilder.getSecretClient('arn');

  @BasicServerlessFunction()
  @UsesRelationalDatabase({ dataModel: Team })
  @UsesRelationalDatabase({ dataModel: Team, stages: ['prod'] })
  // @ts-expect-error the class is missing
  @UsesRelationalDatabase({})
  @UsesSecretManagerSecret({ secretArn: 'arn' })
  @UsesSecretManagerSecret({ secretArn: 'other', stages: ['prod'] })
  async list(): Promise<string> {
    const plain = await ClientBuilder.getDatabaseClient(Team).getConnection();
    await plain.query('select $1', [1]);
    await plain.end();
    const own = await ClientBuilder.getDatabaseClient<DriverConnection>(Team).getConnection('archive', true);
    const count: number = await own.sql('select 1');
    // @ts-expect-error the driver's connection has no such method
    await own.query('select 1');
    const { user } = await this.secret.getSecretJson<{ user: string }>();
    return `${await this.secret.getSecret()} ${user} ${count}`;
  }
}

class HandlersFactory implements CustomFactoryInterface<Handlers> {
  async create(): Promise<Handlers> {
    return new Handlers();
  }
}

@CustomFactory(HandlersFactory)
export class Made extends Handlers {}

class SecretFactory implements CustomFactoryInterface<Secret> {
  create(): Secret {
    return Secret.make('who has no other way in');
  }
}

@CustomFactory(SecretFactory)
export class Secret {
  private constructor(readonly text: string) {}

  static make(text: string): Secret {
    return new Secret(text);
  }

  @AfterDeployment()
  tell(): string {
    return this.text;
  }
}

// @ts-expect-error the factory makes another class
@CustomFactory(HandlersFactory)
export class OtherSecret {
  private constructor() {}

  static make(): OtherSecret {
    return new OtherSecret();
  }
}

class NumberFactory {
  create(): { count: number } {
    return { count: 1 };
  }
}

// @ts-expect-error the factory makes something else
@CustomFactory(NumberFactory)
export class NotMade {
  name = '';
}

// @ts-expect-error an abstract class cannot be stored
@DocumentStore()
export abstract class Abstract {}

// @ts-expect-error a handler is a method
@AfterDeployment()
export class Misplaced {
  // @ts-expect-error a store is a class
  @DocumentStore()
  method(): void {}

  // @ts-expect-error a handler is a method
  @HttpServerlessFunction({ method: 'GET', path: '' })
  field = 1;

  // @ts-expect-error a handler is not static
  @HttpServerlessFunction({ method: 'GET', path: '' })
  static make(): void {}

  // @ts-expect-error a handler is not an accessor
  @AfterDeployment()
  get value(): number {
    return 1;
  }

  // @ts-expect-error an attribute is a field
  @Attribute()
  attribute(): void {}

  // @ts-expect-error an attribute is not static
  @Key()
  static key = '';

  // @ts-expect-error there is no such method
  @HttpServerlessFunction({ method: 'FETCH', path: '' })
  fetch(): void {}

  // @ts-expect-error the path is missing
  @HttpServerlessFunction({ method: 'GET' })
  pathless(): void {}

  // @ts-expect-error there is no such option
  @WebSocketServerlessFunction({ topic: 'a', batchSize: 1 })
  batch(): void {}

  // @ts-expect-error a class is needed
  @UsesDocumentStore('User')
  uses(): void {}

  // @ts-expect-error a queue has one name
  @UsesQueue({ queue: OrderQueue, id: 'orders' })
  usesBoth(): void {}

  // @ts-expect-error a queue has a name
  @QueueServerlessFunction({ batchSize: 1 })
  listensToNone(): void {}

  // @ts-expect-error the size of batches is missing
  @QueueServerlessFunction({ queue: OrderQueue })
  sizeless(): void {}
}

// @ts-expect-error the id is missing
@Queue({ fifo: true })
export class NoId {}

// @ts-expect-error DynamoDB has no such key
@KeyValueStore({ keyType: Boolean })
export class WrongKey {}

// @ts-expect-error the key's type is missing
@KeyValueStore({})
export class NoKey {}
