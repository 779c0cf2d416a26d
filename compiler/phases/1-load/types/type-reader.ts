/**
 * In: types of TypeScript's checker. Out: `WireType`s. What has no JSON form and what cannot be known is noted with the path
 * that leads to it; deciding what that means is the caller's.
 */
import { ts } from 'ts-morph';
import type { ProjectPath, Span } from '../../../ir/span.js';
import {
  ANY,
  declarationsOf,
  type HttpAnswer,
  type MethodResult,
  NOTHING,
  type ObjectType,
  type TypeDecl,
  type WireClass,
  type WireField,
  type WireType,
} from '../../../ir/wire-type.js';
import { canBeMade, canExport, constructorFields, hasPrivateNames, modifiersOf } from './class-declarations.js';
import { type Comment, idleTags, joinLimits, type Limits, NO_LIMITS, readComment, withLimits } from './doc-comments.js';
import { templatePattern } from './template-pattern.js';
import { TypeNames } from './type-names.js';
import type { TypeProgram } from './type-program.js';
import { admits, unionOf, withoutUndefined } from './wire-unions.js';

/** Something about a part of a type. `path` leads to the part: `body.items[].onDone`. */
export type TypeNote = { readonly path: string; readonly at: Span | null } & (
  | { readonly note: 'no-json'; readonly what: string }
  | { readonly note: 'any'; readonly written: 'any' | 'unknown' | 'unresolved' }
  | { readonly note: 'tag'; readonly tag: string; readonly problem: string }
  | { readonly note: 'slow'; readonly pattern: string }
  | { readonly note: 'endless' }
  /** The checker cannot do with the file. */
  | { readonly note: 'unseen' }
);

/** Instances of one generic type with ever new arguments; beyond it the type has no end. */
const MAX_DECLARATIONS = 1_000;
const MAX_DEPTH = 100;

interface Mutable extends TypeDecl {
  type: WireType;
}

/** A note with the steps to its part. */
type Noted = { readonly steps: readonly string[]; readonly at: Span | null } & (
  | { readonly note: 'no-json'; readonly what: string }
  | { readonly note: 'any'; readonly written: 'any' | 'unknown' | 'unresolved' }
  | { readonly note: 'tag'; readonly tag: string; readonly problem: string }
  | { readonly note: 'slow'; readonly pattern: string }
  | { readonly note: 'endless' }
  /** What is to be said of a declaration belongs here. */
  | { readonly note: 'use'; readonly of: WireType }
);

type Said = Exclude<Noted, { readonly note: 'use' }>;

export class TypeReader {
  private readonly names: TypeNames;
  private readonly known = new Map<ts.Type, WireType>();
  private readonly byKey = new Map<string, WireType>();
  /** Declarations with a part that was given up, and the ones that are being read. */
  private readonly cut = new Set<TypeDecl>();
  private readonly reading: TypeDecl[] = [];
  /** Of declarations that are read: what there is to say of them, wherever they are used. */
  private readonly notesOf = new Map<WireType, readonly Noted[]>();
  private notes: Noted[] = [];
  private path: string[] = [];
  /** The declaration of the property that is being read. */
  private site: ts.Declaration | null = null;
  private depth = 0;
  private declarations = 0;

  constructor(
    private readonly program: TypeProgram,
    /** For what is stored and not sent: private fields are data like all others. */
    private readonly whole = false,
  ) {
    this.names = new TypeNames(program, whole);
  }

  /** `name`: what the path begins with. */
  read(type: ts.Type, name: string, declaration?: ts.Declaration): { type: WireType; notes: TypeNote[] } {
    this.notes = [];
    this.path = [name];
    this.site = null;
    this.depth = 0;
    this.declarations = 0;
    const limits = declaration === undefined ? NO_LIMITS : this.aliasLimits(declaration);
    const wire = withLimits(this.convert(type), limits);
    const notes = this.spread(this.notes);
    // Where it was given up depends on what was read before; that it was does not.
    const isEndless = notes.some(({ note }) => note === 'endless') || declarationsOf([wire]).some((decl) => this.cut.has(decl));
    if (isEndless) return { type: ANY, notes: [{ note: 'endless', path: name, at: null }] };
    return { type: wire, notes: notes.map(({ steps, ...note }) => ({ ...note, path: shownPath(steps) })) };
  }

