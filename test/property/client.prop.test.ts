/** What the generated client sends arrives as what it was, and so does what it gets: with values of generated types. */
import assert from 'node:assert';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { clientOf } from '../../compiler/documents/documents.js';
import { underlying, type WireType } from '../../compiler/ir/wire-type.js';
import { ambiguous } from '../../compiler/types/ambiguity.js';
import * as http from '../../runtime/adapters/http-api-body.js';
import { entryOf } from '../support/entries.js';
import { isTagged, reachable, valuesOf, wireType } from '../support/wire-types.js';
import { withSignatures } from '../unit/compiler/documents/sample-api.js';
import { StageBuilder } from '../unit/providers/stage-builder.js';
import { PATIENCE, runs } from './runs.js';

type Fetch = (url: string, init: { method: string; headers: Record<string, string>; body?: string | ArrayBuffer }) => unknown;
interface Client {
  createHttpClient(options: { url: string; fetch: Fetch }): { a: { run(request: { body: unknown }): Promise<unknown> } };
}

function clientFor(type: WireType): Client {
  const stage = new StageBuilder();
  stage.http('POST /', 'A.run');
  const graph = withSignatures(stage, { 'A.run': { body: type, result: type } });
  const text = clientOf(graph, { version: '1.0.0', errors: 'NONE', sent: [] }) as string;
  const module = { exports: {} as Client };
  new Function('module', transformSync(text, { loader: 'ts', format: 'cjs' }).code)(module);
  return module.exports;
}

/** Clients know no classes: they have objects with the same properties. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Set) return new Set([...value].map(plain));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/** The client chooses by what it knows of a value, and not as the API does, where members may be taken for each other. */
const isPlainUnion = (type: WireType): boolean =>
  type.t !== 'union' ||
  isTagged(type) ||
  type.of.filter((member) => !['null', 'undefined'].includes(underlying(member).t)).length < 2;

/** A text or bytes of no length are no body, and a method that demands one is not called. */
const isEmptyBody = (value: unknown): boolean => value === '' || (value instanceof Uint8Array && value.length === 0);

const sent = wireType
  .filter((type) => ambiguous(type) === null && reachable([type]).every(isPlainUnion))
  .chain((type) => fc.record({ type: fc.constant(type), value: valuesOf(type) ?? fc.constant(undefined) }))
  .filter(({ value }) => value !== undefined && !isEmptyBody(value));

describe('the generated client', function () {
  this.timeout(PATIENCE);

  it('sends and gets values of any type', () =>
    fc.assert(
      fc.asyncProperty(sent, async ({ type, value }) => {
        const seen: unknown[] = [];
        const handle = (body: unknown): unknown => {
          seen.push(body);
          return body;
        };
        const { handler } = entryOf(http.adapt, handle, { params: [type], result: type, data: { errors: 'NONE' } });
        const fetch: Fetch = async (_url, { method, headers, body }) => {
          const isText = typeof body === 'string';
          const sentBody = isText ? body : Buffer.from(body ?? new ArrayBuffer(0)).toString('base64');
          const event = { headers, body: sentBody, isBase64Encoded: !isText, requestContext: { http: { method } } };
          const answer = await handler(event as never);
          const bytes = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
          return new Response(bytes, { status: answer.statusCode, headers: answer.headers ?? {} });
        };
        const result = await clientFor(type)
          .createHttpClient({ url: 'https://example.com', fetch })
          .a.run({ body: plain(value) });
        assert.deepStrictEqual([seen, result], [[value], plain(value)]);
      }),
      runs(200),
    ));
});
