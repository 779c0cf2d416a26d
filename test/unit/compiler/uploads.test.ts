import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { nodeHost } from '../../../bin/node-host.js';
import { contentTypeOf } from '../../../compiler/kinds/content-type.js';
import type { Host } from '../../../compiler/options.js';
import { type TempProject, tempProject } from '../../support/temp-project.js';

const SOURCE = `
import { FileStorageBucket, FileUpload } from 'nimbusc';
@FileStorageBucket({ bucketName: 'pages', staticWebsite: true })
@FileUpload({ bucketName: 'pages', localPath: 'site', targetPath: '', substituteNimbusVariables: true })
export class Pages {}
`;
const TOOL = 'a'.repeat(64);
const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);

describe('uploads', () => {
  let project: TempProject;
  const output = (path: string): string => join(project.dir, 'nimbus.out', 'dev', path);

  beforeEach(() => {
    project = tempProject({ 'src/pages.ts': SOURCE, 'site/index.html': '<p>', 'site/img/a.png': BYTES });
  });
  afterEach(() => project.remove());

  it('stand in the output as they are, and in its manifest', async () => {
    await project.build();
    expect(readFileSync(output('uploads/site/img/a.png')).equals(BYTES)).to.equal(true);
    const { files } = JSON.parse(readFileSync(output('nimbus.manifest.json'), 'utf8')) as { files: { path: string }[] };
    expect(files.map(({ path }) => path)).to.include.members(['uploads/site/img/a.png', 'uploads/site/index.html']);
  });

  it('are inputs of the build: it has nothing to do until one changes, comes or goes', async () => {
    const changed = async (): Promise<boolean> => {
      const result = await project.build({ toolId: TOOL });
      expect(result.failed, JSON.stringify(result.diagnostics)).to.equal(false);
      return result.changed;
    };
    expect(await changed()).to.equal(true);
    expect(await changed()).to.equal(false);
    project.write({ 'site/index.html': '<b>' });
    expect(await changed()).to.equal(true);
    expect(readFileSync(output('uploads/site/index.html'), 'utf8')).to.equal('<b>');
    expect(await changed()).to.equal(false);
    project.write({ 'site/img/b.png': BYTES });
    expect(await changed()).to.equal(true);
    project.removeFile('site/img/a.png');
    expect(await changed()).to.equal(true);
    expect([existsSync(output('uploads/site/img/a.png')), existsSync(output('uploads/site/img/b.png'))]).to.deep.equal([
      false,
      true,
    ]);
    expect(await changed()).to.equal(false);
  });

  it('are refused when they cannot be read', async () => {
    const path = join(project.dir, 'site', 'img', 'a.png');
    const host: Host = { ...nodeHost, readBytes: (file) => (file === path ? null : nodeHost.readBytes(file)) };
    const { diagnostics } = await project.check({ host });
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['NIM6302']);
    expect(diagnostics[0]?.message).to.include('site/img/a.png');
  });

  it('are refused when a folder cannot be listed', async () => {
    const path = join(project.dir, 'site', 'img');
    const host: Host = { ...nodeHost, list: (folder) => (folder === path ? null : nodeHost.list(folder)) };
    const { diagnostics } = await project.check({ host });
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['NIM6302']);
  });

  it('are not written when they change while nimbusc works', async () => {
    const path = join(project.dir, 'site', 'index.html');
    let reads = 0;
    const host: Host = {
      ...nodeHost,
      readBytes: (file) => (file === path && ++reads > 1 ? Buffer.from('later') : nodeHost.readBytes(file)),
    };
    const { diagnostics, failed } = await project.build({ host });
    expect(failed).to.equal(true);
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['NIM5002']);
    expect(existsSync(output('uploads'))).to.equal(false);
  });
});

describe('the content type of a file', () => {
  for (const [paths, isText, type, binary] of [
    [['index.html'], true, 'text/html; charset=utf-8', false],
    [['A/B.HTML'], true, 'text/html; charset=utf-8', false],
    [['app.mjs'], true, 'text/javascript; charset=utf-8', false],
    [['logo.svg'], true, 'image/svg+xml; charset=utf-8', false],
    [['photo.jpeg'], true, 'image/jpeg', true],
    [['strange.html'], false, 'text/html; charset=utf-8', true],
    [['LICENSE'], true, 'text/plain; charset=utf-8', false],
    [['data.bin'], false, 'application/octet-stream', true],
    [['.htaccess'], true, 'text/plain; charset=utf-8', false],
    [['a.__proto__'], true, 'text/plain; charset=utf-8', false],
    [['latest', 'build/app.js'], true, 'text/javascript; charset=utf-8', false],
    [['style.css', 'style.txt'], true, 'text/css; charset=utf-8', false],
  ] as const) {
    it(`of ${paths.join(' from ')}, ${isText ? 'text' : 'no text'}, is ${type}`, () => {
      expect(contentTypeOf(paths, isText)).to.deep.equal({ type, binary });
    });
  }
});
