/** What functions reach, each asked once however many stages it is in. */
import type { BodyFacts } from '../../../ir/body-facts.js';
import type { FunctionNode } from '../../../ir/graph.js';
import type { Reached } from '../../../ir/reached.js';
import type { ProjectPath } from '../../../ir/span.js';
import { kinds } from '../../../kinds/index.js';
import type { ModuleGraph } from '../../2-read/module-graph.js';
import { ClientGetters } from './clients.js';
import { ReachProgram } from './program.js';
import { reachedBy } from './reach.js';

export function followCode(graph: ModuleGraph, bodies: (file: ProjectPath) => BodyFacts | null): (fn: FunctionNode) => Reached {
  const program = new ReachProgram(graph, bodies);
  const getters = new ClientGetters(kinds);
  const known = new Map<string, Reached>();
  return (fn) => {
    // Stages may have factories of their own.
    const key = JSON.stringify([fn.module, fn.exportName, fn.method, fn.factory]);
    let reached = known.get(key);
    if (reached === undefined) {
      reached = reachedBy(fn, program, getters);
      known.set(key, reached);
    }
    return reached;
  };
}
