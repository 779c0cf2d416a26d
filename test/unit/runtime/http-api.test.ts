import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { adapt, type HttpProxyEvent, type HttpProxyResult, type HttpSpec } from '../../../runtime/adapters/http-api.js';
import { bytes as base64Bytes, build, check, instance, object, string } from '../../../runtime/core/decode.js';
import { pairs, write } from '../../../runtime/core/encode.js';
import { InvalidInputException } from '../../../runtime/core/errors.js';
import { type HttpEvent, HttpException, HttpResponse } from '../../../runtime/index.js';
import { captureErrors } from './capture-errors.js';

const event = (more: Partial<HttpProxyEvent> = {}, method = 'POST'): HttpProxyEvent => ({
  routeKey: `${method} /users/{id}`,
  rawQueryString: '',
  headers: { accept: '*/*' },
  requestContext: {
    http: { method, path: '/users/1', protocol: 'HTTP/1.1', sourceIp: '1.2.3.4', userAgent: 'test' },
    requestId: 'request-1',
    routeKey: `${method} /users/{id}`,
    stage: '$default',
  },
  isBase64Encoded: false,
  ...more,
});

type Handle = (...args: never[]) => unknown;

/** Calls a handler with one request. */
function call(handle: Handle, request: HttpProxyEvent, spec: Partial<HttpSpec> = {}): Promise<HttpProxyResult> {
  const instance = { handle };
  return adapt({ create: () => instance, method: 'handle', params: ['event'], errors: 'APPLICATION_JSON', ...spec })(request);
}

/** Calls a handler whose parameter is the body. */
const callWithBody = (body: string | undefined, spec: HttpSpec['params'][number], more: Partial<HttpProxyEvent> = {}) => {
  const received: unknown[] = [];
  const request = event({ ...(body !== undefined && { body }), ...more });
  const result = call((...args: unknown[]) => void received.push(...args), request, { params: [spec] });
  return result.then(({ statusCode, body }) => ({ statusCode, body, received }));
};

