import { expect } from 'chai';
import { ConnectionRefusedException, HttpRequest, WebSocketRequest } from '../../../providers/local/index.js';
import { type LocalTestProject, localProject, quietly } from '../../support/local-project.js';

const source = `
import {
  AfterDeployment, Attribute, BasicServerlessFunction, ClientBuilder, CustomFactory, DocumentStore, DocumentStoreServerlessFunction,
  EnvironmentVariable, FileStorageBucket, FileStorageServerlessFunction, FileUpload, HttpException, HttpServerlessFunction, Key,
  KeyValueStore, KeyValueStoreServerlessFunction, NotificationServerlessFunction, NotificationTopic, Queue,
  QueueServerlessFunction, UsesBasicServerlessFunction, UsesDocumentStore, UsesFileStorageBucket, UsesQueue,
  UsesServerlessFunctionWebSocketClient, WebSocketServerlessFunction,
  type CustomFactoryInterface, type FileStorageEvent, type HttpEvent, type NotificationEvent, type QueueEvent,
  type StoreEvent, type WebSocketEvent, isLocal, getStage,
} from 'nimbusc';

@DocumentStore() export class Order { @Key() id = ''; @Attribute() at: Date = new Date(0); @Attribute() amount = 0; shown = 'initial'; }
@KeyValueStore({ keyType: Number }) export class Score { @Attribute() points = 0; }
@Queue({ id: 'jobs', maxReceiveCount: 2 }) export class Jobs {}
@Queue({ id: 'line', fifo: true, maxReceiveCount: 5 }) export class Line {}
@NotificationTopic({ topicName: 'news' }) export class News {}
@FileStorageBucket({ bucketName: 'box' }) export class Box {}
@FileStorageBucket({ bucketName: 'site', staticWebsite: true })
@FileUpload({ bucketName: 'site', localPath: 'web', targetPath: '', substituteNimbusVariables: true })
export class Site {}

export class Person { name!: string; born!: Date; greet() { return this.name + ' ' + this.born.getUTCFullYear(); } }

export class Api {
  private readonly environment = ClientBuilder.getEnvironmentVariableClient();
  @HttpServerlessFunction({ method: 'POST', path: 'people/{id}' })
  person(person: Person, event: HttpEvent): object {
    return { text: person.greet(), id: event.pathParameters['id'], log: event.queryStringParameters['log'] };
  }
  @HttpServerlessFunction({ method: 'GET', path: 'people/me', allowedCorsOrigin: 'https://a.example' })
  me(): string { throw new HttpException(418, 'teapot'); }
  @HttpServerlessFunction({ method: 'GET', path: 'files/{rest+}' })
  files(event: HttpEvent): Uint8Array { return new TextEncoder().encode(event.pathParameters['rest']); }
  @HttpServerlessFunction({ method: 'GET', path: 'where' })
  @EnvironmentVariable({ key: 'COLOUR', value: 'cloud', testValue: 'test' })
  @EnvironmentVariable({ key: 'PLAIN', value: 'plain' })
  async where(): Promise<object> {
    return {
      local: isLocal(), stage: getStage(), seen: process.env['COLOUR'], colour: await this.environment.get('COLOUR'),
      plain: await this.environment.get('PLAIN'), other: await this.environment.get('PATH'),
    };
  }
  @HttpServerlessFunction({ method: 'GET', path: 'unseen' })
  async unseen(): Promise<object> { return { seen: process.env['COLOUR'] ?? null, colour: await this.environment.get('COLOUR') }; }
  @HttpServerlessFunction({ method: 'GET', path: 'crash' })
  crash(): void { throw new Error('a secret'); }
  @HttpServerlessFunction({ method: 'GET', path: 'hang', timeout: 1 })
  hang(): Promise<void> { return new Promise(() => {}); }
}

export class Worker {
  static seen: string[] = [];
  @QueueServerlessFunction({ queue: Jobs, batchSize: 10 })
  work(job: { n: number }, event: QueueEvent): string {
    if (job.n < 0) throw new Error('bad');
    return event.attributes['ApproximateReceiveCount']!;
  }
  @QueueServerlessFunction({ queue: Line, batchSize: 10 })
  async line(text: string, event: QueueEvent): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (text === 'once' && event.attributes['ApproximateReceiveCount'] === '1') throw new Error('once');
    Worker.seen.push(text);
  }
  @HttpServerlessFunction({ method: 'GET', path: 'seen' })
  async list(): Promise<string[]> { return Worker.seen; }
}

export class Batches {
  @QueueServerlessFunction({ id: 'lists', batchSize: 5 })
  all(numbers: number[], events: QueueEvent[]): number { return numbers.length * 100 + events.length; }
}

export class Listeners {
  static attempts = 0;
  @DocumentStoreServerlessFunction({ dataModel: Order, method: 'INSERT' })
  inserted(order: Order, event: StoreEvent): string { return event.eventName + order.id + order.at.getTime() + order.shown; }
  @DocumentStoreServerlessFunction({ dataModel: Order, method: 'MODIFY' })
  changed(before: Order, after: Order): number { return after.amount - before.amount; }
  @DocumentStoreServerlessFunction({ dataModel: Order, method: 'REMOVE' })
  removed(order: Order): string { return order.id; }
  @KeyValueStoreServerlessFunction({ dataModel: Score, method: 'INSERT' })
  scored(): void { if (++Listeners.attempts < 3) throw new Error('again'); }
  @NotificationServerlessFunction({ notificationTopic: News })
  news(text: string, event: NotificationEvent): string { return text + event.timestamp.constructor.name; }
  @FileStorageServerlessFunction({ fileStorageBucket: Box, eventType: 'OBJECT_CREATED' })
  created(event: FileStorageEvent): string { return event.key + event.size; }
  @FileStorageServerlessFunction({ fileStorageBucket: Box, eventType: 'OBJECT_DELETED' })
  deleted(event: FileStorageEvent): string { return event.key + event.size; }
}

class Made { constructor(private readonly by: string) {} make(): string { return this.by; } }
export class MakerFactory implements CustomFactoryInterface<Maker> { async create(): Promise<Maker> { return new Maker(new Made('factory')); } }
@CustomFactory(MakerFactory)
export class Maker {
  constructor(private readonly made: Made) {}
  @BasicServerlessFunction()
  make(): string { return this.made.make(); }
}

export class Sums {
  @BasicServerlessFunction()
  add(of: { a: number; b: number; on?: Date }): { sum: number; on: Date } { return { sum: of.a + of.b, on: of.on ?? new Date(0) }; }
  @BasicServerlessFunction()
  fail(): void { throw new RangeError('too far'); }
  @BasicServerlessFunction({ cron: 'rate(1 day)' })
  @UsesFileStorageBucket({ fileStorageBucket: Box })
  async daily(): Promise<void> { await ClientBuilder.getFileStorageClient(Box).saveFile('a b/ü', 'daily'); }
  @HttpServerlessFunction({ method: 'GET', path: 'sums' })
  @UsesBasicServerlessFunction({ targetClass: Sums, methodName: 'add' })
  @UsesBasicServerlessFunction({ targetClass: Sums, methodName: 'fail' })
  async sums(): Promise<object> {
    const sums = ClientBuilder.getBasicServerlessFunctionInterface(Sums);
    const { sum, on } = await sums.add({ a: 1, b: 2, on: new Date(5) });
    const error = await sums.fail().catch((it: Error) => it);
    return { sum, date: on instanceof Date, error: String(error) };
  }
}

export class Setup {
  @AfterDeployment({ isTest: true })
  @UsesDocumentStore(Order)
  async check(): Promise<number> { return (await Setup.orders.getAll()).length; }
  @AfterDeployment()
  @UsesDocumentStore(Order)
  async fill(): Promise<string> { const order = new Order(); order.id = 'first'; await Setup.orders.put(order); return 'filled'; }
  static readonly orders = ClientBuilder.getDocumentStoreClient(Order);
}

export class Socket {
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();
  @WebSocketServerlessFunction({ topic: '$connect' })
  @UsesServerlessFunctionWebSocketClient()
  async connect(event: WebSocketEvent): Promise<void> {
    if (event.queryStringParameters['name'] === 'stranger') throw new Error('no');
    const early = await this.sockets.sendToConnection(event.requestContext.connectionId, 'early').catch((error: Error) => error.name);
    if (early !== 'ConnectionGoneException') throw new Error('sent before the connection was open');
  }
  @WebSocketServerlessFunction({ topic: 'echo' })
  @UsesServerlessFunctionWebSocketClient()
  async echo(message: { topic: 'echo'; on: Date }, event: WebSocketEvent): Promise<void> {
    const id = event.requestContext.connectionId;
    await this.sockets.sendToConnectionConvertToJson(id, { on: message.on });
    await this.sockets.sendToConnection(id, 'text');
    await this.sockets.sendToConnection(id, new Uint8Array([255]));
  }
  @WebSocketServerlessFunction({ topic: 'bye' })
  @UsesServerlessFunctionWebSocketClient()
  async bye(event: WebSocketEvent): Promise<void> { await this.sockets.disconnect(event.requestContext.connectionId); }
  @WebSocketServerlessFunction({ topic: 'large' })
  @UsesServerlessFunctionWebSocketClient()
  async large(event: WebSocketEvent): Promise<string> {
    const send = this.sockets.sendToConnection(event.requestContext.connectionId, 'x'.repeat(128 * 1024 + 1));
    return send.then(() => 'sent', (error: Error) => error.name);
  }
  @WebSocketServerlessFunction({ topic: '$disconnect' })
  gone(event: WebSocketEvent): number { return event.requestContext['disconnectStatusCode'] as number; }
}
`;

