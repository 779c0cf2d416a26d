// The example image-inbox, deployed: files that come and go, their records, and the summary of the day.
import { expect } from 'chai';
import { DeployedExample, REGION } from './support/example.js';
import { requirementsOrSkip } from './support/requirements.js';

const INBOX = 'nimbusc-image-inboxdev';
const SUMMARIES = 'nimbusc-image-summariesdev';

describe('The image-inbox example', function () {
  this.timeout('10m');
  let example: DeployedExample;

  before(async function () {
    await requirementsOrSkip(this);
    example = await DeployedExample.deploy('image-inbox');
  });
  after(() => example?.remove());

  const object = (bucket: string, key: string, init: RequestInit = {}): Promise<Response> =>
    example.sandbox.aws('s3', `/${bucket}/${encodeURIComponent(key)}`, init, REGION);

  const put = async (key: string, body: string): Promise<void> => {
    expect((await object(INBOX, key, { method: 'PUT', body })).status).to.equal(200);
  };

  const records = async (): Promise<Record<string, number>> => {
    const items = (await example.itemsOf('ImageRecorddev')) as readonly { path: { S: string }; size: { N: string } }[];
    return Object.fromEntries(items.map(({ path, size }) => [path.S, Number(size.N)]));
  };

  /** The schedule comes due; gives the file that was written, as it is stored. */
  const summary = async (): Promise<Response> => {
    await example.sandbox.fireRule('image-inbox-dev-Reporter-writeSummary');
    const [invocation] = (await example.invocationsOf('Reporter-writeSummary')).slice(-1);
    expect(invocation?.result).to.match(/^\d{4}-\d\d-\d\d\.txt$/);
    return object(SUMMARIES, String(invocation?.result));
  };

  it('records the images that arrive, whatever they are called', async () => {
    await put('cat.jpg', '12345');
    await put('holidays 2024/sea + sand \u00e9.PNG', '1234567');
    expect(await records()).to.deep.equal({ 'cat.jpg': 5, 'holidays 2024/sea + sand \u00e9.PNG': 7 });
  });

  it('records what counts as an image in its stage', async () => {
    await put('notes.txt', '1');
    await put('moving.gif', '123');
    expect(await records())
      .to.include({ 'moving.gif': 3 })
      .and.to.not.have.property('notes.txt');
    const endings = async (stage: string): Promise<string> => example.project.read(`nimbus.out/${stage}/cdk.tf.json`);
    expect(await endings('dev')).to.include('".gif .jpg .png"');
    expect(await endings('prod'))
      .to.include('".jpg .png"')
      .and.to.not.include('.gif');
  });

  it('forgets images that are deleted', async () => {
    expect((await object(INBOX, 'cat.jpg', { method: 'DELETE' })).status).to.equal(204);
    expect(Object.keys(await records())).to.have.members(['holidays 2024/sea + sand \u00e9.PNG', 'moving.gif']);
    expect(await example.invocationsOf('Clerk-onDeleted')).to.have.length(1);
  });

  it('writes a summary when its schedule comes due, and a new one in its place', async () => {
    const first = await summary();
    expect(first.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(await first.text()).to.equal(
      '2 images, 10 bytes\nholidays 2024/sea + sand \u00e9.PNG: 7 bytes\nmoving.gif: 3 bytes\n',
    );
    await put('dog.png', '1');
    await example.sandbox.idle();
    expect(await (await summary()).text()).to.match(/^3 images, 11 bytes\ndog\.png: 1 bytes\n/);
    expect(Object.keys(await records())).to.have.members(['dog.png', 'holidays 2024/sea + sand \u00e9.PNG', 'moving.gif']);
  });

  it('has had no crash and no refused call', () => example.expectAllWell());

  it('is granted what it uses, and can do without none of it', async () => {
    let count = 0;
    const newImage = async (): Promise<string> => {
      const key = `new-${++count}.png`;
      await put(key, '1');
      expect(await records()).to.have.property(key);
      return key;
    };
    await example.expectProved({
      'Clerk.onCreated': newImage,
      'Clerk.onDeleted': async () => {
        const key = await newImage();
        await object(INBOX, key, { method: 'DELETE' });
        expect(await records()).to.not.have.property(key);
      },
      'Reporter.writeSummary': summary,
    });
  });
});
