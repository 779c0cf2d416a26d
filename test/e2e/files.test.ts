// Buckets and the functions that listen to them, deployed: every operation of the client, the events, the permissions.
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const BUCKET = 'e2e-inboxdev';
const ODD_KEYS = ['a b/c d.txt', '1+1=2.txt', 'caf\u00e9 \u{1f388}.txt', '100%25 & "more"?#.txt'];

interface Seen {
  readonly handler: string;
  readonly key: string;
  readonly size: number;
}

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

describe('Buckets of files', function () {
  this.timeout('10m');
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let url: string;

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('test/e2e/projects/files');
    await project.build();
    sandbox = await startSandbox();
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
    url = sandbox.httpUrl(String((await terraform.output())['http_api_url']));
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  const call = async (path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}/${path}`, init);
    const text = await response.text();
    expect(response.status, `${path} ${text}`).to.equal(200);
    return text === '' ? undefined : JSON.parse(text);
  };

  const object = (key: string, query = '', init: RequestInit = {}): Promise<Response> =>
    sandbox.aws('s3', `/${BUCKET}/${encodeURIComponent(key)}${query}`, init, REGION);

  const seen = async (): Promise<Seen[]> => {
    await sandbox.idle();
    const all = (await call('seen')) as (Seen & { id: string })[];
    return all
      .map(({ handler, key, size }) => ({ handler, key, size }))
      .sort((a, b) => (`${a.key} ${a.handler}` < `${b.key} ${b.handler}` ? -1 : 1));
  };

  it('are closed to the public, encrypted, and owned by the account', async () => {
    const state = await terraform.state();
    expect(state['aws_s3_bucket.E2E-Inbox']).to.include({ bucket: BUCKET, force_destroy: false });
    expect(state['aws_s3_bucket_public_access_block.E2E-Inbox']).to.include({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(JSON.stringify(state['aws_s3_bucket_server_side_encryption_configuration.E2E-Inbox'])).to.include('AES256');
    expect(JSON.stringify(state['aws_s3_bucket_ownership_controls.E2E-Inbox'])).to.include('BucketOwnerEnforced');
    const anonymous = await fetch(`${sandbox.endpoint}/${BUCKET}/anything`);
    expect(anonymous.status).to.equal(403);
  });

  it('have one notification configuration each, which waits for permissions narrowed to bucket and account', async () => {
    const { resource } = JSON.parse(await readFile(project.path('nimbus.out', 'dev', 'cdk.tf.json'), 'utf8')) as {
      resource: Resources;
    };
    const notifications = resource['aws_s3_bucket_notification'] ?? {};
    expect(Object.keys(notifications)).to.deep.equal(['E2E-Inbox', 'e2e-outbox']);
    expect(notifications['E2E-Inbox']).to.include.keys('depends_on').and.to.have.nested.property('lambda_function.length', 2);
    expect(notifications['e2e-outbox']).to.have.nested.property('lambda_function.length', 1);
    const permissions = Object.values(resource['aws_lambda_permission'] ?? {});
    const ofBuckets = permissions.filter((one) => one['principal'] === 's3.amazonaws.com');
    expect(ofBuckets).to.have.length(3);
    for (const permission of ofBuckets) {
      expect(permission['source_arn']).to.match(/^\$\{aws_s3_bucket\.[\w-]+\.arn\}$/);
      expect(permission['source_account']).to.match(/^\$\{split\(":", aws_lambda_function\.\w+\.arn\)\[4\]\}$/);
    }
  });

  it('take text, bytes, streams and files, with content type and tags', async () => {
    for (const as of ['text', 'bytes', 'stream', 'file']) {
      const text = `h\u00e9llo by ${as}`;
      await call('save', {
        path: `${as}.txt`,
        text,
        as,
        contentType: 'text/plain; charset=utf-8',
        tags: { by: as, 'a b': '1+1=2 \u00e9' },
      });
      const stored = await object(`${as}.txt`);
      expect(stored.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
      expect(await stored.text()).to.equal(text);
      const tags = await (await object(`${as}.txt`, '?tagging')).text();
      expect(tags).to.include(`<Value>${as}</Value>`).and.to.include('<Key>a b</Key><Value>1+1=2 \u00e9</Value>');
      expect(await call('read', { path: `${as}.txt` })).to.deep.equal({ text, bytes: Buffer.byteLength(text) });
    }
  });

  it('take nothing at all as the content of an empty file', async () => {
    for (const as of ['text', 'stream']) {
      await call('save', { path: 'empty.txt', text: '', as });
      expect(await call('read', { path: 'empty.txt' })).to.deep.equal({ text: '', bytes: 0 });
    }
  });

  it('take a stream of more than one part', async () => {
    await call('save-large', { path: 'large.bin', pieces: 200 });
    const stored = await object('large.bin');
    expect(stored.headers.get('content-type')).to.equal('application/x-large');
    const bytes = new Uint8Array(await stored.arrayBuffer());
    expect(bytes.length).to.equal(20_000_000);
    expect([0, 99_999, 100_000, 8_388_608, 16_777_216, 19_999_999].map((at) => bytes[at])).to.deep.equal([0, 0, 1, 83, 167, 199]);
  });

  it('tell a missing file from a forbidden one', async () => {
    const result = (await call('read', { path: 'nowhere.txt' })) as { message: string };
    expect(result).to.include({ missing: true });
    expect(result.message).to.include('get nowhere.txt from Inbox');
  });

  it('list all files, whatever their names are', async () => {
    await Promise.all(ODD_KEYS.map((path) => call('save', { path, text: 'x', as: 'text' })));
    const files = (await call('list')) as { path: string; size: number; date: boolean }[];
    expect(files.map(({ path }) => path)).to.include.members(ODD_KEYS);
    for (const { path, size, date } of files.filter(({ path }) => ODD_KEYS.includes(path))) {
      expect({ size, date }, path).to.deep.equal({ size: 1, date: true });
    }
  });

  it('list all files of more than two pages', async () => {
    const many = Array.from({ length: 2001 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
    for (let from = 0; from < many.length; from += 100) {
      const put = many.slice(from, from + 100).map((key) => {
        return sandbox.aws('s3', `/e2e-archivedev/${key}`, { method: 'PUT', body: '12' }, REGION);
      });
      for (const response of await Promise.all(put)) expect(response.status).to.equal(200);
    }
    expect(await call('list-archive')).to.deep.nested.include({ count: 2001, 'last.path': 'many/2000', 'last.size': 2 });
  });

  it('call functions for what is saved and deleted, with the keys as they are', async () => {
    for (const path of ODD_KEYS) {
      expect(await call('read', { path })).to.deep.equal({ text: 'x', bytes: 1 });
      await call('delete', { path });
      expect(await call('read', { path })).to.include({ missing: true });
    }
    const events = (await seen()).filter(({ key }) => ODD_KEYS.includes(key));
    const expected = [...ODD_KEYS].sort().flatMap((key) => [
      { handler: 'created', key, size: 1 },
      { handler: 'deleted', key, size: 0 },
    ]);
    expect(events).to.deep.equal(expected);
  });

  it('tell the function of an upload in parts once', async () => {
    expect((await seen()).filter(({ key }) => key === 'large.bin')).to.deep.equal([
      { handler: 'created', key: 'large.bin', size: 20_000_000 },
    ]);
  });

  it('call one function for both sorts of changes', async () => {
    for (const method of ['PUT', 'DELETE']) {
      await sandbox.aws('s3', '/e2e-outboxdev/letter', { method, ...(method === 'PUT' ? { body: 'dear' } : {}) }, REGION);
      await sandbox.idle();
    }
    const events = (await seen()).filter(({ handler }) => handler === 'both').sort((a, b) => a.size - b.size);
    expect(events).to.deep.equal([
      { handler: 'both', key: 'letter', size: 0 },
      { handler: 'both', key: 'letter', size: 4 },
    ]);
  });

  it('refuse a function that does not declare its use', async () => {
    expect(await call('undeclared')).to.deep.equal({
      denied: true,
      message: 'this function does not declare @UsesFileStorageBucket({ fileStorageBucket: ... })',
    });
  });

  it('deny nothing that is declared, and grant nothing elsewhere', async () => {
    expect(await sandbox.denied()).to.deep.equal([]);
    expect(await sandbox.dropped()).to.deep.equal([]);
    const { used } = await sandbox.usedPermissions();
    const s3 = new Set(used.filter(({ action }) => action.startsWith('s3:')).map(({ action }) => action));
    expect([...s3].sort()).to.deep.equal([
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      's3:PutObjectTagging',
    ]);
    await expectProved(sandbox, [terraform]);
  });

  it('are as they were after a second apply', async () => {
    expect(await terraform.planChanges()).to.deep.equal([]);
  });
});
