/**
 * In: an expression of a syntax tree. Out: an `Expr`, the part of the language that can have a value at compile time;
 * everything else becomes `opaque` and keeps the text that a message will quote. Evaluates nothing.
 */
import { ts } from 'ts-morph';
import type { Chain, Expr, OpaqueForm, PropExpr, Range, SpreadExpr } from '../../ir/facts.js';

/** Nested this deep, an expression is machine-made; following it further would only risk the stack. */
const MAX_DEPTH = 400;
/** Elements of one literal; larger tables are data, not settings, and would only bloat the cache. */
const MAX_ELEMENTS = 5_000;

export function readExpr(file: ts.SourceFile, node: ts.Expression, depth = 0): Expr {
  const at: Range = [node.getStart(file), node.end];
  const opaque = (form: OpaqueForm): Expr => ({ t: 'opaque', form, text: excerpt(file, node), at });
  const inner = (child: ts.Expression): Expr => readExpr(file, child, depth + 1);
  if (depth > MAX_DEPTH) return opaque('too-large');

  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { t: 'lit', v: true, at };
    case ts.SyntaxKind.FalseKeyword:
      return { t: 'lit', v: false, at };
    case ts.SyntaxKind.NullKeyword:
      return { t: 'lit', v: null, at };
    case ts.SyntaxKind.ThisKeyword:
    case ts.SyntaxKind.SuperKeyword:
      return opaque('this');
  }
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return { t: 'lit', v: node.text, at };
  if (ts.isNumericLiteral(node)) return { t: 'lit', v: Number(node.text), at };
  if (ts.isIdentifier(node)) return { t: 'name', name: node.text, at };
  if (ts.isTemplateExpression(node)) {
    const parts: (string | Expr)[] = [node.head.text];
    for (const span of node.templateSpans) parts.push(inner(span.expression), span.literal.text);
    return { t: 'template', parts, at };
  }
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node)
  ) {
    // Types change no value; the place stays that of what the user would have to rewrite.
    return { ...inner(node.expression), at };
  }
  if (ts.isBinaryExpression(node)) return readBinary(file, node, at, depth, opaque);
  if (ts.isPrefixUnaryExpression(node)) {
    const op = ts.tokenToString(node.operator) ?? '';
    return ['+', '-', '!', '~'].includes(op) ? { t: 'unary', op, e: inner(node.operand), at } : opaque('syntax');
  }
  if (ts.isConditionalExpression(node)) {
    return { t: 'cond', c: inner(node.condition), a: inner(node.whenTrue), b: inner(node.whenFalse), at };
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (ts.isPrivateIdentifier(node.name)) return opaque('syntax');
    const nameAt: Range = [node.name.getStart(file), node.name.end];
    return { t: 'member', o: inner(node.expression), name: node.name.text, nameAt, ...chainOf(node), at };
  }
  if (ts.isElementAccessExpression(node)) {
    return { t: 'index', o: inner(node.expression), i: inner(node.argumentExpression), ...chainOf(node), at };
  }
  if (ts.isArrayLiteralExpression(node)) {
    if (node.elements.length > MAX_ELEMENTS) return opaque('too-large');
    return { t: 'array', items: node.elements.map((e) => readSpreadable(file, e, depth + 1)), at };
  }
  if (ts.isObjectLiteralExpression(node)) {
    if (node.properties.length > MAX_ELEMENTS) return opaque('too-large');
    return { t: 'object', props: node.properties.map((p) => readProperty(file, p, depth + 1)), at };
  }
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return opaque('call');
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) return opaque('call');
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return opaque('function');
  if (ts.isClassExpression(node)) return opaque('class');
  return opaque('syntax');
}

function chainOf(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): { readonly chain?: Chain } {
  if (node.questionDotToken !== undefined) return { chain: 'link' };
  return ts.isOptionalChain(node) ? { chain: 'part' } : {};
}

export function readSpreadable(file: ts.SourceFile, node: ts.Expression, depth = 0): Expr | SpreadExpr {
  if (!ts.isSpreadElement(node)) return readExpr(file, node, depth);
  return { t: 'spread', e: readExpr(file, node.expression, depth), at: [node.getStart(file), node.end] };
}

function readProperty(file: ts.SourceFile, node: ts.ObjectLiteralElementLike, depth: number): PropExpr | SpreadExpr {
  const at: Range = [node.getStart(file), node.end];
  if (ts.isSpreadAssignment(node)) return { t: 'spread', e: readExpr(file, node.expression, depth), at };
  const keyAt: Range = [node.name.getStart(file), node.name.end];
  const key = propertyKey(file, node.name, depth);
  if (ts.isPropertyAssignment(node)) return { t: 'prop', key, keyAt, value: readExpr(file, node.initializer, depth), at };
  if (ts.isShorthandPropertyAssignment(node)) {
    return { t: 'prop', key, keyAt, value: { t: 'name', name: node.name.text, at: keyAt }, at };
  }
  const form: OpaqueForm = ts.isMethodDeclaration(node) ? 'function' : 'syntax';
  return { t: 'prop', key, keyAt, value: { t: 'opaque', form, text: excerpt(file, node), at }, at };
}

function propertyKey(file: ts.SourceFile, name: ts.PropertyName, depth: number): string | Expr {
  if (ts.isComputedPropertyName(name)) return readExpr(file, name.expression, depth);
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : name.getText(file);
}

const BINARY = new Set([
  ...['+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>'],
  ...['&&', '||', '??', '===', '!==', '==', '!=', '<', '<=', '>', '>='],
]);

/** Chains such as `'a' + b + c + ...` lean to the left; they are read in a loop so that long ones need no stack. */
function readBinary(
  file: ts.SourceFile,
  node: ts.BinaryExpression,
  at: Range,
  depth: number,
  opaque: (form: OpaqueForm) => Expr,
): Expr {
  const chain: ts.BinaryExpression[] = [];
  let leftmost: ts.Expression = node;
  while (ts.isBinaryExpression(leftmost)) {
    const op = ts.tokenToString(leftmost.operatorToken.kind) ?? '';
    if (!BINARY.has(op)) return opaque('syntax');
    chain.push(leftmost);
    leftmost = leftmost.left;
  }
  if (chain.length > MAX_ELEMENTS) return opaque('too-large');
  const rest = chain.reverse().map((binary) => ({
    op: ts.tokenToString(binary.operatorToken.kind) ?? '',
    e: readExpr(file, binary.right, depth + 1),
    at: [at[0], binary.end] as const,
  }));
  return { t: 'binary', first: readExpr(file, leftmost, depth + 1), rest, at };
}

/** The user's own words for a message, on one line and short. */
function excerpt(file: ts.SourceFile, node: ts.Node): string {
  const text = file.text.slice(node.getStart(file), Math.min(node.end, node.getStart(file) + 200)).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
