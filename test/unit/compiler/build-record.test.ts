import { expect } from 'chai';
import { type BuildRecord, madeByBuild, readRecord, writeRecord } from '../../../compiler/cache/build-record.js';
import { CacheFolder } from '../../../compiler/cache/cache-folder.js';
import { RecordingHost } from '../../../compiler/cache/recording-host.js';
import { contentHash } from '../../../compiler/hash.js';
import { MemoryHost } from './memory-host.js';

const PROJECT = '/home/somebody/project';
const OUT = `${PROJECT}/nimbus.out`;
const RECORD: BuildRecord = {
  diagnostics: [],
  out: 'nimbus.out',
  stages: [{ stage: 'dev', functions: [] }],
  lock: 'nimbus.lock.json',
};

/** A project that was built: what it read, bundled packages included, and what it wrote are on record. */
function built(): MemoryHost {
  const host = new MemoryHost({
    [`${PROJECT}/nimbus.yml`]: 'projectName: p',
    [`${PROJECT}/src/a.ts`]: 'a',
    [`${PROJECT}/node_modules/lib/index.js`]: 'lib',
  });
  const recording = new RecordingHost(host);
  recording.kind(`${PROJECT}/tsconfig.json`);
  recording.kind(`${PROJECT}/src`);
  recording.list(PROJECT);
  recording.list(`${PROJECT}/src`);
  // as a search for sources does that nobody keeps out of the output
  recording.list(`${OUT}/dev/uploads`);
  recording.readText(`${PROJECT}/nimbus.yml`);
  recording.readBytes(`${PROJECT}/src/a.ts`);
  recording.readText(`${PROJECT}/src/missing.ts`);
  recording.readBytes(`${PROJECT}/node_modules/lib/index.js`);
  host.put(`${OUT}/dev/cdk.tf.json`, 'terraform');
  host.put(`${OUT}/dev/nimbus.manifest.json`, 'manifest');
  const file = { path: 'cdk.tf.json', sha256: contentHash('terraform'), bytes: 9, content: () => 'terraform' };
  writeRecord(
    cache(host),
    'build.json',
    RECORD,
    recording.recorded(madeByBuild(PROJECT, OUT, RECORD.lock), OUT),
    [{ stage: 'dev', files: [file] }],
    host,
    OUT,
    PROJECT,
  );
  return host;
}

const cache = (host: MemoryHost): CacheFolder => new CacheFolder(host, `${PROJECT}/node_modules/.cache/nimbusc`, 'a'.repeat(64));
const read = (host: MemoryHost, project = PROJECT): BuildRecord | null =>
  readRecord(new CacheFolder(host, `${project}/node_modules/.cache/nimbusc`, 'a'.repeat(64)), 'build.json', host, project);

