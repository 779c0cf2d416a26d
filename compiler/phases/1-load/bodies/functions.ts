/** Functions of any spelling: their parameters and their bodies. */

import { ts } from 'ts-morph';
import type { Ref } from '../../../ir/body-facts.js';
import type { BodyReader, Place } from './body-reader.js';
import { declarePattern } from './declarations.js';
import { expression } from './expressions.js';
import { Scope, THIS } from './function-builder.js';
import { bind } from './patterns.js';
import { block, innerPlace } from './statements.js';

export function closure(
  reader: BodyReader,
  node: ts.ArrowFunction | ts.FunctionExpression,
  name: string | null,
  place: Place,
): Ref {
  const to = place.fn.register();
  let outer = place;
  if (ts.isFunctionExpression(node) && node.name) {
    // Its own name is known in it only.
    outer = innerPlace(place);
    place.fn.steps.push(['move', outer.scope.declare(node.name.text), to]);
  }
  place.fn.steps.push(['function', to, callable(reader, node, name, outer)]);
  return to;
}

export function callable(reader: BodyReader, node: ts.FunctionLikeDeclaration, name: string | null, place: Place): number {
  const fn = reader.function(place.fn, name, reader.at(node), ts.isArrowFunction(node));
  fn.generator = 'asteriskToken' in node && node.asteriskToken !== undefined;
  const inner: Place = { fn, scope: new Scope(fn, place.scope) };
  parameters(reader, node, inner);
  const { body } = node;
  if (body !== undefined && ts.isBlock(body)) block(reader, body.statements, inner);
  else if (body !== undefined) fn.steps.push(['return', expression(reader, body, inner)]);
  reader.finish(fn);
  return fn.index;
}

function parameters(reader: BodyReader, node: ts.FunctionLikeDeclaration, place: Place): void {
  const { fn, scope } = place;
  const given = node.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === 'this'));
  // All registers first: defaults may add others.
  const refs = given.map((p) => (ts.isIdentifier(p.name) ? scope.declare(p.name.text) : fn.register()));
  for (const p of given) if (!ts.isIdentifier(p.name)) declarePattern(p.name, scope);
  given.forEach((p, index) => {
    const at = refs[index] as Ref;
    const type = p.type === undefined ? null : reader.type(p.type);
    fn.params.push({ at, ...(p.dotDotDotToken ? { rest: true } : {}), ...(type === null ? {} : { type }) });
    if (p.type?.kind === ts.SyntaxKind.AnyKeyword) fn.steps.push(['any', at, reader.at(p.name)]);
    if (p.initializer) fn.steps.push(['move', at, expression(reader, p.initializer, place)]);
    if (!ts.isIdentifier(p.name)) bind(reader, p.name, at, place);
    else if (ts.isConstructorDeclaration(node) && (ts.getModifiers(p)?.length ?? 0) > 0)
      fn.steps.push(['store', THIS, p.name.text, at]);
  });
}
