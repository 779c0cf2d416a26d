// The packed command as people run it: its start page, a change, and Ctrl-C.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { repositoryRoot } from '../e2e/support/repository.js';
import { eventually } from '../support/dev-server.js';
import { type TempProject, tempProject } from '../support/temp-project.js';

const source = (answer: string): string => `import { HttpMethod, HttpServerlessFunction } from 'nimbusc';
export class Greeter {
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'hello' }) hello(): object {
    console.log('greeting');
    return { answer: '${answer}' };
  }
}
declare const console: { log(text: string): void };
`;

const NOTES = `import { Attribute, ClientBuilder, DocumentStore, HttpMethod, HttpServerlessFunction, Key, UsesDocumentStore } from 'nimbusc';
@DocumentStore() export class Note { @Key() id = ''; @Attribute() text = ''; }
export class Notes {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  @HttpServerlessFunction({ method: HttpMethod.PUT, path: 'notes' }) @UsesDocumentStore(Note)
  put(note: Note): Promise<void> { return this.notes.put(note); }
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'notes' }) @UsesDocumentStore(Note)
  all(): Promise<Note[]> { return this.notes.getAll(); }
}
`;

describe('nimbusc dev', function () {
  this.timeout(60_000);
  let project: TempProject;
  let running: ChildProcess | null = null;
  let shown = '';
  beforeEach(() => {
    project = tempProject({ 'src/app.ts': source('one'), 'nimbus.yml': 'projectName: test\ndefaultStages: [dev]\n' });
  });
  afterEach(() => {
    running?.kill('SIGKILL');
    project.remove();
  });

  const start = (...flags: readonly string[]): Promise<number | null> => {
    const cli = join(repositoryRoot, 'dist', 'bin', 'nimbusc.js');
    shown = '';
    running = spawn(process.execPath, [cli, 'dev', '--project', project.dir, '--ws-port', '0', ...flags]);
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    return new Promise((resolve) => running?.once('exit', resolve));
  };

  it('serves the project, takes over what is saved, and ends at Ctrl-C', async () => {
    const ended = start('--port', '0');
    await eventually(() => shown.includes('Ctrl-C ends it'));
    expect(shown).to.match(/test, stage dev +nimbusc/);
    expect(shown).to.match(/Greeter\.hello +GET \/hello +10 s +\d+ MB/);
    const url = /http:\/\/localhost:\d+\/function/.exec(shown)?.[0].replace('localhost', '127.0.0.1');
    const get = async (): Promise<string> => (await fetch(`${url}/hello`)).text();
    expect(await get()).to.equal('{"answer":"one"}');
    await eventually(() => shown.includes('Greeter.hello: greeting'));
    project.write({ 'src/app.ts': source('two') });
    await eventually(() => /rebuilt in \d+ ms: Greeter\.hello/.test(shown));
    expect(await get()).to.equal('{"answer":"two"}');
    running?.kill('SIGINT');
    expect(await ended).to.equal(0);
    expect(shown).not.to.match(/interrupted|error/i);
  });

  it('keeps data in a folder, whatever ends it', async () => {
    project.write({ 'src/app.ts': NOTES });
    const data = join(project.dir, '.nimbus-data');
    const serve = async (): Promise<string> => {
      void start('--port', '0', '--data', data);
      await eventually(() => shown.includes('Ctrl-C ends it'));
      return `${/http:\/\/localhost:\d+\/function/.exec(shown)?.[0].replace('localhost', '127.0.0.1')}/notes`;
    };
    const put = await fetch(await serve(), { method: 'PUT', body: JSON.stringify({ id: 'a', text: 'kept' }) });
    expect(put.status).to.equal(200);
    const ended = new Promise((resolve) => running?.once('exit', resolve));
    running?.kill('SIGKILL');
    await ended;
    expect(await (await fetch(await serve())).json()).to.deep.equal([{ id: 'a', text: 'kept' }]);
  });

  it('is not rebuilt for what is stored or logged in the folder of the project', async () => {
    project.write({ 'src/app.ts': NOTES, 'dev.log': 'begun\n', 'src/words.json': '["one"]' });
    void start('--port', '0', '--data', join(project.dir, 'data'));
    await eventually(() => shown.includes('Ctrl-C ends it'));
    const url = `${/http:\/\/localhost:\d+\/function/.exec(shown)?.[0].replace('localhost', '127.0.0.1')}/notes`;
    for (const id of ['a', 'b', 'c']) {
      expect((await fetch(url, { method: 'PUT', body: JSON.stringify({ id, text: 'kept' }) })).status).to.equal(200);
      appendFileSync(join(project.dir, 'dev.log'), `${id}\n`);
      await setTimeout(100);
    }
    expect(shown).not.to.match(/rebuilt/);
    // What it is made of counts at once, whatever it is; so does a file that was not there.
    const times = (): number => shown.match(/rebuilt/g)?.length ?? 0;
    project.write({ 'src/app.ts': `import words from './words.json' with { type: 'json' };\nvoid words;\n${NOTES}` });
    await eventually(() => times() === 1);
    project.write({ 'src/words.json': '["two"]' });
    await eventually(() => times() === 2);
    project.write({ 'src/more.ts': source('new') });
    await eventually(() => times() === 3);
    await fetch(url);
    await setTimeout(100);
    expect(times()).to.equal(3);
  });

  it('says who wants a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await start('--port', String(port))).to.equal(3);
    other.close();
    expect(shown).to.equal(
      `nimbusc: the HTTP server of test, stage dev wants to listen on port ${port} of 127.0.0.1, where another program listens already: end it, or choose another one with --port\n`,
    );
  });

  it('refuses what is no port', async () => {
    expect(await start('--port', 'x')).to.equal(2);
    expect(shown).to.match(/--port is a number from 0 to 65535/);
  });
});
