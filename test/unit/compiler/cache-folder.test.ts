import { expect } from 'chai';
import { CacheFolder } from '../../../compiler/cache/cache-folder.js';
import { hashOf } from '../../../compiler/hash.js';
import { MemoryHost } from './memory-host.js';

const ROOT = '/project/node_modules/.cache/nimbusc';
const TOOL = 'a'.repeat(64);
const FILE = `${ROOT}/${'a'.repeat(16)}/facts.json`;
const VALUE = { list: [1, 'two', null], text: 'ünï\u2028\ud800', nested: { deep: true } };

function filled(): MemoryHost {
  const host = new MemoryHost();
  new CacheFolder(host, ROOT, TOOL).writeJson('facts.json', VALUE);
  return host;
}

describe('the cache folder', () => {
  it('gives back what was put there, to another process too', () => {
    expect(new CacheFolder(filled().again(2), ROOT, TOOL).readJson('facts.json')).to.deep.equal(VALUE);
  });

  it('knows nothing of what was never put there', () => {
    expect(new CacheFolder(filled(), ROOT, TOOL).readJson('other.json')).to.equal(undefined);
    expect(new CacheFolder(new MemoryHost(), ROOT, TOOL).readJson('facts.json')).to.equal(undefined);
  });

  it('takes no file that is cut short, at whatever place', () => {
    const host = filled();
    const whole = host.readBytes(FILE) as Uint8Array;
    for (let length = 0; length < whole.length; length++) {
      host.put(FILE, whole.slice(0, length));
      expect(new CacheFolder(host, ROOT, TOOL).readJson('facts.json'), `${length} of ${whole.length} bytes`).to.equal(undefined);
    }
  });

  it('takes no file with a changed byte, at whatever place', () => {
    const host = filled();
    const whole = host.readBytes(FILE) as Uint8Array;
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] as number) ^ 0x04;
      host.put(FILE, damaged);
      expect(new CacheFolder(host, ROOT, TOOL).readJson('facts.json'), `byte ${at}`).to.equal(undefined);
    }
  });

  for (const text of [
    '',
    '\n',
    '{}',
    `${hashOf('facts.json', '')}\n`,
    `${hashOf('facts.json', '{')}\n{`,
    'null\nnull',
    '\0'.repeat(100),
  ]) {
    it(`takes no file that reads ${JSON.stringify(text.slice(0, 12))}`, () => {
      const host = filled();
      host.put(FILE, text);
      expect(new CacheFolder(host, ROOT, TOOL).readJson('facts.json')).to.equal(undefined);
    });
  }

  it('takes no file that was written under another name', () => {
    const host = filled();
    host.put(FILE.replace('facts', 'other'), host.readBytes(FILE) as Uint8Array);
    expect(new CacheFolder(host, ROOT, TOOL).readJson('other.json')).to.equal(undefined);
  });

  it('is another one for every version of nimbusc, and removes those of others when it is first written to', () => {
    const host = filled();
    const other = new CacheFolder(host, ROOT, 'b'.repeat(64));
    expect(other.readJson('facts.json')).to.equal(undefined);
    expect(host.kind(FILE), 'reading removes nothing').to.equal('file');
    other.writeJson('facts.json', 1);
    expect(host.list(ROOT)?.map((e) => e.name)).to.deep.equal(['b'.repeat(16)]);
  });

  it('keeps the value of whoever wrote last when two processes write', () => {
    const host = filled();
    new CacheFolder(host.again(2), ROOT, TOOL).writeJson('facts.json', 'theirs');
    new CacheFolder(host, ROOT, TOOL).writeJson('facts.json', 'mine');
    expect(new CacheFolder(host, ROOT, TOOL).readJson('facts.json')).to.equal('mine');
  });

  it('is no error when it cannot be written', () => {
    const host = new MemoryHost({ '/project/node_modules': 'a file is in the way' });
    const folder = new CacheFolder(host, ROOT, TOOL);
    folder.writeJson('facts.json', VALUE);
    expect(folder.readJson('facts.json')).to.equal(undefined);
  });

  it('holds the old value or the new one after a process was killed while it wrote', () => {
    const seen = new Set<unknown>();
    for (let at = 0; at < 10; at++) {
      const host = filled();
      host.killAt = host.changes + at;
      new CacheFolder(host, ROOT, TOOL).writeJson('facts.json', 'new');
      seen.add(JSON.stringify(new CacheFolder(host.again(), ROOT, TOOL).readJson('facts.json')));
    }
    expect([...seen]).to.have.members([JSON.stringify(VALUE), '"new"']);
  });
});
