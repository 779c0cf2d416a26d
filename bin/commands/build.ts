/** `nimbusc build`: checks, writes the output, and shows what is in it and what to run next. */
import * as path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { type BuildResult, build } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { report } from '../report.js';
import { terminalOf } from '../terminal.js';

export async function buildCommand(args: CommonArgs): Promise<number> {
  const options = compileOptions(args);
  const result = await build(options);
  // Ctrl-C ends esbuild as well. Should that be noticed before the signal, the signal's handler still has the last word.
  if (result.crash !== null) await setTimeout(100);
  const code = report(result, options, args);
  if (code !== EXIT.done || args.quiet || (args.format ?? 'pretty') !== 'pretty') return code;
  process.stderr.write(summary(result, args, options.projectDir));
  return code;
}

function summary(result: BuildResult, args: CommonArgs, projectDir: string): string {
  const { color } = terminalOf(process.stderr, args.color);
  const dim = (text: string): string => (color ? `\u001b[2m${text}\u001b[22m` : text);
  const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text);
  const shown = path.relative(process.cwd(), path.join(projectDir, result.out)).split(path.sep).join('/') || '.';
  const lines: string[] = [];
  for (const { stage, functions } of result.stages) {
    const rows = functions.map((f) => [f.name, f.triggers.join(', '), size(f.packedBytes), f.permissions.join('; ') || '-']);
    const head = ['function', 'trigger', 'size', 'permissions'];
    const widths = [0, 1, 2].map((column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
    const line = (row: readonly string[]): string =>
      row
        .map((cell, column) => (column === 2 ? cell.padStart(widths[2] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd();
    lines.push(`${bold(stage)}  ${dim(`${shown}/${stage}`)}`, `  ${dim(line(head))}`, ...rows.map((row) => `  ${line(row)}`), '');
  }
  if (!result.changed) lines.push('Nothing has changed since the last build.', '');
  const first = result.stages[0]?.stage;
  if (first !== undefined) {
    const folder = /[^\w./-]/.test(`${shown}/${first}`) ? `'${shown}/${first}'` : `${shown}/${first}`;
    lines.push('Deploy with:', `  terraform -chdir=${folder} init`, `  terraform -chdir=${folder} apply`, '');
  }
  return lines.join('\n');
}

function size(bytes: number): string {
  return bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 * 1024
      ? `${(bytes / 1024).toFixed(1)} KB`
      : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
