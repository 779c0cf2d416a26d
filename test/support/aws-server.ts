/** What AWS's services do with what is sent to them, as far as it is handed on to somebody: one server for all of them. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AwsServer {
  readonly url: string;
  /** Bodies of messages to queues, in their order. */
  readonly queued: string[];
  readonly published: string[];
  /** Data that was posted to WebSocket connections. */
  readonly posted: Buffer[];
  /** Items of tables, by the JSON of their key. */
  readonly items: Map<string, object>;
  /** Answers an invocation of a function with a text. */
  invoke: (payload: string) => Promise<string>;
  close(): Promise<void>;
}

interface TableRequest {
  readonly Item?: Readonly<Record<string, object>>;
  readonly Key?: Readonly<Record<string, object>>;
}

/** @param key the column of the key of all tables */
export async function awsServer(key: string): Promise<AwsServer> {
  const [queued, published, posted, items] = [[] as string[], [] as string[], [] as Buffer[], new Map<string, object>()];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answer(request, Buffer.concat(chunks)).then(
        (body) => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
  });
  const answer = async ({ url = '', headers }: IncomingMessage, body: Buffer): Promise<string> => {
    const text = body.toString();
    if (url.includes('/functions/')) return started.invoke(text);
    if (url.includes('/@connections/')) {
      posted.push(body);
      return '';
    }
    const operation = String(headers['x-amz-target'] ?? '').split('.')[1];
    if (operation === undefined) {
      published.push(new URLSearchParams(text).get('Message') ?? '');
      return '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>';
    }
    const input = JSON.parse(text) as TableRequest & { MessageBody: string; Entries: { Id: string; MessageBody: string }[] };
    switch (operation) {
      case 'SendMessage':
        queued.push(input.MessageBody);
        return '{"MessageId":"m"}';
      case 'SendMessageBatch':
        queued.push(...input.Entries.map((entry) => entry.MessageBody));
        return JSON.stringify({ Successful: input.Entries.map(({ Id }) => ({ Id, MessageId: Id })), Failed: [] });
      case 'PutItem':
        items.set(JSON.stringify(input.Item?.[key]), input.Item as object);
        return '{}';
      case 'GetItem':
        return JSON.stringify({ Item: items.get(JSON.stringify(input.Key?.[key])) });
      default:
        throw new Error(`no ${operation}`);
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const started: AwsServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queued,
    published,
    posted,
    items,
    invoke: async () => 'null',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return started;
}
