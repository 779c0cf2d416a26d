/** `Host` over Node's file system: the one place through which the compiler touches the disk. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import type { Host } from '../compiler/options.js';

export const nodeHost: Host = {
  readText: (path) => {
    const bytes = read(path);
    return bytes === null ? null : bytes.toString('utf8');
  },
  readBytes: read,
  list: (path) => {
    try {
      return fs.readdirSync(path, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        kind: entry.isFile()
          ? 'file'
          : entry.isDirectory()
            ? 'folder'
            : entry.isSymbolicLink()
              ? (kind(`${path}/${entry.name}`) ?? 'other')
              : 'other',
      }));
    } catch {
      return null;
    }
  },
  kind,
  signature: (path) => {
    const stat = statOf(path);
    return stat?.isFile() ? `${stat.size}:${stat.mtimeMs}:${stat.ino}` : null;
  },
  realPath: (path) => {
    try {
      return fs.realpathSync.native(path);
    } catch {
      return path;
    }
  },
  write: (path, content) => fs.writeFileSync(path, content),
  makeFolder,
  rename: (from, to) => fs.renameSync(from, to),
  link: (from, to) => {
    try {
      fs.linkSync(from, to);
    } catch (error) {
      // Other file systems, and file systems without links; anything else would fail the copy in the same way.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
      fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
    }
  },
  remove: (path) => fs.rmSync(path, { recursive: true, force: true }),
  processId: process.pid,
  isProcessAlive: (id) => {
    try {
      process.kill(id, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};

/** Not Node's `recursive`, which tries for ever where nothing can be made (/proc), and names the wrong reason elsewhere. */
function makeFolder(path: string): void {
  if (kind(path) === 'folder') return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    fs.mkdirSync(path);
  } catch (error) {
    // Made by another build in the meantime.
    if (kind(path) !== 'folder') throw error;
  }
}

function read(path: string): Buffer | null {
  try {
    return fs.readFileSync(path);
  } catch {
    return null;
  }
}

function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false });
  } catch {
    // A loop of links, a name that is too long, a folder that may not be entered: nothing that could be read.
    return undefined;
  }
}

function kind(path: string): 'file' | 'folder' | 'other' | null {
  const stat = statOf(path);
  if (stat === undefined) return null;
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
}
