import { expect } from 'chai';
import { LocalNimbusDeployment } from '../../../providers/local/index.js';
import { ClientBuilder, getStage, isLocal } from '../../../runtime/index.js';
import { quietly } from '../../support/local-project.js';
import { type TempProject, tempProject } from '../../support/temp-project.js';

class User {
  name = '';
  born: Date = new Date(0);
}
class Desk {
  static made = 0;
  readonly calls: unknown[] = [];
  private readonly users = ClientBuilder.getDocumentStoreClient(User);
  constructor() {
    Desk.made++;
  }
  async add(user: User): Promise<void> {
    this.calls.push(user);
    await this.users.put(user);
  }
  count(): number {
    return this.calls.length;
  }
}
class Stranger {}

/** The project's source says what the classes above are; their code is this file's. */
const source = `
import { Attribute, BasicServerlessFunction, ClientBuilder, DocumentStore, EnvironmentVariable, Key, UsesDocumentStore } from 'nimbusc';
@DocumentStore() export class User { @Key() name = ''; @Attribute() born: Date = new Date(0); }
export class Desk {
  @BasicServerlessFunction() @UsesDocumentStore(User) @EnvironmentVariable({ key: 'SECRET', value: '\${DESK_SECRET}' })
  async add(user: User): Promise<void> { await this.users.put(user); }
  private readonly users = ClientBuilder.getDocumentStoreClient(User);
  @BasicServerlessFunction() count(): number { return 0; }
}
`;

