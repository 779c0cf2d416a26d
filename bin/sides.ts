/** In: what users call a state of the project: a commit, or a folder. Out: how to compile it, without a working tree of its own. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CompileOptions } from '../compiler/pipeline.js';
import { type Repository, repositoryOf } from './git-host.js';
import { nodeHost } from './node-host.js';
import { base as installed } from './package-info.js';

/** Says in words for users why there is no such state. */
export class NoSuchSide extends Error {}

/** A name is a commit where git knows one, else a folder; a path is a folder. */
export class Sides {
  private readonly repository: Repository | null;

  constructor(private readonly options: CompileOptions) {
    this.repository = nodeHost.kind(options.projectDir) === 'folder' ? repositoryOf(options.projectDir) : null;
  }

  of(name: string): CompileOptions {
    const isFolder = fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
    const isPath = /^\.{0,2}[\\/]|^\.{1,2}$/u.test(name) || path.isAbsolute(name);
    const commit = isFolder && isPath ? null : (this.repository?.commit(name) ?? null);
    const { options } = this;
    if (commit !== null && this.repository !== null) {
      return { ...options, host: this.repository.host(commit, options.projectDir, nodeHost.realPath(installed)) };
    }
    if (!isFolder) {
      const where =
        this.repository === null
          ? 'is no folder, and git knows no repository here'
          : 'is neither a commit of this repository nor a folder';
      throw new NoSuchSide(`${name} ${where}`);
    }
    return { ...options, projectDir: nodeHost.realPath(path.resolve(name)) };
  }
}
