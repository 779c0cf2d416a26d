// Tells when files of a project have changed. Folders that hold no source are not looked at, and may be large.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Editors write a file in several steps, and a checkout many files. */
const PAUSE_MS = 15;
const IGNORED = /^(node_modules|\..*|.*~|.*\.sw[a-z]|4913|#.*#)$/;

export interface ProjectWatch {
  close(): void;
}

export interface WatchOptions {
  /** Folders that others write to, absolute. */
  readonly ignored: readonly string[];
  /** True when the content of a file matters; that there is one more or one less always does. */
  isRead(file: string): boolean;
  changed(): void;
}

export function watchProject(dir: string, { ignored, isRead, changed }: WatchOptions): ProjectWatch {
  const watchers = new Map<string, fs.FSWatcher>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const notice = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(changed, PAUSE_MS);
  };

  const add = (folder: string): void => {
    if (closed || watchers.has(folder) || ignored.includes(folder)) return;
    let watcher: fs.FSWatcher;
    try {
      watcher = fs.watch(folder, (event, name) => {
        if (name === null || !IGNORED.test(name)) see(folder, name, event === 'change');
      });
    } catch {
      // It is gone again.
      return;
    }
    watchers.set(folder, watcher);
    watcher.on('error', () => drop(folder));
    for (const entry of listed(folder)) if (entry.isDirectory() && !IGNORED.test(entry.name)) add(path.join(folder, entry.name));
  };

  const see = (folder: string, name: string | null, isContent: boolean): void => {
    const file = path.join(folder, name ?? '');
    if (ignored.includes(file)) return;
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) add(file);
    else if (stat === undefined) drop(file);
    // Logs and the like: what writes a line for each build must not begin the next one.
    else if (isContent && name !== null && !isRead(file)) return;
    notice();
  };

  const drop = (folder: string): void => {
    for (const [one, watcher] of watchers) {
      if (one !== folder && !one.startsWith(`${folder}${path.sep}`)) continue;
      watcher.close();
      watchers.delete(one);
    }
  };

  add(dir);
  return {
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      drop(dir);
    },
  };
}

function listed(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
