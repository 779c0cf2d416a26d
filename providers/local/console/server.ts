// The console over HTTP: its page, and its API: who may ask, which operation it is, and the stream of events.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DevServer } from '../dev/dev.js';
import { bodyOf } from '../servers/http-server.js';
import { API_PATH, CONSOLE_PATH, type ConsoleEvent, type Json } from './api.js';
import { nameRefusal, refusal } from './guard.js';
import { ApiError, type ApiRequest, Operations, SentFile } from './operations.js';
import { ConsolePage } from './page-files.js';

/** As S3 would take in one request is more than anybody uploads by a page. */
const MOST_BODY_BYTES = 256 * 1024 * 1024;
/** docs: at most ten a second. */
const CHANGES_MS = 100;

export class ConsoleServer {
  private readonly operations: Operations;
  private readonly page: ConsolePage;
  private readonly listeners = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | null = null;
  private revisions = new Map<string, string>();

  constructor(private readonly dev: DevServer) {
    this.operations = new Operations(dev);
    this.page = new ConsolePage(dev);
    dev.on('event', (event) => this.tell(event));
  }

  /** False: the request is for somebody else. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (path !== CONSOLE_PATH && !path.startsWith(`${CONSOLE_PATH}/`)) return false;
    const isOfApi = path === API_PATH || path.startsWith(`${API_PATH}/`);
    const { host } = this.dev.cloud.addresses;
    const refused = isOfApi ? refusal(request, host) : nameRefusal(request, host);
    if (refused !== null) answer(response, 403, { error: refused });
    else if (!isOfApi) this.page.answer(request, response, path.slice(CONSOLE_PATH.length + 1));
    else if (path === `${API_PATH}/events` && request.method === 'GET') this.listen(request, response);
    else
      this.operate(request, response, path).catch((error: unknown) => {
        const status = error instanceof ApiError ? error.status : isRefusal(error) ? 400 : 500;
        if (!response.headersSent) answer(response, status, { error: error instanceof Error ? error.message : String(error) });
        else response.destroy();
      });
    return true;
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    for (const listener of this.listeners) listener.end();
  }

  private async operate(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const bytes = await bodyOf(request, MOST_BODY_BYTES + 1);
    if (bytes.length > MOST_BODY_BYTES) throw new ApiError(413, 'the body is too long');
    const asked: ApiRequest = {
      method: request.method ?? 'GET',
      parts: path
        .slice(API_PATH.length + 1)
        .split('/')
        .map(decoded),
      query: searchParams,
      bytes,
      contentType: request.headers['content-type'] ?? null,
    };
    const result = await this.dev.cloud.during(() => this.operations.run(asked));
    if (result instanceof SentFile) send(response, result);
    else answer(response, 200, result);
  }

  // --- events

  private listen(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...SAFE });
    response.write(': open\n\n');
    this.listeners.add(response);
    this.revisions = this.operations.revisions();
    this.timer ??= setInterval(() => this.compare(), CHANGES_MS);
    request.on('close', () => {
      this.listeners.delete(response);
      if (this.listeners.size > 0 || this.timer === null) return;
      clearInterval(this.timer);
      this.timer = null;
    });
  }

  private compare(): void {
    const now = this.operations.revisions();
    const resources = [...new Set([...now.keys(), ...this.revisions.keys()])].filter(
      (id) => now.get(id) !== this.revisions.get(id),
    );
    this.revisions = now;
    if (resources.length > 0) this.tell({ event: 'changed', resources });
  }

  private tell(event: ConsoleEvent): void {
    if (this.listeners.size === 0) return;
    const text = `data: ${JSON.stringify(event)}\n\n`;
    for (const listener of this.listeners) {
      // A page that cannot keep up asks again when it is back.
      if (listener.writableLength > 1 << 20) listener.destroy();
      else listener.write(text);
    }
  }
}

/** What a client did wrong, by the words of the simulations. */
const isRefusal = (error: unknown): boolean => error instanceof Error && /Exception$/.test(error.name);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, 'the path is no URL');
  }
}

/** No page of somebody else's shows it, and nobody guesses what it is. */
const SAFE = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...SAFE });
  response.end(JSON.stringify(value as Json));
}

/** As a download: a file may be a page, which must not run as one of the console's. */
function send(response: ServerResponse, { content, contentType, name }: SentFile): void {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': content.length,
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': 'sandbox',
    'cache-control': 'no-store',
    ...SAFE,
  });
  response.end(content);
}
