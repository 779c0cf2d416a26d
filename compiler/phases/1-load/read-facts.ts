/**
 * In: the text of one source file. Out: its `FileFacts`. Parses with the TypeScript compiler that ts-morph carries;
 * never binds, checks or resolves anything, and never looks at another file.
 */
import { ts } from 'ts-morph';
import { SUPPRESSION_MARK } from '../../diagnostics/suppress.js';
import {
  type ClassFact,
  type DecoratorFact,
  type ExportFact,
  type FileFacts,
  type ImportFact,
  type MemberFact,
  NO_FACTS,
  type ParamFact,
  type Range,
  type TypeDeclFact,
  type ValueFact,
} from '../../ir/facts.js';
import { type FunctionScope, isLocal } from './function-scope.js';
import { readExpr, readSpreadable } from './read-expr.js';
import { isJson, readJson } from './read-json.js';
import { readConstructedType, readMembers, readType } from './read-type.js';
import { writtenIn } from './read-writes.js';

export function readFacts(path: string, text: string, keep?: (tree: ts.SourceFile) => void): FileFacts {
  try {
    if (isJson(path)) return readJson(path, text);
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, false, scriptKind(path));
    keep?.(file);
    return new FactsReader(file).read();
  } catch (error) {
    // The parser is recursive: at some thousand levels, which no person writes, it runs out of stack.
    if (!(error instanceof RangeError)) throw error;
    return { ...NO_FACTS, syntaxErrors: [{ message: 'The code is nested too deeply.', at: deepest(text) }] };
  }
}

/** Where most brackets are open; strings and comments are not told apart, so it is a good guess. */
function deepest(text: string): Range {
  let depth = 0;
  let most = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if ('([{<'.includes(char)) depth++;
    else if (')]}>'.includes(char)) depth--;
    if (depth <= most) continue;
    most = depth;
    at = i;
  }
  return [at, Math.min(at + 1, text.length)];
}

function scriptKind(path: string): ts.ScriptKind {
  if (path.endsWith('.tsx')) return ts.ScriptKind.TSX;
  if (path.endsWith('.jsx')) return ts.ScriptKind.JSX;
  return /\.[cm]?js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}

class FactsReader {
  private readonly imports: ImportFact[] = [];
  private readonly exports: ExportFact[] = [];
  private readonly declaredExports = new Set<string>();
  private readonly stars: { from: string; at: Range }[] = [];
  private readonly specifiers = new Set<string>();
  private readonly values = new Map<string, ValueFact>();
  private readonly types = new Map<string, TypeDeclFact>();
  private readonly classes: ClassFact[] = [];
  private readonly mutated = new Set<string>();
  private readonly writtenMembers = new Set<string>();
  private readonly stray: { decorator: DecoratorFact; found: string }[] = [];
  private readonly texts: Range[] = [];

  constructor(private readonly file: ts.SourceFile) {}

  read(): FileFacts {
    for (const statement of this.file.statements) this.statement(statement);
    this.walk();
    return {
      syntaxErrors: this.syntaxErrors(),
      imports: this.imports,
      exports: this.exports,
      stars: this.stars,
      specifiers: [...this.specifiers].sort(),
      values: Object.fromEntries(this.values),
      types: Object.fromEntries(this.types),
      classes: this.classes,
      stray: this.stray,
      mutated: [...this.mutated].sort(),
      ...(this.writtenMembers.size > 0 ? { writtenMembers: [...this.writtenMembers].sort() } : {}),
      ...(this.file.text.includes(SUPPRESSION_MARK) ? { texts: this.texts } : {}),
    };
  }

