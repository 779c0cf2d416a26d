/**
 * In: the declared app. Out: the same with the types of bodies, results and stored classes, and what there is to say about
 * them reported. The checker is asked for nothing else.
 */
import { typeCodes } from '../../diagnostics/codes/types.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { SentValue } from '../../ir/sent-value.js';
import { shortText } from '../../ir/serialise.js';
import type { Span } from '../../ir/span.js';
import { ANY, type MethodResult, optionally } from '../../ir/wire-type.js';
import type { ClassDecl, MethodDecl, ParamDecl } from '../../kinds/definition.js';
import { decorators as registry } from '../../kinds/index.js';
import { ambiguous } from '../../types/ambiguity.js';
import { Shapes } from '../../types/shapes.js';
import type { BodyTypes, ClassRequest, ClassTypes, MethodTypes, TypeAnswers } from '../1-load/types/read-types.js';
import type { TypeNote } from '../1-load/types/type-reader.js';
import type { DeclaredApp } from './declared-app.js';

export interface TypedApp {
  readonly app: DeclaredApp;
  /** What handlers give, inferred where it is not declared, by `Class.method`. Takes its time. */
  results(): ReadonlyMap<string, MethodResult>;
  /** What the project's code sends as JSON. */
  readonly sent: readonly SentValue[];
}

export function applyTypes(
  app: DeclaredApp,
  ask: (requests: readonly ClassRequest[]) => TypeAnswers,
  sink: DiagnosticSink,
): TypedApp {
  const asked = app.classes.filter((owner) => handlersOf(owner).length > 0 || isStored(owner));
  if (asked.length === 0) return { app, results: () => new Map(), sent: [] };
  const answers = ask(asked.map(requestOf));
  const found = answers.classes();
  const byClass = new Map(asked.map((owner, index) => [owner, found[index] as ClassTypes]));
  const shapes = new Shapes();
  const classes = app.classes.map((owner) => {
    const types = byClass.get(owner);
    return types === undefined ? owner : typed(owner, types, shapes, sink);
  });
  const results = (): ReadonlyMap<string, MethodResult> => {
    const all = answers.results();
    return new Map(
      asked.flatMap((owner, index) =>
        handlersOf(owner).map((method, at): [string, MethodResult] => [
          `${owner.name}.${method.name}`,
          all[index]?.[at] ?? { type: ANY, answers: null },
        ]),
      ),
    );
  };
  return { app: { ...app, classes }, results, sent: answers.sends() };
}

const isHandler = (method: MethodDecl): boolean => method.decorators.some((d) => d.spec.role === 'triggers');
const handlersOf = (owner: ClassDecl): readonly MethodDecl[] => owner.methods.filter(isHandler);
const isStored = (owner: ClassDecl): boolean =>
  owner.decorators.some((d) => d.spec.role === 'declares') && owner.properties.length > 0;

function requestOf(owner: ClassDecl): ClassRequest {
  return {
    file: owner.file,
    at: owner.span,
    methods: handlersOf(owner).map((method) => ({
      at: method.span,
      params: method.params.map((param) => ('body' in param.type ? param.span : null)),
      infer: method.decorators.some(({ spec }) => registry.get(spec.name)?.kind.handler?.answers === true),
    })),
    self: isStored(owner),
    stored: isStored(owner) ? owner.properties.map(({ name }) => name) : [],
  };
}

function typed(owner: ClassDecl, types: ClassTypes, shapes: Shapes, sink: DiagnosticSink): ClassDecl {
  const handlers = handlersOf(owner);
  const methods = owner.methods.map((method) => {
    const found = types.methods[handlers.indexOf(method)];
    return found === undefined ? method : typedMethod(method, found, sink);
  });
  const properties = owner.properties.map((property, index) => {
    const type = types.stored[index];
    return type === undefined ? property : { ...property, ...shapes.fieldOf(property.name, type), wire: type };
  });
  return { ...owner, methods, properties, wire: types.self, computed: types.computed };
}

function typedMethod(method: MethodDecl, types: MethodTypes, sink: DiagnosticSink): MethodDecl {
  const params = method.params.map((param, index): ParamDecl => {
    const body = types.params[index] ?? null;
    if (body === null || 'event' in param.type) return param;
    report(body, param.span, sink);
    return { ...param, type: { body: param.optional ? optionally(body.type) : body.type } };
  });
  return { ...method, params, result: types.result.type, answers: types.result.answers, doc: types.doc };
}

function report({ type, notes }: BodyTypes, at: Span, sink: DiagnosticSink): void {
  const codes = sink.for(typeCodes);
  const unchecked: Extract<TypeNote, { note: 'any' }>[] = [];
  for (const note of notes) {
    const related = note.at === null ? [] : [{ span: note.at, text: 'declared here' }];
    switch (note.note) {
      case 'no-json':
        codes.report('NIM1701', { path: note.path, what: note.what }, at, { related });
        break;
      case 'tag':
        codes.report('NIM1704', { tag: note.tag, problem: note.problem }, note.at ?? at);
        break;
      case 'slow':
        codes.report('NIM1707', { pattern: note.pattern }, note.at ?? at);
        break;
      case 'endless':
        codes.report('NIM1705', { path: note.path }, at);
        break;
      case 'unseen':
        codes.report('NIM1706', {}, at);
        break;
      case 'any':
        unchecked.push(note);
    }
  }
  const unclear = ambiguous(type);
  if (unclear !== null) {
    const [one, other] = unclear.members.map(shortText) as [string, string];
    codes.report('NIM1703', { union: shortText(unclear.union), one, other }, at);
  }
  const [first] = unchecked;
  if (first !== undefined)
    codes.report('NIM1702', { path: first.path, written: first.written, others: unchecked.length - 1 }, at);
}
