/** Where values go that are declared or assigned: names, members, and patterns of both. */

import { ts } from 'ts-morph';
import type { Ref } from '../../../ir/body-facts.js';
import type { BodyReader, Place } from './body-reader.js';
import { expression } from './expressions.js';
import { named } from './statements.js';
import { literalKey, plain } from './syntax.js';

export function bind(reader: BodyReader, name: ts.BindingName, value: Ref, place: Place): void {
  const { fn } = place;
  if (ts.isIdentifier(name)) {
    fn.steps.push(['move', named(name.text, place), value]);
    return;
  }
  const taken: string[] = [];
  name.elements.forEach((element, index) => {
    if (ts.isOmittedExpression(element)) return;
    let part = fn.register();
    if (ts.isArrayBindingPattern(name)) {
      if (element.dotDotDotToken) restOfList(part, value, place);
      else fn.steps.push(['element', part, value, index]);
    } else if (element.dotDotDotToken) {
      fn.steps.push(['object', part], ['copy', part, value]);
    } else {
      const key = element.propertyName ?? (element.name as ts.Identifier);
      part = member(reader, value, key, place);
      taken.push(ts.isIdentifier(key) ? key.text : '');
    }
    bind(reader, element.name, withDefault(reader, part, element.initializer, place), place);
  });
}

function restOfList(to: Ref, from: Ref, { fn }: Place): void {
  const element = fn.register();
  fn.steps.push(['list', to], ['element', element, from, -1], ['store', to, '*', element]);
}

function withDefault(reader: BodyReader, value: Ref, initialiser: ts.Expression | undefined, place: Place): Ref {
  if (initialiser === undefined) return value;
  const both = place.fn.register();
  place.fn.steps.push(['move', both, value], ['move', both, expression(reader, initialiser, place)]);
  return both;
}

function member(reader: BodyReader, object: Ref, key: ts.PropertyName, place: Place): Ref {
  const to = place.fn.register();
  const name = reader.memberName(key);
  if (name !== null) place.fn.steps.push(['load', to, object, name]);
  else if (ts.isComputedPropertyName(key))
    place.fn.steps.push(['pick', to, object, expression(reader, key.expression, place), reader.at(key)]);
  return to;
}

export function assign(reader: BodyReader, start: ts.Expression, value: Ref, place: Place): void {
  const target = plain(start);
  const { fn } = place;
  if (ts.isIdentifier(target)) {
    const ref = place.scope.find(target.text, fn);
    if (ref === null) fn.steps.push(['leak', value, reader.at(target)]);
    else fn.steps.push(['move', ref, value]);
  } else if (ts.isPropertyAccessExpression(target)) {
    const object = receiver(reader, target.expression, place);
    fn.steps.push(['store', object, target.name.text, value]);
  } else if (ts.isElementAccessExpression(target)) {
    const object = receiver(reader, target.expression, place);
    const name = literalKey(target.argumentExpression);
    if (name !== null) fn.steps.push(['store', object, name, value]);
    else fn.steps.push(['place', object, expression(reader, target.argumentExpression, place), value]);
  } else if (ts.isArrayLiteralExpression(target)) {
    target.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const part = fn.register();
      if (ts.isSpreadElement(element)) {
        restOfList(part, value, place);
        assign(reader, element.expression, part, place);
        return;
      }
      fn.steps.push(['element', part, value, index]);
      assignWithDefault(reader, element, part, place);
    });
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) {
      if (ts.isSpreadAssignment(property)) {
        const rest = fn.register();
        fn.steps.push(['object', rest], ['copy', rest, value]);
        assign(reader, property.expression, rest, place);
      } else if (ts.isShorthandPropertyAssignment(property)) {
        const part = withDefault(
          reader,
          member(reader, value, property.name, place),
          property.objectAssignmentInitializer,
          place,
        );
        assign(reader, property.name, part, place);
      } else if (ts.isPropertyAssignment(property)) {
        assignWithDefault(reader, property.initializer, member(reader, value, property.name, place), place);
      }
    }
  }
}

function assignWithDefault(reader: BodyReader, target: ts.Expression, value: Ref, place: Place): void {
  if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    assign(reader, target.left, withDefault(reader, value, target.right, place), place);
  else assign(reader, target, value, place);
}

function receiver(reader: BodyReader, node: ts.Expression, place: Place): Ref {
  // `super.name = value` writes to `reader`.
  return node.kind === ts.SyntaxKind.SuperKeyword ? place.fn.self() : expression(reader, node, place);
}
