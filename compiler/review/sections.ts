/** What every readable format shows, in its order. In: a verdict. Out: texts as they are; each format escapes them. */
import { compareText } from '../ir/span.js';
import type { Verdict } from './gate.js';
import {
  type Action,
  type Category,
  categories,
  type Finding,
  type FunctionChange,
  type ResourceChange,
  type SourceLine,
} from './model.js';

export interface Sections {
  readonly title: string;
  /** `2 to create, 1 to destroy`. */
  readonly summary: string;
  readonly verdict: string;
  readonly passed: boolean;
  readonly findings: readonly { readonly category: Category; readonly title: string; readonly items: readonly Finding[] }[];
  /** By the line of the source that causes them; those without a line last. */
  readonly groups: readonly { readonly place: string; readonly changes: readonly ResourceChange[] }[];
  /** Changes of nothing but the tag that says which line a resource comes from. */
  readonly movedLines: number;
  readonly functions: readonly FunctionChange[];
  readonly foreign: readonly ResourceChange[];
  readonly notes: readonly string[];
}

export const categoryTitles: Readonly<Record<Category, string>> = {
  'data-loss': 'Data at risk',
  'log-loss': 'Logs at risk',
  'stored-data': 'What is stored already',
  exposure: 'Exposure',
  permissions: 'Permissions',
  replacement: 'Made anew',
  drift: 'Changed outside of Terraform',
  behaviour: 'Behaviour and cost',
};

const DONE: Readonly<Record<Action, string>> = {
  create: 'to create',
  update: 'to change',
  replace: 'to replace',
  delete: 'to destroy',
  forget: 'to forget',
  move: 'to move',
  import: 'to import',
  read: 'to read',
};

/** As Terraform marks them. */
export const signs: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
  forget: '.',
  move: '>',
  import: '<',
  read: '?',
};

export function sectionsOf(verdict: Verdict): Sections {
  const { review, failing, failOn } = verdict;
  const movedOnly = ({ attributes }: ResourceChange): boolean => attributes.length === 1 && attributes[0] === 'nimbus:source';
  const told = review.changes.filter((one) => one.action !== 'read' || one.foreign);
  const own = told.filter((one) => !one.foreign);
  return {
    title: [review.project ?? 'This plan', ...(review.stage === null ? [] : [`stage ${review.stage}`])].join(', '),
    summary: summaryOf(verdict),
    passed: verdict.passed,
    verdict: verdict.passed ? 'passes' : `fails: ${review.complete ? failingInWords(failing) : 'the plan is incomplete'}`,
    findings: categories
      .map((category) => ({
        category,
        title: failOn.includes(category) ? `${categoryTitles[category]} (fails the review)` : categoryTitles[category],
        items: review.findings.filter((one) => one.category === category),
      }))
      .filter(({ items }) => items.length > 0),
    groups: groupsOf(own.filter((one) => !movedOnly(one))),
    movedLines: own.filter(movedOnly).length,
    functions: review.functions,
    foreign: told.filter((one) => one.foreign),
    notes: [...verdict.notes, ...review.notes],
  };
}

function summaryOf({ review }: Verdict): string {
  const parts = (Object.keys(DONE) as Action[])
    .filter((action) => review.counts[action] > 0)
    .map((action) => `${review.counts[action]} ${DONE[action]}`);
  return parts.length === 0 ? 'nothing changes' : parts.join(', ');
}

function failingInWords(failing: readonly Finding[]): string {
  const counts = categories.map((category) => [category, failing.filter((one) => one.category === category).length] as const);
  return counts
    .filter(([, amount]) => amount > 0)
    .map(([category, amount]) => `${amount} of ${category}`)
    .join(', ');
}

function groupsOf(changes: readonly ResourceChange[]): Sections['groups'] {
  const groups = new Map<string, { readonly source: SourceLine | null; readonly changes: ResourceChange[] }>();
  for (const change of changes) {
    const key = placeOf(change.source);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { source: change.source, changes: [change] });
    else group.changes.push(change);
  }
  return [...groups.values()]
    .sort((a, b) => compareLines(a.source, b.source))
    .map((group) => ({ place: placeOf(group.source), changes: group.changes }));
}

function compareLines(a: SourceLine | null, b: SourceLine | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareText(a.file, b.file) || a.line - b.line || compareText(a.side, b.side);
}

/** `src/chat.ts:41`. */
export function placeOf(source: SourceLine | null): string {
  if (source === null) return 'no line of the source';
  return `${source.file}:${source.line}${source.side === 'before' ? ' (before)' : ''}`;
}

/** `hash_key; follows from other changes; was aws_sqs_queue.a`. */
export function changeInWords({ attributes, follows, previousAddress, reason }: ResourceChange): string {
  return [
    attributes.join(', '),
    follows ? 'follows from other changes' : '',
    previousAddress === null ? '' : `was ${previousAddress}`,
    follows ? '' : (reason ?? ''),
  ]
    .filter(Boolean)
    .join('; ');
}

export function findingLines(finding: Finding): readonly string[] {
  const approved = finding.approved;
  return [
    ...finding.notes,
    ...(finding.because.length === 0 ? [] : [`for ${finding.because.map(placeOf).join(', ')}`]),
    ...(finding.foreign ? ['no resource of nimbusc'] : []),
    ...(approved === null ? [] : [`approved${approved.until === null ? '' : ` until ${approved.until}`}: ${approved.reason}`]),
  ];
}

export function functionInWords({ reasons, causes }: FunctionChange): string {
  const said = causes.length === 0 ? '' : ` (${causes.map(({ kind, name }) => `${CAUSES[kind]} ${name}`).join(', ')})`;
  return reasons.map((reason) => (reason === 'code' ? `code${said}` : reason)).join('; ');
}

const CAUSES: Readonly<Record<FunctionChange['causes'][number]['kind'], string>> = {
  own: 'its file',
  shared: 'shared file',
  dependency: 'package',
  nimbusc: 'what nimbusc adds:',
};

/** `68.1 KB to 68.2 KB (+0.1 KB)`; empty when no size is known. */
export function sizeInWords({ before, after }: FunctionChange['bytes']): string {
  if (before === null || after === null) return before === null && after === null ? '' : kilobytes((before ?? after) as number);
  const change = after - before;
  if (change === 0) return kilobytes(after);
  return `${kilobytes(before)} to ${kilobytes(after)} (${change > 0 ? '+' : '-'}${Math.abs(change) < 1024 ? `${Math.abs(change)} B` : kilobytes(Math.abs(change))})`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
