/**
 * In: the loaded program. Out: the `DeclaredApp`: classes that carry decorators of nimbusc, found by the symbol that a
 * decorator resolves to, with arguments evaluated and decoded. Looks at one class at a time; links nothing.
 */

import { graphCodes } from '../../diagnostics/codes/graph.js';
import { placementCodes } from '../../diagnostics/codes/placement.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import { closest } from '../../diagnostics/suggest.js';
import type { ClassFact, DecoratorFact, MemberFact, Range, TypeFact } from '../../ir/facts.js';
import type { ModuleSource } from '../../ir/module-source.js';
import type { ProjectPath, Span, Spanned } from '../../ir/span.js';
import type { DynamicReason, SymbolRef } from '../../ir/static-value.js';
import { ANY } from '../../ir/wire-type.js';
import type { ClassDecl, DecoratorDecl, DecoratorSpec, MethodDecl, ParamType, PropertyDecl } from '../../kinds/definition.js';
import { nimbusConstants, nimbusExports } from '../../kinds/exports.js';
import { kinds, decorators as registry } from '../../kinds/index.js';
import type { DeclaredApp } from './declared-app.js';
import { decodeDecorator } from './decode-decorator.js';
import { Evaluator } from './evaluate.js';
import { ModuleGraph, spanOf } from './module-graph.js';
import { checkClassPlacement, checkMethodPlacement, checkRepeated, checkTarget, describeMember, WANTED } from './placement.js';

type EventParamType = Extract<ParamType, { readonly event: string }>;

const EVENT_TYPES = new Set(kinds.flatMap((k) => (k.handler?.event ? [k.handler.event] : [])));

export interface ReadResult {
  readonly app: DeclaredApp;
  readonly graph: ModuleGraph;
}

/** `damaged`: files that are left out, because what they lack may only be hidden behind a syntax error. */
export function readApp(source: ModuleSource, damaged: ReadonlySet<ProjectPath>, sink: DiagnosticSink): ReadResult {
  const graph = new ModuleGraph(source, nimbusExports);
  const reader = new AppReader(graph, sink);
  for (const file of source.files) if (!damaged.has(file)) reader.file(file);
  reader.handlersElsewhere(damaged);
  reader.checkClassNames();
  return { app: { classes: reader.classes, decoratorRanges: reader.ranges }, graph };
}

/** A decorator of nimbusc, before its arguments are decoded. */
interface Found {
  readonly spec: DecoratorSpec;
  readonly fact: DecoratorFact;
  readonly span: Span;
}

class AppReader {
  readonly classes: ClassDecl[] = [];
  readonly ranges = new Map<ProjectPath, Range[]>();
  private readonly evaluator: Evaluator;
  /** Fields of a base class are looked at once for each class that inherits them. */
  private readonly found = new WeakMap<readonly DecoratorFact[], readonly Found[]>();
  /** Decorator lists with one of nimbusc's that could not be used, because it is none or is misspelt. */
  private readonly spoiled = new WeakSet<readonly DecoratorFact[]>();

  constructor(
    private readonly graph: ModuleGraph,
    private readonly sink: DiagnosticSink,
  ) {
    this.evaluator = new Evaluator(graph, nimbusConstants);
  }

  file(file: ProjectPath): void {
    const facts = this.graph.facts(file);
    this.checkImports(file);
    for (const { decorator, found } of facts.stray) {
      for (const { spec, span } of this.find(file, [decorator])) {
        this.sink.for(placementCodes).report('NIM1221', { decorator: spec.name, found, wanted: WANTED[spec.target] }, span);
      }
    }
    for (const fact of facts.classes) {
      const decl = this.class(file, fact);
      if (decl !== null) this.classes.push(decl);
    }
  }

  /** Misspelt imports from nimbusc would otherwise look like foreign decorators, and be ignored in silence. */
  private checkImports(file: ProjectPath): void {
    const { imports, exports } = this.graph.facts(file);
    for (const { from, name, at } of [...imports, ...exports.map((e) => ({ from: e.from, name: e.imported ?? '*', at: e.at }))]) {
      if (name === '*' || from !== 'nimbusc' || nimbusExports.has(name)) continue;
      if (this.graph.source.resolve(file, from).of !== 'nimbus') continue;
      const nearest = closest(name, [...nimbusExports]);
      this.sink.for(placementCodes).report('NIM1233', { name, nearest }, spanOf(file, at));
    }
  }

