// Generated entries, bundled as the compiler does it: that they work, what they weigh, and what is not in them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { build, type Plugin } from 'esbuild';
import { type Packed, packSdk } from '../../contract/packed-runtime.js';
import { repositoryRoot } from '../../contract/repository-root.js';

const source = (file: string): string => path.join(repositoryRoot, file);

/** The specifiers of generated entries. */
const specifiers: Plugin = {
  name: 'nimbusc',
  setup(hooks) {
    hooks.onResolve({ filter: /^nimbusc$/ }, () => ({ path: source('runtime/index.ts') }));
    hooks.onResolve({ filter: /^nimbusc:core$/ }, () => ({ path: source('runtime/core/entry.ts') }));
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
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(here, name), text);
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
    import { adapt } from 'nimbusc:adapter/http-api-plain';
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
    const full = await bundle({ 'entry.js': httpEntry.replace('-plain', ''), 'handlers.js': handlers });
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
        import { classShape, fromJson } from 'nimbusc:core';
        import { Body, Factory } from './handlers.js';
        const k0 = classShape(Body, 'Body'); k0.f = { at: { opt: 'date' } };
        export const handler = adapt({
          create: () => new Factory().create(),
          method: 'list',
          params: [{ body: k0, read: fromJson }, 'event'],
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
      const files = Object.keys(packed.report.files).sort();
      expect(files).to.deep.equal(['apigatewaymanagementapi.mjs', 'dynamodb.mjs', 's3.mjs', 'sdk-core.mjs']);
      expect(packed.report.modules).to.deep.equal({
        apigatewaymanagementapi: ['apigatewaymanagementapi.mjs', 'sdk-core.mjs'],
        dynamodb: ['dynamodb.mjs', 'sdk-core.mjs'],
        s3: ['s3.mjs'],
      });
    });

    it('has an S3 client of under 70 KB, and code for XML nowhere else', () => {
      const { files } = packed.report;
      expect(files['s3.mjs']!.zipped).to.be.below(70_000);
      expect(files['sdk-core.mjs']!.zipped).to.be.below(46_000);
    });

    it('finds the same bytes every time', async () => {
      const again = await packSdk();
      again.remove();
      expect(again.report).to.deep.equal(packed.report);
    });
  });
});
