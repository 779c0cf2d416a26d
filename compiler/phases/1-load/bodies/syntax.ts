/** What a node of the syntax tree is, asked by its kind alone. */
import { ts } from 'ts-morph';

const { SyntaxKind } = ts;

/** Calls, members and what stands between them, of which long chains are made. */
export const LINKS = [
  SyntaxKind.CallExpression,
  SyntaxKind.PropertyAccessExpression,
  SyntaxKind.ElementAccessExpression,
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.AsExpression,
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.TypeAssertionExpression,
  SyntaxKind.NonNullExpression,
  SyntaxKind.ExpressionWithTypeArguments,
] as const;

const LINK_KINDS: ReadonlySet<ts.SyntaxKind> = new Set(LINKS);
const PLAIN_KINDS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.AsExpression,
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.TypeAssertionExpression,
  SyntaxKind.NonNullExpression,
]);

export function isLink(node: ts.Expression): boolean {
  return LINK_KINDS.has(node.kind);
}

/** Without parentheses, `as`, `satisfies` and `!`. */
export function plain(node: ts.Expression): ts.Expression {
  let at = node;
  while (PLAIN_KINDS.has(at.kind)) at = (at as ts.ParenthesizedExpression).expression;
  return at;
}

export function isSilent(node: ts.Expression): boolean {
  return ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node);
}

export function isImport(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.ImportKeyword;
}

export function isThis(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.ThisKeyword;
}

export function isAssignment(node: ts.BinaryExpression): boolean {
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

export function isLogical(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** The name that a key between brackets is, where the text says it; `@@iterator` for `Symbol.iterator`. */
export function literalKey(start: ts.Expression): string | null {
  const node = plain(start);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return String(Number(node.text));
  const isSymbol = ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Symbol';
  return isSymbol ? `@@${node.name.text}` : null;
}

export function isPlainLiteral(node: ts.Expression): boolean {
  return (
    node.kind === ts.SyntaxKind.NullKeyword || ts.isNumericLiteral(node) || (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const modifiers = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers;
  return modifiers?.some((m) => m.kind === kind) ?? false;
}
