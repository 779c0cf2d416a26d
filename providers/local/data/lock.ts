// The lock of a data folder, so that two servers never write to the same one. A process that was killed leaves its lock
// behind; who comes next sees that nobody holds it, and takes it over.
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';

const LOCK = 'lock';
let taken = 0;

/** Thrown for a folder that a running process has. */
export class DataFolderInUse extends Error {
  override get name(): string {
    return 'DataFolderInUse';
  }
}

/** Gives what releases it. */
export function lockFolder(dir: string): () => void {
  const lock = path.join(dir, LOCK);
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid), take: ++taken });
  // Written beside and linked, so that nobody ever sees a lock that does not say whose it is.
  const beside = `${lock}.${process.pid}.${taken}`;
  fs.writeFileSync(beside, mine);
  try {
    while (!linked(beside, lock)) {
      const theirs = textOf(lock);
      if (theirs === null) continue;
      if (isHeld(theirs)) throw inUse(dir, theirs);
      removeStale(dir, lock, `${beside}.stale`, theirs);
    }
  } finally {
    fs.rmSync(beside, { force: true });
  }
  return () => {
    if (textOf(lock) === mine) fs.rmSync(lock, { force: true });
  };
}

function linked(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Another process may have taken the stale lock over in between, and then it is this one's that was moved: it is put back. */
function removeStale(dir: string, lock: string, aside: string, stale: string): void {
  try {
    fs.renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = textOf(aside) ?? '';
  if (moved !== stale) linked(aside, lock);
  fs.rmSync(aside, { force: true });
  if (moved !== stale) throw inUse(dir, moved);
}

const inUse = (dir: string, lock: string): DataFolderInUse =>
  new DataFolderInUse(`the data folder ${dir} is in use by process ${holderOf(lock)?.pid ?? '?'}`);

interface Holder {
  readonly pid: number;
  readonly started: string | null;
}

function holderOf(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

function isHeld(text: string): boolean {
  const holder = holderOf(text);
  if (holder === null) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Of another user: it is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // After a restart of the machine another process may have its number.
  const started = startOf(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

/** When a process started, where the system tells: man 5 proc_pid_stat, field 22, counted behind the name. */
function startOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}

function textOf(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
