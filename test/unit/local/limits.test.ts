// Limits of AWS that emulators do not have, so that no contract test on one can be about them.
import { expect } from 'chai';
import { type LocalTestProject, localProject } from '../../support/local-project.js';

const source = `
import { Attribute, DocumentStore, FileStorageBucket, Key, KeyValueStore, NotificationTopic, Queue } from 'nimbusc';
@DocumentStore() export class Thing { @Key() id = ''; @Attribute() number = 0; @Attribute() anything: unknown = null; }
@KeyValueStore({ keyType: Uint8Array }) export class Blob { @Attribute() size = 0; }
@Queue({ id: 'jobs' }) export class Jobs {}
@NotificationTopic({ topicName: 'news' }) export class News {}
@FileStorageBucket({ bucketName: 'limits' }) export class Files {}
`;

interface Thing {
  id: string;
  number: number;
  anything: unknown;
}

describe('limits in the local cloud', function () {
  this.timeout(60_000);
  let local: LocalTestProject;
  before(async () => {
    local = await localProject({ 'src/limits.ts': source });
  });
  after(() => local.remove());
  const things = () => local.deployment.getDocumentStore(local.named('Thing') as unknown as new () => Thing);
  const put = (fields: Partial<Thing>) => things().put({ id: 'a', number: 0, anything: null, ...fields });
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  const refused = async (action: Promise<unknown>, why: RegExp): Promise<void> => {
    const error = await action.then(
      () => new Error('nothing was refused'),
      (it: Error) => it,
    );
    expect([error.name, error.message]).to.satisfy(
      ([name, text]: [string, string]) => name === 'NonRetryableException' && why.test(text),
    );
  };

  it('of numbers are those of DynamoDB', async () => {
    await put({ number: 9.99e125 });
    await put({ number: 1e-130 });
    await refused(put({ number: 1e126 }), /overflow/);
    await refused(put({ number: -1e-131 }), /underflow/);
  });

  it('of keys, items and nesting are those of DynamoDB', async () => {
    await refused(things().get(''), /empty value/);
    await refused(things().get('k'.repeat(2049)), /2048 bytes/);
    await refused(local.deployment.getKeyValueStore(local.named('Blob')).put(new Uint8Array() as never, {}), /empty value/);
    await put({ anything: 'x'.repeat(400 * 1024 - 100) });
    await refused(put({ anything: 'x'.repeat(400 * 1024) }), /Item size/);
    await put({ anything: nested(32) });
    await refused(put({ anything: nested(33) }), /Nesting Levels/);
  });

  it('of messages are those of SQS and SNS', async () => {
    const jobs = local.deployment.getQueue('jobs');
    await refused(jobs.add(''), /MessageBody/);
    await refused(jobs.add('{}', { deduplicationId: 'x' }), /MessageDeduplicationId/);
    await refused(jobs.add('{}', { groupId: '' }), /group/);
    await refused(local.deployment.getNotificationTopic('news').notify(''), /Empty message/);
  });

  it('of files are those of S3', async () => {
    const files = local.deployment.getLocalFileStorage('limits');
    const tags = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, '']));
    await refused(files.saveFile('a', 'x', { tags }), /tags/);
    await files.saveFile('k'.repeat(1024), 'x');
    await refused(files.saveFile('k'.repeat(1025), 'x'), /too long/);
  });
});
