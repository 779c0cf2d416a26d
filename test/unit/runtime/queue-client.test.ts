import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ClientBuilder } from '../../../runtime/index.js';
import { setEnvironment } from '../../contract/dynamodb-backend.js';
import { loadPacked, type Packed, packSdk } from '../../contract/packed-runtime.js';

type Runtime = typeof import('../../../providers/aws/runtime/queue.js');

interface Entry {
  readonly Id?: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface Received extends Entry {
  readonly operation: string;
  readonly headers: IncomingMessage['headers'];
  readonly QueueUrl: string;
  readonly Entries: readonly Entry[];
}

type Answer = readonly [status: number, body: object];

class Orders {}

for (const packing of ['from the SDK', 'from the packed SDK'])
  describe(`the queue client, made ${packing}`, function () {
    this.timeout(10_000);
    let server: Server;
    let packed: Packed | undefined;
    let restore: () => void;
    let received: Received[];
    let answer: (request: Received) => Answer;
    const orders = ClientBuilder.getQueueClient(Orders);
    const strict = ClientBuilder.getQueueClient('strict');

    before(async function () {
      this.timeout(60_000);
      server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { headers } = request;
          const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
          const call = { ...JSON.parse(Buffer.concat(chunks).toString()), operation, headers } as Received;
          received.push(call);
          const [status, body] = answer(call);
          response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      restore = setEnvironment({
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIDTEST',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        AWS_ENDPOINT_URL_SQS: endpoint,
        NIMBUS_QUEUE_orders: 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders',
        NIMBUS_QUEUE_strict: 'https://sqs.eu-west-1.amazonaws.com/123456789012/strict.fifo',
      });
      if (packing.includes('packed')) packed = await packSdk();
      const runtime: Runtime = packed
        ? await loadPacked<Runtime>('queue', packed.folder)
        : await import('../../../providers/aws/runtime/queue.js');
      runtime.register(Orders, { id: 'orders', url: 'NIMBUS_QUEUE_orders', fifo: false });
      runtime.register(null, { id: 'strict', url: 'NIMBUS_QUEUE_strict', fifo: true });
      runtime.register(null, { id: 'unset', url: 'NIMBUS_NOT_SET', fifo: false });
    });
    beforeEach(() => {
      received = [];
      answer = ({ Entries = [] }) => [200, { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] }];
    });
    after(() => {
      server.close();
      server.closeAllConnections();
      packed?.remove();
      restore();
    });

    const failure = (sent: Promise<void>): Promise<Error> =>
      sent.then(
        () => {
          throw new Error('it did not fail');
        },
        (error: Error) => error,
      );

    it('sends texts and JSON to the queue, signed, by class and by id', async () => {
      await orders.sendMessage('grüße');
      await ClientBuilder.getQueueClient('orders').sendMessageAsJson({ at: new Date(0), n: 1n });
      await orders.sendMessageAsJson(undefined);
      expect(received.map(({ operation, QueueUrl, MessageBody }) => `${operation} ${QueueUrl} ${MessageBody}`)).to.deep.equal(
        ['grüße', '{"at":"1970-01-01T00:00:00.000Z","n":"1"}', 'null'].map(
          (body) => `SendMessage https://sqs.eu-west-1.amazonaws.com/123456789012/orders ${body}`,
        ),
      );
      expect(received[0]!.headers.authorization).to.match(/Credential=AKIDTEST\/\d{8}\/eu-west-1\/sqs\//);
      expect(received[0]!.headers['x-amz-security-token']).to.equal('token');
      expect(received[0]).to.not.have.any.keys('MessageGroupId', 'MessageDeduplicationId');
    });

    it('gives messages of FIFO queues a group, and each an id of its own', async () => {
      await strict.sendMessage('a');
      await strict.sendMessage('a', { groupId: 'g', deduplicationId: 'd' });
      await strict.sendMessages(['a', 'a'], { groupId: 'h' });
      const sent = received.flatMap((it) => it.Entries ?? [it]);
      expect(sent.map((it) => it.MessageGroupId)).to.deep.equal(['default', 'g', 'h', 'h']);
      const ids = sent.map((it) => it.MessageDeduplicationId);
      expect(ids[1]).to.equal('d');
      expect(new Set(ids).size).to.equal(4);
    });

    it('hands on what is given for other queues', async () => {
      await orders.sendMessage('a', { groupId: 'tenant' });
      expect(received[0]).to.include({ MessageGroupId: 'tenant' }).and.to.not.have.property('MessageDeduplicationId');
    });

    it('sends many in batches of ten, in order, texts as they are and all else as JSON', async () => {
      await orders.sendMessages([]);
      expect(received).to.deep.equal([]);
      await orders.sendMessages(Array.from({ length: 21 }, (_, i) => (i === 0 ? { first: true } : `m${i}`)));
      expect(received.map(({ Entries }) => Entries.length)).to.deep.equal([10, 10, 1]);
      expect(received[0]!.Entries[0]!.MessageBody).to.equal('{"first":true}');
      expect(received.flatMap(({ Entries }) => Entries.map((it) => it.MessageBody)).slice(1)).to.deep.equal(
        Array.from({ length: 20 }, (_, i) => `m${i + 1}`),
      );
    });

    it('keeps each batch within 256 KB', async () => {
      const [large, half] = ['x'.repeat(300_000), 'é'.repeat(65_536)];
      await orders.sendMessages(['a', large, 'b', half, half, half]);
      expect(received.map(({ Entries }) => Entries.map((it) => it.MessageBody.length))).to.deep.equal([
        [1],
        [300_000],
        [1, 65_536],
        [65_536, 65_536],
      ]);
    });

    it('sends again what a batch was refused for reasons of SQS', async () => {
      answer = ({ Entries }) => [
        200,
        { Failed: received.length < 3 ? [{ Id: Entries.at(-1)!.Id, Code: 'InternalError', SenderFault: false }] : [] },
      ];
      await strict.sendMessages(['a', 'b', 'c']);
      expect(received.map(({ Entries }) => Entries.map((it) => it.MessageBody).join(''))).to.deep.equal(['abc', 'c', 'c']);
      // So that SQS takes it once, should it have come in after all.
      expect(new Set(received.map(({ Entries }) => Entries.at(-1)!.MessageDeduplicationId)).size).to.equal(1);
    });

    it('gives up after three attempts, and at once when the sender is at fault', async () => {
      const refuse = (SenderFault: boolean) => (): Answer => [
        200,
        { Failed: [{ Id: '1', Code: 'Code', Message: 'why', SenderFault }] },
      ];
      answer = refuse(false);
      const again = await failure(orders.sendMessages(['a', 'b']));
      expect([again.name, received.length]).to.deep.equal(['RetryableException', 3]);
      expect(again.message).to.equal('send to orders: 1 of 2 messages were refused: why');
      answer = refuse(true);
      const never = await failure(orders.sendMessages(['a', 'b']));
      expect([never.name, received.length]).to.deep.equal(['NonRetryableException', 4]);
    });

    for (const [status, type, name] of [
      [403, 'com.amazonaws.sqs#AccessDenied', 'PermissionException'],
      [400, 'com.amazonaws.sqs#InvalidMessageContents', 'NonRetryableException'],
      [400, 'com.amazonaws.sqs#QueueDoesNotExist', 'NonRetryableException'],
      [400, 'com.amazonaws.sqs#RequestThrottled', 'RetryableException'],
      [500, 'com.amazonaws.sqs#InternalError', 'RetryableException'],
    ] as const)
      it(`rejects with a ${name} for ${type.split('#')[1]}`, async () => {
        answer = () => [status, { __type: type, message: 'because' }];
        for (const send of [() => orders.sendMessage('a'), () => orders.sendMessages(['a'])]) {
          const error = await failure(send());
          expect(error.name).to.equal(name);
          expect(error.message).to.equal('send to orders: because');
        }
      });

    it('says which variable is missing, and which decorator', async () => {
      const unset = await failure(ClientBuilder.getQueueClient('unset').sendMessage('a'));
      expect(unset.message).to.include('NIMBUS_NOT_SET');
      const byId = await failure(ClientBuilder.getQueueClient('other').sendMessage('a'));
      expect(byId).to.include({ name: 'PermissionException' });
      expect(byId.message).to.equal("this function does not declare @UsesQueue({ id: 'other' })");
      const byClass = await failure(ClientBuilder.getQueueClient(class Other {}).sendMessages([]));
      expect(byClass.message).to.equal('this function does not declare @UsesQueue({ queue: ... })');
    });
  });
