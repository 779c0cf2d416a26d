import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { LocalNimbusDeployment } from '../../../providers/local/index.js';
import { type LocalTestProject, localProject, quietly } from '../../support/local-project.js';
import { openSocket, textsOf } from '../../support/sockets.js';

const FREE = { httpPort: 0, webSocketPort: 0 };

const source = `
import {
  ClientBuilder, FileStorageBucket, FileUpload, HttpEvent, HttpMethod, HttpResponse, HttpServerlessFunction,
  UsesServerlessFunctionWebSocketClient, type WebSocketEvent, WebSocketServerlessFunction,
} from 'nimbusc';

@FileStorageBucket({ bucketName: 'site', staticWebsite: true, errorFile: 'lost.html', allowedCorsOrigins: ['https://a.example'] })
@FileUpload({ bucketName: 'site', localPath: 'web', targetPath: '', substituteNimbusVariables: true })
export class Site {}

@FileStorageBucket({ bucketName: 'private' })
export class Private {}

export class Echo {
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'echo/{name}', allowedCorsOrigin: 'https://a.example' })
  echo(event: HttpEvent): HttpResponse {
    const { pathParameters, queryStringParameters, headers, cookies, body, isBase64Encoded } = event as never as Record<string, any>;
    return new HttpResponse()
      .withStatusCode(201)
      .withJsonBody({ pathParameters, queryStringParameters, many: headers['x-many'], cookies, body, isBase64Encoded });
  }
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'bytes' })
  bytes(): HttpResponse {
    return new HttpResponse()
      .withBody(new Uint8Array([0, 255, 1]))
      .withHeaders({ 'content-type': 'image/png' })
      .withCookies('a=1; Path=/', 'b=2');
  }
}

export class Chat {
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();
  @WebSocketServerlessFunction({ topic: '$connect' })
  connect(event: WebSocketEvent): void {
    if (event.queryStringParameters['user'] === 'eve') throw new Error('not her');
  }
  @WebSocketServerlessFunction({ topic: 'say' }) @UsesServerlessFunctionWebSocketClient()
  async say(message: { topic: 'say'; text: string }, event: WebSocketEvent): Promise<void> {
    const { connectionId } = event.requestContext;
    if (message.text === 'go') return this.sockets.disconnect(connectionId);
    await this.sockets.sendToConnectionConvertToJson(connectionId, { heard: message.text });
  }
}
`;

const files = {
  'src/app.ts': source,
  'web/index.html': '<p>${NIMBUS_REST_API_URL} ${NIMBUS_WEBSOCKET_API_URL} ${SITE_URL} ${other}</p>',
  'web/lost.html': 'lost',
  'web/docs/index.html': 'docs',
  'web/a b.txt': 'spaced',
  'nimbus.yml': 'projectName: test\ndefaultStages: [dev]\ndiagnostics:\n  NIM1502: off\n',
};

