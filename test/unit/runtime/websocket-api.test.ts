import { expect } from 'chai';
import type { HandlerSpec } from '../../../runtime/adapters/handler.js';
import { adapt, type WebSocketProxyEvent } from '../../../runtime/adapters/websocket-api.js';
import { build, instance, object, string } from '../../../runtime/core/decode.js';
import type { WebSocketEvent } from '../../../runtime/index.js';
import { captureErrors } from './capture-errors.js';

const event = (topic: string, more: Partial<WebSocketProxyEvent> = {}): WebSocketProxyEvent => ({
  requestContext: {
    connectionId: 'c-1',
    eventType: topic === '$connect' ? 'CONNECT' : topic === '$disconnect' ? 'DISCONNECT' : 'MESSAGE',
    routeKey: topic,
    connectedAt: 1,
    requestId: 'request-1',
  },
  isBase64Encoded: false,
  ...more,
});

type Handle = (...args: never[]) => unknown;
const call = (_topic: string, handle: Handle, request: WebSocketProxyEvent, params: HandlerSpec['params'] = ['event']) =>
  adapt({ create: () => ({ handle }), method: 'handle', params })(request);

const fail = () => {
  throw new Error('no');
};

describe('the WebSocket adapter', () => {
  const errors = captureErrors();

  it('accepts a connection when the handler returns', async () => {
    expect(await call('$connect', () => 'ignored', event('$connect'))).to.deep.equal({ statusCode: 200 });
    expect(errors()).to.deep.equal([]);
  });

  it('refuses a connection when the handler throws, and logs why', async () => {
    for (const handle of [fail, async () => fail()])
      expect(await call('$connect', handle, event('$connect'))).to.deep.equal({ statusCode: 403 });
    expect(errors().map((it) => (it as Error).message)).to.deep.equal(['no', 'no']);
  });

  it('refuses a connection when the instance cannot be made', async () => {
    const handler = adapt({ create: fail, method: 'handle', params: [] });
    expect(await handler(event('$connect'))).to.deep.equal({ statusCode: 403 });
  });

  it("answers 500 when a message's handler throws, and logs it", async () => {
    expect(await call('chat', fail, event('chat', { body: '{}' }))).to.deep.equal({ statusCode: 500 });
    expect(errors()).to.have.length(1);
  });

  it('lets no disconnect fail, but logs it', async () => {
    expect(await call('$disconnect', fail, event('$disconnect'))).to.deep.equal({ statusCode: 200 });
    expect(errors()).to.have.length(1);
  });

  it('gives the handler an event with all of its fields', async () => {
    let received: WebSocketEvent | undefined;
    const request = event('$connect', {
      headers: { Host: 'h' },
      multiValueHeaders: { Host: ['h'] },
      queryStringParameters: { user: 'bob' },
      multiValueQueryStringParameters: { user: ['eve', 'bob'] },
    });
    await call('$connect', (it: WebSocketEvent) => void (received = it), request);
    expect(received).to.deep.equal({
      headers: { Host: 'h' },
      multiValueHeaders: { Host: ['h'] },
      queryStringParameters: { user: 'bob' },
      multiValueQueryStringParameters: { user: ['eve', 'bob'] },
      body: undefined,
      requestContext: request.requestContext,
      isBase64Encoded: false,
      requestId: 'request-1',
    });
  });

  it('gives the handler empty objects for what API Gateway leaves out or sets to null', async () => {
    let received: WebSocketEvent | undefined;
    const request = event('chat', { body: '{}', headers: null, queryStringParameters: null });
    await call('chat', (it: WebSocketEvent) => void (received = it), request);
    expect(received).to.deep.include({ headers: {}, queryStringParameters: {}, multiValueHeaders: {}, body: '{}' });
  });

  it('gives the handler the whole message, in the order of its parameters', async () => {
    class Message {
      recipient = '';
      message = '';
    }
    const read = build(instance(Message, object({ recipient: string, message: string })));
    const received: unknown[] = [];
    const request = event('chat', { body: '{"topic":"chat","recipient":"bob","message":"hi"}' });
    const params = ['event', { body: { o: {} }, read }] as const;
    expect(await call('chat', (...args: unknown[]) => void received.push(...args), request, params)).to.deep.equal({
      statusCode: 200,
    });
    expect(received[0]).to.have.property('requestId', 'request-1');
    expect(received[1]).to.be.instanceOf(Message);
    expect(received[1]).to.deep.equal(Object.assign(new Message(), { recipient: 'bob', message: 'hi' }));
    const whole: unknown[] = [];
    await call('chat', (it: unknown) => void whole.push(it), request, [{ body: 'any' }]);
    expect(whole[0]).to.have.property('topic', 'chat');
  });

  it('answers 400 for a message that is not JSON or missing, without calling the handler', async () => {
    let called = false;
    const handle = () => void (called = true);
    expect(await call('$default', handle, event('$default', { body: 'hi' }), [{ body: 'any' }])).to.deep.equal({
      statusCode: 400,
    });
    expect(await call('chat', handle, event('chat'), [{ body: 'number' }])).to.deep.equal({ statusCode: 400 });
    expect(called).to.equal(false);
  });

  it('gives text and binary messages to a string as they are', async () => {
    const received: unknown[] = [];
    const handle = (it: unknown) => void received.push(it);
    await call('$default', handle, event('$default', { body: 'not JSON' }), [{ body: 'string' }]);
    const binary = { body: Buffer.from('ü').toString('base64'), isBase64Encoded: true };
    await call('$default', handle, event('$default', binary), [{ body: 'string' }]);
    expect(received).to.deep.equal(['not JSON', 'ü']);
  });

  it('gives handshakes and disconnects no body', async () => {
    const received: unknown[] = [];
    const handle = (it: unknown) => void received.push(it);
    await call('$connect', handle, event('$connect'), [{ body: 'number' }]);
    await call('$disconnect', handle, event('$disconnect'), [{ body: 'number' }]);
    expect(received).to.deep.equal([undefined, undefined]);
  });
});
