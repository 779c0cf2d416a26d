// Files of websites, as S3's website endpoints give them: an index in each folder, and a page for errors.
// docs.aws.amazon.com/AmazonS3/latest/userguide/IndexDocumentSupport.html, .../CustomErrorDocSupport.html
import type { IncomingMessage } from 'node:http';
import type { LocalBucketService, LocalFile } from '../kinds/file-storage-bucket.js';
import { HttpResult } from '../requests.js';

/** Null when the path is that of no website. */
export function websiteFile(
  websites: readonly LocalBucketService[],
  { method = 'GET', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  path: string,
): HttpResult | null {
  const [, first = '', slash, rest = ''] = /^\/([^/]*)(\/?)(.*)$/s.exec(path) ?? [];
  const name = decoded(first)?.toUpperCase();
  const website = websites.find((one) => one.isWebsite && one.bucketName.toUpperCase() === name);
  if (website === undefined) return null;
  if (method !== 'GET' && method !== 'HEAD') return answer(405, {}, 'text/plain', 'The method is not allowed.');
  const allowed = website.allowedOrigin(headers.origin);
  const cors: Record<string, string> = allowed === null ? {} : { 'access-control-allow-origin': allowed };
  // Links of pages are relative to a folder.
  if (slash === '') return answer(302, { ...cors, location: `/${first}/` }, 'text/plain', '');
  const key = decoded(rest);
  if (key === null) return answer(400, cors, 'text/plain', 'The path is no URL.');
  const asked = key === '' || key.endsWith('/') ? `${key}${website.indexFile}` : key;
  const file = website.get(asked);
  if (file !== undefined) return given(200, cors, file, headers['if-none-match']);
  if (key !== '' && !key.endsWith('/') && website.get(`${key}/${website.indexFile}`) !== undefined)
    return answer(302, { ...cors, location: `${path}/` }, 'text/plain', '');
  const error = website.get(website.errorFile);
  return error === undefined ? answer(404, cors, 'text/plain', `There is no file ${asked}.`) : given(404, cors, error, undefined);
}

function given(status: number, headers: Record<string, string>, file: LocalFile, known: string | undefined): HttpResult {
  const etag = `"${file.lastModified.getTime().toString(36)}-${file.content.length.toString(36)}"`;
  const all = { ...headers, 'content-type': file.contentType, etag, 'cache-control': 'no-cache' };
  if (known === etag) return new HttpResult(304, all, [], new Uint8Array());
  return new HttpResult(status, all, [], file.content);
}

const answer = (status: number, headers: Record<string, string>, type: string, text: string): HttpResult =>
  new HttpResult(status, { ...headers, 'content-type': `${type};charset=UTF-8` }, [], new Uint8Array(Buffer.from(text)));

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
