import { expect } from 'chai';
import { buildCatalogue } from '../../../compiler/diagnostics/catalogue.js';
import { coreTables } from '../../../compiler/diagnostics/core-codes.js';
import { createSink } from '../../../compiler/diagnostics/sink.js';
import { contentHash } from '../../../compiler/hash.js';
import {
  MANIFEST,
  type OutputMemory,
  type OutputTurn,
  outputTurn,
  type StageOutput,
  writeOutput,
} from '../../../compiler/phases/7-emit/write-output.js';
import { asProcess, Killed, MemoryHost } from './memory-host.js';

type Files = Readonly<Record<string, string>>;
type Stages = Readonly<Record<string, Files>>;

const OUT = '/project/nimbus.out';
const NO_MEMORY: OutputMemory = { isIntact: () => false, remember: () => {}, withHash: () => [] };

/** What persons, Terraform and other programs put there. */
const FOREIGN: Files = {
  'dev/terraform.tfstate': 'state',
  'dev/.terraform/providers/aws': 'provider',
  'dev/artifacts/notes.txt': 'notes',
  'dev/artifacts/more/deep.txt': 'deep',
  'dev/old-folder/theirs.txt': 'theirs',
  'README.md': 'about',
};

const BEFORE: Stages = {
  dev: {
    'artifacts/A-run.zip': 'a',
    'artifacts/B-run.zip': 'b',
    'cdk.tf.json': 'terraform 1',
    'graph.json': 'graph',
    'old-folder/file.txt': 'old',
    'openapi.json': 'api',
  },
  prod: { 'artifacts/A-run.zip': 'a', 'cdk.tf.json': 'terraform prod 1' },
};

/** Of each sort of change one: kept, changed, new and gone, as a file and as a folder. */
const AFTER: Stages = {
  dev: {
    'artifacts/A-run.zip': 'a',
    'artifacts/C-run.zip': 'c',
    'cdk.tf.json': 'terraform 2',
    'graph.json': 'graph',
    'uploads/site/index.html': 'page',
  },
  prod: { 'artifacts/A-run.zip': 'a 2', 'cdk.tf.json': 'terraform prod 2' },
};

function outputs(stages: Stages): StageOutput[] {
  return Object.entries(stages).map(([stage, files]) => ({
    stage,
    files: Object.entries(files).map(([path, text]) => ({
      path,
      sha256: contentHash(text),
      bytes: text.length,
      content: () => text,
    })),
  }));
}

function write(host: MemoryHost, stages: Stages, memory: OutputMemory = NO_MEMORY): string[] {
  const sink = createSink(buildCatalogue(coreTables));
  writeOutput(host, OUT, 'nimbus.out', outputs(stages), '1.0.0', memory, sink);
  return sink.finish().map((d) => `${d.code} ${d.message}`);
}

/** Everything in the output folder but manifests, which are looked at separately. */
function contents(host: MemoryHost): Files {
  return Object.fromEntries(Object.entries(host.filesIn(OUT)).filter(([path]) => !path.endsWith(MANIFEST)));
}

