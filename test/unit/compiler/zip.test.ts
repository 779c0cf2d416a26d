import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { contentHash } from '../../../compiler/hash.js';
import { pack, zip } from '../../../compiler/phases/6-bundle/zip.js';

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
