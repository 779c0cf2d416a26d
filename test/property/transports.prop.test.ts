/**
 * What one function sends, another receives equal: values of generated types go through the client that sends them, the SDK
 * and HTTP, and the adapter that hands them to a method, as generated entries put these together.
 */
import assert from 'node:assert';
import fc from 'fast-check';
import { underlying, type WireType } from '../../compiler/ir/wire-type.js';
import { basicFunction } from '../../compiler/kinds/basic-function.js';
import type { ClientBinding } from '../../compiler/kinds/definition.js';
import { ambiguous } from '../../compiler/types/ambiguity.js';
import { Shapes } from '../../compiler/types/shapes.js';
import type * as functionClient from '../../providers/aws/runtime/basic-function.js';
import type * as storeClient from '../../providers/aws/runtime/document-store.js';
import * as storeReader from '../../providers/aws/runtime/document-store-function.js';
import type * as topicClient from '../../providers/aws/runtime/notification-topic.js';
import type * as queueClient from '../../providers/aws/runtime/queue.js';
import type * as socketClient from '../../providers/aws/runtime/websocket-api.js';
import * as basic from '../../runtime/adapters/basic-function.js';
import * as http from '../../runtime/adapters/http-api-body.js';
import * as topic from '../../runtime/adapters/notification-topic.js';
import * as queue from '../../runtime/adapters/queue.js';
import * as storeFunction from '../../runtime/adapters/store-function.js';
import * as socket from '../../runtime/adapters/websocket-api.js';
import { registry } from '../../runtime/core/binding.js';
import { toJson } from '../../runtime/core/shape.js';
import { ClientBuilder } from '../../runtime/index.js';
import { setEnvironment } from '../contract/dynamodb-backend.js';
import { loadPacked, type Packed, packSdk } from '../contract/packed-runtime.js';
import { type AwsServer, awsServer } from '../support/aws-server.js';
import { type EntryParts, entryOf } from '../support/entries.js';
import { readerOf, text, valuesOf, wireType } from '../support/wire-types.js';
import { PATIENCE, runs } from './runs.js';

interface Sent {
  readonly type: WireType;
  readonly value: unknown;
}

/** Values of types of which nothing is reported; `undefined` is no message. */
const sent = (types: fc.Arbitrary<WireType>): fc.Arbitrary<Sent> =>
  types
    .filter((type) => ambiguous(type) === null)
    .chain((type) => fc.record({ type: fc.constant(type), value: valuesOf(type) ?? fc.constant(undefined) }))
    .filter(({ value }) => value !== undefined);

/** A function whose body is text gets the text of the message, and no value of a type. */
const isText = (type: WireType): boolean => {
  const inner = underlying(type);
  return inner.t === 'union' ? inner.of.every(isText) : inner.t === 'string';
};
const message = sent(wireType.filter((type) => !isText(type)));

class Orders {}
class Calculator {
  handle(_param: unknown): unknown {
    return undefined;
  }
}

const attributes = { attributes: {}, messageAttributes: {}, md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: 'arn:orders' };
const context = { awsRequestId: 'r' };

