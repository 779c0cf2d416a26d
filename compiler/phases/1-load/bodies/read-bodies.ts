/**
 * In: the syntax tree of one source file. Out: its `BodyFacts`. Order and branches are dropped: whatever may happen, happens.
 * Never binds, checks or resolves anything, and never looks at another file.
 */
import { ts } from 'ts-morph';
import type { BodyFacts, ClassBody, ClassMember, FunctionBody, Ref, SpreadFrom } from '../../../ir/body-facts.js';
import type { Range, TypeFact } from '../../../ir/facts.js';
import { readType } from '../read-type.js';
import { FunctionBuilder, PRIMITIVE, Scope, THIS } from './function-builder.js';

const NOTHING: BodyFacts = { functions: [], classes: [], names: {}, classNames: {}, loads: [] };

/** Null for code that is nested too deeply: whatever it does is then unknown. */
export function readBodies(file: ts.SourceFile): BodyFacts | null {
  if (file.isDeclarationFile) return NOTHING;
  try {
    return new BodyReader(file).read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

interface Arguments {
  readonly args: readonly Ref[];
  readonly spread: SpreadFrom;
}

/** Where code stands: its function and the names that it sees. */
interface Place {
  readonly fn: FunctionBuilder;
  readonly scope: Scope;
}

class BodyReader {
  private readonly functions: (FunctionBody | null)[] = [];
  private readonly classes: (ClassBody | null)[] = [];
  private readonly classNames = new Map<string, number>();
  private readonly loads: string[] = [];
  /** Local names of imports from nimbusc: decorators by these names do nothing. */
  private readonly nimbus = new Set<string>();
  private readonly module: Place;

  constructor(private readonly file: ts.SourceFile) {
    const fn = this.function(null, null, [0, file.text.length], false);
    this.module = { fn, scope: new Scope(fn, null) };
  }

  read(): BodyFacts {
    const { file, module } = this;
    for (const statement of file.statements) this.linkage(statement);
    this.block(file.statements, module);
    this.finish(module.fn);
    return {
      functions: this.functions as FunctionBody[],
      classes: this.classes as ClassBody[],
      names: Object.fromEntries(module.scope.own()),
      classNames: Object.fromEntries(this.classNames),
      loads: this.loads,
    };
  }

  private linkage(node: ts.Statement): void {
    const load = (specifier: ts.Expression | undefined): void => {
      if (specifier !== undefined && ts.isStringLiteral(specifier)) this.loads.push(specifier.text);
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
    for (const { name } of elements) this.nimbus.add(name.text);
    if (named !== undefined && ts.isNamespaceImport(named)) this.nimbus.add(named.name.text);
  }

  private at(node: ts.Node): Range {
    return [node.getStart(this.file), node.end];
  }

  private function(parent: FunctionBuilder | null, name: string | null, at: Range, arrow: boolean): FunctionBuilder {
    const index = this.functions.length;
    this.functions.push(null);
    return new FunctionBuilder(index, parent, name, at, arrow);
  }

  private finish(fn: FunctionBuilder): void {
    this.functions[fn.index] = fn.finish();
  }

  // Statements

  private block(statements: readonly ts.Statement[], place: Place): void {
    this.declareAll(statements, place.scope);
    // Functions can be called before their text.
    for (const node of statements) if (ts.isFunctionDeclaration(node)) this.functionDeclaration(node, place);
    for (const node of statements) if (!ts.isFunctionDeclaration(node)) this.statement(node, place);
  }

  private inner(place: Place): Place {
    return { fn: place.fn, scope: new Scope(place.fn, place.scope) };
  }

  /** The names that a block declares, and of a function's or module's outermost block its `var`s. */
  private declareAll(statements: readonly ts.Statement[], scope: Scope): void {
    for (const node of statements) {
      if (ts.isVariableStatement(node)) declareList(node.declarationList, scope);
      else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) scope.declare(node.name?.text ?? '*default*');
      else if (ts.isEnumDeclaration(node)) scope.declare(node.name.text);
      else if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name)) scope.declare(node.name.text);
      else if (ts.isExportAssignment(node) && !ts.isIdentifier(node.expression)) scope.declare('*default*');
      else hoistedVariables(node, scope);
    }
  }

  private functionDeclaration(node: ts.FunctionDeclaration, place: Place): void {
    if (node.body === undefined) return;
    const name = node.name?.text ?? '*default*';
    const index = this.callable(node, node.name?.text ?? 'default', place);
    place.fn.steps.push(['function', this.named(name, place), index]);
  }

  private named(name: string, place: Place): Ref {
    return place.scope.find(name, place.fn) ?? place.scope.declare(name);
  }

  private statement(start: ts.Statement, place: Place): void {
    let node: ts.Statement | undefined = start;
    // Chains of `else if` get long.
    while (node !== undefined && ts.isIfStatement(node)) {
      this.expression(node.expression, place);
      this.statement(node.thenStatement, place);
      node = node.elseStatement;
    }
    if (node !== undefined) this.otherStatement(node, place);
  }

  private otherStatement(node: ts.Statement, place: Place): void {
    const { fn } = place;
    if (ts.isExpressionStatement(node)) this.expression(node.expression, place);
    else if (ts.isVariableStatement(node)) this.variables(node.declarationList, place);
    else if (ts.isReturnStatement(node)) {
      if (node.expression) fn.steps.push(['return', this.expression(node.expression, place)]);
    } else if (ts.isThrowStatement(node)) fn.steps.push(['throw', this.expression(node.expression, place)]);
    else if (ts.isBlock(node)) this.block(node.statements, this.inner(place));
    else if (ts.isFunctionDeclaration(node)) this.functionDeclaration(node, place);
    else if (ts.isClassDeclaration(node)) this.classDeclaration(node, place);
    else if (ts.isEnumDeclaration(node)) this.enumDeclaration(node, place);
    else if (ts.isModuleDeclaration(node)) this.namespace(node, place);
    else if (ts.isExportAssignment(node)) this.exportAssignment(node, place);
    else if (ts.isTryStatement(node)) this.tryStatement(node, place);
    else if (ts.isSwitchStatement(node)) this.switchStatement(node, place);
    else if (ts.isLabeledStatement(node)) this.statement(node.statement, place);
    else if (ts.isDoStatement(node) || ts.isWhileStatement(node) || ts.isWithStatement(node)) {
      const value = this.expression(node.expression, place);
      if (ts.isWithStatement(node)) fn.steps.push(['leak', value, this.at(node.expression)]);
      this.statement(node.statement, this.inner(place));
    } else if (ts.isForStatement(node)) {
      const inner = this.inner(place);
      if (node.initializer) this.forInitialiser(node.initializer, inner, null);
      if (node.condition) this.expression(node.condition, inner);
      if (node.incrementor) this.expression(node.incrementor, inner);
      this.statement(node.statement, inner);
    } else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      const inner = this.inner(place);
      const source = this.expression(node.expression, place);
      let element: Ref = PRIMITIVE;
      if (ts.isForOfStatement(node)) {
        element = fn.register();
        fn.steps.push(['element', element, source, -1]);
        if (node.awaitModifier) element = this.awaited(element, place);
      }
      this.forInitialiser(node.initializer, inner, element);
      this.statement(node.statement, inner);
    }
  }

  private forInitialiser(node: ts.ForInitializer, place: Place, element: Ref | null): void {
    if (!ts.isVariableDeclarationList(node)) {
      if (element === null) this.expression(node, place);
      else this.assign(node, element, place);
      return;
    }
    declareList(node, place.scope);
    if (element === null) this.variables(node, place);
    else for (const one of node.declarations) this.bind(one.name, element, place);
  }

  private variables(list: ts.VariableDeclarationList, place: Place): void {
    for (const node of list.declarations) {
      if (node.initializer === undefined) continue;
      const target = ts.isIdentifier(node.name) ? node.name.text : null;
      const value = this.initialiser(node.initializer, target, place);
      this.bind(node.name, value, place);
      if (target !== null) this.annotated(this.named(target, place), node.type, this.at(node.name), place);
      const using = list.flags & ts.NodeFlags.Using;
      if (using !== 0) {
        const dispose = list.flags & ts.NodeFlags.Const ? '@@asyncDispose' : '@@dispose';
        place.fn.steps.push(['send', place.fn.register(), value, dispose, [], -1, this.at(node)]);
      }
    }
  }

  /** The value of a declaration: functions and classes without a name are called after it. */
  private initialiser(node: ts.Expression, name: string | null, place: Place): Ref {
    const inner = plain(node);
    if (name !== null && (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)))
      return this.closure(inner, inner.name?.text ?? name, place);
    if (name !== null && ts.isClassExpression(inner)) {
      const atTop = place.scope === this.module.scope;
      return this.classLike(inner, inner.name?.text ?? name, atTop ? name : null, place);
    }
    return this.expression(node, place);
  }

  /** `owner`: a value that the annotation is about. */
  private annotated(owner: Ref, type: ts.TypeNode | undefined, at: Range, place: Place): void {
    if (type === undefined) return;
    if (type.kind === ts.SyntaxKind.AnyKeyword) place.fn.steps.push(['any', owner, at]);
    const fact = telling(readType(this.file, type));
    if (fact !== null) place.fn.steps.push(['typed', owner, fact]);
  }

  private exportAssignment(node: ts.ExportAssignment, place: Place): void {
    if (ts.isIdentifier(node.expression)) return;
    const to = this.named('*default*', place);
    const inner = plain(node.expression);
    const value = ts.isClassExpression(inner)
      ? this.classLike(inner, inner.name?.text ?? 'default', '*default*', place)
      : this.initialiser(node.expression, 'default', place);
    place.fn.steps.push(['move', to, value]);
  }

  private enumDeclaration(node: ts.EnumDeclaration, place: Place): void {
    const to = this.named(node.name.text, place);
    place.fn.steps.push(['object', to]);
    for (const member of node.members) {
      const name = this.memberName(member.name) ?? '*';
      const value = member.initializer === undefined ? PRIMITIVE : this.expression(member.initializer, place);
      place.fn.steps.push(['store', to, name, value]);
    }
  }

  /** An object with what it exports; its names are those of a block. */
  private namespace(node: ts.ModuleDeclaration, place: Place): void {
    if (!ts.isIdentifier(node.name) || node.body === undefined || hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
    const to = this.named(node.name.text, place);
    place.fn.steps.push(['object', to]);
    const inner = this.inner(place);
    const { body } = node;
    if (ts.isModuleBlock(body)) this.block(body.statements, inner);
    else if (ts.isModuleDeclaration(body)) {
      inner.scope.declare((body.name as ts.Identifier).text);
      this.namespace(body, inner);
    }
    for (const [name, ref] of inner.scope.own()) place.fn.steps.push(['store', to, name, ref]);
  }

  private tryStatement(node: ts.TryStatement, place: Place): void {
    this.block(node.tryBlock.statements, this.inner(place));
    if (node.catchClause) {
      const inner = this.inner(place);
      const { variableDeclaration: declared, block } = node.catchClause;
      if (declared) {
        const caught = place.fn.register();
        place.fn.steps.push(['catch', caught]);
        declarePattern(declared.name, inner.scope);
        this.bind(declared.name, caught, inner);
      }
      this.block(block.statements, inner);
    }
    if (node.finallyBlock) this.block(node.finallyBlock.statements, this.inner(place));
  }

  private switchStatement(node: ts.SwitchStatement, place: Place): void {
    this.expression(node.expression, place);
    const inner = this.inner(place);
    const { clauses } = node.caseBlock;
    for (const clause of clauses) if (ts.isCaseClause(clause)) this.expression(clause.expression, inner);
    this.block(
      clauses.flatMap((clause) => [...clause.statements]),
      inner,
    );
  }

  // Patterns

  private bind(name: ts.BindingName, value: Ref, place: Place): void {
    const { fn } = place;
    if (ts.isIdentifier(name)) {
      fn.steps.push(['move', this.named(name.text, place), value]);
      return;
    }
    const taken: string[] = [];
    name.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      let part = fn.register();
      if (ts.isArrayBindingPattern(name)) {
        if (element.dotDotDotToken) this.restOfList(part, value, place);
        else fn.steps.push(['element', part, value, index]);
      } else if (element.dotDotDotToken) {
        fn.steps.push(['object', part], ['copy', part, value]);
      } else {
        const key = element.propertyName ?? (element.name as ts.Identifier);
        part = this.member(value, key, place);
        taken.push(ts.isIdentifier(key) ? key.text : '');
      }
      this.bind(element.name, this.withDefault(part, element.initializer, place), place);
    });
  }

  private restOfList(to: Ref, from: Ref, { fn }: Place): void {
    const element = fn.register();
    fn.steps.push(['list', to], ['element', element, from, -1], ['store', to, '*', element]);
  }

  private withDefault(value: Ref, initialiser: ts.Expression | undefined, place: Place): Ref {
    if (initialiser === undefined) return value;
    const both = place.fn.register();
    place.fn.steps.push(['move', both, value], ['move', both, this.expression(initialiser, place)]);
    return both;
  }

  private member(object: Ref, key: ts.PropertyName, place: Place): Ref {
    const to = place.fn.register();
    const name = this.memberName(key);
    if (name !== null) place.fn.steps.push(['load', to, object, name]);
    else if (ts.isComputedPropertyName(key))
      place.fn.steps.push(['pick', to, object, this.expression(key.expression, place), this.at(key)]);
    return to;
  }

  private assign(start: ts.Expression, value: Ref, place: Place): void {
    const target = plain(start);
    const { fn } = place;
    if (ts.isIdentifier(target)) {
      const ref = place.scope.find(target.text, fn);
      if (ref === null) fn.steps.push(['leak', value, this.at(target)]);
      else fn.steps.push(['move', ref, value]);
    } else if (ts.isPropertyAccessExpression(target)) {
      const object = this.receiver(target.expression, place);
      fn.steps.push(['store', object, target.name.text, value]);
    } else if (ts.isElementAccessExpression(target)) {
      const object = this.receiver(target.expression, place);
      const name = literalKey(target.argumentExpression);
      if (name !== null) fn.steps.push(['store', object, name, value]);
      else fn.steps.push(['place', object, this.expression(target.argumentExpression, place), value]);
    } else if (ts.isArrayLiteralExpression(target)) {
      target.elements.forEach((element, index) => {
        if (ts.isOmittedExpression(element)) return;
        const part = fn.register();
        if (ts.isSpreadElement(element)) {
          this.restOfList(part, value, place);
          this.assign(element.expression, part, place);
          return;
        }
        fn.steps.push(['element', part, value, index]);
        this.assignWithDefault(element, part, place);
      });
    } else if (ts.isObjectLiteralExpression(target)) {
      for (const property of target.properties) {
        if (ts.isSpreadAssignment(property)) {
          const rest = fn.register();
          fn.steps.push(['object', rest], ['copy', rest, value]);
          this.assign(property.expression, rest, place);
        } else if (ts.isShorthandPropertyAssignment(property)) {
          const part = this.withDefault(this.member(value, property.name, place), property.objectAssignmentInitializer, place);
          this.assign(property.name, part, place);
        } else if (ts.isPropertyAssignment(property)) {
          this.assignWithDefault(property.initializer, this.member(value, property.name, place), place);
        }
      }
    }
  }

  private assignWithDefault(target: ts.Expression, value: Ref, place: Place): void {
    if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      this.assign(target.left, this.withDefault(value, target.right, place), place);
    else this.assign(target, value, place);
  }

  // Expressions

  private expression(node: ts.Expression, place: Place): Ref {
    const { fn } = place;
    switch (node.kind) {
      case ts.SyntaxKind.ThisKeyword:
        return fn.self();
      case ts.SyntaxKind.TrueKeyword:
      case ts.SyntaxKind.FalseKeyword:
      case ts.SyntaxKind.NullKeyword:
      case ts.SyntaxKind.NumericLiteral:
      case ts.SyntaxKind.BigIntLiteral:
      case ts.SyntaxKind.RegularExpressionLiteral:
        return PRIMITIVE;
    }
    if (ts.isIdentifier(node)) return this.identifier(node.text, place);
    if (ts.isStringLiteralLike(node)) return this.textOf(node.text, place);
    if (isLink(node)) return this.chain(node, place);
    if (ts.isBinaryExpression(node)) return this.binary(node, place);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return this.closure(node, node.name?.text ?? null, place);
    if (ts.isObjectLiteralExpression(node)) return this.objectLiteral(node, place);
    if (ts.isArrayLiteralExpression(node)) return this.listLiteral(node.elements, place);
    if (ts.isAwaitExpression(node)) return this.awaited(this.expression(node.expression, place), place);
    if (ts.isNewExpression(node)) return this.construction(node, place);
    if (ts.isConditionalExpression(node)) return this.conditional(node, place);
    if (ts.isTemplateExpression(node)) {
      const parts: Ref[] = [this.textOf(node.head.text, place)];
      for (const span of node.templateSpans) {
        const part = this.expression(span.expression, place);
        this.coerced(part, place);
        parts.push(part, this.textOf(span.literal.text, place));
      }
      return this.joined(parts, place);
    }
    if (ts.isTaggedTemplateExpression(node)) return this.taggedTemplate(node, place);
    if (ts.isClassExpression(node)) return this.classLike(node, node.name?.text ?? null, null, place);
    if (ts.isYieldExpression(node)) return this.yielded(node, place);
    if (ts.isDeleteExpression(node) || ts.isTypeOfExpression(node) || ts.isVoidExpression(node)) {
      this.expression(node.expression, place);
      return PRIMITIVE;
    }
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      this.expression(node.operand, place);
      return PRIMITIVE;
    }
    if (ts.isMetaProperty(node)) return fn.freeName('import.meta');
    if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return this.jsx(node, place);
    return PRIMITIVE;
  }

  private identifier(name: string, place: Place): Ref {
    const ref = place.scope.find(name, place.fn);
    if (ref !== null) return ref;
    if (name === 'arguments') return place.fn.argumentList();
    return name === 'undefined' || name === 'NaN' || name === 'Infinity' ? PRIMITIVE : place.fn.freeName(name);
  }

  private textOf(value: string, { fn }: Place): Ref {
    const to = fn.register();
    fn.steps.push(['text', to, value]);
    return to;
  }

  private joined(parts: readonly Ref[], { fn }: Place): Ref {
    if (parts.includes(PRIMITIVE)) return PRIMITIVE;
    const to = fn.register();
    fn.steps.push(['join', to, parts]);
    return to;
  }

  private coerced(from: Ref, { fn }: Place): void {
    if (from !== PRIMITIVE) fn.steps.push(['coerce', from]);
  }

  private awaited(from: Ref, { fn }: Place): Ref {
    if (from === PRIMITIVE) return PRIMITIVE;
    const to = fn.register();
    fn.steps.push(['await', to, from]);
    return to;
  }

  private conditional(start: ts.ConditionalExpression, place: Place): Ref {
    const to = place.fn.register();
    let node: ts.Expression = start;
    while (ts.isConditionalExpression(node)) {
      this.expression(node.condition, place);
      place.fn.steps.push(['move', to, this.expression(node.whenTrue, place)]);
      node = node.whenFalse;
    }
    place.fn.steps.push(['move', to, this.expression(node, place)]);
    return to;
  }

  private binary(start: ts.BinaryExpression, place: Place): Ref {
    const { fn } = place;
    const op = start.operatorToken.kind;
    if (op === ts.SyntaxKind.EqualsToken) {
      const target = plain(start.left);
      const value = this.initialiser(start.right, ts.isIdentifier(target) ? target.text : null, place);
      this.assign(start.left, value, place);
      return value;
    }
    if (op >= ts.SyntaxKind.FirstAssignment && op <= ts.SyntaxKind.LastAssignment) {
      const value = this.expression(start.right, place);
      const logical = [
        ts.SyntaxKind.BarBarEqualsToken,
        ts.SyntaxKind.AmpersandAmpersandEqualsToken,
        ts.SyntaxKind.QuestionQuestionEqualsToken,
      ].includes(op);
      if (!logical) {
        this.assign(start.left, PRIMITIVE, place);
        return PRIMITIVE;
      }
      const to = fn.register();
      fn.steps.push(['move', to, this.expression(start.left, place)], ['move', to, value]);
      this.assign(start.left, value, place);
      return to;
    }
    // Chains such as `a + b + ...` lean to the left and get long.
    const operands: ts.BinaryExpression[] = [];
    let left: ts.Expression = start;
    while (ts.isBinaryExpression(left) && !isAssignment(left)) {
      operands.push(left);
      left = left.left;
    }
    let value = this.expression(left, place);
    for (const one of operands.reverse()) {
      const right = this.expression(one.right, place);
      const kind = one.operatorToken.kind;
      if (kind === ts.SyntaxKind.CommaToken) value = right;
      else if (isLogical(kind)) {
        const to = fn.register();
        fn.steps.push(['move', to, value], ['move', to, right]);
        value = to;
      } else {
        const isSum = kind === ts.SyntaxKind.PlusToken;
        if (isSum) for (const operand of [value, right]) this.coerced(operand, place);
        value = isSum ? this.joined([value, right], place) : PRIMITIVE;
      }
    }
    return value;
  }

  /** Calls and members of calls and members: from the innermost outwards, because fluent code gets long. */
  private chain(start: ts.Expression, place: Place): Ref {
    const links: ts.Expression[] = [];
    let base: ts.Expression = start;
    while (isLink(base)) {
      links.push(base);
      base = (base as ts.CallExpression | ts.PropertyAccessExpression | ts.AsExpression).expression;
    }
    let value: Ref | null = base.kind === ts.SyntaxKind.SuperKeyword || isImport(base) ? null : this.expression(base, place);
    for (let i = links.length - 1; i >= 0; i--) {
      const link = links[i] as ts.Expression;
      if (ts.isCallExpression(link)) value = this.call(link, value, base, place);
      else if (ts.isPropertyAccessExpression(link) || ts.isElementAccessExpression(link)) {
        // Parentheses and `!` between a member and its call change nothing: it still gets its `this`.
        let outer = i - 1;
        while (outer >= 0 && isSilent(links[outer] as ts.Expression)) outer--;
        const around = links[outer];
        if (around !== undefined && ts.isCallExpression(around)) {
          value = this.send(link, around, value, place);
          i = outer;
        } else value = this.load(link, value, place);
      } else value = this.cast(link, value ?? PRIMITIVE, place);
    }
    return value ?? PRIMITIVE;
  }

  private cast(node: ts.Expression, value: Ref, place: Place): Ref {
    if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node) && !ts.isSatisfiesExpression(node)) return value;
    if (value === PRIMITIVE) return value;
    if (node.type.kind === ts.SyntaxKind.AnyKeyword) place.fn.steps.push(['any', value, this.at(node)]);
    const type = telling(readType(this.file, node.type));
    if (type === null) return value;
    const to = place.fn.register();
    place.fn.steps.push(['move', to, value], ['typed', to, type]);
    return to;
  }

  private load(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, object: Ref | null, place: Place): Ref {
    const { fn } = place;
    const to = fn.register();
    const name = this.accessName(node);
    if (object === null) fn.steps.push(['superload', to, name ?? '*', fn.self()]);
    else if (name !== null) fn.steps.push(['load', to, object, name]);
    else {
      const key = this.expression((node as ts.ElementAccessExpression).argumentExpression, place);
      fn.steps.push(['pick', to, object, key, this.at(node)]);
    }
    return to;
  }

  private send(
    node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
    call: ts.CallExpression,
    object: Ref | null,
    place: Place,
  ): Ref {
    const { fn } = place;
    const to = fn.register();
    const name = this.accessName(node);
    const at = this.at(call);
    const key = object === null || name !== null ? null : (node as ts.ElementAccessExpression).argumentExpression;
    const keyRef = key === null ? PRIMITIVE : this.expression(key, place);
    const { args, spread } = this.arguments(call.arguments, place);
    if (object === null) fn.steps.push(['supersend', to, name ?? '*', args, spread, at, fn.self()]);
    else if (name !== null) fn.steps.push(['send', to, object, name, args, spread, this.callSpan(node, call)]);
    else fn.steps.push(['sendpick', to, object, keyRef, args, spread, at]);
    return to;
  }

  /** Of a call in a chain only what belongs to it: `users.get(id)` of `users.get(id).then(...)` starts where the chain does. */
  private callSpan(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, call: ts.CallExpression): Range {
    const { expression } = node;
    // A chain over several lines would be underlined from its first one on.
    const isPlain = ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression) || isThis(expression);
    const start = isPlain
      ? call.getStart(this.file)
      : (ts.isPropertyAccessExpression(node) ? node.name : node).getStart(this.file);
    return [start, call.end];
  }

  private call(node: ts.CallExpression, callee: Ref | null, base: ts.Expression, place: Place): Ref {
    const { fn } = place;
    if (callee === null && isImport(base)) return this.dynamicImport(node, place);
    const { args, spread } = this.arguments(node.arguments, place);
    if (callee === null) {
      fn.steps.push(['base', args, spread, this.at(node), fn.self()]);
      return PRIMITIVE;
    }
    if (ts.isIdentifier(base) && node.expression === base && place.scope.find(base.text, fn) === null) {
      if (base.text === 'eval') fn.steps.push(['eval', this.at(node)]);
      if (base.text === 'require') return this.dynamicImport(node, place);
    }
    const to = fn.register();
    fn.steps.push(['call', to, callee, args, spread, this.at(node)]);
    return to;
  }

  private dynamicImport(node: ts.CallExpression, { fn }: Place): Ref {
    const [specifier] = node.arguments;
    const to = fn.register();
    fn.steps.push(['import', to, specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : '']);
    return to;
  }

  private construction(node: ts.NewExpression, place: Place): Ref {
    const to = place.fn.register();
    const callee = this.expression(node.expression, place);
    const { args, spread } = this.arguments(node.arguments ?? [], place);
    place.fn.steps.push(['new', to, callee, args, spread, this.at(node)]);
    return to;
  }

  private taggedTemplate(node: ts.TaggedTemplateExpression, place: Place): Ref {
    const { fn } = place;
    const values = ts.isTemplateExpression(node.template)
      ? node.template.templateSpans.map((span) => this.expression(span.expression, place))
      : [];
    const to = fn.register();
    const tag = plain(node.tag);
    if (ts.isPropertyAccessExpression(tag) && tag.expression.kind !== ts.SyntaxKind.SuperKeyword) {
      const object = this.expression(tag.expression, place);
      fn.steps.push(['send', to, object, tag.name.text, [PRIMITIVE, ...values], -1, this.at(node)]);
    } else fn.steps.push(['call', to, this.expression(node.tag, place), [PRIMITIVE, ...values], -1, this.at(node)]);
    return to;
  }

  private arguments(nodes: readonly ts.Expression[], place: Place): Arguments {
    const spread = nodes.findIndex(ts.isSpreadElement);
    const fixed = spread < 0 ? nodes : nodes.slice(0, spread);
    const args = fixed.map((node) => this.expression(node, place));
    return spread < 0 ? { args, spread } : { args: [...args, this.listLiteral(nodes.slice(spread), place)], spread };
  }

  private listLiteral(elements: readonly ts.Expression[], place: Place): Ref {
    const { fn } = place;
    const to = fn.register();
    fn.steps.push(['list', to]);
    let isIndexed = true;
    elements.forEach((node, index) => {
      if (ts.isSpreadElement(node)) {
        isIndexed = false;
        const element = fn.register();
        fn.steps.push(['element', element, this.expression(node.expression, place), -1], ['store', to, '*', element]);
      } else if (!ts.isOmittedExpression(node)) {
        const value = this.expression(node, place);
        if (value !== PRIMITIVE) fn.steps.push(['store', to, isIndexed ? String(index) : '*', value]);
      }
    });
    return to;
  }

  private objectLiteral(node: ts.ObjectLiteralExpression, place: Place): Ref {
    const { fn } = place;
    const to = fn.register();
    fn.steps.push(['object', to]);
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        fn.steps.push(['copy', to, this.expression(property.expression, place)]);
        continue;
      }
      const name = this.memberName(property.name);
      const key = name === null && ts.isComputedPropertyName(property.name) ? property.name.expression : null;
      const keyRef = key === null ? null : this.expression(key, place);
      if (ts.isGetAccessor(property) || ts.isSetAccessor(property)) {
        if (property.body === undefined) continue;
        const kind = ts.isGetAccessor(property) ? 'get' : 'set';
        const closure = fn.register();
        fn.steps.push(['function', closure, this.callable(property, name, place)], ['accessor', to, name ?? '*', kind, closure]);
        continue;
      }
      const value = this.propertyValue(property, name, place);
      // That there is a member at all may matter, but not of those that are as good as absent.
      if (value === PRIMITIVE && ts.isPropertyAssignment(property) && isPlainLiteral(property.initializer)) continue;
      if (keyRef === null) fn.steps.push(['store', to, name ?? '*', value]);
      else fn.steps.push(['place', to, keyRef, value]);
    }
    return to;
  }

  private propertyValue(
    node: ts.PropertyAssignment | ts.ShorthandPropertyAssignment | ts.MethodDeclaration,
    name: string | null,
    place: Place,
  ): Ref {
    if (ts.isPropertyAssignment(node)) return this.initialiser(node.initializer, name, place);
    if (ts.isShorthandPropertyAssignment(node)) return this.identifier(node.name.text, place);
    const to = place.fn.register();
    place.fn.steps.push(['function', to, this.callable(node, name, place)]);
    return to;
  }

  private yielded(node: ts.YieldExpression, place: Place): Ref {
    const to = place.fn.register();
    const value = node.expression ? this.expression(node.expression, place) : PRIMITIVE;
    place.fn.steps.push([node.asteriskToken ? 'yieldall' : 'yield', to, value]);
    return to;
  }

  /** What JSX becomes is a call of something that is none of the project's. */
  private jsx(node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment, place: Place): Ref {
    const values: Ref[] = [];
    const attributes = (element: ts.JsxOpeningLikeElement): void => {
      if (ts.isIdentifier(element.tagName) && /^[A-Z]/.test(element.tagName.text))
        values.push(this.expression(element.tagName, place));
      for (const attribute of element.attributes.properties) {
        const inner = ts.isJsxSpreadAttribute(attribute) ? attribute.expression : attribute.initializer;
        if (inner === undefined) continue;
        if (ts.isJsxExpression(inner)) {
          if (inner.expression) values.push(this.expression(inner.expression, place));
        } else values.push(this.expression(inner as ts.Expression, place));
      }
    };
    if (ts.isJsxSelfClosingElement(node)) attributes(node);
    else {
      if (ts.isJsxElement(node)) attributes(node.openingElement);
      for (const child of node.children) {
        if (ts.isJsxExpression(child)) {
          if (child.expression) values.push(this.expression(child.expression, place));
        } else if (!ts.isJsxText(child)) values.push(this.expression(child, place));
      }
    }
    const to = place.fn.register();
    place.fn.steps.push(['call', to, place.fn.freeName('*jsx*'), values, -1, this.at(node)]);
    return to;
  }

  private receiver(node: ts.Expression, place: Place): Ref {
    // `super.name = value` writes to `this`.
    return node.kind === ts.SyntaxKind.SuperKeyword ? place.fn.self() : this.expression(node, place);
  }

  private accessName(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | null {
    return ts.isPropertyAccessExpression(node) ? node.name.text : literalKey(node.argumentExpression);
  }

  private memberName(name: ts.PropertyName): string | null {
    if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
    if (ts.isNumericLiteral(name)) return String(Number(name.text));
    return ts.isComputedPropertyName(name) ? literalKey(name.expression) : null;
  }

  // Functions and classes

  private closure(node: ts.ArrowFunction | ts.FunctionExpression, name: string | null, place: Place): Ref {
    const to = place.fn.register();
    let outer = place;
    if (ts.isFunctionExpression(node) && node.name) {
      // Its own name is known in it only.
      outer = this.inner(place);
      place.fn.steps.push(['move', outer.scope.declare(node.name.text), to]);
    }
    place.fn.steps.push(['function', to, this.callable(node, name, outer)]);
    return to;
  }

  private callable(
    node: ts.FunctionLikeDeclaration,
    name: string | null,
    place: Place,
    before: (inner: Place) => void = () => undefined,
  ): number {
    const fn = this.function(place.fn, name, this.at(node), ts.isArrowFunction(node));
    fn.generator = 'asteriskToken' in node && node.asteriskToken !== undefined;
    const inner: Place = { fn, scope: new Scope(fn, place.scope) };
    this.parameters(node, inner);
    before(inner);
    const { body } = node;
    if (body !== undefined && ts.isBlock(body)) this.block(body.statements, inner);
    else if (body !== undefined) fn.steps.push(['return', this.expression(body, inner)]);
    this.finish(fn);
    return fn.index;
  }

  private parameters(node: ts.FunctionLikeDeclaration, place: Place): void {
    const { fn, scope } = place;
    const given = node.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === 'this'));
    // All registers first: defaults may add others.
    const refs = given.map((p) => (ts.isIdentifier(p.name) ? scope.declare(p.name.text) : fn.register()));
    for (const p of given) if (!ts.isIdentifier(p.name)) declarePattern(p.name, scope);
    given.forEach((p, index) => {
      const at = refs[index] as Ref;
      const type = p.type === undefined ? null : telling(readType(this.file, p.type));
      fn.params.push({ at, ...(p.dotDotDotToken ? { rest: true } : {}), ...(type === null ? {} : { type }) });
      if (p.type?.kind === ts.SyntaxKind.AnyKeyword) fn.steps.push(['any', at, this.at(p.name)]);
      if (p.initializer) fn.steps.push(['move', at, this.expression(p.initializer, place)]);
      if (!ts.isIdentifier(p.name)) this.bind(p.name, at, place);
      else if (ts.isConstructorDeclaration(node) && (ts.getModifiers(p)?.length ?? 0) > 0)
        fn.steps.push(['store', THIS, p.name.text, at]);
    });
  }

  private classDeclaration(node: ts.ClassDeclaration, place: Place): void {
    if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
    const local = node.name?.text ?? '*default*';
    const atTop = place.scope === this.module.scope;
    const value = this.classLike(node, node.name?.text ?? null, atTop ? local : null, place);
    place.fn.steps.push(['move', this.named(local, place), value]);
  }

  private classLike(node: ts.ClassLikeDeclaration, name: string | null, local: string | null, around: Place): Ref {
    const { fn } = around;
    const index = this.classes.length;
    this.classes.push(null);
    if (local !== null) this.classNames.set(local, index);
    const to = fn.register();
    const place = this.inner(around);
    if (ts.isClassExpression(node) && node.name) fn.steps.push(['move', place.scope.declare(node.name.text), to]);
    const heritage = (token: ts.SyntaxKind): readonly ts.ExpressionWithTypeArguments[] =>
      node.heritageClauses?.find((clause) => clause.token === token)?.types ?? [];
    const [base] = heritage(ts.SyntaxKind.ExtendsKeyword);
    const baseRef = base === undefined ? null : this.expression(base.expression, place);
    fn.steps.push(['class', to, index, baseRef]);

    const called = name ?? 'class';
    const members: ClassMember[] = [];
    const fields = this.function(fn, `new ${called}`, this.at(node), false);
    const statics = this.function(fn, called, this.at(node), false);
    const own: Place = { fn: fields, scope: new Scope(fields, place.scope) };
    const shared: Place = { fn: statics, scope: new Scope(statics, place.scope) };
    let construct = -1;
    const types: [string, TypeFact][] = [];
    const remember = (field: string, type: ts.TypeNode | undefined): void => {
      const fact = type === undefined ? null : telling(readType(this.file, type));
      if (fact !== null) types.push([field, fact]);
    };
    for (const member of node.members) {
      if (ts.isConstructorDeclaration(member)) {
        if (member.body === undefined) continue;
        construct = this.callable(member, `new ${called}`, place);
        for (const p of member.parameters)
          if ((ts.getModifiers(p)?.length ?? 0) > 0 && ts.isIdentifier(p.name)) remember(p.name.text, p.type);
      } else if (ts.isClassStaticBlockDeclaration(member)) {
        this.block(member.body.statements, this.inner(shared));
      } else if (ts.isPropertyDeclaration(member)) {
        const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
        const field = this.memberName(member.name) ?? '*';
        if (!isStatic) remember(field, member.type);
        if (member.initializer !== undefined) this.field(member, field, called, isStatic ? shared : own);
        this.memberDecorators(member, null, place);
      } else if (ts.isMethodDeclaration(member) || ts.isGetAccessor(member) || ts.isSetAccessor(member)) {
        if (member.body === undefined) continue;
        const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
        const key = this.memberName(member.name) ?? '*';
        const kind = ts.isGetAccessor(member) ? 'get' : ts.isSetAccessor(member) ? 'set' : 'method';
        const closure = this.callable(member, `${called}.${key}`, place);
        members.push([key, kind, isStatic, closure]);
        this.memberDecorators(member, { cls: to, name: key, isStatic, fn: closure }, place);
      }
    }
    this.finish(fields);
    this.finish(statics);
    for (const decorator of this.foreignDecorators(node)) {
      const result = fn.register();
      fn.steps.push(['call', result, this.expression(decorator.expression, place), [to, PRIMITIVE], -1, this.at(decorator)]);
      fn.steps.push(['move', to, result]);
    }
    this.classes[index] = {
      name,
      at: this.at(node),
      local,
      abstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
      implements: heritage(ts.SyntaxKind.ImplementsKeyword).map((one) => readType(this.file, one)),
      construct,
      fields: fields.steps.length === 0 ? -1 : fields.index,
      statics: statics.steps.length === 0 ? -1 : statics.index,
      members,
      types,
    };
    return to;
  }

  private field(node: ts.PropertyDeclaration, name: string, className: string, place: Place): void {
    const value = this.initialiser(node.initializer as ts.Expression, `${className}.${name}`, place);
    if (value === PRIMITIVE) return;
    place.fn.steps.push(['store', THIS, name, value]);
    if (node.type?.kind === ts.SyntaxKind.AnyKeyword) place.fn.steps.push(['any', value, this.at(node.name)]);
  }

  private memberDecorators(
    node: ts.PropertyDeclaration | ts.MethodDeclaration | ts.AccessorDeclaration,
    method: { cls: Ref; name: string; isStatic: boolean; fn: number } | null,
    place: Place,
  ): void {
    const { fn } = place;
    for (const decorator of this.foreignDecorators(node)) {
      const result = fn.register();
      const closure = fn.register();
      const descriptor = fn.register();
      const replaced = fn.register();
      if (method !== null) fn.steps.push(['function', closure, method.fn]);
      // Legacy decorators get a descriptor, in which they may put another function.
      fn.steps.push(['object', descriptor], ['store', descriptor, 'value', closure]);
      const callee = this.expression(decorator.expression, place);
      fn.steps.push(['call', result, callee, [closure, descriptor, descriptor], -1, this.at(decorator)]);
      if (method === null) continue;
      fn.steps.push(['load', replaced, descriptor, 'value'], ['move', replaced, result]);
      fn.steps.push(['replace', method.cls, method.name, method.isStatic, replaced]);
    }
  }

  private foreignDecorators(node: ts.Node): readonly ts.Decorator[] {
    const modifiers: readonly ts.Node[] = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers ?? [];
    return modifiers.filter(ts.isDecorator).filter(({ expression }) => {
      let root: ts.Expression = expression;
      while (ts.isCallExpression(root) || ts.isPropertyAccessExpression(root)) root = root.expression;
      return !(ts.isIdentifier(root) && this.nimbus.has(root.text));
    });
  }
}

