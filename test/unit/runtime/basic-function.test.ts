import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { adapt } from '../../../runtime/adapters/basic-function.js';
import type { HandlerSpec, Reader } from '../../../runtime/adapters/handler.js';
import { check, date, nullable, number, object, string } from '../../../runtime/core/decode.js';
import type { Shape } from '../../../runtime/core/entry.js';
import { InvalidInputException } from '../../../runtime/core/errors.js';
import { ClientBuilder, InvocationException, NonRetryableException, PermissionException } from '../../../runtime/index.js';
import { setEnvironment } from '../../contract/dynamodb-backend.js';
import { loadPacked, type Packed, packSdk } from '../../contract/packed-runtime.js';

const failure = (it: Promise<unknown>): Promise<Error> =>
  it.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );

describe('the adapter of basic functions', () => {
  const call = (handle: (...args: never[]) => unknown, params: HandlerSpec['params'] = [], event?: unknown): Promise<unknown> =>
    adapt({ create: () => ({ handle }), method: 'handle', params })(event);
  const same = (value: unknown): unknown => value;

  it('gives the event as the parameter, and the result as JSON', async () => {
    expect(await call(same, [{ body: 'string' }], 'x')).to.equal('x');
    const param = { body: { o: {} }, read: check(object({ at: date })) };
    expect(await call(({ at }: { at: Date }) => at.getTime(), [param], { at: '1970-01-01T00:00:01Z' })).to.equal(1000);
    expect(await call(() => new Map([['n', 1n]]))).to.deep.equal({ n: '1' });
    expect(await call(() => undefined)).to.equal(null);
  });

  it('gives undefined for null where the type has no null', async () => {
    const seen = async (body: Shape, event: unknown, read?: Reader): Promise<unknown> => {
      let param: unknown = 'not called';
      await call((value: unknown) => (param = value), [{ body, ...(read ? { read } : {}) }], event);
      return param;
    };
    const withoutNull = check(string);
    expect(await seen({ opt: 'string' }, null, withoutNull)).to.equal(undefined);
    expect(await seen({ opt: 'string' }, undefined, withoutNull)).to.equal(undefined);
    expect(await seen({ opt: 'string' }, null, check(nullable(string)))).to.equal(null);
    expect(await seen({ opt: 'any' }, null)).to.equal(undefined);
    expect(await seen('any', null)).to.equal(null);
  });

  it('ignores the event of a schedule', async () => {
    expect(await call((...args: unknown[]) => args.length, [], { source: 'aws.events' })).to.equal(0);
  });

  it('throws what the method throws, and says what is wrong with an input', async () => {
    const error = new RangeError('no');
    const fail = (): never => {
      throw error;
    };
    expect(await failure(call(fail))).to.equal(error);
    const read = (): never => {
      throw new InvalidInputException([
        { path: 'a[0]', message: 'must be a number' },
        { path: '', message: 'is odd' },
      ]);
    };
    const { name, message } = await failure(call(same, [{ body: 'any', read }], {}));
    expect([name, message]).to.deep.equal(['InvalidInputException', 'invalid input: a[0]: must be a number; is odd']);
  });
});

type Runtime = typeof import('../../../providers/aws/runtime/basic-function.js');

/** What Lambda answers, by the function's name. */
const answers: Readonly<Record<string, readonly [status: number, headers: Record<string, string>, body: string]>> = {
  add: [200, {}, '3'],
  at: [200, {}, '"1970-01-01T00:00:01.000Z"'],
  odd: [200, {}, '{"sum":"many"}'],
  nothing: [200, {}, 'null'],
  fails: [
    200,
    { 'x-amz-function-error': 'Unhandled' },
    '{"errorType":"Overflow","errorMessage":"too much","trace":["Overflow"]}',
  ],
  silent: [200, { 'x-amz-function-error': 'Unhandled' }, ''],
  forbidden: [403, { 'x-amzn-errortype': 'AccessDeniedException' }, '{"Message":"not authorized"}'],
};

