/** Shows the diagnostics of a run in the format asked for, and says with which code to exit. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import process from 'node:process';
import type { RenderContext } from '../compiler/diagnostics/render-context.js';
import { renderGithub } from '../compiler/diagnostics/render-github.js';
import { renderJson } from '../compiler/diagnostics/render-json.js';
import { renderSarif } from '../compiler/diagnostics/render-sarif.js';
import { renderText } from '../compiler/diagnostics/render-text.js';
import { type CheckResult, type CompileOptions, catalogueOf } from '../compiler/pipeline.js';
import { type CommonArgs, EXIT } from './cli.js';
import { terminalOf } from './terminal.js';

/** Codes of a wrong configuration or command line, as opposed to problems in the source. */
const CONFIGURATION = /^NIM(100[1-7]|101[1-57-9]|102\d|1401|1807|5001|5004)$/;

export function report(
  result: Omit<CheckResult, 'graphs' | 'document' | 'explain'>,
  options: CompileOptions,
  args: CommonArgs,
): number {
  const terminal = terminalOf(process.stderr, args.color);
  const context: RenderContext = {
    texts: result.texts,
    toolVersion: options.version,
    catalogue: catalogueOf(options.provider),
    color: terminal.color,
    width: terminal.width,
  };
  const { diagnostics } = result;
  switch (args.format ?? 'pretty') {
    case 'json':
      process.stdout.write(renderJson(diagnostics, context));
      break;
    case 'sarif':
      process.stdout.write(renderSarif(diagnostics, context));
      break;
    case 'github':
      process.stdout.write(renderGithub(diagnostics, context));
      break;
    default:
      if (diagnostics.length > 0) process.stderr.write(renderText(diagnostics, context));
  }
  if (result.crash !== null) {
    const file = writeCrash(result.crash, options);
    process.stderr.write(file === null ? `\n${result.crash.stack}\n` : `\nA report for the authors of nimbusc is in ${file}\n`);
    return EXIT.internal;
  }
  if (!result.failed) return EXIT.done;
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (errors.some((d) => /^NIM500[235]$/.test(d.code))) return EXIT.outside;
  return errors.every((d) => CONFIGURATION.test(d.code)) ? EXIT.usage : EXIT.problems;
}

/** Versions, phase and stack, nothing of the user's source; null when it cannot be written. */
function writeCrash(crash: { readonly phase: string; readonly stack: string }, options: CompileOptions): string | null {
  const file = path.join(os.tmpdir(), `nimbusc-crash-${process.pid}.txt`);
  const lines = [
    `nimbusc ${options.version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `while it tried to ${crash.phase}`,
    '',
    crash.stack,
    '',
  ];
  try {
    fs.writeFileSync(file, lines.join('\n'));
    return file;
  } catch {
    return null;
  }
}
