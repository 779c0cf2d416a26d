/** `nimbusc check`: diagnostics, nothing written. */
import process from 'node:process';
import { check } from '../../compiler/pipeline.js';
import type { CommonArgs } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { report } from '../report.js';

export async function checkCommand(args: CommonArgs): Promise<number> {
  const options = compileOptions(args);
  const result = await check(options);
  const code = report(result, options, args);
  if (code === 0 && !args.quiet && (args.format ?? 'pretty') === 'pretty' && result.diagnostics.length === 0) {
    const functions = new Set(result.graphs.flatMap((g) => g.nodes.filter((n) => n['kind'] === 'function').map((n) => n['id'])));
    process.stderr.write(
      `no problems: ${functions.size} ${functions.size === 1 ? 'function' : 'functions'} in ${result.graphs.map((g) => g.stage).join(', ')}\n`,
    );
  }
  return code;
}
