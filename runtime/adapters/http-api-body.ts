// An HTTP function whose method takes a body and not the event.
import { invalid, parseJson } from '../core/json.js';
import { admitsUndefined, required } from '../core/shape.js';
import type { BodyParam } from './handler.js';
import { adapt as adaptWith, type HttpHandler, type HttpProxyEvent, type PlainHttpSpec } from './http-api-core.js';

export const adapt = (spec: PlainHttpSpec): HttpHandler => adaptWith(spec, (param, event) => bodyOf(param as BodyParam, event));

export function bodyOf({ body, read }: BodyParam, event: HttpProxyEvent): unknown {
  const shape = required(body);
  if (!event.body) {
    if (admitsUndefined(body)) return undefined;
    throw invalid('is required');
  }
  const bytes = event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body;
  const isJson = /json/i.test(event.headers?.['content-type'] ?? '');
  if (!isJson && shape === 'bytes') return new Uint8Array(Buffer.from(bytes as string));
  const value = !isJson && shape === 'string' ? String(bytes) : parseJson(String(bytes));
  return read ? read(shape, value) : value;
}