const messageOf = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('a local deployment', function () {
  this.timeout(60_000);
  let project: TempProject;
  before(() => {
    project = tempProject({ 'src/app.ts': source, 'nimbus.yml': 'projectName: test\ndefaultStages: [dev, prod]\n' });
  });
  after(() => project.remove());
  const start = (...classes: (new (...args: never[]) => object)[]) =>
    LocalNimbusDeployment.getNewInstance({ project: project.dir, classes });

  it('runs the classes that it is given, each function with an instance of its own', async () => {
    const deployment = await start(Desk, User);
    const before = Desk.made;
    const user = Object.assign(new User(), { name: 'ada', born: new Date(5) });
    await deployment.getBasicFunction(Desk, 'add').invoke(user);
    expect(await deployment.getBasicFunction(Desk, 'count').invoke()).to.equal(0);
    await deployment.getBasicFunction(Desk, 'add').invoke(user);
    expect(Desk.made - before).to.equal(2);
    const { invocations, mostRecentArguments } = deployment.getMethod(Desk, 'add');
    expect(invocations).to.have.length(2);
    expect(mostRecentArguments?.[0]).to.be.instanceOf(User).and.to.deep.equal(user);
    deployment.close();
  });

  it('is independent of others, and the newest is the one that tests without it see', async () => {
    const [one, other] = [await start(User), await start(User)];
    await one.getDocumentStore(User).put({ name: 'a', born: new Date(1) });
    expect([one.getDocumentStore(User).size(), other.getDocumentStore(User).size()]).to.deep.equal([1, 0]);
    const client = ClientBuilder.getDocumentStoreClient(User);
    await client.put({ name: 'b', born: new Date(2) });
    expect(other.getDocumentStore(User).size()).to.equal(1);
    expect([LocalNimbusDeployment.getInstance(), isLocal(), getStage()]).to.deep.equal([other, true, 'dev']);
    other.close();
    expect(await client.get('a')).to.be.instanceOf(User);
    one.close();
    expect(isLocal()).to.equal(false);
    expect(await messageOf(client.get('a'))).to.include('@UsesDocumentStore(User)');
    expect(() => LocalNimbusDeployment.getInstance()).to.throw('there is no local deployment');
  });

  it('leaves the environment as it was', async () => {
    const { env } = process;
    const deployment = await start(User);
    deployment.close();
    expect(process.env).to.equal(env);
  });

  it('says which class is missing', async () => {
    const deployment = await start(Desk);
    const problem = await messageOf(deployment.getBasicFunction(Desk, 'add').invoke(new User()));
    expect(problem).to.equal('Desk.add uses User, which is not part of this local cloud: hand User to getNewInstance as well');
    deployment.close();
  });

  it('refuses classes of which nothing is deployed, and stages that there are none of', async () => {
    expect(await messageOf(start(User, Stranger))).to.equal('nothing of Stranger is deployed in stage dev of the project test');
    expect(await messageOf(LocalNimbusDeployment.getNewInstance({ project: project.dir, stage: 'live' }))).to.include('live');
    const prod = await LocalNimbusDeployment.getNewInstance({ project: project.dir, stage: 'prod' });
    expect(prod.stage).to.equal('prod');
    prod.close();
  });

  it('does not start with errors in the project, and looks at it again when they are mended', async () => {
    const broken = tempProject({ 'src/app.ts': source.replace("@Key() name = '';", "name = '';") });
    try {
      const start = () => LocalNimbusDeployment.getNewInstance({ project: broken.dir });
      expect(await messageOf(start())).to.match(/has errors:\s+error\[NIM2201\]/);
      broken.write({ 'src/app.ts': source });
      (await start()).close();
    } finally {
      broken.remove();
    }
  });

  it('refuses what the project does not declare, of code that it has not seen', async () => {
    class Desk {
      private readonly users = ClientBuilder.getDocumentStoreClient(User);
      async add(user: User): Promise<void> {
        await this.users.delete(user);
      }
      async count(_user: User): Promise<void> {
        await this.users.get('ada');
      }
    }
    const deployment = await start(Desk, User);
    for (const name of ['count', 'add'] as const) {
      await deployment
        .getBasicFunction(Desk, name)
        .invoke(new User())
        .catch(() => {});
    }
    const errors = (['count', 'add'] as const).map((name) => deployment.getMethod(Desk, name).mostRecentError as Error);
    deployment.close();
    expect(errors.map(({ name }) => name)).to.deep.equal(['PermissionException', 'PermissionException']);
    expect(errors[0]?.message).to.include('@UsesDocumentStore(User)');
    expect(errors[1]?.message).to.equal('Desk.add may not call delete of User');
  });

  it('takes variables of the deploying machine from its options', async () => {
    let seen: string | undefined;
    class Desk {
      add(_user: User): void {
        seen = process.env['SECRET'];
      }
    }
    const given = { project: project.dir, classes: [Desk, User], environment: { DESK_SECRET: 'x' } };
    const deployment = await LocalNimbusDeployment.getNewInstance(given);
    await deployment.getBasicFunction(Desk, 'add').invoke(new User());
    expect(seen).to.equal('x');
    deployment.close();
    const without = await start(Desk, User);
    const problem = await messageOf(without.getBasicFunction(Desk, 'add').invoke(new User()));
    expect(problem).to.match(/SECRET takes the value of DESK_SECRET, which is not set here/);
    without.close();
  });

  it('is there for functions that listen to uploads, and for those that run after it', async () => {
    const uploading = tempProject({
      'src/app.ts': `
import { AfterDeployment, Attribute, ClientBuilder, DocumentStore, FileStorageBucket, FileStorageServerlessFunction, FileUpload, Key, UsesDocumentStore, type FileStorageEvent, getStage, isLocal } from 'nimbusc';
@DocumentStore() export class Seen { @Key() path = ''; @Attribute() where = ''; }
@FileStorageBucket({ bucketName: 'inbox' }) @FileUpload({ bucketName: 'inbox', localPath: 'files', targetPath: '' }) export class Inbox {}
export class Desk {
  private readonly seen = ClientBuilder.getDocumentStoreClient(Seen);
  @FileStorageServerlessFunction({ fileStorageBucket: Inbox, eventType: 'OBJECT_CREATED' }) @UsesDocumentStore(Seen)
  async file({ key }: FileStorageEvent): Promise<void> {
    await this.seen.put(Object.assign(new Seen(), { path: key, where: [isLocal(), getStage()].join(' ') }));
  }
  @AfterDeployment() @UsesDocumentStore(Seen)
  async count(): Promise<number> { return (await this.seen.getAll()).length; }
}`,
      'files/a.txt': 'a',
      'files/b/c.txt': 'c',
      'nimbus.yml': 'projectName: test\n',
    });
    try {
      const deployment = await LocalNimbusDeployment.getNewInstance({ project: uploading.dir });
      expect([...deployment.afterDeploymentResults.values()]).to.deep.equal([2]);
      const Seen = { Seen: class {} }.Seen as unknown as new () => { path: string; where: string };
      const seen = await deployment.getDocumentStore(Seen).getAll();
      expect(seen.map(({ path, where }) => `${path} ${where}`).sort()).to.deep.equal(['a.txt true dev', 'b/c.txt true dev']);
      deployment.close();
    } finally {
      uploading.remove();
    }
  });

  it('needs a project', async () => {
    const empty = tempProject({ 'package.json': '{}' });
    const message = await messageOf(LocalNimbusDeployment.getNewInstance({ project: empty.dir }));
    empty.remove();
    expect(message).to.include('NIM1001');
  });

  it('ends calls to methods and resources that it does not have', async () => {
    const deployment = await start(Desk, User);
    await quietly(async () => {
      expect(() => deployment.getMethod(Stranger, 'x' as never)).to.throw('Stranger.x is no function');
      expect(() => deployment.getQueue('none')).to.throw('none is no queue');
      expect(await messageOf(deployment.runSchedule(Desk, 'count'))).to.equal('Desk.count has no schedule');
    });
    deployment.close();
  });
});
