/**
 * In: functions. Out: for each, what its bundle depends on, found by following imports in the source instead of bundling.
 * It may be more than the bundle has in the end, since nothing is shaken off the tree here; it is never less.
 */
import { isBuiltin } from 'node:module';
import { hashOf } from '../../hash.js';
import { compareText, type ProjectPath } from '../../ir/span.js';
import * as paths from '../../paths.js';
import { type Bundle, type BundlerContext, type FunctionToBundle, InputHashes, keysOf } from './bundle-functions.js';
import type { EntryModel } from './entry-source.js';

export interface BundleFacts {
  /** Over the entry, the settings, nimbusc itself, and `inputs`. */
  readonly hash: string;
  /** All files of the project that imports lead to. */
  readonly inputs: Bundle['inputs'];
  /** Installed packages are part of it, or may be; their files are not in the hash. */
  readonly packages: boolean;
  /** One that is not installed is part of it, so that it cannot be bundled. */
  readonly missing: boolean;
  /** False when imports could not be followed to their end, so that equal hashes prove nothing. */
  readonly complete: boolean;
}

/** In the order of the functions. */
export function bundleFacts(functions: readonly FunctionToBundle[], context: BundlerContext): readonly BundleFacts[] {
  const reader = new FactsReader(context);
  const keys = keysOf(functions, context);
  return functions.map((fn, index) => {
    const { key, entry } = keys[index] as { readonly key: string; readonly entry: EntryModel };
    return reader.factsOf(fn, key, entry);
  });
}

/** What an import leads to: a file of the project, ends that have no file in it, or a place that only esbuild knows. */
type Target = ProjectPath | 'nimbusc' | 'package' | 'missing' | 'unknown';

interface Node {
  readonly files: readonly ProjectPath[];
  readonly packages: boolean;
  readonly missing: boolean;
  readonly complete: boolean;
}

class FactsReader {
  private readonly nodes = new Map<ProjectPath, Node>();
  private readonly hashes: InputHashes;

  constructor(private readonly context: BundlerContext) {
    this.hashes = new InputHashes(context);
  }

  factsOf(fn: FunctionToBundle, key: string, entry: EntryModel): BundleFacts {
    const start = nodeOf(entry.imports.map(({ from }) => this.entryTarget(JSON.parse(from) as string)));
    let { packages, missing, complete } = start;
    packages ||= fn.input.function.packages.length > 0;
    // A set is walked to its end, what is added on the way included.
    const files = new Set(start.files);
    for (const file of files) {
      const node = this.node(file);
      for (const next of node.files) files.add(next);
      packages ||= node.packages;
      missing ||= node.missing;
      complete &&= node.complete;
    }
    const inputs = [...files].sort(compareText).map((file) => [file, this.hashes.hash(file)] as const);
    return { hash: hashOf(key, JSON.stringify(inputs)), inputs, packages, missing, complete };
  }

  private entryTarget(specifier: string): Target {
    if (specifier.startsWith('nimbusc:')) return 'nimbusc';
    if (!specifier.startsWith('.')) return isBuiltin(specifier) ? 'nimbusc' : 'package';
    const file = paths.normalise(specifier);
    return this.context.program.has(file) ? file : 'unknown';
  }

  private node(file: ProjectPath): Node {
    let node = this.nodes.get(file);
    if (node === undefined) {
      node = this.read(file);
      this.nodes.set(file, node);
    }
    return node;
  }

  private read(file: ProjectPath): Node {
    const { program } = this.context;
    if (!program.has(file)) return nodeOf([]);
    const targets = (program.facts(file)?.specifiers ?? []).map((specifier) => this.target(file, specifier));
    // JSX imports a package that no line names.
    if (/\.[jt]sx$/.test(file)) targets.push('package');
    if (COMPUTED_IMPORT.test(program.text(file) ?? '')) targets.push('unknown');
    return nodeOf(targets);
  }

  private target(from: ProjectPath, specifier: string): Target {
    const { program, host } = this.context;
    const found = program.resolve(from, specifier);
    if (found.of === 'nimbus') return 'nimbusc';
    if (found.of === 'file') {
      if (found.file.split('/').includes('node_modules')) return 'package';
      // What declares something is not what has it: that is a file beside it.
      return program.has(found.file) || found.file.endsWith('.json') ? found.file : 'unknown';
    }
    if (isBuiltin(specifier)) return 'nimbusc';
    if (!/^\.\.?(\/|$)/.test(specifier)) return specifier.startsWith('#') ? 'unknown' : 'missing';
    const file = paths.normalise(`${paths.dirname(from)}/${specifier}`);
    return host.kind(paths.join(program.projectDir, file)) === 'file' ? file : 'unknown';
  }
}

/** `import(...)` and `require(...)` of anything but one text: esbuild takes all files that a pattern in it matches. */
const COMPUTED_IMPORT = /\b(?:import|require)\s*\((?!\s*(["'])(?:(?!\1)[^\\\n])*\1\s*[,)])/;

function nodeOf(targets: readonly Target[]): Node {
  const ends = new Set<Target>(['nimbusc', 'package', 'missing', 'unknown']);
  return {
    files: targets.filter((target) => !ends.has(target)),
    packages: targets.includes('package') || targets.includes('missing'),
    missing: targets.includes('missing'),
    complete: !targets.includes('unknown'),
  };
}
