/** The bodies of the project as the analysis asks for them, shared by the analyses of all handlers. */
import type { BodyFacts, Step } from '../../../ir/body-facts.js';
import { compareText, type ProjectPath } from '../../../ir/span.js';
import type { ModuleGraph } from '../../2-read/module-graph.js';
import type { FunctionInfo, ModuleInfo } from './values.js';

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

/** Members that the language itself calls. */
const SPECIAL = new Set(['then', 'toJSON', 'toString', 'valueOf', '@@toPrimitive']);

export class ReachProgram {
  private readonly modules = new Map<ProjectPath, ModuleInfo | null>();
  private readonly quiet = new Map<ProjectPath, boolean>();
  private readonly loaded = new Map<ProjectPath, readonly ProjectPath[]>();
  private steps = 0;
  private ownFiles: ReadonlySet<ProjectPath> | null = null;
  private defined: ReadonlySet<string> | null = null;

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
    const module: ModuleInfo = { file, bodies, functions };
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
    return [...this.definedNames()].sort(compareText);
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

  /** Everything that a file of the project names as a module, types included; none for files of others. */
  specifiersOf(file: ProjectPath): readonly string[] {
    const info = this.module(file);
    if (info === null) return [];
    const { imports, exports, stars, specifiers } = this.graph.facts(file);
    const named = [...imports, ...exports, ...stars].flatMap(({ from }) => from ?? []);
    const dynamic = info.bodies.functions.flatMap(({ steps }) =>
      steps.flatMap((step) => (step[0] === 'import' ? [step[2]] : [])),
    );
    return [...new Set([...specifiers, ...named, ...info.bodies.loads, ...dynamic])];
  }

  /** Modules that run when `file` is loaded and that do more than declare; in the order in which they do. */
  effectiveModules(file: ProjectPath): readonly ProjectPath[] {
    const known = this.loaded.get(file);
    if (known !== undefined) return known;
    const seen = new Set([file]);
    const found: ProjectPath[] = [];
    for (const one of seen) {
      const info = this.module(one);
      if (info === null) continue;
      if (!this.isQuiet(info)) found.push(one);
      for (const specifier of info.bodies.loads) {
        const target = this.graph.source.resolve(one, specifier);
        if (target.of === 'file') seen.add(target.file);
      }
    }
    this.loaded.set(file, found);
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
      return steps.every((step) => this.isQuietStep(step, origins, info.file));
    });
    this.quiet.set(info.file, result);
    return result;
  }

  /** `origins`: registers that hold something of nimbusc or of the language. */
  private isQuietStep(step: Step, origins: Map<number, string>, file: ProjectPath): boolean {
    switch (step[0]) {
      case 'name': {
        const binding = this.graph.lookup(file, step[2]);
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
