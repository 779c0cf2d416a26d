/**
 * In: a file. Out: the calls of clients that send a value as JSON, each with the type of that value and, where it can be
 * traced, with what the client was made for. A client that cannot be traced to its `ClientBuilder` call is left out: where
 * nothing is known, nothing is said.
 */
import { ts } from 'ts-morph';
import type { SendTarget, SentValue } from '../../../ir/sent-value.js';
import type { ProjectPath } from '../../../ir/span.js';
import type { TypeProgram } from './type-program.js';
import type { TypeReader } from './type-reader.js';

/** Methods that send, and which of their arguments is the value. */
const SENDING: ReadonlyMap<string, number> = new Map([
  ['sendMessageAsJson', 0],
  ['notifyJson', 0],
  ['invoke', 0],
  ['invokeAsync', 0],
  ['sendToConnectionConvertToJson', 1],
]);

/** True when a text may contain such a call; most files do not, and are not looked at. */
export function maySend(text: string): boolean {
  return /\b(sendMessageAsJson|notifyJson|invoke|invokeAsync|sendToConnectionConvertToJson)\b/.test(text);
}

export function sentValues(file: ProjectPath, program: TypeProgram, reader: TypeReader): readonly SentValue[] {
  const source = program.sourceFile(file);
  const found: SentValue[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const sent = sentBy(node, file, program, reader);
      if (sent !== null) found.push(sent);
    }
    ts.forEachChild(node, visit);
  };
  if (source !== undefined) visit(source);
  return found;
}

function sentBy(call: ts.CallExpression, file: ProjectPath, program: TypeProgram, reader: TypeReader): SentValue | null {
  if (!ts.isPropertyAccessExpression(call.expression)) return null;
  const method = call.expression.name.text;
  const value = call.arguments[SENDING.get(method) ?? -1];
  if (value === undefined || ts.isSpreadElement(value)) return null;
  const declaration = program.checker.getSymbolAtLocation(call.expression.name)?.declarations?.[0];
  if (declaration === undefined || program.originOf(declaration.getSourceFile()).of !== 'nimbus') return null;
  const made = clientCall(call.expression.expression, program, 0);
  if (made === null) return null;
  const [first, second] = made.arguments;
  return {
    by: senderOf(call, file),
    method,
    client: getterOf(made) ?? '',
    target: first === undefined ? null : targetOf(first, program),
    detail: second !== undefined && ts.isStringLiteralLike(second) ? second.text : null,
    type: reader.read(program.checker.getTypeAtLocation(value), 'value').type,
    at: { file, start: value.getStart(), end: value.getEnd() },
  };
}

function senderOf(call: ts.Node, file: ProjectPath): string {
  for (let at = call.parent; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isClassElement(at) && ts.isClassLike(at.parent) && at.name !== undefined && ts.isIdentifier(at.name))
      return `${at.parent.name?.text ?? 'default'}.${at.name.text}`;
    if (ts.isFunctionDeclaration(at) && at.name !== undefined) return at.name.text;
  }
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
}

/**
 * The `ClientBuilder.getX(...)` that an expression gives, through constants, destructured ones too, fields, fields of constant
 * objects, and getters and functions of one line.
 */
function clientCall(expression: ts.Expression, program: TypeProgram, depth: number): ts.CallExpression | null {
  if (depth > 10) return null;
  const inner = plain(expression);
  if (ts.isCallExpression(inner) && getterOf(inner) !== null && isOfNimbus(inner.expression, program)) return inner;
  const named = ts.isCallExpression(inner) ? plain(inner.expression) : inner;
  if (!ts.isIdentifier(named) && !ts.isPropertyAccessExpression(named)) return null;
  const declaration = declarationOf(ts.isIdentifier(named) ? named : named.name, program);
  if (declaration === undefined) return null;
  const given = ts.isCallExpression(inner) ? returnedBy(declaration) : fixedValue(declaration, program);
  return given === null ? null : clientCall(given, program, depth + 1);
}

