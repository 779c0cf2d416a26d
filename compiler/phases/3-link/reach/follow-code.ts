/**
 * What functions reach, each asked once however many stages it is in. Answers are kept between runs by what they depend on:
 * the files that a handler can load, and the few names that all of the project has a say in.
 */
import { hashOf } from '../../../hash.js';
import type { BodyFacts } from '../../../ir/body-facts.js';
import type { FunctionNode } from '../../../ir/graph.js';
import type { Reached } from '../../../ir/reached.js';
import { compareText, type ProjectPath } from '../../../ir/span.js';
import { kinds } from '../../../kinds/index.js';
import type { ModuleGraph } from '../../2-read/module-graph.js';
import { ClientGetters } from './clients.js';
import { ReachProgram, reachable } from './program.js';
import { reachedBy } from './reach.js';

export interface KeptReach {
  readonly inputs: string;
  readonly reached: Reached;
}

export interface ReachMemory {
  get(handler: string): KeptReach | undefined;
  set(handler: string, kept: KeptReach): void;
}

export interface FollowOptions {
  readonly graph: ModuleGraph;
  readonly bodies: (file: ProjectPath) => BodyFacts | null;
  /** Of a file's content, and of where its imports lead. */
  readonly hash: (file: ProjectPath) => string;
  readonly memory: ReachMemory;
}

export function followCode({ graph, bodies, hash, memory }: FollowOptions): (fn: FunctionNode) => Reached {
  const program = new ReachProgram(graph, bodies);
  const getters = new ClientGetters(kinds);
  const known = new Map<string, Reached>();
  const inputs = new ReachInputs(program, hash);
  return (fn) => {
    // Stages may have factories of their own.
    const key = JSON.stringify([fn.module, fn.exportName, fn.className, fn.method, fn.factory]);
    let reached = known.get(key);
    if (reached === undefined) {
      const now = inputs.of([fn.module, ...(fn.factory === null ? [] : [fn.factory.module])]);
      const kept = memory.get(key);
      reached = kept?.inputs === now ? kept.reached : reachedBy(fn, program, getters);
      if (kept?.inputs !== now) memory.set(key, { inputs: now, reached });
      known.set(key, reached);
    }
    return reached;
  };
}

/** What the analysis of a handler can look at. */
class ReachInputs {
  private readonly loadable = new Map<ProjectPath, readonly ProjectPath[]>();
  private readonly hashes = new Map<string, string>();

  constructor(
    private readonly program: ReachProgram,
    private readonly hash: (file: ProjectPath) => string,
  ) {}

  /** One hash of everything that files and what they can load are made of. */
  of(files: readonly ProjectPath[]): string {
    const key = files.join('\0');
    let hash = this.hashes.get(key);
    if (hash === undefined) {
      const parts = [...this.program.languageMembers(), ''];
      const all = [...reachable([...new Set(files)], (file) => this.loadedBy(file))];
      for (const file of all.sort(compareText)) parts.push(file, this.hash(file));
      hash = hashOf(...parts);
      this.hashes.set(key, hash);
    }
    return hash;
  }

  private loadedBy(file: ProjectPath): readonly ProjectPath[] {
    let found = this.loadable.get(file);
    if (found === undefined) {
      found = this.program.targets(file, this.program.specifiersOf(file));
      this.loadable.set(file, found);
    }
    return found;
  }
}
