/** The review for programs: everything, never cut. `review-schema.ts` describes it. */
import type { Verdict } from './gate.js';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const REVIEW_SCHEMA_VERSION = 1;

export function reviewJson(verdicts: readonly Verdict[], toolVersion: string): object {
  return {
    schemaVersion: REVIEW_SCHEMA_VERSION,
    tool: { name: 'nimbusc', version: toolVersion },
    passed: verdicts.every(({ passed }) => passed),
    reviews: verdicts.map(({ review, failOn, passed, notes }) => ({
      project: review.project,
      stage: review.stage,
      of: review.of,
      complete: review.complete,
      passed,
      failOn,
      counts: review.counts,
      findings: review.findings,
      changes: review.changes,
      functions: review.functions,
      notes: [...notes, ...review.notes],
    })),
  };
}

export function renderReviewJson(verdicts: readonly Verdict[], toolVersion: string): string {
  return `${JSON.stringify(reviewJson(verdicts, toolVersion), null, 2)}\n`;
}
