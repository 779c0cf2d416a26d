import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import process from 'node:process';
import { expect } from 'chai';
import { Activity } from '../../../providers/local/activity.js';
import { DataFolder } from '../../../providers/local/data/data-folder.js';
import type { LocalFunction } from '../../../providers/local/function.js';
import { LocalQueueService } from '../../../providers/local/kinds/queue.js';
import { HISTORY } from '../../../providers/local/kinds/service.js';
import { MemoryTable } from '../../../providers/local/kinds/table.js';
import type { SqsEvent } from '../../../runtime/adapters/queue.js';

describe('a data folder', () => {
  let dir: string;
  let open: DataFolder[] = [];
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'nimbusc-data-'));
  });
  afterEach(async () => {
    for (const folder of open) await folder.close().catch(() => {});
    open = [];
    fs.rmSync(dir, { recursive: true, force: true });
  });
  const start = async (): Promise<DataFolder> => {
    const folder = await DataFolder.open(dir);
    open.push(folder);
    return folder;
  };
  const log = (): string => path.join(dir, 'data.log');
  const entries = async (): Promise<Record<string, unknown>> => {
    const folder = await start();
    const found = Object.fromEntries(folder.section('s').entries);
    await folder.close();
    return found;
  };
  const put = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    const folder = await start();
    const section = folder.section('s');
    for (const [key, value] of Object.entries(values)) {
      section.set(key, value);
      await section.durable();
    }
    await folder.close();
  };
  const failure = (action: Promise<unknown>): Promise<Error> =>
    action.then(
      () => new Error('no error'),
      (error: Error) => error,
    );

  it('gives items back exactly as a table has them', async () => {
    const item = {
      id: { S: 'ü\0\u{1f600}' },
      long: { N: '12345678901234567890123456789012345678' },
      large: { N: '1e125' },
      bytes: { B: new Uint8Array([0, 255]) },
      empty: { S: '' },
      list: { L: [{ NULL: true as const }, { BOOL: false }, { M: { __proto__x: { S: 'x' }, $nimbus: { S: 'date' } } }] },
      texts: { SS: ['a', ''] },
      numbers: { NS: ['1', '2.5'] },
      blobs: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
    };
    const folder = await start();
    const table = new MemoryTable(folder.section('s'));
    table.set(item.id, item);
    table.set({ B: new Uint8Array([1]) }, { id: { B: new Uint8Array([1]) } });
    table.set({ N: '1' }, { id: { N: '1' } });
    table.set({ N: '1.0' }, null);
    await table.durable();
    const pages = table.pages();
    await folder.close();
    const again = new MemoryTable((await start()).section('s'));
    expect(again.size).to.equal(2);
    expect(again.get(item.id)).to.deep.equal(item);
    expect(again.get({ B: new Uint8Array([1]) })).to.deep.equal({ id: { B: new Uint8Array([1]) } });
    expect(again.pages()).to.deep.equal(pages);
  });

  it('cuts off a torn record at any place, and goes on from there', async () => {
    await put({ a: 1 });
    const before = fs.statSync(log()).size;
    await put({ b: 2 });
    const whole = fs.readFileSync(log());
    for (let length = before; length < whole.length; length++) {
      fs.writeFileSync(log(), whole.subarray(0, length));
      expect(await entries(), `${length} bytes`).to.deep.equal({ a: 1 });
    }
    fs.writeFileSync(log(), Buffer.concat([whole.subarray(0, before), Buffer.alloc(100)]));
    await put({ c: 3 });
    expect(await entries()).to.deep.equal({ a: 1, c: 3 });
  });

  it('does not throw acknowledged writes away when the log is damaged in the middle', async () => {
    await put({ a: 1, b: 2, c: 3 });
    const whole = fs.readFileSync(log());
    for (const at of [20, 25, 40]) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 1;
      fs.writeFileSync(log(), bytes);
      expect((await failure(DataFolder.open(dir))).message).to.match(/data\.log is damaged at byte \d+: restore/);
      expect(fs.readFileSync(log()).equals(bytes)).to.equal(true);
    }
    fs.writeFileSync(log(), whole);
    expect(await entries()).to.deep.equal({ a: 1, b: 2, c: 3 });
  });

  it('says that a newer version wrote it, or something else', async () => {
    fs.writeFileSync(log(), 'nimbusc data 2\nxyz');
    expect((await failure(DataFolder.open(dir))).message).to.include('data.log has version 2, and this nimbusc reads version 1');
    fs.writeFileSync(log(), 'hello');
    expect((await failure(DataFolder.open(dir))).message).to.include('data.log is no data of nimbusc');
  });

  it('belongs to one at a time, and is taken over from a process that is gone', async () => {
    const first = await start();
    expect((await failure(DataFolder.open(dir))).message).to.equal(`the data folder ${dir} is in use by process ${process.pid}`);
    first.section('s').set('last', 1);
    void first.close();
    first.section('s').set('late', 1);
    expect((await failure(first.section('s').durable())).message).to.equal(`the data folder ${dir} is closed`);
    expect(await entries()).to.deep.equal({ last: 1 });
    // A number that no process has, and one that another process has now.
    for (const lock of [
      { pid: 2 ** 22 + 1, started: '1' },
      ...(process.platform === 'linux' ? [{ pid: process.pid, started: '1' }] : []),
    ]) {
      fs.writeFileSync(path.join(dir, 'lock'), JSON.stringify(lock));
      await (await start()).close();
    }
    expect(fs.readdirSync(dir).sort()).to.deep.equal(['data.log', 'files']);
  });

  it('does not acknowledge what cannot be written, and writes it when it can be', async () => {
    const folder = await start();
    const section = folder.section('s');
    section.set('a', 1);
    await section.durable();
    // The folder of files is gone, so that no file can be written.
    fs.rmSync(path.join(dir, 'files'), { recursive: true });
    section.setFile('f', { name: 'f' }, Buffer.from('content'));
    const error = await failure(section.durable());
    expect(error.name).to.equal('RetryableException');
    expect(error.message).to.match(/^the data folder .* cannot be written, so what was written to it last may be lost: ENOENT/);
    section.set('b', 2);
    expect((await failure(section.durable())).name).to.equal('RetryableException');
    fs.mkdirSync(path.join(dir, 'files'));
    section.set('c', 3);
    await section.durable();
    await folder.close();
    expect(await entries()).to.deep.equal({ a: 1, f: { name: 'f' }, b: 2, c: 3 });
  });

  it('cannot be where a file is', async () => {
    fs.writeFileSync(path.join(dir, 'file'), '');
    expect((await failure(DataFolder.open(path.join(dir, 'file')))).message).to.match(/^the data folder .*file cannot be made: /);
  });

  it('keeps a file once for all that have its content, and removes what nobody needs', async () => {
    const folder = await start();
    const section = folder.section('s');
    section.setFile('a', { type: 'x' }, Buffer.from('same'));
    section.setFile('b', { type: 'y' }, Buffer.from('same'));
    section.setFile('c', {}, Buffer.from('other'));
    section.set('c', undefined);
    await section.durable();
    await folder.close();
    const again = (await start()).section('s');
    expect(fs.readdirSync(path.join(dir, 'files'))).to.have.length(1);
    expect([...again.entries].map(([key]) => Buffer.from(again.contentOf(key)).toString())).to.deep.equal(['same', 'same']);
  });

  it('stays small when the same entries are written again and again, and keeps those of stores that are gone', async () => {
    const folder = await start();
    const [section, other] = [folder.section('s'), folder.section('gone')];
    other.set('x', 'y');
    const text = 'x'.repeat(100_000);
    for (let n = 0; n < 200; n++) {
      section.set(`k${n % 3}`, { n, text });
      if (n % 2 === 0) await section.durable();
    }
    await section.durable();
    expect(fs.statSync(log()).size).to.be.lessThan(6_000_000);
    await folder.close();
    const again = await start();
    expect([...again.section('s').entries].map(([key, value]) => [key, (value as { n: number }).n]).sort()).to.deep.equal([
      ['k0', 198],
      ['k1', 199],
      ['k2', 197],
    ]);
    expect([...again.section('gone').entries]).to.deep.equal([['x', 'y']]);
  });

  it('hands out again what a function was working on, as received once more', async () => {
    const node = { id: 'queue:jobs', kind: 'queue', name: 'jobs', options: { maxReceiveCount: 2, itemProcessingTimeout: 30 } };
    const trigger = { id: 't', kind: 'queue-trigger', name: 't', options: { batchSize: 1, maximumBatchingWindow: 0 } };
    const counts: string[] = [];
    const fn = {
      options: { timeout: 1 },
      invoke: (event: SqsEvent) => {
        counts.push(...event.Records.map(({ attributes }) => attributes['ApproximateReceiveCount'] as string));
        return new Promise(() => {});
      },
    } as unknown as LocalFunction;
    const around = {
      project: 'test',
      stage: 'dev',
      activity: new Activity(),
      triggeredBy: () => [fn],
      containedIn: () => [trigger],
      originOf: (text: string) => text,
      history: HISTORY,
    };
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    for (const expected of [['1'], ['1', '2']]) {
      const folder = await start();
      const queue = new LocalQueueService(node, around, folder.section(node.id));
      if (expected.length === 1) await queue.client().sendMessage('x');
      else queue.resume();
      await until(() => counts.length === expected.length);
      expect([counts, queue.size]).to.deep.equal([expected, 1]);
      await folder.close();
    }
    const queue = new LocalQueueService(node, around, (await start()).section(node.id));
    queue.resume();
    await until(() => queue.size === 0);
    expect(counts).to.deep.equal(['1', '2']);
    expect(queue.deadLetters.map(({ body }) => body)).to.deep.equal(['x']);
  });

  it('lets many writes share a wait for the disk', async () => {
    const folder = await start();
    const section = folder.section('s');
    const { size } = fs.statSync(log());
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, n) => {
        section.set(String(n), n);
        await section.durable();
      }),
    );
    // One record has one list; a thousand would have a header each.
    expect(fs.statSync(log()).size - size).to.be.lessThan(1_000 * 60);
    await folder.close();
    expect(Object.keys(await entries())).to.have.length(1_000);
  });
});
