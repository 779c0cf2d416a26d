// The page that `nimbusc graph --format html` writes, in a browser: search, zoom, opening and closing groups, and the way from
// an edge to its line, by mouse and by keys.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { browserOrSkip, launchBrowser } from './support/browser.js';
import { Project } from './support/project.js';

describe('The page of a graph', function () {
  this.timeout('1m');
  let project: Project;
  let browser: Browser;
  let folder: string;
  let page: Page;
  const asked: string[] = [];
  const errors: string[] = [];

  before(async function () {
    browserOrSkip(this, 'THE PAGE OF A GRAPH IS');
    project = await Project.copy('examples/webchat');
    folder = mkdtempSync(path.join(tmpdir(), 'nimbusc-page-'));
    const made = await project.run([
      'graph',
      '--format',
      'html',
      '--stage',
      'dev',
      '--editor',
      'vscode://file/home/me/my project/{file}:{line}:{column}',
    ]);
    expect(made.status, made.stderr).to.equal(0);
    writeFileSync(path.join(folder, 'graph.html'), made.stdout);
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
  });
  beforeEach(async () => {
    await page.goto(`file://${path.join(folder, 'graph.html')}`);
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
    await project?.remove();
  });

  const scale = async (): Promise<number> => Number(await page.locator('#drawing').getAttribute('data-scale'));
  const row = (name: string): string => `[data-item="function:${name}"]`;

  it('finds functions by name and by route, also in groups that are closed', async () => {
    await page.click('#close-all');
    expect(await page.locator(row('UserDirectory.listUsers')).count()).to.equal(0);
    await page.keyboard.press('/');
    await page.keyboard.type('get /users');
    expect(await page.textContent('#found')).to.equal('1 match');
    await page.keyboard.press('Enter');
    expect(await page.locator(row('UserDirectory.listUsers')).count()).to.equal(1);
    expect(await page.textContent('#details h2')).to.equal('UserDirectory.listUsers');
    await page.keyboard.press('Escape');
    expect(await page.locator('#details').isHidden()).to.equal(true);
    expect(await page.locator('.faint').count()).to.equal(0);
  });

  it('zooms by button, key and wheel, and moves by pointer and key', async () => {
    const first = await scale();
    await page.click('#in');
    expect(await scale()).to.be.closeTo(first * 1.3, 0.01);
    await page.focus('#drawing');
    await page.keyboard.press('-');
    expect(await scale()).to.be.closeTo(first, 0.01);
    await page.mouse.move(600, 700);
    await page.mouse.wheel(0, -500);
    await page.waitForFunction(`Number(document.querySelector('#drawing').dataset.scale) > ${first * 2}`);
    const view = (): Promise<string | null> => page.getAttribute('#drawing', 'viewBox');
    const before = await view();
    await page.mouse.down();
    await page.mouse.move(500, 650, { steps: 4 });
    await page.mouse.up();
    expect(await view()).to.not.equal(before);
    expect(await page.locator('#details').isHidden()).to.equal(true);
    await page.keyboard.press('0');
    expect(await scale()).to.be.closeTo(first, 0.01);
    const fitted = await view();
    await page.keyboard.press('ArrowRight');
    expect(await view()).to.not.equal(fitted);
  });

  it('opens and closes groups, and groups in another way', async () => {
    const chat = '[data-box^="class:Chat"]';
    await page.click(`${chat} .fold`);
    expect(await page.locator(row('Chat.onMessage')).count()).to.equal(0);
    await page.focus(chat);
    await page.keyboard.press('c');
    expect(await page.locator(row('Chat.onMessage')).count()).to.equal(1);
    await page.selectOption('#group', 'folder');
    expect(await page.locator('.box.code').count()).to.equal(1);
    expect(await page.locator('[data-box="folder:src"] text').first().textContent()).to.equal('src');
  });

  it('leads from an edge to its lines, to copy or to open in an editor', async () => {
    const edge = page.locator('.link.uses[tabindex]', {
      has: page.locator('title', { hasText: /^UserDirectory scan UserDetail$/ }),
    });
    await edge.focus();
    await page.keyboard.press('Enter');
    expect(await page.textContent('#details h2')).to.equal('UserDirectory \u2192 UserDetail');
    const [place = ''] = await page.locator('#details code').allTextContents();
    expect(place).to.match(/^src\/user-directory\.ts:\d+$/);
    const [file = '', line = ''] = place.split(':');
    expect((await project.read(file)).split('\n')[Number(line) - 1]).to.match(/UsesDocumentStore|scan|listUsers/);
    expect(await page.locator('#details a').first().getAttribute('href')).to.match(
      /^vscode:\/\/file\/home\/me\/my project\/src\/user-directory\.ts:\d+:\d+$/,
    );
    await page.locator('#details button').first().click();
    await page.getByText('Copied').waitFor();
    expect(await page.locator('.link.marked').count()).to.be.greaterThan(0);
    expect(await page.locator(`${row('Registration.register')}.faint`).count()).to.equal(1);
  });

  it('is drawn for light and for dark, as the reader likes it', async () => {
    const paper = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const ink = (): Promise<string> => page.evaluate("getComputedStyle(document.querySelector('.box text')).fill");
    const light = [await paper(), await ink()];
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = [await paper(), await ink()];
    expect(dark).to.not.deep.equal(light);
    await page.click('#theme');
    expect([await paper(), await ink()]).to.deep.equal(light);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('asks for nothing but itself, and fails nowhere', () => {
    expect(asked.filter((url) => !url.startsWith('file://'))).to.deep.equal([]);
    expect(errors).to.deep.equal([]);
  });
});
