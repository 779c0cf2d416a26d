/** Calls and members of calls and members, `new`, and the arguments of all of them. */

import { ts } from 'ts-morph';
import type { Ref, SpreadFrom } from '../../../ir/body-facts.js';
import type { Range } from '../../../ir/facts.js';
import type { BodyReader, Place } from './body-reader.js';
import { expression, listLiteral } from './expressions.js';
import { PRIMITIVE } from './function-builder.js';
import { isImport, isLink, isSilent, isThis, literalKey } from './syntax.js';

interface Arguments {
  readonly args: readonly Ref[];
  readonly spread: SpreadFrom;
}

/** Calls and members of calls and members: from the innermost outwards, because fluent code gets long. */
export function chain(reader: BodyReader, start: ts.Expression, place: Place): Ref {
  const links: ts.Expression[] = [];
  let base: ts.Expression = start;
  while (isLink(base)) {
    links.push(base);
    base = (base as ts.CallExpression | ts.PropertyAccessExpression | ts.AsExpression).expression;
  }
  let value: Ref | null = base.kind === ts.SyntaxKind.SuperKeyword || isImport(base) ? null : expression(reader, base, place);
  for (let i = links.length - 1; i >= 0; i--) {
    const link = links[i] as ts.Expression;
    if (ts.isCallExpression(link)) value = callOf(reader, link, value, base, place);
    else if (ts.isPropertyAccessExpression(link) || ts.isElementAccessExpression(link)) {
      // Parentheses and `!` between a member and its call change nothing: it still gets its `reader`.
      let outer = i - 1;
      while (outer >= 0 && isSilent(links[outer] as ts.Expression)) outer--;
      const around = links[outer];
      if (around !== undefined && ts.isCallExpression(around)) {
        value = sendOf(reader, link, around, value, place);
        i = outer;
      } else value = loadOf(reader, link, value, place);
    } else value = cast(reader, link, value ?? PRIMITIVE, place);
  }
  return value ?? PRIMITIVE;
}

function cast(reader: BodyReader, node: ts.Expression, value: Ref, place: Place): Ref {
  if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node) && !ts.isSatisfiesExpression(node)) return value;
  if (value === PRIMITIVE) return value;
  if (node.type.kind === ts.SyntaxKind.AnyKeyword) place.fn.steps.push(['any', value, reader.at(node)]);
  const type = reader.type(node.type);
  if (type === null) return value;
  const to = place.fn.register();
  place.fn.steps.push(['move', to, value], ['typed', to, type]);
  return to;
}

function loadOf(
  reader: BodyReader,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  object: Ref | null,
  place: Place,
): Ref {
  const { fn } = place;
  const to = fn.register();
  const name = accessName(node);
  if (object === null) fn.steps.push(['superload', to, name ?? '*', fn.self()]);
  else if (name !== null) fn.steps.push(['load', to, object, name]);
  else {
    const key = expression(reader, (node as ts.ElementAccessExpression).argumentExpression, place);
    fn.steps.push(['pick', to, object, key, reader.at(node)]);
  }
  return to;
}

function sendOf(
  reader: BodyReader,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  call: ts.CallExpression,
  object: Ref | null,
  place: Place,
): Ref {
  const { fn } = place;
  const to = fn.register();
  const name = accessName(node);
  const at = reader.at(call);
  const key = object === null || name !== null ? null : (node as ts.ElementAccessExpression).argumentExpression;
  const keyRef = key === null ? PRIMITIVE : expression(reader, key, place);
  const { args, spread } = argumentsOf(reader, call.arguments, place);
  if (object === null) fn.steps.push(['supersend', to, name ?? '*', args, spread, at, fn.self()]);
  else if (name !== null) fn.steps.push(['send', to, object, name, args, spread, callSpan(reader, node, call)]);
  else fn.steps.push(['sendpick', to, object, keyRef, args, spread, at]);
  return to;
}

/** Of a call in a chain only what belongs to it: `users.get(id)` of `users.get(id).then(...)` starts where the chain does. */
function callSpan(
  reader: BodyReader,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  call: ts.CallExpression,
): Range {
  const { expression } = node;
  // A chain over several lines would be underlined from its first one on.
  const isPlain = ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression) || isThis(expression);
  const start = isPlain
    ? call.getStart(reader.file)
    : (ts.isPropertyAccessExpression(node) ? node.name : node).getStart(reader.file);
  return [start, call.end];
}

function callOf(reader: BodyReader, node: ts.CallExpression, callee: Ref | null, base: ts.Expression, place: Place): Ref {
  const { fn } = place;
  if (callee === null && isImport(base)) return dynamicImport(node, place);
  const { args, spread } = argumentsOf(reader, node.arguments, place);
  if (callee === null) {
    fn.steps.push(['base', args, spread, reader.at(node), fn.self()]);
    return PRIMITIVE;
  }
  if (ts.isIdentifier(base) && node.expression === base && place.scope.find(base.text, fn) === null) {
    if (base.text === 'eval') fn.steps.push(['eval', reader.at(node)]);
    if (base.text === 'require') return dynamicImport(node, place);
  }
  const to = fn.register();
  fn.steps.push(['call', to, callee, args, spread, reader.at(node)]);
  return to;
}

function dynamicImport(node: ts.CallExpression, { fn }: Place): Ref {
  const [specifier] = node.arguments;
  const to = fn.register();
  fn.steps.push(['import', to, specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : '']);
  return to;
}

export function construction(reader: BodyReader, node: ts.NewExpression, place: Place): Ref {
  const to = place.fn.register();
  const callee = expression(reader, node.expression, place);
  const { args, spread } = argumentsOf(reader, node.arguments ?? [], place);
  place.fn.steps.push(['new', to, callee, args, spread, reader.at(node)]);
  return to;
}

function argumentsOf(reader: BodyReader, nodes: readonly ts.Expression[], place: Place): Arguments {
  const spread = nodes.findIndex(ts.isSpreadElement);
  const fixed = spread < 0 ? nodes : nodes.slice(0, spread);
  const args = fixed.map((node) => expression(reader, node, place));
  return spread < 0 ? { args, spread } : { args: [...args, listLiteral(reader, nodes.slice(spread), place)], spread };
}

function accessName(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | null {
  return ts.isPropertyAccessExpression(node) ? node.name.text : literalKey(node.argumentExpression);
}
