/** `nimbusc diff BASE [HEAD]`: what a change of the source means, without Terraform, state, credentials or network. */
import process from 'node:process';
import { diff } from '../../compiler/diff.js';
import type { CompileOptions } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { GitError } from '../git-host.js';
import { report } from '../report.js';
import { printVerdicts, type ReviewArgs, reviewSettings } from '../review-output.js';
import { NoSuchSide, Sides } from '../sides.js';

export interface DiffArgs extends CommonArgs, ReviewArgs {
  /** Whether the sizes of all zips are asked for. */
  readonly sizes: boolean;
}

export async function diffCommand(base: string, head: string | null, args: DiffArgs): Promise<number> {
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
    const result = await diff(exists(before) ? before : null, after, { ...settings, sizes: args.sizes });
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

const exists = ({ host, projectDir }: CompileOptions): boolean => host.kind(projectDir) === 'folder';
