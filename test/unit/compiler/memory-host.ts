/**
 * A file system in memory, as strict as a real one: parents must exist, folders replace no files, links no names. Counts
 * what changes it, and can be told to stop at one of these changes as a killed process would.
 */
import { basename, dirname, join } from 'node:path';
import type { Host } from '../../../compiler/options.js';

type Entry = { readonly kind: 'file'; readonly content: Uint8Array; readonly version: number } | { readonly kind: 'folder' };

/** What a process that was killed would have done next. */
export class Killed extends Error {}

export class MemoryHost implements Host {
  readonly processId: number;
  /** Changes asked for so far. */
  changes = 0;
  /** The change, counted from 0, that does not happen any more, and none after it. */
  killAt = Number.POSITIVE_INFINITY;
  readonly alive = new Set<number>();
  /** Folders are emptied in no order that could be relied upon. */
  removesBackwards = false;
  private readonly entries: Map<string, Entry>;
  private versions = 0;

  /** Paths are relative to `/`. */
  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}, processId: number = 1) {
    this.processId = processId;
    this.entries = new Map([['/', { kind: 'folder' }]]);
    for (const [path, content] of Object.entries(files)) this.put(join('/', path), content);
  }

  /** The same files as another process sees them. */
  again(processId: number = this.processId): MemoryHost {
    const host = new MemoryHost({}, processId);
    for (const [path, entry] of this.entries) host.entries.set(path, entry);
    host.versions = this.versions;
    return host;
  }

  /** Writes a file with all folders above it, without counting. */
  put(path: string, content: string | Uint8Array): void {
    this.makeFolderNow(dirname(path));
    this.writeNow(path, content);
  }

  /** The files below a folder as texts, by path relative to it. */
  filesIn(folder: string): Record<string, string> {
    const found = [...this.entries].flatMap(([path, entry]) =>
      entry.kind === 'file' && path.startsWith(`${folder}/`)
        ? [[path.slice(folder.length + 1), new TextDecoder().decode(entry.content)] as const]
        : [],
    );
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  readText(path: string): string | null {
    const bytes = this.readBytes(path);
    return bytes === null ? null : Buffer.from(bytes).toString('utf8');
  }

  readBytes(path: string): Uint8Array | null {
    const entry = this.entries.get(path);
    return entry?.kind === 'file' ? entry.content : null;
  }

  list(path: string): ReturnType<Host['list']> {
    if (this.entries.get(path)?.kind !== 'folder') return null;
    return [...this.entries]
      .filter(([child]) => child !== '/' && dirname(child) === path)
      .map(([child, { kind }]) => ({ name: basename(child), kind }));
  }

  kind(path: string): 'file' | 'folder' | null {
    return this.entries.get(path)?.kind ?? null;
  }

  signature(path: string): string | null {
    const entry = this.entries.get(path);
    return entry?.kind === 'file' ? `${entry.content.length}:${entry.version}` : null;
  }

  realPath(path: string): string {
    return path;
  }

  isProcessAlive(id: number): boolean {
    return this.alive.has(id);
  }

  write(path: string, content: string | Uint8Array): void {
    this.change();
    this.needFolder(dirname(path));
    this.writeNow(path, content);
  }

  makeFolder(path: string): void {
    this.change();
    this.makeFolderNow(path);
  }

  rename(from: string, to: string): void {
    this.change();
    const entry = this.entries.get(from);
    if (entry === undefined) throw failure('ENOENT', from);
    this.needFolder(dirname(to));
    const present = this.entries.get(to);
    if (present !== undefined && present.kind !== entry.kind) throw failure(present.kind === 'folder' ? 'EISDIR' : 'ENOTDIR', to);
    if (present?.kind === 'folder' && this.below(to).length > 0) throw failure('ENOTEMPTY', to);
    const moved = this.below(from);
    for (const path of [from, ...moved]) {
      this.entries.set(to + path.slice(from.length), this.entries.get(path) as Entry);
      this.entries.delete(path);
    }
  }

  link(from: string, to: string): void {
    this.change();
    const entry = this.entries.get(from);
    if (entry === undefined) throw failure('ENOENT', from);
    if (this.entries.has(to)) throw failure('EEXIST', to);
    if (entry.kind === 'folder') throw failure('EPERM', from);
    this.needFolder(dirname(to));
    this.entries.set(to, entry);
  }

  /** One name after the other, as file systems do it. */
  remove(path: string): void {
    const doomed = [path, ...this.below(path)].filter((one) => this.entries.has(one)).sort();
    const files = doomed.filter((one) => this.entries.get(one)?.kind === 'file');
    const folders = doomed.filter((one) => this.entries.get(one)?.kind === 'folder').reverse();
    for (const one of [...(this.removesBackwards ? files.reverse() : files), ...folders]) {
      this.change();
      this.entries.delete(one);
    }
  }

  private change(): void {
    if (this.changes >= this.killAt) throw new Killed('killed');
    this.changes += 1;
  }

  private below(path: string): string[] {
    return [...this.entries.keys()].filter((other) => other.startsWith(`${path}/`));
  }

  private needFolder(path: string): void {
    const kind = this.kind(path);
    if (kind !== 'folder') throw failure(kind === null ? 'ENOENT' : 'ENOTDIR', path);
  }

  private makeFolderNow(path: string): void {
    if (this.kind(path) === 'file') throw failure('EEXIST', path);
    if (this.kind(path) === 'folder') return;
    this.makeFolderNow(dirname(path));
    this.entries.set(path, { kind: 'folder' });
  }

  private writeNow(path: string, content: string | Uint8Array): void {
    if (this.kind(path) === 'folder') throw failure('EISDIR', path);
    this.versions += 1;
    this.entries.set(path, {
      kind: 'file',
      content: typeof content === 'string' ? new TextEncoder().encode(content) : content,
      version: this.versions,
    });
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** The same files, of another process that goes on beside. */
export function asProcess(host: MemoryHost, processId: number): MemoryHost {
  return new Proxy(host, { get: (target, key) => (key === 'processId' ? processId : bound(target, key)) });
}

function bound(target: MemoryHost, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === 'function' ? value.bind(target) : value;
}
