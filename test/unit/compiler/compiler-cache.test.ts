import { expect } from 'chai';
import { CacheFolder } from '../../../compiler/cache/cache-folder.js';
import { openCache } from '../../../compiler/cache/compiler-cache.js';
import { NO_FACTS } from '../../../compiler/ir/facts.js';
import { MemoryHost } from './memory-host.js';

const folder = (host: MemoryHost): CacheFolder => new CacheFolder(host, '/project/node_modules/.cache/nimbusc', 'a'.repeat(64));

describe('the cache of the compiler', () => {
  it('gives the next run what this one has put there', () => {
    const host = new MemoryHost();
    const first = openCache(folder(host));
    first.facts.set('ts:1', NO_FACTS);
    first.fragments.set('f', 'fragment');
    first.outputs.remember('dev/a.zip', 'hash', 'signature');
    first.save();
    const next = openCache(folder(host.again(2)));
    expect([next.facts.get('ts:1'), next.facts.get('ts:2')]).to.deep.equal([NO_FACTS, undefined]);
    expect(next.fragments.get('f')).to.equal('fragment');
    expect(next.outputs.isIntact('dev/a.zip', 'hash', 'signature')).to.equal(true);
  });

  it('believes no file of the output that looks another way, or was to be another', () => {
    const { outputs } = openCache(null);
    outputs.remember('dev/a.zip', 'hash', 'signature');
    expect(outputs.isIntact('dev/a.zip', 'hash', 'changed')).to.equal(false);
    expect(outputs.isIntact('dev/a.zip', 'other', 'signature')).to.equal(false);
    expect(outputs.isIntact('dev/b.zip', 'hash', 'signature')).to.equal(false);
  });

  it('finds files of the output by their content', () => {
    const { outputs } = openCache(null);
    outputs.remember('dev/a.zip', 'one', 's1');
    outputs.remember('prod/a.zip', 'one', 's2');
    outputs.remember('dev/b.zip', 'two', 's3');
    expect(outputs.withHash('one').map((f) => f.path)).to.have.members(['dev/a.zip', 'prod/a.zip']);
    expect(outputs.withHash('three')).to.deep.equal([]);
  });

  it('without a folder remembers within a run only', () => {
    const cache = openCache(null);
    cache.fragments.set('f', 'fragment');
    expect(cache.fragments.get('f')).to.equal('fragment');
    cache.save();
    expect(openCache(null).fragments.get('f')).to.equal(undefined);
  });

  it('writes nothing when nothing was added', () => {
    const host = new MemoryHost();
    const first = openCache(folder(host));
    first.fragments.set('f', 'fragment');
    first.save();
    const before = host.changes;
    const next = openCache(folder(host));
    next.fragments.get('f');
    next.save();
    expect(host.changes).to.equal(before);
  });

  it('does not grow for ever: what no run asks for any more is forgotten', () => {
    const host = new MemoryHost();
    for (let run = 0; run < 50; run++) {
      const cache = openCache(folder(host));
      for (let i = 0; i < 100; i++) cache.fragments.set(`${run}-${i}`, 'x'.repeat(100));
      cache.save();
    }
    const size = Object.values(host.filesIn('/project')).reduce((sum, text) => sum + text.length, 0);
    expect(size).to.be.lessThan(100 * 120 * 5);
    expect(openCache(folder(host)).fragments.get('49-0'), 'the last run').to.be.a('string');
    expect(openCache(folder(host)).fragments.get('0-0'), 'the first run').to.equal(undefined);
  });
});
