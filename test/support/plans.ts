/** Terraform plans as `terraform show -json` writes them, from the little that a test is about. */

import { judge, type Verdict } from '../../compiler/review/gate.js';
import { type Category, categories, type Review } from '../../compiler/review/model.js';
import type { BuildFacts } from '../../compiler/review/plan.js';
import { readPlan } from '../../compiler/review/read-plan.js';
import { createAws } from '../../providers/aws/index.js';
import { compiledBase } from './temp-project.js';

type Values = Readonly<Record<string, unknown>>;

export interface Entry {
  /** `aws_sqs_queue.orders`, perhaps in a module and with a key. */
  readonly address: string;
  readonly actions?: readonly string[];
  readonly before?: Values | null;
  readonly after?: Values | null;
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
  readonly replacePaths?: readonly (readonly (string | number)[])[];
  readonly more?: Values;
  readonly change?: Values;
}

export const TAGS = { 'nimbus:project': 'shop', 'nimbus:stage': 'dev', 'nimbus:source': 'src/shop.ts:7' };

export function entry({ address, before = null, after = null, more = {}, change = {}, ...rest }: Entry): object {
  const [, module = '', type = '', name = ''] = /^((?:module\.[^.]+\.)*)((?:data\.)?[^.]+)\.([^.[]+)/.exec(address) ?? [];
  const actions = rest.actions ?? (before === null ? ['create'] : after === null ? ['delete'] : ['update']);
  return {
    address,
    mode: 'managed',
    type,
    name,
    provider_name: 'registry.terraform.io/hashicorp/aws',
    ...(module === '' ? {} : { module_address: module.slice(0, -1) }),
    ...more,
    change: {
      actions,
      before,
      after,
      after_unknown: rest.unknown ?? {},
      before_sensitive: rest.sensitive ?? {},
      after_sensitive: rest.sensitive ?? {},
      ...(rest.replacePaths === undefined ? {} : { replace_paths: rest.replacePaths }),
      ...change,
    },
  };
}

export function planText(entries: readonly Entry[], more: Values = {}): string {
  return JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', resource_changes: entries.map(entry), ...more });
}

const aws = createAws(compiledBase);

/** The review of a plan without a build beside it, unless there is one. */
export async function reviewOf(text: string | Uint8Array, build: BuildFacts = { graph: null, zips: null }): Promise<Review> {
  const read = readPlan(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  if (!read.ok) throw new Error(read.problem);
  return aws.review(read.plan, () => build, null);
}

export function reviewEntries(...entries: readonly Entry[]): Promise<Review> {
  return reviewOf(planText(entries));
}

export function verdictOf(review: Review, failOn: readonly Category[] = categories): Verdict {
  return judge(review, { failOn, approved: [], allowDestroy: [], today: '2026-11-22' });
}

/** `error data-loss/table-destroyed: The table ...`, the findings in their order. */
export function said({ findings }: Review): string[] {
  return findings.map(({ level, rule, message }) => `${level} ${rule}: ${message}`);
}
