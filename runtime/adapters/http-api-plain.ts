// An HTTP function whose method takes a body and the event.
import { bodyOf } from './http-api-body.js';
import { adapt as adaptWith, type HttpHandler, type PlainHttpSpec } from './http-api-core.js';
import { httpEvent } from './http-api-event.js';

export type { HttpHandler, HttpProxyEvent, PlainHttpSpec } from './http-api-core.js';

export const adapt = (spec: PlainHttpSpec): HttpHandler =>
  adaptWith(spec, (param, event) => (param === 'event' ? httpEvent(event) : bodyOf(param, event)));
