/** What statements do with values, and the names that they declare. */

import { ts } from 'ts-morph';
import type { Ref } from '../../../ir/body-facts.js';
import type { Range } from '../../../ir/facts.js';
import type { BodyReader, Place } from './body-reader.js';
import { classDeclaration, classLike } from './classes.js';
import { declareList, declarePattern, hoistedVariables } from './declarations.js';
import { awaited, expression } from './expressions.js';
import { PRIMITIVE, Scope } from './function-builder.js';
import { callable, closure } from './functions.js';
import { assign, bind } from './patterns.js';
import { hasModifier, plain } from './syntax.js';

const { SyntaxKind } = ts;

export function block(reader: BodyReader, statements: readonly ts.Statement[], place: Place): void {
  declareAll(reader, statements, place.scope);
  // Functions can be called before their text.
  for (const node of statements) if (ts.isFunctionDeclaration(node)) functionDeclaration(reader, node, place);
  for (const node of statements) if (!ts.isFunctionDeclaration(node)) statement(reader, node, place);
}

export function innerPlace(place: Place): Place {
  return { fn: place.fn, scope: new Scope(place.fn, place.scope) };
}

/** The names that a block declares, and of a function's or module's outermost block its `var`s. */
function declareAll(reader: BodyReader, statements: readonly ts.Statement[], scope: Scope): void {
  for (const node of statements) {
    if (ts.isVariableStatement(node)) declareList(node.declarationList, scope);
    else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) scope.declare(node.name?.text ?? '*default*');
    else if (ts.isEnumDeclaration(node)) scope.declare(node.name.text);
    else if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name)) scope.declare(node.name.text);
    else if (ts.isExportAssignment(node) && !ts.isIdentifier(node.expression)) scope.declare('*default*');
    else if (reader.hasVars) hoistedVariables(node, scope);
  }
}

function functionDeclaration(reader: BodyReader, node: ts.FunctionDeclaration, place: Place): void {
  if (node.body === undefined) return;
  const name = node.name?.text ?? '*default*';
  const index = callable(reader, node, node.name?.text ?? 'default', place);
  place.fn.steps.push(['function', named(name, place), index]);
}

export function named(name: string, place: Place): Ref {
  return place.scope.find(name, place.fn) ?? place.scope.declare(name);
}

function statement(reader: BodyReader, start: ts.Statement, place: Place): void {
  let node: ts.Statement | undefined = start;
  // Chains of `else if` get long.
  while (node !== undefined && ts.isIfStatement(node)) {
    expression(reader, node.expression, place);
    statement(reader, node.thenStatement, place);
    node = node.elseStatement;
  }
  if (node === undefined) return;
  const read = STATEMENTS.get(node.kind) as ((reader: BodyReader, node: ts.Statement, place: Place) => void) | undefined;
  read?.(reader, node, place);
}

function returnStatement(reader: BodyReader, node: ts.ReturnStatement, place: Place): void {
  if (node.expression) place.fn.steps.push(['return', expression(reader, node.expression, place)]);
}

function throwStatement(reader: BodyReader, node: ts.ThrowStatement, place: Place): void {
  place.fn.steps.push(['throw', expression(reader, node.expression, place)]);
}

function conditionalLoop(reader: BodyReader, node: ts.DoStatement | ts.WhileStatement, place: Place): void {
  expression(reader, node.expression, place);
  statement(reader, node.statement, innerPlace(place));
}

function withStatement(reader: BodyReader, node: ts.WithStatement, place: Place): void {
  const value = expression(reader, node.expression, place);
  place.fn.steps.push(['leak', value, reader.at(node.expression)]);
  statement(reader, node.statement, innerPlace(place));
}

function forStatement(reader: BodyReader, node: ts.ForStatement, place: Place): void {
  const inner = innerPlace(place);
  if (node.initializer) forInitialiser(reader, node.initializer, inner, null);
  if (node.condition) expression(reader, node.condition, inner);
  if (node.incrementor) expression(reader, node.incrementor, inner);
  statement(reader, node.statement, inner);
}

function forEachStatement(reader: BodyReader, node: ts.ForOfStatement | ts.ForInStatement, place: Place): void {
  const { fn } = place;
  const inner = innerPlace(place);
  const source = expression(reader, node.expression, place);
  let element: Ref = PRIMITIVE;
  if (ts.isForOfStatement(node)) {
    element = fn.register();
    fn.steps.push(['element', element, source, -1]);
    if (node.awaitModifier) element = awaited(element, place);
  }
  forInitialiser(reader, node.initializer, inner, element);
  statement(reader, node.statement, inner);
}

function forInitialiser(reader: BodyReader, node: ts.ForInitializer, place: Place, element: Ref | null): void {
  if (!ts.isVariableDeclarationList(node)) {
    if (element === null) expression(reader, node, place);
    else assign(reader, node, element, place);
    return;
  }
  declareList(node, place.scope);
  if (element === null) variables(reader, node, place);
  else for (const one of node.declarations) bind(reader, one.name, element, place);
}

function variables(reader: BodyReader, list: ts.VariableDeclarationList, place: Place): void {
  for (const node of list.declarations) {
    if (node.initializer === undefined) continue;
    const target = ts.isIdentifier(node.name) ? node.name.text : null;
    const value = initialiser(reader, node.initializer, target, place);
    bind(reader, node.name, value, place);
    if (target !== null) annotated(reader, named(target, place), node.type, reader.at(node.name), place);
    const using = list.flags & ts.NodeFlags.Using;
    if (using !== 0) {
      const dispose = list.flags & ts.NodeFlags.Const ? '@@asyncDispose' : '@@dispose';
      place.fn.steps.push(['send', place.fn.register(), value, dispose, [], -1, reader.at(node)]);
    }
  }
}

