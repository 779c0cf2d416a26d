// An HTTP function whose method takes a body and not the event.
import { invalid, parseJson } from '../core/json.js';
import type { Optional } from '../core/shape.js';
import type { BodyParam } from './handler.js';
import { adapt as adaptWith, type HttpHandler, type HttpProxyEvent, type PlainHttpSpec } from './http-api-core.js';

export const adapt = (spec: PlainHttpSpec): HttpHandler => adaptWith(spec, (param, event) => bodyOf(param as BodyParam, event));

export function bodyOf({ body, read }: BodyParam, event: HttpProxyEvent): unknown {
  const { opt: shape = body } = body as Optional;
  const { body: sent, headers, isBase64Encoded } = event;
  if (!sent) {
    if (shape !== body || body === 'any') return undefined;
    throw invalid('is required');
  }
  const bytes = isBase64Encoded ? Buffer.from(sent, 'base64') : sent;
  const isJson = /json/i.test(headers?.['content-type'] ?? '');
  if (!isJson && shape === 'bytes') return new Uint8Array(Buffer.from(bytes as string));
  const text = String(bytes);
  const value = !isJson && shape === 'string' ? text : parseJson(text);
  return read ? read(shape, value) : value;
}
