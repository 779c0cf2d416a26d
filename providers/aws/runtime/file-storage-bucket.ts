// The client of buckets on S3.
import type { Readable } from 'node:stream';
import { bind } from '../../../runtime/core/binding.js';
import { FileNotFoundException, NonRetryableException } from '../../../runtime/core/errors.js';
import type {
  FileContent,
  FileInformation,
  FileStorageClient,
  SaveFileOptions,
} from '../../../runtime/kinds/file-storage-bucket.js';
import { mapError } from './errors.js';
import { save } from './s3/save.js';
import { createClient } from './sdk/s3.js';

export interface BucketData {
  /** As the user wrote it: what `getFileStorageClient` is given besides the class. */
  readonly bucketName: string;
  /** What messages call it. */
  readonly name: string;
  /** The environment variable that holds its name in AWS. */
  readonly bucket: string;
}

const special = { NoSuchKey: FileNotFoundException, NotFound: FileNotFoundException };

/** One for all buckets of a function, so that they share connections. */
let shared: ReturnType<typeof createClient> | undefined;

export function register(owner: object | null, data: BucketData): void {
  const s3 = (): ReturnType<typeof createClient> => (shared ??= createClient());
  const bucket = (): string => {
    const name = process.env[data.bucket];
    if (!name) throw new NonRetryableException(`the environment variable ${data.bucket} is not set`);
    return name;
  };
  const attempt = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw mapError(error, what, special);
    }
  };
  const at = (path: string): { Bucket: string; Key: string } => {
    if (path === '') throw new NonRetryableException('a file must have a path');
    return { Bucket: bucket(), Key: path };
  };

  const saveFile = (path: string, content: FileContent, options: SaveFileOptions = {}): Promise<void> =>
    attempt(`save ${path} in ${data.name}`, () => {
      const target = {
        ...at(path),
        ...(options.contentType !== undefined && { ContentType: options.contentType }),
        ...(options.tags !== undefined && { Tagging: new URLSearchParams(options.tags).toString() }),
      };
      return save(s3(), target, content);
    });
  const read = async (path: string) => {
    const { Body } = await s3().getObject(at(path));
    if (!Body) throw new NonRetryableException('S3 answered without a body');
    return Body;
  };
  const getFile = (path: string): Promise<Readable> =>
    attempt(`get ${path} from ${data.name}`, async () => (await read(path)) as unknown as Readable);

  const client: FileStorageClient = {
    saveFile,
    saveFileWithContentType: (path, content, contentType) => saveFile(path, content, { contentType }),
    getFile,
    getFileAsString: (path) =>
      attempt(`get ${path} from ${data.name}`, async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of await getFile(path)) chunks.push(chunk as Uint8Array);
        return Buffer.concat(chunks).toString();
      }),
    deleteFile: (path) => attempt(`delete ${path} from ${data.name}`, async () => void (await s3().deleteObject(at(path)))),
    listFiles: () =>
      attempt(`list the files of ${data.name}`, async () => {
        const files: FileInformation[] = [];
        let token: string | undefined;
        do {
          // Encoded, because XML cannot carry every character that a key may have.
          const page = await s3().listObjects({ Bucket: bucket(), EncodingType: 'url', ContinuationToken: token });
          for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
            files.push({ path: decodeURIComponent(Key.replaceAll('+', ' ')), size: Size, lastModified: LastModified });
          }
          token = page.NextContinuationToken;
        } while (token);
        return files;
      }),
  };
  if (owner !== null) bind('file-storage-bucket', owner, client, data.name);
  bind('file-storage-bucket', data.bucketName, client);
}