  private class(file: ProjectPath, fact: ClassFact): ClassDecl | null {
    const own = this.find(file, fact.decorators);
    const members = fact.members.map((member) => ({ member, found: this.find(file, member.decorators) }));
    this.parameterDecorators(file, fact);
    const all = [...own, ...members.flatMap((m) => m.found)];
    const reported = { poisoned: [fact, ...fact.members].some((m) => this.spoiled.has(m.decorators)) };
    if (all.length === 0 && !reported.poisoned) return null;
    const context = {
      file,
      fact,
      sink: this.sink,
      poison: () => {
        reported.poisoned = true;
      },
    };

    const exportNames = fact.topLevel ? this.graph.exportNames(file, this.localName(file, fact)) : [];
    checkClassPlacement(context, all, exportNames.length > 0);
    const decorators = this.decode(
      own.filter((d) => checkTarget(context, d, 'class', describeClass(fact))),
      reported,
      fact.name ?? 'the class',
    );
    const methods: MethodDecl[] = [];
    for (const { member, found } of members) {
      const usable = found.filter(
        (d) => d.spec.target === 'method' && checkTarget(context, d, memberTarget(member), describeMember(member)),
      );
      for (const other of found.filter((d) => d.spec.target !== 'method')) {
        checkTarget(context, other, memberTarget(member), describeMember(member));
      }
      const [first] = usable;
      if (first !== undefined && checkMethodPlacement(context, first, member))
        methods.push(this.method(file, member, usable, reported));
    }
    const properties = this.properties(file, fact, reported, 0);
    return {
      name: fact.name ?? '',
      file,
      local: this.localName(file, fact),
      exportName: exportNames[0] ?? null,
      span: spanOf(file, fact.nameAt),
      decorators,
      methods,
      properties,
      wire: null,
      computed: [],
      poisoned: reported.poisoned,
    };
  }

  /** Gives decorators that make a function of a method in another class to that method. What prevents it is for their kind to say. */
  handlersElsewhere(damaged: ReadonlySet<ProjectPath>): void {
    for (const { decorators } of [...this.classes]) {
      for (const decl of decorators) {
        const { handlerIn } = decl.spec;
        const ref = handlerIn && (decl.options[handlerIn.option] as Spanned<SymbolRef> | undefined)?.value;
        const found = ref?.of === 'class' ? this.graph.classOf(this.graph.lookup(ref.file, ref.name)) : null;
        const member = found?.fact.members.find((one) => one.name === handlerIn?.method && isDeployable(one));
        if (found === null || member === undefined || damaged.has(found.file)) continue;
        this.giveHandler(found.file, found.fact, member, decl);
      }
    }
  }

  private giveHandler(file: ProjectPath, fact: ClassFact, member: MemberFact, decl: DecoratorDecl): void {
    const local = this.localName(file, fact);
    const index = this.classes.findIndex((one) => one.file === file && one.local === local);
    const owner = this.classes[index] ?? this.plainClass(file, fact);
    if (owner === null) return;
    const { name } = member;
    const known = owner.methods.find((one) => one.name === name) ?? this.method(file, member, [], { poisoned: false });
    const given = { ...known, decorators: [...known.decorators, decl] };
    const isKnown = owner.methods.includes(known);
    const methods = isKnown ? owner.methods.map((one) => (one === known ? given : one)) : [...owner.methods, given];
    if (index >= 0) this.classes[index] = { ...owner, methods };
    else this.insert({ ...owner, methods });
  }

  /** A class without decorators of nimbusc. */
  private plainClass(file: ProjectPath, fact: ClassFact): ClassDecl | null {
    if (!fact.topLevel || fact.name === null || fact.abstract) return null;
    const local = this.localName(file, fact);
    return {
      name: fact.name,
      file,
      local,
      exportName: this.graph.exportNames(file, local)[0] ?? null,
      span: spanOf(file, fact.nameAt),
      decorators: [],
      methods: [],
      properties: [],
      wire: null,
      computed: [],
      poisoned: false,
    };
  }

  /** Classes are in the order of files, and of their places in them. */
  private insert(decl: ClassDecl): void {
    const { files } = this.graph.source;
    const at = files.indexOf(decl.file);
    const next = this.classes.findIndex((one) => {
      const other = files.indexOf(one.file);
      return other > at || (other === at && one.span.start > decl.span.start);
    });
    this.classes.splice(next < 0 ? this.classes.length : next, 0, decl);
  }

