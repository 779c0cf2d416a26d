/** In: planned changes, and what the build of a stage says of the source. Out: the review. Pure. */
import { compareText } from '../../../compiler/ir/span.js';
import { type Action, categories, type Finding, type ResourceChange, type Review } from '../../../compiler/review/model.js';
import type { BuildFacts, PlannedChange, PlannedChanges } from '../../../compiler/review/plan.js';
import { behaviourFindings, driftFindings, reasonNotes, replacementFindings, unsetDrift } from './behaviour.js';
import { dataFindings, LOG_GROUP } from './data.js';
import { exposureFindings } from './exposure.js';
import { functionChanges } from './functions.js';
import { permissionFindings } from './permissions.js';
import { movesOnly, textOf } from './values.js';
import { FUNCTION, identityOf, type ReviewView, reviewView } from './view.js';

const LEVELS = ['error', 'warning', 'note'] as const;

export function reviewChanges(plan: PlannedChanges, buildOf: (stage: string) => BuildFacts, asked: string | null): Review {
  const stage = asked ?? identityOf(plan.changes).stage;
  const view = reviewView(plan, stage === null ? { graph: null, zips: null } : buildOf(stage));
  const findings = [
    ...plan.changes.flatMap((change) => findingsOf(change, view)),
    ...plan.drift.flatMap((change) => driftFindings(change, view)),
  ];
  const changes = plan.changes.flatMap((change) => changeOf(change, view) ?? []);
  return {
    project: view.project,
    stage: view.stage,
    of: plan.of,
    complete: plan.complete,
    counts: countsOf(changes),
    findings: findings.sort(compareFindings),
    changes: changes.sort((a, b) => compareText(a.address, b.address) || compareText(a.action, b.action)),
    functions: [...functionChanges(plan.changes, view)].sort(
      (a, b) => compareText(a.name, b.name) || compareText(a.address, b.address),
    ),
    notes: [...plan.notes, ...notesOf(view)],
  };
}

function findingsOf(change: PlannedChange, view: ReviewView): readonly Finding[] {
  const data = dataFindings(change, view);
  return [
    ...data,
    ...exposureFindings(change, view),
    ...permissionFindings(change, view),
    ...replacementFindings(change, data.length > 0, view),
    // A shorter retention is told as what it costs.
    ...(data.length > 0 && change.type === LOG_GROUP ? [] : behaviourFindings(change, view)),
  ];
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    categories.indexOf(a.category) - categories.indexOf(b.category) ||
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    compareText(a.address, b.address) ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

/** Null where nothing is changed. */
function changeOf(change: PlannedChange, view: ReviewView): ResourceChange | null {
  const action = actionOf(change);
  if (action === null) return null;
  const attributes = change.action === 'replace' ? change.replacePaths : change.action === 'update' ? view.changed(change) : [];
  // Only the tag that says where its line is now.
  const moved = change.action === 'update' && attributes.length === 0 && movesOnly(change);
  return {
    address: change.address,
    type: change.type,
    subject: view.subject(change.address),
    action,
    previousAddress: change.previousAddress,
    attributes: moved ? ['nimbus:source'] : attributes,
    follows: view.follows(change),
    reason: change.deposed ? 'a leftover of a replacement' : (reasonNotes(change)[0] ?? null),
    source: view.source(change.address),
    foreign: !view.isOwn(change.address),
  };
}

function actionOf(change: PlannedChange): Action | null {
  if (change.action !== 'no-op') return change.action;
  if (change.importing) return 'import';
  return change.previousAddress === null ? null : 'move';
}

function countsOf(changes: readonly ResourceChange[]): Review['counts'] {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, forget: 0, move: 0, import: 0, read: 0 };
  for (const { action } of changes) counts[action] += 1;
  return counts;
}

function notesOf(view: ReviewView): readonly string[] {
  if (view.plan.of === 'source') {
    return ['This compares sources: what was changed outside of Terraform, and what exists in the cloud, only a plan knows.'];
  }
  const { graph, zips } = view.build;
  const build = graph === null || zips === null ? [NO_BUILD] : isOtherBuild(view, zips) ? [OTHER_BUILD] : [];
  return [...(view.plan.changes.length === 0 ? [] : build), ...driftNotes(view)];
}

const NO_BUILD = 'There is no build of this stage beside the plan: lines that justify permissions, and sizes, are not known.';
const OTHER_BUILD = 'The plan was made of another build than the one in the output folder: lines and sizes may be wrong.';

/** A zip that the plan deploys is not there, or is another. */
function isOtherBuild({ plan }: ReviewView, zips: NonNullable<BuildFacts['zips']>): boolean {
  return plan.changes.some(({ type, after }) => {
    const [file, hash] = [textOf(after?.['filename']), textOf(after?.['source_code_hash'])];
    if (type !== FUNCTION || file === null || hash === null || !file.includes('artifacts/')) return false;
    const zip = zips.get(file.slice(file.lastIndexOf('artifacts/')));
    return zip === undefined || zip.sha256 !== Buffer.from(hash, 'base64').toString('hex');
  });
}

const FEW = 5;

function driftNotes(view: ReviewView): readonly string[] {
  const found = unsetDrift(view.plan.drift, view);
  if (found.length === 0) return [];
  const more = found.length > FEW ? ` and ${found.length - FEW} more` : '';
  const some = found.slice(0, FEW).join(', ');
  return [`Settings that no source sets have changed outside of Terraform, or were set by AWS itself: ${some}${more}.`];
}
