// Each example, as `nimbusc dev` serves it.
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ConsoleState, StorePage } from '../../../../providers/local/console/api.js';
import { repositoryRoot } from '../../../e2e/support/repository.js';
import { devServer, eventually, type TestDevServer } from '../../../support/dev-server.js';
import { openSocket, textsOf } from '../../../support/sockets.js';

describe('the dev server serves the example', function () {
  this.timeout(60_000);
  let outer: string;
  let dev: TestDevServer;

  const start = async (name: string, environment: Record<string, string> = {}): Promise<void> => {
    outer = realpathSync(mkdtempSync(join(tmpdir(), 'nimbusc-test-')));
    const dir = join(outer, name);
    const source = join(repositoryRoot, 'examples', name);
    cpSync(source, dir, { recursive: true, filter: (file) => !/node_modules|nimbus\.out/.test(file.slice(source.length)) });
    symlinkSync(join(repositoryRoot, 'node_modules'), join(outer, 'node_modules'));
    dev = await devServer(dir, { environment });
    expect(dev.server.build.diagnostics).to.equal('');
  };
  afterEach(async () => {
    await dev.server.close();
    rmSync(outer, { recursive: true, force: true });
  });
  const call = async (path: string, options?: RequestInit): Promise<[number, unknown]> => {
    const response = await fetch(`${dev.origin}/function/${path}`, options);
    const text = await response.text();
    return [response.status, text === '' ? '' : JSON.parse(text)];
  };
  const json = (method: string, body: unknown, headers = {}): RequestInit => ({ method, body: JSON.stringify(body), headers });

  it('rest-crud', async () => {
    await start('rest-crud');
    const book = {
      isbn: '9780141439518',
      title: 'Pride',
      authors: ['Austen'],
      genre: 'fiction',
      published: '1813-01-28T00:00:00.000Z',
    };
    const [status, made] = await call('books', json('POST', book));
    expect(status, JSON.stringify(made)).to.equal(201);
    expect(await call('books', json('POST', book))).to.deep.equal([409, { message: 'there is such a book already' }]);
    expect((await call('books?genre=fiction'))[1]).to.have.length(1);
    expect((await call('books', json('POST', { isbn: 1 })))[0]).to.equal(400);
    expect((await call('books/9780141439518', { method: 'DELETE' }))[0]).to.equal(200);
    expect((await call('books/9780141439518'))[0]).to.equal(404);
  });

  it('order-pipeline', async () => {
    await start('order-pipeline');
    const id = '00000000-0000-4000-8000-000000000001';
    expect((await call('orders', json('POST', { id, article: 'cup', amount: 3 })))[0]).to.equal(202);
    await eventually(async () => JSON.stringify((await call('sales'))[1]) === '{"cup":{"sold":3}}');
    const stock = await dev.api<StorePage>(`stores/${encodeURIComponent('document-store:StockItem')}/items?search=cup`);
    expect(stock.entries.map(({ item }) => item)).to.deep.equal([{ article: 'cup', available: 7 }]);
  });

  it('webchat', async () => {
    await start('webchat');
    const { urls } = await dev.api<ConsoleState>('state');
    expect(JSON.stringify((await call('users'))[1])).to.match(/"thomas"/);
    const page = await (await fetch((urls.websites[0]?.url ?? '').replace('localhost', '127.0.0.1'))).text();
    expect(page).to.match(/^<!doctype html>/i);
    const sockets = urls.webSocket ?? '';
    const [bob, thomas] = [await openSocket(`${sockets}?user=bob`), await openSocket(`${sockets}?user=thomas`)];
    bob?.send('{"topic":"sendMessage","recipient":"thomas","message":"Hello"}');
    expect(await textsOf(thomas!, 1)).to.deep.equal(['{"message":"Hello","sender":"bob"}']);
    const refused = await openSocket(`${sockets}?user=eve`).then(
      () => 'open',
      () => 'refused',
    );
    expect(refused).to.equal('refused');
  });

  it('image-inbox', async () => {
    await start('image-inbox');
    const { buckets, functions } = await dev.api<ConsoleState>('state');
    const inbox = buckets[0];
    const watching = functions.find(({ trigger }) => trigger === 'file-storage-bucket');
    const png = new Uint8Array([
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 2, 0, 0, 0, 3, 8, 6, 0, 0, 0,
    ]);
    const file = `buckets/${encodeURIComponent(inbox?.id ?? '')}/files/${encodeURIComponent('incoming/a.png')}`;
    await dev.api(file, { method: 'PUT', body: png, headers: { 'content-type': 'image/png' } });
    await eventually(() => dev.server.records.of(watching?.name ?? '').recent.some(({ milliseconds }) => milliseconds !== null));
    expect(dev.server.records.of(watching?.name ?? '').recent[0]?.error).to.equal(null);
  });

  it('team-directory', async () => {
    await start('team-directory', { NIMBUS_SECRET_TEAM_DIRECTORY_INVITATIONS: '{"editors":"welcome","readers":"look"}' });
    const member = { email: 'ada@example.com', name: 'Ada', team: 'kitchen' };
    expect((await call('members', json('POST', member)))[0]).to.equal(401);
    expect((await call('members', json('POST', member, { 'x-invitation': 'wrong' })))[0]).to.equal(403);
    const [status, answer] = await call('members', json('POST', member, { 'x-invitation': 'welcome' }));
    expect(status, JSON.stringify([answer, dev.lines()])).to.be.lessThan(300);
    const [, all] = await call('members?team=kitchen', { headers: { 'x-invitation': 'look' } });
    expect(JSON.stringify(all)).to.contain('ada@example.com');
  });
});