describe('a value of any type', function () {
  this.timeout(PATIENCE);
  let aws: AwsServer;
  let restore: () => void;
  // Copies of their own: clients of the SDK are made once, and keep the endpoint that they had then.
  let packed: Packed;
  let functions: typeof functionClient;
  let stores: typeof storeClient;
  let sockets: typeof socketClient;

  before(async () => {
    aws = await awsServer('id');
    restore = setEnvironment({
      ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'secret' },
      ...{ AWS_ENDPOINT_URL_SQS: aws.url, AWS_ENDPOINT_URL_SNS: aws.url, AWS_ENDPOINT_URL_LAMBDA: aws.url },
      ...{ AWS_ENDPOINT_URL_DYNAMODB: aws.url, PROP_QUEUE: `${aws.url}/1/orders`, PROP_TOPIC: 'arn:aws:sns:eu-west-1:1:orders' },
      ...{ PROP_FUNCTION: 'calculator', PROP_SOCKET: aws.url, PROP_TABLE: 'orders' },
    });
    packed = await packSdk();
    const load = <M>(module: string): Promise<M> => loadPacked<M>(module, packed.folder);
    [functions, stores, sockets] = [await load('basic-function'), await load('document-store'), await load('websocket-api')];
    const queues = await load<typeof queueClient>('queue');
    queues.register(Orders, { id: 'prop-orders', url: 'PROP_QUEUE', fifo: false });
    const topics = await load<typeof topicClient>('notification-topic');
    topics.register(Orders, { name: 'prop-orders', label: 'Orders', topic: 'PROP_TOPIC' });
  });
  after(async () => {
    restore();
    for (const kind of ['queue', 'notification-topic', 'basic-function', 'document-store', 'store-function', 'websocket-api'])
      registry().clients.delete(kind);
    await aws.close();
    packed.remove();
  });

  /** The arguments that a method is called with. */
  async function received<S, E>(
    adapt: (spec: S) => (event: E, context: { awsRequestId: string }) => Promise<unknown>,
    parts: EntryParts,
    event: E,
  ): Promise<unknown[]> {
    let args: unknown[] | undefined;
    const handle = (...given: unknown[]): void => {
      args = given;
    };
    const answer = await entryOf(adapt, handle, parts).handler(event, context);
    assert.ok(args, `refused: ${JSON.stringify(answer)}`);
    return args;
  }

  const holds = (runsOf: number, arbitrary: fc.Arbitrary<Sent>, check: (it: Sent) => Promise<void>): Promise<void> =>
    fc.assert(fc.asyncProperty(arbitrary, check), runs(runsOf));

  it('goes through a queue, one message after the other', () =>
    holds(150, message, async ({ type, value }) => {
      aws.queued.length = 0;
      await ClientBuilder.getQueueClient(Orders).sendMessageAsJson(value);
      const Records = aws.queued.map((body, i) => ({ ...attributes, messageId: String(i), body }));
      const parts = { params: [type], data: { batch: false } };
      assert.deepStrictEqual(await received(queue.adapt, parts, { Records }), [value]);
    }));

  it('goes through a queue in a batch', () =>
    fc.assert(
      fc.asyncProperty(
        message.chain(({ type, value }) =>
          fc.tuple(fc.constant(type), fc.array(valuesOf(type) as fc.Arbitrary<unknown>, { maxLength: 11 }), fc.constant(value)),
        ),
        async ([type, more, value]) => {
          // A list may hold texts too, which are sent as they are.
          const values = [value, ...more].filter((it) => it !== undefined && typeof it !== 'string');
          fc.pre(values.length > 0);
          aws.queued.length = 0;
          await ClientBuilder.getQueueClient(Orders).sendMessages(values as object[]);
          const Records = aws.queued.map((body, i) => ({ ...attributes, messageId: String(i), body }));
          const parts = { params: [type], data: { batch: true } };
          assert.deepStrictEqual(await received(queue.adapt, parts, { Records }), [values]);
        },
      ),
      runs(100),
    ));

  it('goes through a topic', () =>
    holds(150, message, async ({ type, value }) => {
      aws.published.length = 0;
      await ClientBuilder.getNotificationClient(Orders).notifyJson(value);
      const Records = aws.published.map((Message) => ({
        Sns: { Type: 'Notification', MessageId: 'm', Message, Timestamp: '2024-01-01T00:00:00.000Z' },
      }));
      assert.deepStrictEqual(await received(topic.adapt, { params: [type] }, { Records }), [value]);
    }));

  it('is the parameter and the result of a function that is invoked', () =>
    holds(200, sent(wireType), async ({ type, value }) => {
      const seen: unknown[] = [];
      const handle = (param: unknown): unknown => {
        seen.push(param);
        return value;
      };
      const { handler } = entryOf(basic.adapt, handle, { params: [type], result: type });
      // Lambda parses the payload and writes the answer.
      aws.invoke = async (payload) => JSON.stringify(await handler(JSON.parse(payload)));
      const node = { kind: 'basic-function', class: { name: 'Calculator', module: 'src/a.ts', local: 'A', fields: [] } };
      const binding = basicFunction.client?.({ ...node, method: 'handle', result: type } as never) as ClientBinding;
      const { registered } = entryOf(basic.adapt, handle, { clients: [{ kind: 'basic-function', binding }] });
      const data = registered[0]?.data as functionClient.BasicFunctionClientData;
      functions.register(Calculator, { ...data, function: 'PROP_FUNCTION' });
      const result = await ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'handle').invoke(value);
      assert.deepStrictEqual([seen, result], [[value], value]);
    }));

  it('is the body and the result of an HTTP function', () =>
    holds(300, sent(wireType), async ({ type, value }) => {
      const seen: unknown[] = [];
      const handle = (body: unknown): unknown => {
        seen.push(body);
        return body;
      };
      const { handler } = entryOf(http.adapt, handle, { params: [type], result: type, data: { errors: 'NONE' } });
      const event = {
        ...{ routeKey: 'POST /', headers: { 'content-type': 'application/json' }, body: toJson(value) as string },
        requestContext: { http: { method: 'POST' } },
      };
      const answer = await handler(event as never);
      assert.deepStrictEqual(seen, [value], answer.body);
      const isBytes = value instanceof Uint8Array;
      assert.strictEqual(answer.headers?.['content-type'], isBytes ? 'application/octet-stream' : 'application/json');
      const got: unknown = isBytes
        ? new Uint8Array(Buffer.from(answer.body ?? '', 'base64'))
        : readerOf(type)('any', JSON.parse(answer.body ?? ''));
      assert.deepStrictEqual(got, value);
    }));

  it('is sent to a WebSocket connection, and comes from one', () =>
    holds(150, message, async ({ type, value }) => {
      aws.posted.length = 0;
      sockets.register(null, { endpoint: 'PROP_SOCKET' });
      await ClientBuilder.getServerlessFunctionWebSocketClient().sendToConnectionConvertToJson('c', value);
      const body = String(aws.posted[0]);
      assert.deepStrictEqual(readerOf(type)('any', JSON.parse(body)), value);
      const event = { requestContext: { eventType: 'MESSAGE' }, body };
      assert.deepStrictEqual(await received(socket.adapt, { params: [type] }, event as never), [value]);
    }));

  it('is stored, read, and given to the functions of the store', () => {
    class Stored {
      id = '';
      value: unknown = null;
    }
    const stored = wireType.chain((type) => {
      const values = valuesOf(type, 3);
      return fc.record({ type: fc.constant(type), value: values ?? fc.constant(undefined) });
    });
    const isStorable = ({ value }: Sent): boolean => value !== undefined && isKept(value);
    return holds(200, stored.filter(isStorable), async ({ type, value }) => {
      const shapes = new Shapes();
      const fields = [shapes.fieldOf('id', text), shapes.fieldOf('value', type)];
      const shape = { name: 'Stored', module: 'src/a.ts', local: 'A', fields };
      const columns = { id: 'id', value: 'v' };
      const binding: ClientBinding = {
        ...{ environment: [], target: null },
        data: { name: 'Stored', table: 'PROP_TABLE', key: { field: 'id', column: 'id' }, columns, shape: { shape } },
      };
      const { registered } = entryOf(basic.adapt, () => {}, { clients: [{ kind: 'document-store', binding }] });
      const data = registered[0]?.data as storeClient.DocumentStoreData;
      const told = { ...data, shape: Object.assign(data.shape, { c: Stored }) };
      stores.register(Stored, told);
      const item = Object.assign(new Stored(), { id: 'a', value });
      const client = ClientBuilder.getDocumentStoreClient(Stored);
      await client.put(item);
      assert.deepStrictEqual(await client.get('a'), item);
      registry().clients.delete('store-function');
      storeReader.register(null, told);
      const NewImage = streamed([...aws.items.values()][0]);
      const record = { eventID: 'e', eventName: 'INSERT', eventSourceARN: 'arn:table/orders/stream/x', dynamodb: { NewImage } };
      const parts = { params: [type], givesBodies: true };
      assert.deepStrictEqual(await received(storeFunction.adapt, parts, { Records: [record] }), [item]);
    });
  });
});

/** Streams have bytes as base64, as the service's own JSON has them. */
const streamed = (item: unknown): unknown => item;

/** DynamoDB has no numbers beyond 38 digits or outside of its range, and no half of a surrogate pair. */
function isKept(value: unknown): boolean {
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (typeof value === 'number') return value === 0 || (Math.abs(value) > 1e-100 && Math.abs(value) < 1e100);
  if (typeof value === 'bigint') return String(value).replace('-', '').length <= 38;
  if (value instanceof Date || value instanceof Uint8Array || typeof value !== 'object' || value === null) return true;
  const parts = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.entries(value).flat();
  return parts.every(isKept);
}
