/**
 * In: the types that a document is about. Out: its component schemas, one for each type with a name, under names that are
 * legal, readable, and the same whatever else is deployed, unless two types have one name.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import { type Doc, declarationsOf, type TypeDecl, type WireType } from '../ir/wire-type.js';
import { declarationSchema, jsonSchema } from './json-schema.js';

export class Components {
  private readonly names: ReadonlyMap<TypeDecl, string>;

  /** `place` is where references lead; `taken` are names that stand there already. */
  constructor(
    types: readonly WireType[],
    private readonly place = '#/components/schemas/',
    taken: ReadonlySet<string> = new Set(),
  ) {
    this.names = uniqueNames(declarationsOf(types), componentName, taken);
  }

  schema(type: WireType): JsonObject {
    return jsonSchema(type, (decl) => this.reference(decl));
  }

  /** Sorted by name. */
  schemas(): { readonly [name: string]: JsonObject } {
    const sorted = [...this.names].sort(([, a], [, b]) => compareText(a, b));
    return Object.fromEntries(sorted.map(([decl, name]) => [name, declarationSchema(decl, (to) => this.reference(to))]));
  }

  /** A name for a schema of the document's own, which makes way for one of the project. */
  ownName(name: string): string {
    const taken = new Set(this.names.values());
    return taken.has(name) ? `nimbusc.${name}` : name;
  }

  private reference(decl: TypeDecl): string {
    return `${this.place}${this.names.get(decl) ?? componentName(decl.name)}`;
  }
}

/** `Page<Order[]>` becomes `Page_Order_Array`: documents allow letters, digits, `.`, `-` and `_`. */
export function componentName(text: string): string {
  const plain = inWords(text).normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^A-Za-z0-9.-]+/g, '_').replace(/^[_.]+|[_.]+$/g, '') || 'Type';
}

/** What operators of types are called in names. */
export function inWords(text: string): string {
  return text.replaceAll('[]', ' Array ').replaceAll('|', ' or ').replaceAll('&', ' and ');
}

/**
 * The names of declarations in the form that `legal` gives them. Types of one name are all called after their files as
 * well (`orders.Item`, `shop.orders.Item`), by as few folders as tell them apart; so are those whose name is reserved.
 */
export function uniqueNames(
  decls: readonly TypeDecl[],
  legal: (text: string) => string,
  reserved: ReadonlySet<string> = new Set(),
): ReadonlyMap<TypeDecl, string> {
  const groups = new Map<string, TypeDecl[]>();
  for (const decl of [...decls].sort((a, b) => compareText(a.key, b.key))) {
    const name = legal(decl.name);
    groups.set(name, [...(groups.get(name) ?? []), decl]);
  }
  const isAlone = (name: string, group: readonly TypeDecl[]): boolean => group.length === 1 && !reserved.has(name);
  const sorted = [...groups].sort(([a], [b]) => compareText(a, b));
  const names = new Map<TypeDecl, string>();
  const taken = new Set(reserved);
  for (const [name, group] of sorted) {
    if (!isAlone(name, group)) continue;
    taken.add(name);
    names.set(group[0] as TypeDecl, name);
  }
  for (const [name, group] of sorted) {
    if (isAlone(name, group)) continue;
    for (const [index, own] of tellApart(group, legal, taken).entries()) {
      taken.add(own);
      names.set(group[index] as TypeDecl, own);
    }
  }
  return names;
}

const MOST_FOLDERS = 30;

function tellApart(group: readonly TypeDecl[], legal: (text: string) => string, taken: ReadonlySet<string>): readonly string[] {
  let names: string[] = [];
  for (let folders = 1; folders <= MOST_FOLDERS; folders++) {
    names = group.map((decl) => legal(`${qualifier(decl, folders)}.${decl.name}`));
    if (new Set(names).size === names.length && !names.some((name) => taken.has(name))) return names;
  }
  const used = new Set(taken);
  return names.map((name) => {
    let own = name;
    for (let count = 2; used.has(own); count++) own = `${name}_${count}`;
    used.add(own);
    return own;
  });
}

/** The last parts of the path of the file that declares it: `shop.orders` for `src/shop/orders/index.ts`. */
function qualifier(decl: TypeDecl, parts: number): string {
  const path = decl.key.includes('#') ? decl.key.slice(0, decl.key.indexOf('#')) : 'global';
  const plain = path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');
  return plain.split('/').slice(-parts).join('.');
}

/** What a doc comment says about an operation or a message: its first paragraph, and all of it where that is more. */
export function describe(doc: Doc | null): { readonly [key: string]: JsonValue } {
  const text = doc?.description?.trim() ?? '';
  if (text === '') return {};
  const [first = ''] = text.split(/\n\s*\n/);
  const paragraph = first.replace(/\s+/g, ' ').trim();
  const summary =
    paragraph.length <= 120 ? paragraph : (/^.{1,119}?[.!?](?= )/.exec(paragraph)?.[0] ?? `${paragraph.slice(0, 117)}...`);
  return summary === text.replace(/\s+/g, ' ') ? { summary } : { summary, description: text };
}
