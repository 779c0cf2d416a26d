/** What expressions give, and what they do on the way. */

import { ts } from 'ts-morph';
import type { Ref } from '../../../ir/body-facts.js';
import type { BodyReader, Place } from './body-reader.js';
import { chain, construction } from './chains.js';
import { classLike } from './classes.js';
import { PRIMITIVE } from './function-builder.js';
import { callable, closure } from './functions.js';
import { jsx } from './jsx.js';
import { assign } from './patterns.js';
import { initialiser } from './statements.js';
import { isAssignment, isLogical, isPlainLiteral, LINKS, plain } from './syntax.js';

const { SyntaxKind } = ts;

export function expression(reader: BodyReader, node: ts.Expression, place: Place): Ref {
  const read = EXPRESSIONS.get(node.kind) as ((reader: BodyReader, node: ts.Expression, place: Place) => Ref) | undefined;
  return read === undefined ? PRIMITIVE : read(reader, node, place);
}

function template(reader: BodyReader, node: ts.TemplateExpression, place: Place): Ref {
  const parts: Ref[] = [textOf(node.head.text, place)];
  for (const span of node.templateSpans) {
    const part = expression(reader, span.expression, place);
    coerced(part, place);
    parts.push(part, textOf(span.literal.text, place));
  }
  return joined(parts, place);
}

/** What it is worth is text or nothing. */
function forgotten(reader: BodyReader, node: ts.DeleteExpression | ts.TypeOfExpression | ts.VoidExpression, place: Place): Ref {
  expression(reader, node.expression, place);
  return PRIMITIVE;
}

function operand(reader: BodyReader, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, place: Place): Ref {
  expression(reader, node.operand, place);
  return PRIMITIVE;
}

function identifier(name: string, place: Place): Ref {
  const ref = place.scope.find(name, place.fn);
  if (ref !== null) return ref;
  if (name === 'arguments') return place.fn.argumentList();
  return name === 'undefined' || name === 'NaN' || name === 'Infinity' ? PRIMITIVE : place.fn.freeName(name);
}

function textOf(value: string, { fn }: Place): Ref {
  const to = fn.register();
  fn.steps.push(['text', to, value]);
  return to;
}

function joined(parts: readonly Ref[], { fn }: Place): Ref {
  if (parts.includes(PRIMITIVE)) return PRIMITIVE;
  const to = fn.register();
  fn.steps.push(['join', to, parts]);
  return to;
}

function coerced(from: Ref, { fn }: Place): void {
  if (from !== PRIMITIVE) fn.steps.push(['coerce', from]);
}

export function awaited(from: Ref, { fn }: Place): Ref {
  if (from === PRIMITIVE) return PRIMITIVE;
  const to = fn.register();
  fn.steps.push(['await', to, from]);
  return to;
}

function objectLiteral(reader: BodyReader, node: ts.ObjectLiteralExpression, place: Place): Ref {
  const { fn } = place;
  const to = fn.register();
  fn.steps.push(['object', to]);
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      fn.steps.push(['copy', to, expression(reader, property.expression, place)]);
      continue;
    }
    const name = reader.memberName(property.name);
    const key = name === null && ts.isComputedPropertyName(property.name) ? property.name.expression : null;
    const keyRef = key === null ? null : expression(reader, key, place);
    if (ts.isGetAccessor(property) || ts.isSetAccessor(property)) {
      if (property.body === undefined) continue;
      const kind = ts.isGetAccessor(property) ? 'get' : 'set';
      const closure = fn.register();
      fn.steps.push(['function', closure, callable(reader, property, name, place)], ['accessor', to, name ?? '*', kind, closure]);
      continue;
    }
    const value = propertyValue(reader, property, name, place);
    // That there is a member at all may matter, but not of those that are as good as absent.
    if (value === PRIMITIVE && ts.isPropertyAssignment(property) && isPlainLiteral(property.initializer)) continue;
    if (keyRef === null) fn.steps.push(['store', to, name ?? '*', value]);
    else fn.steps.push(['place', to, keyRef, value]);
  }
  return to;
}

function propertyValue(
  reader: BodyReader,
  node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment | ts.MethodDeclaration,
  name: string | null,
  place: Place,
): Ref {
  if (ts.isPropertyAssignment(node)) return initialiser(reader, node.initializer, name, place);
  if (ts.isShorthandPropertyAssignment(node)) return identifier(node.name.text, place);
  const to = place.fn.register();
  place.fn.steps.push(['function', to, callable(reader, node, name, place)]);
  return to;
}

function conditional(reader: BodyReader, start: ts.ConditionalExpression, place: Place): Ref {
  const to = place.fn.register();
  let node: ts.Expression = start;
  while (ts.isConditionalExpression(node)) {
    expression(reader, node.condition, place);
    place.fn.steps.push(['move', to, expression(reader, node.whenTrue, place)]);
    node = node.whenFalse;
  }
  place.fn.steps.push(['move', to, expression(reader, node, place)]);
  return to;
}

