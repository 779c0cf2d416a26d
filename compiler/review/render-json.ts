/** The review for programs: everything, never cut. `review-schema.ts` describes it. */
import type { Verdict } from './gate.js';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const REVIEW_SCHEMA_VERSION = 1;

export function reviewJson({ review, failOn, passed, notes }: Verdict, toolVersion: string): object {
  return {
    schemaVersion: REVIEW_SCHEMA_VERSION,
    tool: { name: 'nimbusc', version: toolVersion },
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
  };
}

export function renderReviewJson(verdict: Verdict, toolVersion: string): string {
  return `${JSON.stringify(reviewJson(verdict, toolVersion), null, 2)}\n`;
}
