// Saving content of any sort: in one request when it is short, else in parts.
import { createReadStream } from 'node:fs';
import type { FileContent } from '../../../../runtime/kinds/file-storage-bucket.js';
import type { CompletedPart, createClient } from '../sdk/s3.js';
import { PART_BYTES, partsOf } from './parts.js';

export interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType?: string;
  readonly Tagging?: string;
}

type S3 = ReturnType<typeof createClient>;

/**
 * An upload in parts that fails is not called off, which would take one more permission: what was sent stays in S3, unseen,
 * until somebody removes it. A rule of the bucket could do that, but Terraform waits a minute for each such rule.
 */
export async function save(s3: S3, target: Target, content: FileContent): Promise<void> {
  const whole = wholeOf(content);
  if (whole !== null && whole.length <= PART_BYTES) {
    await s3.putObject({ ...target, Body: whole });
    return;
  }
  const parts = partsOf(whole ?? streamOf(content as AsyncIterable<unknown> | { readonly file: string }));
  const first = await parts.next();
  const second = first.done ? first : await parts.next();
  if (first.done || second.done) await s3.putObject({ ...target, Body: first.done ? Buffer.alloc(0) : first.value });
  else await saveParts(s3, target, joined([first.value, second.value], parts));
}

async function saveParts(s3: S3, target: Target, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const { UploadId = '' } = await s3.startUpload(target);
  const upload = { Bucket: target.Bucket, Key: target.Key, UploadId };
  const sent: CompletedPart[] = [];
  for await (const Body of parts) {
    const PartNumber = sent.length + 1;
    const { ETag } = await s3.uploadPart({ ...upload, PartNumber, Body });
    sent.push({ PartNumber, ETag });
  }
  await s3.finishUpload(upload, sent);
}

async function* joined(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

/** Content that is in memory anyway. */
function wholeOf(content: FileContent): Uint8Array | null {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : null;
}

function streamOf(content: AsyncIterable<unknown> | { readonly file: string }): AsyncIterable<unknown> {
  return 'file' in content ? createReadStream(content.file, { highWaterMark: 1 << 20 }) : content;
}
