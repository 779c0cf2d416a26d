/** In: a node of a syntax tree. Out: the members of names that it writes to, so that their initialisers prove nothing. */
import { ts } from 'ts-morph';

/** Methods of lists, maps and sets that change them. */
const CHANGES = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
  'set',
  'add',
  'delete',
  'clear',
]);

/** `a` and `b` of `a.b = 1` and `a.b.c = 1`. The root `this` is null; the member that cannot be told, or is `a` itself, is `*`. */
export interface Written {
  readonly root: string | null;
  readonly member: string;
}

/** What `node` writes to: `a.b = 1`, `a.push(1)`, `Object.assign(a, ...)`, `[a.b] = [1]`. */
export function writtenIn(node: ts.Node): Written[] {
  if (ts.isCallExpression(node)) {
    const { expression } = node;
    if (!ts.isPropertyAccessExpression(expression)) return [];
    const isObject = ts.isIdentifier(expression.expression) && expression.expression.text === 'Object';
    if (isObject) {
      const [first] = node.arguments;
      return /^(assign|define|setPrototypeOf)/.test(expression.name.text) && first !== undefined ? pathOf(first) : [];
    }
    return CHANGES.has(expression.name.text) ? pathOf(expression.expression) : [];
  }
  const written = writtenTo(node);
  if (written === null) return [];
  if (ts.isArrayLiteralExpression(written) || ts.isObjectLiteralExpression(written))
    return patternTargets(written).flatMap(memberPath);
  return memberPath(written);
}

/** The members that a destructuring assignment writes. */
function patternTargets(pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression): ts.Expression[] {
  const parts: readonly ts.Node[] = ts.isArrayLiteralExpression(pattern) ? pattern.elements : pattern.properties;
  return parts.flatMap((part) => {
    const target = ts.isPropertyAssignment(part) ? part.initializer : ts.isSpreadElement(part) ? part.expression : part;
    if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target)) return patternTargets(target);
    return ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target) ? [target] : [];
  });
}

/** The target of an assignment, an increment or a `delete`, when `node` is one. */
function writtenTo(node: ts.Node): ts.Expression | null {
  if (ts.isBinaryExpression(node)) {
    const op = node.operatorToken.kind;
    return op >= ts.SyntaxKind.FirstAssignment && op <= ts.SyntaxKind.LastAssignment ? node.left : null;
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const op = node.operator;
    return op === ts.SyntaxKind.PlusPlusToken || op === ts.SyntaxKind.MinusMinusToken ? node.operand : null;
  }
  return ts.isDeleteExpression(node) ? node.expression : null;
}

/** Nothing for what is not a member of a plain name, or of `this`. */
function memberPath(node: ts.Expression): Written[] {
  const inner = withoutTypes(node);
  return ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner) ? pathOf(inner) : [];
}

/** `a` and `b` of `a.b.c`; `a` and `*` of `a` and `a[0]`. */
function pathOf(node: ts.Expression): Written[] {
  let inner = withoutTypes(node);
  let member = '*';
  while (ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner)) {
    member = ts.isPropertyAccessExpression(inner)
      ? inner.name.text
      : ts.isStringLiteralLike(inner.argumentExpression)
        ? inner.argumentExpression.text
        : '*';
    inner = withoutTypes(inner.expression);
  }
  if (inner.kind === ts.SyntaxKind.ThisKeyword) return [{ root: null, member }];
  return ts.isIdentifier(inner) ? [{ root: inner.text, member }] : [];
}

/** `a` of `(a as Any)!`. */
function withoutTypes(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  )
    inner = inner.expression;
  return inner;
}