function binary(reader: BodyReader, start: ts.BinaryExpression, place: Place): Ref {
  const { fn } = place;
  const op = start.operatorToken.kind;
  if (op === ts.SyntaxKind.EqualsToken) {
    const target = plain(start.left);
    const value = initialiser(reader, start.right, ts.isIdentifier(target) ? target.text : null, place);
    assign(reader, start.left, value, place);
    return value;
  }
  if (op >= ts.SyntaxKind.FirstAssignment && op <= ts.SyntaxKind.LastAssignment) {
    const value = expression(reader, start.right, place);
    const logical = [
      ts.SyntaxKind.BarBarEqualsToken,
      ts.SyntaxKind.AmpersandAmpersandEqualsToken,
      ts.SyntaxKind.QuestionQuestionEqualsToken,
    ].includes(op);
    if (!logical) {
      assign(reader, start.left, PRIMITIVE, place);
      return PRIMITIVE;
    }
    const to = fn.register();
    fn.steps.push(['move', to, expression(reader, start.left, place)], ['move', to, value]);
    assign(reader, start.left, value, place);
    return to;
  }
  // Chains such as `a + b + ...` lean to the left and get long.
  const operands: ts.BinaryExpression[] = [];
  let left: ts.Expression = start;
  while (ts.isBinaryExpression(left) && !isAssignment(left)) {
    operands.push(left);
    left = left.left;
  }
  let value = expression(reader, left, place);
  for (const one of operands.reverse()) {
    const right = expression(reader, one.right, place);
    const kind = one.operatorToken.kind;
    if (kind === ts.SyntaxKind.CommaToken) value = right;
    else if (isLogical(kind)) {
      const to = fn.register();
      fn.steps.push(['move', to, value], ['move', to, right]);
      value = to;
    } else {
      const isSum = kind === ts.SyntaxKind.PlusToken;
      if (isSum) for (const operand of [value, right]) coerced(operand, place);
      value = isSum ? joined([value, right], place) : PRIMITIVE;
    }
  }
  return value;
}

function taggedTemplate(reader: BodyReader, node: ts.TaggedTemplateExpression, place: Place): Ref {
  const { fn } = place;
  const values = ts.isTemplateExpression(node.template)
    ? node.template.templateSpans.map((span) => expression(reader, span.expression, place))
    : [];
  const to = fn.register();
  const tag = plain(node.tag);
  if (ts.isPropertyAccessExpression(tag) && tag.expression.kind !== ts.SyntaxKind.SuperKeyword) {
    const object = expression(reader, tag.expression, place);
    fn.steps.push(['send', to, object, tag.name.text, [PRIMITIVE, ...values], -1, reader.at(node)]);
  } else fn.steps.push(['call', to, expression(reader, node.tag, place), [PRIMITIVE, ...values], -1, reader.at(node)]);
  return to;
}

export function listLiteral(reader: BodyReader, elements: readonly ts.Expression[], place: Place): Ref {
  const { fn } = place;
  const to = fn.register();
  fn.steps.push(['list', to]);
  let isIndexed = true;
  elements.forEach((node, index) => {
    if (ts.isSpreadElement(node)) {
      isIndexed = false;
      const element = fn.register();
      fn.steps.push(['element', element, expression(reader, node.expression, place), -1], ['store', to, '*', element]);
    } else if (!ts.isOmittedExpression(node)) {
      const value = expression(reader, node, place);
      if (value !== PRIMITIVE) fn.steps.push(['store', to, isIndexed ? String(index) : '*', value]);
    }
  });
  return to;
}

function yielded(reader: BodyReader, node: ts.YieldExpression, place: Place): Ref {
  const to = place.fn.register();
  const value = node.expression ? expression(reader, node.expression, place) : PRIMITIVE;
  place.fn.steps.push([node.asteriskToken ? 'yieldall' : 'yield', to, value]);
  return to;
}

/** What each expression gives; those that are not here hold no other value. */
const EXPRESSIONS = new Map<ts.SyntaxKind, (reader: BodyReader, node: never, place: Place) => Ref>([
  [SyntaxKind.Identifier, (_, node: ts.Identifier, place) => identifier(node.text, place)],
  [SyntaxKind.StringLiteral, (_, node: ts.StringLiteral, place) => textOf(node.text, place)],
  [SyntaxKind.NoSubstitutionTemplateLiteral, (_, node: ts.NoSubstitutionTemplateLiteral, place) => textOf(node.text, place)],
  [SyntaxKind.ThisKeyword, (_, __, place) => place.fn.self()],
  ...LINKS.map((kind) => [kind, chain] as const),
  [SyntaxKind.BinaryExpression, binary],
  [SyntaxKind.ArrowFunction, (reader, node: ts.ArrowFunction, place) => closure(reader, node, null, place)],
  [
    SyntaxKind.FunctionExpression,
    (reader, node: ts.FunctionExpression, place) => closure(reader, node, node.name?.text ?? null, place),
  ],
  [SyntaxKind.ObjectLiteralExpression, objectLiteral],
  [
    SyntaxKind.ArrayLiteralExpression,
    (reader, node: ts.ArrayLiteralExpression, place) => listLiteral(reader, node.elements, place),
  ],
  [
    SyntaxKind.AwaitExpression,
    (reader, node: ts.AwaitExpression, place) => awaited(expression(reader, node.expression, place), place),
  ],
  [SyntaxKind.NewExpression, construction],
  [SyntaxKind.ConditionalExpression, conditional],
  [SyntaxKind.TemplateExpression, template],
  [SyntaxKind.TaggedTemplateExpression, taggedTemplate],
  [
    SyntaxKind.ClassExpression,
    (reader, node: ts.ClassExpression, place) => classLike(reader, node, node.name?.text ?? null, null, place),
  ],
  [SyntaxKind.YieldExpression, yielded],
  [SyntaxKind.DeleteExpression, forgotten],
  [SyntaxKind.TypeOfExpression, forgotten],
  [SyntaxKind.VoidExpression, forgotten],
  [SyntaxKind.PrefixUnaryExpression, operand],
  [SyntaxKind.PostfixUnaryExpression, operand],
  [SyntaxKind.MetaProperty, (_, __, place) => place.fn.freeName('import.meta')],
  [SyntaxKind.JsxElement, jsx],
  [SyntaxKind.JsxSelfClosingElement, jsx],
  [SyntaxKind.JsxFragment, jsx],
]);