function declarationOf(name: ts.Node, program: TypeProgram): ts.Declaration | undefined {
  const { checker } = program;
  const parent = ts.isShorthandPropertyAssignment(name.parent) ? name.parent : null;
  const symbol = parent === null ? checker.getSymbolAtLocation(name) : checker.getShorthandAssignmentValueSymbol(parent);
  const target = symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return target?.valueDeclaration;
}

/** The one value that what is declared has; null where it may have others. */
function fixedValue(declaration: ts.Declaration, program: TypeProgram): ts.Expression | null {
  const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  if (ts.isVariableDeclaration(declaration)) return isConstant ? (declaration.initializer ?? null) : null;
  if (ts.isPropertyAssignment(declaration)) return declaration.initializer;
  if (ts.isShorthandPropertyAssignment(declaration)) return declaration.name;
  if (ts.isPropertyDeclaration(declaration)) return declaration.initializer ?? assignedOnce(declaration);
  if (ts.isGetAccessorDeclaration(declaration)) return returnedBy(declaration);
  if (!ts.isBindingElement(declaration) || !isConstant || declaration.initializer !== undefined) return null;
  const name = declaration.propertyName ?? declaration.name;
  if (!ts.isIdentifier(name) || declaration.dotDotDotToken !== undefined) return null;
  const whole = program.checker.getTypeAtLocation(declaration.parent);
  const property = program.checker.getPropertyOfType(whole, name.text)?.valueDeclaration;
  return property === undefined || ts.isBindingElement(property) ? null : fixedValue(property, program);
}

/** What the constructor gives a field that has no initial value. */
function assignedOnce(field: ts.PropertyDeclaration): ts.Expression | null {
  const made = field.parent.members.find((member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member));
  const values = (made?.body?.statements ?? []).flatMap((statement) => {
    if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return [];
    const { left, operatorToken, right } = statement.expression;
    if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)) return [];
    const isField = left.expression.kind === ts.SyntaxKind.ThisKeyword && left.name.text === field.name.getText();
    return isField ? [right] : [];
  });
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : null;
}

/** Of a function that does nothing but return. */
function returnedBy(declaration: ts.Declaration): ts.Expression | null {
  const of =
    ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration) ? declaration.initializer : declaration;
  if (of === undefined || !ts.isFunctionLike(of) || !('body' in of) || of.body === undefined) return null;
  if (!ts.isBlock(of.body)) return of.body;
  const [only, ...others] = of.body.statements;
  return only !== undefined && others.length === 0 && ts.isReturnStatement(only) ? (only.expression ?? null) : null;
}

/** Without parentheses, `as`, `satisfies` and `!`. */
function plain(expression: ts.Expression): ts.Expression {
  let at = expression;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at) || ts.isNonNullExpression(at))
    at = at.expression;
  return at;
}

function getterOf(call: ts.CallExpression): string | null {
  const { expression } = call;
  if (ts.isPropertyAccessExpression(expression) && /^get\w+(Client|Interface)$/.test(expression.name.text))
    return expression.name.text;
  return null;
}

function isOfNimbus(expression: ts.Expression, program: TypeProgram): boolean {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  const symbol = program.checker.getSymbolAtLocation(name);
  const target = symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? program.checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target?.declarations?.[0];
  return declaration !== undefined && program.originOf(declaration.getSourceFile()).of === 'nimbus';
}

function targetOf(expression: ts.Expression, program: TypeProgram): SendTarget | null {
  const type = program.checker.getTypeAtLocation(expression);
  if (type.isStringLiteral()) return { name: type.value };
  const symbol = program.checker.getSymbolAtLocation(expression);
  const target = symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? program.checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target?.declarations?.find(ts.isClassDeclaration);
  if (declaration === undefined) return null;
  const { of, path } = program.originOf(declaration.getSourceFile());
  return of === 'project' ? { file: path, local: declaration.name?.text ?? '*default*' } : null;
}
