// What a build leaves on the disk: the same bytes for the same source, whole whatever happens, and nothing of others touched.
import { cp, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { nimbusc, nimbuscBinary, Project, sha256, type Tree, treeOf } from './support/project.js';
import { repositoryRoot } from './support/repository.js';
import { inOwnStep } from './support/requirements.js';
import { type Finished, run } from './support/run.js';
import { strace, straceOrSkip } from './support/strace.js';
import { onTmpfs } from './support/tmpfs.js';

const handler = (name: string, result: string): string => `import { HttpServerlessFunction } from 'nimbusc';

export class ${name} {
  @HttpServerlessFunction({ method: 'GET', path: '${name}' })
  get(): string {
    return '${result}';
  }
}
`;

/** In two stages, so that more than one folder changes. */
const SMALL = {
  'nimbus.yml': 'projectName: small\ndefaultStages: [dev, prod]\n',
  'src/first.ts': handler('First', 'one'),
  'src/second.ts': handler('Second', 'one'),
};

/** What persons, Terraform and other programs put beside the output. */
const FOREIGN = {
  'nimbus.out/README.md': 'ours, not yours',
  'nimbus.out/dev/terraform.tfstate': '{"version":4}',
  'nimbus.out/dev/terraform.tfstate.backup': '{"version":4,"serial":1}',
  'nimbus.out/dev/.terraform.lock.hcl': '# locked',
  'nimbus.out/dev/.terraform/providers/aws/provider': 'a large program',
  'nimbus.out/dev/override.tf.json': '{}',
  'nimbus.out/dev/artifacts/notes.txt': 'by a person',
  'nimbus.out/dev/artifacts/more/by-hand.zip': 'by a person, too',
};
const FOREIGN_HASHES = Object.fromEntries(Object.entries(FOREIGN).map(([path, text]) => [path, sha256(text)]));

const TEMPORARY = /(^|\/)\.nimbusc-tmp-/;

describe('The output of a build', function () {
  this.timeout('2m');
  before(function () {
    inOwnStep(this);
  });
  const projects: Project[] = [];
  const keep = (one: Project): Project => {
    projects.push(one);
    return one;
  };
  const small = async (): Promise<Project> => keep(await Project.create(SMALL));
  const second = (one: Project, result: string): Promise<void> => one.write('src/second.ts', handler('Second', result));
  after(() => Promise.all(projects.map((one) => one.remove())));

  let counted = 0;
  /** What a build of the project as it is now gives, made apart. */
  const expectedOf = async (one: Project): Promise<Tree> => {
    const out = one.path('..', `expected-${++counted}`);
    await one.build(['--no-cache', '--out', out]);
    return treeOf(out);
  };

  const without = (tree: Tree, others: object): Tree =>
    Object.fromEntries(Object.entries(tree).filter(([path]) => !(path in others)));

  /** Everything that a stage's manifest lists is there with its hash. */
  const isWhole = (tree: Tree, manifest: string, stage: string): boolean => {
    const { files } = JSON.parse(manifest) as { files: readonly { path: string; sha256: string }[] };
    return files.every((file) => tree[`${stage}/${file.path}`] === file.sha256);
  };

  describe('is the same', () => {
    it('when nothing has changed, and then nothing is written', async () => {
      const one = await small();
      await one.build();
      const times = async (): Promise<number[]> => {
        const files = Object.keys(await one.tree('nimbus.out'));
        return Promise.all(files.map(async (file) => (await stat(one.path('nimbus.out', file))).mtimeMs));
      };
      const [tree, before] = [await one.tree('nimbus.out'), await times()];
      const again = await one.build();
      expect(again.stderr).to.match(/nothing has changed/i);
      await one.build(['--no-cache']);
      expect(await one.tree('nimbus.out')).to.deep.equal(tree);
      expect(await times()).to.deep.equal(before);
    });

    it('in any folder, for any time zone, language, user, processor and current folder', async function () {
      this.slow(20_000);
      const elsewhere = {
        TZ: 'Asia/Kathmandu',
        LC_ALL: 'tr_TR.UTF-8',
        LANG: 'tr_TR.UTF-8',
        HOME: '/',
        USER: 'nobody',
        GOMAXPROCS: '1',
      };
      const env = { ...process.env, ...elsewhere, SOURCE_DATE_EPOCH: '1', NODE_ENV: 'test' };
      for (const example of await readdir(join(repositoryRoot, 'examples'))) {
        const here = keep(await Project.copy(`examples/${example}`));
        const there = keep(await Project.copy(`examples/${example}`, "sp ace's \u00dcn\u00efc\u00f6d\u00e9 \u6f22 #100%"));
        await here.build([], { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } });
        const command = [process.execPath, nimbuscBinary, 'build', '--project', there.folder];
        const finished = await run('sh', ['-c', 'umask 077; exec "$@"', 'sh', ...command], { cwd: '/', env });
        expect(finished.status, finished.stderr).to.equal(0);
        const tree = await here.tree('nimbus.out');
        expect(Object.keys(tree)).to.include.members(['dev/cdk.tf.json', 'prod/graph.json']);
        expect(Object.keys(tree).filter((path) => path.endsWith('.zip'))).to.not.have.length(0);
        expect(await there.tree('nimbus.out'), example).to.deep.equal(tree);
      }
    });

    it('from within the project and from without, and names no machine, no person and no folder', async () => {
      const one = await small();
      const built = await nimbusc(['build'], { cwd: one.folder });
      expect(built.status, built.stderr).to.equal(0);
      const telling = [one.folder, tmpdir(), hostname(), userInfo().homedir, process.cwd()].filter((text) => text.length > 3);
      for (const [path, hash] of Object.entries(await one.tree('nimbus.out'))) {
        const bytes = await readFile(one.path('nimbus.out', path));
        expect(sha256(bytes)).to.equal(hash);
        const texts = path.endsWith('.zip') ? Object.values(unzipSync(bytes)) : [bytes];
        expect(texts).to.not.have.length(0);
        for (const text of texts.map((part) => Buffer.from(part).toString())) {
          for (const name of telling) expect(text, path).to.not.include(name);
        }
      }
    });

    it('with a cache that is cold, warm, damaged or in the way', async function () {
      this.slow(20_000);
      const one = await small();
      const expected = await expectedOf(one);
      const cache = one.path('node_modules/.cache/nimbusc');
      const rebuilt = async (what: string): Promise<void> => {
        await rm(one.path('nimbus.out'), { recursive: true, force: true });
        await one.build();
        expect(await one.tree('nimbus.out'), what).to.deep.equal(expected);
      };
      await rebuilt('a cold cache');
      await rebuilt('a warm cache');
      const files = Object.keys(await treeOf(cache)).map((file) => join(cache, file));
      expect(files).to.not.have.length(0);
      const damages: Readonly<Record<string, (file: string) => Promise<void>>> = {
        emptied: (file) => truncate(file, 0),
        'cut short': async (file) => truncate(file, Math.floor((await stat(file)).size * 0.7)),
        garbled: async (file) => {
          const bytes = await readFile(file);
          for (let at = 0; at < bytes.length; at += 7) bytes[at] = (bytes[at] ?? 0) ^ 1;
          await writeFile(file, bytes);
        },
        'replaced by something else that is well formed': (file) =>
          writeFile(file, '{"record":{},"questions":[],"inputs":[],"outputs":[]}'),
      };
      for (const [what, damage] of Object.entries(damages)) {
        for (const file of files) await damage(file);
        await rebuilt(`a cache that was ${what}`);
      }
      const [first, ...others] = files as [string, ...string[]];
      for (const file of others) await cp(first, file);
      await rebuilt('a cache whose files are all one');
      await rm(cache, { recursive: true });
      await writeFile(cache, 'in the way');
      await rebuilt('a file where the cache would be');
    });

    it('after a change is taken back', async () => {
      const one = await small();
      await one.build();
      const before = await one.tree('nimbus.out');
      await second(one, 'two');
      await one.build();
      const changed = await one.tree('nimbus.out');
      const differing = Object.keys(before).filter((path) => before[path] !== changed[path]);
      expect(differing.filter((path) => path.endsWith('.zip'))).to.deep.equal(
        ['dev', 'prod'].map((stage) => `${stage}/artifacts/Second-get.zip`),
      );
      await second(one, 'one');
      await one.build();
      expect(await one.tree('nimbus.out')).to.deep.equal(before);
    });
  });

  describe('leaves alone', () => {
    it('what others have put there, and removes what it has put there itself', async () => {
      const one = await small();
      await one.build();
      for (const [path, text] of Object.entries(FOREIGN)) await one.write(path, text);
      await symlink('/nonexistent/place', one.path('nimbus.out/dev/artifacts/link'));
      await rm(one.path('src/second.ts'));
      await one.write('src/third.ts', handler('Third', 'three'));
      const expected = await expectedOf(one);
      for (const flags of [[], ['--no-cache']]) {
        await one.build(flags);
        const tree = await one.tree();
        expect(tree).to.deep.include(FOREIGN_HASHES);
        const ours = Object.fromEntries(Object.entries(expected).map(([path, hash]) => [`nimbus.out/${path}`, hash]));
        expect(without(tree, { ...FOREIGN, ...SMALL, 'src/third.ts': '' })).to.deep.include(ours);
        expect(Object.keys(tree).filter((path) => path.includes('Second'))).to.deep.equal([]);
        expect(await readdir(one.path('nimbus.out/dev/artifacts'))).to.include('link');
      }
    });

    it('files of others that have the name of one of its own folders', async () => {
      const one = await small();
      await one.write('nimbus.out/dev', 'a file');
      const { status, stderr } = await one.run(['build']);
      expect(stderr).to.match(/NIM5005.*"nimbus\.out\/dev"/s);
      expect(status).to.equal(3);
      expect(await one.tree('nimbus.out')).to.deep.equal({ dev: sha256('a file') });
    });

    it('stages that it was not asked for', async () => {
      const one = await small();
      await one.build();
      const before = await one.tree('nimbus.out/prod');
      await second(one, 'two');
      await one.build(['--stage', 'dev']);
      expect(await one.tree('nimbus.out/prod')).to.deep.equal(before);
      expect((await one.tree('nimbus.out/dev'))['artifacts/Second-get.zip']).to.not.equal(before['artifacts/Second-get.zip']);
    });
  });

  describe('is untouched, with exit code 3, when', () => {
    const fails = ({ status, stderr, stdout }: Finished, said: RegExp): void => {
      expect(stderr).to.match(said);
      expect(stderr, 'a stack').to.not.match(/\n\s+at .+:\d+:\d+/);
      expect(stdout).to.equal('');
      expect(status, stderr).to.equal(3);
    };

    it('its folder would be below a file, or where none can be made', async () => {
      const one = await small();
      const before = await one.tree();
      fails(await one.run(['build', '--no-cache', '--out', one.path('nimbus.yml/out')]), /NIM5005.*"nimbus\.yml"/s);
      fails(await one.run(['build', '--no-cache', '--out', '/proc/nimbus'], { timeoutSeconds: 20 }), /NIM5002.*\/proc/s);
      expect(await one.tree()).to.deep.equal(before);
    });

    it('the files would be larger than the process may write', async () => {
      const one = await small();
      await one.build();
      const before = await one.tree('nimbus.out');
      await second(one, 'two');
      const command = [process.execPath, nimbuscBinary, 'build', '--project', one.folder];
      fails(await run('bash', ['-c', 'ulimit -f 1; exec "$@"', 'bash', ...command]), /NIM5002.*too large/s);
      expect(await one.tree('nimbus.out')).to.deep.equal(before);
      const cached = Object.keys(await one.tree('node_modules/.cache'));
      expect(
        cached.filter((file) => /\.\d+$/.test(file)),
        'halves of files',
      ).to.deep.equal([]);
    });

    /** Builds a changed project into a file system of its own that holds the former output. */
    const onFullDisk = async (
      context: Mocha.Context,
      prepare: string,
    ): Promise<{ before: Tree; after: Tree; finished: Finished }> => {
      const one = await small();
      await one.build();
      const former = one.path('..', 'former');
      await cp(one.path('nimbus.out'), former, { recursive: true });
      const before = await treeOf(former);
      await second(one, 'two');
      const command = [process.execPath, nimbuscBinary, 'build', '--no-cache', '--project', one.folder];
      const outcome = await onTmpfs(one.path('nimbus.out'), former, prepare, command);
      if (outcome === null) {
        process.stderr.write('SKIPPED: a full and a read-only disk, because this machine does not allow to mount one\n');
        return context.skip();
      }
      const finished = { ...outcome.finished, stdout: '' };
      return { before, after: without(outcome.tree, { filler: '' }), finished };
    };

    it('the disk is full, at once or in the middle', async function () {
      const fill = 'dd if=/dev/zero of="$FOLDER/filler" bs=4096 2>/dev/null';
      for (const prepare of [
        fill,
        `${fill}; truncate -s -4096 "$FOLDER/filler"`,
        `${fill}; truncate -s -16384 "$FOLDER/filler"`,
      ]) {
        const { before, after, finished } = await onFullDisk(this, prepare);
        fails(finished, /NIM5003/);
        expect(after).to.deep.equal(before);
      }
    });

    it('the disk is read-only', async function () {
      const { before, after, finished } = await onFullDisk(this, 'mount -o remount,ro "$FOLDER"');
      fails(finished, /NIM5002.*"nimbus\.out(\/\w+)*".*read-only/s);
      expect(after).to.deep.equal(before);
    });
  });

  describe('is whole', () => {
    /** No half of two builds, but for one that was killed between its renames: then a journal for the next build is there. */
    const expectOneOf = async (one: Project, candidates: readonly Tree[], what: string): Promise<void> => {
      const tree = await one.tree('nimbus.out');
      if (Object.keys(tree).some((path) => TEMPORARY.test(path) && path.endsWith('/journal.json'))) return;
      const visible = Object.fromEntries(Object.entries(tree).filter(([path]) => !TEMPORARY.test(path)));
      for (const stage of ['dev', 'prod']) {
        const manifest = await one.read(`nimbus.out/${stage}/nimbus.manifest.json`);
        expect(isWhole(visible, manifest, stage), `${what}: ${stage}`).to.equal(true);
      }
      const names = candidates.map((candidate) => JSON.stringify(sorted(candidate)));
      expect(JSON.stringify(sorted(visible)), what).to.be.oneOf(names);
    };

    it('when a build is killed at any moment, and again after the next one', async function () {
      this.slow(30_000);
      const one = await small();
      await one.build();
      let before = await one.tree('nimbus.out');
      let killed = 0;
      for (const part of [0.3, 0.6, 0.7, 0.8, 0.9, 1]) {
        await second(one, `changed after ${part}`);
        const started = performance.now();
        const next = await expectedOf(one);
        const milliseconds = part * (performance.now() - started);
        const { signal } = await one.run(['build'], {
          onStart: (child) => setTimeout(() => child.kill('SIGKILL'), milliseconds),
        });
        if (signal === 'SIGKILL') killed++;
        await expectOneOf(one, [before, next], `killed after ${part} of a build`);
        await one.build();
        expect(await one.tree('nimbus.out')).to.deep.equal(next);
        before = next;
      }
      expect(killed).to.be.at.least(1);
    });

    /** A build that gets a signal as it is about to rename something for the nth time, and what strace saw of that. */
    const signalled = async (one: Project, signal: string, when: number): Promise<Finished & { readonly log: string }> => {
      const [calls, log] = ['?rename,?renameat,?renameat2', one.path('..', 'strace.log')];
      const options = ['-o', log, '-e', `trace=${calls}`, '-e', `inject=${calls}:signal=${signal}:when=${when}`];
      const build = [process.execPath, nimbuscBinary, 'build', '--no-cache', '--project', one.folder];
      return { ...(await strace(options, build)), log: await readFile(log, 'utf8') };
    };

    /** Waits until the build under strace has been stopped; its process, which would stay so. */
    const stoppedProcess = async (one: Project): Promise<number> => {
      for (let log = '', tries = 0; tries < 1_000; tries++) {
        log = await readFile(one.path('..', 'strace.log'), 'utf8').catch(() => '');
        const [, id] = /^(\d+) +--- stopped by SIGSTOP/m.exec(log) ?? [];
        if (id !== undefined) return Number(id);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      throw new Error('the build was not stopped');
    };

    it('after the next build, when one was killed before any of its renames', async function () {
      await straceOrSkip(this, 'builds that are killed before each of their renames');
      this.slow(30_000);
      const one = await small();
      await one.write('nimbus.yml', 'projectName: small\n'); // one stage has all sorts of renames
      await one.build();
      for (const [path, text] of Object.entries(FOREIGN)) await one.write(path, text);
      const former = one.path('..', 'former');
      await cp(one.path('nimbus.out'), former, { recursive: true });
      await second(one, 'two');
      const foreign = Object.fromEntries(
        Object.entries(FOREIGN_HASHES).map(([path, hash]) => [path.slice('nimbus.out/'.length), hash]),
      );
      const next = { ...(await expectedOf(one)), ...foreign };
      let rename = 1;
      for (let done = false; !done; rename++) {
        await rm(one.path('nimbus.out'), { recursive: true });
        await cp(former, one.path('nimbus.out'), { recursive: true });
        done = (await signalled(one, 'SIGKILL', rename)).status === 0;
        // No file of others is ever out of reach, whether it is in its place or waits beside it.
        expect(Object.values(await one.tree('nimbus.out')), `rename ${rename}`).to.include.members(Object.values(foreign));
        await one.build(['--no-cache']);
        expect(await one.tree('nimbus.out'), `killed before rename ${rename}`).to.deep.equal(next);
      }
      expect(rename).to.be.above(4);
    });

    it('and new, when Ctrl-C comes too late to prevent it', async function () {
      await straceOrSkip(this, 'builds that are interrupted while they exchange files');
      const one = await small();
      await one.build();
      await second(one, 'two');
      const { status, stderr, log } = await signalled(one, 'SIGINT', 2);
      expect(log).to.include('--- SIGINT');
      expect(stderr).to.not.include('interrupted');
      expect(status).to.equal(0);
      expect(await one.tree('nimbus.out')).to.deep.equal(await expectedOf(one));
    });

    it('when several builds run at once', async function () {
      this.slow(20_000);
      const one = await small();
      for (const result of ['one', 'two', 'three']) {
        await second(one, result);
        const expected = await expectedOf(one);
        const finished = await Promise.all([
          one.run(['build']),
          one.run(['build']),
          one.run(['build', '--no-cache']),
          one.run(['check']),
        ]);
        for (const { status, stderr } of finished) expect(status, stderr).to.equal(0);
        expect(await one.tree('nimbus.out')).to.deep.equal(expected);
      }
    });

    it('when a build begins while another one stands still between two of its renames', async function () {
      await straceOrSkip(this, 'a build beside one that stands still');
      this.slow(20_000);
      const one = await small();
      await one.build();
      await second(one, 'two');
      const { log } = await signalled(one, 'SIGCONT', 1);
      const renames = log.split('\n').filter((line) => /\brename(at2?)?\(/.test(line));
      const manifestIsAway = renames.findIndex((line) => /"[^"]*\/dev\/nimbus\.manifest\.json", "[^"]*\/old\//.test(line)) + 1;
      expect(manifestIsAway, log).to.be.above(1);

      await second(one, 'three');
      const next = await expectedOf(one);
      let firstIsDone = false;
      const first = signalled(one, 'SIGSTOP', manifestIsAway).finally(() => {
        firstIsDone = true;
      });
      const stopped = await stoppedProcess(one);
      const other = one.run(['build', '--no-cache']);
      const soon = new Promise((resolve) => setTimeout(resolve, 2_000));
      await Promise.race([other, soon]);
      expect(firstIsDone).to.equal(false);
      process.kill(stopped, 'SIGCONT');
      for (const { status, stderr } of await Promise.all([first, other])) expect(status, stderr).to.equal(0);
      expect(await one.tree('nimbus.out')).to.deep.equal(next);
    });

    it('when each of several builds makes another stage', async () => {
      const one = await small();
      const expected = await expectedOf(one);
      await mkdir(one.path('nimbus.out'));
      const finished = await Promise.all(['dev', 'prod'].map((stage) => one.run(['build', '--stage', stage])));
      for (const { status, stderr } of finished) expect(status, stderr).to.equal(0);
      expect(await one.tree('nimbus.out')).to.deep.equal(expected);
    });
  });
});

function sorted(tree: Tree): readonly (readonly [string, string])[] {
  return Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
}
