// The page of the console: files that are packed with nimbusc, and the graph as a picture.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DevServer } from '../dev/dev.js';

const TYPES: { readonly [name: string]: string } = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

export class ConsolePage {
  private readonly contents = new Map<string, Buffer>();

  constructor(private readonly dev: DevServer) {}

  /** `name` is the path after the console's own. */
  answer(request: IncomingMessage, response: ServerResponse, name: string): void {
    const file = name === '' ? 'index.html' : name;
    const type = TYPES[file];
    if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 405, 'text/plain', 'GET only\n');
    else if (file === 'graph.html') this.picture(response);
    else if (type === undefined) send(response, 404, 'text/plain; charset=utf-8', `There is no ${file} in the console.\n`);
    else send(response, 200, type, this.contentOf(file), { 'content-security-policy': this.policy(request) });
  }

  private contentOf(file: string): Buffer {
    const known = this.contents.get(file);
    if (known !== undefined) return known;
    const content = readFileSync(new URL(`./page/${file}`, import.meta.url));
    this.contents.set(file, content);
    return content;
  }

  /** Nothing but what is from here, and the WebSocket server beside it. */
  private policy({ headers: { host = '' } }: IncomingMessage): string {
    const sockets = `ws://${host.replace(/:\d+$/, '')}:${this.dev.cloud.addresses.webSocketPort}`;
    return [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${sockets}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; ');
  }

  /** It has its script and its style within it, and so gets an origin of its own: from there the API is out of reach. */
  private picture(response: ServerResponse): void {
    this.dev.picture().then(
      (text) => {
        const policy = "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
        send(response, 200, TYPES['index.html'] as string, text, { 'content-security-policy': policy });
      },
      (error: unknown) => send(response, 500, 'text/plain; charset=utf-8', `${error instanceof Error ? error.message : error}\n`),
    );
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
  more: { readonly [name: string]: string } = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(content),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...more,
  });
  response.end(content);
}
