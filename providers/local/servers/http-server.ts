// The HTTP server of a local cloud: functions under /function, websites under the names of their buckets, and whatever else it
// is given. In: requests as Node has them. Out: what API Gateway and S3 would answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HttpMethod } from '../../../runtime/kinds/http-api.js';
import type { LocalBucketService } from '../kinds/file-storage-bucket.js';
import type { LocalHttpApi } from '../kinds/http-api.js';
import { HttpRequest, HttpResult } from '../requests.js';
import { closed, listen, type Wish } from './listen.js';
import { websiteFile } from './website.js';

/** One more than API Gateway takes: the API itself refuses what is too long. */
const MOST_BODY_BYTES = 10 * 1024 * 1024 + 1;

export interface HttpContent {
  /** Null: the cloud has none, or does not serve them. */
  readonly functions: () => LocalHttpApi | null;
  readonly websites: () => readonly LocalBucketService[];
  /** Does something that counts as going on in the cloud. */
  during<T>(task: () => Promise<T>): Promise<T>;
  /** Asked first. True: it has answered, or will. */
  readonly more?: (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
}

export class LocalHttpServer {
  private readonly server: Server;

  constructor(private readonly content: HttpContent) {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        console.error(error);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
  }

  listen(wish: Wish): Promise<number> {
    return listen(this.server, wish);
  }

  close(): Promise<void> {
    return closed(this.server);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '/').split('?');
    if (this.content.more?.(request, response, path)) return;
    const functions = this.content.functions();
    if (functions !== null && (path === '/function' || path.startsWith('/function/'))) {
      const result = await this.call(functions, request);
      return write(response, result);
    }
    write(response, websiteFile(this.content.websites(), request, path) ?? nothing(path));
  }

  private async call(api: LocalHttpApi, request: IncomingMessage): Promise<HttpResult> {
    const { method = 'GET', url = '' } = request;
    const asked = new HttpRequest(url.slice('/function'.length), method as HttpMethod).withHeaders(headersOf(request));
    const body = await bodyOf(request, MOST_BODY_BYTES);
    if (body.length > 0) asked.withBody(body);
    return this.content.during(() => api.send(asked));
  }
}

/** Those that come more than once become one, as in events of HTTP APIs. */
function headersOf({ headersDistinct }: IncomingMessage): Record<string, string> {
  const found = Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')]);
  return Object.fromEntries(found) as Record<string, string>;
}

/** What is longer than `most` is read no further than that. */
export async function bodyOf(request: AsyncIterable<Buffer>, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= most) break;
  }
  return new Uint8Array(Buffer.concat(chunks).subarray(0, most));
}

function write(response: ServerResponse, { statusCode, headers, cookies, bytes }: HttpResult): void {
  response.writeHead(statusCode, {
    ...headers,
    ...(cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }),
    ...(statusCode === 204 || statusCode === 304 ? {} : { 'content-length': bytes.length }),
  });
  response.end(bytes);
}

function nothing(path: string): HttpResult {
  const text = `There is nothing at ${path}: functions are under /function/, websites under the names of their buckets.\n`;
  return new HttpResult(404, { 'content-type': 'text/plain;charset=UTF-8' }, [], new Uint8Array(Buffer.from(text)));
}
