// Generated entries, bundled as the compiler does it: that they work, what they weigh, and what is not in them.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { build, type Plugin } from 'esbuild';
import type { FunctionNode } from '../../../compiler/ir/graph.js';
import type { WireType } from '../../../compiler/ir/wire-type.js';
import { entryExport, entryModel, entryWriter } from '../../../compiler/phases/6-bundle/entry-source.js';
import { type Packed, packSdk } from '../../contract/packed-runtime.js';
import { repositoryRoot } from '../../contract/repository-root.js';
import { array, attempt, literal, named, number, object, readerOf, text, union } from '../../support/wire-types.js';

const source = (file: string): string => path.join(repositoryRoot, file);

/** The specifiers of generated entries. */
const specifiers: Plugin = {
  name: 'nimbusc',
  setup(hooks) {
    hooks.onResolve({ filter: /^nimbusc$/ }, () => ({ path: source('runtime/index.ts') }));
    hooks.onResolve({ filter: /^nimbusc:core$/ }, () => ({ path: source('runtime/core/entry.ts') }));
    hooks.onResolve({ filter: /^nimbusc:(de|en)code$/ }, ({ path: it }) => ({ path: source(`runtime/core/${it.slice(8)}.ts`) }));
    hooks.onResolve({ filter: /^nimbusc:adapter\// }, ({ path: it }) => ({
      path: source(`runtime/adapters/${it.split('/')[1]}.ts`),
    }));
    hooks.onResolve({ filter: /^nimbusc:client\// }, ({ path: it }) => ({
      path: source(it.endsWith('environment') ? 'runtime/core/environment.ts' : `providers/aws/runtime/${it.split('/')[1]}.ts`),
    }));
    hooks.onResolve({ filter: /\/sdk\/[a-z]+\.js$/ }, ({ path: it }) => ({
      path: `./${path.basename(it, '.js')}.mjs`,
      external: true,
    }));
  },
};

interface Bundle {
  readonly bytes: number;
  readonly zipped: number;
  readonly inputs: readonly string[];
  readonly text: string;
  load(): Promise<{ handler: (event: object) => Promise<Record<string, unknown>> }>;
}

