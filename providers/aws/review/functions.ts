/** Which functions are deployed again, and why. */
import type { Action, FunctionChange } from '../../../compiler/review/model.js';
import type { PlannedChange } from '../../../compiler/review/plan.js';
import { environmentChanges } from './behaviour.js';
import { BYTES, isMarked, isSame, markOf, shown, textOf } from './values.js';
import { FUNCTION, type ReviewView } from './view.js';

/** What is told in a way of its own, or says where the zip is and not what is in it. */
const ASIDE = new Set(['source_code_hash', 'environment', 'filename', 's3_key', 's3_bucket', 's3_object_version', 'tags']);

export function functionChanges(changes: readonly PlannedChange[], view: ReviewView): readonly FunctionChange[] {
  return changes.flatMap((change) => {
    if (change.type !== FUNCTION || change.deposed || ['no-op', 'read', 'forget'].includes(change.action)) return [];
    const reasons = reasonsOf(change, view);
    // Only its tags are changed, which deploys nothing.
    if (change.action === 'update' && reasons.length === 0) return [];
    return [
      {
        address: change.address,
        name: view.subject(change.address),
        action: change.action as Action,
        reasons,
        causes: [],
        bytes: { before: bytesBefore(change), after: bytesAfter(change, view) },
        source: view.source(change.address),
      },
    ];
  });
}

function reasonsOf(change: PlannedChange, view: ReviewView): readonly string[] {
  if (change.action === 'create') return ['new'];
  if (change.action === 'delete') return ['gone'];
  const changed = view.changed(change);
  const reasons: string[] = [];
  if (change.action === 'replace') reasons.push(`made anew: ${change.replacePaths.join(', ')}`);
  if (!isSame(change.before?.['source_code_hash'], change.after?.['source_code_hash'])) reasons.push('code');
  const variables = changed.includes('environment') ? environmentChanges(change, view) : [];
  if (variables.length > 0) reasons.push(`environment: ${variables.join(', ')}`);
  for (const key of changed) {
    // What is not known yet follows from something that is told elsewhere.
    if (ASIDE.has(key) || change.replacePaths.includes(key) || isMarked(markOf(change.unknown, key))) continue;
    reasons.push(`${key}: ${shown(change, key, 'before')} to ${shown(change, key, 'after')}`);
  }
  return reasons;
}

/** What AWS has told Terraform of the zip, or what the former build has written down. */
function bytesBefore({ before }: PlannedChange): number | null {
  const size = before?.['source_code_size'] ?? before?.[BYTES];
  return typeof size === 'number' ? size : null;
}

function bytesAfter({ after }: PlannedChange, view: ReviewView): number | null {
  if (after === null) return null;
  const told = after[BYTES];
  if (typeof told === 'number') return told;
  const file = textOf(after['filename']);
  if (file === null || view.build.zips === null) return null;
  return view.build.zips.get(file.slice(file.lastIndexOf('artifacts/')))?.bytes ?? null;
}
