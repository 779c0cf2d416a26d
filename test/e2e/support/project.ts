// Projects in temporary folders, and the packed command line on them as a process.
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { packagesOf } from '../../support/packages.js';
import { repositoryRoot } from './repository.js';
import { type Finished, type RunOptions, run } from './run.js';

/** What users install as `nimbusc`. */
export const nimbuscBinary = join(repositoryRoot, 'dist', 'bin', 'nimbusc.js');

/** Paths, relative and with forward slashes, to hashes of contents. Symbolic links are not followed. */
export type Tree = Readonly<Record<string, string>>;

/** Runs the packed command line. */
export function nimbusc(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return run(process.execPath, [nimbuscBinary, ...args], { timeoutSeconds: 120, ...options });
}

export class Project {
  readonly folder: string;
  readonly #base: string;

  private constructor(base: string, name: string) {
    this.#base = base;
    this.folder = join(base, name);
  }

  /** A project of these files, in a folder of this name. */
  static async create(files: Readonly<Record<string, string>>, name = 'project'): Promise<Project> {
    const project = await Project.#empty(name);
    await mkdir(project.folder);
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    return project;
  }

  /** A copy of a project of the repository, as it is committed, with the packages that it asks for. */
  static async copy(path: string, name = basename(path)): Promise<Project> {
    const project = await Project.#empty(name);
    // What building an example leaves there: its lock is not committed, that of a project of the tests may be.
    const built = ['nimbus.out', 'node_modules', ...(path.startsWith('examples/') ? ['nimbus.lock.json'] : [])];
    const filter = (source: string) => !built.includes(basename(source));
    await cp(join(repositoryRoot, path), project.folder, { recursive: true, filter });
    await project.install(...packagesOf(join(repositoryRoot, path)));
    return project;
  }

  static async #empty(name: string): Promise<Project> {
    // Resolved, so that paths in the outputs of other programs can be compared with it.
    return new Project(await realpath(await mkdtemp(join(tmpdir(), 'nimbusc-project-'))), name);
  }

  async remove(): Promise<void> {
    await rm(this.#base, { recursive: true, force: true });
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), 'utf8');
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), content);
  }

  /** Lets the project have packages installed that the repository has. */
  async install(...packages: readonly string[]): Promise<void> {
    for (const name of packages) {
      await mkdir(dirname(this.path('node_modules', name)), { recursive: true });
      await symlink(join(repositoryRoot, 'node_modules', name), this.path('node_modules', name));
    }
  }

  /** Replaces one piece of a file, which must be there. */
  async edit(path: string, piece: string, replacement: string): Promise<void> {
    const text = await this.read(path);
    expect(text, path).to.include(piece);
    await this.write(
      path,
      text.replace(piece, () => replacement),
    );
  }

  /** `nimbusc ARGS --project <this>`. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return nimbusc([...args, '--project', this.folder], options);
  }

  /** Builds, which must work. */
  async build(args: readonly string[] = [], options: RunOptions = {}): Promise<Finished> {
    const finished = await this.run(['build', ...args], options);
    expect(finished.status, finished.stderr).to.equal(0);
    return finished;
  }

  /** What is in the folder, or below a path in it. */
  tree(path = '.'): Promise<Tree> {
    return treeOf(this.path(path));
  }
}

/** What is in a folder; nothing when there is no such folder. */
export async function treeOf(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = files
    .sort()
    .map(async (file) => [file.slice(folder.length + 1), sha256(await readFile(file))] satisfies [string, string]);
  return Object.fromEntries(await Promise.all(hashed));
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
