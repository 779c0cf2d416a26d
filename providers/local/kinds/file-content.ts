// What can be saved as a file, as bytes.
import { createReadStream } from 'node:fs';
import type { FileContent } from '../../../runtime/kinds/file-storage-bucket.js';
import { partsOf } from '../../aws/runtime/s3/parts.js';

export async function bytesOf(content: FileContent): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const part of partsOf(contentOf(content))) chunks.push(part);
  return new Uint8Array(Buffer.concat(chunks));
}

function contentOf(content: FileContent): Uint8Array | AsyncIterable<unknown> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return new Uint8Array(content);
  return 'file' in content ? createReadStream(content.file) : content;
}