describe('the servers of a local deployment', function () {
  this.timeout(60_000);
  let local: LocalTestProject;
  let functions: string;
  let site: string;
  let sockets: string;
  before(async () => {
    local = await localProject(files, FREE);
    const urls = await local.deployment.startAllServersAsync();
    functions = urls.functions;
    site = urls.websites['site'] as string;
    sockets = urls.webSocket;
  });
  after(() => local.remove());

  it('hand requests to functions as API Gateway does', async () => {
    const { status, headers, body } = await raw(`${functions}/echo/a%20b?x=1&x=2&y=%C3%BC`, {
      method: 'POST',
      headers: { 'x-many': ['1', '2'], cookie: 's=1; t=2', 'content-type': 'text/plain', origin: 'https://a.example' },
      body: 'hällo',
    });
    expect(status).to.equal(201);
    expect(headers['access-control-allow-origin']).to.equal('https://a.example');
    expect(JSON.parse(body.toString())).to.deep.equal({
      pathParameters: { name: 'a b' },
      queryStringParameters: { x: '1,2', y: 'ü' },
      many: '1,2',
      cookies: { s: '1', t: '2' },
      body: 'hällo',
      isBase64Encoded: false,
    });
  });

  it('hand bytes over as base64, and give bytes and cookies', async () => {
    const { body } = await raw(`${functions}/echo/x`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([0, 200]),
    });
    expect(JSON.parse(body.toString())).to.include({ body: 'AMg=', isBase64Encoded: true });
    const bytes = await raw(`${functions}/bytes`);
    expect([...bytes.body]).to.deep.equal([0, 255, 1]);
    expect(bytes.headers['content-type']).to.equal('image/png');
    expect(bytes.headers['set-cookie']).to.deep.equal(['a=1; Path=/', 'b=2']);
  });

  it('answer preflights', async () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' };
    const answer = await raw(`${functions}/echo/x`, { method: 'OPTIONS', headers });
    expect(answer.headers['access-control-allow-origin']).to.equal('https://a.example');
  });

  it('refuse what is too long, and what there is not', async () => {
    const long = await raw(`${functions}/echo/x`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(long.status).to.equal(413);
    expect((await raw(`${functions}/nothing`)).status).to.equal(404);
    expect((await raw(new URL('/else', functions).href)).status).to.equal(404);
  });

  it('give the files of websites, with the addresses of the servers in them', async () => {
    const index = await raw(`${site}/`);
    expect(index.body.toString()).to.equal(`<p>${functions} ${sockets} ${site} \${other}</p>`);
    expect(index.headers['content-type']).to.match(/^text\/html/);
    expect((await raw(`${site}/a%20b.txt`)).body.toString()).to.equal('spaced');
    expect((await raw(`${site}/docs/`)).body.toString()).to.equal('docs');
    const folder = await raw(`${site}/docs`);
    expect([folder.status, folder.headers.location]).to.deep.equal([302, '/SITE/docs/']);
    const lost = await raw(`${site}/none`);
    expect([lost.status, lost.body.toString()]).to.deep.equal([404, 'lost']);
    expect((await raw(`${site}/docs`, { method: 'POST' })).status).to.equal(405);
  });

  it('tell the allowed origins of a website, and no others', async () => {
    const of = async (origin: string) => (await raw(`${site}/`, { headers: { origin } })).headers['access-control-allow-origin'];
    expect(await of('https://a.example')).to.equal('https://a.example');
    expect(await of('https://b.example')).to.equal(undefined);
  });

  it('give nothing of buckets that are no websites, and lead out of none', async () => {
    await local.deployment.getLocalFileStorage('private').saveFile('secret.txt', 'secret');
    for (const path of ['/PRIVATE/secret.txt', '/SITE/../PRIVATE/secret.txt', '/SITE/..%2fPRIVATE/secret.txt', '/SITE/%2e%2e/x'])
      expect((await raw(new URL(site).origin, { path })).status, path).to.equal(404);
    expect((await raw(new URL(site).origin, { path: '/SITE/%ff' })).status).to.equal(400);
  });

  it('connect WebSockets, or refuse to', async () => {
    const socket = await openSocket(`${sockets}?user=ada`);
    socket.send(JSON.stringify({ topic: 'say', text: 'hello' }));
    expect(await textsOf(socket, 1)).to.deep.equal(['{"heard":"hello"}']);
    socket.send('{"topic":"none"}');
    const [answer] = await textsOf(socket, 1);
    expect(JSON.parse(answer as string)).to.include({ message: 'Forbidden' });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(JSON.stringify({ topic: 'say', text: 'go' }));
    expect(await closed).to.equal(1000);
    await quietly(async () => {
      const refused = await openSocket(`${sockets}?user=eve`).then(
        () => 'open',
        (error: Error) => error.message,
      );
      expect(refused).to.match(/50\d|403/);
    });
  });

  it('close connections that send too much', async () => {
    const socket = await openSocket(`${sockets}?user=ada`);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(128 * 1024 + 1));
    expect(await closed).to.equal(1009);
  });
});

describe('starting and stopping servers', function () {
  this.timeout(60_000);
  let local: LocalTestProject;
  before(async () => {
    local = await localProject(files, FREE);
  });
  after(() => local.remove());

  it('starts what is asked for alone', async () => {
    const { deployment } = local;
    const site = await deployment.startFileBucketHttpServer('site');
    expect((await raw(`${site}/lost.html`)).status).to.equal(200);
    expect((await raw(`${deployment.urls.functions}/bytes`)).status).to.equal(404);
    const functions = await deployment.startServerlessFunctionWebserver();
    expect((await raw(`${functions}/bytes`)).status).to.equal(200);
    const sockets = await deployment.startWebSocketServer();
    (await openSocket(sockets)).terminate();
    await deployment.stopAllServers();
    expect(await failureOf(raw(`${site}/lost.html`))).to.match(/ECONNREFUSED/);
    expect(await failureOf(deployment.startFileBucketHttpServer('private'))).to.match(/private is no website/);
  });

  it('serves until it is stopped', async () => {
    let done = false;
    const serving = local.deployment.startAllServers().then(() => {
      done = true;
    });
    await local.deployment.startAllServersAsync();
    expect((await raw(`${local.deployment.urls.functions}/bytes`)).status).to.equal(200);
    expect(done).to.equal(false);
    await local.deployment.stopAllServers();
    await serving;
  });

  it('binds to loopback, and says who wanted a port that is taken', async () => {
    const other = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    const { port } = other.address() as AddressInfo;
    const deployment = await LocalNimbusDeployment.getNewInstance({ project: local.project.dir, ...FREE, httpPort: port });
    try {
      expect(await failureOf(deployment.startAllServersAsync())).to.equal(
        `the HTTP server of test, stage dev wants to listen on port ${port} of 127.0.0.1, where another program listens already: end it, or give another httpPort`,
      );
      // The other server was not left behind.
      expect(await failureOf(openSocket(deployment.urls.webSocket))).to.match(/ECONNREFUSED/);
    } finally {
      deployment.close();
      other.close();
    }
  });
});

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: NodeJS.ErrnoException) => error.message || String(error.code),
  );

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** As `fetch`, but for what it does on its own. */
function raw(
  url: string,
  {
    body,
    ...options
  }: { method?: string; path?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url.replace('localhost', '127.0.0.1'), { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
