/** In: types of TypeScript's checker. Out: how they are called, for readers and as keys, whatever the checker met first. */
import { ts } from 'ts-morph';
import { compareText } from '../../../ir/span.js';
import type { TypeProgram } from './type-program.js';

/** How deep types without names are spelled out in the names of others. */
const MAX_SPELLED = 8;

export class TypeNames {
  constructor(
    private readonly program: TypeProgram,
    /** Whether private fields count, by which a type is another one. */
    private readonly whole: boolean,
  ) {}

  /** Null for a type without a name. */
  nameOf(type: ts.Type): { symbol: ts.Symbol; name: string; key: string } | null {
    const { aliasSymbol } = type;
    const symbol = aliasSymbol ?? type.symbol;
    if (symbol === undefined) return null;
    const plain = symbol.getName();
    if (plain.startsWith('__') || symbol.flags & (ts.SymbolFlags.ObjectLiteral | ts.SymbolFlags.TypeLiteral)) return null;
    const args =
      aliasSymbol !== undefined
        ? (type.aliasTypeArguments ?? [])
        : (type as ts.TypeReference).target !== undefined
          ? this.program.checker.getTypeArguments(type as ts.TypeReference)
          : [];
    // Classes have their own type as a last, hidden argument.
    const { target } = type as ts.TypeReference;
    const isBytes = aliasSymbol === undefined && this.placeOf(symbol) === '' && /^(Uint8Array|Buffer)$/.test(plain);
    const own = aliasSymbol !== undefined ? args : isBytes ? [] : args.slice(0, target?.typeParameters?.length ?? 0);
    const shown = plain === 'default' ? nameOfDefault(symbol.declarations?.[0]) : plain;
    const [outer, scope] = scopeOf(symbol.declarations?.[0]);
    const spelled = own.map((a) => this.spelled(a));
    const [names, keys] = [0, 1].map((part) => (own.length === 0 ? '' : `<${spelled.map((s) => s[part]).join(', ')}>`));
    // Whoever remembers declarations by key must not take one that lacks fields for one that has them.
    const key = `${this.whole ? 'whole ' : ''}${this.placeOf(symbol)}#${scope}${shown}${keys}`;
    return { symbol, name: `${outer}${shown}${names}`, key };
  }

  /** How a type is written, and of what it is an instance; never in which order the checker met it or its members. */
  spelled(type: ts.Type, depth = 0): readonly [name: string, key: string] {
    const plain = (): readonly [string, string] => {
      const place = type.symbol === undefined ? '' : this.placeOf(type.symbol);
      const at = type.symbol?.declarations?.[0]?.pos;
      const text = this.text(type);
      return [text, `${text}${place === '' ? '' : `@${place}:${at}`}`];
    };
    if (depth > MAX_SPELLED) return plain();
    const join = (parts: readonly (readonly [string, string])[], by: string, around = ['', '']): readonly [string, string] => {
      const [name, key] = [0, 1].map((part) => `${around[0]}${parts.map((it) => it[part]).join(by)}${around[1]}`);
      return [name as string, key as string];
    };
    const spell = (part: ts.Type): readonly [string, string] => this.spelled(part, depth + 1);
    const isList = this.program.checker.isArrayType(type);
    const named = isList ? null : this.nameOf(type);
    if (named !== null) return [named.name, named.key];
    if (type.isUnion() && !(type.flags & ts.TypeFlags.Boolean)) {
      const isFlag = (member: ts.Type): boolean => (member.flags & ts.TypeFlags.BooleanLiteral) !== 0;
      const flags = type.types.filter(isFlag);
      const parts = (flags.length === 2 ? type.types.filter((member) => !isFlag(member)) : type.types).map(spell);
      if (flags.length === 2) parts.push(['boolean', 'boolean']);
      return join(
        parts.sort(([, a], [, b]) => compareText(a, b)),
        ' | ',
      );
    }
    if (isList) {
      const [of] = this.program.checker.getTypeArguments(type as ts.TypeReference);
      if (of === undefined) return plain();
      const isShort = !of.isUnion() || of.aliasSymbol !== undefined || (of.flags & ts.TypeFlags.Boolean) !== 0;
      const before = type.symbol.getName() === 'ReadonlyArray' ? 'readonly ' : '';
      return join([spell(of)], '', isShort ? [before, '[]'] : [`${before}(`, ')[]']);
    }
    if (this.program.checker.isTupleType(type)) {
      const flags = (type as ts.TupleTypeReference).target.elementFlags;
      const parts = this.program.checker.getTypeArguments(type as ts.TypeReference).map((part, index) => {
        const flag = flags[index] ?? ts.ElementFlags.Required;
        const around = flag & ts.ElementFlags.Optional ? ['', '?'] : flag & ts.ElementFlags.Rest ? ['...', '[]'] : ['', ''];
        return join([spell(part)], '', around);
      });
      return join(parts, ', ', ['[', ']']);
    }
    const isPlain =
      type.flags & ts.TypeFlags.Object && type.getCallSignatures().length + type.getConstructSignatures().length === 0;
    if (!isPlain || this.program.checker.getIndexInfosOfType(type).length > 0) return plain();
    const parts = this.propertiesOf(type).map((property) => {
      const mark = property.flags & ts.SymbolFlags.Optional ? '?' : '';
      return join([spell(this.program.checker.getTypeOfSymbol(property))], '', [`${property.getName()}${mark}: `, ';']);
    });
    const [name, key] = parts.length === 0 ? ['{}', '{}'] : join(parts, ' ', ['{ ', ' }']);
    const place = type.symbol === undefined ? '' : this.placeOf(type.symbol);
    return [name, `${key}${place === '' ? '' : `@${place}:${type.symbol.declarations?.[0]?.pos}`}`];
  }