  /** The name of the declaration inside its module; `export default class {}` has one that no program can write. */
  private localName(file: ProjectPath, fact: ClassFact): string {
    const facts = this.graph.facts(file);
    const index = facts.classes.indexOf(fact);
    const entry = Object.entries(facts.values).find(([, v]) => v.t === 'class' && v.index === index);
    return entry?.[0] ?? fact.name ?? '';
  }

  private find(file: ProjectPath, facts: readonly DecoratorFact[]): readonly Found[] {
    const known = this.found.get(facts);
    if (known !== undefined) return known;
    const found = this.findNow(file, facts);
    this.found.set(facts, found);
    return found;
  }

  private findNow(file: ProjectPath, facts: readonly DecoratorFact[]): Found[] {
    return facts.flatMap((fact) => {
      const callee = this.evaluator.evaluate(file, fact.callee);
      if (callee.t === 'dynamic' && callee.why.reason === 'call') this.checkMadeByCall(file, fact, callee.why);
      if (callee.t !== 'symbol' || callee.target.of !== 'nimbus') return [];
      const ranges = this.ranges.get(file) ?? [];
      this.ranges.set(file, [...ranges, fact.at]);
      const name = callee.target.name;
      const spec = registry.get(name)?.spec;
      const span = spanOf(file, fact.at);
      if (spec !== undefined) return [{ spec, fact, span }];
      this.spoiled.add(facts);
      // An unknown name in an import has been reported there; `nimbus.Unknown` has not.
      if (nimbusExports.has(name)) this.sink.for(placementCodes).report('NIM1234', { name }, span);
      else if (fact.callee.t === 'member') {
        this.sink
          .for(placementCodes)
          .report('NIM1233', { name, nearest: closest(name, [...nimbusExports]) }, spanOf(file, fact.callee.nameAt));
      }
      return [];
    });
  }

