import assert from 'node:assert/strict';
import { LocalNimbusDeployment } from 'nimbusc/testing';
import { Inbox, Summaries } from '../src/buckets.js';
import { Clerk } from '../src/clerk.js';
import { ImageRecord } from '../src/image-record.js';
import { Reporter } from '../src/reporter.js';

describe('the image inbox', () => {
  let office: LocalNimbusDeployment;
  beforeEach(async () => {
    office = await LocalNimbusDeployment.getNewInstance(Clerk, ImageRecord, Inbox, Reporter, Summaries);
  });
  afterEach(() => office.close());

  it('keeps records of images, with the endings of the stage', async () => {
    const inbox = office.getLocalFileStorage(Inbox);
    await inbox.saveFile('holiday/a b.gif', new Uint8Array(3));
    await inbox.saveFile('notes.txt', 'none');
    const [record, ...others] = await office.getDocumentStore(ImageRecord).getAll();
    assert.deepEqual([record?.path, record?.size, others], ['holiday/a b.gif', 3, []]);
    assert.ok(record?.arrived instanceof Date);
    assert.equal(office.getMethod(Clerk, 'onCreated').timesInvoked, 2);
  });

  it('forgets an image that is deleted', async () => {
    const inbox = office.getLocalFileStorage(Inbox);
    await inbox.saveFile('a.png', 'image');
    await inbox.deleteFile('a.png');
    assert.equal(office.getDocumentStore(ImageRecord).size(), 0);
  });

  it('writes the summary of a day when its time has come', async () => {
    await office.getLocalFileStorage(Inbox).saveFile('a.png', 'image');
    await office.runSchedule(Reporter, 'writeSummary');
    const path = String(office.getMethod(Reporter, 'writeSummary').mostRecentReturnValue);
    assert.equal(await office.getLocalFileStorage(Summaries).getFileAsString(path), '1 images, 5 bytes\na.png: 5 bytes\n');
  });
});