  /** What a method gives, its `HttpResponse`s by the types that they have. */
  result(type: ts.Type, declaration: ts.Declaration): MethodResult {
    const members = type.isUnion() ? type.types : [type];
    const responses = members.map((member) => this.response(member));
    const whole = this.read(type, 'result', declaration).type;
    if (!responses.some((one) => one !== null && (one.status !== null || one.type.t !== 'any')))
      return { type: whole, answers: null };
    const plain = members.filter((_, index) => responses[index] === null);
    const answers = responses.filter((one) => one !== null);
    if (plain.length > 0) answers.push({ status: 200, type: unionOf(this.members(plain)) });
    const statuses = [...new Set(answers.map(({ status }) => status))].sort((a, b) => (a ?? 200) - (b ?? 200));
    const joined = statuses.map((status) => {
      const same = answers.filter((one) => one.status === status);
      return { status, type: unionOf(same.map((one) => one.type)) };
    });
    return { type: unionOf(joined.map((one) => one.type)), answers: joined };
  }

  /** Null for what is no `HttpResponse`. */
  private response(type: ts.Type): HttpAnswer | null {
    let at: ts.Type | undefined = type;
    for (let up = 0; up < 10 && at?.symbol !== undefined; up++) {
      const declaration = at.symbol.declarations?.find(ts.isClassDeclaration);
      if (declaration === undefined) return null;
      if (at.symbol.getName() === 'HttpResponse' && this.program.originOf(declaration.getSourceFile()).of === 'nimbus') {
        const [body, status] = this.checker.getTypeArguments(at as ts.TypeReference);
        return {
          status: status?.isNumberLiteral() === true ? status.value : null,
          type: body === undefined ? ANY : this.read(body, 'result').type,
        };
      }
      at = this.checker.getBaseTypes(((at as ts.TypeReference).target ?? at) as ts.InterfaceType)[0];
    }
    return null;
  }

  comment(symbol: ts.Symbol): Comment {
    return readComment(symbol.getDocumentationComment(this.program.checker), symbol.getJsDocTags(this.program.checker));
  }

  private get checker(): ts.TypeChecker {
    return this.program.checker;
  }

  private convert(type: ts.Type): WireType {
    if (this.depth > MAX_DEPTH) return this.endless();
    this.depth++;
    try {
      return this.convertNow(type);
    } finally {
      this.depth--;
    }
  }

