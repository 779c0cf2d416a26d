/** Whether a review passes: which findings fail it, and which of those somebody has approved. */
import type { ReviewConfig } from '../config/config.js';
import type { Category, Finding, Review } from './model.js';

export interface Verdict {
  readonly review: Review;
  readonly passed: boolean;
  readonly failOn: readonly Category[];
  /** Findings that fail it, in the order of the review. */
  readonly failing: readonly Finding[];
  /** Approvals that have ended, or that nothing needs any more. */
  readonly notes: readonly string[];
}

export interface GateSettings {
  readonly failOn: readonly Category[];
  readonly approved: ReviewConfig['approved'];
  /** Addresses whose data may be destroyed. */
  readonly allowDestroy: readonly string[];
  /** `2026-11-22`. Given in, because nothing in the compiler asks for the time. */
  readonly today: string;
}

export const defaultFailOn: readonly Category[] = ['data-loss'];

export function judge(review: Review, settings: GateSettings): Verdict {
  const { approved, allowDestroy, today, failOn } = settings;
  const current = approved.filter(({ until }) => until === null || until >= today);
  const findings = review.findings.map((finding): Finding => {
    const found = current.find((one) => matches(one, finding));
    if (found !== undefined) return { ...finding, approved: { reason: found.reason, until: found.until } };
    const allowed = finding.category === 'data-loss' && allowDestroy.includes(finding.address);
    return allowed ? { ...finding, approved: { reason: 'named in "allowDestroy"', until: null } } : finding;
  });
  const ended = approved
    .filter(({ until }) => until !== null && until < today)
    .filter((one) => review.findings.some((f) => matches(one, f)));
  const failing = findings.filter((one) => one.approved === null && failOn.includes(one.category));
  return {
    review: { ...review, findings },
    passed: review.complete && failing.length === 0,
    failOn,
    failing,
    notes: ended.map(
      ({ rule, address, until }) => `The approval of ${rule}${address === null ? '' : ` for ${address}`} ended on ${until}.`,
    ),
  };
}

function matches(approved: ReviewConfig['approved'][number], { rule, category, address }: Finding): boolean {
  return (approved.rule === rule || approved.rule === category) && (approved.address === null || approved.address === address);
}
