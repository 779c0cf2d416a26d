// Compression around an HTTP function: `gunzip(handler)` unpacks request bodies, `gzip(handler)` packs response bodies.
import { type HttpProxyResult, jsonResult } from '../core/http-result.js';
import type { HttpHandler, HttpProxyEvent } from './http-api-plain.js';
import { addVary } from './http-vary.js';

/** An unpacked body may be no larger; unpacking stops there, so that a small body cannot fill the memory. */
const maxUnpacked = 10_000_000;

/** Bodies with `content-encoding: gzip` reach the handler unpacked: as text if they are, else as base64. */
export const gunzip =
  (handler: HttpHandler): HttpHandler =>
  async (event) => {
    if (!/gzip$/i.test(event.headers?.['content-encoding'] ?? '')) return handler(event);
    const { gunzipSync } = await import('node:zlib');
    let bytes: Buffer;
    try {
      bytes = gunzipSync(Buffer.from(event.body ?? '', 'base64'), { maxOutputLength: maxUnpacked });
    } catch (error) {
      return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
        ? jsonResult(413, '{"message":"the unpacked body is too large"}')
        : jsonResult(400, '{"message":"invalid input","errors":[{"path":"","message":"the body is not gzip"}]}');
    }
    const text = bytes.toString();
    const isText = bytes.equals(Buffer.from(text));
    const unpacked: HttpProxyEvent = {
      ...event,
      body: isText ? text : bytes.toString('base64'),
      isBase64Encoded: !isText,
    };
    return handler(unpacked);
  };

const acceptsGzip = /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))|,|$)/i;

/** Response bodies are packed when the request's `accept-encoding` allows it and the handler has not done so. */
export const gzip =
  (handler: HttpHandler): HttpHandler =>
  async (event) => {
    const result: HttpProxyResult = await handler(event);
    if (!result.body || result.headers?.['content-encoding']) return result;
    const headers = addVary(result.headers, 'accept-encoding');
    if (!acceptsGzip.test(event.headers?.['accept-encoding'] ?? '')) return { ...result, headers };
    const { gzipSync } = await import('node:zlib');
    const body = gzipSync(Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8')).toString('base64');
    return { ...result, headers: { ...headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
  };
