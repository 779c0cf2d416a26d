import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { filesIn } from '../support/golden.js';
import { type TempProject, tempProject } from '../support/temp-project.js';

/** One function of each kind, with everything that nimbusc has for them, beside a package that they share. */
const FILES = {
  'node_modules/helper/package.json': '{ "name": "helper", "version": "1.0.0", "type": "module", "main": "index.js" }',
  'node_modules/helper/index.js': 'export const greet = (name) => `hello ${name}`;\n',
  'src/models.ts': `
import { Attribute, DocumentStore, Key, KeyValueStore } from 'nimbusc';
@DocumentStore()
export class User { @Key() name!: string; @Attribute() born!: Date }
@KeyValueStore({ keyType: String })
export class Session { @Attribute() user!: string }
`,
  'src/app.ts': `
import * as nimbus from 'nimbusc';
import { AfterDeployment, ClientBuilder, EnvironmentVariable, HttpMethod, UsesDocumentStore, UsesKeyValueStore } from 'nimbusc';
import { greet } from 'helper';
import { Session, User } from './models.js';
const users = ClientBuilder.getDocumentStoreClient(User);
const sessions = ClientBuilder.getKeyValueStoreClient(String, Session);
export class Api {
  @nimbus.HttpServerlessFunction({ method: HttpMethod.POST, path: 'some-route', allowedCorsOrigin: '*', enableRequestDecoding: true })
  @UsesDocumentStore(User)
  @EnvironmentVariable({ key: 'GREETING', value: 'some-setting' })
  async add(user: User): Promise<string> { await users.put(user); return greet(user.name); }
  @nimbus.WebSocketServerlessFunction({ topic: 'login' })
  @UsesKeyValueStore(Session)
  @nimbus.UsesServerlessFunctionWebSocketClient()
  async login(event: nimbus.WebSocketEvent): Promise<void> { await sessions.get(event.requestId); }
  @AfterDeployment()
  async seed(): Promise<void> {}
  @nimbus.DocumentStoreServerlessFunction({ dataModel: User, method: nimbus.StoreEventType.INSERT })
  async welcome(user: User): Promise<void> { console.log(user.born.getTime()); }
}
`,
};

interface Bundled {
  readonly name: string;
  readonly sources: readonly string[];
  readonly code: string;
}

describe('the bundle of a function', function () {
  this.timeout(60_000);
  let project: TempProject;
  let bundles: readonly Bundled[];

  before(async () => {
    project = tempProject(FILES);
    const { diagnostics, failed } = await project.build();
    expect(failed, diagnostics.map((d) => d.message).join('\n')).to.equal(false);
    const folder = path.join(project.dir, 'nimbus.out', 'dev', 'artifacts');
    bundles = filesIn(folder)
      .filter((file) => file.endsWith('.zip'))
      .map((file) => {
        const map = JSON.parse(readFileSync(path.join(folder, file.replace('.zip', '.mjs.map')), 'utf8')) as {
          sources: string[];
        };
        const code = unzipSync(readFileSync(path.join(folder, file)))['index.mjs'] as Uint8Array;
        return { name: file, sources: map.sources, code: new TextDecoder().decode(code) };
      });
    expect(bundles.map((b) => b.name)).to.deep.equal(['Api-add.zip', 'Api-login.zip', 'Api-seed.zip', 'Api-welcome.zip']);
  });
  after(() => project.remove());

  it('is made of the project, its packages and the runtime of nimbusc, and of nothing of the compiler', () => {
    for (const { name, sources } of bundles) {
      expect(sources.length).to.be.greaterThan(1);
      for (const source of sources) expect(source, name).to.match(/^(src\/|node_modules\/helper\/|nimbusc:runtime$)/);
    }
  });

  it('holds no decorator, no helper for decorators, and nothing of what they said', () => {
    for (const { name, code } of bundles) {
      // Clients say in their messages which @Uses... is missing; no other decorator has a reason to be named.
      expect(code, name).to.not.match(
        /HttpServerlessFunction|WebSocketServerlessFunction|AfterDeployment|some-route|some-setting/,
      );
      expect(code, name).to.not.match(/__decorate|__esDecorate|__runInitializers|__param|reflect-metadata/);
    }
  });

  it('names no folder of the machine that it was made on', () => {
    for (const { name, code, sources } of bundles) {
      for (const folder of [project.dir, process.cwd(), path.dirname(project.dir)]) {
        expect(code.includes(folder), `${name} names ${folder}`).to.equal(false);
        expect(sources.join('\n').includes(folder)).to.equal(false);
      }
    }
  });

  it('of a store function reads items without any SDK, and in a few kilobytes', () => {
    const welcome = bundles.find((b) => b.name === 'Api-welcome.zip') as Bundled;
    expect(welcome.code.match(/.{0,40}(\.mjs|aws-sdk|smithy).{0,40}/)?.[0]).to.equal(undefined);
    expect(welcome.code.length).to.be.below(9_000);
  });

  it('carries a client only where its function uses one', () => {
    const carries = (client: string): string[] => bundles.filter((b) => b.code.includes(client)).map((b) => b.name);
    expect(carries('./document-store.mjs')).to.deep.equal(['Api-add.zip']);
    expect(carries('./key-value-store.mjs')).to.deep.equal(['Api-login.zip']);
    expect(carries('./websocket-api.mjs')).to.deep.equal(['Api-login.zip']);
  });
});
