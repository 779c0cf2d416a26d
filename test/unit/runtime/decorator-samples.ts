// Every decorator on every target that it takes, and on some that it must refuse. decorators.test.ts compiles this file
// with standard and with legacy decorators; an error that does not come fails the compilation too.
import {
  AfterDeployment,
  Attribute,
  ClientBuilder,
  CustomFactory,
  type CustomFactoryInterface,
  DocumentStore,
  EnvironmentVariable,
  FileStorageBucket,
  type FileStorageEvent,
  FileStorageEventType,
  FileStorageServerlessFunction,
  FileUpload,
  type HttpEvent,
  HttpMethod,
  HttpServerlessFunction,
  Key,
  KeyValueStore,
  UsesDocumentStore,
  UsesFileStorageBucket,
  UsesKeyValueStore,
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

  @AfterDeployment()
  @AfterDeployment({ isTest: true, stages: ['dev'] })
  setUp(): string {
    return 'done';
  }

  @EnvironmentVariable({ key: 'A', value: '' })
  protected inherited(): void {}
}

class HandlersFactory implements CustomFactoryInterface<Handlers> {
  async create(): Promise<Handlers> {
    return new Handlers();
  }
}

@CustomFactory(HandlersFactory)
export class Made extends Handlers {}

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
}

// @ts-expect-error DynamoDB has no such key
@KeyValueStore({ keyType: Boolean })
export class WrongKey {}

// @ts-expect-error the key's type is missing
@KeyValueStore({})
export class NoKey {}
