// System calls of a process, where strace is there.
import { type Finished, type RunOptions, run } from './run.js';

/** Skips the test or suite where strace is missing, and says on one line what stays untested. */
export async function straceOrSkip(context: Mocha.Context, untested: string): Promise<void> {
  if ((await run('strace', ['-V'])).status === 0) return;
  process.stderr.write(`SKIPPED: ${untested}, because strace is not installed\n`);
  context.skip();
}

/** Runs a command, its threads and children with these options of strace. Ends as the command ends. */
export function strace(options: readonly string[], command: readonly string[], how: RunOptions = {}): Promise<Finished> {
  return run('strace', ['-f', '-qq', ...options, ...command], how);
}