function declareList(list: ts.VariableDeclarationList, scope: Scope): void {
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  for (const one of list.declarations) declarePattern(one.name, scope, isVar);
}

function declarePattern(name: ts.BindingName, scope: Scope, isVar = false): void {
  if (ts.isIdentifier(name)) {
    if (!isVar || !scope.isDeclaredInFunction(name.text)) scope.declare(name.text);
    return;
  }
  for (const element of name.elements) if (!ts.isOmittedExpression(element)) declarePattern(element.name, scope, isVar);
}

/** `var`s inside of statements belong to the function around them. */
function hoistedVariables(start: ts.Node, scope: Scope): void {
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

/** Types that may tell a class; others say nothing about values from outside. */
function telling(type: TypeFact): TypeFact | null {
  switch (type.t) {
    case 'ref':
    case 'object':
      return type;
    case 'array':
      return telling(type.of) === null ? null : type;
    case 'tuple':
      return type.items.some((item) => telling(item) !== null) ? type : null;
    case 'union':
      return type.of.some((item) => telling(item) !== null) ? type : null;
    default:
      return null;
  }
}

function isLink(node: ts.Expression): boolean {
  return (
    ts.isCallExpression(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isExpressionWithTypeArguments(node)
  );
}

/** Without parentheses, `as`, `satisfies` and `!`. */
function plain(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isTypeAssertionExpression(at) ||
    ts.isNonNullExpression(at)
  )
    at = at.expression;
  return at;
}

function isSilent(node: ts.Expression): boolean {
  return ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node);
}

function isImport(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.ImportKeyword;
}

function isThis(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.ThisKeyword;
}

function isAssignment(node: ts.BinaryExpression): boolean {
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isLogical(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** The name that a key between brackets is, where the text says it; `@@iterator` for `Symbol.iterator`. */
function literalKey(start: ts.Expression): string | null {
  const node = plain(start);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return String(Number(node.text));
  const isSymbol = ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Symbol';
  return isSymbol ? `@@${node.name.text}` : null;
}

function isPlainLiteral(node: ts.Expression): boolean {
  return (
    node.kind === ts.SyntaxKind.NullKeyword || ts.isNumericLiteral(node) || (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const modifiers = (node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers;
  return modifiers?.some((m) => m.kind === kind) ?? false;
}
