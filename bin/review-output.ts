/** What `review` and `diff` share: their flags, and how a verdict is printed. */
import process from 'node:process';
import type { Verdict } from '../compiler/review/gate.js';
import { type Category, categories } from '../compiler/review/model.js';
import { renderReviewGithub } from '../compiler/review/render-github.js';
import { renderReviewJson } from '../compiler/review/render-json.js';
import { renderPretty } from '../compiler/review/render-pretty.js';
import { renderReviewSarif } from '../compiler/review/render-sarif.js';
import type { ReviewSettings } from '../compiler/review-plan.js';
import { type CommonArgs, EXIT } from './cli.js';
import { terminalOf } from './terminal.js';

export const REVIEW_FORMATS = ['pretty', 'markdown', 'json', 'github', 'sarif'] as const;

export interface ReviewArgs {
  /** Categories, perhaps several in one text; null: what the configuration says. */
  readonly failOn: readonly string[] | null;
  readonly today: string | undefined;
}

/** Null when a flag is wrong; that has been said then. */
export function reviewSettings({ failOn, today }: ReviewArgs): ReviewSettings | null {
  const asked = failOn
    ?.flatMap((one) => one.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'none');
  const unknown = asked?.find((one) => !categories.some((known) => known === one));
  if (unknown !== undefined) {
    process.stderr.write(`nimbusc: --fail-on knows no "${unknown}"; it knows ${categories.join(', ')} and none\n`);
    return null;
  }
  if (today !== undefined && !/^\d{4}-\d{2}-\d{2}$/u.test(today)) {
    process.stderr.write(`nimbusc: --today must be a day such as 2026-12-31, not "${today}"\n`);
    return null;
  }
  // The one place that asks for the time: all that a review says is a function of this day and its other inputs.
  return { failOn: (asked as Category[] | undefined) ?? null, today: today ?? new Date().toISOString().slice(0, 10) };
}

/** One verdict of a plan, or one per stage of a change. */
export async function printVerdicts(verdicts: readonly Verdict[], version: string, args: CommonArgs): Promise<number> {
  switch (args.format ?? 'pretty') {
    case 'markdown':
      process.stdout.write((await import('../compiler/review/render-markdown.js')).renderMarkdown(verdicts));
      break;
    case 'json':
      process.stdout.write(renderReviewJson(verdicts, version));
      break;
    case 'sarif':
      process.stdout.write(renderReviewSarif(verdicts, version));
      break;
    case 'github':
      process.stdout.write(verdicts.map(renderReviewGithub).join(''));
      break;
    default:
      process.stderr.write(
        verdicts.map((verdict) => renderPretty(verdict, terminalOf(process.stderr, args.color).color)).join('\n'),
      );
  }
  return verdicts.every(({ passed }) => passed) ? EXIT.done : EXIT.problems;
}
