// A folder that keeps what the local cloud was given: entries by section and key, and files by their content.
//
//   data.log       a log of changes; now and then it is replaced by one that holds what is there
//   files/<hash>   contents of files
//   lock           whose the folder is
//
// What is changed in one step of the program becomes one record, so a transaction is there whole or not at all. All that was
// changed while a record was written goes into the next one: many writes share one wait for the disk. `durable` says when.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { RetryableException } from '../../../runtime/core/errors.js';
import { lockFolder } from './lock.js';
import { type Change, DataFolderUnreadable, header, readLog, recordOf } from './records.js';

const LOG = 'data.log';
const FILES = 'files';
/** A log is replaced when it is this long, and most of it is past. */
const COMPACT_BYTES = 4 * 1024 * 1024;

/** The entries that a service keeps. */
export interface Section {
  /** What was kept before. Keys are in no order that means anything. */
  readonly entries: Iterable<readonly [key: string, value: unknown]>;
  /** The value must not be changed any more. Undefined removes the entry. */
  set(key: string, value: unknown): void;
  /** With bytes that are kept as a file: `content` of the value's key `file` gives them back. */
  setFile(key: string, value: object, bytes: Uint8Array): void;
  contentOf(key: string): Uint8Array;
  /** Resolves when all that was set before survives the end of the process. Rejects when it cannot be written. */
  durable(): Promise<void>;
}

type Entry = Omit<Change, 'section' | 'key'>;

/** Folders that are being closed: who opens them again waits. */
const closing = new Map<string, Promise<void>>();

export class DataFolder {
  private readonly state = new Map<string, Map<string, Entry>>();
  private pending: Change[] = [];
  private waiting: { resolve(): void; reject(error: Error): void }[] = [];
  /** Contents that have no file yet, and those that have. */
  private readonly unwritten = new Map<string, Uint8Array>();
  private readonly written = new Set<string>();
  private isRunning = false;
  /** The folder has a new log, and it is not sure that it will be there after a crash of the machine. */
  private isUnsynced = false;
  private closed = false;
  private compacted = 0;

