// The console of `nimbusc dev` in a browser, on a project of all the kinds that it has a view for.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect } from 'chai';
import type { Browser, Locator, Page } from 'playwright-core';
import { eventually } from '../support/dev-server.js';
import { type TempProject, tempProject } from '../support/temp-project.js';
import { browserOrSkip, launchBrowser } from './support/browser.js';
import { repositoryRoot } from './support/repository.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SOURCE = `import {
  Attribute, BasicServerlessFunction, ClientBuilder, DocumentStore, EnvironmentVariable, FileStorageBucket, type FileStorageEvent,
  FileStorageEventType, FileStorageServerlessFunction, HttpMethod, HttpServerlessFunction, Key, NotificationServerlessFunction,
  NotificationTopic, Queue, QueueServerlessFunction, UsesDocumentStore, UsesServerlessFunctionWebSocketClient,
  type WebSocketEvent, WebSocketServerlessFunction,
} from 'nimbusc';
@DocumentStore() export class Note { @Key() id = ''; @Attribute() text = ''; @Attribute() length = 0; }
@Queue({ id: 'letters', maxReceiveCount: 1 }) export class Letters {}
@NotificationTopic({ topicName: 'news' }) export class News {}
@FileStorageBucket({ bucketName: 'console-test' }) export class Papers {}
export class Letter { text = ''; }
export class Echo { text = ''; }
export class Notes {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'notes' }) @EnvironmentVariable({ key: 'GREETING', value: 'hello' })
  @UsesDocumentStore(Note)
  async add(note: Note): Promise<object> {
    console.log('adding <b>' + note.id + '</b>');
    note.length = note.text.length;
    await this.notes.put(note);
    return { added: note.id };
  }
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'broken' }) broken(): string {
    throw new TypeError('it never worked');
  }
  @BasicServerlessFunction({ cron: 'rate(1 day)' }) daily(): string {
    return 'done for today';
  }
  @BasicServerlessFunction() sulk(why: string): void {
    throw new RangeError(why);
  }
  @QueueServerlessFunction({ queue: Letters, batchSize: 1 }) @UsesDocumentStore(Note)
  async deliver(letter: Letter): Promise<void> {
    if (letter.text === 'poison') throw new Error('cannot be delivered');
    await this.notes.put(Object.assign(new Note(), { id: 'letter', text: letter.text }));
  }
  @NotificationServerlessFunction({ notificationTopic: News }) publish(letter: Letter): void {
    console.log('news: ' + letter.text);
  }
  @FileStorageServerlessFunction({ fileStorageBucket: Papers, eventType: FileStorageEventType.OBJECT_CREATED })
  filed({ key, size }: FileStorageEvent): void {
    console.log('filed ' + key + ', ' + size + ' bytes');
  }
  @WebSocketServerlessFunction({ topic: '$connect' }) enter(event: WebSocketEvent): void {
    if (event.queryStringParameters['name'] === undefined) throw new Error('who are you');
  }
  @WebSocketServerlessFunction({ topic: 'echo' }) @UsesServerlessFunctionWebSocketClient()
  async echo(message: Echo, event: WebSocketEvent): Promise<void> {
    await this.sockets.sendToConnection(event.requestContext.connectionId, 'echo: ' + message.text);
  }
}
declare const console: { log(text: string): void };
`;

describe('The console', function () {
  this.timeout('1m');
  let project: TempProject;
  let server: ChildProcess;
  let shown = '';
  let origin: string;
  let folder: string;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  before(async function () {
    browserOrSkip(this, 'THE CONSOLE IS');
    project = tempProject({ 'src/notes.ts': SOURCE, 'nimbus.yml': 'projectName: test\ndefaultStages: [dev]\n' });
    folder = mkdtempSync(path.join(tmpdir(), 'nimbusc-console-'));
    const cli = path.join(repositoryRoot, 'dist', 'bin', 'nimbusc.js');
    server = spawn(process.execPath, [cli, 'dev', '--project', project.dir, '--port', '0', '--ws-port', '0']);
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await eventually(() => /Ctrl-C ends it|error/.test(shown));
    const address = /console +(http:\/\/localhost:\d+)\/_nimbus/.exec(shown);
    if (address === null) throw new Error(shown);
    origin = address[1] as string;
    browser = await launchBrowser();
    page = await open({});
  });
  // Each begins at the start page, whatever the one before has left open.
  beforeEach(async () => {
    await page.goto('about:blank');
    await page.goto(`${origin}/_nimbus`);
  });
  after(async () => {
    await browser?.close();
    server?.kill('SIGKILL');
    if (folder !== undefined) rmSync(folder, { recursive: true });
    project?.remove();
  });

  async function open(options: Parameters<Browser['newPage']>[0]): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1200, height: 800 }, ...options });
    opened.setDefaultTimeout(10_000);
    opened.on('pageerror', (error) => problems.push(String(error)));
    opened.on('console', (message) => {
      // Of each refusal a browser tells, also where the page shows it.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) problems.push(message.text());
    });
    opened.on('request', (request) => {
      if (!request.url().startsWith(origin)) problems.push(`asked for ${request.url()}`);
    });
    await opened.goto(`${origin}/_nimbus`);
    return opened;
  }
  const go = async (...links: readonly string[]): Promise<void> => {
    for (const name of links) await page.getByRole('link', { name, exact: true }).click();
  };
  const section = (name: RegExp): Promise<void> => page.getByRole('navigation').getByRole('link', { name }).click();
  const panel = (title: string | RegExp): Locator =>
    page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title, exact: true, level: 2 }) });
  const row = (name: string): Locator => page.getByRole('row').filter({ hasText: name });

  it('invokes a function, and shows its result, its log and its permissions', async () => {
    await go('Notes.add');
    const invoke = panel('Invoke');
    await invoke.getByLabel('Body').fill('{"id": "one", "text": "by hand", "length": 0}');
    await invoke.getByRole('button', { name: 'Invoke' }).click();
    await invoke.getByText('"added": "one"').waitFor();
    expect(await invoke.getByText('Status').textContent()).to.equal('Status 200');
    await panel('Log').getByText('adding <b>one</b>').waitFor();
    expect(await panel('Permissions').textContent()).to.match(/document-store:Note.* put/);
    await panel('Last calls').getByText('POST /notes').waitFor();
    expect(await panel('Environment').textContent()).to.include('GREETING');
  });

  it('shows what a function throws, with the place in the source', async () => {
    await section(/^Functions/);
    await go('Notes.broken');
    await panel('Invoke').getByRole('button', { name: 'Invoke' }).click();
    await panel('Invoke').getByText('Status 500').waitFor();
    const line = SOURCE.split('\n').findIndex((text) => text.includes('it never worked')) + 1;
    expect(await panel('Invoke').getByRole('log').textContent()).to.match(
      new RegExp(`TypeError: it never worked.*src/notes\\.ts:${line}`),
    );
    await section(/^Functions/);
    await row('Notes.broken')
      .filter({ hasText: /11500 in [\d.]+ ms$/ })
      .waitFor();
  });

  it('shows what another kind of function throws', async () => {
    await go('Notes.sulk');
    await panel('Invoke').getByLabel('Parameter').fill('"wrong"');
    await panel('Invoke').getByRole('button', { name: 'Invoke' }).click();
    await panel('Invoke').locator('pre.failed').getByText('RangeError: wrong').waitFor();
    await section(/^Functions/);
    await row('Notes.sulk')
      .filter({ hasText: /11RangeError$/ })
      .waitFor();
  });

  it('runs a schedule before its time', async () => {
    await go('Notes.daily');
    await panel('Schedules').getByRole('button', { name: 'Run now' }).click();
    await panel('Last calls').getByText('the console').waitFor();
  });

  it('puts, edits and deletes items of a store', async () => {
    await section(/^Stores/);
    await go('Note');
    await page.getByRole('button', { name: 'New item' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Item').fill('{"text": "without a key"}');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('the item has no id, which is its key').waitFor();
    await dialog.getByLabel('Item').fill('{"id": "two", "text": "new <i>", "length": {"$number": "12345678901234567890"}}');
    await dialog.getByLabel('Item').press('Control+Enter');
    await row('new <i>').waitFor();
    await page.getByRole('button', { name: 'Edit two' }).click();
    await dialog.getByLabel('Item').fill('{"id": "two", "text": "edited"}');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row('edited').waitFor();
    await row('new <i>').waitFor({ state: 'detached' });
    await page.getByLabel('Search').fill('hand');
    await row('edited').waitFor({ state: 'detached' });
    await row('by hand').waitFor();
    await page.getByLabel('Search').fill('');
    await page.getByRole('button', { name: 'Delete two' }).click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await row('edited').waitFor();
    await eventually(async () => (await page.evaluate("document.activeElement.getAttribute('aria-label')")) === 'Delete two');
    await page.getByRole('button', { name: 'Delete two' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row('edited').waitFor({ state: 'detached' });
  });

  it('sends to a queue, and shows what was consumed and what was given up', async () => {
    await section(/^Queues/);
    await go('letters');
    await page.getByLabel('Message').fill('{"text": "delivered"}');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Sent once.').waitFor();
    await panel('Waiting (0)').waitFor();
    await section(/^Stores/);
    await go('Note');
    await row('delivered').waitFor();
  });

  it('notifies a topic', async () => {
    await section(/^Topics/);
    await go('news');
    await page.getByLabel('Message').fill('{"text": "good ones"}');
    await page.getByRole('button', { name: 'Notify' }).click();
    await panel('Published').getByText('good ones').waitFor();
    await section(/^Log/);
    await page.getByRole('log').getByText('news: good ones').waitFor();
  });

  it('uploads a file, whose function runs, and gives it back', async () => {
    await section(/^Buckets/);
    await go('console-test');
    writeFileSync(path.join(folder, 'paper & pen.txt'), 'twelve bytes');
    await page.getByLabel('Folder').fill('in/box');
    await page.getByLabel('Files, chosen').setInputFiles(path.join(folder, 'paper & pen.txt'));
    await row('in/box/paper & pen.txt').waitFor();
    expect(await row('in/box/paper & pen.txt').textContent()).to.match(/text\/plain.*12 B/);
    const [download] = await Promise.all([page.waitForEvent('download'), go('in/box/paper & pen.txt')]);
    expect(readFileSync(await download.path(), 'utf8')).to.equal('twelve bytes');
    await section(/^Log/);
    await page.getByRole('log').getByText('filed in/box/paper & pen.txt, 12 bytes').waitFor();
    await section(/^Buckets/);
    await go('console-test');
    await page.getByRole('button', { name: 'Delete in/box/paper & pen.txt' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The bucket is empty.').waitFor();
  });

  it('opens connections, and exchanges messages on them', async () => {
    await section(/^WebSockets/);
    await page.getByRole('button', { name: 'Connect' }).click();
    await panel(/^Connection 1: closed/).waitFor();
    expect(problems.splice(0).join()).to.match(/^WebSocket connection to /);
    await page.getByLabel('Query').fill('name=ada');
    await page.getByRole('button', { name: 'Connect' }).click();
    const client = panel(/^Connection 2: open/);
    await client.waitFor();
    await client.getByRole('textbox').fill('{"topic": "echo", "text": "anybody?"}');
    await client.getByRole('button', { name: 'Send' }).click();
    await client.getByText('echo: anybody?').waitFor();
    const open = panel('Open connections (1)');
    await open.getByRole('button', { name: /^Send to/ }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('"from the other side"');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await client.getByText('from the other side').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await section(/^Functions/);
    await section(/^WebSockets/);
    await client.getByText('echo: anybody?').waitFor();
    await open.getByRole('button', { name: /^Close/ }).click();
    await panel(/^Connection 2: closed/).waitFor();
    await panel('Open connections (0)').waitFor();
  });

  it('follows the graph from a route to its stores', async () => {
    await section(/^Graph/);
    await page.getByLabel('Search').fill('http-route:post');
    await go('POST /notes');
    expect(await panel('Leads to').textContent()).to.match(/starts Notes\.add function.*uses Note document store: .*put/);
    await panel('Leads to').getByRole('link', { name: 'Notes.add' }).click();
    await page.getByRole('heading', { name: 'Notes.add', level: 1 }).waitFor();
    await panel('Leads to').getByRole('link', { name: 'Note', exact: true }).click();
    await page.getByRole('heading', { name: 'Note', level: 1, exact: true }).waitFor();
    expect(await panel('Reached from').textContent()).to.match(/used by Notes\.add function/);
    await go('open it');
    await row('by hand').waitFor();
  });

  it('shows the graph as a picture, from where nothing leads to the API', async () => {
    const picture = await open({});
    await picture.goto(`${origin}/_nimbus/graph.html`);
    await picture.locator('[data-item="function:Notes.add"]').waitFor();
    const asked = await picture.evaluate("fetch('/_nimbus/api/state').then(String, () => 'refused')");
    expect(asked).to.equal('refused');
    await picture.close();
    problems.length = 0;
  });

  it('can be used by keys alone', async () => {
    const fresh = await open({});
    await fresh.getByRole('heading', { name: 'Functions', level: 1 }).waitFor();
    await fresh.keyboard.press('Tab');
    expect(await focused(fresh)).to.equal('Skip to the content');
    await fresh.keyboard.press('Enter');
    expect(await fresh.evaluate('document.activeElement.tagName')).to.equal('MAIN');
    await fresh.keyboard.press('Tab');
    await fresh.keyboard.type('notes.add');
    await fresh.keyboard.press('Tab');
    await fresh.keyboard.press('Tab');
    expect(await focused(fresh)).to.equal('Notes.add');
    await fresh.keyboard.press('Enter');
    await fresh.getByRole('heading', { name: 'Notes.add', level: 1 }).waitFor();
    await eventually(async () => (await focused(fresh)) === 'Notes.add');
    expect(await fresh.evaluate('document.activeElement.tagName')).to.equal('H1');
    await fresh.close();
  });

  const ALL = [
    '',
    '#/functions/Notes.add',
    '#/stores/document-store%3ANote',
    '#/queues/queue%3Aletters',
    '#/topics/notification-topic%3Anews',
    '#/buckets/file-storage-bucket%3APapers',
    '#/connections',
    '#/graph',
    '#/graph/function%3ANotes.add',
    '#/log',
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious fault for anybody, nor is it too wide for 360 pixels, when it is ${colorScheme}`, async () => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 700 }, bypassCSP: true });
      const small = await context.newPage();
      for (const hash of ALL) {
        await small.goto(`${origin}/_nimbus${hash}`);
        await small.getByRole('heading', { level: 1 }).waitFor();
        await small.waitForLoadState('networkidle').catch(() => {});
        const wider = await small.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(wider, hash).to.equal(0);
        await small.evaluate(AXE);
        const { violations } = (await small.evaluate('axe.run()')) as AxeResult;
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => [hash, id, nodes.map(({ html }) => html)])).to.deep.equal([]);
      }
      const brightness = async (of: string): Promise<number> =>
        Number(/\d+/.exec(await small.evaluate(`getComputedStyle(document.body).${of}`))?.[0]);
      expect((await brightness('backgroundColor')) > (await brightness('color'))).to.equal(colorScheme === 'light');
      await context.close();
    });
  }

  it('is small', () => {
    const files = ['index.html', 'page.js', 'page.css', 'icon.svg'];
    const at = path.join(repositoryRoot, 'dist', 'providers', 'local', 'console', 'page');
    expect(files.reduce((sum, name) => sum + statSync(path.join(at, name)).size, 0)).to.be.lessThan(150_000);
  });

  it('shows errors of the source, and that the server is gone', async () => {
    project.write({ 'src/notes.ts': SOURCE.replace("'rate(1 day)'", "'rate(1 dayish)'") });
    await page.getByText('The source has errors; the last version').waitFor();
    expect(await page.locator('details.build pre').textContent()).to.match(/NIM\d+[\s\S]*src\/notes\.ts/);
    project.write({ 'src/notes.ts': SOURCE });
    await page.getByText(/Compiled in \d+ ms/).waitFor();
    expect(problems).to.deep.equal([]);
    await go('Notes.add');
    await panel('Invoke').getByLabel('Body').fill('not sent yet');
    server.kill('SIGKILL');
    await page.getByText('Not connected').waitFor();
    await panel('Invoke').getByRole('button', { name: 'Invoke' }).click();
    await panel('Invoke').getByRole('alert').getByText('Failed to fetch').waitFor();
    expect(await panel('Invoke').getByLabel('Body').inputValue()).to.equal('not sent yet');
  });
});

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent');
