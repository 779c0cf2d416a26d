/** Rules for handler methods that hold in every stage: one kind of trigger, parameters that it can fill, a usable class. */
import { handlerCodes } from '../../diagnostics/codes/handlers.js';
import { placementCodes } from '../../diagnostics/codes/placement.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { ClassFact } from '../../ir/facts.js';
import { shortText } from '../../ir/serialise.js';
import { compareSpans } from '../../ir/span.js';
import type { ClassDecl, DecoratorDecl, HandlerRules, MethodDecl } from '../../kinds/definition.js';
import { decorators as registry } from '../../kinds/index.js';
import { type ModuleGraph, spanOf } from '../2-read/module-graph.js';

/** Gives the methods that can be functions; the others have been reported and are left out of every stage. */
export function checkHandlers(
  classes: readonly ClassDecl[],
  modules: ModuleGraph,
  sink: DiagnosticSink,
): ReadonlySet<MethodDecl> {
  const usable = new Set<MethodDecl>();
  for (const owner of classes) {
    const handlers = owner.methods.filter((m) => triggersOf(m).length > 0);
    for (const method of owner.methods) {
      if (!handlers.includes(method)) checkIdle(method, sink);
      else if (checkHandler(method, sink)) usable.add(method);
    }
    if (handlers.length > 0) checkConstructor(owner, modules, sink);
  }
  return usable;
}

type Trigger = Pick<DecoratorDecl, 'spec' | 'span'>;

/** In the order of the source, with those whose own options are wrong. */
function triggersOf({ decorators, damaged }: MethodDecl): readonly Trigger[] {
  return [...decorators, ...damaged].filter((d) => d.spec.role === 'triggers').sort((a, b) => compareSpans(a.span, b.span));
}

function checkHandler(method: MethodDecl, sink: DiagnosticSink): boolean {
  const triggers = triggersOf(method);
  const [first] = triggers;
  if (first === undefined) return false;
  const other = triggers.find((d) => kindOf(d) !== kindOf(first));
  if (other !== undefined) {
    sink
      .for(handlerCodes)
      .report(
        'NIM1244',
        { method: method.name, first: first.spec.name, second: other.spec.name, write: secondMethod(method, other) },
        other.span,
        { related: [{ span: first.span, text: `@${first.spec.name} is here` }] },
      );
    return false;
  }
  const rules = registry.get(first.spec.name)?.kind.handler;
  if (rules !== undefined) checkParameters(method, first, rules, sink);
  return method.decorators.some((d) => d.spec.role === 'triggers');
}

function checkParameters(method: MethodDecl, trigger: Trigger, rules: HandlerRules, sink: DiagnosticSink): void {
  const codes = sink.for(handlerCodes);
  const mostBodies = rules.body ? (rules.bodies ?? 1) : 0;
  const most = Number(rules.event !== null) + mostBodies;
  const taken = mostBodies > 1 ? [`up to ${mostBodies} bodies`] : rules.body ? ['one body'] : [];
  const single = [...(rules.event === null ? [] : [`one ${rules.event}`]), ...taken].join(' and ');
  const accepts = single === '' ? 'nothing' : `${single}${rules.lists ? ', or lists of them' : ''}`;
  const decorator = trigger.spec.name;
  for (const param of method.params) {
    if (param.rest) codes.report('NIM1243', { method: method.name, parameter: param.name }, param.span);
    if (most === 0) continue;
    if ('body' in param.type) {
      if (rules.body) continue;
      codes.report('NIM1242', { method: method.name, decorator, type: shortText(param.type.body), accepts }, param.span);
      continue;
    }
    const { event, list } = param.type;
    if (event === rules.event && (rules.lists || !list)) continue;
    codes.report('NIM1242', { method: method.name, decorator, type: list ? `${event}[]` : event, accepts }, param.span);
  }
  const [, , third] = method.params;
  const over = method.params[most] ?? third;
  if (method.params.length > most && over !== undefined) {
    codes.report('NIM1240', { method: method.name, decorator, most, actual: method.params.length, accepts }, over.span);
    return;
  }
  const events = method.params.filter((p) => 'event' in p.type);
  const bodies = method.params.filter((p) => 'body' in p.type);
  for (const [what, found] of [
    [`the ${rules.event ?? 'event'}`, events],
    ['the body', bodies],
  ] as const) {
    const second = found[1];
    if (second === undefined || (found === bodies && mostBodies > 1)) continue;
    const related = [{ span: (found[0] as (typeof found)[number]).span, text: 'the first one is here' }];
    codes.report('NIM1241', { method: method.name, what }, second.span, { related });
  }
}

function checkIdle(method: MethodDecl, sink: DiagnosticSink): void {
  // The decorator that makes it a function may be the one that is wrong.
  if (method.poisoned) return;
  for (const decl of method.decorators) {
    sink.for(placementCodes).report('NIM1236', { decorator: decl.spec.name, method: method.name }, decl.span);
  }
}

function checkConstructor(owner: ClassDecl, modules: ModuleGraph, sink: DiagnosticSink): void {
  if (owner.decorators.some((d) => d.spec.role === 'configures' && d.spec.target === 'class' && 'factory' in d.options)) return;
  const found = constructorOf(owner, modules);
  if (found === null) return;
  const codes = sink.for(placementCodes);
  const member = found.fact.members.find((m) => m.t === 'constructor');
  const declared = spanOf(found.file, member?.nameAt ?? found.fact.nameAt);
  // An inherited constructor serves other classes too; what cannot be made is this one.
  const inherited = found.file !== owner.file || found.name !== owner.name;
  const at = inherited ? owner.span : declared;
  const extras = inherited ? { related: [{ span: declared, text: `inherited from "${found.name}"` }] } : {};
  if (member !== undefined && member.visibility !== 'public') {
    codes.report('NIM1231', { className: owner.name, visibility: member.visibility }, at, extras);
  }
  const parameters = found.fact.requiredConstructorParameters ?? 0;
  if (parameters > 0) codes.report('NIM1230', { className: owner.name, parameters }, at, extras);
}

/** The class whose constructor `new Owner()` runs: the nearest in the chain of bases that declares one. */
function constructorOf(owner: ClassDecl, modules: ModuleGraph): { file: string; name: string; fact: ClassFact } | null {
  let found = modules.classOf(modules.lookup(owner.file, owner.local));
  for (let up = 0; up < 50 && found !== null; up++) {
    if (found.fact.requiredConstructorParameters !== null) return found;
    found = modules.classNamed(found.file, found.fact.extends);
  }
  return null;
}

function kindOf(decl: Trigger): string {
  return registry.get(decl.spec.name)?.kind.name ?? '';
}

function secondMethod(method: MethodDecl, trigger: Trigger): string {
  const name = `${method.name}Too`;
  return `  @${trigger.spec.name}(...)\n  ${name}(...args) { return this.${method.name}(...args); }`;
}
