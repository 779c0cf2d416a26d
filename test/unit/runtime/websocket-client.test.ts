import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ClientBuilder } from '../../../runtime/index.js';
import { setEnvironment } from '../../contract/dynamodb-backend.js';
import { loadPacked, type Packed, packSdk } from '../../contract/packed-runtime.js';

type Runtime = typeof import('../../../providers/aws/runtime/websocket-api.js');

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the management API answers to each connection. */
const answers: Readonly<Record<string, readonly [number, string, string]>> = {
  gone: [410, 'GoneException', ''],
  forbidden: [403, 'ForbiddenException', ''],
  busy: [429, 'LimitExceededException', ''],
  large: [413, 'PayloadTooLargeException', 'Message too long'],
  broken: [500, 'InternalServerErrorException', ''],
};

for (const packing of ['from the SDK', 'from the packed SDK'])
  describe(`the WebSocket client, made ${packing}`, () => {
    let server: Server;
    let packed: Packed | undefined;
    let restore: () => void;
    const received: Received[] = [];
    const client = ClientBuilder.getServerlessFunctionWebSocketClient();

    before(async function () {
      this.timeout(60_000);
      server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { method = '', url = '', headers } = request;
          received.push({ method, url, headers, body: Buffer.concat(chunks) });
          const [status, type, message] = answers[url.split('/').at(-1)!] ?? [200, '', ''];
          response.writeHead(status, type ? { 'x-amzn-errortype': type } : {}).end(type ? JSON.stringify({ message }) : '');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      restore = setEnvironment({
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIDTEST',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        NIMBUS_WEBSOCKET_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
      });
      if (packing.includes('packed')) packed = await packSdk();
      const runtime: Runtime = packed
        ? await loadPacked<Runtime>('websocket-api', packed.folder)
        : await import('../../../providers/aws/runtime/websocket-api.js');
      runtime.register(null, { endpoint: 'NIMBUS_WEBSOCKET_ENDPOINT' });
    });
    beforeEach(() => received.splice(0));
    after(() => {
      server.close();
      server.closeAllConnections();
      packed?.remove();
      restore();
    });

    it('posts text and bytes to a connection, signed', async () => {
      await client.sendToConnection('a=', 'grüße');
      await client.sendToConnection('b', new Uint8Array([0, 255]));
      expect(received.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
        'POST /dev/@connections/a%3D',
        'POST /dev/@connections/b',
      ]);
      expect(received[0]!.body.toString()).to.equal('grüße');
      expect([...received[1]!.body]).to.deep.equal([0, 255]);
      expect(received[0]!.headers.authorization).to.match(/Credential=AKIDTEST\/\d{8}\/eu-west-1\/execute-api\//);
      expect(received[0]!.headers['x-amz-security-token']).to.equal('token');
    });

    it('posts values as JSON', async () => {
      await client.sendToConnectionConvertToJson('a', { at: new Date(0), n: 1n });
      await client.sendToConnectionConvertToJson('a', undefined);
      expect(received.map(({ body }) => body.toString())).to.deep.equal(['{"at":"1970-01-01T00:00:00.000Z","n":"1"}', 'null']);
    });

    it('disconnects', async () => {
      await client.disconnect('a');
      expect(received.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(['DELETE /dev/@connections/a']);
    });

    const failures: readonly (readonly [string, string])[] = [
      ['gone', 'ConnectionGoneException'],
      ['forbidden', 'PermissionException'],
      ['busy', 'RetryableException'],
      ['broken', 'RetryableException'],
      ['large', 'NonRetryableException'],
    ];
    for (const [connection, name] of failures)
      it(`rejects with a ${name} when the connection is ${connection}`, async function () {
        this.timeout(10_000);
        for (const call of [() => client.sendToConnection(connection, 'x'), () => client.disconnect(connection)]) {
          const error = await call().then(
            () => undefined,
            (it: Error) => it,
          );
          expect(error?.name).to.equal(name);
          expect(error?.message).to.include(connection);
        }
      });

    it('says which variable is missing', async () => {
      const runtime: Runtime = packed
        ? await loadPacked<Runtime>('websocket-api', packed.folder)
        : await import('../../../providers/aws/runtime/websocket-api.js');
      runtime.register(null, { endpoint: 'NIMBUS_NOT_SET' });
      const error = await client.disconnect('a').catch((it: Error) => it);
      runtime.register(null, { endpoint: 'NIMBUS_WEBSOCKET_ENDPOINT' });
      expect((error as Error).message).to.include('NIMBUS_NOT_SET');
    });
  });