describe('the record of a build', () => {
  it('holds while nothing has changed', () => {
    expect(read(built())).to.deep.equal(RECORD);
  });

  it('is not there before the first build', () => {
    expect(read(new MemoryHost({ [`${PROJECT}/nimbus.yml`]: 'projectName: p' }))).to.equal(null);
  });

  const CHANGES: Readonly<Record<string, (host: MemoryHost) => void>> = {
    'a source file is edited': (host) => host.put(`${PROJECT}/src/a.ts`, 'b'),
    'a source file is removed': (host) => host.remove(`${PROJECT}/src/a.ts`),
    'a source file appears in a folder that was listed': (host) => host.put(`${PROJECT}/src/b.ts`, 'b'),
    'a folder appears in a folder that was listed': (host) => host.put(`${PROJECT}/lib/b.ts`, 'b'),
    'a file turns up where one was looked for in vain': (host) => host.put(`${PROJECT}/src/missing.ts`, ''),
    'a tsconfig turns up': (host) => host.put(`${PROJECT}/tsconfig.json`, '{}'),
    'the configuration is edited': (host) => host.put(`${PROJECT}/nimbus.yml`, 'projectName: q'),
    'a bundled package changes': (host) => host.put(`${PROJECT}/node_modules/lib/index.js`, 'lib 2'),
    'a bundled package is removed': (host) => host.remove(`${PROJECT}/node_modules/lib`),
    'an output file is edited': (host) => host.put(`${OUT}/dev/cdk.tf.json`, 'edited'),
    'an output file is removed': (host) => host.remove(`${OUT}/dev/cdk.tf.json`),
    'the manifest is edited': (host) => host.put(`${OUT}/dev/nimbus.manifest.json`, 'edited'),
    'the output is removed': (host) => host.remove(OUT),
    'a source folder becomes a file': (host) => {
      host.remove(`${PROJECT}/src`);
      host.put(`${PROJECT}/src`, '');
    },
  };
  for (const [what, change] of Object.entries(CHANGES)) {
    it(`does not hold when ${what}`, () => {
      const host = built();
      change(host);
      expect(read(host)).to.equal(null);
    });
  }

  it('holds when files are written again with what they had', () => {
    const host = built();
    host.put(`${PROJECT}/src/a.ts`, 'a');
    host.put(`${OUT}/dev/cdk.tf.json`, 'terraform');
    expect(read(host)).to.deep.equal(RECORD);
  });

  it('does not care about what others put into the output, and about other packages', () => {
    const host = built();
    host.put(`${OUT}/dev/terraform.tfstate`, 'state');
    host.put(`${PROJECT}/node_modules/other/index.js`, 'other');
    expect(read(host)).to.deep.equal(RECORD);
  });

  it('holds for the project in another folder, because it names no absolute path', () => {
    const host = built();
    const moved = new MemoryHost(
      Object.fromEntries(Object.entries(host.filesIn(PROJECT)).map(([path, text]) => [`/elsewhere/${path}`, text])),
    );
    expect(read(moved, '/elsewhere')).to.deep.equal(RECORD);
    expect(JSON.stringify(host.filesIn(PROJECT))).to.not.contain('somebody');
  });

  it('does not hold when its file is damaged', () => {
    const host = built();
    const [path, text] = Object.entries(host.filesIn(PROJECT)).find(([name]) => name.endsWith('/build.json')) as [string, string];
    host.put(`${PROJECT}/${path}`, text.replace('"dev"', '"qa"'));
    expect(read(host)).to.equal(null);
  });
});

describe('a host that records', () => {
  it('answers as the host behind it', () => {
    const host = new MemoryHost({ '/p/a': 'text' });
    const recording = new RecordingHost(host);
    recording.write('/p/b', 'new');
    recording.makeFolder('/p/c');
    recording.link('/p/b', '/p/c/b');
    recording.rename('/p/b', '/p/d');
    recording.remove('/p/a');
    expect(host.filesIn('/p')).to.deep.equal({ 'c/b': 'new', d: 'new' });
    expect([
      recording.readText('/p/d'),
      recording.kind('/p/c'),
      recording.readBytes('/p/a'),
      recording.list('/nowhere'),
    ]).to.deep.equal(['new', 'folder', null, null]);
    expect([recording.signature('/p/d'), recording.realPath('/p/d'), recording.processId]).to.deep.equal([
      host.signature('/p/d'),
      '/p/d',
      1,
    ]);
    host.alive.add(7);
    expect([recording.isProcessAlive(7), recording.isProcessAlive(8)]).to.deep.equal([true, false]);
  });

  it('keeps the first answer to each question, whatever changes later', () => {
    const host = new MemoryHost({ '/p/a': 'first' });
    const recording = new RecordingHost(host);
    recording.readText('/p/a');
    host.put('/p/a', 'second');
    recording.readText('/p/a');
    expect(recording.recorded(new Set(), OUT)).to.deep.equal([['read', '/p/a', contentHash('first')]]);
  });

  it('lists its questions in one order', () => {
    const files = { '/p/a': '1', '/p/b': '2' };
    const ask = (paths: readonly string[]) => {
      const recording = new RecordingHost(new MemoryHost(files));
      for (const path of paths) {
        recording.kind(path);
        recording.readText(path);
        recording.list('/p');
      }
      return recording.recorded(new Set(), OUT);
    };
    expect(ask(['/p/b', '/p/a'])).to.deep.equal(ask(['/p/a', '/p/b']));
  });
});
