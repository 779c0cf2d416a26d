/** The bodies of the project as the analysis asks for them, shared by the analyses of all handlers. */
import type { BodyFacts, Step } from '../../../ir/body-facts.js';
import { compareText, type ProjectPath } from '../../../ir/span.js';
import type { ModuleGraph } from '../../2-read/module-graph.js';
import type { FunctionInfo, ModuleInfo, NameMeaning } from './values.js';

/** Globals whose construction does nothing of the project's. */
const QUIET_CLASSES = new Set([
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Date',
  'RegExp',
  'URL',
  'Array',
  'Error',
  'TextEncoder',
  'TextDecoder',
]);
const QUIET_GLOBALS = new Set([
  'Object',
  'Symbol',
  'Number',
  'String',
  'BigInt',
  'Math',
  'JSON',
  'parseInt',
  'parseFloat',
  'process',
  'Buffer',
]);

const EVENTS = /^(node:)?events$/;
const EMITTER_NAMES = /^(EventEmitter|default)$/;

/** Members that the language itself calls. */
const SPECIAL = new Set(['then', 'toJSON', 'toString', 'valueOf', '@@toPrimitive']);

export class ReachProgram {
  private readonly modules = new Map<ProjectPath, ModuleInfo | null>();
  private readonly quiet = new Map<ProjectPath, boolean>();
  private readonly loads = new Map<ProjectPath, readonly ProjectPath[]>();
  private readonly loaded = new Map<ProjectPath, readonly ProjectPath[]>();
  private steps = 0;
  private ownFiles: ReadonlySet<ProjectPath> | null = null;
  private defined: ReadonlySet<string> | null = null;
  private sortedMembers: readonly string[] | null = null;

  constructor(
    readonly graph: ModuleGraph,
    /** Null: not known; `undefined` never. */
    private readonly bodiesOf: (file: ProjectPath) => BodyFacts | null,
  ) {}

  /** Null for files that are not the project's, and those that could not be read. */
  module(file: ProjectPath): ModuleInfo | null {
    const known = this.modules.get(file);
    if (known !== undefined) return known;
    this.ownFiles ??= new Set(this.graph.source.files);
    const bodies = this.ownFiles.has(file) ? this.bodiesOf(file) : null;
    const info = bodies === null || bodies.functions.length === 0 ? null : this.moduleInfo(file, bodies);
    this.modules.set(file, info);
    return info;
  }

  private moduleInfo(file: ProjectPath, bodies: BodyFacts): ModuleInfo {
    const functions: FunctionInfo[] = [];
    const module: ModuleInfo = { file, bodies, functions, meanings: new Map() };
    for (const body of bodies.functions) {
      functions.push({ module, body, base: this.steps });
      // Beside its steps a function has itself, for what is made when it is called.
      this.steps += body.steps.length + 1;
    }
    return module;
  }

  /** True when some class or object of the project may have a member of that name. */
  defines(name: string): boolean {
    return this.definedNames().has(name);
  }

  /** Those of the members that the language calls by itself which something in the project defines; sorted. */
  languageMembers(): readonly string[] {
    this.sortedMembers ??= [...this.definedNames()].sort(compareText);
    return this.sortedMembers;
  }

  private definedNames(): ReadonlySet<string> {
    if (this.defined === null) {
      const found = new Set<string>();
      for (const file of this.graph.source.files) {
        const { bodies } = this.module(file) ?? {};
        for (const cls of bodies?.classes ?? []) for (const [member] of cls.members) if (SPECIAL.has(member)) found.add(member);
        for (const fn of bodies?.functions ?? [])
          for (const step of fn.steps) if (step[0] === 'store' && SPECIAL.has(step[2])) found.add(step[2]);
      }
      this.defined = found;
    }
    return this.defined;
  }

  /** What a name means that a module does not declare. */
  meaningOf(module: ModuleInfo, name: string): NameMeaning {
    let meaning = module.meanings.get(name);
    if (meaning === undefined) {
      const { file } = module;
      const imported = this.graph.facts(file).imports.find((one) => one.local === name);
      const isEmitter = imported !== undefined && EVENTS.test(imported.from) && EMITTER_NAMES.test(imported.name);
      meaning = isEmitter ? 'EventEmitter' : this.graph.lookup(file, name);
      module.meanings.set(name, meaning);
    }
    return meaning;
  }

