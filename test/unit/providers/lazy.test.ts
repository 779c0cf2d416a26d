// CDKTF takes a fifth of a second to load, so it is loaded only to make what is in no cache.
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { emit, MemoryCache } from './emitted.js';
import { sample } from './stage-builder.js';

/** Runs an ES module in a process of its own and gives what it printed. */
function run(code: string, input = ''): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    input,
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
}

const LOADED = `
  import Module from 'node:module';
  const loaded = () => Object.keys(Module._cache).filter((path) => /cdktf|constructs/.test(path)).length;`;

describe('aws: loading', () => {
  it('the provider loads no CDKTF', () => {
    const index = JSON.stringify(new URL('../../../providers/aws/index.js', import.meta.url).href);
    expect(run(`${LOADED} await import(${index}); console.log(loaded());`)).to.equal('0\n');
  });

  it('neither does writing a module whose pieces are all known', async () => {
    const cache = new MemoryCache();
    const { text } = await emit(sample(), {}, { cache });
    const modules = ['./emitted.js', './stage-builder.js'].map((name) => JSON.stringify(new URL(name, import.meta.url).href));
    const code = `${LOADED}
      import { readFileSync } from 'node:fs';
      const { emit } = await import(${modules[0]});
      const { sample } = await import(${modules[1]});
      const cache = new Map(JSON.parse(readFileSync(0, 'utf8')));
      const { text } = await emit(sample(), {}, { cache });
      console.log(JSON.stringify({ loaded: loaded(), text }));`;
    const printed = JSON.parse(run(code, JSON.stringify([...cache.entries]))) as unknown;
    expect(printed).to.deep.equal({ loaded: 0, text });
  });
});
