/** Source files in memory, read as the compiler reads them, with relative imports resolved by their names alone. */
import { posix } from 'node:path';
import type { ModuleSource } from '../../../compiler/ir/module-source.js';
import { readFacts } from '../../../compiler/phases/1-load/read-facts.js';
import { ModuleGraph } from '../../../compiler/phases/2-read/module-graph.js';

/** `nimbusc` and `missing...` mean what they say; `./b` is `b.ts`. */
export function moduleSource(files: Readonly<Record<string, string>>): ModuleSource {
  const facts = new Map(Object.entries(files).map(([path, text]) => [path, readFacts(path, text)]));
  return {
    files: [...facts.keys()].sort(),
    facts: (file) => facts.get(file) ?? null,
    resolve(from, specifier) {
      if (specifier === 'nimbusc') return { of: 'nimbus' };
      const file = `${posix.join(posix.dirname(from), specifier)}.ts`;
      return facts.has(file) ? { of: 'file', file } : { of: 'missing' };
    },
  };
}

export function moduleGraph(
  files: Readonly<Record<string, string>>,
  nimbusExports: readonly string[] = ['Queue', 'Topic'],
): ModuleGraph {
  return new ModuleGraph(moduleSource(files), new Set(nimbusExports));
}
