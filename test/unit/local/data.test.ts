import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect } from 'chai';
import { HttpRequest, LocalNimbusDeployment } from '../../../providers/local/index.js';
import { quietly } from '../../support/local-project.js';
import { type TempProject, tempProject } from '../../support/temp-project.js';

const source = `
import * as n from 'nimbusc';
@n.DocumentStore() export class Note { @n.Key() id = ''; @n.Attribute() at: Date = new Date(0); @n.Attribute() size = 0n; @n.Attribute() bytes = new Uint8Array(); }
@n.Queue({ id: 'jobs', maxReceiveCount: 2 }) export class Jobs {}
@n.Queue({ id: 'lines', fifo: true }) export class Lines {}
@n.FileStorageBucket({ bucketName: 'shelf' }) export class Shelf {}
@n.ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc' }) export class Members {}
export class Desk {
  @n.QueueServerlessFunction({ queue: Jobs, batchSize: 1 })
  work(job: { fails: boolean }): void { if (job.fails) throw new Error('it fails'); }
  @n.HttpServerlessFunction({ method: 'GET', path: 'hello' })
  hello(): string { return 'hello'; }
}
`;

class Note {
  id = '';
  at = new Date(0);
  size = 0n;
  bytes = new Uint8Array();
}
class Jobs {}
class Lines {}
class Shelf {}
class Members {}
class Desk {
  hello(): void {}
  work(): void {}
}

describe('a local deployment with a data folder', function () {
  this.timeout(60_000);
  let project: TempProject;
  let dataFolder: string;
  const open: LocalNimbusDeployment[] = [];
  before(() => {
    project = tempProject({ 'src/app.ts': source, 'nimbus.yml': 'projectName: test\ndiagnostics:\n  NIM1502: off\n' });
    dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'nimbusc-data-'));
  });
  after(() => {
    for (const one of open) one.close();
    project.remove();
    fs.rmSync(dataFolder, { recursive: true, force: true });
  });
  const start = async (folder?: string): Promise<LocalNimbusDeployment> => {
    const deployment = await LocalNimbusDeployment.getNewInstance({
      project: project.dir,
      ...(folder === undefined ? {} : { dataFolder: folder }),
    });
    open.push(deployment);
    return deployment;
  };

  it('finds what the one before it was given', async () => {
    const first = await start(dataFolder);
    const note = Object.assign(new Note(), { id: 'ü', at: new Date(5), size: 10n ** 37n + 1n, bytes: new Uint8Array([0, 255]) });
    await first.getDocumentStore(Note).put(note);
    await first.getQueue(Lines).add({ n: 1 }, { groupId: 'g', deduplicationId: 'd' });
    await quietly(() => first.getQueue(Jobs).add({ fails: true }));
    await first.getLocalFileStorage(Shelf).saveFile('a/b.txt', 'text', { contentType: 'text/plain', tags: { k: 'v' } });
    await first.getLocalFileStorage(Shelf).saveFile('gone.txt', 'text');
    await first.getLocalFileStorage(Shelf).deleteFile('gone.txt');
    const listed = await first.getLocalFileStorage(Shelf).listFiles();
    const pool = first.getUserPool(Members);
    pool.addUser('ada', { email: 'ada@example.com' });
    pool.addGroup('staff');
    const { users } = pool;
    first.close();

    const second = await start(dataFolder);
    expect({ ...(await second.getDocumentStore(Note).get('ü')) }).to.deep.equal({ ...note });
    expect(second.getQueue(Lines).size()).to.equal(1);
    expect(second.getQueue(Jobs).deadLetters.map(({ body }) => JSON.parse(body))).to.deep.equal([{ fails: true }]);
    // The same message again, within five minutes.
    await second.getQueue(Lines).add({ n: 1 }, { groupId: 'g', deduplicationId: 'd' });
    expect(second.getQueue(Lines).size()).to.equal(1);
    const shelf = second.getLocalFileStorage(Shelf);
    expect(await shelf.listFiles()).to.deep.equal(listed);
    expect([await shelf.getFileAsString('a/b.txt'), shelf.contentTypeOf('a/b.txt')]).to.deep.equal(['text', 'text/plain']);
    expect(second.getUserPool(Members).users).to.deep.equal(users);
    second.close();
  });

  it('keeps files in the folder, whatever their paths say', async () => {
    const outer = path.join(dataFolder, 'outer');
    const inner = path.join(outer, 'a', 'b');
    fs.mkdirSync(inner, { recursive: true });
    const names = ['../../outside.txt', '/absolute.txt', '..', 'a/../../../up.txt', '..\\..\\back.txt', '.'];
    const first = await start(inner);
    for (const name of names) await first.getLocalFileStorage(Shelf).saveFile(name, `text of ${name}`);
    first.close();
    const second = await start(inner);
    for (const name of names) expect(await second.getLocalFileStorage(Shelf).getFileAsString(name)).to.equal(`text of ${name}`);
    second.close();
    const all = fs.readdirSync(outer, { recursive: true, withFileTypes: true });
    const outside = all.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(inner));
    expect(outside.map(({ name }) => name)).to.deep.equal([]);
    expect(all.filter(({ name }) => /outside|absolute|up\.txt|back/.test(name))).to.deep.equal([]);
    expect(fs.existsSync('/absolute.txt')).to.equal(false);
  });

  it('is the only one that has the folder', async () => {
    const first = await start(dataFolder);
    const error = await start(dataFolder).then(
      () => 'no error',
      (thrown: Error) => thrown.message,
    );
    expect(error).to.include('is in use by process');
    first.close();
  });

  it('remembers the last calls, and how many there were', async () => {
    const deployment = await start();
    for (let n = 0; n < 2_500; n++) await deployment.sendHttpRequest(new HttpRequest('hello'));
    const { timesInvoked, invocations, mostRecentReturnValue } = deployment.getMethod(Desk, 'hello');
    expect([timesInvoked, mostRecentReturnValue]).to.deep.equal([2_500, 'hello']);
    expect(invocations.length).to.be.within(1_000, 2_000);
    deployment.close();
  });
});
