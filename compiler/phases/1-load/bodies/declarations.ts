/** The names that patterns and `var`s declare. */
import { ts } from 'ts-morph';
import type { Scope } from './function-builder.js';

export function declareList(list: ts.VariableDeclarationList, scope: Scope): void {
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  for (const one of list.declarations) declarePattern(one.name, scope, isVar);
}

export function declarePattern(name: ts.BindingName, scope: Scope, isVar = false): void {
  if (ts.isIdentifier(name)) {
    if (!isVar || !scope.isDeclaredInFunction(name.text)) scope.declare(name.text);
    return;
  }
  for (const element of name.elements) if (!ts.isOmittedExpression(element)) declarePattern(element.name, scope, isVar);
}

/** `var`s inside of statements belong to the function around them. */
export function hoistedVariables(start: ts.Node, scope: Scope): void {
  const open: ts.Node[] = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isExpressionStatement(node)) continue;
    if (ts.isVariableDeclarationList(node)) {
      if ((node.flags & ts.NodeFlags.BlockScoped) === 0) declareList(node, scope);
      continue;
    }
    ts.forEachChild(node, (child) => {
      open.push(child);
    });
  }
}
