/**
 * In: a type annotation of a syntax tree. Out: a `TypeFact`, the forms that need no type checker; the rest is `other`.
 * Resolves no name: what a reference means is asked later, from the facts of the file that declares it.
 */
import { ts } from 'ts-morph';
import type { Range, TypeFact, TypePropFact } from '../../ir/facts.js';

const KEYWORDS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.StringKeyword, 'string'],
  [ts.SyntaxKind.NumberKeyword, 'number'],
  [ts.SyntaxKind.BooleanKeyword, 'boolean'],
  [ts.SyntaxKind.BigIntKeyword, 'bigint'],
  [ts.SyntaxKind.UndefinedKeyword, 'undefined'],
  [ts.SyntaxKind.VoidKeyword, 'void'],
  [ts.SyntaxKind.UnknownKeyword, 'unknown'],
  [ts.SyntaxKind.AnyKeyword, 'any'],
  [ts.SyntaxKind.NeverKeyword, 'never'],
  [ts.SyntaxKind.ObjectKeyword, 'object'],
  [ts.SyntaxKind.SymbolKeyword, 'symbol'],
]);

const MAX_DEPTH = 200;

export function readType(file: ts.SourceFile, node: ts.TypeNode, depth = 0): TypeFact {
  const at: Range = [node.getStart(file), node.end];
  const other: TypeFact = { t: 'other', at };
  if (depth > MAX_DEPTH) return other;
  const inner = (child: ts.TypeNode): TypeFact => readType(file, child, depth + 1);

  const keyword = KEYWORDS.get(node.kind);
  if (keyword !== undefined) return { t: 'keyword', name: keyword, at };
  if (ts.isParenthesizedTypeNode(node)) return inner(node.type);
  if (ts.isLiteralTypeNode(node)) return literal(node.literal, at) ?? other;
  if (ts.isTypeReferenceNode(node)) {
    const name = entityName(node.typeName);
    return { t: 'ref', name, args: (node.typeArguments ?? []).map(inner), at };
  }
  if (ts.isExpressionWithTypeArguments(node)) {
    const name = expressionName(node.expression);
    return name === null ? other : { t: 'ref', name, args: (node.typeArguments ?? []).map(inner), at };
  }
  if (ts.isArrayTypeNode(node)) return { t: 'array', of: inner(node.elementType), at };
  if (ts.isTypeOperatorNode(node)) {
    return node.operator === ts.SyntaxKind.ReadonlyKeyword ? inner(node.type) : other;
  }
  if (ts.isTupleTypeNode(node)) {
    if (node.elements.some((e) => ts.isRestTypeNode(e) || ts.isOptionalTypeNode(e))) return other;
    return { t: 'tuple', items: node.elements.map((e) => inner(ts.isNamedTupleMember(e) ? e.type : e)), at };
  }
  if (ts.isUnionTypeNode(node)) return { t: 'union', of: node.types.map(inner), at };
  if (ts.isTypeLiteralNode(node)) return readMembers(file, node.members, at, depth + 1);
  return other;
}

/** The type of a field without annotation that begins as `new Address()` or `new Set<string>()`. */
export function readConstructedType(file: ts.SourceFile, init: ts.Expression | undefined): TypeFact | null {
  if (init === undefined || !ts.isNewExpression(init)) return null;
  const name = expressionName(init.expression);
  if (name === null) return null;
  return { t: 'ref', name, args: (init.typeArguments ?? []).map((a) => readType(file, a)), at: [init.getStart(file), init.end] };
}

export function readMembers(
  file: ts.SourceFile,
  members: readonly ts.TypeElement[],
  at: Range,
  depth = 0,
): Extract<TypeFact, { t: 'object' }> {
  const props: TypePropFact[] = [];
  let index: TypeFact | null = null;
  for (const member of members) {
    if (ts.isPropertySignature(member) && !ts.isComputedPropertyName(member.name)) {
      props.push({
        name: ts.isIdentifier(member.name) || ts.isStringLiteralLike(member.name) ? member.name.text : member.name.getText(file),
        type: member.type ? readType(file, member.type, depth) : null,
        optional: member.questionToken !== undefined,
      });
    } else if (ts.isIndexSignatureDeclaration(member)) index = readType(file, member.type, depth);
  }
  return { t: 'object', props, index, at };
}

function literal(node: ts.LiteralTypeNode['literal'], at: Range): TypeFact | null {
  if (ts.isStringLiteralLike(node)) return { t: 'literal', v: node.text, at };
  if (ts.isNumericLiteral(node)) return { t: 'literal', v: Number(node.text), at };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { t: 'literal', v: true, at };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { t: 'literal', v: false, at };
  if (node.kind === ts.SyntaxKind.NullKeyword) return { t: 'literal', v: null, at };
  if (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand)) {
    return { t: 'literal', v: -Number(node.operand.text), at };
  }
  return null;
}

function entityName(name: ts.EntityName): string[] {
  const parts: string[] = [];
  let left = name;
  for (; !ts.isIdentifier(left); left = left.left) parts.push(left.right.text);
  return [...parts, left.text].reverse();
}

function expressionName(node: ts.Expression): string[] | null {
  const parts: string[] = [];
  let left = node;
  for (; ts.isPropertyAccessExpression(left); left = left.expression) parts.push(left.name.text);
  return ts.isIdentifier(left) ? [...parts, left.text].reverse() : null;
}