  private syntaxErrors(): FileFacts['syntaxErrors'] {
    // `parseDiagnostics` is what `program.getSyntacticDiagnostics` returns; asking a Program for it would cost a program.
    const parsed = (this.file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
    return parsed.map((d) => ({
      message: ts.flattenDiagnosticMessageText(d.messageText, ' '),
      at: [d.start, Math.min(d.start + Math.max(d.length, 1), this.file.text.length)],
    }));
  }

  private range(node: ts.Node): Range {
    return [node.getStart(this.file), node.end];
  }

  private statement(node: ts.Statement): void {
    if (!ts.isClassDeclaration(node))
      for (const decorator of this.decorators(node)) this.stray.push({ decorator, found: describeStatement(node) });
    if (ts.isImportDeclaration(node)) this.importDeclaration(node);
    else if (ts.isImportEqualsDeclaration(node)) this.importEquals(node);
    else if (ts.isExportDeclaration(node)) this.exportDeclaration(node);
    else if (ts.isExportAssignment(node)) this.exportAssignment(node);
    else this.declaration(node, this.values, true);
  }

  private importDeclaration(node: ts.ImportDeclaration): void {
    if (!ts.isStringLiteral(node.moduleSpecifier)) return;
    const from = node.moduleSpecifier.text;
    const clause = node.importClause;
    if (!clause?.isTypeOnly) this.specifiers.add(from);
    if (clause === undefined) return;
    if (clause.name) this.imports.push({ local: clause.name.text, from, name: 'default', at: this.range(clause.name) });
    const named = clause.namedBindings;
    if (named === undefined) return;
    if (ts.isNamespaceImport(named)) {
      this.imports.push({ local: named.name.text, from, name: '*', at: this.range(named.name) });
      return;
    }
    for (const element of named.elements) {
      const name = (element.propertyName ?? element.name).text;
      this.imports.push({ local: element.name.text, from, name, at: this.range(element) });
    }
  }

  private importEquals(node: ts.ImportEqualsDeclaration): void {
    if (!ts.isExternalModuleReference(node.moduleReference)) return;
    const argument = node.moduleReference.expression;
    if (!ts.isStringLiteral(argument)) return;
    this.specifiers.add(argument.text);
    this.imports.push({ local: node.name.text, from: argument.text, name: '*', at: this.range(node.name) });
  }

  private exportDeclaration(node: ts.ExportDeclaration): void {
    const from = node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : null;
    if (from !== null && !node.isTypeOnly) this.specifiers.add(from);
    const clause = node.exportClause;
    if (clause === undefined) {
      if (from !== null) this.stars.push({ from, at: this.range(node) });
      return;
    }
    if (ts.isNamespaceExport(clause)) {
      this.exports.push({ name: clause.name.text, local: null, from, imported: '*', at: this.range(clause) });
      return;
    }
    for (const element of clause.elements) {
      const source = (element.propertyName ?? element.name).text;
      this.exports.push({
        name: element.name.text,
        local: from === null ? source : null,
        from,
        imported: from === null ? null : source,
        ...(node.isTypeOnly || element.isTypeOnly ? { typeOnly: true } : {}),
        at: this.range(element),
      });
    }
  }

  /** `export default expression`: the expression becomes a constant with a name that no program can write. */
  private exportAssignment(node: ts.ExportAssignment): void {
    const at = this.range(node.expression);
    if (ts.isIdentifier(node.expression)) {
      this.exports.push({ name: 'default', local: node.expression.text, from: null, imported: null, at });
      return;
    }
    const init = ts.isClassExpression(node.expression) ? null : readExpr(this.file, node.expression);
    this.values.set('*default*', { t: 'const', init, type: null, at });
    this.exports.push({ name: 'default', local: '*default*', from: null, imported: null, at });
  }

  private declaration(node: ts.Statement, into: Map<string, ValueFact>, topLevel: boolean): void {
    if (ts.isVariableStatement(node)) this.variables(node, into);
    else if (ts.isEnumDeclaration(node)) {
      const before = into.get(node.name.text);
      const members = node.members.map((m) => ({
        name: memberName(m.name) ?? '',
        init: m.initializer ? readExpr(this.file, m.initializer) : null,
        at: this.range(m),
      }));
      // A second declaration of an enum adds its members to the first one.
      const merged = before?.t === 'enum' ? [...before.members, ...members] : members;
      into.set(node.name.text, { t: 'enum', members: merged, at: this.range(node.name) });
      this.exported(node, node.name.text);
    } else if (ts.isClassDeclaration(node)) {
      const index = this.classes.length;
      this.classes.push(this.classFact(node, topLevel));
      const name = node.name?.text ?? '*default*';
      into.set(name, { t: 'class', index, at: this.range(node.name ?? node) });
      this.exported(node, name);
    } else if (ts.isFunctionDeclaration(node)) {
      const name = node.name?.text ?? '*default*';
      if (!into.has(name)) into.set(name, { t: 'function', at: this.range(node.name ?? node) });
      this.exported(node, name);
    } else if (ts.isTypeAliasDeclaration(node)) {
      this.types.set(node.name.text, {
        t: 'alias',
        params: typeParameters(node),
        type: readType(this.file, node.type),
        at: this.range(node.name),
      });
      this.exported(node, node.name.text);
    } else if (ts.isInterfaceDeclaration(node)) {
      this.interface(node);
      this.exported(node, node.name.text);
    } else if (ts.isModuleDeclaration(node)) this.namespace(node, into);
  }

  private exported(node: ts.Node & { readonly name?: ts.Node | undefined }, local: string): void {
    const flags = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    if (!flags.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)) return;
    const isDefault = flags.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword);
    const name = isDefault ? 'default' : local;
    // A function's overloads and the parts of an interface are one export.
    const key = `${name}\0${local}`;
    if (this.declaredExports.has(key)) return;
    this.declaredExports.add(key);
    this.exports.push({ name, local, from: null, imported: null, at: this.range(node.name ?? node) });
  }

  private interface(node: ts.InterfaceDeclaration): void {
    const body = readMembers(this.file, node.members, this.range(node.name));
    const heritage = (node.heritageClauses ?? []).flatMap((clause) => clause.types);
    const before = this.types.get(node.name.text);
    // A second declaration of an interface adds its members to the first one.
    const merged =
      before?.t === 'interface' && before.type.t === 'object'
        ? { ...body, props: [...before.type.props, ...body.props], index: before.type.index ?? body.index }
        : body;
    this.types.set(node.name.text, {
      t: 'interface',
      params: typeParameters(node),
      extends: [...(before?.t === 'interface' ? before.extends : []), ...heritage.map((h) => readType(this.file, h))],
      type: merged,
      at: this.range(node.name),
    });
  }

  private namespace(node: ts.ModuleDeclaration, into: Map<string, ValueFact>): void {
    if (!ts.isIdentifier(node.name) || node.body === undefined || !ts.isModuleBlock(node.body)) return;
    const inner = new Map<string, ValueFact>();
    const exportsBefore = this.exports.length;
    for (const statement of node.body.statements) this.declaration(statement, inner, false);
    // What a namespace exports are its members, not the module's.
    for (const { name, local } of this.exports.splice(exportsBefore)) this.declaredExports.delete(`${name}\0${local}`);
    const present = into.get(node.name.text);
    if (present === undefined || present.t === 'namespace') {
      const values = { ...(present?.values ?? {}), ...Object.fromEntries(inner) };
      into.set(node.name.text, { t: 'namespace', values, at: this.range(node.name) });
    }
    this.exported(node, node.name.text);
  }

  private variables(node: ts.VariableStatement, into: Map<string, ValueFact>): void {
    const flags = node.declarationList.flags;
    const word = flags & ts.NodeFlags.Const ? 'const' : flags & ts.NodeFlags.Let ? 'let' : 'var';
    for (const declaration of node.declarationList.declarations) {
      if (ts.isIdentifier(declaration.name)) {
        const name = declaration.name.text;
        into.set(name, this.variable(declaration, declaration.name, word));
        this.exportedVariable(node, name, declaration.name);
      } else if (declaration.initializer && word === 'const') {
        const source = readExpr(this.file, declaration.initializer);
        this.pattern(declaration.name, source, [], into, node);
      }
    }
  }

  private variable(node: ts.VariableDeclaration, name: ts.Identifier, word: 'const' | 'let' | 'var'): ValueFact {
    const at = this.range(name);
    if (word !== 'const') return { t: 'mutable', word, at };
    const init = node.initializer;
    if (init !== undefined && ts.isClassExpression(init)) {
      const index = this.classes.length;
      this.classes.push({ ...this.classFact(init, true), name: name.text, nameAt: at });
      return { t: 'class', index, at };
    }
    return {
      t: 'const',
      init: init ? readExpr(this.file, init) : null,
      type: node.type ? readType(this.file, node.type) : null,
      at,
    };
  }

  private exportedVariable(node: ts.VariableStatement, name: string, at: ts.Node): void {
    if (!node.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)) return;
    this.exports.push({ name, local: name, from: null, imported: null, at: this.range(at) });
  }

  private pattern(
    node: ts.BindingPattern,
    source: ReturnType<typeof readExpr>,
    path: readonly (string | number)[],
    into: Map<string, ValueFact>,
    statement: ts.VariableStatement,
  ): void {
    node.elements.forEach((element, position) => {
      if (ts.isOmittedExpression(element)) return;
      const key = ts.isArrayBindingPattern(node)
        ? position
        : element.propertyName
          ? memberName(element.propertyName)
          : ts.isIdentifier(element.name)
            ? element.name.text
            : null;
      const plain = key !== null && element.dotDotDotToken === undefined && element.initializer === undefined;
      if (!ts.isIdentifier(element.name)) {
        if (plain) this.pattern(element.name, source, [...path, key], into, statement);
        return;
      }
      const at = this.range(element.name);
      const value: ValueFact = plain
        ? { t: 'pick', source, path: [...path, key], at }
        : { t: 'const', init: { t: 'opaque', form: 'syntax', text: element.getText(this.file), at }, type: null, at };
      into.set(element.name.text, value);
      this.exportedVariable(statement, element.name.text, element.name);
    });
  }

  private classFact(node: ts.ClassLikeDeclaration, topLevel: boolean): ClassFact {
    const heritage = node.heritageClauses?.find((h) => h.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const constructors = node.members.filter(ts.isConstructorDeclaration);
    const own = constructors.find((c) => c.body !== undefined) ?? constructors[0];
    return {
      name: node.name?.text ?? null,
      nameAt: node.name ? this.range(node.name) : classKeyword(this.file, node),
      at: this.range(node),
      abstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
      ambient: this.file.isDeclarationFile || hasModifier(node, ts.SyntaxKind.DeclareKeyword),
      topLevel,
      decorators: this.decorators(node),
      extends: heritage ? readExpr(this.file, heritage.expression) : null,
      typeParameters: typeParameters(node),
      members: node.members.flatMap((m) => this.member(m)),
      requiredConstructorParameters: own ? own.parameters.filter((p) => isRequired(p)).length : null,
      constructorAt: own ? [own.getStart(this.file), own.body?.pos ?? own.end] : null,
    };
  }

  private member(node: ts.ClassElement): MemberFact[] {
    if (ts.isConstructorDeclaration(node)) {
      return [this.memberFact(node, 'constructor', 'constructor'), ...this.parameterProperties(node)];
    }
    if (ts.isMethodDeclaration(node)) return [this.memberFact(node, 'method', memberName(node.name))];
    if (ts.isPropertyDeclaration(node)) {
      const t = hasModifier(node, ts.SyntaxKind.AccessorKeyword) ? 'accessor' : 'property';
      return [this.memberFact(node, t, memberName(node.name))];
    }
    if (ts.isGetAccessorDeclaration(node)) return [this.memberFact(node, 'getter', memberName(node.name))];
    if (ts.isSetAccessorDeclaration(node)) return [this.memberFact(node, 'setter', memberName(node.name))];
    return [];
  }

  private parameterProperties(node: ts.ConstructorDeclaration): MemberFact[] {
    return node.parameters
      .filter((p) => ts.isParameterPropertyDeclaration(p, node) || (ts.getModifiers(p)?.length ?? 0) > 0)
      .filter((p) => ts.isIdentifier(p.name))
      .map((p) => ({
        t: 'parameter-property',
        name: (p.name as ts.Identifier).text,
        nameAt: this.range(p.name),
        static: false,
        abstract: false,
        visibility: visibility(p),
        readonly: hasModifier(p, ts.SyntaxKind.ReadonlyKeyword),
        optional: p.questionToken !== undefined,
        decorators: [],
        hasBody: true,
        params: [],
        type: p.type ? readType(this.file, p.type) : null,
        init: p.initializer ? readExpr(this.file, p.initializer) : null,
      }));
  }

  private memberFact(
    node:
      | ts.ConstructorDeclaration
      | ts.MethodDeclaration
      | ts.PropertyDeclaration
      | ts.GetAccessorDeclaration
      | ts.SetAccessorDeclaration,
    t: MemberFact['t'],
    name: string | null,
  ): MemberFact {
    const isFunction = !ts.isPropertyDeclaration(node);
    return {
      t,
      name,
      nameAt: node.name ? this.range(node.name) : [node.getStart(this.file), node.getStart(this.file) + 'constructor'.length],
      static: hasModifier(node, ts.SyntaxKind.StaticKeyword),
      abstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
      visibility: name?.startsWith('#') ? 'private' : visibility(node),
      readonly: hasModifier(node, ts.SyntaxKind.ReadonlyKeyword),
      optional: 'questionToken' in node && node.questionToken !== undefined,
      decorators: this.decorators(node),
      hasBody: isFunction ? node.body !== undefined : true,
      params: isFunction ? node.parameters.map((p) => this.param(p)) : [],
      type: node.type ? readType(this.file, node.type) : isFunction ? null : readConstructedType(this.file, node.initializer),
      init: !isFunction && node.initializer ? readExpr(this.file, node.initializer) : null,
    };
  }

  private param(node: ts.ParameterDeclaration): ParamFact {
    return {
      name: ts.isIdentifier(node.name) ? node.name.text : node.name.getText(this.file),
      type: node.type ? readType(this.file, node.type) : null,
      optional: node.questionToken !== undefined || node.initializer !== undefined,
      rest: node.dotDotDotToken !== undefined,
      decorators: this.decorators(node),
      at: this.range(node),
    };
  }

  private decorators(node: ts.Node): DecoratorFact[] {
    // `ts.getDecorators` refuses nodes where decorators are an error; those are exactly the ones to report.
    const modifiers: readonly ts.Node[] = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers ?? [];
    return modifiers.filter(ts.isDecorator).map((d) => {
      const call = ts.isCallExpression(d.expression) ? d.expression : null;
      return {
        callee: readExpr(this.file, call ? call.expression : d.expression),
        args: call ? call.arguments.map((a) => readSpreadable(this.file, a)) : null,
        at: this.range(d),
      };
    });
  }

  /**
   * What only a walk through all of the syntax finds: decorated classes inside functions and expressions (they can be no
   * handlers, and their authors should hear it), and assignments to members of names.
   */
  private walk(): void {
    const known = new Set(this.classes.map((c) => c.at[0]));
    // Not by recursion: the parser reads long chains such as `a + b + ...` in loops, and they are deep trees.
    const open: Step[] = [{ node: this.file, scope: null, variable: null, owner: null, self: null }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node } = next;
      const scope = ts.isFunctionLike(node) ? { node, outer: next.scope } : next.scope;
      if (ts.isClassLike(node)) this.nestedClass(node, known);
      if (ts.isTemplateLiteralToken(node)) this.texts.push(this.range(node));
      const loaded = ts.isCallExpression(node) ? loadedModule(node) : null;
      if (loaded !== null) this.specifiers.add(loaded);
      const owner = ts.isClassLike(node) ? (next.variable ?? nameOfClass(node)) : next.owner;
      const self = selfOf(node, owner, next.self);
      const variable = ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) ? node.name.text : null;
      for (const { root, member } of writtenIn(node)) {
        const name = root ?? self;
        if (name === null || isLocal(name, scope)) continue;
        if (root !== null) this.mutated.add(root);
        this.writtenMembers.add(`${name}.${member}`);
      }
      const children: ts.Node[] = [];
      ts.forEachChild(node, (child) => {
        children.push(child);
      });
      for (const child of children.reverse()) open.push({ node: child, scope, variable, owner, self });
    }
  }

  private nestedClass(node: ts.ClassLikeDeclaration, known: Set<number>): void {
    const start = node.getStart(this.file);
    if (known.has(start)) return;
    known.add(start);
    const fact = this.classFact(node, false);
    if (fact.decorators.length > 0 || fact.members.some((m) => m.decorators.length > 0)) this.classes.push(fact);
  }
}

