// The generated client: compiled as users compile it, and run against a server that is played here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { transform } from 'esbuild';
import { clientOf } from '../../../../compiler/documents/documents.js';
import type { WireType } from '../../../../compiler/ir/wire-type.js';
import { compileClients, compileWithOlder, ENVIRONMENTS } from '../../../support/client.js';
import { StageBuilder } from '../../providers/stage-builder.js';
import { any, array, bytes, date, declared, doc, object, ref, sent, shop, string, union, withSignatures } from './sample-api.js';

const textOf = (graph: Parameters<typeof clientOf>[0], messages: typeof sent = []): string =>
  clientOf(graph, { version: '1.0.0', errors: 'NONE', sent: messages }) ?? '';

/** Uses every form of the client of the shop; lines with `@ts-expect-error` have to be wrong. */
const USE = `
import { ApiError, connectWebSocket, createHttpClient, type Fetch, type Order, type Payment, type Said } from './client.js';

export async function use(fetch: Fetch, order: Order, socket: new (url: string) => object): Promise<void> {
  const api = createHttpClient({ url: 'https://example.com', fetch, headers: async () => ({ authorization: 'x' }) });
  const placed: Order = await api.orders.place({ body: order, query: { a: [1, true], b: undefined }, headers: { a: 'b' } });
  const day: Date = placed.placed;
  const found: Order | undefined = await api.orders.one({ path: { id: 1 } });
  const nothing: void = await api.orders.delete({ path: { id: 'a' } });
  const page: Order[] = (await api.orders.list()).items;
  const payment: Payment = await api.orders.pay({ path: { id: 'a' }, body: { kind: 'paid', at: day } });
  const reason: string = payment.kind === 'refused' ? payment.reason : payment.at.toISOString();
  const scan: Uint8Array = await api.scans.get({ path: { id: 'a' } });
  const price: bigint | undefined = placed.prices.get('a');
  const what: unknown = await api.scans.put({ path: { id: 'a' }, body: scan });
  await api.notes.write();
  await api.notes.write({ body: 'text' });
  // @ts-expect-error a number is asked for
  await api.orders.one({ path: { id: 'a' } });
  // @ts-expect-error the body is missing
  await api.orders.place({});
  // @ts-expect-error a date is no string here
  await api.orders.pay({ path: { id: 'a' }, body: { kind: 'paid', at: '2020-01-01' } });
  try {
    await api.root.root();
  } catch (error) {
    if (error instanceof ApiError) for (const { path, message } of error.issues) throw new Error(error.status + path + message);
  }
  const chat = await connectWebSocket({ url: 'wss://example.com', query: { user: 'thomas' }, WebSocket: socket });
  chat.send('say', { text: 'hello', at: day });
  chat.send('ping');
  chat.send('a topic & more', order);
  chat.sendOther('anything');
  // @ts-expect-error no such topic
  chat.send('shout', {});
  // @ts-expect-error the text is missing
  chat.send('say', {});
  // @ts-expect-error there is something to say
  chat.send('say');
  const stop: () => void = chat.on('said', (said: Said) => said.at.getTime());
  chat.onMessage((message) => (message.topic === 'left' ? message.who : message.text));
  stop();
  const { code, reason: why }: { readonly code: number; readonly reason: string } = await chat.close();
  void [found, nothing, page, reason, price, what, code, why];
}
`;

