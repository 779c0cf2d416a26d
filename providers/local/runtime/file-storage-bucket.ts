// The client of a bucket of the local cloud. Content travels as a whole.
import { Readable } from 'node:stream';
import type { FileStorageClient, SaveFileOptions } from '../../../runtime/kinds/file-storage-bucket.js';
import { bytesOf } from '../kinds/file-content.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';

interface BucketData {
  readonly name: string;
  readonly bucketName: string;
}

export function register(owner: object | null, { name, bucketName }: BucketData): void {
  const resource = nextResource();
  const save = remote<[string, Uint8Array, SaveFileOptions | undefined], void>(resource, 'saveFile');
  const read = remote<[string], Uint8Array>(resource, 'bytes');
  const client: FileStorageClient = {
    saveFile: async (path, content, options) => save(path, await bytesOf(content), options),
    saveFileWithContentType: async (path, content, contentType) => save(path, await bytesOf(content), { contentType }),
    getFile: async (path) => {
      const content = Buffer.from(await read(path));
      return Readable.from(content.length === 0 ? [] : [content], { objectMode: false });
    },
    getFileAsString: async (path) => Buffer.from(await read(path)).toString(),
    deleteFile: remote(resource, 'deleteFile'),
    listFiles: remote(resource, 'listFiles'),
  };
  if (owner !== null) bindRestricted('file-storage-bucket', owner, client, resource, name);
  bindRestricted('file-storage-bucket', bucketName, client, resource);
}