describe('the HTTP adapter', () => {
  const errors = captureErrors();

  describe('gives the handler', () => {
    it('an event with all of its fields', async () => {
      let received: HttpEvent | undefined;
      await call(
        (it: HttpEvent) => {
          received = it;
        },
        event({
          rawQueryString: 'a=1&a=2&b=x%20y',
          queryStringParameters: { a: '1,2', b: 'x y' },
          pathParameters: { id: '1' },
          headers: { 'x-a': 'b', accept: '*/*' },
          cookies: ['session=a=b', 'flag'],
          body: 'text',
        }),
      );
      expect(received).to.deep.include({
        headers: { 'x-a': 'b', accept: '*/*' },
        queryStringParameters: { a: '1,2', b: 'x y' },
        multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
        pathParameters: { id: '1' },
        cookies: { session: 'a=b', flag: '' },
        authorizationContext: {},
        body: 'text',
        isBase64Encoded: false,
        requestId: 'request-1',
      });
      expect(received!.requestContext.http.method).to.equal('POST');
    });

    it('empty objects for what a request does not have', async () => {
      const bare = event();
      const { headers: _headers, rawQueryString: _query, isBase64Encoded: _encoded, ...rest } = bare;
      let received: HttpEvent | undefined;
      await call((it: HttpEvent) => void (received = it), rest);
      expect(received).to.deep.equal({
        headers: {},
        queryStringParameters: {},
        multiValueQueryStringParameters: {},
        pathParameters: {},
        cookies: {},
        authorizationContext: {},
        body: undefined,
        isBase64Encoded: false,
        requestContext: bare.requestContext,
        requestId: 'request-1',
      });
    });

    it('what the authorizer found out', async () => {
      const request = event();
      const requestContext = { ...request.requestContext, authorizer: { lambda: { user: 'eve' } } };
      let received: HttpEvent | undefined;
      await call((it: HttpEvent) => void (received = it), { ...request, requestContext });
      expect(received!.authorizationContext).to.deep.equal({ user: 'eve' });
    });

    it('query parameters and cookies of odd names as plain properties', async () => {
      let received: HttpEvent | undefined;
      await call((it: HttpEvent) => void (received = it), event({ rawQueryString: '__proto__=1', cookies: ['__proto__=2'] }));
      expect(Object.keys(received!.multiValueQueryStringParameters)).to.deep.equal(['__proto__']);
      expect(Object.getPrototypeOf(received!.multiValueQueryStringParameters)).to.equal(Object.prototype);
      expect(Object.keys(received!.cookies)).to.deep.equal(['__proto__']);
    });

    it('its parameters in their order', async () => {
      const received: unknown[] = [];
      await call((...args: unknown[]) => void received.push(...args), event({ body: '{"a":1}' }), {
        params: [{ body: 'any' }, 'event'],
      });
      expect(received[0]).to.deep.equal({ a: 1 });
      expect(received[1]).to.have.property('requestId', 'request-1');
    });

    it('the body as the reader reads it', async () => {
      class User {
        name = '';
        hello(): string {
          return `hello ${this.name}`;
        }
      }
      const { received } = await callWithBody('{"name":"bob"}', {
        body: { o: {} },
        read: build(instance(User, object({ name: string }))),
      });
      expect((received[0] as User).hello()).to.equal('hello bob');
    });

    it('a body that came as base64', async () => {
      const body = Buffer.from('{"a":"ü"}').toString('base64');
      const { received } = await callWithBody(body, { body: 'any' }, { isBase64Encoded: true });
      expect(received).to.deep.equal([{ a: 'ü' }]);
    });

    it('text as it is, unless it is said to be JSON', async () => {
      const withType = (contentType: string) => ({ headers: { 'content-type': contentType } });
      expect((await callWithBody('"quoted"', { body: 'string' }, withType('text/plain'))).received).to.deep.equal(['"quoted"']);
      expect((await callWithBody('"quoted"', { body: 'string' })).received).to.deep.equal(['"quoted"']);
      const json = await callWithBody('"quoted"', { body: 'string' }, withType('application/json; charset=utf-8'));
      expect(json.received).to.deep.equal(['quoted']);
      const problem = await callWithBody('"quoted"', { body: 'string' }, withType('application/problem+json'));
      expect(problem.received).to.deep.equal(['quoted']);
      expect((await callWithBody('text', { body: { opt: 'string' } })).received).to.deep.equal(['text']);
    });

    it('bytes as they are, unless they are said to be JSON', async () => {
      const bytes = new Uint8Array([0, 255, 128]);
      const base64 = Buffer.from(bytes).toString('base64');
      const more = { isBase64Encoded: true, headers: { 'content-type': 'image/png' } };
      expect((await callWithBody(base64, { body: 'bytes' }, more)).received).to.deep.equal([bytes]);
      expect((await callWithBody('ü', { body: 'bytes' })).received).to.deep.equal([new Uint8Array([0xc3, 0xbc])]);
      const json = { headers: { 'content-type': 'application/json' } };
      const { received } = await callWithBody(JSON.stringify(base64), { body: 'bytes', read: check(base64Bytes) }, json);
      expect(received).to.deep.equal([bytes]);
    });

    it('undefined for a missing body where its type admits it', async () => {
      expect((await callWithBody(undefined, { body: { opt: 'number' } })).received).to.deep.equal([undefined]);
      expect((await callWithBody('', { body: 'any' })).received).to.deep.equal([undefined]);
    });
  });

  describe('answers 400 without calling the handler', () => {
    it('for a body that is not JSON', async () => {
      const { statusCode, body, received } = await callWithBody('{"a":', { body: 'any' });
      expect(statusCode).to.equal(400);
      expect(JSON.parse(body!)).to.deep.equal({
        message: 'invalid input',
        errors: [{ path: '', message: 'is not JSON' }],
      });
      expect(received).to.deep.equal([]);
    });

    it('for a missing body', async () => {
      const { statusCode, body, received } = await callWithBody(undefined, { body: 'number' });
      expect(statusCode).to.equal(400);
      expect(JSON.parse(body!).errors).to.deep.equal([{ path: '', message: 'is required' }]);
      expect(received).to.deep.equal([]);
    });

    it('for a body that the reader refuses', async () => {
      const read = () => {
        throw new InvalidInputException([{ path: 'name', message: 'is missing' }]);
      };
      const { statusCode, body } = await callWithBody('{}', { body: 'any', read });
      expect(statusCode).to.equal(400);
      expect(JSON.parse(body!).errors).to.deep.equal([{ path: 'name', message: 'is missing' }]);
      expect(errors()).to.deep.equal([]);
    });
  });

  describe('answers', () => {
    it('JSON for a plain value', async () => {
      const result = await call(() => ({ at: new Date(0), n: 1n }), event());
      expect(result).to.deep.equal({
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"at":"1970-01-01T00:00:00.000Z","n":"1"}',
      });
      expect((await call(() => 'text', event())).body).to.equal('"text"');
      expect((await call(() => null, event())).body).to.equal('null');
      expect((await call(() => 0, event())).body).to.equal('0');
      expect((await call(() => false, event())).body).to.equal('false');
    });

    it('an empty body for undefined', async () => {
      expect(await call(() => undefined, event())).to.deep.equal({ statusCode: 200, body: '' });
      expect(await call(async () => {}, event())).to.deep.equal({ statusCode: 200, body: '' });
    });

    it('binary for bytes', async () => {
      for (const bytes of [new Uint8Array([0, 255]), Buffer.from([0, 255])])
        expect(await call(() => bytes, event())).to.deep.equal({
          statusCode: 200,
          headers: { 'content-type': 'application/octet-stream' },
          body: 'AP8=',
          isBase64Encoded: true,
        });
    });

    it('an HttpResponse as it is', async () => {
      const response = new HttpResponse().withStatusCode(201).withJsonBody({ id: 1n }).withHeaders({ 'X-A': 'b' });
      expect(await call(() => response, event())).to.deep.equal({
        statusCode: 201,
        headers: { 'content-type': 'application/json', 'x-a': 'b' },
        body: '{"id":"1"}',
      });
    });

    it('an HttpResponse whose type says what it is', async () => {
      interface Book {
        title: string;
      }
      const book: Book = { title: 'Emma' };
      const made: HttpResponse<Book, 201> = new HttpResponse().withStatusCode(201).withJsonBody(book).withHeaders({ a: 'b' });
      const untyped: HttpResponse = made;
      const none: HttpResponse<Book, 201> | HttpResponse<void, 204> = new HttpResponse().withStatusCode(204);
      // @ts-expect-error another status
      const other: HttpResponse<Book, 201> = new HttpResponse().withStatusCode(202).withJsonBody(book);
      // @ts-expect-error another body
      const wrong: HttpResponse<Book> = new HttpResponse().withJsonBody({ name: 'Emma' });
      const results = await Promise.all([made, untyped, none, other, wrong].map((it) => call(() => it, event())));
      expect(results.map((it) => it.statusCode)).to.deep.equal([201, 201, 204, 202, 200]);
    });

    it('the JSON of an HttpResponse by its type, where that says more', async () => {
      const response = () => new HttpResponse().withJsonBody(new Map());
      const typed = await call(response, event(), { write: write(pairs()) });
      expect([typed.body, (await call(response, event())).body]).to.deep.equal(['[]', '{}']);
      const text = await call(() => new HttpResponse().withJsonBody(1).withBody('text'), event(), { write: write(pairs()) });
      expect([text.headers, text.body]).to.deep.equal([{}, 'text']);
    });

    it('with the content type that a response gives', async () => {
      const withType = { 'Content-Type': 'image/png' };
      const binary = await call(() => new HttpResponse().withHeaders(withType).withBody(new Uint8Array([1])), event());
      expect(binary).to.deep.equal({
        statusCode: 200,
        headers: { 'content-type': 'image/png' },
        body: 'AQ==',
        isBase64Encoded: true,
      });
      const json = await call(() => new HttpResponse().withHeaders(withType).withJsonBody([]), event());
      expect(json.headers).to.deep.equal({ 'content-type': 'image/png' });
      const bytes = await call(() => new HttpResponse().withBody(new Uint8Array([1])), event());
      expect(bytes.headers).to.deep.equal({ 'content-type': 'application/octet-stream' });
      const text = await call(() => new HttpResponse().withBody('hi'), event());
      expect(text).to.deep.equal({ statusCode: 200, headers: {}, body: 'hi' });
      expect(await call(() => new HttpResponse().withStatusCode(204), event())).to.deep.equal({
        statusCode: 204,
        headers: {},
        body: '',
      });
    });

    it('several cookies', async () => {
      const result = await call(() => new HttpResponse().withCookies('a=1', 'b=2; HttpOnly'), event());
      expect(result.cookies).to.deep.equal(['a=1', 'b=2; HttpOnly']);
    });

    it('no body to HEAD', async () => {
      const result = await call(() => ({ a: 1 }), event({}, 'HEAD'));
      expect(result).to.deep.equal({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    });
  });

  describe('answers an HttpException', () => {
    const refuse = () => {
      throw new HttpException(404, 'no such ü\r\nuser');
    };

    it('with JSON', async () => {
      const result = await call(refuse, event(), { errors: 'APPLICATION_JSON' });
      expect(result.statusCode).to.equal(404);
      expect(result.headers).to.deep.equal({ 'content-type': 'application/json' });
      expect(JSON.parse(result.body!)).to.deep.equal({ message: 'no such ü\r\nuser' });
    });

    it('with plain text', async () => {
      const result = await call(refuse, event(), { errors: 'PLAIN_TEXT' });
      expect(result).to.deep.equal({ statusCode: 404, headers: { 'content-type': 'text/plain' }, body: 'no such ü\r\nuser' });
    });

    it('with a header, in which nothing can break out', async () => {
      const result = await call(refuse, event(), { errors: 'HEADER' });
      expect(result).to.deep.equal({ statusCode: 404, headers: { 'nimbus-error-message': 'no such  user' } });
    });

    it('with its status alone', async () => {
      expect(await call(refuse, event(), { errors: 'NONE' })).to.deep.equal({ statusCode: 404 });
    });

    it('without logging it', async () => {
      await call(refuse, event());
      expect(errors()).to.deep.equal([]);
    });
  });

  it('answers any other error with 500, leaks nothing of it and logs it', async () => {
    const error = new TypeError('secret');
    for (const handle of [
      () => {
        throw error;
      },
      async () => Promise.reject(error),
    ]) {
      const result = await call(handle, event());
      expect(result).to.deep.equal({
        statusCode: 500,
        headers: { 'content-type': 'application/json' },
        body: '{"message":"server error"}',
      });
    }
    expect(errors()).to.deep.equal([error, error]);
  });

  it('answers 500 for a result that cannot be written', async () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(await call(() => circle, event())).to.have.property('statusCode', 500);
    expect(errors()).to.have.length(1);
  });

  describe('with request decoding', () => {
    const params = [{ body: 'any' }, 'event'] as const;
    const packed = (bytes: string | Buffer) => ({
      body: gzipSync(bytes).toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-encoding': 'gzip' },
    });

    it('unpacks a gzipped body', async () => {
      const received: unknown[] = [];
      await call((...args: unknown[]) => void received.push(...args), event(packed('{"a":1}')), { params, decode: true });
      expect(received[0]).to.deep.equal({ a: 1 });
      expect(received[1]).to.deep.include({ body: '{"a":1}', isBase64Encoded: false });
    });

    it('keeps bytes that are no text as base64', async () => {
      let received: HttpEvent | undefined;
      await call((it: HttpEvent) => void (received = it), event(packed(Buffer.from([0xff, 0xfe]))), { decode: true });
      expect(received).to.deep.include({ body: '//4=', isBase64Encoded: true });
    });

    it('answers 400 for what is not gzip', async () => {
      const request = event({ body: 'AAAA', isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
      const { statusCode, body } = await call(() => 1, request, { decode: true });
      expect(statusCode).to.equal(400);
      expect(JSON.parse(body!)).to.have.nested.property('errors[0].message', 'the body is not gzip');
    });

    it('answers 413 for a body that unpacks to more than 10 MB', async () => {
      const bomb = event(packed(Buffer.alloc(10_000_001)));
      expect(await call(() => 1, bomb, { decode: true })).to.have.property('statusCode', 413);
      const large = event(packed(Buffer.alloc(10_000_000, ' ')));
      expect(await call(() => 1, large, { decode: true })).to.have.property('statusCode', 200);
    });

    it('leaves other bodies alone', async () => {
      const result = await call((it: unknown) => it, event({ body: '[1]' }), { params: [{ body: 'any' }], decode: true });
      expect(result.body).to.equal('[1]');
    });
  });

  describe('with response encoding', () => {
    const accepting = (encodings: string) => event({ headers: { 'accept-encoding': encodings } });
    const unpack = (result: HttpProxyResult) => gunzipSync(Buffer.from(result.body!, 'base64')).toString();

    it('packs what the client accepts', async () => {
      for (const accepted of ['gzip', 'deflate, gzip;q=1.0, *;q=0.5', 'br;q=0.1 , GZIP ; q=0.5']) {
        const result = await call(() => ({ a: 1 }), accepting(accepted), { encode: true });
        expect(unpack(result), accepted).to.equal('{"a":1}');
        expect(result).to.deep.include({
          isBase64Encoded: true,
          headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', vary: 'accept-encoding' },
        });
      }
    });

    it('packs bytes', async () => {
      expect(unpack(await call(() => Buffer.from('hi'), accepting('gzip'), { encode: true }))).to.equal('hi');
    });

    it('does not pack what the client refuses, what is empty, and what is packed already', async () => {
      for (const accepted of ['', 'br', 'gzip;q=0', 'gzip; q=0.0, br', 'gzipped']) {
        const result = await call(() => 1, accepting(accepted), { encode: true });
        expect(result, accepted).to.deep.include({
          body: '1',
          headers: { 'content-type': 'application/json', vary: 'accept-encoding' },
        });
      }
      expect(await call(() => undefined, accepting('gzip'), { encode: true })).to.deep.equal({ statusCode: 200, body: '' });
      const packed = new HttpResponse().withBody('x').withHeaders({ 'Content-Encoding': 'br' });
      expect(await call(() => packed, accepting('gzip'), { encode: true })).to.have.property('body', 'x');
    });
  });

  describe('with CORS of the route', () => {
    const route = { origin: 'https://a.example', headers: 'content-type,x-a' };
    const withCors = { cors: { 'users/{id}': route } };

    it('answers a preflight without the handler', async () => {
      const preflight = event({ headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' } }, 'OPTIONS');
      let called = false;
      const result = await call(() => void (called = true), preflight, withCors);
      expect(result).to.deep.equal({
        statusCode: 204,
        headers: {
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type,x-a',
          'access-control-allow-origin': 'https://a.example',
          'access-control-allow-credentials': 'true',
          vary: 'origin',
        },
      });
      expect(called).to.equal(false);
    });

    it('calls the handler for an OPTIONS request that is no preflight, if a route of its own leads there', async () => {
      const any = event({ routeKey: 'ANY /users/{id}' }, 'OPTIONS');
      expect(await call(() => 1, any, withCors)).to.have.property('body', '1');
      const own = { cors: { 'users/{id}': { ...route, options: true } } };
      expect(await call(() => 1, event({}, 'OPTIONS'), own)).to.have.property('body', '1');
    });

    it('never calls the handler on a route that was made for preflights, which needs no consent of an authorizer', async () => {
      let called = false;
      const result = await call(() => void (called = true), event({}, 'OPTIONS'), withCors);
      expect([result.statusCode, result.body, called]).to.deep.equal([204, undefined, false]);
    });

    it('allows credentials to one origin, and never to all', async () => {
      const all = { cors: { 'users/{id}': { ...route, origin: '*' } } };
      expect((await call(() => 1, event(), all)).headers).to.not.have.property('access-control-allow-credentials');
    });

    it('adds the origin to results and errors', async () => {
      const allowed = 'https://a.example';
      expect((await call(() => 1, event(), withCors)).headers).to.deep.equal({
        'content-type': 'application/json',
        'access-control-allow-origin': allowed,
        'access-control-allow-credentials': 'true',
        vary: 'origin',
      });
      const failed = await call(() => Promise.reject(new HttpException(404)), event(), withCors);
      expect(failed.headers).to.have.property('access-control-allow-origin', allowed);
    });

    it('keeps what the response varies on', async () => {
      const request = event({ headers: { 'accept-encoding': 'gzip' } });
      const response = () => new HttpResponse().withJsonBody(1).withHeaders({ Vary: 'accept' });
      const result = await call(response, request, { ...withCors, encode: true });
      expect(result.headers).to.have.property('vary', 'accept, accept-encoding, origin');
    });

    it('takes the origin from the environment', async () => {
      process.env['NIMBUS_TEST_ORIGIN'] = 'https://b.example';
      const fromEnvironment = { '/users/{id}': { ...route, origin: { env: 'NIMBUS_TEST_ORIGIN' } } };
      const result = await call(() => 1, event(), { cors: fromEnvironment });
      delete process.env['NIMBUS_TEST_ORIGIN'];
      expect(result.headers).to.have.property('access-control-allow-origin', 'https://b.example');
    });

    it('leaves other routes of the function alone', async () => {
      const result = await call(() => 1, event({ routeKey: 'GET /other' }), withCors);
      expect(result.headers).to.deep.equal({ 'content-type': 'application/json' });
    });
  });
});
