/** In: planned changes, and what the build of a stage says of the source. Out: the review. Pure. */
import { compareText } from '../../../compiler/ir/span.js';
import { type Action, categories, type Finding, type ResourceChange, type Review } from '../../../compiler/review/model.js';
import type { BuildFacts, PlannedChange, PlannedChanges } from '../../../compiler/review/plan.js';
import { behaviourFindings, driftFindings, reasonNotes, replacementFindings } from './behaviour.js';
import { dataFindings, LOG_GROUP } from './data.js';
import { exposureFindings } from './exposure.js';
import { functionChanges } from './functions.js';
import { permissionFindings } from './permissions.js';
import { movesOnly, textOf } from './values.js';
import { FUNCTION, identityOf, type ReviewView, reviewView } from './view.js';

const LEVELS = ['error', 'warning', 'note'] as const;

export function reviewChanges(plan: PlannedChanges, buildOf: (stage: string) => BuildFacts, asked: string | null): Review {
  const stage = asked ?? identityOf(plan.changes).stage;
  const view = reviewView(plan, stage === null ? { graph: null, bytes: null } : buildOf(stage));
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
  if (view.build.graph === null) {
    return ['There is no build of this stage beside the plan: lines that justify permissions, and sizes, are not known.'];
  }
  return isOtherBuild(view)
    ? ['The plan was made of another build than the one in the output folder: lines and sizes may be wrong.']
    : [];
}

/** A function that the plan has and the graph has not, or the other way round. */
function isOtherBuild(view: ReviewView): boolean {
  const planned = new Set(
    view.plan.changes
      .filter(({ type, after, module }) => type === FUNCTION && after !== null && module === '')
      .map((one) => view.subject(one.address)),
  );
  if (planned.size === 0) return false;
  const built = (view.build.graph?.nodes ?? [])
    .filter((node) => node['kind'] === 'function')
    .map((node) => textOf(node['name']) ?? '');
  return built.length > 0 && !built.some((name) => planned.has(name));
}
