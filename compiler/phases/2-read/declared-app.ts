/** What the user wrote, all files together: every class with decorators of nimbusc, arguments evaluated and decoded. */

import type { Range } from '../../ir/facts.js';
import type { ProjectPath } from '../../ir/span.js';
import type { ClassDecl } from '../../kinds/definition.js';

export interface DeclaredApp {
  /** Sorted by file and position. */
  readonly classes: readonly ClassDecl[];
  /** The ranges of nimbusc's decorators, by file: what the bundler blanks out. */
  readonly decoratorRanges: ReadonlyMap<ProjectPath, readonly Range[]>;
}
