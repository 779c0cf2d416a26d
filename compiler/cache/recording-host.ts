/**
 * A `Host` that remembers what it was asked and what it answered. When every question still has its answer, a build would
 * read the same things and write the same output, so nothing needs to be done.
 */
import { contentHash } from '../hash.js';
import { compareText } from '../ir/span.js';
import type { Host } from '../options.js';
import { join, relative } from '../paths.js';

/** `read`: hash of the content. `list`: hash of names and kinds. `kind`: the kind. '' for what is not there. */
export type Question = readonly [ask: 'read' | 'list' | 'kind', path: string, answer: string];

export class RecordingHost implements Host {
  private readonly questions = new Map<string, Question>();
  private readonly lists = new Map<string, ReturnType<Host['list']>>();
  readonly processId: number;

  constructor(private readonly host: Host) {
    this.processId = host.processId;
  }

  /**
   * `ignored`: absolute paths whose presence in a folder means nothing: what the build itself makes. `outDir`: what lies in
   * its folders is compared as output; a search for sources passes through it all the same.
   */
  recorded(ignored: ReadonlySet<string>, outDir: string): readonly Question[] {
    const isOutput = (path: string): boolean => !/^(\.\.(\/|$)|$)/.test(relative(outDir, path));
    const listed = [...this.lists]
      .filter(([path]) => !isOutput(path))
      .map(([path, entries]): Question => ['list', path, listAnswer(path, entries, ignored)]);
    return [...this.questions.values(), ...listed].sort((a, b) => compareText(a[1], b[1]) || compareText(a[0], b[0]));
  }

  /** That the run itself has written a file which it had read: the next one is to find it like this. */
  wrote(path: string, text: string): void {
    this.questions.set(`read\0${path}`, ['read', path, contentHash(text)]);
  }

  readText(path: string): string | null {
    const text = this.host.readText(path);
    this.note('read', path, text === null ? '' : contentHash(text));
    return text;
  }

  readBytes(path: string): Uint8Array | null {
    const bytes = this.host.readBytes(path);
    this.note('read', path, bytes === null ? '' : contentHash(bytes));
    return bytes;
  }

  list(path: string): ReturnType<Host['list']> {
    const entries = this.host.list(path);
    if (!this.lists.has(path)) this.lists.set(path, entries);
    return entries;
  }

  kind(path: string): ReturnType<Host['kind']> {
    const kind = this.host.kind(path);
    this.note('kind', path, kind ?? '');
    return kind;
  }

  signature(path: string): string | null {
    return this.host.signature(path);
  }
  realPath(path: string): string {
    return this.host.realPath(path);
  }
  write(path: string, content: string | Uint8Array): void {
    this.host.write(path, content);
  }
  makeFolder(path: string): void {
    this.host.makeFolder(path);
  }
  rename(from: string, to: string): void {
    this.host.rename(from, to);
  }
  link(from: string, to: string): void {
    this.host.link(from, to);
  }
  remove(path: string): void {
    this.host.remove(path);
  }
  isProcessAlive(id: number): boolean {
    return this.host.isProcessAlive(id);
  }

  private note(ask: Question[0], path: string, answer: string): void {
    const key = `${ask}\0${path}`;
    // The first answer is the one that the run worked with; a file that changes meanwhile makes the record useless, not wrong.
    if (!this.questions.has(key)) this.questions.set(key, [ask, path, answer]);
  }
}

export function stillTrue(host: Host, [ask, path, answer]: Question, ignored: ReadonlySet<string>): boolean {
  switch (ask) {
    case 'read': {
      const bytes = host.readBytes(path);
      return (bytes === null ? '' : contentHash(bytes)) === answer;
    }
    case 'list':
      return listAnswer(path, host.list(path), ignored) === answer;
    case 'kind':
      return (host.kind(path) ?? '') === answer;
  }
}

function listAnswer(path: string, entries: ReturnType<Host['list']>, ignored: ReadonlySet<string>): string {
  if (entries === null) return '';
  return contentHash(
    entries
      .filter((e) => !ignored.has(join(path, e.name)))
      .map((e) => `${e.kind}:${e.name}`)
      .sort(compareText)
      .join('\n'),
  );
}
