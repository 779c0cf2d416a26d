/** `nimbusc diff BASE [HEAD]`: what a change of the source means, without Terraform, state, credentials or network. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { diff } from '../../compiler/diff.js';
import type { CompileOptions } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { GitError, type Repository, repositoryOf } from '../git-host.js';
import { nodeHost } from '../node-host.js';
import { base as installed } from '../package-info.js';
import { report } from '../report.js';
import { printVerdicts, type ReviewArgs, reviewSettings } from '../review-output.js';

export async function diffCommand(base: string, head: string | null, args: CommonArgs & ReviewArgs): Promise<number> {
  const settings = reviewSettings(args);
  if (settings === null) return EXIT.usage;
  const options = compileOptions(args);
  try {
    const sides = new Sides(options);
    const before = sides.of(base);
    const after = head === null ? options : sides.of(head);
    if (!exists(after)) {
      process.stderr.write(`nimbusc: ${head ?? options.projectDir} has no folder ${options.projectDir}\n`);
      return EXIT.usage;
    }
    const result = await diff(exists(before) ? before : null, after, settings);
    if (result.failed || result.crash !== null) {
      process.stderr.write(`nimbusc: ${result.side === 'before' ? base : (head ?? 'the project')} does not compile:\n\n`);
      return report(result, options, { ...args, format: 'pretty' });
    }
    const known = new Set(result.verdicts.map(({ review }) => review.stage));
    const unknown = args.stage.find((stage) => !known.has(stage));
    if (unknown !== undefined) {
      process.stderr.write(`nimbusc: neither side has a stage ${unknown}\n`);
      return EXIT.usage;
    }
    return await printVerdicts(result.verdicts, options.version, args);
  } catch (error) {
    if (!(error instanceof GitError) && !(error instanceof NoSuchSide)) throw error;
    process.stderr.write(`nimbusc: ${error.message}\n`);
    return error instanceof GitError ? EXIT.outside : EXIT.usage;
  }
}

class NoSuchSide extends Error {}

const exists = ({ host, projectDir }: CompileOptions): boolean => host.kind(projectDir) === 'folder';

/** A name is a commit where git knows one, else a folder; a path is a folder. */
class Sides {
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
