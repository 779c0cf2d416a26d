/** `nimbusc review PLAN.json`: what a Terraform plan means, and whether it passes. */
import * as fs from 'node:fs';
import process from 'node:process';
import { reviewPlan } from '../../compiler/review-plan.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { report } from '../report.js';
import { printVerdicts, type ReviewArgs, reviewSettings } from '../review-output.js';

/** `named`: `-` is standard input; yargs makes an empty text of it. */
export async function reviewCommand(named: string, args: CommonArgs & ReviewArgs): Promise<number> {
  if (args.stage.length > 1) {
    process.stderr.write('nimbusc: a plan is of one stage; give --stage once\n');
    return EXIT.usage;
  }
  const file = named === '' ? '-' : named;
  const settings = reviewSettings(args);
  if (settings === null) return EXIT.usage;
  let plan: Uint8Array;
  try {
    plan = fs.readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    process.stderr.write(`nimbusc: ${file} cannot be read: ${(error as Error).message}\n`);
    return EXIT.usage;
  }
  const options = compileOptions(args);
  const result = await reviewPlan(options, plan, settings);
  if (result.verdict === null && result.noPlan === null) return report(result, options, { ...args, format: 'pretty' });
  if (result.verdict === null) {
    const { problem, hint } = result.noPlan ?? { problem: '', hint: '' };
    process.stderr.write(
      `nimbusc: ${file === '-' ? 'standard input' : file} is no Terraform plan as JSON: ${problem}\n${hint}\n`,
    );
    return EXIT.usage;
  }
  return printVerdicts([result.verdict], options.version, args);
}