  private convertNow(type: ts.Type): WireType {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return this.unknown(type);
    if (flags & ts.TypeFlags.Never) return NOTHING;
    if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return NOTHING;
    if (flags & ts.TypeFlags.Null) return { t: 'null' };
    if (type.isUnion()) return this.union(type);
    if (flags & ts.TypeFlags.EnumLiteral && !type.isLiteral()) return this.enumeration(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { t: 'literal', value: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { t: 'literal', value: this.names.text(type) === 'true' };
    if (flags & ts.TypeFlags.Boolean) return { t: 'boolean' };
    if (flags & ts.TypeFlags.BigIntLike) return { t: 'bigint' };
    if (flags & ts.TypeFlags.TemplateLiteral) return { t: 'string', pattern: templatePattern(type as ts.TemplateLiteralType) };
    if (flags & ts.TypeFlags.StringLike) return { t: 'string' };
    if (flags & ts.TypeFlags.NumberLike) return { t: 'number' };
    if (flags & ts.TypeFlags.ESSymbolLike) return this.noJson('a symbol', type);
    if (type.isIntersection()) return this.intersection(type);
    if (flags & ts.TypeFlags.NonPrimitive) return { t: 'record', of: ANY };
    if (flags & ts.TypeFlags.Object) return this.object(type as ts.ObjectType);
    // Type parameters and what depends on them: what is known of them all.
    const constraint = this.checker.getBaseConstraintOfType(type);
    return constraint === undefined || constraint === type ? this.unknown(type) : this.convert(constraint);
  }

  // --- named and structural types

  private object(type: ts.ObjectType): WireType {
    const known = this.again(type);
    if (known !== undefined) return known;
    if (this.checker.isArrayType(type)) {
      const [of] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { t: 'array', of: of === undefined ? ANY : this.within('[]', () => this.convert(of)) };
    }
    if (this.checker.isTupleType(type)) return this.tuple(type as ts.TupleTypeReference);
    const builtIn = this.builtIn(type);
    if (builtIn !== null) return builtIn;
    if (type.getCallSignatures().length > 0) return this.noJson('a function', type);
    if (type.getConstructSignatures().length > 0) return this.noJson('a class', type);
    return this.declared(type, () => this.properties(type));
  }

  /** A type with a name becomes a declaration, which exists before its content is read: it may contain itself. */
  private declared(type: ts.Type, read: (decl: Mutable | null) => WireType): WireType {
    const named = this.names.nameOf(type);
    if (named === null) {
      // Only a type without a name in between can make an endless circle here; it is cut at the depth.
      return read(null);
    }
    if (++this.declarations > MAX_DECLARATIONS) return this.endless();
    const { symbol, name, key } = named;
    const same = this.byKey.get(key);
    if (same !== undefined) {
      this.known.set(type, same);
      return this.again(type) as WireType;
    }
    const comment = this.comment(symbol);
    const decl: Mutable = {
      name,
      key,
      doc: comment.doc,
      source: this.spanOfSymbol(symbol),
      type: ANY,
      class: this.classOf(type),
    };
    const ref: WireType = { t: 'ref', to: decl };
    this.known.set(type, ref);
    this.byKey.set(key, ref);
    const before = this.notes.length;
    this.tagProblems(comment, decl.source);
    this.reading.push(decl);
    const content = read(decl);
    this.reading.pop();
    this.notesOf.set(
      ref,
      this.notes.splice(before).map((note) => ({ ...note, steps: note.steps.slice(this.path.length) })),
    );
    this.notes.push({ note: 'use', of: ref, steps: [...this.path], at: null });
    const closed = comment.closed && content.t === 'object' ? { ...content, closed: true } : content;
    decl.type = withLimits(closed, comment.limits);
    return ref;
  }

  private properties(type: ts.Type): ObjectType | WireType {
    const symbol = type.symbol as ts.Symbol | undefined;
    const isClass = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0 && type.aliasSymbol === undefined;
    if (isClass && this.isOfPackage(symbol)) {
      const secret = type.getProperties().find((p) => modifiersOf(p) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected));
      if (secret !== undefined || hasPrivateNames(symbol))
        return this.noJson(`an instance of ${this.names.spelled(type)[0]}, a class of a package with private state`, type);
    }
    const fields = this.names.propertiesOf(type).flatMap((property) => this.field(property, isClass));
    const of = this.indexOf(type);
    if (of !== null && fields.length === 0) return { t: 'record', of };
    return { t: 'object', fields, index: of, closed: false };
  }

  /** What other properties are. Keys of JSON are strings, also those that are written as numbers. */
  private indexOf(type: ts.Type): WireType | null {
    const infos = this.checker.getIndexInfosOfType(type).filter(({ keyType }) => !(keyType.flags & ts.TypeFlags.ESSymbolLike));
    const index =
      infos.find(({ keyType }) => keyType.flags & ts.TypeFlags.String) ??
      infos.find(({ keyType }) => keyType.flags & ts.TypeFlags.Number);
    if (index === undefined && infos.length === 0) return null;
    // Keys of a pattern are handed on as they come, beside others of which nothing is said.
    return this.within('[string]', () =>
      index === undefined ? this.unknown(this.checker.getUnknownType()) : this.convert(index.type),
    );
  }

  private field(property: ts.Symbol, isClass: boolean): WireField[] {
    const name = property.getName();
    const declaration = property.valueDeclaration ?? property.declarations?.[0];
    // Names that the checker gives to symbols (`__@iterator@42`) and private names.
    if (/^__[@#]/.test(String(property.escapedName))) return [];
    if (!this.whole && modifiersOf(property) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) return [];
    const type =
      declaration === undefined
        ? this.checker.getTypeOfSymbol(property)
        : this.checker.getTypeOfSymbolAtLocation(property, declaration);
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    if (this.isBehaviour(property, type, declaration, isClass)) return [];
    return this.at(declaration ?? null, name, () => {
      const comment = this.comment(property);
      const limits = joinLimits(declaration === undefined ? NO_LIMITS : this.aliasLimits(declaration), comment.limits);
      const whole = this.convert(type);
      const read = withoutUndefined(whole);
      this.tagProblems(comment, declaration === undefined ? null : this.spanOf(declaration));
      for (const tag of idleTags(read, comment.limits)) {
        const problem = `limits nothing of the type ${this.names.spelled(type)[0]}`;
        this.notes.push({ note: 'tag', tag, problem, steps: [...this.path], at: declaration ? this.spanOf(declaration) : null });
      }
      const isOptional = optional || admits(whole);
      if (read.t === 'undefined' && optional) return [];
      return [{ name, type: withLimits(read, limits), optional: isOptional, doc: comment.doc }];
    });
  }

  /** What belongs to a class and not to its data: methods, accessors, and functions that it gives itself. */
  private isBehaviour(property: ts.Symbol, type: ts.Type, declaration: ts.Declaration | undefined, isClass: boolean): boolean {
    if (declaration === undefined) return false;
    const isFunction = this.checker.getNonNullableType(type).getCallSignatures().length > 0;
    const inClass = isClass || ts.isClassLike(declaration.parent);
    if (!inClass) return false;
    if (property.flags & ts.SymbolFlags.Method) return true;
    // They lie on the prototype, where JSON does not see them.
    if ((property.declarations ?? []).some(ts.isAccessor)) return true;
    return isFunction && ts.isPropertyDeclaration(declaration) && declaration.initializer !== undefined;
  }

  private classOf(type: ts.Type): WireClass | null {
    const symbol = type.symbol as ts.Symbol | undefined;
    if (symbol === undefined || type.aliasSymbol !== undefined || !(symbol.flags & ts.SymbolFlags.Class)) return null;
    const declaration = symbol.declarations?.find(ts.isClassDeclaration);
    // Instances can be made only of classes that an entry can import.
    if (declaration === undefined || !ts.isSourceFile(declaration.parent) || !canBeMade(declaration)) return null;
    const { of, path } = this.program.originOf(declaration.getSourceFile());
    if (of !== 'project' || !canExport(declaration.getSourceFile())) return null;
    const name = declaration.name?.text;
    return {
      module: path,
      local: name ?? '*default*',
      name: name ?? 'default',
      construct: constructorFields(declaration, this.checker),
    };
  }

  private isOfPackage(symbol: ts.Symbol): boolean {
    const declaration = symbol.declarations?.[0];
    return declaration !== undefined && this.program.originOf(declaration.getSourceFile()).of === 'package';
  }

  // --- types of the language

  /** Null for what is no type of the language. */
  private builtIn(type: ts.ObjectType): WireType | null {
    const symbol = type.symbol as ts.Symbol | undefined;
    const declaration = symbol?.declarations?.[0];
    if (symbol === undefined || declaration === undefined || type.aliasSymbol !== undefined) return null;
    const { of } = this.program.originOf(declaration.getSourceFile());
    const name = symbol.getName();
    if (of === 'nimbus') return ANY;
    if (of !== 'language' || name.startsWith('__')) return null;
    const args = this.checker.getTypeArguments(type as ts.TypeReference);
    const part = (index: number, step: string): WireType => {
      const arg = args[index];
      return arg === undefined ? ANY : this.within(step, () => this.convert(arg));
    };
    switch (name) {
      case 'Date':
        return { t: 'date' };
      case 'Uint8Array':
      case 'Buffer':
        return { t: 'bytes' };
      case 'Set':
      case 'ReadonlySet':
        return { t: 'set', of: part(0, '[]') };
      case 'Map':
      case 'ReadonlyMap':
        return { t: 'map', key: part(0, '[key]'), of: part(1, '[value]') };
      case 'String':
        return { t: 'string' };
      case 'Number':
        return { t: 'number' };
      case 'Boolean':
        return { t: 'boolean' };
      case 'BigInt':
        return { t: 'bigint' };
      case 'Object':
        return ANY;
      case 'ReadonlyArray':
      case 'Array':
        return { t: 'array', of: part(0, '[]') };
      default:
        return name === 'Function' || name === 'CallableFunction'
          ? this.noJson('a function', type)
          : this.noJson(`${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`, type);
    }
  }

  private tuple(type: ts.TupleTypeReference): WireType {
    const args = this.checker.getTypeArguments(type);
    const flags = type.target.elementFlags;
    const items: WireType[] = [];
    let rest: WireType | null = null;
    for (const [index, arg] of args.entries()) {
      const flag = flags[index] ?? ts.ElementFlags.Required;
      const read = this.within(`[${flag & ts.ElementFlags.Variable ? '' : index}]`, () => withoutUndefined(this.convert(arg)));
      if (flag & ts.ElementFlags.Variable) rest = rest === null ? read : unionOf([rest, read]);
      // What stands after the rest has no fixed place: it counts as one of the rest.
      else if (rest !== null) rest = unionOf([rest, read]);
      else items.push(read);
    }
    return { t: 'tuple', items, required: Math.min(type.target.minLength, items.length), rest };
  }

  // --- unions, intersections, enums

  private union(type: ts.UnionType): WireType {
    const known = this.again(type);
    if (known !== undefined) return known;
    if (type.flags & ts.TypeFlags.EnumLiteral) return this.enumeration(type);
    if (type.flags & ts.TypeFlags.Boolean) return { t: 'boolean' };
    // A named union within another keeps its name: `Color | undefined`.
    const origin = (type as { readonly origin?: ts.Type }).origin;
    const members = origin?.isUnion() === true ? origin.types : type.types;
    const isNamed = type.aliasSymbol !== undefined && !type.aliasSymbol.getName().startsWith('__');
    if (isNamed) return this.declared(type, () => unionOf(this.members(members)));
    return unionOf(this.members(members));
  }

  private members(types: readonly ts.Type[]): WireType[] {
    const enums = new Map<ts.Type, number>();
    for (const member of types) {
      if (!(member.flags & ts.TypeFlags.EnumLiteral) || member.isUnion()) continue;
      const whole = this.checker.getBaseTypeOfLiteralType(member);
      enums.set(whole, (enums.get(whole) ?? 0) + 1);
    }
    const found: WireType[] = [];
    const done = new Set<ts.Type>();
    for (const member of types) {
      const whole =
        member.flags & ts.TypeFlags.EnumLiteral && !member.isUnion() ? this.checker.getBaseTypeOfLiteralType(member) : null;
      // All members of an enum are the enum.
      const isWhole = whole?.isUnion() === true && enums.get(whole) === whole.types.length;
      const one = isWhole ? (whole as ts.Type) : member;
      if (done.has(one)) continue;
      done.add(one);
      found.push(this.convert(one));
    }
    return found;
  }

  private enumeration(type: ts.Type): WireType {
    const known = this.again(type);
    if (known !== undefined) return known;
    const members = type.isUnion() ? type.types : [type];
    const values = (): WireType =>
      unionOf(
        members.map((member) => this.enumValue(member)),
        true,
      );
    // One member alone (`Color.Red`) is a value and no type with a name of its own.
    return type.isUnion() ? this.declared(type, values) : values();
  }

  private enumValue(member: ts.Type): WireType {
    if (member.isStringLiteral() || member.isNumberLiteral()) return { t: 'literal', value: member.value };
    return { t: 'number' };
  }

  private intersection(type: ts.IntersectionType): WireType {
    const known = this.again(type);
    if (known !== undefined) return known;
    // A branded primitive: `string & { readonly brand: 'Email' }`.
    const primitive = type.types.find(
      (t) => t.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike),
    );
    if (primitive !== undefined) return this.convert(primitive);
    const special = type.types.find(
      (t) => t.flags & ts.TypeFlags.Object && (this.checker.isArrayType(t) || this.isValueOfLanguage(t)),
    );
    if (special !== undefined) return this.convert(special);
    return this.declared(type, () => this.properties(type));
  }

  private isValueOfLanguage(type: ts.Type): boolean {
    const declaration = type.symbol?.declarations?.[0];
    return (
      declaration !== undefined &&
      /^(Date|Uint8Array|Buffer|Map|Set|ReadonlyMap|ReadonlySet)$/.test(type.symbol.getName()) &&
      this.program.originOf(declaration.getSourceFile()).of === 'language'
    );
  }

  // --- limits that stand at the declaration of an alias: `/** @minLength 3 */ type Name = string`

  private aliasLimits(declaration: ts.Declaration): Limits {
    const node = (declaration as { readonly type?: ts.TypeNode }).type;
    return node === undefined ? NO_LIMITS : this.limitsOfNode(node, 0);
  }

  private limitsOfNode(node: ts.TypeNode, depth: number): Limits {
    if (depth > 20) return NO_LIMITS;
    if (ts.isUnionTypeNode(node))
      return node.types.map((member) => this.limitsOfNode(member, depth + 1)).reduce(joinLimits, NO_LIMITS);
    if (!ts.isTypeReferenceNode(node)) return NO_LIMITS;
    const named = this.checker.getSymbolAtLocation(node.typeName);
    const symbol = named !== undefined && named.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(named) : named;
    const alias = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
    if (symbol === undefined || alias === undefined) return NO_LIMITS;
    const comment = this.comment(symbol);
    this.tagProblems(comment, this.spanOf(alias));
    return joinLimits(this.limitsOfNode(alias.type, depth + 1), comment.limits);
  }

  // --- notes

  private unknown(type: ts.Type): WireType {
    const { intrinsicName } = type as { readonly intrinsicName?: string };
    const written = intrinsicName === 'unknown' ? 'unknown' : intrinsicName === 'error' ? 'unresolved' : 'any';
    this.notes.push({ note: 'any', written, steps: [...this.path], at: null });
    return ANY;
  }

  private noJson(what: string, type: ts.Type): WireType {
    const symbol = (type.aliasSymbol ?? type.symbol) as ts.Symbol | undefined;
    const at = this.site !== null ? this.spanOf(this.site) : symbol === undefined ? null : this.spanOfSymbol(symbol);
    this.notes.push({ note: 'no-json', what, steps: [...this.path], at });
    return ANY;
  }

  private endless(): WireType {
    const decl = this.reading.at(-1);
    if (decl !== undefined) this.cut.add(decl);
    this.notes.push({ note: 'endless', steps: this.path.slice(0, 1), at: null });
    return ANY;
  }

  private tagProblems(comment: Comment, at: Span | null): void {
    if (comment.slow !== null) this.notes.push({ note: 'slow', pattern: comment.slow, steps: [...this.path], at });
    for (const { tag, problem } of comment.problems) this.notes.push({ note: 'tag', tag, problem, steps: [...this.path], at });
  }

  private at<T>(declaration: ts.Declaration | null, name: string, act: () => T): T {
    const { site } = this;
    this.site = declaration;
    try {
      return this.within(name, act);
    } finally {
      this.site = site;
    }
  }

  private within<T>(step: string, act: () => T): T {
    this.path.push(step);
    try {
      return act();
    } finally {
      this.path.pop();
    }
  }

  /** What is known already; there may be something to be said of it, once it has been read to its end. */
  private again(type: ts.Type): WireType | undefined {
    const known = this.known.get(type);
    if (known !== undefined) this.notes.push({ note: 'use', of: known, steps: [...this.path], at: null });
    return known;
  }

  /** Notes with those of the declarations that are used; of a declaration where it is first met. */
  private spread(notes: readonly Noted[], before: readonly string[] = [], met: Set<WireType> = new Set()): Said[] {
    return notes.flatMap((note): Said[] => {
      const steps = [...before, ...note.steps];
      if (note.note !== 'use') return [{ ...note, steps }];
      if (met.has(note.of)) return [];
      met.add(note.of);
      return this.spread(this.notesOf.get(note.of) ?? [], steps, met);
    });
  }

  private spanOfSymbol(symbol: ts.Symbol): Span | null {
    const declaration = symbol.declarations?.[0];
    return declaration === undefined ? null : this.spanOf(declaration);
  }

  /** Null outside the project's own files: a diagnostic shows their text. */
  private spanOf(declaration: ts.Declaration): Span | null {
    const file = declaration.getSourceFile();
    const { of, path } = this.program.originOf(file);
    if (of !== 'project') return null;
    const node = ts.getNameOfDeclaration(declaration) ?? declaration;
    return { file: path as ProjectPath, start: node.getStart(file), end: node.getEnd() };
  }
}

function shownPath(steps: readonly string[]): string {
  return steps.reduce((path, step) => {
    if (step.startsWith('[')) return `${path}${step}`;
    return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`;
  });
}