  /** Everything that a file of the project names as a module, types included; none for files of others. */
  specifiersOf(file: ProjectPath): readonly string[] {
    const info = this.module(file);
    if (info === null) return [];
    const { imports, exports, stars, specifiers } = this.graph.facts(file);
    const found = new Set([...specifiers, ...info.bodies.loads]);
    for (const { from } of imports) found.add(from);
    for (const { from } of exports) if (from != null) found.add(from);
    for (const { from } of stars) found.add(from);
    for (const { steps } of info.bodies.functions) for (const step of steps) if (step[0] === 'import') found.add(step[2]);
    return [...found];
  }

  /** Modules that run when `file` is loaded and that do more than declare; in the order in which they do. */
  effectiveModules(file: ProjectPath): readonly ProjectPath[] {
    const known = this.loaded.get(file);
    if (known !== undefined) return known;
    const found = reachable([file], (one) => this.loadsOf(one)).filter((one) => {
      const info = this.module(one);
      return info !== null && !this.isQuiet(info);
    });
    this.loaded.set(file, found);
    return found;
  }

  private loadsOf(file: ProjectPath): readonly ProjectPath[] {
    let found = this.loads.get(file);
    if (found === undefined) {
      found = this.targets(file, this.module(file)?.bodies.loads ?? []);
      this.loads.set(file, found);
    }
    return found;
  }

  /** The files that specifiers in a file lead to. */
  targets(file: ProjectPath, specifiers: readonly string[]): readonly ProjectPath[] {
    const found: ProjectPath[] = [];
    for (const specifier of specifiers) {
      const target = this.graph.source.resolve(file, specifier);
      if (target.of === 'file') found.push(target.file);
    }
    return found;
  }

  /** True when running a module calls nothing of the project: what it makes can wait until somebody looks at it. */
  private isQuiet(info: ModuleInfo): boolean {
    const known = this.quiet.get(info.file);
    if (known !== undefined) return known;
    const { classes, functions } = info.bodies;
    const running = [0, ...classes.map((cls) => cls.statics).filter((index) => index >= 0)];
    const result = running.every((index) => {
      const steps = functions[index]?.steps ?? [];
      const origins = new Map<number, string>();
      return steps.every((step) => this.isQuietStep(step, origins, info));
    });
    this.quiet.set(info.file, result);
    return result;
  }

  /** `origins`: registers that hold something of nimbusc or of the language. */
  private isQuietStep(step: Step, origins: Map<number, string>, module: ModuleInfo): boolean {
    switch (step[0]) {
      case 'name': {
        const binding = this.meaningOf(module, step[2]);
        if (binding === 'EventEmitter') return true;
        if (binding.of === 'nimbus' || binding.of === 'nimbus-module') origins.set(step[1], 'nimbus');
        else if (binding.of === 'global' && QUIET_CLASSES.has(binding.name)) origins.set(step[1], 'class');
        else if (binding.of === 'global' && QUIET_GLOBALS.has(binding.name)) origins.set(step[1], 'global');
        return true;
      }
      case 'load': {
        const origin = origins.get(step[2]);
        if (origin !== undefined && origin !== 'class') origins.set(step[1], origin);
        return true;
      }
      case 'call':
        return this.isQuietCall(step[2], step[1], origins);
      case 'send':
        return this.isQuietCall(step[2], step[1], origins);
      case 'new': {
        const origin = origins.get(step[2]);
        // A client is no argument that does anything.
        return origin === 'class' || origin === 'nimbus';
      }
      case 'sendpick':
      case 'base':
      case 'supersend':
      case 'leak':
      case 'eval':
      case 'await':
      case 'import':
      case 'element':
        return false;
      default:
        return true;
    }
  }

  private isQuietCall(callee: number, result: number, origins: Map<number, string>): boolean {
    const origin = origins.get(callee);
    // What a getter gives is a client, and its methods do something.
    if (origin === 'nimbus') return origins.set(result, 'client') !== undefined;
    return origin === 'global';
  }
}

/** Files and all that they lead to, each once, in the order in which they are found. */
export function reachable(
  files: readonly ProjectPath[],
  next: (file: ProjectPath) => readonly ProjectPath[],
): readonly ProjectPath[] {
  const found = [...files];
  const seen = new Set(files);
  for (let i = 0; i < found.length; i++)
    for (const file of next(found[i] as ProjectPath)) {
      if (seen.has(file)) continue;
      seen.add(file);
      found.push(file);
    }
  return found;
}
