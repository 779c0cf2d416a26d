/** Where decorators may stand. Each check reports and says whether the decorator can be used nevertheless. */
import { placementCodes } from '../../diagnostics/codes/placement.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { ClassFact, MemberFact } from '../../ir/facts.js';
import type { ProjectPath, Span } from '../../ir/span.js';
import type { DecoratorSpec } from '../../kinds/definition.js';
import { spanOf } from './module-graph.js';

interface Placed {
  readonly spec: DecoratorSpec;
  readonly span: Span;
}

interface Context {
  readonly file: ProjectPath;
  readonly fact: ClassFact;
  readonly sink: DiagnosticSink;
  /** Marks the class as one about which an error was reported. */
  poison(): void;
}

/** What a decorator's target is called. */
export const WANTED = { class: 'a class', method: 'a method', property: 'a field' } as const;

export function checkTarget(
  context: Context,
  placed: Placed,
  target: 'class' | 'method' | 'property' | 'other',
  found: string,
): boolean {
  const { name, target: wanted } = placed.spec;
  if (wanted === target) return true;
  context.sink.for(placementCodes).report('NIM1221', { decorator: name, found, wanted: WANTED[wanted] }, placed.span);
  context.poison();
  return false;
}

export function describeMember(member: MemberFact): string {
  const named = member.name === null ? '' : ` "${member.name}"`;
  switch (member.t) {
    case 'constructor':
      return 'a constructor';
    case 'property':
    case 'parameter-property':
      return `the field${named}`;
    case 'accessor':
    case 'getter':
    case 'setter':
      return `the accessor${named}`;
    case 'method':
      return `the method${named}`;
  }
}

/** Rules for the class as a whole; reported once, for its first decorator. */
export function checkClassPlacement(context: Context, all: readonly Placed[], exported: boolean): void {
  const { fact, file, sink } = context;
  // Fields may be decorated in any base class; only what is deployed by itself must be reachable by its name.
  const first = all.find((d) => d.spec.role !== 'field');
  if (first === undefined) return;
  const codes = sink.for(placementCodes);
  const at = spanOf(file, fact.nameAt);
  const decorator = first.spec.name;
  const related = [{ span: first.span, text: `@${decorator} is here` }];
  if (!fact.topLevel) {
    codes.report(
      'NIM1228',
      { decorator, className: fact.name ?? '', inside: 'a function, a block, a namespace or an expression' },
      at,
      { related },
    );
    context.poison();
    return;
  }
  if (fact.name === null) {
    codes.report('NIM1227', { decorator }, at, { related });
    context.poison();
    return;
  }
  if (!exported) {
    codes.report('NIM1226', { decorator, className: fact.name }, at, { related });
    context.poison();
  }
  if (fact.abstract) {
    codes.report('NIM1225', { decorator, className: fact.name }, at, { related });
    context.poison();
  }
}

/** Reports; a handler must be a public, non-static, concrete method with a name that a function can have. */
export function checkMethodPlacement(context: Context, placed: Placed, member: MemberFact): boolean {
  const codes = context.sink.for(placementCodes);
  const decorator = placed.spec.name;
  const at = spanOf(context.file, member.nameAt);
  const related = [{ span: placed.span, text: `@${decorator} is here` }];
  const method = member.name ?? '';
  const fail = (): boolean => {
    context.poison();
    return false;
  };
  if (member.static) {
    codes.report('NIM1222', { decorator, method }, at, { related });
    return fail();
  }
  if (member.visibility !== 'public') {
    codes.report('NIM1223', { decorator, method, visibility: method.startsWith('#') ? '#private' : member.visibility }, at, {
      related,
    });
    return fail();
  }
  if (member.abstract) {
    codes.report('NIM1224', { decorator, method }, at, { related });
    return fail();
  }
  if (!member.hasBody) {
    codes.report(
      'NIM1221',
      { decorator, found: `an overload of ${describeMember(member)}`, wanted: 'the method itself' },
      placed.span,
    );
    return fail();
  }
  if (member.name === null || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(member.name)) {
    codes.report('NIM1235', { decorator, name: member.name }, at, { related });
    return fail();
  }
  return true;
}

export function checkRepeated(sink: DiagnosticSink, all: readonly Placed[], target: string): void {
  const seen = new Map<string, Span>();
  for (const { spec, span } of all) {
    const first = seen.get(spec.name);
    if (first === undefined) seen.set(spec.name, span);
    else if (!spec.repeatable) {
      const related = [{ span: first, text: 'the first one is here' }];
      sink.for(placementCodes).report('NIM1229', { decorator: spec.name, target }, span, { related });
    }
  }
}
