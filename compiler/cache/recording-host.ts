/**
 * A `Host` that remembers what it was asked and what it answered. When every question still has its answer, a build would
 * read the same things and write the same output, so nothing needs to be done.
 */
import { contentHash } from '../hash.js';
import { compareText } from '../ir/span.js';
import type { Host } from '../options.js';

/** `read`: hash of the content. `list`: hash of names and kinds. `kind`: the kind. '' for what is not there. */
export type Question = readonly [ask: 'read' | 'list' | 'kind', path: string, answer: string];

export class RecordingHost implements Host {
  private readonly questions = new Map<string, Question>();
  readonly processId: number;

  constructor(private readonly host: Host) {
    this.processId = host.processId;
  }

  recorded(): readonly Question[] {
    return [...this.questions.values()].sort((a, b) => compareText(a[1], b[1]) || compareText(a[0], b[0]));
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
    this.note('list', path, listAnswer(entries));
    return entries;
  }

  kind(path: string): ReturnType<Host['kind']> {
    const kind = this.host.kind(path);
    this.note('kind', path, kind ?? '');
    return kind;
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

export function stillTrue(host: Host, [ask, path, answer]: Question): boolean {
  switch (ask) {
    case 'read': {
      const bytes = host.readBytes(path);
      return (bytes === null ? '' : contentHash(bytes)) === answer;
    }
    case 'list':
      return listAnswer(host.list(path)) === answer;
    case 'kind':
      return (host.kind(path) ?? '') === answer;
  }
}

function listAnswer(entries: ReturnType<Host['list']>): string {
  if (entries === null) return '';
  return contentHash(
    entries
      .map((e) => `${e.kind}:${e.name}`)
      .sort(compareText)
      .join('\n'),
  );
}