describe('a bundled function', () => {
  let folder: string;
  let count = 0;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nimbusc-bundle-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function bundle(files: Record<string, string>, into = folder): Promise<Bundle> {
    const here = path.join(folder, `source-${++count}`);
    mkdirSync(here);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(here, name)), { recursive: true });
      writeFileSync(path.join(here, name), text);
    }
    const outfile = path.join(into, `index-${count}.mjs`);
    const { metafile, outputFiles } = await build({
      entryPoints: [path.join(here, 'entry.js')],
      outfile,
      write: false,
      metafile: true,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      plugins: [specifiers],
    });
    const { contents, text } = outputFiles[0]!;
    writeFileSync(outfile, contents);
    const used = Object.values(metafile.outputs)[0]!.inputs;
    return {
      bytes: contents.length,
      zipped: deflateRawSync(contents, { level: 9 }).length,
      inputs: Object.keys(used).filter((file) => used[file]!.bytesInOutput > 0),
      text,
      load: () => import(pathToFileURL(outfile).href),
    };
  }

  const httpEvent = {
    routeKey: 'GET /',
    requestContext: { http: { method: 'GET' }, requestId: 'r' },
    headers: { 'content-type': 'application/json' },
    queryStringParameters: { a: '1' },
    body: '{"at":"2020-01-01T00:00:00.000Z"}',
  };
  const handlers = `export class Handlers { async list(event) { return { query: event.queryStringParameters } } }`;
  const httpEntry = `
    import { adapt } from 'nimbusc:adapter/http-api-event';
    import { Handlers } from './handlers.js';
    export const handler = adapt({ create: () => new Handlers(), method: 'list', params: ['event'], errors: 'APPLICATION_JSON' });`;
  const bareEntry = `
    import { Handlers } from './handlers.js';
    const handlers = new Handlers();
    export const handler = async (event) =>
      ({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(await handlers.list(event)) });`;

  it('that answers JSON is under 4 KB zipped, and under 3 KB over a bare one', async () => {
    const adapted = await bundle({ 'entry.js': httpEntry, 'handlers.js': handlers });
    const bare = await bundle({ 'entry.js': bareEntry, 'handlers.js': handlers });
    const expected = { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"query":{"a":"1"}}' };
    expect(await (await adapted.load()).handler(httpEvent)).to.deep.equal(expected);
    expect(await (await bare.load()).handler(httpEvent)).to.deep.equal(expected);
    expect(adapted.bytes - bare.bytes).to.be.below(3072);
    expect(adapted.zipped).to.be.below(2048);
    const full = await bundle({ 'entry.js': httpEntry.replace('-event', ''), 'handlers.js': handlers });
    expect(await (await full.load()).handler(httpEvent)).to.deep.equal(expected);
    expect(full.zipped).to.be.below(4096);
  });

  it('carries nothing that it does not use', async () => {
    const { text, inputs } = await bundle({ 'entry.js': httpEntry, 'handlers.js': handlers });
    for (const part of ['withStatusCode', 'gzip', 'access-control', 'nimbusc"', 'dynamodb', 'sdk'])
      expect(text).not.to.include(part);
    expect(inputs.join()).not.to.match(/binding|providers|compression|cors/);
  });

  it('pays nothing for importing nimbusc', async () => {
    const { text } = await bundle({
      'entry.js': `import 'nimbusc'; import * as nimbus from 'nimbusc'; export const handler = 1;`,
    });
    expect(text.length).to.be.below(50);
  });

  it('takes parameters, compression and CORS as the compiler writes them', async () => {
    const { load } = await bundle({
      'handlers.js': `
        import { HttpResponse } from 'nimbusc';
        export class Body { at = null; }
        export class Handlers {
          constructor(ready) { this.ready = ready; }
          list(body, event) {
            const answer = [this.ready, body instanceof Body, body.at instanceof Date, event.requestId];
            return new HttpResponse().withJsonBody(answer);
          }
        }
        export class Factory { async create() { return new Handlers(true); } }`,
      'entry.js': `
        import { adapt } from 'nimbusc:adapter/http-api';
        import { build, date, instance, object, optional } from 'nimbusc:decode';
        import { Body, Factory } from './handlers.js';
        const read = build(instance(Body, object({ at: optional(date) })));
        export const handler = adapt({
          create: () => new Factory().create(),
          method: 'list',
          params: [{ body: { o: {} }, read }, 'event'],
          errors: 'NONE',
          decode: true,
          encode: true,
          cors: { '': { origin: 'https://a.example', headers: 'content-type' } },
        });`,
    });
    expect(await (await load()).handler(httpEvent)).to.deep.equal({
      statusCode: 200,
      headers: {
        'content-type': 'application/json',
        vary: 'accept-encoding, origin',
        'access-control-allow-origin': 'https://a.example',
        'access-control-allow-credentials': 'true',
      },
      body: '[true,true,true,"r"]',
    });
  });

  it('for a WebSocket topic sees its environment variables', async () => {
    process.env['NIMBUS_TEST_GREETING'] = 'hello';
    const { load } = await bundle({
      'handlers.js': `
        import { ClientBuilder } from 'nimbusc';
        export class Chat {
          environment = ClientBuilder.getEnvironmentVariableClient();
          async connect() { if (await this.environment.get('NIMBUS_TEST_GREETING') !== 'hello') throw new Error('rude'); }
        }`,
      'entry.js': `
        import { adapt } from 'nimbusc:adapter/websocket-api';
        import { register as r0 } from 'nimbusc:client/environment';
        import { Chat } from './handlers.js';
        r0(null, { keys: ['NIMBUS_TEST_GREETING'] });
        export const handler = adapt({ create: () => new Chat(), method: 'connect', params: [], topic: '$connect' });`,
    });
    const { handler } = await load();
    expect(await handler({ requestContext: { eventType: 'CONNECT' } })).to.deep.equal({ statusCode: 200 });
    delete process.env['NIMBUS_TEST_GREETING'];
  });

  describe('with a checked body', () => {
    const span = { file: 'src/a.ts', start: 0, end: 1 };
    const handlers = `
      export class Item { label = ''; hello() { return 'hello ' + this.label; } }
      export { Item as ${entryExport('Item')} };
      export class Account {
        static made = 0; #pin = 7; count = 5;
        constructor(owner) { if (typeof owner !== 'string') throw new Error('unchecked'); this.owner = owner; Account.made++; }
        get label() { return this.owner + this.#pin; }
        get made() { return Account.made; }
      }
      export { Account as ${entryExport('Account')} };
      export class Handlers { run(body) { globalThis.nimbusBody = body; return body; } }`;
    const date: WireType = { t: 'date' };
    const item: WireType = {
      t: 'ref',
      to: {
        ...{ name: 'Item', key: 'src/a.ts#Item', doc: null, source: null, type: object({ label: text }) },
        class: { module: 'src/a.ts', local: 'Item', name: 'Item', construct: [] },
      },
    };

    /** The function as the compiler generates it. */
    async function checked(wire: WireType, result: WireType = { t: 'any' }): Promise<Bundle> {
      const fn: FunctionNode = {
        ...{ kind: 'function', id: 'function:Handlers.run', name: 'Handlers.run', source: span },
        ...{ className: 'Handlers', method: 'run', module: 'src/a.ts', exportName: 'Handlers', trigger: 'http-api' },
        ...{ timeoutSeconds: 10, memoryMb: 1024, environment: [], packages: [], factory: null, result, doc: null },
        params: [{ role: 'body', name: 'body', wire, source: span }],
      };
      const input = {
        function: fn,
        clients: [],
        adapter: { module: 'http-api-body', data: { errors: 'PLAIN_TEXT' } },
        wrappers: [],
      };
      return bundle({ 'entry.js': (await entryWriter())(entryModel(input)), 'src/a.ts': handlers });
    }

    const send = async ({ load }: Bundle, body: string): Promise<Record<string, unknown>> =>
      (await load()).handler({ ...httpEvent, body });

    const FORMS: Readonly<Record<string, readonly [type: WireType, fits: unknown, no: unknown]>> = {
      'a string with limits': [{ t: 'string', minLength: 2, maxLength: 3, pattern: '^a' }, 'ab', 'b'],
      'a format': [{ t: 'string', format: 'email' }, 'a@b.de', 'a@b'],
      'a number with limits': [{ t: 'number', integer: true, minimum: 1, maximum: 9, multipleOf: 3 }, 6, 7],
      'an enum': [union(literal('a'), literal('b'), { t: 'null' }), 'b', 'c'],
      'a date': [date, '2020-01-01T00:00:00.000Z', '2020-02-30'],
      'a bigint': [{ t: 'bigint' }, '12345678901234567890', '1.5'],
      bytes: [{ t: 'bytes' }, 'AAEC', 'A'],
      'an object': [object({ a: number, 'b?': { t: 'boolean' } }), { a: 1, b: true }, { b: 1 }],
      'a closed object': [object({ a: number }, { closed: true }), { a: 1 }, { a: 1, b: 2 }],
      'an open object': [object({ a: number }, { index: text }), { a: 1, b: '2' }, { a: 1, b: 2 }],
      'a record of arrays': [{ t: 'record', of: array(date) }, { a: ['2020-01-01T00:00:00.000Z'] }, { a: [1] }],
      'a set': [{ t: 'set', of: number }, [1, 2], [1, 1]],
      'a map': [{ t: 'map', key: text, of: date }, { a: '2020-01-01T00:00:00.000Z' }, { a: 1 }],
      'a map of numbers': [{ t: 'map', key: number, of: text }, [[1, 'a']], [[1]]],
      'a tuple': [{ t: 'tuple', items: [text, number], required: 1, rest: { t: 'boolean' } }, ['a', 1, true], [1]],
      'a class': [item, { label: 'a' }, { label: 1 }],
      'classes inside': [
        object({ list: array(item), more: union(item, { t: 'null' }) }),
        { list: [{ label: 'a' }], more: null },
        {},
      ],
      'a tagged union': [
        union(object({ kind: literal('a'), x: number }), object({ kind: literal('b'), y: text })),
        { kind: 'b', y: 'z' },
        { kind: 'b', x: 1 },
      ],
      'another union': [union(object({ x: number }), object({ y: text }), array(number), number), { y: 'a' }, { y: 1 }],
      recursion: [
        named('List', (self) => object({ 'next?': self, at: date })),
        { next: { at: '2020-01-01T00:00:00.000Z' }, at: '2020-01-01T00:00:00.000Z' },
        { next: {}, at: 1 },
      ],
    };
    for (const [form, [type, fits, no]] of Object.entries(FORMS)) {
      it(`takes ${form} and nothing else`, async () => {
        const lambda = await checked(type);
        const answered = (await send(lambda, JSON.stringify(fits))) as { statusCode: number; body: string };
        expect(answered).to.include({ statusCode: 200, body: form === 'bytes' ? fits : JSON.stringify(fits) });
        const body = (globalThis as unknown as { nimbusBody: unknown }).nimbusBody;
        const { statusCode, body: answer } = (await send(lambda, JSON.stringify(no))) as { statusCode: number; body: string };
        expect(statusCode).to.equal(400);
        if (form.startsWith('class') || form === 'a class') return;
        // The same as in this process, where all other tests of checks run.
        expect(body).to.deep.equal(attempt(readerOf(type), fits));
        const { errors } = JSON.parse(answer) as { errors: { path: string; message: string }[] };
        expect(errors.map(({ path: at, message }) => `${at}: ${message}`)).to.deep.equal(attempt(readerOf(type), no));
      });
    }

    it('makes instances of classes that their author does not export', async () => {
      await send(await checked(item), '{"label":"you","more":1}');
      const { nimbusBody } = globalThis as unknown as { nimbusBody: { hello(): string } };
      expect(nimbusBody.hello()).to.equal('hello you');
      expect(Object.keys(nimbusBody)).to.deep.equal(['label']);
    });

    it('answers hostile bodies, and logs none of them', async () => {
      const lambda = await checked(FORMS['recursion']![0]);
      const deep = `${'{"next":'.repeat(100_000)}{}${'}'.repeat(100_000)}`;
      for (const body of [deep, '['.repeat(100_000), 'NaN', '{"at":1e999}', '{"__proto__":{"at":"2020-01-01"}}', '\ud800'])
        expect(await send(lambda, body), body.slice(0, 20)).to.have.property('statusCode', 400);
      expect(await send(await checked({ t: 'any' }), `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`)).to.have.property(
        'statusCode',
        200,
      );
      expect(Object.keys(Object.prototype)).to.deep.equal([]);
    });

    it('makes an instance by one call of its constructor, of what was checked, with its private fields and getters', async () => {
      const account: WireType = {
        t: 'ref',
        to: {
          ...{ name: 'Account', key: 'src/a.ts#Account', doc: null, source: null, type: object({ owner: text, count: number }) },
          class: { module: 'src/a.ts', local: 'Account', name: 'Account', construct: ['owner'] },
        },
      };
      const lambda = await checked(account);
      for (const no of ['{"owner":1,"count":1}', '{"owner":"a"}', '{"owner":"a","count":"1"}', '[]'])
        expect(await send(lambda, no), no).to.have.property('statusCode', 400);
      expect(await send(lambda, '{"owner":"you","count":1,"label":"x","made":9}')).to.have.property('statusCode', 200);
      const { nimbusBody } = globalThis as unknown as { nimbusBody: { label: string; made: number; count: number } };
      expect([nimbusBody.label, nimbusBody.made, nimbusBody.count]).to.deep.equal(['you7', 1, 1]);
    });

    it('takes the last of equal keys, texts that are no Unicode, and numbers as they can be held', async () => {
      const lambda = await checked(object({ a: number, 'b?': text, 'constructor?': text }));
      const body = async (json: string): Promise<unknown> => (await send(lambda, json))['body'];
      expect(await body('{"a":"x","a":1}')).to.equal('{"a":1}');
      expect(await body('{"a":1,"a":"x"}')).to.contain('must be a number');
      expect(await body('{"a":1,"b":"\\ud800"}')).to.equal('{"a":1,"b":"\\ud800"}');
      expect(await body('{"a":12345678901234567890123}')).to.equal('{"a":1.2345678901234568e+22}');
      expect(await body('{"a":1e400}')).to.contain('must be a number');
      expect(await body('{"a":1,"constructor":{"prototype":{"x":1}}}')).to.contain('"constructor","message":"must be a string"');
      expect(({} as { x?: unknown }).x).to.equal(undefined);
    });

    it('answers six megabytes, right or wrong, in no time, with at most twenty of what is wrong and nothing of what was sent', async () => {
      const lambda = await checked(object({ list: array(number), 'text?': { t: 'string', maxLength: 10 } }));
      const numbers = Array.from({ length: 900_000 }, (_, i) => i);
      const start = performance.now();
      expect(await send(lambda, JSON.stringify({ list: numbers }))).to.have.property('statusCode', 200);
      const wrong = await send(lambda, JSON.stringify({ list: numbers.map(() => 'geheim') }));
      expect(wrong).to.have.property('statusCode', 400);
      expect((JSON.parse(wrong['body'] as string) as { errors: unknown[] }).errors).to.have.length(20);
      const long = await send(lambda, JSON.stringify({ list: [], text: 'geheim'.repeat(1_000_000) }));
      expect(long['body']).to.equal(
        '{"message":"invalid input","errors":[{"path":"text","message":"must have a length of at most 10"}]}',
      );
      expect(wrong['body']).to.not.contain('geheim');
      expect(performance.now() - start).to.be.below(5000);
    });

    it('requires a body where its type does', async () => {
      const missing = { ...httpEvent, body: undefined };
      const { handler } = await (await checked(object({ a: number }))).load();
      expect(await handler(missing)).to.have.property(
        'body',
        '{"message":"invalid input","errors":[{"path":"","message":"is required"}]}',
      );
      const { handler: optional } = await (await checked(union(object({ a: number }), { t: 'undefined' }))).load();
      expect(await optional(missing)).to.deep.equal({ statusCode: 200, body: '' });
    });

    it('writes maps as their type says, also where their keys do not', async () => {
      const map: WireType = { t: 'map', key: union(text, number), of: number };
      const type = object({ m: map });
      expect(await send(await checked(type, type), '{"m":[["a",1]]}')).to.have.property('body', '{"m":[["a",1]]}');
      expect(await send(await checked(type), '{"m":[["a",1]]}')).to.have.property('body', '{"m":{"a":1}}');
    });

    it('of hello size is under 3 KB over one that checks by hand', async () => {
      const lambda = await checked(object({ name: text, times: number }));
      const bare = await bundle({
        'entry.js': `
          import { Handlers } from './src/a.js';
          const handlers = new Handlers();
          const json = (statusCode, value) => ({ statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
          export const handler = async (event) => {
            try {
              const body = JSON.parse(event.body), errors = [];
              if (typeof body?.name !== 'string') errors.push({ path: 'name', message: 'must be a string' });
              if (typeof body?.times !== 'number') errors.push({ path: 'times', message: 'must be a number' });
              return errors.length ? json(400, { message: 'invalid input', errors }) : json(200, await handlers.run(body));
            } catch (error) {
              console.error(error);
              return json(500, { message: 'server error' });
            }
          };`,
        'src/a.js': handlers,
      });
      for (const body of ['{"name":"a","times":1}', '{"name":1,"times":"a"}'])
        expect(await send(bare, body)).to.deep.equal(await send(lambda, body));
      expect(lambda.bytes - bare.bytes).to.be.below(3072);
    });

    it('of ten mixed fields pays less than 4 KB for the check', async () => {
      const ten = object({
        id: { t: 'string', minLength: 1, maxLength: 64 },
        email: { t: 'string', format: 'email' },
        age: { t: 'number', integer: true, minimum: 0 },
        isActive: { t: 'boolean' },
        created: date,
        'tags?': array(text),
        status: union(literal('open'), literal('closed'), literal('lost')),
        address: union(item, { t: 'null' }),
        total: { t: 'bigint' },
        scores: { t: 'map', key: text, of: number },
      });
      const [checkedTen, unchecked] = [await checked(ten), await checked({ t: 'any' })];
      expect(checkedTen.bytes - unchecked.bytes).to.be.below(4096);
    });
  });

  describe('with stores', () => {
    let packed: Packed;
    before(async function () {
      this.timeout(60_000);
      packed = await packSdk();
    });
    after(() => packed.remove());

    const storeHandlers = `
      import { ClientBuilder } from 'nimbusc';
      export class User { name = ''; joined; }
      export class Users {
        users = ClientBuilder.getDocumentStoreClient(User);
        async run() { await this.users.put({ name: Number.NaN }); }
      }`;
    const storeEntry = `
      import { adapt } from 'nimbusc:adapter/after-deployment';
      import { register as r0 } from 'nimbusc:client/document-store';
      import { classShape } from 'nimbusc:core';
      import { User, Users } from './handlers.js';
      const k0 = classShape(User, 'User'); k0.f = { name: 'string', joined: { opt: 'date' } };
      r0(User, { name: 'User', table: 'NIMBUS_STORE_User', key: { field: 'name', column: 'name' },
        columns: { name: 'name', joined: 'joined' }, shape: k0 });
      export const handler = adapt({ create: () => new Users(), method: 'run', params: [] });`;

    it('is under 75 KB zipped with everything that it needs', async () => {
      const store = await bundle({ 'entry.js': storeEntry, 'handlers.js': storeHandlers }, packed.folder);
      const sdk = packed.report.modules['dynamodb']!.map((file) => packed.report.files[file]!.zipped);
      expect(sdk).to.have.length(2);
      expect(store.zipped + sdk[0]! + sdk[1]!).to.be.below(75_000);
    });

    it('fails an after-deployment function with the error of its client', async () => {
      const { load } = await bundle({ 'entry.js': storeEntry, 'handlers.js': storeHandlers }, packed.folder);
      const error = await (await load()).handler({}).catch((it: unknown) => it);
      expect(error).to.have.property('name', 'NonRetryableException');
      expect((error as unknown as Error).message).to.include('User.name cannot be stored: NaN');
    });
  });

  describe('in the packed SDK', () => {
    let packed: Packed;
    before(async function () {
      this.timeout(60_000);
      packed = await packSdk();
    });
    after(() => packed.remove());

    it('finds files of fixed names', () => {
      const clients = readdirSync(source('providers/aws/runtime/sdk')).flatMap(
        (name) => /^(?!config)([a-z0-9-]+)\.ts$/.exec(name)?.[1] ?? [],
      );
      const { modules, files } = packed.report;
      expect(Object.keys(modules).sort()).to.deep.equal(clients.sort());
      for (const [name, [own, ...shared]] of Object.entries(modules)) {
        expect(own).to.equal(`${name}.mjs`);
        // S3 needs much that no other does, and shares nothing.
        expect(shared.includes('sdk-core.mjs'), name).to.equal(name !== 's3');
        for (const chunk of shared) expect(chunk).to.match(/^sdk-[a-z0-9-]+\.mjs$/);
      }
      expect(Object.keys(files).sort()).to.deep.equal([...new Set(Object.values(modules).flat())].sort());
    });

    it('is under 70 KB zipped where a function sends to queues only', () => {
      const files = packed.report.modules['sqs']!.map((file) => packed.report.files[file]!.zipped);
      expect(files.reduce((sum, zipped) => sum + zipped, 0)).to.be.below(70_000);
    });

    it('has an S3 client of under 70 KB, and what it needs nowhere else', () => {
      const { files } = packed.report;
      expect(files['s3.mjs']!.zipped).to.be.below(70_000);
      // SNS's small reader of XML is in it: a client apart would cost functions with two clients far more.
      expect(files['sdk-core.mjs']!.zipped).to.be.below(50_000);
    });

    it('finds the same bytes every time', async () => {
      const again = await packSdk();
      again.remove();
      expect(again.report).to.deep.equal(packed.report);
    });
  });
});
