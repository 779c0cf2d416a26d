/** `nimbusc fix`: writes the decorators that are missing, with their imports, into the source. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { applyEdits, hasConflict, unifiedDiff } from '../../compiler/diagnostics/apply-fixes.js';
import type { TextEdit } from '../../compiler/diagnostics/diagnostic.js';
import { check } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { report } from '../report.js';

export async function fixCommand(args: CommonArgs, dryRun: boolean): Promise<number> {
  const options = compileOptions(args);
  const result = await check(options);
  const edits = new Map<string, TextEdit[]>();
  const titles = new Map<string, Set<string>>();
  const fixed = new Set<string>();
  for (const { code, fixes } of result.diagnostics) {
    const [fix] = fixes;
    if (code !== 'NIM1501' || fix === undefined) continue;
    for (const edit of fix.edits) {
      const { file } = edit.span;
      edits.set(file, [...(edits.get(file) ?? []), edit]);
      titles.set(file, (titles.get(file) ?? new Set()).add(fix.title));
    }
  }
  for (const [file, list] of [...edits].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const text = result.texts(file);
    if (text === null || hasConflict(text)) {
      process.stderr.write(`nimbusc: ${file} is left as it is: it has conflict markers\n`);
      continue;
    }
    fixed.add(file);
    if (dryRun) process.stdout.write(unifiedDiff(file, text, list));
    else {
      replaceFile(path.join(options.projectDir, file), applyEdits(text, list));
      for (const title of args.quiet ? [] : (titles.get(file) ?? [])) process.stderr.write(`${file}: ${title}\n`);
    }
  }
  const isFixed = ({ code, fixes }: (typeof result.diagnostics)[number]): boolean =>
    code === 'NIM1501' && fixes[0] !== undefined && fixes[0].edits.every(({ span }) => fixed.has(span.file));
  const rest = result.diagnostics.filter((one) => one.severity === 'error' && !isFixed(one));
  if (rest.length > 0) return report({ ...result, diagnostics: rest }, options, { ...args, format: 'pretty' });
  if (fixed.size === 0 && !args.quiet) process.stderr.write('no decorator is missing\n');
  return EXIT.done;
}

/** In one step, so that nobody ever sees half of it. */
function replaceFile(file: string, text: string): void {
  const real = fs.realpathSync(file);
  const beside = `${real}.nimbusc-${process.pid}`;
  fs.writeFileSync(beside, text, { mode: fs.statSync(real).mode });
  fs.renameSync(beside, real);
}
