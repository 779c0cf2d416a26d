import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { contentHash } from '../../../compiler/hash.js';
import type { Host } from '../../../compiler/options.js';
import { type Packed, pack, zip, zipProblem } from '../../../compiler/phases/6-bundle/zip.js';
import { tempProject } from '../../support/temp-project.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const archive = (files: Readonly<Record<string, string>>): Uint8Array =>
  zip(Object.entries(files).map(([name, text]) => ({ name, packed: pack(bytes(text)) })));

describe('a zip', () => {
  it('has the same bytes for ever', () => {
    const made = archive({ 'index.mjs': 'export const handler = () => {};\n'.repeat(20), 'node_modules/a/é.js': '' });
    expect([made.length, contentHash(made)]).to.deep.equal([
      275,
      '93b95cd6a25ed31e95012ee41135cca46f040f7de9a1f1497398e6ff7c73d28a',
    ]);
  });

  it('is the same in whichever order its files come', () => {
    const files = { 'b.js': 'b', 'a.js': 'a', 'a/b.js': 'ab', Z: 'z' };
    const turned = Object.fromEntries(Object.entries(files).reverse());
    expect(archive(turned)).to.deep.equal(archive(files));
    expect(Object.keys(unzipSync(archive(files)))).to.deep.equal(['Z', 'a.js', 'a/b.js', 'b.js']);
  });

  it('is another when a name or a content is another', () => {
    const made = [archive({ a: 'x' }), archive({ a: 'y' }), archive({ b: 'x' }), archive({ a: 'x', b: '' })];
    expect(new Set(made.map(contentHash)).size).to.equal(4);
  });

  it('does not depend on when data was packed, or on how much was packed before', () => {
    const before = pack(bytes('the same'));
    for (let i = 0; i < 50; i++) pack(bytes('x'.repeat(i * 1000)));
    expect(pack(bytes('the same'))).to.deep.equal(before);
  });

  it('without files is a valid, empty archive', () => {
    expect(archive({}).length).to.equal(22);
    expect(unzipSync(archive({}))).to.deep.equal({});
  });

  it('carries the earliest date there is, Unix modes, and no extra fields', () => {
    const made = archive({ 'a.js': 'x' });
    const view = new DataView(made.buffer, made.byteOffset);
    const directory = made.length - 22 - (46 + 'a.js'.length);
    expect(view.getUint32(directory, true)).to.equal(0x02014b50);
    expect(view.getUint8(directory + 5), 'made by Unix').to.equal(3);
    expect([view.getUint16(directory + 12, true), view.getUint16(directory + 14, true)], 'time and date').to.deep.equal([
      0, 0x21,
    ]);
    expect([view.getUint16(directory + 30, true), view.getUint16(directory + 32, true)], 'extra field and comment').to.deep.equal(
      [0, 0],
    );
    expect((view.getUint32(directory + 38, true) >>> 16).toString(8)).to.equal('100644');
  });
});

describe('what does not fit into a zip', () => {
  const empty = pack(new Uint8Array());
  /** A file that nobody has to have, of any size. */
  const sized = (size: number, packedSize: number): Packed => ({
    ...empty,
    size,
    data: { length: packedSize } as unknown as Uint8Array,
  });
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `f${i}`, packed: empty }));

  it('is told by the number of files: 65,535 fit, and one more does not', () => {
    const files = many(65_535);
    expect(zipProblem(files)).to.equal(null);
    expect(Object.keys(unzipSync(zip(files))).length).to.equal(65_535);
    expect(zipProblem(many(65_536))).to.equal('would hold 65536 files, and a zip holds 65535');
    expect(() => zip(many(65_536))).to.throw(RangeError, '65536 files');
  });

  it('is told by the bytes of a file, of its name, and of all files with their records', () => {
    const LIMIT = 2 ** 32 - 1;
    expect(zipProblem([{ name: 'a', packed: sized(LIMIT, 1) }])).to.equal(null);
    expect(zipProblem([{ name: 'a', packed: sized(LIMIT + 1, 1) }])).to.contain('would hold a with 4294967296 bytes');
    const records = 30 + 46 + 2 * 'a'.length;
    expect(zipProblem([{ name: 'a', packed: sized(1, LIMIT - records) }])).to.equal(null);
    expect(zipProblem([{ name: 'a', packed: sized(1, LIMIT - records + 1) }])).to.contain('would have 4294967296 bytes');
    expect(zipProblem([{ name: 'é'.repeat(32_767), packed: empty }])).to.equal(null);
    expect(zipProblem([{ name: 'é'.repeat(32_768), packed: empty }])).to.contain('a name of 65536 bytes');
  });

  it('is reported where the function is, and nothing is written', async function () {
    this.timeout(60_000);
    const project = tempProject({
      'src/icons.ts': `
        import { AfterDeployment, ForceDependency } from 'nimbusc';
        export class Icons {
          @AfterDeployment()
          @ForceDependency('icons')
          get(): void {}
        }`,
      'node_modules/icons/package.json': '{ "name": "icons", "version": "1.0.0" }',
    });
    try {
      const { host } = project.options();
      const folder = `${project.dir}/node_modules/icons`;
      const icon = new RegExp(`^${folder}/i\\d+$`);
      const entries = Array.from({ length: 65_535 }, (_, i) => ({ name: `i${i}`, kind: 'file' as const }));
      const huge = Object.assign(Object.create(host) as Host, {
        list: (path: string) => (path === folder ? [...entries, ...(host.list(path) ?? [])] : host.list(path)),
        readBytes: (path: string) => (icon.test(path) ? new Uint8Array() : host.readBytes(path)),
        kind: (path: string) => (icon.test(path) ? 'file' : host.kind(path)),
      });
      const { diagnostics } = await project.build({ host: huge });
      expect(diagnostics.map(({ code, primary }) => [code, primary?.span.file])).to.deep.equal([['NIM4005', 'src/icons.ts']]);
      // index.mjs and package.json come on top
      expect(diagnostics[0]?.message).to.contain('Icons.get').and.contain('65537 files');
      expect(host.kind(`${project.dir}/nimbus.out`)).to.equal(null);
    } finally {
      project.remove();
    }
  });
});
