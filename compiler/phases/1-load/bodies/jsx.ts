/** What JSX becomes is a call of something that is none of the project's. */

import { ts } from 'ts-morph';
import type { Ref } from '../../../ir/body-facts.js';
import type { BodyReader, Place } from './body-reader.js';
import { expression } from './expressions.js';

/** What JSX becomes is a call of something that is none of the project's. */
export function jsx(reader: BodyReader, node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment, place: Place): Ref {
  const values: Ref[] = [];
  const attributes = (element: ts.JsxOpeningLikeElement): void => {
    if (ts.isIdentifier(element.tagName) && /^[A-Z]/.test(element.tagName.text))
      values.push(expression(reader, element.tagName, place));
    for (const attribute of element.attributes.properties) {
      const inner = ts.isJsxSpreadAttribute(attribute) ? attribute.expression : attribute.initializer;
      if (inner === undefined) continue;
      if (ts.isJsxExpression(inner)) {
        if (inner.expression) values.push(expression(reader, inner.expression, place));
      } else values.push(expression(reader, inner as ts.Expression, place));
    }
  };
  if (ts.isJsxSelfClosingElement(node)) attributes(node);
  else {
    if (ts.isJsxElement(node)) attributes(node.openingElement);
    for (const child of node.children) {
      if (ts.isJsxExpression(child)) {
        if (child.expression) values.push(expression(reader, child.expression, place));
      } else if (!ts.isJsxText(child)) values.push(expression(reader, child, place));
    }
  }
  const to = place.fn.register();
  place.fn.steps.push(['call', to, place.fn.freeName('*jsx*'), values, -1, reader.at(node)]);
  return to;
}
