/** Classes: members, fields, what is static, and decorators of others. */

import { ts } from 'ts-morph';
import type { ClassMember, Ref } from '../../../ir/body-facts.js';
import type { TypeFact } from '../../../ir/facts.js';
import { readType } from '../read-type.js';
import type { BodyReader, Place } from './body-reader.js';
import { expression } from './expressions.js';
import { PRIMITIVE, Scope, THIS } from './function-builder.js';
import { callable } from './functions.js';
import { block, initialiser, innerPlace, named } from './statements.js';
import { hasModifier } from './syntax.js';

/** A class while its members are read. */
interface ClassParts {
  readonly called: string;
  /** The register of the class itself. */
  readonly cls: Ref;
  /** Where its text stands, its fields are made, and what is static runs. */
  readonly place: Place;
  readonly own: Place;
  readonly shared: Place;
  construct: number;
  readonly members: ClassMember[];
  readonly types: [name: string, type: TypeFact][];
}

export function classDeclaration(reader: BodyReader, node: ts.ClassDeclaration, place: Place): void {
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
  const local = node.name?.text ?? '*default*';
  const atTop = place.scope === reader.module.scope;
  const value = classLike(reader, node, node.name?.text ?? null, atTop ? local : null, place);
  place.fn.steps.push(['move', named(local, place), value]);
}

export function classLike(
  reader: BodyReader,
  node: ts.ClassLikeDeclaration,
  name: string | null,
  local: string | null,
  around: Place,
): Ref {
  const { fn } = around;
  const index = reader.classes.length;
  reader.classes.push(null);
  if (local !== null) reader.classNames.set(local, index);
  const to = fn.register();
  const place = innerPlace(around);
  if (ts.isClassExpression(node) && node.name) fn.steps.push(['move', place.scope.declare(node.name.text), to]);
  const heritage = (token: ts.SyntaxKind): readonly ts.ExpressionWithTypeArguments[] =>
    node.heritageClauses?.find((clause) => clause.token === token)?.types ?? [];
  const [base] = heritage(ts.SyntaxKind.ExtendsKeyword);
  const baseRef = base === undefined ? null : expression(reader, base.expression, place);
  fn.steps.push(['class', to, index, baseRef]);

  const called = name ?? 'class';
  const fields = reader.function(fn, `new ${called}`, reader.at(node), false);
  const statics = reader.function(fn, called, reader.at(node), false);
  const own: Place = { fn: fields, scope: new Scope(fields, place.scope) };
  const shared: Place = { fn: statics, scope: new Scope(statics, place.scope) };
  const parts: ClassParts = { called, cls: to, place, own, shared, construct: -1, members: [], types: [] };
  for (const member of node.members) classMember(reader, member, parts);
  reader.finish(fields);
  reader.finish(statics);
  for (const decorator of foreignDecorators(reader, node)) {
    const result = fn.register();
    fn.steps.push(['call', result, expression(reader, decorator.expression, place), [to, PRIMITIVE], -1, reader.at(decorator)]);
    fn.steps.push(['move', to, result]);
  }
  reader.classes[index] = {
    name,
    at: reader.at(node),
    local,
    abstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
    implements: heritage(ts.SyntaxKind.ImplementsKeyword).map((one) => readType(reader.file, one)),
    construct: parts.construct,
    fields: fields.steps.length === 0 ? -1 : fields.index,
    statics: statics.steps.length === 0 ? -1 : statics.index,
    members: parts.members,
    types: parts.types,
  };
  return to;
}

function classMember(reader: BodyReader, member: ts.ClassElement, parts: ClassParts): void {
  const { called, place, own, shared } = parts;
  if (ts.isConstructorDeclaration(member)) {
    if (member.body === undefined) return;
    parts.construct = callable(reader, member, `new ${called}`, place);
    for (const p of member.parameters)
      if ((ts.getModifiers(p)?.length ?? 0) > 0 && ts.isIdentifier(p.name)) remember(reader, parts, p.name.text, p.type);
  } else if (ts.isClassStaticBlockDeclaration(member)) {
    block(reader, member.body.statements, innerPlace(shared));
  } else if (ts.isPropertyDeclaration(member)) {
    const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
    const field = reader.memberName(member.name) ?? '*';
    if (!isStatic) remember(reader, parts, field, member.type);
    if (member.initializer !== undefined) initialField(reader, member, field, called, isStatic ? shared : own);
    memberDecorators(reader, member, null, place);
  } else if (ts.isMethodDeclaration(member) || ts.isGetAccessor(member) || ts.isSetAccessor(member)) {
    if (member.body === undefined) return;
    const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
    const key = reader.memberName(member.name) ?? '*';
    const kind = ts.isGetAccessor(member) ? 'get' : ts.isSetAccessor(member) ? 'set' : 'method';
    const closure = callable(reader, member, `${called}.${key}`, place);
    parts.members.push([key, kind, isStatic, closure]);
    memberDecorators(reader, member, { cls: parts.cls, name: key, isStatic, fn: closure }, place);
  }
}

/** Values of the field that come from outside are of its type. */
function remember(reader: BodyReader, parts: ClassParts, field: string, type: ts.TypeNode | undefined): void {
  const fact = type === undefined ? null : reader.type(type);
  if (fact !== null) parts.types.push([field, fact]);
}

function initialField(reader: BodyReader, node: ts.PropertyDeclaration, name: string, className: string, place: Place): void {
  const value = initialiser(reader, node.initializer as ts.Expression, `${className}.${name}`, place);
  if (value === PRIMITIVE) return;
  place.fn.steps.push(['store', THIS, name, value]);
  if (node.type?.kind === ts.SyntaxKind.AnyKeyword) place.fn.steps.push(['any', value, reader.at(node.name)]);
}

function memberDecorators(
  reader: BodyReader,
  node: ts.PropertyDeclaration | ts.MethodDeclaration | ts.AccessorDeclaration,
  method: { cls: Ref; name: string; isStatic: boolean; fn: number } | null,
  place: Place,
): void {
  const { fn } = place;
  for (const decorator of foreignDecorators(reader, node)) {
    const result = fn.register();
    const closure = fn.register();
    const descriptor = fn.register();
    const replaced = fn.register();
    if (method !== null) fn.steps.push(['function', closure, method.fn]);
    // Legacy decorators get a descriptor, in which they may put another function.
    fn.steps.push(['object', descriptor], ['store', descriptor, 'value', closure]);
    const callee = expression(reader, decorator.expression, place);
    fn.steps.push(['call', result, callee, [closure, descriptor, descriptor], -1, reader.at(decorator)]);
    if (method === null) continue;
    fn.steps.push(['load', replaced, descriptor, 'value'], ['move', replaced, result]);
    fn.steps.push(['replace', method.cls, method.name, method.isStatic, replaced]);
  }
}

function foreignDecorators(reader: BodyReader, node: ts.Node): readonly ts.Decorator[] {
  const modifiers: readonly ts.Node[] = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers ?? [];
  return modifiers.filter(ts.isDecorator).filter(({ expression }) => {
    let root: ts.Expression = expression;
    while (ts.isCallExpression(root) || ts.isPropertyAccessExpression(root)) root = root.expression;
    return !(ts.isIdentifier(root) && reader.nimbus.has(root.text));
  });
}
