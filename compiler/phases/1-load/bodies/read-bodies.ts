/**
 * In: the syntax tree of one source file. Out: its `BodyFacts`. Order and branches are dropped: whatever may happen, happens.
 * Never binds, checks or resolves anything, and never looks at another file.
 */

import { ts } from 'ts-morph';
import type { BodyFacts, ClassBody, FunctionBody } from '../../../ir/body-facts.js';
import { BodyReader } from './body-reader.js';
import { block } from './statements.js';

const NOTHING: BodyFacts = { functions: [], classes: [], names: {}, classNames: {}, loads: [] };

/** Null for code that is nested too deeply: whatever it does is then unknown. */
export function readBodies(file: ts.SourceFile): BodyFacts | null {
  if (file.isDeclarationFile) return NOTHING;
  try {
    return readModule(new BodyReader(file));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

function readModule(reader: BodyReader): BodyFacts {
  const { file, module } = reader;
  const loads: string[] = [];
  for (const statement of file.statements) linkage(reader, statement, loads);
  block(reader, file.statements, module);
  reader.finish(module.fn);
  return {
    functions: reader.functions as FunctionBody[],
    classes: reader.classes as ClassBody[],
    names: Object.fromEntries(module.scope.own()),
    classNames: Object.fromEntries(reader.classNames),
    loads,
  };
}

/** What a statement imports, and loads with that. */
function linkage(reader: BodyReader, node: ts.Statement, loads: string[]): void {
  const load = (specifier: ts.Expression | undefined): void => {
    if (specifier !== undefined && ts.isStringLiteral(specifier)) loads.push(specifier.text);
  };
  if (ts.isExportDeclaration(node) && !node.isTypeOnly) load(node.moduleSpecifier);
  if (!ts.isImportDeclaration(node) || node.importClause?.isTypeOnly) return;
  const { importClause: clause, moduleSpecifier } = node;
  const named = clause?.namedBindings;
  const elements = named !== undefined && ts.isNamedImports(named) ? named.elements : [];
  // An import of types alone is dropped by whoever removes the types.
  if (clause !== undefined && clause.name === undefined && elements.length > 0 && elements.every((e) => e.isTypeOnly)) return;
  load(moduleSpecifier);
  if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== 'nimbusc') return;
  for (const { name } of elements) reader.nimbus.add(name.text);
  if (named !== undefined && ts.isNamespaceImport(named)) reader.nimbus.add(named.name.text);
}
