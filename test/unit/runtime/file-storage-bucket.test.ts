import { Readable } from 'node:stream';
import { expect } from 'chai';
import { PART_BYTES, partsOf } from '../../../providers/aws/runtime/s3/parts.js';
import { adapt } from '../../../runtime/adapters/file-storage-bucket.js';
import { ClientBuilder, FileNotFoundException, type FileStorageEvent, PermissionException } from '../../../runtime/index.js';

type S3Event = Parameters<ReturnType<typeof adapt>>[0];

const record = (eventName: string, key: string, size?: number) => ({
  eventName,
  s3: { object: { key, ...(size === undefined ? {} : { size }) } },
});

async function received(event: S3Event, params: readonly 'event'[] = ['event']): Promise<unknown[]> {
  const calls: unknown[][] = [];
  const handler = adapt({ create: () => ({ on: (...args: unknown[]) => void calls.push(args) }), method: 'on', params });
  await handler(event, { awsRequestId: 'r1' });
  return calls;
}

describe('a file function', () => {
  for (const [sent, key] of [
    ['a+b/c+d.txt', 'a b/c d.txt'],
    ['e%2Ff.txt', 'e/f.txt'],
    ['1%2B1%3D2.txt', '1+1=2.txt'],
    ['caf%C3%A9+%F0%9F%8E%88.txt', 'caf\u00e9 \u{1f388}.txt'],
    ['100%2525+%26', '100%25 &'],
    ['plain.txt', 'plain.txt'],
  ] as const) {
    it(`gets the key ${key}, which S3 sends as ${sent}`, async () => {
      const expected: FileStorageEvent = { key, size: 3, requestId: 'r1' };
      expect(await received({ Records: [record('ObjectCreated:Put', sent, 3)] })).to.deep.equal([[expected]]);
    });
  }

  it('gets the size 0 for what was deleted, whatever is sent', async () => {
    for (const event of ['ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated']) {
      for (const size of [undefined, 12]) {
        expect(await received({ Records: [record(event, 'a', size)] })).to.deep.equal([[{ key: 'a', size: 0, requestId: 'r1' }]]);
      }
    }
  });

  it('is called once for each record, in order, and not for an event without records', async () => {
    const Records = [record('ObjectCreated:Put', 'a', 1), record('ObjectCreated:CompleteMultipartUpload', 'b', 2)];
    expect((await received({ Records })).map((call) => (call as FileStorageEvent[])[0]?.key)).to.deep.equal(['a', 'b']);
    expect(await received({})).to.deep.equal([]);
  });

  it('may do without the event', async () => {
    expect(await received({ Records: [record('ObjectCreated:Put', 'a', 1)] }, [])).to.deep.equal([[]]);
  });

  it('fails with what the method throws', async () => {
    const create = () => ({ on: () => Promise.reject(new Error('not today')) });
    const failed = adapt({ create, method: 'on', params: [] })(
      { Records: [record('ObjectCreated:Put', 'a')] },
      { awsRequestId: 'r' },
    );
    expect(await failed.catch((error: Error) => error.message)).to.equal('not today');
  });
});

describe('content in parts', () => {
  const sizes = async (content: Uint8Array | AsyncIterable<unknown>): Promise<number[]> => {
    const found: number[] = [];
    for await (const part of partsOf(content)) found.push(part.length);
    return found;
  };

  it('has parts of one length and a last one with the rest, however it comes', async () => {
    const bytes = Buffer.alloc(2 * PART_BYTES + 5);
    expect(await sizes(bytes)).to.deep.equal([PART_BYTES, PART_BYTES, 5]);
    expect(await sizes(Readable.from([bytes]))).to.deep.equal([PART_BYTES, PART_BYTES, 5]);
    const pieces = Array.from({ length: 17 }, () => Buffer.alloc(1_000_000));
    expect(await sizes(Readable.from(pieces))).to.deep.equal([PART_BYTES, PART_BYTES, 17_000_000 - 2 * PART_BYTES]);
  });

  it('has no empty part', async () => {
    expect(await sizes(Readable.from([Buffer.alloc(PART_BYTES)]))).to.deep.equal([PART_BYTES]);
    expect(await sizes(Readable.from([]))).to.deep.equal([]);
    expect(await sizes(Readable.from([Buffer.alloc(0)]))).to.deep.equal([]);
  });

  it('keeps the order and the bytes, of text as well', async () => {
    const parts: Uint8Array[] = [];
    for await (const part of partsOf(Readable.from(['h\u00e9', Buffer.from('llo '), '\u{1f388}']))) parts.push(part);
    expect(Buffer.concat(parts).toString()).to.equal('h\u00e9llo \u{1f388}');
  });

  it('refuses a stream of anything else', async () => {
    const error = await sizes(Readable.from([{}])).catch((error: unknown) => error);
    expect(error).to.have.property('name', 'NonRetryableException');
  });
});

describe('the client of a bucket that nobody declared', () => {
  it('says which decorator is missing', async () => {
    const byName = await ClientBuilder.getFileStorageClient('photos')
      .listFiles()
      .catch((error: unknown) => error);
    expect(byName).to.be.instanceOf(PermissionException);
    expect((byName as Error).message).to.equal("this function does not declare @UsesFileStorageBucket({ bucketName: 'photos' })");
  });

  it('has an error of its own for missing files', () => {
    expect(new FileNotFoundException('x')).to.have.property('name', 'FileNotFoundException');
  });
});