  /** `const onSay = WebSocketServerlessFunction({ ... })` and then `@onSay`: read, that is a call, and calls are not made. */
  private checkMadeByCall(file: ProjectPath, fact: DecoratorFact, why: DynamicReason): void {
    const name = /^[\w$]+/.exec(why.detail)?.[0] ?? '';
    const made = fact.callee.t === 'name' ? this.graph.lookup(file, fact.callee.name) : null;
    const text =
      made?.of === 'value' && made.fact.t === 'const' && made.fact.init?.t === 'opaque' ? made.fact.init.text : why.detail;
    const called = /^([\w$]+)(?:\.([\w$]+))?\(/.exec(text);
    const origin = made?.of === 'value' ? made.file : file;
    const binding = called === null ? null : this.graph.lookup(origin, called[1] ?? name);
    const target = binding?.of === 'nimbus' ? binding.name : binding?.of === 'nimbus-module' ? (called?.[2] ?? '') : '';
    if (!registry.has(target)) return;
    this.sink.for(placementCodes).report('NIM1237', { decorator: target }, spanOf(file, fact.at), {
      related: made?.of === 'value' ? [{ span: spanOf(made.file, made.fact.at), text: `@${target} is called here` }] : [],
    });
  }

  private parameterDecorators(file: ProjectPath, fact: ClassFact): void {
    for (const member of fact.members) {
      for (const param of member.params) {
        for (const { spec, span } of this.find(file, param.decorators)) {
          this.sink
            .for(placementCodes)
            .report('NIM1221', { decorator: spec.name, found: 'a parameter', wanted: WANTED[spec.target] }, span);
        }
      }
    }
  }

  private decode(found: readonly Found[], reported: { poisoned: boolean }, target: string): DecoratorDecl[] {
    checkRepeated(this.sink, found, target);
    return found.flatMap((d) => {
      const decl = decodeDecorator(d.spec, d.fact, d.span, this.evaluator, this.sink);
      if (decl === null) reported.poisoned = true;
      return decl === null ? [] : [decl];
    });
  }

  private method(file: ProjectPath, member: MemberFact, found: readonly Found[], reported: { poisoned: boolean }): MethodDecl {
    const name = member.name ?? '';
    const own = { poisoned: this.spoiled.has(member.decorators) };
    const decorators = this.decode(found, own, name);
    if (own.poisoned) reported.poisoned = true;
    return {
      name,
      span: spanOf(file, member.nameAt),
      decorators,
      damaged: found
        .filter(({ span }) => !decorators.some((decl) => decl.span === span))
        .map(({ spec, span }) => ({ spec, span })),
      poisoned: own.poisoned,
      result: ANY,
      answers: null,
      doc: null,
      params: member.params
        .filter((p) => p.name !== 'this')
        .map((p) => ({
          name: p.name,
          type: this.paramType(file, p.type),
          optional: p.optional,
          rest: p.rest,
          span: spanOf(file, p.at),
        })),
    };
  }

  private paramType(file: ProjectPath, type: MemberFact['type']): ParamType {
    return (type === null ? null : this.eventType(file, type, 0)) ?? { body: ANY };
  }

  /** The event type of nimbusc that a type means, or a list of such, seen through imports and plain aliases. */
  private eventType(file: ProjectPath, type: TypeFact, depth: number): EventParamType | null {
    const item = listItem(type);
    if (item !== null) {
      const event = depth < 20 ? this.eventType(file, item, depth + 1) : null;
      return event === null || event.list ? null : { ...event, list: true };
    }
    if (type.t !== 'ref') return null;
    let binding = this.graph.lookup(file, type.name[0] ?? '', 'type');
    for (const part of type.name.slice(1)) binding = this.graph.member(binding, part, 'type') ?? binding;
    if (binding.of === 'nimbus') return EVENT_TYPES.has(binding.name) ? { event: binding.name, list: false } : null;
    if (binding.of === 'type' && binding.fact.t === 'alias' && depth < 20) {
      return this.eventType(binding.file, binding.fact.type, depth + 1);
    }
    return null;
  }

  /** Fields with decorators, those of base classes first; a field declared again keeps its first place. */
  private properties(file: ProjectPath, fact: ClassFact, reported: { poisoned: boolean }, depth: number): PropertyDecl[] {
    const base = depth < 50 ? this.graph.classNamed(file, fact.extends) : null;
    const inherited = base === null ? [] : this.properties(base.file, base.fact, reported, depth + 1);
    const own = fact.members.flatMap((member): PropertyDecl[] => {
      if (memberTarget(member) !== 'property' || member.static || member.name === null) return [];
      const found = this.find(file, member.decorators).filter((d) => d.spec.target === 'property');
      if (found.length === 0) return [];
      return [
        {
          name: member.name,
          span: spanOf(file, member.nameAt),
          optional: member.optional,
          decorators: this.decode(found, reported, member.name),
          type: { t: 'any' },
          declaredIn: fact.name ?? '',
        },
      ];
    });
    return [...new Map([...inherited, ...own].map((p) => [p.name, p])).values()];
  }

  checkClassNames(): void {
    const first = new Map<string, ClassDecl>();
    for (const [index, decl] of this.classes.entries()) {
      if (decl.name === '' || (decl.decorators.length === 0 && decl.methods.length === 0)) continue;
      const before = first.get(decl.name);
      if (before === undefined) first.set(decl.name, decl);
      else {
        this.sink.for(graphCodes).report('NIM1605', { className: decl.name, what: 'decorators of nimbusc' }, decl.span, {
          related: [{ span: before.span, text: `the first ${decl.name} is here` }],
        });
        // Whatever it declares would only clash with what the first one does.
        this.classes[index] = { ...decl, decorators: [], methods: [], properties: [], poisoned: true };
      }
    }
  }
}

/** Of `T[]`, `Array<T>` and their readonly forms: `T`. */
function listItem(type: TypeFact): TypeFact | null {
  if (type.t === 'array') return type.of;
  const isList = type.t === 'ref' && type.name.length === 1 && /^(Readonly)?Array$/.test(type.name[0] ?? '');
  return isList ? (type.args[0] ?? null) : null;
}

function isDeployable({ t, static: ofClass, visibility, abstract, hasBody }: MemberFact): boolean {
  return t === 'method' && !ofClass && visibility === 'public' && !abstract && hasBody;
}

function memberTarget(member: MemberFact): 'method' | 'property' | 'other' {
  if (member.t === 'method') return 'method';
  return member.t === 'property' || member.t === 'parameter-property' ? 'property' : 'other';
}

function describeClass(fact: ClassFact): string {
  return fact.name === null ? 'a class' : `the class "${fact.name}"`;
}