/** The value of a declaration: functions and classes without a name are called after it. */
export function initialiser(reader: BodyReader, node: ts.Expression, name: string | null, place: Place): Ref {
  const inner = plain(node);
  if (name !== null && (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)))
    return closure(reader, inner, inner.name?.text ?? name, place);
  if (name !== null && ts.isClassExpression(inner)) {
    const atTop = place.scope === reader.module.scope;
    return classLike(reader, inner, inner.name?.text ?? name, atTop ? name : null, place);
  }
  return expression(reader, node, place);
}

/** `owner`: a value that the annotation is about. */
function annotated(reader: BodyReader, owner: Ref, type: ts.TypeNode | undefined, at: Range, place: Place): void {
  if (type === undefined) return;
  if (type.kind === ts.SyntaxKind.AnyKeyword) place.fn.steps.push(['any', owner, at]);
  const fact = reader.type(type);
  if (fact !== null) place.fn.steps.push(['typed', owner, fact]);
}

function exportAssignment(reader: BodyReader, node: ts.ExportAssignment, place: Place): void {
  if (ts.isIdentifier(node.expression)) return;
  const to = named('*default*', place);
  const inner = plain(node.expression);
  const value = ts.isClassExpression(inner)
    ? classLike(reader, inner, inner.name?.text ?? 'default', '*default*', place)
    : initialiser(reader, node.expression, 'default', place);
  place.fn.steps.push(['move', to, value]);
}

function enumDeclaration(reader: BodyReader, node: ts.EnumDeclaration, place: Place): void {
  const to = named(node.name.text, place);
  place.fn.steps.push(['object', to]);
  for (const member of node.members) {
    const name = reader.memberName(member.name) ?? '*';
    const value = member.initializer === undefined ? PRIMITIVE : expression(reader, member.initializer, place);
    place.fn.steps.push(['store', to, name, value]);
  }
}

/** An object with what it exports; its names are those of a block. */
function namespace(reader: BodyReader, node: ts.ModuleDeclaration, place: Place): void {
  if (!ts.isIdentifier(node.name) || node.body === undefined || hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
  const to = named(node.name.text, place);
  place.fn.steps.push(['object', to]);
  const inner = innerPlace(place);
  const { body } = node;
  if (ts.isModuleBlock(body)) block(reader, body.statements, inner);
  else if (ts.isModuleDeclaration(body)) {
    inner.scope.declare((body.name as ts.Identifier).text);
    namespace(reader, body, inner);
  }
  for (const [name, ref] of inner.scope.own()) place.fn.steps.push(['store', to, name, ref]);
}

function tryStatement(reader: BodyReader, node: ts.TryStatement, place: Place): void {
  block(reader, node.tryBlock.statements, innerPlace(place));
  if (node.catchClause) {
    const inner = innerPlace(place);
    const { variableDeclaration: declared, block: caughtBlock } = node.catchClause;
    if (declared) {
      const caught = place.fn.register();
      place.fn.steps.push(['catch', caught]);
      declarePattern(declared.name, inner.scope);
      bind(reader, declared.name, caught, inner);
    }
    block(reader, caughtBlock.statements, inner);
  }
  if (node.finallyBlock) block(reader, node.finallyBlock.statements, innerPlace(place));
}

function switchStatement(reader: BodyReader, node: ts.SwitchStatement, place: Place): void {
  expression(reader, node.expression, place);
  const inner = innerPlace(place);
  const { clauses } = node.caseBlock;
  for (const clause of clauses) if (ts.isCaseClause(clause)) expression(reader, clause.expression, inner);
  block(
    reader,
    clauses.flatMap((clause) => [...clause.statements]),
    inner,
  );
}

/** What each statement does; those that are not here do nothing with values. */
const STATEMENTS = new Map<ts.SyntaxKind, (reader: BodyReader, node: never, place: Place) => void>([
  [
    SyntaxKind.ExpressionStatement,
    (reader, node: ts.ExpressionStatement, place) => void expression(reader, node.expression, place),
  ],
  [SyntaxKind.VariableStatement, (reader, node: ts.VariableStatement, place) => variables(reader, node.declarationList, place)],
  [SyntaxKind.ReturnStatement, returnStatement],
  [SyntaxKind.ThrowStatement, throwStatement],
  [SyntaxKind.Block, (reader, node: ts.Block, place) => block(reader, node.statements, innerPlace(place))],
  [SyntaxKind.FunctionDeclaration, functionDeclaration],
  [SyntaxKind.ClassDeclaration, classDeclaration],
  [SyntaxKind.EnumDeclaration, enumDeclaration],
  [SyntaxKind.ModuleDeclaration, namespace],
  [SyntaxKind.ExportAssignment, exportAssignment],
  [SyntaxKind.TryStatement, tryStatement],
  [SyntaxKind.SwitchStatement, switchStatement],
  [SyntaxKind.LabeledStatement, (reader, node: ts.LabeledStatement, place) => statement(reader, node.statement, place)],
  [SyntaxKind.DoStatement, conditionalLoop],
  [SyntaxKind.WhileStatement, conditionalLoop],
  [SyntaxKind.WithStatement, withStatement],
  [SyntaxKind.ForStatement, forStatement],
  [SyntaxKind.ForOfStatement, forEachStatement],
  [SyntaxKind.ForInStatement, forEachStatement],
]);