function flat(stages: Stages, foreign: Files = FOREIGN): Files {
  const ours = Object.entries(stages).flatMap(([stage, files]) =>
    Object.entries(files).map(([path, text]) => [`${stage}/${path}`, text] as const),
  );
  return Object.fromEntries([...ours, ...Object.entries(foreign)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The manifests must list exactly the files of the build they belong to, or a later build would leave or remove wrong ones. */
function manifestsMatch(host: MemoryHost, stages: Stages): boolean {
  return Object.entries(stages).every(([stage, files]) => {
    const manifest = JSON.parse(host.readText(`${OUT}/${stage}/${MANIFEST}`) ?? '{}') as {
      files?: { path: string; sha256: string }[];
    };
    const listed = (manifest.files ?? []).map((f) => `${f.path} ${f.sha256}`);
    return (
      listed.join() ===
      Object.entries(files)
        .map(([path, text]) => `${path} ${contentHash(text)}`)
        .sort()
        .join()
    );
  });
}

function built(stages: Stages): MemoryHost {
  const host = new MemoryHost(Object.fromEntries(Object.entries(FOREIGN).map(([path, text]) => [`${OUT}/${path}`, text])));
  expect(write(host, stages)).to.deep.equal([]);
  return host.again();
}

/** Runs a build that is killed before its change number `at`; false when it came to its end before. */
function killed(host: MemoryHost, stages: Stages, at: number): boolean {
  host.killAt = at;
  try {
    write(host, stages);
    return host.changes >= at;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}

/** Which of the two builds the folder holds, whole; null for anything else. */
function stateOf(host: MemoryHost): 'before' | 'after' | null {
  const found = JSON.stringify(contents(host));
  if (found === JSON.stringify(flat(BEFORE)) && manifestsMatch(host, BEFORE)) return 'before';
  return found === JSON.stringify(flat(AFTER)) && manifestsMatch(host, AFTER) ? 'after' : null;
}

describe('writing the output', () => {
  it('puts every file and a manifest of them there, and leaves what others put there', () => {
    const host = built(BEFORE);
    expect(contents(host)).to.deep.equal(flat(BEFORE));
    const manifest = JSON.parse(host.readText(`${OUT}/prod/${MANIFEST}`) as string);
    expect(manifest).to.deep.equal({
      files: [
        { bytes: 1, path: 'artifacts/A-run.zip', sha256: contentHash('a') },
        { bytes: 16, path: 'cdk.tf.json', sha256: contentHash('terraform prod 1') },
      ],
      nimbusc: '1.0.0',
      schemaVersion: 1,
      stage: 'prod',
    });
  });

  it('removes files of the former build that this one has no more, and nothing else', () => {
    const host = built(BEFORE);
    expect(write(host, AFTER)).to.deep.equal([]);
    expect(contents(host)).to.deep.equal(flat(AFTER));
  });

  it('leaves stages alone that it was not asked for', () => {
    const host = built(BEFORE);
    write(host, { dev: AFTER['dev'] as Files });
    expect(contents(host)).to.deep.equal(flat({ dev: AFTER['dev'] as Files, prod: BEFORE['prod'] as Files }));
  });

  it('touches no file when nothing has changed', () => {
    const host = built(BEFORE);
    const paths = Object.keys(host.filesIn(OUT)).map((path) => `${OUT}/${path}`);
    const signatures = paths.map((path) => host.signature(path));
    host.killAt = 1;
    expect(write(host, BEFORE), 'more than making sure that the folder is there').to.deep.equal([]);
    expect(paths.map((path) => host.signature(path))).to.deep.equal(signatures);
  });

  it('asks for the content of changed files only', () => {
    const host = built(BEFORE);
    const asked: string[] = [];
    const watched = outputs(AFTER).map((o) => ({
      ...o,
      files: o.files.map((f) => ({
        ...f,
        content: () => {
          asked.push(`${o.stage}/${f.path}`);
          return f.content();
        },
      })),
    }));
    writeOutput(host, OUT, 'nimbus.out', watched, '1.0.0', NO_MEMORY, createSink(buildCatalogue(coreTables)));
    expect(asked.sort()).to.deep.equal([
      'dev/artifacts/C-run.zip',
      'dev/cdk.tf.json',
      'dev/uploads/site/index.html',
      'prod/artifacts/A-run.zip',
      'prod/cdk.tf.json',
    ]);
  });

  it('restores files that somebody changed or removed', () => {
    const host = built(BEFORE);
    host.put(`${OUT}/dev/cdk.tf.json`, 'edited');
    host.remove(`${OUT}/dev/artifacts/B-run.zip`);
    write(host, BEFORE);
    expect(contents(host)).to.deep.equal(flat(BEFORE));
  });

  it('believes its memory about files that look as they did', () => {
    const host = built(BEFORE);
    const seen = new Map<string, string>();
    const memory: OutputMemory = {
      isIntact: (path, sha256, signature) => seen.get(path) === `${sha256} ${signature}`,
      remember: (path, sha256, signature) => {
        seen.set(path, `${sha256} ${signature}`);
      },
      withHash: () => [],
    };
    write(host, BEFORE, memory);
    const reads: string[] = [];
    const readBytes = host.readBytes.bind(host);
    host.readBytes = (path) => {
      reads.push(path);
      return readBytes(path);
    };
    write(host, BEFORE, memory);
    expect(reads.filter((path) => !path.endsWith(MANIFEST))).to.deep.equal([]);
    host.put(`${OUT}/dev/cdk.tf.json`, 'edited');
    write(host, BEFORE, memory);
    expect(contents(host)).to.deep.equal(flat(BEFORE));
  });

  it('never follows a manifest out of its folder', () => {
    const host = built(BEFORE);
    host.put('/project/src/a.ts', 'source');
    host.put('/etc/hosts', 'hosts');
    const files = ['../../src/a.ts', '/etc/hosts', 'artifacts/../../../src/a.ts'].map((path) => ({
      path,
      sha256: contentHash('source'),
    }));
    host.put(`${OUT}/dev/${MANIFEST}`, JSON.stringify({ files }));
    write(host, AFTER);
    expect([host.readText('/project/src/a.ts'), host.readText('/etc/hosts')]).to.deep.equal(['source', 'hosts']);
  });

  for (const damaged of [
    '',
    'no JSON',
    '[]',
    'null',
    '{"files":3}',
    '{"files":[3,null,{"path":7}]}',
    '{"files":[{"path":"cdk.tf.json"}]}',
  ]) {
    it(`overwrites its own files and removes none when the manifest is ${JSON.stringify(damaged)}`, () => {
      const host = built(BEFORE);
      host.put(`${OUT}/dev/${MANIFEST}`, damaged);
      expect(write(host, AFTER)).to.deep.equal([]);
      const { dev, prod } = AFTER as { dev: Files; prod: Files };
      const leftover = { 'artifacts/B-run.zip': 'b', 'old-folder/file.txt': 'old', 'openapi.json': 'api' };
      expect(contents(host)).to.deep.equal(flat({ dev: { ...dev, ...leftover }, prod }));
    });
  }
});

describe('a build that is killed while it writes', () => {
  for (const removesBackwards of [false, true]) {
    const order = removesBackwards ? 'last to first' : 'first to last';

    it(`leaves the former or the new output, whole, once the next build has looked (folders emptied from ${order})`, () => {
      const seen = new Set<string | null>();
      for (let at = 0; ; at++) {
        const host = built(BEFORE);
        host.removesBackwards = removesBackwards;
        if (!killed(host, AFTER, at)) break;
        const next = host.again(2);
        expect(write(next, {}), `killed at change ${at}`).to.deep.equal([]);
        const state = stateOf(next);
        expect(state, `killed at change ${at}: ${JSON.stringify(contents(next), null, 2)}`).to.not.equal(null);
        seen.add(state);
      }
      expect([...seen]).to.have.members(['before', 'after']);
    });

    it(`does so too when the next build is killed as well (folders emptied from ${order})`, () => {
      let cases = 0;
      for (let first = 0; ; first++) {
        const host = built(BEFORE);
        host.removesBackwards = removesBackwards;
        if (!killed(host, AFTER, first)) break;
        for (let second = 0; ; second++) {
          const next = host.again(2);
          next.removesBackwards = removesBackwards;
          if (!killed(next, {}, second)) break;
          const last = next.again(3);
          expect(write(last, {})).to.deep.equal([]);
          expect(stateOf(last), `killed at change ${first}, then at ${second}`).to.not.equal(null);
          cases += 1;
        }
      }
      expect(cases).to.be.greaterThan(100);
    });
  }

  it('is no obstacle to the next build, whichever of the two it makes', () => {
    for (let at = 0; ; at++) {
      const host = built(BEFORE);
      if (!killed(host, AFTER, at)) break;
      const [again, back] = [host.again(2), host.again(2)];
      expect(write(again, AFTER)).to.deep.equal([]);
      expect(stateOf(again), `killed at change ${at}, then built again`).to.equal('after');
      expect(write(back, BEFORE)).to.deep.equal([]);
      expect(stateOf(back), `killed at change ${at}, then built as before`).to.equal('before');
    }
  });

  it('leaves nothing of itself once the next build has looked', () => {
    const host = built(BEFORE);
    expect(killed(host, AFTER, 20)).to.equal(true);
    expect(host.list(OUT)?.map((e) => e.name)).to.include('.nimbusc-tmp-1');
    const next = host.again(2);
    write(next, {});
    expect(next.list(OUT)?.map((e) => e.name)).to.have.members(['README.md', 'dev', 'prod']);
  });

  it('is not disturbed while it is alive', () => {
    const host = built(BEFORE);
    expect(killed(host, AFTER, 20)).to.equal(true);
    const next = host.again(2);
    next.alive.add(1);
    const mine = Object.keys(next.filesIn(`${OUT}/.nimbusc-tmp-1`));
    write(next, {});
    expect(Object.keys(next.filesIn(`${OUT}/.nimbusc-tmp-1`))).to.deep.equal(mine);
  });

  it('of a project without output leaves nothing or everything', () => {
    for (let at = 0; ; at++) {
      const host = new MemoryHost({ '/project/nimbus.yml': '' });
      if (!killed(host, AFTER, at)) break;
      const next = host.again(2);
      write(next, {});
      expect(JSON.stringify(contents(next)), `killed at change ${at}`).to.be.oneOf(['{}', JSON.stringify(flat(AFTER, {}))]);
    }
  });
});

describe('a build that cannot write', () => {
  const CODES = { ENOSPC: 'NIM5003', EDQUOT: 'NIM5003', EACCES: 'NIM5002', EROFS: 'NIM5002', ENOTDIR: 'NIM5005', EIO: 'NIM5002' };

  for (const [code, expected] of Object.entries(CODES)) {
    it(`reports ${expected} for ${code} and leaves the former output whole, whichever change fails`, () => {
      let failures = 0;
      for (let at = 0; ; at++) {
        const host = failing(built(BEFORE), at, code);
        const diagnostics = write(host, AFTER);
        if (diagnostics.length === 0) break;
        expect(diagnostics.map((d) => d.split(' ')[0])).to.deep.equal([expected]);
        const next = host.again(2);
        write(next, {});
        expect(stateOf(next), `change ${at} failed: ${JSON.stringify(contents(next), null, 2)}`).to.equal('before');
        failures += 1;
      }
      expect(failures).to.be.greaterThan(30);
    });
  }

  it('says so when the output folder is a file', () => {
    const host = new MemoryHost({ [OUT]: 'mine' });
    expect(write(host, AFTER)[0]).to.match(/^NIM5001 /);
    expect(host.readText(OUT)).to.equal('mine');
  });

  it('says so when a file has the name of a stage, and changes nothing', () => {
    const host = new MemoryHost({ [`${OUT}/dev`]: 'mine' });
    expect(write(host, AFTER)[0]).to.match(/^NIM5005 .*nimbus\.out\/dev/);
    expect(host.filesIn(OUT)).to.deep.equal({ dev: 'mine' });
  });

  it('keeps the former output where it can be found when even taking back fails', () => {
    for (let at = 0; ; at++) {
      const host = failing(built(BEFORE), at, 'EIO', true);
      if (write(host, AFTER).length === 0) break;
      const next = host.again(2);
      write(next, {});
      expect(stateOf(next), `change ${at} and all after it failed`).to.not.equal(null);
    }
  });

  /** One change fails; what comes after it works unless `forGood`. Removing never fails: there is always room for less. */
  function failing(host: MemoryHost, at: number, code: string, forGood = false): MemoryHost {
    let changes = 0;
    const check = (path: string): void => {
      changes += 1;
      if (forGood ? changes > at : changes === at + 1) throw Object.assign(new Error(`${code}: no`), { code, path });
    };
    const through =
      <T extends string | Uint8Array>(change: (path: string, other: T) => void, pathOf: (path: string, other: T) => string) =>
      (path: string, other: T): void => {
        check(pathOf(path, other));
        change.call(host, path, other);
      };
    const { write, makeFolder, rename, link } = MemoryHost.prototype;
    host.write = through(write, (path) => path);
    host.makeFolder = (path) => through(makeFolder, () => path)(path, '');
    host.rename = through(rename, (_, to) => to);
    host.link = through(link, (_, to) => to);
    return host;
  }
});

describe('builds that write to one folder at once', () => {
  const turnOf = (host: MemoryHost, stages: Stages): Promise<OutputTurn | null> =>
    outputTurn(host, OUT, 'nimbus.out', outputs(stages), '1.0.0', NO_MEMORY, createSink(buildCatalogue(coreTables)));
  const names = (host: MemoryHost): readonly string[] => (host.list(OUT) ?? []).map(({ name }) => name).sort();
  const isDone = (waiting: Promise<unknown>): Promise<boolean> =>
    Promise.race([waiting.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 50, false))]);

  it('take turns, and leave nothing else behind', async () => {
    const host = built(BEFORE);
    host.alive.add(1).add(2);
    const [one, two] = [asProcess(host, 1), asProcess(host, 2)];
    const first = await turnOf(one, AFTER);
    const waiting = turnOf(two, AFTER);
    expect(await isDone(waiting)).to.equal(false);
    expect(write(one, AFTER)).to.deep.equal([]);
    expect(await isDone(waiting)).to.equal(false);
    first?.end();
    const second = await waiting;
    expect(write(two, BEFORE)).to.deep.equal([]);
    second?.end();
    expect(contents(host)).to.deep.equal(flat(BEFORE));
    expect(names(host)).to.deep.equal(['README.md', 'dev', 'prod']);
  });

  it('need none for what is there already, so a disk may be read-only', async () => {
    const host = built(BEFORE);
    (await turnOf(host, BEFORE))?.end();
    expect(host.changes).to.equal(0);
    host.put(`${OUT}/dev/graph.json`, 'edited');
    const turn = await turnOf(host, BEFORE);
    expect(host.changes).to.be.greaterThan(0);
    turn?.end();
  });

  it('do not wait for one that was killed in its turn', async () => {
    let kills = 0;
    for (let at = 0; ; at++) {
      const host = built(BEFORE);
      host.killAt = at;
      const wasKilled = await turnOf(host, AFTER).then(
        () => false,
        (error) => error instanceof Killed,
      );
      const next = host.again(2);
      const turn = await turnOf(next, AFTER);
      expect(write(next, AFTER)).to.deep.equal([]);
      turn?.end();
      expect(contents(next), `killed at change ${at}`).to.deep.equal(flat(AFTER));
      expect(names(next)).to.deep.equal(['README.md', 'dev', 'prod']);
      if (!wasKilled) break;
      kills++;
    }
    expect(kills).to.be.greaterThan(2);
  });
});