  /**
   * Properties as they are declared. What a mapped type makes (`Pick`, `Omit`, `Record`) comes in the order in which the
   * checker happened to meet the names of the keys, which depends on what else was read.
   */
  propertiesOf(type: ts.Type): readonly ts.Symbol[] {
    const all = this.program.checker.getPropertiesOfType(type);
    const mapped = all.filter(isMapped).sort((a, b) => {
      const [one, other] = [a.declarations?.[0], b.declarations?.[0]];
      const places = compareText(this.placeOf(a), this.placeOf(b));
      return places || (one?.pos ?? -1) - (other?.pos ?? -1) || compareText(a.getName(), b.getName());
    });
    return mapped.length < 2 ? all : all.map((property) => (isMapped(property) ? (mapped.shift() as ts.Symbol) : property));
  }

  placeOf(symbol: ts.Symbol): string {
    const declaration = symbol.declarations?.[0];
    const origin = declaration === undefined ? null : this.program.originOf(declaration.getSourceFile());
    return origin === null || origin.of === 'language' ? '' : origin.path;
  }

  /** As TypeScript writes it. */
  text(type: ts.Type): string {
    const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
    return this.program.checker.typeToString(type, undefined, flags).replace(/\b(Uint8Array|Buffer)<ArrayBufferLike>/g, '$1');
  }
}

/** True for a property that a mapped type makes; TypeScript keeps this to itself (`CheckFlags.Mapped`). */
function isMapped(property: ts.Symbol): boolean {
  const { links } = property as { readonly links?: { readonly checkFlags?: number } };
  return (property.flags & ts.SymbolFlags.Transient) !== 0 && ((links?.checkFlags ?? 0) & 262_144) !== 0;
}

/** What tells a declaration from others of its name in the same file: for readers, and for keys. */
function scopeOf(declaration: ts.Declaration | undefined): readonly [name: string, key: string] {
  let [name, key] = ['', ''];
  for (let node = declaration?.parent; node !== undefined && !ts.isSourceFile(node); node = node.parent) {
    const isGlobal = (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
    if ((ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) && !isGlobal) || ts.isEnumDeclaration(node)) {
      name = `${node.name.text}.${name}`;
      key = `${node.name.text}.${key}`;
    } else if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) || ts.isBlock(node)) key = `${node.pos}.${key}`;
  }
  return [name, key];
}

function nameOfDefault(declaration: ts.Declaration | undefined): string {
  const name = declaration === undefined ? undefined : ts.getNameOfDeclaration(declaration);
  return name !== undefined && ts.isIdentifier(name) ? name.text : 'Default';
}
