/** What a name means within functions: something of theirs, or something of the module. */
import { ts } from 'ts-morph';

/** A function around a place, and the functions around that. */
export interface FunctionScope {
  readonly node: ts.SignatureDeclaration;
  readonly outer: FunctionScope | null;
}

/** True when a name means a parameter or a declaration of one of the functions around it, and so nothing of the module. */
export function isLocal(name: string, scope: FunctionScope | null): boolean {
  for (let at = scope; at !== null; at = at.outer) if (declaredNames(at.node).has(name)) return true;
  return false;
}

const declared = new WeakMap<ts.Node, ReadonlySet<string>>();

function declaredNames(node: ts.SignatureDeclaration): ReadonlySet<string> {
  const known = declared.get(node);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const open: ts.Node[] = [...node.parameters];
  if ('body' in node && node.body) open.push(node.body);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if ((ts.isVariableDeclaration(at) || ts.isParameter(at) || ts.isBindingElement(at)) && ts.isIdentifier(at.name))
      names.add(at.name.text);
    if ((ts.isFunctionDeclaration(at) || ts.isClassDeclaration(at)) && at.name) names.add(at.name.text);
    if (ts.isFunctionLike(at)) continue;
    ts.forEachChild(at, (child) => {
      open.push(child);
    });
  }
  declared.set(node, names);
  return names;
}
