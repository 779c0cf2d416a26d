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

describe('what is explained', () => {
  let project: TempProject;
  let explain: (name: string) => Explanation | null;
  before(async () => {
    project = tempProject({ 'src/shop.ts': SHOP });
    const result = await project.check();
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
    explain = result.explain;
  });
  after(() => project.remove());

  it('of a function: triggers, settings, names of variables, each permission with its reason, stages that are alike once', () => {
    const found = explain('Shop.find');
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

  it('of a resource: who uses it, and whom it triggers; by its name or its class', () => {
    const found = explain('Mails');
    expect(found).to.deep.equal(explain('mails'));
    const [stage] = found?.stages ?? [];
    expect(stage?.listeners).to.deep.equal(['Shop.mail']);
    expect(stage?.permissions.map((one) => [one.function, one.actions, one.because, one.declared?.line])).to.deep.equal([
      ['Shop.mail', ['sqs:SendMessage'], [], 21],
    ]);
  });

  it('is nothing of what does not exist', () => {
    expect(explain('Shop.none')).to.equal(null);
  });
});