  /** Throws when the folder cannot be made, is in use, or holds what this version cannot read. */
  static async open(dir: string): Promise<DataFolder> {
    const at = path.resolve(dir);
    await closing.get(at);
    try {
      fs.mkdirSync(path.join(at, FILES), { recursive: true });
    } catch (error) {
      throw new Error(`the data folder ${at} cannot be made: ${(error as Error).message}`, { cause: error });
    }
    let unlock: () => void;
    try {
      unlock = lockFolder(at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw new Error(`the data folder ${at} cannot be written: ${(error as Error).message}`, { cause: error });
    }
    try {
      return new DataFolder(at, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  private log: number;
  private end: number;

  private constructor(
    readonly dir: string,
    private readonly unlock: () => void,
  ) {
    const file = path.join(dir, LOG);
    if (!fs.existsSync(file)) fs.closeSync(this.replaceLog([header]));
    const bytes = fs.readFileSync(file);
    const { changes, end } = readLog(bytes, file);
    for (const change of changes) this.apply(change);
    this.log = fs.openSync(file, 'r+');
    this.end = end;
    this.compacted = Math.max(end, COMPACT_BYTES / 2);
    if (end < bytes.length) {
      fs.ftruncateSync(this.log, end);
      fs.fsyncSync(this.log);
    }
    for (const name of fs.readdirSync(path.join(dir, FILES))) this.written.add(name);
    this.removeUnused();
  }

  section(name: string): Section {
    const set = (key: string, entry: Entry): void => this.change({ section: name, key, ...entry });
    return {
      entries: [...(this.state.get(name) ?? [])].map(([key, { value }]) => [key, value] as const),
      set: (key, value) => set(key, { value }),
      setFile: (key, value, bytes) => {
        const hash = createHash('sha256').update(bytes).digest('hex');
        if (!this.written.has(hash)) this.unwritten.set(hash, bytes);
        set(key, { value, file: hash });
      },
      contentOf: (key) => this.content(this.state.get(name)?.get(key)?.file ?? '', key),
      durable: () => this.durable(),
    };
  }

  durable(): Promise<void> {
    if (this.closed) return Promise.reject(new Error(`the data folder ${this.dir} is closed`));
    if (this.pending.length === 0 && !this.isRunning) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.start();
    });
  }

  /** Writes what is left, and gives the folder free. */
  close(): Promise<void> {
    if (this.closed) return closing.get(this.dir) ?? Promise.resolve();
    const done = this.durable().finally(() => {
      fs.closeSync(this.log);
      this.unlock();
      closing.delete(this.dir);
    });
    closing.set(
      this.dir,
      done.catch(() => {}),
    );
    // What comes from now on is not kept, and nobody is told that it is.
    this.closed = true;
    return done;
  }

  // --- changes

  private change(change: Change): void {
    if (this.closed) return;
    this.apply(change);
    this.pending.push(change);
    this.start();
  }

  private apply({ section, key, ...entry }: Change): void {
    const entries = this.state.get(section) ?? new Map<string, Entry>();
    this.state.set(section, entries);
    if (entry.value === undefined) entries.delete(key);
    else entries.set(key, entry);
  }

  private start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    void this.run();
  }

  private async run(): Promise<void> {
    // The step that has begun to change something is done when this goes on.
    await Promise.resolve();
    while (this.pending.length > 0 || this.waiting.length > 0) {
      const [changes, waiting] = [this.pending, this.waiting];
      this.pending = [];
      this.waiting = [];
      try {
        await this.write(changes);
      } catch (error) {
        // The next write tries these again, in their order. Until then nobody is told that they are kept.
        this.pending = [...changes, ...this.pending];
        const failure = new RetryableException(
          `the data folder ${this.dir} cannot be written, so what was written to it last may be lost: ${(error as Error).message}`,
          { cause: error },
        );
        this.isRunning = false;
        for (const one of [...waiting, ...this.waiting.splice(0)]) one.reject(failure);
        return;
      }
      for (const one of waiting) one.resolve();
    }
    this.isRunning = false;
  }

  private async write(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    await this.writeFiles();
    this.syncLogName();
    const record = recordOf(changes);
    try {
      await writeAll(this.log, record, this.end);
      await new Promise<void>((resolve, reject) => fs.fdatasync(this.log, (error) => (error ? reject(error) : resolve())));
    } catch (error) {
      this.cutOff();
      throw error;
    }
    this.end += record.length;
    if (this.end > 2 * this.compacted) this.compact();
  }

  /** Removes the rest of a record. Who opens the folder would do so too. */
  private cutOff(): void {
    try {
      fs.ftruncateSync(this.log, this.end);
    } catch {
      // The next record is written over it.
    }
  }

  private syncLogName(): void {
    if (!this.isUnsynced) return;
    syncFolder(this.dir);
    this.isUnsynced = false;
  }

  // --- contents of files

  private pathOf(hash: string): string {
    return path.join(this.dir, FILES, hash);
  }

  private content(hash: string, name: string): Uint8Array {
    try {
      return new Uint8Array(fs.readFileSync(this.pathOf(hash)));
    } catch (error) {
      throw new DataFolderUnreadable(`the data folder ${this.dir} has no content of ${name}: ${(error as Error).message}`);
    }
  }

  private async writeFiles(): Promise<void> {
    if (this.unwritten.size === 0) return;
    for (const [hash, bytes] of [...this.unwritten]) {
      const beside = `${this.pathOf(hash)}.new`;
      const file = await fs.promises.open(beside, 'w');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.promises.rename(beside, this.pathOf(hash));
      this.written.add(hash);
      this.unwritten.delete(hash);
    }
    syncFolder(path.join(this.dir, FILES));
  }

  /** Files that no entry needs: of entries that are gone, or of a process that ended before it had written the entry. */
  private removeUnused(): void {
    const used = new Set([...this.state.values()].flatMap((entries) => [...entries.values()].map(({ file }) => file)));
    for (const name of this.written) {
      if (used.has(name)) continue;
      fs.rmSync(this.pathOf(name), { force: true });
      this.written.delete(name);
    }
  }

  // --- the log

  /** A failure is none of the write's that it comes after: the log that is there goes on. */
  private compact(): void {
    // What waits to be written is in the state already. A log may not name a file that is not there yet.
    if (this.unwritten.size > 0) return;
    const parts = [header];
    for (const [section, entries] of this.state)
      for (const [key, entry] of entries) parts.push(recordOf([{ section, key, ...entry }]));
    try {
      const log = this.replaceLog(parts);
      fs.closeSync(this.log);
      this.log = log;
      this.end = parts.reduce((sum, part) => sum + part.length, 0);
      // Before that the log that is past may come back, and needs its files.
      this.syncLogName();
    } catch {
      // It is tried again when the log is twice as long.
      this.compacted = this.end;
      return;
    }
    this.compacted = Math.max(this.end, COMPACT_BYTES / 2);
    this.removeUnused();
  }

  /** Gives the new log, open. */
  private replaceLog(parts: readonly Buffer[]): number {
    const file = path.join(this.dir, LOG);
    const beside = `${file}.new`;
    const log = fs.openSync(beside, 'w+');
    try {
      fs.writeFileSync(log, Buffer.concat(parts));
      fs.fsyncSync(log);
      fs.renameSync(beside, file);
    } catch (error) {
      fs.closeSync(log);
      throw error;
    }
    this.isUnsynced = true;
    return log;
  }
}

/** A short write is gone on with; one that writes nothing fails with the reason. */
async function writeAll(fd: number, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += await new Promise<number>((resolve, reject) =>
      fs.write(fd, bytes, done, bytes.length - done, at + done, (error, count) => (error ? reject(error) : resolve(count))),
    );
  }
}

/** A new name of a file is there after a crash of the machine only when its folder is written. */
function syncFolder(dir: string): void {
  const fd = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
