import { expect } from 'chai';
import type { Explanation } from '../../../compiler/pipeline.js';
import { type TempProject, tempProject } from '../../support/temp-project.js';

const SHOP = `import { ClientBuilder, EnvironmentVariable, HttpServerlessFunction, QueueServerlessFunction, UsesDocumentStore, UsesQueue, Key, DocumentStore, Queue } from 'nimbusc';

@DocumentStore({ stages: ['dev', 'prod'] }) export class User { @Key() id = ''; }
@Queue({ id: 'mails' }) export class Mails {}

class Directory {
  private readonly users = ClientBuilder.getDocumentStoreClient(User);
  find(id: string) { return this.users.get(id); }
}

export class Shop {
  private readonly directory = new Directory();

  @HttpServerlessFunction({ method: 'GET', path: 'users', stages: ['dev', 'prod'], timeout: 5 })
  @UsesDocumentStore({ dataModel: User, stages: ['dev', 'prod'] })
  @EnvironmentVariable({ key: 'SECRET', value: 'hidden', stages: ['dev', 'prod'] })
  find() { return this.directory.find('a'); }

  @QueueServerlessFunction({ queue: Mails, batchSize: 1 })
  // nimbusc-ignore-next NIM1604, NIM1502 -- for another version
  @UsesQueue({ queue: Mails })
  mail(): void {}
}
`;

const WORDS = 'x'.repeat(1000);
const MANIFEST = '{ "name": "sharp-edges", "version": "1.0.0", "main": "index.js" }';
const EDGES = 'exports.cut = String;\n';

// The folder is called like what belongs to nimbusc.
const POST = {
  'nimbusc-post/post.ts': `import { HttpServerlessFunction } from 'nimbusc';
import { words } from 'long-words';
import { cut } from 'sharp-edges';

export class Post {
  @HttpServerlessFunction({ method: 'GET', path: 'post' })
  send(): string {
    return cut(words);
  }
}
`,
  'node_modules/long-words/package.json': '{ "name": "long-words", "version": "1.0.0", "main": "index.js" }',
  'node_modules/long-words/index.js': `exports.words = '${WORDS}';\n`,
  'node_modules/sharp-edges/package.json': MANIFEST,
  'node_modules/sharp-edges/index.js': EDGES,
};

describe('what is explained', () => {
  let project: TempProject;
  let explain: (name: string) => Promise<Explanation | null>;
  before(async () => {
    project = tempProject({
      'nimbus.yml': 'projectName: test\nbundle:\n  external: [sharp-edges]\n',
      'src/shop.ts': SHOP,
      ...POST,
    });
    const result = await project.check();
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
    explain = result.explain;
  });
  after(() => project.remove());

  it('of a function: triggers, settings, names of variables, each permission with its reason, stages that are alike once', async () => {
    const found = await explain('Shop.find');
    expect(found?.stages.map(({ stages }) => stages)).to.deep.equal([['dev', 'prod']]);
    const [{ function: settings, permissions } = { function: null, permissions: [] }] = found?.stages ?? [];
    expect(settings).to.deep.equal({
      triggers: ['http route GET /users'],
      timeoutSeconds: 5,
      memoryMb: 1024,
      environment: ['SECRET'],
    });
    expect(permissions).to.have.lengthOf(1);
    expect(permissions[0]).to.deep.include({ resource: 'User', operation: 'get', actions: ['dynamodb:GetItem'] });
    const [reason] = permissions[0]?.because ?? [];
    expect([reason?.place.line, reason?.call, reason?.path]).to.deep.equal([
      8,
      'this.users.get',
      ['Shop.find', 'Directory.find'],
    ]);
    expect(JSON.stringify(found)).to.not.include('hidden');
  });

  it('of a resource: who uses it, and whom it triggers; by its name or its class', async () => {
    const found = await explain('Mails');
    expect(found).to.deep.equal(await explain('mails'));
    const [stage] = found?.stages ?? [];
    expect(stage?.listeners).to.deep.equal(['Shop.mail']);
    expect(stage?.bundle).to.equal(null);
    expect(stage?.permissions.map((one) => [one.function, one.actions, one.because, one.declared?.line])).to.deep.equal([
      ['Shop.mail', ['sqs:SendMessage'], [], 21],
    ]);
  });

  it('of a bundle: all of its bytes, by where they come from', async () => {
    const [stage] = (await explain('Post.send'))?.stages ?? [];
    const { packedBytes, unpackedBytes, parts } = stage?.bundle ?? { packedBytes: 0, unpackedBytes: 0, parts: [] };
    expect(parts.map(({ source }) => source)).to.have.members(['long-words', 'sharp-edges', 'nimbusc', '.']);
    const bytes = (source: string): number => parts.find((part) => part.source === source)?.bytes ?? 0;
    expect(bytes('long-words')).to.be.within(WORDS.length, WORDS.length + 50);
    expect(bytes('sharp-edges'), 'a package that is not bundled, with its manifest').to.equal(MANIFEST.length + EDGES.length);
    expect(bytes('.')).to.be.within(1, 500);
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).to.equal(unpackedBytes);
    expect(parts.reduce((sum, { percent }) => sum + percent, 0)).to.be.within(99.7, 100.3);
    expect(parts.map((part) => part.bytes)).to.deep.equal(parts.map((part) => part.bytes).sort((a, b) => b - a));
    expect(packedBytes).to.be.within(100, unpackedBytes);
    const [other] = (await explain('Shop.find'))?.stages ?? [];
    expect(other?.bundle?.parts.map(({ source }) => source)).to.not.include('long-words');
  });

  it('is no bundle where there can be none', async () => {
    const broken = tempProject({ 'src/shop.ts': `import 'not-installed';\n${SHOP}` });
    try {
      const found = await (await broken.check()).explain('Shop.find');
      expect(found?.stages[0]).to.include({ bundle: null }).and.to.not.include({ function: null });
    } finally {
      broken.remove();
    }
  });

  it('is nothing of what does not exist', async () => {
    expect(await explain('Shop.none')).to.equal(null);
  });
});
