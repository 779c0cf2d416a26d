/** Questions about the declarations of classes that types come from. */
import { ts } from 'ts-morph';

export function modifiersOf(symbol: ts.Symbol): number {
  return (symbol.declarations ?? []).reduce<number>((flags, declaration) => flags | ts.getCombinedModifierFlags(declaration), 0);
}

/** True for a file that the bundler can let export a class: no script, no declarations, none with an export in CommonJS's way. */
export function canExport(file: ts.SourceFile): boolean {
  const isCommon =
    file.fileName.endsWith('.cjs') || /^\s*(export\s*=|module\.exports\b|import\s+\w+\s*=\s*require)/m.test(file.text);
  return !file.isDeclarationFile && ts.isExternalModule(file) && !isCommon;
}

/** Neither abstract nor only declared. */
export function canBeMade(declaration: ts.ClassDeclaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Abstract | ts.ModifierFlags.Ambient)) === 0;
}

export function hasPrivateNames(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (declaration) =>
      ts.isClassLike(declaration) && declaration.members.some((m) => m.name !== undefined && ts.isPrivateIdentifier(m.name)),
  );
}

/** The fields that a constructor takes, when it takes nothing else. */
export function constructorFields(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): readonly string[] {
  const own = declaration.members.find(
    (m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined,
  );
  if (own === undefined) {
    const base = declaration.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const symbol = base === undefined ? undefined : checker.getTypeAtLocation(base).symbol;
    const above = symbol?.declarations?.find(ts.isClassDeclaration);
    return above === undefined || above === declaration ? [] : constructorFields(above, checker);
  }
  const names = own.parameters.map((parameter) =>
    ts.isParameterPropertyDeclaration(parameter, own) && ts.isIdentifier(parameter.name) && parameter.dotDotDotToken === undefined
      ? parameter.name.text
      : null,
  );
  return names.every((name): name is string => name !== null) ? names : [];
}