describe('the generated client as TypeScript', function () {
  this.timeout(60_000);
  const files = (text: string, use = ''): ReadonlyMap<string, string> =>
    new Map([['client.ts', text], ...(use === '' ? [] : [['use.ts', use] as const])]);

  for (const environment of Object.keys(ENVIRONMENTS) as (keyof typeof ENVIRONMENTS)[]) {
    it(`compiles under every strict flag, ${environment}, and tells what is right from what is wrong`, () => {
      expect(compileClients(files(textOf(shop(), sent), USE), environment)).to.equal('');
    });
  }

  it('takes the fetch and the WebSocket of browsers and Node', () => {
    const use = `import { connectWebSocket, createHttpClient } from './client.js';
export const api = () => createHttpClient({ url: '', fetch });
export const one = () => api().orders.list({ signal: new AbortController().signal });
`;
    const socket = `export const chat = () => connectWebSocket({ url: '', WebSocket });\n`;
    const strict = { isolatedDeclarations: false };
    expect(compileClients(files(textOf(shop()), use + socket), 'browser', strict)).to.equal('');
    const ws = use.replace('import', "import { WebSocket } from 'ws';\nimport") + socket;
    const paths = { ws: [join(process.cwd(), 'node_modules', '@types', 'ws')] };
    expect(compileClients(files(textOf(shop()), ws), 'node', { ...strict, paths })).to.equal('');
  });

  it('compiles with an older compiler, too', () => {
    expect(compileWithOlder(textOf(shop(), sent))).to.deep.equal([]);
    expect(compileWithOlder(`${textOf(shop(), sent)}export const wrong: number = 'a';\n`)).to.have.length(1);
  });

  it('compiles for every part of an API alone', () => {
    const stage = (build: (stage: StageBuilder) => void, signatures = {}) => {
      const builder = new StageBuilder();
      build(builder);
      return withSignatures(builder, signatures);
    };
    const message = [{ function: 'Chat.m', type: object({ at: date }) }];
    const clients = new Map([
      ['plain.ts', textOf(stage((s) => s.http('GET /', 'A.a')))],
      ['body.ts', textOf(stage((s) => s.http('POST /', 'A.a'), { 'A.a': { body: object({ at: date }) } }))],
      ['result.ts', textOf(stage((s) => s.http('GET /', 'A.a'), { 'A.a': { result: date } }))],
      ['bytes.ts', textOf(stage((s) => s.http('PUT /', 'A.a'), { 'A.a': { body: bytes, result: bytes } }))],
      ['deaf.ts', textOf(stage((s) => s.topic('$connect', 'Chat.m')))],
      [
        'hearing.ts',
        textOf(
          stage((s) => s.topic('$connect', 'Chat.m')),
          message,
        ),
      ],
      ['other.ts', textOf(stage((s) => s.topic('$default', 'Chat.m'), { 'Chat.m': { body: object({ at: date }) } }))],
      ['topic.ts', textOf(stage((s) => s.topic('constructor', 'Chat.m'), { 'Chat.m': { body: object({ at: date }) } }))],
      [
        'two.ts',
        textOf(
          stage((s) => void [s.topic('a', 'Chat.m'), s.http('GET /', 'A.a')]),
          message,
        ),
      ],
      [
        'anything.ts',
        textOf(
          stage((s) => s.topic('a', 'Chat.m'), { 'Chat.m': { body: any } }),
          [{ function: 'Chat.m', type: any }],
        ),
      ],
    ]);
    expect(compileClients(clients)).to.equal('');
  });

  it('compiles whatever things are called, and whatever comments say', () => {
    const builder = new StageBuilder();
    const methods = ['new', 'constructor', 'delete', 'then', 'get', '__proto__', 'toString', 'größe', '$'];
    for (const [index, name] of methods.entries()) builder.http(`POST /m${index}/{new}/{a.b}/{c-d}`, `Words.${name}`);
    for (const name of ['Then', 'HTTPThings', 'words', 'Ünder', '$A', 'Class'])
      builder.http(`GET /c/${name.length}${name.charCodeAt(0)}`, `${name}.a`);
    for (const [index, topic] of ['__proto__', 'constructor', "it's", '"', '\\', 'new', 'a\nb', '*/', '${a}', '`'].entries())
      builder.topic(topic, `Chat.m${index}`);
    const names = [
      'Date',
      'Map',
      'Promise',
      'Shape',
      'Query',
      'ApiError',
      'default',
      'Größe',
      '注文',
      'a-b',
      '1',
      'Outgoing',
      'Parameters',
      'string',
    ];
    const comment = doc('Ends */ here, `ticks`, ${code}\u2028and /* this.\n@see nothing', {
      default: '*/',
      examples: ['*/\n', { a: '`' }],
    });
    const odd = names.map((name, index) =>
      declared(
        name,
        object({
          a: date,
          '': string,
          constructor: date,
          toString: date,
          ['__proto__']: date,
          "it's": string,
          '*/': { type: string, doc: comment },
        }),
        {
          key: `src/a${index}.ts#${name}`,
          doc: comment,
        },
      ),
    );
    const index = declared('Index', object({ a: date, 'b?': string }, { index: union(date, string) }));
    const circle = declared('Circle', string);
    Object.assign(circle, {
      type: { t: 'record', of: union(ref(circle), array(ref(circle)), { t: 'map', key: string, of: ref(circle) }) },
    });
    const result: WireType = { t: 'tuple', items: [...odd, index, circle].map(ref), required: 1, rest: null };
    const signature = { body: result, result, doc: comment };
    const signatures = Object.fromEntries(methods.map((name) => [`Words.${name}`, signature]));
    const text = textOf(withSignatures(builder, { ...signatures, 'Chat.m0': { body: result, doc: comment } }));
    expect(compileClients(files(text))).to.equal('');
  });

  it('begins with the line that allows it to be written anew', () => {
    expect(textOf(shop()).split('\n')[0]).to.match(/^\/\/ Generated by nimbusc client: project chat, stage dev\./);
  });
});

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | ArrayBuffer;
}

