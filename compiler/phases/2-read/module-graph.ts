/**
 * In: the facts of all files. Out: what a name means, in its file or through imports, re-exports, `export *`, namespaces
 * and default exports. Resolves symbols, never spellings; evaluates nothing.
 */
import {
  type ClassFact,
  type Expr,
  type FileFacts,
  NO_FACTS,
  type Range,
  type TypeDeclFact,
  type ValueFact,
} from '../../ir/facts.js';
import type { ModuleSource } from '../../ir/module-source.js';
import { compareText, type ProjectPath, type Span } from '../../ir/span.js';

export type Binding =
  | { readonly of: 'value'; readonly file: ProjectPath; readonly name: string; readonly fact: ValueFact }
  | { readonly of: 'type'; readonly file: ProjectPath; readonly name: string; readonly fact: TypeDeclFact }
  | { readonly of: 'module'; readonly file: ProjectPath }
  | { readonly of: 'nimbus'; readonly name: string }
  | { readonly of: 'nimbus-module' }
  | { readonly of: 'global'; readonly name: string }
  /** A name whose module or export is not there. */
  | { readonly of: 'missing'; readonly name: string; readonly at: Span | null };

type Space = 'value' | 'type';

/** `const A = B` followed one after the other; more is a circle. */
const MAX_ALIASES = 20;

export class ModuleGraph {
  private readonly memo = new Map<string, Binding>();
  private mutatedDeclarations: ReadonlySet<string> | null = null;
  private writtenMembers: ReadonlySet<string> | null = null;

  /** `nimbusExports`: the names that nimbusc exports, needed to see through `export * from 'nimbusc'`. */
  constructor(
    readonly source: ModuleSource,
    private readonly nimbusExports: ReadonlySet<string>,
  ) {}

  facts(file: ProjectPath): FileFacts {
    return this.source.facts(file) ?? NO_FACTS;
  }

  classOf(binding: Binding): { file: ProjectPath; name: string; fact: ClassFact } | null {
    if (binding.of !== 'value' || binding.fact.t !== 'class') return null;
    const fact = this.facts(binding.file).classes[binding.fact.index];
    return fact ? { file: binding.file, name: fact.name ?? binding.name, fact } : null;
  }

  /** The class that an expression names: through imports, namespaces, and constants that are other names for it. */
  classNamed(file: ProjectPath, expr: Expr | null): { file: ProjectPath; name: string; fact: ClassFact } | null {
    const binding = expr === null ? null : this.named(file, expr, 0);
    return binding === null ? null : this.classOf(binding);
  }

  private named(file: ProjectPath, expr: Expr, aliases: number): Binding | null {
    if (expr.t !== 'name' && expr.t !== 'member') return null;
    const owner = expr.t === 'member' ? this.named(file, expr.o, aliases) : null;
    const binding = expr.t === 'name' ? this.lookup(file, expr.name) : owner && this.member(owner, expr.name);
    if (binding?.of !== 'value' || binding.fact.t !== 'const' || binding.fact.init === null || aliases > MAX_ALIASES)
      return binding;
    return this.named(binding.file, binding.fact.init, aliases + 1);
  }

