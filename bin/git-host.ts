/**
 * `Host` over a commit: files of the repository come from git's objects, under the paths that they have in the working tree,
 * which is neither read nor touched. Installed packages are in no commit and come from the disk. Starts `git` to read objects
 * and nothing else: no hook, no filter, no network.
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import process from 'node:process';
import type { Host } from '../compiler/options.js';
import { nodeHost } from './node-host.js';

/** Something outside failed, in words for the user. */
export class GitError extends Error {}

type Kind = 'file' | 'folder' | 'other';

interface Blob {
  readonly id: string;
  readonly bytes: number;
  readonly link: boolean;
}

/** The repository that a folder is in; null where there is none, or no git. */
export function repositoryOf(folder: string): Repository | null {
  const { status, stdout } = git(folder, ['rev-parse', '--show-toplevel']);
  return status === 0 ? new Repository(nodeHost.realPath(stdout.toString('utf8').replace(/\r?\n$/u, ''))) : null;
}

export class Repository {
  private readonly blobs = new Map<string, Uint8Array>();

  constructor(readonly root: string) {}

  /** The id of a commit; null when there is no such one. */
  commit(name: string): string | null {
    const { status, stdout } = git(this.root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return status === 0 ? stdout.toString('utf8').trim() : null;
  }

  /** `project`: what is likely to be read, so it is fetched at once. `own`: where nimbusc is installed. */
  host(commit: string, project: string, own: string): Host {
    const { status, stdout, stderr } = git(this.root, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
    if (status !== 0) throw new GitError(`git cannot read ${commit}: ${stderr.toString('utf8').trim()}`);
    const files = new Map<string, Blob>();
    for (const entry of stdout.toString('utf8').split('\0')) {
      const [, mode = '', id = '', size = '', name = ''] = /^(\d+) blob ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/u.exec(entry) ?? [];
      if (name !== '') files.set(path.join(this.root, name), { id, bytes: Number(size), link: mode === '120000' });
    }
    const wanted = [...files]
      .filter(([file, { bytes }]) => file.startsWith(`${project}${path.sep}`) && bytes <= LARGE)
      .map(([, { id }]) => id);
    this.fetch(wanted);
    return new GitHost(this, files, own);
  }

  read(id: string): Uint8Array {
    if (!this.blobs.has(id)) this.fetch([id]);
    return this.blobs.get(id) as Uint8Array;
  }

  /** Many at once, since each process takes longer than reading a hundred objects. */
  private fetch(ids: readonly string[]): void {
    const missing = [...new Set(ids)].filter((id) => !this.blobs.has(id));
    if (missing.length === 0) return;
    const { status, stdout, stderr } = git(this.root, ['cat-file', '--batch'], `${missing.join('\n')}\n`);
    if (status !== 0) throw new GitError(`git cannot read objects: ${stderr.toString('utf8').trim()}`);
    let at = 0;
    for (const id of missing) {
      const end = stdout.indexOf(0x0a, at);
      const [, kind, size] = stdout.toString('utf8', at, end).split(' ');
      if (kind !== 'blob')
        throw new GitError(`git lacks the object ${id}: fetch the whole history first (a partial clone has only some)`);
      this.blobs.set(id, stdout.subarray(end + 1, end + 1 + Number(size)));
      at = end + 1 + Number(size) + 1;
    }
  }
}

/** Larger files are no source; should one be asked for, it is fetched then. */
const LARGE = 1024 * 1024;

class GitHost implements Host {
  readonly virtual = true;
  readonly processId = process.pid;
  private readonly folders = new Map<string, Map<string, Kind>>();

  constructor(
    private readonly repository: Repository,
    private readonly files: ReadonlyMap<string, Blob>,
    private readonly own: string,
  ) {
    this.folders.set(repository.root, new Map());
    for (const [file, { link }] of files) this.add(file, link ? this.linkKind(file) : 'file');
  }

  readText(file: string): string | null {
    const bytes = this.readBytes(file);
    return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  readBytes(file: string): Uint8Array | null {
    if (!this.isCommitted(file)) return nodeHost.readBytes(file);
    const found = this.follow(file);
    return found === null ? null : this.repository.read(found.id);
  }

  list(folder: string): ReturnType<Host['list']> {
    if (!this.isCommitted(folder)) return nodeHost.list(folder);
    const names = this.folders.get(path.resolve(folder));
    return names === undefined ? null : [...names].map(([name, kind]) => ({ name, kind }));
  }

  kind(file: string): Kind | null {
    if (!this.isCommitted(file)) return nodeHost.kind(file);
    if (this.folders.has(path.resolve(file))) return 'folder';
    return this.follow(file) === null ? null : 'file';
  }

  signature(file: string): string | null {
    return this.isCommitted(file) ? (this.follow(file)?.id ?? null) : nodeHost.signature(file);
  }

  realPath(file: string): string {
    return this.isCommitted(file) ? path.resolve(file) : nodeHost.realPath(file);
  }

  write = refuse;
  makeFolder = refuse;
  rename = refuse;
  link = refuse;
  remove = refuse;

  isProcessAlive(id: number): boolean {
    return nodeHost.isProcessAlive(id);
  }

  private isCommitted(file: string): boolean {
    const within = path.relative(this.repository.root, file);
    if (within === '..' || within.startsWith(`..${path.sep}`) || path.isAbsolute(within)) return false;
    if (within.split(path.sep).includes('node_modules')) return false;
    return path.resolve(file) !== this.own && !path.resolve(file).startsWith(`${this.own}${path.sep}`);
  }

  /** Links within the commit are followed; whatever leads out of it is not there. */
  private follow(file: string, depth = 0): Blob | null {
    const found = this.files.get(path.resolve(file));
    if (found === undefined || depth > 20) return null;
    return found.link ? this.follow(this.target(file, found), depth + 1) : found;
  }

  private target(file: string, { id }: Blob): string {
    return path.resolve(path.dirname(file), Buffer.from(this.repository.read(id)).toString('utf8'));
  }

  private linkKind(file: string): Kind {
    return this.follow(file) === null ? 'other' : 'file';
  }

  private add(file: string, kind: Kind): void {
    for (let [child, childKind] = [file, kind]; ; [child, childKind] = [path.dirname(child), 'folder']) {
      const folder = path.dirname(child);
      const names = this.folders.get(folder);
      if (names !== undefined) {
        names.set(path.basename(child), childKind);
        return;
      }
      this.folders.set(folder, new Map([[path.basename(child), childKind]]));
    }
  }
}

function refuse(): never {
  throw new Error('a commit cannot be written');
}

/** The user's settings may name programs; none of them is started by these commands, and none of these may ask or fetch. */
function git(folder: string, args: readonly string[], input?: string): { status: number | null; stdout: Buffer; stderr: Buffer } {
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync('git', ['--no-pager', '-c', 'core.fsmonitor=false', ...args], {
    cwd: folder,
    env,
    input: input ?? '',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  return { status, stdout: stdout ?? Buffer.alloc(0), stderr: stderr ?? Buffer.alloc(0) };
}
