/** How findings are made: rule, place and name come from the change they are about. */
import type { Category, Finding, Level } from '../../../compiler/review/model.js';
import type { PlannedChange } from '../../../compiler/review/plan.js';
import type { ReviewView } from './view.js';

export interface Words {
  readonly message: string;
  readonly notes?: readonly string[];
  /** When the finding is about something else than the change itself: the function of a policy. */
  readonly about?: string;
  readonly because?: Finding['because'];
}

export function finding(
  view: ReviewView,
  change: PlannedChange,
  category: Category,
  level: Level,
  name: string,
  words: Words,
): Finding {
  const about = words.about ?? change.address;
  return {
    rule: `${category}/${name}`,
    category,
    level,
    address: change.address,
    subject: view.subject(about),
    message: words.message,
    notes: words.notes ?? [],
    source: view.source(about) ?? view.source(change.address),
    because: words.because ?? [],
    foreign: !view.isOwn(change.address),
    approved: null,
  };
}
