/**
 * `nimbusc dev` under load: the example rest-crud, and one WebSocket function more. Requests are due at fixed times, whatever
 * became of those before, and their latency counts from then: a server that stalls does not slow down who measures it.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { DevProcess } from './dev-process.js';
import { repositoryRoot } from './generate.js';
import { markdownTable } from './report.js';

const CONNECTIONS = 1_000;
const A_SECOND = 2_000;
const REQUESTS = 100_000;
/** Memory is compared with what it is after these: until then code is compiled and caches fill. */
const WARM = 20_000;
const BOOKS = 100;
const TICK_MS = 2;

const ECHO = `import { ClientBuilder, UsesServerlessFunctionWebSocketClient, type WebSocketEvent, WebSocketServerlessFunction } from 'nimbusc';
export class Echo {
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();
  @WebSocketServerlessFunction({ topic: 'echo' })
  @UsesServerlessFunctionWebSocketClient()
  async answer(message: { topic: 'echo'; text: string }, event: WebSocketEvent): Promise<void> {
    await this.sockets.sendToConnection(event.requestContext.connectionId, message.text);
  }
}
`;

export async function measureLoad(folder: string): Promise<string> {
  const project = join(folder, 'load');
  cpSync(join(repositoryRoot(), 'examples', 'rest-crud', 'src'), join(project, 'src'), { recursive: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'src', 'echo.ts'), ECHO);
  writeFileSync(join(project, 'nimbus.yml'), 'projectName: load\ndefaultStages: [dev]\n');
  const server = new DevProcess(project);
  try {
    const { http, webSocket } = await server.origins();
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    const before = server.memory;
    const sockets = await connect(webSocket as string);
    for (let book = 0; book < BOOKS; book++) await ask(agent, http, 'POST', '/function/books', newBook(book));
    const warm = await load(agent, http, WARM);
    const memoryWarm = server.memory;
    const main = await load(agent, http, REQUESTS);
    const memoryAfter = server.memory;
    const answered = await echoes(sockets);
    for (const socket of sockets) socket.close();
    agent.destroy();
    if (warm.failed + main.failed > 0) throw new Error(`${warm.failed + main.failed} requests were not answered with 200`);
    const mib = (value: number): string => `${Math.round(value)} MiB`;
    const ms = (value: number): string => `${value.toFixed(1)} ms`;
    return markdownTable(
      ['what', 'measured', 'aim'],
      [
        ['open WebSocket connections, all answering afterwards', answered, CONNECTIONS],
        ['requests a second', Math.round(main.aSecond), A_SECOND],
        ['median', ms(main.at(0.5)), ''],
        ['p99', ms(main.at(0.99)), '50 ms'],
        ['p99.9', ms(main.at(0.999)), ''],
        [
          `memory: at its start, after ${WARM}, after ${REQUESTS} more`,
          [before, memoryWarm, memoryAfter].map(mib).join(', '),
          'flat',
        ],
      ],
    );
  } finally {
    await server.end();
  }
}

interface Load {
  readonly aSecond: number;
  readonly failed: number;
  /** The latency in milliseconds that this part of the requests keeps. */
  at(part: number): number;
}

/** One in ten writes. */
async function load(agent: Agent, origin: string, count: number): Promise<Load> {
  const latencies = new Float64Array(count);
  let failed = 0;
  let sent = 0;
  let done = 0;
  const began = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - began) * A_SECOND) / 1000));
      for (; sent < due; sent++) {
        const number = sent;
        const at = began + (number * 1000) / A_SECOND;
        const isbn = isbnOf(number % BOOKS);
        const answer =
          number % 10 === 9
            ? ask(agent, origin, 'POST', '/function/books', newBook(BOOKS + (number % 5_000)))
            : ask(agent, origin, 'GET', `/function/books/${isbn}`);
        const end = (isGood: boolean): void => {
          latencies[number] = performance.now() - at;
          if (!isGood) failed++;
          if (++done === count) resolve();
        };
        // That there is such a book already is an answer, too.
        answer.then(
          (status) => end(status === 200 || status === 201 || status === 409),
          () => end(false),
        );
      }
      if (sent === count) clearInterval(timer);
    }, TICK_MS);
  });
  const seconds = (performance.now() - began) / 1000;
  latencies.sort();
  return { aSecond: count / seconds, failed, at: (part) => latencies[Math.floor(part * (count - 1))] as number };
}

function ask(agent: Agent, origin: string, method: string, path: string, body?: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(`${origin}${path}`, { agent, method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const isbnOf = (number: number): string => `978${String(number).padStart(10, '0')}`;

const newBook = (number: number): object => ({
  isbn: isbnOf(number),
  title: `Book ${number}`,
  authors: ['Ada Lovelace'],
  genre: 'science',
  published: '1843-09-01T00:00:00.000Z',
});

async function connect(url: string): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let opened = 0; opened < CONNECTIONS; opened += 50) {
    const some = Array.from({ length: 50 }, () => new WebSocket(url));
    await Promise.all(some.map((socket) => once(socket, 'open')));
    sockets.push(...some);
  }
  return sockets;
}

/** How many of the connections are answered. */
async function echoes(sockets: readonly WebSocket[]): Promise<number> {
  const answers = sockets.map(async (socket, at) => {
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ topic: 'echo', text: `hello ${at}` }));
    return String(await answer) === `hello ${at}`;
  });
  return (await Promise.all(answers)).filter(Boolean).length;
}

function once(socket: WebSocket, event: 'open' | 'message'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server has closed a connection')));
  });
}
