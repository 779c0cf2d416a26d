// An HTTP function with all that its routes can ask for. A function that asks for none of `decode`, `encode` and `cors`
// may be made by http-api-plain.ts instead, which is this without their code.

import { type HttpHandler, type PlainHttpSpec, adapt as plain } from './http-api-plain.js';
import { gunzip, gzip } from './http-compression.js';
import { type CorsByPath, cors } from './http-cors.js';

export type { HttpProxyResult } from '../core/http-result.js';
export type { HttpHandler, HttpProxyEvent } from './http-api-plain.js';

export interface HttpSpec extends PlainHttpSpec {
  /** Unpack gzipped request bodies. */
  readonly decode?: boolean;
  /** Pack response bodies with gzip. */
  readonly encode?: boolean;
  /** Where CORS differs by route; else API Gateway does it alone. */
  readonly cors?: CorsByPath;
}

export function adapt(spec: HttpSpec): HttpHandler {
  let handler = plain(spec);
  if (spec.decode) handler = gunzip(handler);
  if (spec.encode) handler = gzip(handler);
  if (spec.cors) handler = cors(spec.cors, handler);
  return handler;
}
