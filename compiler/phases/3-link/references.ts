/** What the classes named in decorators are: resources in a stage, or plain classes of the project. */
import { referenceCodes } from '../../diagnostics/codes/references.js';
import { stageCodes } from '../../diagnostics/codes/stages.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import { closest } from '../../diagnostics/suggest.js';
import type { ClassFact } from '../../ir/facts.js';
import type { NodeId, StageGraph } from '../../ir/graph.js';
import { compareText, type Span, type Spanned } from '../../ir/span.js';
import type { SymbolRef } from '../../ir/static-value.js';
import type { ClassDecl, ClassInfo, DecoratorDecl } from '../../kinds/definition.js';
import { inWords, kindByName, labelOf, oneOf, decorators as registry } from '../../kinds/index.js';
import { type ModuleGraph, spanOf } from '../2-read/module-graph.js';
import { inStage } from './select.js';

export interface References {
  /** Null when the reason has been reported, or will be by `reportAbsent`. */
  resource(ref: Spanned<SymbolRef>, kinds: readonly string[], decorator: string, stage: string, option: string): NodeId | null;
  /** A stage has no resource of this kind and name. */
  missing(name: Spanned<string>, kind: string, decorator: string, stage: string): void;
  /** `unknown` when no class declares it in any stage; null when that it is absent will be reported. */
  named(name: Spanned<string>, kind: string, decorator: string, stage: string): NodeId | 'unknown' | null;
  /** Null when the reason has been reported. */
  classInfo(ref: Spanned<SymbolRef>, decorator: string, option: string): ClassInfo | null;
  /** Reports uses of resources in stages where they are absent, or of none at all, each place once with all its stages. */
  reportAbsent(graphs: readonly StageGraph[]): void;
}

export function references(
  classes: readonly ClassDecl[],
  modules: ModuleGraph,
  defaultStages: readonly string[],
  incomplete: boolean,
  sink: DiagnosticSink,
): References {
  const byKey = new Map(classes.map((c) => [`${c.file}\0${c.local}`, c]));
  const codes = sink.for(referenceCodes);
  const absent = new Map<string, Absent>();
  const missing = new Map<string, Missing>();

  /** The decorators that make an owner a resource of a kind, in a stage or in any. */
  const declaring = (owner: ClassDecl, kind: string, stage: string | null): readonly DecoratorDecl[] =>
    (stage === null ? owner.decorators : inStage(owner.decorators, stage, defaultStages)).filter(
      (d) => d.spec.role === 'declares' && registry.get(d.spec.name)?.kind.name === kind,
    );
  const willReportAbsent = (at: Span, owner: ClassDecl, name: string, kind: string, decorator: string, stage: string): void => {
    const key = `${at.file}:${at.start}`;
    const entry = absent.get(key) ?? { span: at, name, kind, decorator, stages: [], declared: owner.span };
    entry.stages.push(stage);
    absent.set(key, entry);
  };

  return {
    named(name, kind, decorator, stage) {
      const isMeant = (owner: ClassDecl) => (decl: DecoratorDecl) =>
        (decl.spec.textName?.(decl.options) ?? nameOf(owner, decl)) === name.value;
      const owners = classes.filter((owner) => declaring(owner, kind, null).some(isMeant(owner)));
      if (owners.some((owner) => declaring(owner, kind, stage).some(isMeant(owner)))) return `${kind}:${name.value}`;
      const [first] = owners;
      if (first === undefined) return 'unknown';
      willReportAbsent(name.span, first, name.value, kind, decorator, stage);
      return null;
    },

    resource(ref, kinds, decorator, stage, option) {
      const expected = kinds.map(oneOf).join(' or ');
      if (ref.value.of !== 'class') {
        codes.report('NIM1302', { decorator, option, name: ref.value.name, actual: describeRef(ref.value), expected }, ref.span);
        return null;
      }
      const target = ref.value;
      const owner = byKey.get(`${target.file}\0${target.name}`);
      if (owner !== undefined) {
        const here = kindsOf(inStage(owner.decorators, stage, defaultStages));
        const kind = kinds.find((k) => here.has(k));
        if (kind !== undefined) return `${kind}:${nameOf(owner, declaring(owner, kind, stage)[0])}`;
        const anywhere = kindsOf(owner.decorators);
        const elsewhere = kinds.find((k) => anywhere.has(k));
        if (elsewhere !== undefined) {
          willReportAbsent(ref.span, owner, owner.name, elsewhere, decorator, stage);
          return null;
        }
        if (owner.poisoned) return null;
      }
      reportNoResource(ref as Spanned<ClassRef>, kinds, classes, sink);
      return null;
    },

    classInfo(ref, decorator, option) {
      const found = ref.value.of === 'class' ? modules.classOf(modules.lookup(ref.value.file, ref.value.name)) : null;
      if (found !== null) return classInfoOf(found, ref.value.name, modules);
      const { name } = ref.value;
      const expected = 'a class of the project';
      codes.report('NIM1302', { decorator, option, name, actual: describeRef(ref.value), expected }, ref.span);
      return null;
    },

    missing(name, kind, decorator, stage) {
      const key = `${name.span.file}:${name.span.start}`;
      const entry = missing.get(key) ?? { name, kind, decorator, stages: [] };
      entry.stages.push(stage);
      missing.set(key, entry);
    },

    reportAbsent(graphs) {
      for (const one of missing.values()) reportMissing(one, graphs, incomplete, sink);
      for (const { span, name, kind, decorator, stages, declared } of absent.values()) {
        reportIn(stages, span, { kind, name, decorator }, declared, sink);
      }
    },
  };
}

