/** `nimbusc graph`: the graph of one stage on standard output. */
import process from 'node:process';
import { check, jsonText } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { report } from '../report.js';

export async function graphCommand(args: CommonArgs): Promise<number> {
  if (args.stage.length > 1) {
    process.stderr.write('nimbusc: a graph shows one stage; give --stage once\n');
    return EXIT.usage;
  }
  const options = compileOptions(args);
  const result = await check(options);
  const code = report(result, options, { ...args, format: 'pretty' });
  if (code !== EXIT.done) return code;
  const [first, ...others] = result.graphs;
  if (first === undefined) return EXIT.done;
  if (others.length > 0 && !args.quiet) {
    process.stderr.write(`This is the stage ${first.stage}. Others: ${others.map((g) => `--stage ${g.stage}`).join(', ')}\n`);
  }
  process.stdout.write(jsonText(first));
  return EXIT.done;
}