/** `./x.js` of `import('./x.js')` and `require('./x.js')`. */
function loadedModule(node: ts.CallExpression): string | null {
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  const [first] = node.arguments;
  return (isImport || isRequire) && first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
}

/** A node on the way, and where it is. */
interface Step {
  readonly node: ts.Node;
  readonly scope: FunctionScope | null;
  /** The variable that the node is the value of. */
  readonly variable: string | null;
  /** The class around it. */
  readonly owner: string | null;
  /** The class that `this` is there; null when `this` is an instance, or whatever a function is called on. */
  readonly self: string | null;
}

function selfOf(node: ts.Node, owner: string | null, outer: string | null): string | null {
  if (ts.isClassLike(node)) return null;
  if (ts.isClassStaticBlockDeclaration(node)) return owner;
  const isMember = ts.isPropertyDeclaration(node) || (ts.isFunctionLike(node) && !ts.isArrowFunction(node));
  if (!isMember) return outer;
  return hasModifier(node, ts.SyntaxKind.StaticKeyword) ? owner : null;
}

/** The name by which the module knows a class. */
function nameOfClass(node: ts.ClassLikeDeclaration): string | null {
  return node.name?.text ?? (ts.isClassDeclaration(node) ? '*default*' : null);
}

function describeStatement(node: ts.Statement): string {
  if (ts.isFunctionDeclaration(node)) return node.name ? `the function "${node.name.text}"` : 'a function';
  if (ts.isVariableStatement(node)) return 'a variable';
  return ts.isEnumDeclaration(node) ? `the enum "${node.name.text}"` : 'a statement';
}

function isRequired(parameter: ts.ParameterDeclaration): boolean {
  return !parameter.initializer && !parameter.questionToken && !parameter.dotDotDotToken;
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const modifiers = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers;
  return modifiers?.some((m) => m.kind === kind) ?? false;
}

function visibility(node: ts.Node): MemberFact['visibility'] {
  if (hasModifier(node, ts.SyntaxKind.PrivateKeyword)) return 'private';
  return hasModifier(node, ts.SyntaxKind.ProtectedKeyword) ? 'protected' : 'public';
}

function memberName(name: ts.PropertyName): string | null {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return null;
}

function typeParameters(node: { readonly typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> | undefined }): string[] {
  return (node.typeParameters ?? []).map((p) => p.name.text);
}

/** The `class` keyword of a class without a name, so that a message has something short to underline. */
function classKeyword(file: ts.SourceFile, node: ts.ClassLikeDeclaration): Range {
  const modifiers = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers ?? [];
  const from = modifiers.length > 0 ? (modifiers[modifiers.length - 1] as ts.Node).end : node.getStart(file);
  const start = file.text.indexOf('class', from);
  return start < 0 ? [node.getStart(file), node.end] : [start, start + 'class'.length];
}