type Operation = (request?: object) => Promise<unknown>;

interface ClientModule {
  createHttpClient(options: object): Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  connectWebSocket(options: object): Promise<{
    send(topic: string, body?: object): void;
    sendOther(text: string): void;
    on(topic: string, listener: (message: unknown) => void): () => void;
    onMessage(listener: (message: unknown) => void): () => void;
    close(): Promise<unknown>;
    readonly closed: Promise<unknown>;
  }>;
}

describe('the generated client at work', () => {
  let folder: string;
  let client: ClientModule;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nimbusc-client-'));
    const { code } = await transform(textOf(shop(), sent), { loader: 'ts', format: 'esm' });
    writeFileSync(join(folder, 'client.mjs'), code);
    client = (await import(join(folder, 'client.mjs'))) as ClientModule;
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Calls an operation; gives what was sent, and what it gives when it gets this answer. */
  const call = async (
    group: string,
    method: string,
    request?: object,
    answer: Response = new Response(null, { status: 200 }),
    options: object = {},
  ): Promise<{ readonly sent: Sent; readonly result: unknown }> => {
    let seen: Sent | undefined;
    const fetch = async (url: string, init: Omit<Sent, 'url'>): Promise<Response> => {
      seen = { url, ...init };
      return answer;
    };
    const api = client.createHttpClient({ url: 'https://example.com/', fetch, ...options });
    const operation = api[group]?.[method];
    const result: unknown = await operation?.(request);
    return { sent: seen as Sent, result };
  };
  const json = (value: unknown, init: ResponseInit = {}) => Response.json(value, init);

  const ORDER = {
    id: 'a',
    placed: new Date(5),
    lines: [{ sku: 'A', amount: 1, price: 12345678901234567890n }],
    parent: null,
    labels: new Set(['x', 'y']),
    prices: new Map([['a', 1n]]),
    history: new Map([[new Date(6), 'six']]),
    point: [1, new Date(7)],
    tail: ['t', new Date(8), new Date(9)],
    scan: new Uint8Array([0, 1, 250, 255]),
    extra: { constructor: new Date(10) },
  };
  const WIRE = {
    id: 'a',
    placed: '1970-01-01T00:00:00.005Z',
    lines: [{ sku: 'A', amount: 1, price: '12345678901234567890' }],
    parent: null,
    labels: ['x', 'y'],
    prices: { a: '1' },
    history: [['1970-01-01T00:00:00.006Z', 'six']],
    point: [1, '1970-01-01T00:00:00.007Z'],
    tail: ['t', '1970-01-01T00:00:00.008Z', '1970-01-01T00:00:00.009Z'],
    scan: 'AAH6/w==',
    extra: { constructor: '1970-01-01T00:00:00.010Z' },
  };

  it('sends and receives values that JSON has no form for', async () => {
    const { sent: request, result } = await call('orders', 'place', { body: ORDER }, json(WIRE));
    expect(JSON.parse(request.body as string)).to.deep.equal(WIRE);
    expect(request.headers).to.deep.equal({ 'content-type': 'application/json' });
    expect(result).to.deep.equal(ORDER);
    const page = await call('orders', 'list', undefined, json({ items: [WIRE, WIRE] }));
    expect(page.result).to.deep.equal({ items: [ORDER, ORDER] });
    const tree = { name: 'a', since: new Date(1), children: [{ name: 'b', since: new Date(2), children: [] }] };
    const category = await call('notes', 'read', undefined, json(tree));
    expect(category.result).to.deep.equal(tree);
    expect((await call('root', 'root', undefined, json('12'))).result).to.equal(12n);
  });

  it('converts bytes of every length', async () => {
    for (const length of [0, 1, 2, 3, 4, 5, 255]) {
      const scan = Uint8Array.from({ length }, (_, index) => (index * 37) % 256);
      const wire = { ...WIRE, scan: Buffer.from(scan).toString('base64') };
      const { sent: request, result } = await call('orders', 'place', { body: { ...ORDER, scan } }, json(wire));
      expect(JSON.parse(request.body as string)).to.deep.include({ scan: wire.scan });
      expect(result).to.deep.equal({ ...ORDER, scan });
    }
  });

  it('finds the member of a union that a value is', async () => {
    const paid = await call(
      'orders',
      'pay',
      { path: { id: 'a' }, body: { kind: 'paid', at: new Date(1) } },
      json({ kind: 'refused', reason: '2020-01-01' }),
    );
    expect(JSON.parse(paid.sent.body as string)).to.deep.equal({ kind: 'paid', at: '1970-01-01T00:00:00.001Z' });
    expect(paid.result).to.deep.equal({ kind: 'refused', reason: '2020-01-01' });
    const there = await call('orders', 'item', { path: { id: 'a', 'item-no': 'b' } }, json({ there: '2020-01-01' }));
    expect(there.result).to.deep.equal({ there: new Date('2020-01-01') });
    const here = await call('orders', 'item', { path: { id: 'a', 'item-no': 'b' } }, json({ here: '2020-01-01' }));
    expect(here.result).to.deep.equal({ here: '2020-01-01' });
  });

  it('puts paths together, and refuses parameters that lead elsewhere', async () => {
    const url = async (group: string, method: string, request: object) => (await call(group, method, request)).sent.url;
    expect(await url('orders', 'item', { path: { id: 'a/b?c', 'item-no': 'ü' } })).to.equal(
      'https://example.com/orders/a%2Fb%3Fc/items/%C3%BC',
    );
    expect(await url('proxy', 'get', { path: { rest: 'a b/c%/d' } })).to.equal('https://example.com/proxy/a%20b/c%25/d');
    expect(await url('root', 'root', {})).to.equal('https://example.com/');
    const query = { a: 'b c', list: [1, true], none: undefined };
    expect(await url('orders', 'list', { query })).to.equal('https://example.com/orders?a=b%20c&list=1&list=true');
    for (const rest of ['', '.', '..', 'a/../b', 'a//b', 'a/']) {
      const refused = await call('proxy', 'get', { path: { rest } }).catch((error: unknown) => error);
      expect(refused, rest).to.be.instanceOf(TypeError);
    }
  });

  it('sends texts and bytes as they are', async () => {
    const text = await call('notes', 'write', { body: '"ü"' }, json('written'));
    expect([text.sent.body, text.sent.headers]).to.deep.equal(['"ü"', { 'content-type': 'text/plain;charset=UTF-8' }]);
    expect(text.result).to.equal('written');
    const body = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
    const scan = await call('scans', 'put', { path: { id: 'a' }, body });
    expect(new Uint8Array(scan.sent.body as ArrayBuffer)).to.deep.equal(body);
    expect(scan.sent.headers).to.deep.equal({ 'content-type': 'application/octet-stream' });
    expect((await call('notes', 'write')).sent).to.not.have.property('body');
  });

  it('takes answers for what they are', async () => {
    const octets = { headers: { 'content-type': 'application/octet-stream' } };
    const bytesOf = async (group: string, method: string) =>
      (await call(group, method, { path: { id: 'a' } }, new Response(new Uint8Array([1, 2]), octets))).result;
    expect(await bytesOf('scans', 'get')).to.deep.equal(new Uint8Array([1, 2]));
    expect(await bytesOf('notes', 'read')).to.deep.equal(new Uint8Array([1, 2]));
    expect((await call('scans', 'get', { path: { id: 'a' } })).result).to.deep.equal(new Uint8Array());
    expect((await call('orders', 'one', { path: { id: 1 } })).result).to.equal(undefined);
    expect((await call('orders', 'one', { path: { id: 1 } }, json(WIRE))).result).to.deep.equal(ORDER);
    expect((await call('scans', 'put', { path: { id: 'a' } }, new Response('hello'))).result).to.equal('hello');
    expect((await call('orders', 'delete', { path: { id: 'a' } }, json('what?'))).result).to.equal(undefined);
    expect(
      (await call('things', 'add', {}, new Response('{"__proto__":1}', { headers: { 'content-type': 'application/json' } })))
        .result,
    ).to.not.have.property('then');
  });

  it('has headers of all requests and of one, which wins', async () => {
    const headers = () => Promise.resolve({ Authorization: 'all', 'X-A': 'all' });
    const { sent: request } = await call('orders', 'list', { headers: { 'x-a': 'one' } }, undefined, { headers });
    expect(request.headers).to.deep.equal({ authorization: 'all', 'x-a': 'one' });
  });

  it('rejects with what the API says is wrong', async () => {
    const refusal = async (answer: Response) => {
      const error: unknown = await call('orders', 'list', undefined, answer).catch((reason: unknown) => reason);
      const { name, status, message, issues, body } = error as Error & { status: number; issues: unknown; body: unknown };
      return { name, status, message, issues, body };
    };
    const errors = [{ path: 'lines[0].sku', message: 'is missing' }];
    const invalid = { message: 'invalid', errors };
    const common = { name: 'ApiError', issues: [] };
    expect(await refusal(json(invalid, { status: 400 }))).to.deep.equal({
      ...common,
      status: 400,
      message: 'invalid',
      issues: errors,
      body: invalid,
    });
    expect(await refusal(new Response('gone', { status: 410 }))).to.deep.equal({
      ...common,
      status: 410,
      message: 'gone',
      body: 'gone',
    });
    const header = new Response('', { status: 403, headers: { 'nimbus-error-message': 'not you' } });
    expect(await refusal(header)).to.deep.equal({ ...common, status: 403, message: 'not you', body: '' });
    expect(await refusal(new Response('', { status: 500, statusText: 'Oh' }))).to.include({ message: 'Oh' });
    expect(await refusal(new Response('', { status: 500 }))).to.include({ message: 'status 500' });
    expect(await refusal(json([1], { status: 500 }))).to.deep.include({ message: 'status 500', body: [1] });
  });

  describe('over a WebSocket', () => {
    class Fake {
      static last: Fake;
      readyState = 0;
      readonly sent: unknown[] = [];
      onopen = (): void => {};
      onerror = (): void => {};
      onclose = (_event: object): void => {};
      onmessage = (_event: object): void => {};
      constructor(readonly url: string) {
        Fake.last = this;
      }
      open(): void {
        this.readyState = 1;
        this.onopen();
      }
      send(text: string): void {
        this.sent.push(JSON.parse(text));
      }
      close(code: number, reason: string): void {
        this.readyState = 3;
        this.onclose({ code, reason });
      }
    }
    const connect = async () => {
      const connected = client.connectWebSocket({ url: 'wss://example.com/dev', query: { user: 'a b' }, WebSocket: Fake });
      const socket = Fake.last;
      socket.open();
      return { chat: await connected, socket };
    };
    const said = { topic: 'said', text: 'hi', at: '1970-01-01T00:00:00.001Z' };
    const saidInside = { topic: 'said', text: 'hi', at: new Date(1) };
    const left = { topic: 'left', who: 'bob' };

    it('connects with a query, and rejects when that fails', async () => {
      expect((await connect()).socket.url).to.equal('wss://example.com/dev?user=a%20b');
      for (const end of ['onerror', 'onclose'] as const) {
        const refused = client.connectWebSocket({ url: 'wss://example.com', WebSocket: Fake }).catch((error: unknown) => error);
        Fake.last[end]({ code: 1006, reason: '' });
        expect(await refused).to.be.instanceOf(Error);
      }
    });

    it('sends messages with their topic, converted', async () => {
      const { chat, socket } = await connect();
      chat.send('say', { text: 'hi', at: new Date(1) });
      chat.send('ping');
      chat.send('a topic & more', ORDER);
      chat.sendOther('[1]');
      const expected = [
        { topic: 'say', text: 'hi', at: '1970-01-01T00:00:00.001Z' },
        { topic: 'ping' },
        { ...WIRE, topic: 'a topic & more' },
        [1],
      ];
      expect(socket.sent).to.deep.equal(expected);
    });

    it('hands messages to whoever listens, those too that came before', async () => {
      const { chat, socket } = await connect();
      const message = (value: unknown) => socket.onmessage({ data: typeof value === 'string' ? value : JSON.stringify(value) });
      message(said);
      const all: unknown[] = [];
      const some: unknown[] = [];
      const stop = chat.onMessage((one) => all.push(one));
      chat.on('said', (one) => some.push(one));
      message(left);
      await Promise.resolve();
      expect([all, some]).to.deep.equal([[saidInside, left], [saidInside]]);
      socket.onmessage({ data: new TextEncoder().encode(JSON.stringify(said)).buffer });
      message('no JSON');
      stop();
      message(said);
      expect(all.slice(2)).to.deep.equal([saidInside, 'no JSON']);
      expect(some).to.deep.equal([saidInside, saidInside, saidInside]);
    });

    it('ends, and then sends nothing any more', async () => {
      const { chat } = await connect();
      expect(await chat.close()).to.deep.equal({ code: 1000, reason: '' });
      expect(await chat.closed).to.deep.equal({ code: 1000, reason: '' });
      expect(() => chat.send('ping')).to.throw('not open');
    });

    it('says what is missing where an environment has none', async () => {
      const scope = globalThis as { WebSocket?: unknown; fetch?: unknown };
      const { WebSocket, fetch } = scope;
      try {
        scope.WebSocket = undefined;
        scope.fetch = undefined;
        expect(await client.connectWebSocket({ url: '' }).catch(String)).to.include('hand one over');
        expect(() => client.createHttpClient({ url: '' })).to.throw('hand one over');
      } finally {
        Object.assign(scope, { WebSocket, fetch });
      }
    });
  });
});