describe('triggers in the local cloud', function () {
  this.timeout(60_000);
  let local: LocalTestProject;
  before(async () => {
    local = await localProject({
      'src/app.ts': source,
      'web/index.html': '<script>api("${NIMBUS_REST_API_URL}", "${other}", `${name}`)</script>',
      'web/img/a.png': 'png',
    });
  });
  after(() => local.remove());
  const method = (Class: string, name: string) => local.deployment.getMethod(local.named(Class), name);
  const send = (path: string, verb: 'GET' | 'POST' | 'OPTIONS' = 'GET', body?: object) => {
    const request = new HttpRequest(path, verb);
    return local.deployment.sendHttpRequest(body === undefined ? request : request.withBodyFromObject(body));
  };

  describe('HTTP', () => {
    it('hands bodies over as instances, with path and query', async () => {
      const answer = await send('people/42?log=true', 'POST', { name: 'Ada', born: new Date('1815-12-10') });
      expect(answer.statusCode).to.equal(200);
      expect(answer.json()).to.deep.equal({ text: 'Ada 1815', id: '42', log: 'true' });
    });

    it('refuses bodies that do not fit, and does not call the handler', async () => {
      const before = method('Api', 'person').timesInvoked;
      const answer = await send('people/42', 'POST', { name: 5 });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json()).to.deep.include({ message: 'invalid input' });
      expect(method('Api', 'person').timesInvoked).to.equal(before);
    });

    it('prefers what is written out, and decodes greedy parameters', async () => {
      const answer = await send('/people/me');
      expect(answer.statusCode).to.equal(418);
      expect((await send('files/a%20b/c')).body).to.equal('a b/c');
      expect((await send('nowhere')).statusCode).to.equal(404);
      expect((await send('people/me', 'POST', {})).statusCode).to.equal(400);
    });

    it('answers preflights, where a route has another origin', async () => {
      const request = new HttpRequest('people/me', 'OPTIONS').withHeaders({
        Origin: 'https://a.example',
        'Access-Control-Request-Method': 'GET',
      });
      const answer = await local.deployment.sendHttpRequest(request);
      expect(answer.statusCode).to.equal(204);
      expect(answer.headers).to.include({
        'access-control-allow-origin': 'https://a.example',
        'access-control-allow-methods': 'GET',
      });
    });

    it('gives functions their own environment, with test values', async () => {
      expect((await send('where')).json()).to.deep.equal({
        local: true,
        stage: 'dev',
        seen: 'test',
        colour: 'test',
        plain: 'plain',
        other: null,
      });
      expect((await send('unseen')).json()).to.deep.equal({ seen: null, colour: null });
      expect(process.env['COLOUR']).to.equal(undefined);
    });

    it('leaks nothing of what is thrown, and ends what hangs', async () => {
      const logged = await quietly(async () => {
        const answer = await send('crash');
        expect([answer.statusCode, answer.body]).to.deep.equal([500, '{"message":"server error"}']);
        expect((await send('hang')).statusCode).to.equal(503);
      });
      expect(logged).to.equal(2);
      expect((method('Api', 'crash').mostRecentError as Error).message).to.equal('a secret');
    });
  });

  describe('queues', () => {
    it('give a batch, each item by itself', async () => {
      const jobs = local.deployment.getQueue('jobs');
      await jobs.addBatch([{ n: 1 }, { n: 2 }]);
      expect(method('Worker', 'work').invocations.map(({ returnValue }) => returnValue)).to.deep.equal(['1', '1']);
      expect(jobs.itemsAdded).to.deep.equal([{ n: 1 }, { n: 2 }]);
      expect(jobs.size()).to.equal(0);
    });

    it('bring back what fails alone, and give it up after so many attempts', async () => {
      const jobs = local.deployment.getQueue('jobs');
      const before = method('Worker', 'work').timesInvoked;
      expect(await quietly(() => jobs.addBatch([{ n: 3 }, { n: -1 }, { wrong: true }, { n: 4 }]))).to.equal(4);
      // Two that work, and one that fails twice; what does not fit never reaches the method.
      expect(method('Worker', 'work').timesInvoked - before).to.equal(4);
      expect(jobs.deadLetters.map(({ body }) => body)).to.deep.equal(['{"n":-1}', '{"wrong":true}']);
      expect(jobs.size()).to.equal(0);
    });

    it('of the sort FIFO keep the order of a group when one fails, and take nothing twice', async () => {
      const line = local.deployment.getQueue('line');
      await quietly(() => line.addBatch(['a', 'once', 'b', 'c']));
      await line.add('d', { deduplicationId: '1' });
      await line.add('e', { deduplicationId: '1' });
      expect((await send('seen')).json()).to.deep.equal(['a', 'once', 'b', 'c', 'd']);
    });

    it('hand over lists, of at most the batch size', async () => {
      await local.deployment.getQueue('lists').addBatch([1, 2, 3, 4, 5, 6, 7]);
      // At the same time, as Lambda does.
      expect(method('Batches', 'all').invocations.map(({ returnValue }) => returnValue)).to.have.members([505, 202]);
    });

    it('refuse what SQS refuses', async () => {
      const names: string[] = [];
      for (const text of ['', 'x'.repeat(1_048_577), '\u0000']) {
        const error = await local.deployment
          .getQueue('jobs')
          .add(text)
          .catch((it: Error) => it);
        names.push((error as Error).name);
      }
      expect(names).to.deep.equal(Array(3).fill('NonRetryableException'));
    });
  });

  it('stores tell functions of their own sort of change, with instances', async () => {
    const Order = local.named('Order') as unknown as new () => { id: string; at: Date; amount: number };
    const orders = local.deployment.getDocumentStore(Order);
    const before = ['inserted', 'changed', 'removed'].map((name) => method('Listeners', name).timesInvoked);
    await orders.put({ id: 'a', at: new Date(7), amount: 1 });
    await orders.put({ id: 'a', at: new Date(7), amount: 1 });
    await orders.put({ id: 'a', at: new Date(7), amount: 5 });
    await orders.deleteKey('a');
    expect(method('Listeners', 'inserted').mostRecentReturnValue).to.equal('INSERTa7initial');
    expect(method('Listeners', 'changed').mostRecentReturnValue).to.equal(4);
    expect(method('Listeners', 'removed').mostRecentReturnValue).to.equal('a');
    const after = ['inserted', 'changed', 'removed'].map((name) => method('Listeners', name).timesInvoked);
    expect(after.map((times, i) => times - before[i]!)).to.deep.equal([1, 1, 1]);
  });

  it('a change that fails comes again', async () => {
    const Score = local.named('Score') as unknown as new () => { points: number };
    const scores = local.deployment.getKeyValueStore<{ points: number }, number>(Score);
    await quietly(() => scores.put(1, { points: 2 }));
    expect(method('Listeners', 'scored').timesInvoked).to.equal(3);
    expect(scores.size()).to.equal(1);
  });

  it('topics notify functions', async () => {
    const news = local.deployment.getNotificationTopic('news');
    await news.notify('hello');
    expect(method('Listeners', 'news').mostRecentReturnValue).to.equal('helloDate');
    expect(news.sent).to.deep.equal(['hello']);
  });

  it('schedules run on demand, and buckets tell functions of files', async () => {
    await local.deployment.runSchedule(local.named('Sums'), 'daily');
    expect(method('Listeners', 'created').mostRecentReturnValue).to.equal('a b/ü5');
    const box = local.deployment.getLocalFileStorage('box');
    expect(await box.getFileAsString('a b/ü')).to.equal('daily');
    await box.deleteFile('a b/ü');
    expect(method('Listeners', 'deleted').mostRecentReturnValue).to.equal('a b/ü0');
    const error = await box.getFileAsString('a b/ü').catch((it: Error) => it);
    expect((error as Error).name).to.equal('FileNotFoundException');
  });

  it('uploads are there at once, with variables put in and types by ending', async () => {
    const site = local.deployment.getLocalFileStorage('site');
    expect(await site.getFileAsString('index.html')).to.equal(
      '<script>api("http://localhost:8080/function", "${other}", `${name}`)</script>',
    );
    expect(site.contentTypeOf('img/a.png')).to.equal('image/png');
    expect(site.hasFile('other.html')).to.equal(false);
  });

  it('functions call each other, through JSON and back', async () => {
    expect((await send('sums')).json()).to.deep.equal({ sum: 3, date: true, error: 'RangeError: too far' });
    const add = local.deployment.getBasicFunction(local.named('Sums') as never, 'add' as never) as {
      invoke(of: object): Promise<object>;
    };
    expect(await add.invoke({ a: 2, b: 3 })).to.deep.equal({ sum: 5, on: new Date(0) });
    const make = local.deployment.getBasicFunction(local.named('Maker') as never, 'make' as never) as {
      invoke(): Promise<string>;
    };
    expect(await make.invoke()).to.equal('factory');
  });

  it('a deployment is followed by its functions, tests last', () => {
    expect([...local.deployment.afterDeploymentResults]).to.deep.equal([
      ['Setup.fill', 'filled'],
      ['Setup.check', 1],
    ]);
  });

  it('connections are accepted, refused, used and closed', async () => {
    const refused = await quietly(async () => {
      const error = await local.deployment.connectToWebSockets({}, { name: 'stranger' }).catch((it: Error) => it);
      expect(error).to.be.instanceOf(ConnectionRefusedException);
    });
    expect(refused).to.equal(1);
    const connection = await local.deployment.connectToWebSockets({}, { name: 'ada' });
    await local.deployment.sendWebSocketRequest(new WebSocketRequest({ topic: 'echo', on: new Date(3) }));
    expect(connection.received).to.deep.equal([{ on: new Date(3).toISOString() }, 'text', new Uint8Array([255])]);
    await local.deployment.sendWebSocketRequest(new WebSocketRequest({ topic: 'nothing' }));
    expect(connection.received.at(-1)).to.deep.include({ message: 'Forbidden', connectionId: connection.id });
    await local.deployment.sendWebSocketRequest(new WebSocketRequest({ topic: 'large' }));
    expect(method('Socket', 'large').mostRecentReturnValue).to.equal('NonRetryableException');
    await local.deployment.sendWebSocketRequest(new WebSocketRequest({ topic: 'bye' }));
    expect(connection.isOpen).to.equal(false);
    expect(method('Socket', 'gone').mostRecentReturnValue).to.equal(1000);
  });
});
