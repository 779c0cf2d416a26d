/** `nimbusc explain NIM1234`: the long text of a diagnostic. */
import process from 'node:process';
import { closestCode, findEntry } from '../../compiler/diagnostics/catalogue.js';
import { renderExplain } from '../../compiler/diagnostics/render-explain.js';
import { catalogueOf } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { terminalOf } from '../terminal.js';

export async function explainCommand(code: string, args: CommonArgs): Promise<number> {
  const catalogue = catalogueOf(compileOptions(args).provider);
  const entry = findEntry(catalogue, code);
  if (entry === null) {
    const nearest = closestCode(catalogue, code);
    process.stderr.write(`nimbusc: there is no diagnostic ${code}${nearest === null ? '' : `; did you mean ${nearest}?`}\n`);
    return EXIT.usage;
  }
  process.stdout.write(renderExplain(entry, terminalOf(process.stdout, args.color)));
  return EXIT.done;
}