  /** The meaning of `name` at the top level of `file`. */
  lookup(file: ProjectPath, name: string, space: Space = 'value'): Binding {
    const key = `${space}\0${file}\0${name}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const binding = this.lookupNow(file, name, space, new Set());
    this.memo.set(key, binding);
    return binding;
  }

  private lookupNow(file: ProjectPath, name: string, space: Space, seen: Set<string>): Binding {
    const facts = this.facts(file);
    const local = this.local(file, name, space);
    if (local !== null) return local;
    const imported = facts.imports.find((i) => i.local === name);
    if (imported !== undefined) {
      return this.follow(file, imported.from, imported.name, space, { file, start: imported.at[0], end: imported.at[1] }, seen);
    }
    return { of: 'global', name };
  }

  private local(file: ProjectPath, name: string, space: Space): Binding | null {
    const facts = this.facts(file);
    const value = Object.hasOwn(facts.values, name) ? facts.values[name] : undefined;
    const type = Object.hasOwn(facts.types, name) ? facts.types[name] : undefined;
    // Classes and enums are both; an interface or alias beside a value of its name is what a type position means.
    if (space === 'type' && type !== undefined && value?.t !== 'class') return { of: 'type', file, name, fact: type };
    if (value !== undefined) return { of: 'value', file, name, fact: value };
    return type === undefined ? null : { of: 'type', file, name, fact: type };
  }

  private follow(file: ProjectPath, specifier: string, name: string, space: Space, at: Span, seen: Set<string>): Binding {
    // What `node:process` exports is what the global of that name has.
    if (/^(node:)?process$/.test(specifier)) return { of: 'global', name: 'process' };
    const target = this.source.resolve(file, specifier);
    if (target.of === 'missing') return { of: 'missing', name, at };
    if (target.of === 'nimbus') return name === '*' ? { of: 'nimbus-module' } : { of: 'nimbus', name };
    if (name === '*') return { of: 'module', file: target.file };
    return this.resolveExport(target.file, name, space, seen) ?? { of: 'missing', name, at };
  }

  /** The meaning of what `file` exports as `name`; null when it exports no such thing. */
  exported(file: ProjectPath, name: string, space: Space = 'value'): Binding | null {
    return this.resolveExport(file, name, space, new Set());
  }

  /** ECMAScript's ResolveExport; `seen` are the exports that have been asked for on the way, so that circles end. */
  private resolveExport(file: ProjectPath, name: string, space: Space, seen: Set<string>): Binding | null {
    const key = `${file}\0${name}`;
    if (seen.has(key)) return null;
    seen.add(key);
    const facts = this.facts(file);
    for (const entry of facts.exports) {
      if (entry.name !== name) continue;
      const at: Span = { file, start: entry.at[0], end: entry.at[1] };
      if (entry.from === null) return this.lookupNow(file, entry.local ?? name, space, seen);
      const imported = entry.imported ?? name;
      const target = this.source.resolve(file, entry.from);
      if (target.of === 'nimbus') return imported === '*' ? { of: 'nimbus-module' } : { of: 'nimbus', name: imported };
      if (target.of === 'missing') return { of: 'missing', name, at };
      if (imported === '*') return { of: 'module', file: target.file };
      return this.resolveExport(target.file, imported, space, seen) ?? { of: 'missing', name, at };
    }
    return name === 'default' ? null : this.starExport(file, name, space, seen);
  }

  /** Two modules that export different things under one name make it ambiguous, and so no export at all. */
  private starExport(file: ProjectPath, name: string, space: Space, seen: Set<string>): Binding | null {
    let first: Binding | null = null;
    for (const star of this.facts(file).stars) {
      const target = this.source.resolve(file, star.from);
      let found: Binding | null = null;
      if (target.of === 'nimbus' && this.nimbusExports.has(name)) found = { of: 'nimbus', name };
      if (target.of === 'file') found = this.resolveExport(target.file, name, space, seen);
      if (found === null || found.of === 'missing') continue;
      if (first !== null && !isSame(first, found)) return null;
      first = found;
    }
    return first;
  }

  /** The member `name` of a namespace-like binding; null when the binding has no members of that sort. */
  member(binding: Binding, name: string, space: Space = 'value'): Binding | null {
    if (binding.of === 'nimbus-module') return { of: 'nimbus', name };
    if (binding.of === 'module') return this.exported(binding.file, name, space) ?? { of: 'missing', name, at: null };
    if (binding.of === 'value' && binding.fact.t === 'namespace') {
      const fact = Object.hasOwn(binding.fact.values, name) ? binding.fact.values[name] : undefined;
      return fact ? { of: 'value', file: binding.file, name, fact } : { of: 'missing', name, at: null };
    }
    return null;
  }

  /** The names under which `file` exports the declaration `local`: its own name first, `default` last. */
  exportNames(file: ProjectPath, local: string): readonly string[] {
    const names = this.facts(file)
      .exports.filter((e) => e.from === null && e.local === local && e.typeOnly !== true)
      .map((e) => e.name);
    const rank = (name: string): number => (name === local ? 0 : name === 'default' ? 2 : 1);
    return names.sort((a, b) => rank(a) - rank(b) || compareText(a, b));
  }

  /** True when some file assigns to a member of this constant, so that its initialiser does not tell its value. */
  isMutated(file: ProjectPath, name: string): boolean {
    this.mutatedDeclarations ??= this.collectMutated();
    return this.mutatedDeclarations.has(`${file}\0${name}`);
  }

  /** True when some file, or the class itself, assigns to a static member of the class. */
  isMemberWritten(owner: { readonly file: ProjectPath; readonly fact: ClassFact }, member: string): boolean {
    this.writtenMembers ??= this.collectWritten();
    const prefix = `${owner.file}\0${owner.fact.at[0]}\0`;
    return this.writtenMembers.has(`${prefix}${member}`) || this.writtenMembers.has(`${prefix}*`);
  }

  private collectWritten(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const file of this.source.files) {
      for (const written of this.facts(file).writtenMembers ?? []) {
        const dot = written.indexOf('.');
        const owner = this.classNamed(file, { t: 'name', name: written.slice(0, dot), at: [0, 0] });
        if (owner !== null) found.add(`${owner.file}\0${owner.fact.at[0]}\0${written.slice(dot + 1)}`);
      }
    }
    return found;
  }

  private collectMutated(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const file of this.source.files) {
      for (const name of this.facts(file).mutated) {
        let binding = this.lookup(file, name);
        // `const other = settings` is another name for the same object.
        for (let hops = 0; binding.of === 'value' && hops < 50; hops++) {
          found.add(`${binding.file}\0${binding.name}`);
          if (binding.fact.t !== 'const' || binding.fact.init?.t !== 'name') break;
          binding = this.lookup(binding.file, binding.fact.init.name);
        }
      }
    }
    return found;
  }
}

function isSame(a: Binding, b: Binding): boolean {
  const file = (binding: Binding): string => ('file' in binding ? binding.file : '');
  const name = (binding: Binding): string => ('name' in binding ? binding.name : '');
  return a.of === b.of && file(a) === file(b) && name(a) === name(b);
}

export function spanOf(file: ProjectPath, at: Range): Span {
  return { file, start: at[0], end: at[1] };
}