for (const packing of ['from the SDK', 'from the packed SDK'])
  describe(`the client of basic functions, made ${packing}`, () => {
    class Calculator {
      add(pair: { a: number; b: number }): number {
        return pair.a + pair.b;
      }
      at(): Date {
        return new Date(0);
      }
      odd(): { sum: number } {
        return { sum: 0 };
      }
      async nothing(): Promise<void> {}
      fails(): void {}
      silent(): void {}
      forbidden(): void {}
      undeclared(): void {}
    }
    let server: Server;
    let packed: Packed | undefined;
    let restore: () => void;
    const received: { readonly url: string; readonly type: unknown; readonly body: string }[] = [];

    before(async function () {
      this.timeout(60_000);
      server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { url = '', headers } = request;
          received.push({ url, type: headers['x-amz-invocation-type'], body: Buffer.concat(chunks).toString() });
          const [status, more, body] = answers[/functions\/([^/]+)/.exec(url)?.[1] ?? ''] ?? [500, {}, ''];
          response.writeHead(headers['x-amz-invocation-type'] === 'Event' ? 202 : status, more).end(body);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      restore = setEnvironment({
        ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'secret' },
        AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ...Object.fromEntries(Object.keys(answers).map((name) => [`FN_${name}`, name])),
      });
      if (packing.includes('packed')) packed = await packSdk();
      const runtime: Runtime = packed
        ? await loadPacked<Runtime>('basic-function', packed.folder)
        : await import('../../../providers/aws/runtime/basic-function.js');
      for (const method of Object.keys(answers)) {
        const data = { name: 'Calculator', method, function: `FN_${method}`, absent: method === 'nothing' };
        const readers: { readonly [name: string]: Reader } = { at: check(date), odd: check(object({ sum: number })) };
        runtime.register(Calculator, { ...data, result: readers[method] ?? null });
      }
    });
    beforeEach(() => received.splice(0));
    after(() => {
      server.close();
      server.closeAllConnections();
      packed?.remove();
      restore();
    });

    it('invokes the function with the parameter, and gives its result in its type', async () => {
      const add = ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'add');
      const sum: number = await add.invoke({ a: 1, b: 2 });
      expect(sum).to.equal(3);
      expect(received).to.deep.equal([{ url: '/2015-03-31/functions/add/invocations', type: undefined, body: '{"a":1,"b":2}' }]);
      const at: Date = await ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'at').invoke();
      expect(at).to.deep.equal(new Date(1000));
      expect(received[1]?.body).to.equal('null');
    });

    it('says where a result does not fit its type', async () => {
      const error = await failure(ClientBuilder.getBasicServerlessFunctionInterface(Calculator).odd());
      expect(error).to.be.instanceOf(NonRetryableException);
      expect(error.message).to.equal('invoke Calculator.odd: the result does not fit its type: sum: must be a number');
    });

    it('does not wait when it is asked not to', async () => {
      const done: unknown = await ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'add').invokeAsync({ a: 1, b: 2 });
      expect(done).to.equal(undefined);
      expect(received.map(({ type, body }) => [type, body])).to.deep.equal([['Event', '{"a":1,"b":2}']]);
    });

    it('looks like the class itself', async () => {
      const calculator = ClientBuilder.getBasicServerlessFunctionInterface(Calculator);
      expect(await (await Promise.resolve(calculator)).add({ a: 1, b: 2 })).to.equal(3);
      expect(await calculator.nothing()).to.equal(undefined);
      const of = (it: unknown): string => `${Object.prototype.toString.call(it)}`;
      expect(of(calculator)).to.equal('[object Object]');
    });

    it('throws what the function threw, by name and message', async () => {
      const calculator = ClientBuilder.getBasicServerlessFunctionInterface(Calculator);
      const error = (await failure(calculator.fails())) as InvocationException;
      expect(error).to.be.instanceOf(InvocationException).and.instanceOf(NonRetryableException);
      const { name, message, errorType, trace } = error;
      expect([name, message, errorType, trace]).to.deep.equal(['Overflow', 'too much', 'Overflow', ['Overflow']]);
      expect((await failure(calculator.silent())).message).to.equal('invoke Calculator.silent: the function failed');
    });

    it('says what is forbidden, by AWS or because nothing declares it', async () => {
      const calculator = ClientBuilder.getBasicServerlessFunctionInterface(Calculator);
      const forbidden = await failure(calculator.forbidden());
      expect(forbidden).to.be.instanceOf(PermissionException);
      expect(forbidden.message).to.include('invoke Calculator.forbidden');
      const undeclared = await failure(calculator.undeclared());
      expect(undeclared).to.be.instanceOf(PermissionException);
      expect(undeclared.message).to.equal(
        "this function does not declare @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'undeclared' })",
      );
    });
  });