/** A resource that is declared, but not in these stages. */
interface Absent {
  readonly span: Span;
  readonly name: string;
  readonly kind: string;
  readonly decorator: string;
  readonly stages: string[];
  readonly declared: Span;
}

/** A name that nothing has in these stages. */
interface Missing {
  readonly name: Spanned<string>;
  readonly kind: string;
  readonly decorator: string;
  readonly stages: string[];
}

function reportMissing(
  { name, kind, decorator, stages }: Missing,
  graphs: readonly StageGraph[],
  incomplete: boolean,
  sink: DiagnosticSink,
): void {
  const known = graphs.flatMap((graph) => graph.resources.filter((node) => node.kind === kind));
  const elsewhere = known.find((node) => node.id === `${kind}:${name.value}`);
  if (elsewhere !== undefined) {
    reportIn(stages, name.span, { kind, name: name.value, decorator }, elsewhere.source, sink);
  } else if (!incomplete) {
    const names = [...new Set(known.map((node) => node.name))].sort(compareText);
    const params = { what: labelOf(kind), name: name.value, nearest: closest(name.value, names), known: names };
    sink.for(referenceCodes).report('NIM1303', params, name.span);
  }
}

function reportIn(
  stages: readonly string[],
  span: Span,
  { kind, name, decorator }: { readonly kind: string; readonly name: string; readonly decorator: string },
  declared: Span,
  sink: DiagnosticSink,
): void {
  sink.for(stageCodes).report('NIM1402', { what: inWords(kind, name), name, user: `@${decorator}`, stages }, span, {
    related: [{ span: declared, text: `"${name}" is declared here` }],
    stages,
  });
}

/** `local`: what its module calls it. */
function classInfoOf(found: NonNullable<ReturnType<ModuleGraph['classOf']>>, local: string, modules: ModuleGraph): ClassInfo {
  return {
    name: found.name,
    declaredAt: spanOf(found.file, found.fact.nameAt),
    module: found.file,
    exportName: modules.exportNames(found.file, local)[0] ?? null,
    abstract: found.fact.abstract,
    requiredConstructorParameters: found.fact.requiredConstructorParameters ?? 0,
    methods: methodsOf(found.file, found.fact, modules, 0),
  };
}

/** The kinds that decorators make a class. */
function kindsOf(decls: readonly DecoratorDecl[]): Set<string> {
  return new Set(decls.filter((d) => d.spec.role === 'declares').map((d) => registry.get(d.spec.name)?.kind.name ?? ''));
}

function nameOf(owner: ClassDecl, decl: DecoratorDecl | undefined): string {
  return decl?.spec.nameOf?.(decl.options) ?? owner.name;
}

type ClassRef = Extract<SymbolRef, { of: 'class' }>;

function reportNoResource(
  { value: target, span }: Spanned<ClassRef>,
  kinds: readonly string[],
  classes: readonly ClassDecl[],
  sink: DiagnosticSink,
): void {
  const known = classes.filter((c) => kinds.some((k) => kindsOf(c.decorators).has(k))).map((c) => c.name);
  const what = kinds.map(oneOf).join(' or ');
  const nearest = closest(target.name, known.sort(compareText));
  sink.for(referenceCodes).report('NIM1301', { name: target.name, what, needs: declaringDecorator(kinds), nearest }, span, {
    related: [{ span: target.declaredAt, text: `"${target.name}" is declared here` }],
  });
}

/** The decorator that makes a class one of these kinds. */
function declaringDecorator(kinds: readonly string[]): string {
  const all = kinds.flatMap((kind) => kindByName.get(kind)?.decorators ?? []);
  return all.find(({ role }) => role === 'declares')?.name ?? '';
}

function methodsOf(file: string, fact: ClassFact, modules: ModuleGraph, up: number): string[] {
  const own = fact.members
    .filter((m) => (m.t === 'method' || m.t === 'property') && !m.static && m.visibility === 'public')
    .flatMap((m) => m.name ?? []);
  const base = up < 50 ? modules.classNamed(file, fact.extends) : null;
  return base === null ? own : [...own, ...methodsOf(base.file, base.fact, modules, up + 1)];
}

function describeRef(ref: SymbolRef): string {
  switch (ref.of) {
    case 'class':
      return 'a class';
    case 'function':
      return 'a function';
    case 'global':
      return "one of JavaScript's own classes";
    case 'nimbus':
      return 'an export of nimbusc';
  }
}
