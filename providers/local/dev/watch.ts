// Tells when files of a project have changed. Folders that hold no source are not looked at, and may be large.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Editors write a file in several steps, and a checkout many files. */
const PAUSE_MS = 15;
const IGNORED = /^(node_modules|\..*|.*~|.*\.sw[a-z]|4913|#.*#)$/;

export interface ProjectWatch {
  close(): void;
}

/** @param output the folder that the compiler writes to, relative to the project */
export function watchProject(dir: string, output: string, changed: () => void): ProjectWatch {
  const watchers = new Map<string, fs.FSWatcher>();
  const out = path.join(dir, output);
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const notice = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(changed, PAUSE_MS);
  };

  const add = (folder: string): void => {
    if (closed || watchers.has(folder) || folder === out) return;
    let watcher: fs.FSWatcher;
    try {
      watcher = fs.watch(folder, (_, name) => {
        if (name === null || !IGNORED.test(name)) see(folder, name);
      });
    } catch {
      // It is gone again.
      return;
    }
    watchers.set(folder, watcher);
    watcher.on('error', () => drop(folder));
    for (const entry of listed(folder)) if (entry.isDirectory() && !IGNORED.test(entry.name)) add(path.join(folder, entry.name));
  };

  const see = (folder: string, name: string | null): void => {
    const file = path.join(folder, name ?? '');
    if (file === out) return;
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) add(file);
    else if (stat === undefined) drop(file);
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
