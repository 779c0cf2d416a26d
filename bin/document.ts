/** Commands that make one text about one stage: check the project, choose the stage, and hand out the text. */
import process from 'node:process';
import { check, type DocumentKind } from '../compiler/pipeline.js';
import { type CommonArgs, EXIT } from './cli.js';
import { compileOptions } from './compile-options.js';
import { report } from './report.js';

/** Prints the document of the stage asked for, or else of the first one, alphabetically, that has such an API. */
export function printDocument(kind: DocumentKind, api: string, args: CommonArgs): Promise<number> {
  return withDocument(kind, api, args, (text) => {
    process.stdout.write(text);
    return EXIT.done;
  });
}

/** `api` is what the document is about, as users call it; `use` gives the exit code. */
export async function withDocument(
  kind: DocumentKind,
  api: string,
  args: CommonArgs,
  use: (text: string, stage: string) => number,
): Promise<number> {
  if (args.stage.length > 1) {
    process.stderr.write('nimbusc: this is about one stage; give --stage once\n');
    return EXIT.usage;
  }
  const options = compileOptions(args);
  const result = await check(options);
  const code = report(result, options, { ...args, format: 'pretty' });
  if (code !== EXIT.done) return code;
  const found: { readonly stage: string; readonly text: string }[] = [];
  for (const { stage } of result.graphs) {
    const text = await result.document(kind, stage);
    if (text !== null) found.push({ stage, text });
  }
  const [first, ...others] = found;
  if (first === undefined) {
    const stages = result.graphs.map(({ stage }) => stage);
    const where = stages.length === 1 ? `stage ${stages[0]} has` : `the stages ${stages.join(', ')} have`;
    process.stderr.write(`nimbusc: ${where} no ${api}\n`);
    return EXIT.problems;
  }
  if (others.length > 0 && !args.quiet) {
    process.stderr.write(
      `This is the stage ${first.stage}. Others: ${others.map(({ stage }) => `--stage ${stage}`).join(', ')}\n`,
    );
  }
  return use(first.text, first.stage);
}
