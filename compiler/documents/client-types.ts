/** In: the types of a stage's APIs. Out: the same types as TypeScript, with their comments, for the generated client. */
import type { JsonValue } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import { type Doc, declarationsOf, type ObjectType, type TypeDecl, type WireField, type WireType } from '../ir/wire-type.js';
import { inWords, uniqueNames } from './components.js';

/** Names that a declaration of the client must not have: words of the language, and what the client itself uses or exports. */
const RESERVED = new Set(
  `any as async await bigint boolean break case catch class const continue debugger declare default delete do else enum
  export extends false finally for function if implements import in infer instanceof interface is keyof let module namespace
  never new null number object package private protected public readonly require return set static string super switch
  symbol this throw true try type typeof undefined unique unknown var void while with yield arguments eval globalThis

  AbortSignal Array ArrayBuffer AsyncIterable BigInt Boolean Date Error Function Infinity JSON Map Math NaN Number Object Omit
  Parameters Promise PromiseLike Readonly Record RegExp Request Response Set String Symbol TextDecoder TypeError Uint8Array WebSocket

  ApiError ApiIssue Call CancelSignal ConnectOptions Fetch FetchInit FetchResponse Headers HttpClient HttpClientOptions Incoming
  IncomingByTopic Outgoing Query RequestOptions Scalar Shape Socket Specification WebSocketClient`.split(/\s+/),
);

export class ClientTypes {
  private readonly names: ReadonlyMap<TypeDecl, string>;

  constructor(types: readonly WireType[]) {
    this.names = uniqueNames(declarationsOf(types), identifier, RESERVED);
  }

  nameOf(decl: TypeDecl): string {
    return this.names.get(decl) ?? identifier(decl.name);
  }

  /** `export interface Order { ... }` and the like, sorted by name. */
  declarations(): readonly string[] {
    const sorted = [...this.names].sort(([, a], [, b]) => compareText(a, b));
    return sorted.map(([{ type, doc }, name]) => {
      const comment = commentText(doc, '');
      if (type.t === 'object') return `${comment}export interface ${name} ${this.members(type, '')}\n`;
      return `${comment}export type ${name} = ${this.text(type, '')};\n`;
    });
  }

  /** `indent` is that of the line on which the type begins. */
  text(type: WireType, indent: string): string {
    switch (type.t) {
      case 'any':
        return 'unknown';
      case 'date':
        return 'Date';
      case 'bytes':
        return 'Uint8Array';
      case 'literal':
        return quoted(type.value);
      case 'array':
        return `${this.operand(type.of, indent)}[]`;
      case 'set':
        return `Set<${this.text(type.of, indent)}>`;
      case 'tuple':
        return this.tuple(type.items, type.required, type.rest, indent);
      case 'record':
        // Not Record, through which a type could not contain itself.
        return `{ [name: string]: ${this.text(type.of, indent)} }`;
      case 'map':
        return `Map<${this.text(type.key, indent)}, ${this.text(type.of, indent)}>`;
      case 'object':
        return this.members(type, indent);
      case 'union':
        return [...new Set(type.of.map((member) => this.text(member, indent)))].join(' | ');
      case 'ref':
        return this.nameOf(type.to);
      default:
        return type.t;
    }
  }

  private operand(type: WireType, indent: string): string {
    const text = this.text(type, indent);
    return type.t === 'union' ? `(${text})` : text;
  }

  private tuple(items: readonly WireType[], required: number, rest: WireType | null, indent: string): string {
    const parts = items.map((item, index) => (index < required ? this.text(item, indent) : `${this.operand(item, indent)}?`));
    if (rest !== null) parts.push(`...${this.operand(rest, indent)}[]`);
    return `[${parts.join(', ')}]`;
  }

  private members({ fields, index }: ObjectType, indent: string): string {
    const inner = `${indent}  `;
    const lines = fields.map((field) => `${commentText(field.doc, inner)}${inner}${this.member(field, inner)}\n`);
    if (index !== null) {
      // What is said of all properties has to be true of the named ones too.
      const texts = [index, ...fields.map(({ type }) => type)].map((type) => this.text(type, inner));
      const all = new Set([...texts, ...(fields.some(({ optional }) => optional) ? ['undefined'] : [])]);
      lines.push(`${inner}[name: string]: ${all.has('unknown') ? 'unknown' : [...all].join(' | ')};\n`);
    }
    return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
  }

  private member({ name, type, optional }: WireField, indent: string): string {
    const text = this.text(type, indent);
    if (!optional) return `${propertyName(name)}: ${text};`;
    return `${propertyName(name)}?: ${/(^|\| )(undefined|unknown)$/.test(text) ? text : `${text} | undefined`};`;
  }
}

/** A doc comment for a declaration, with a line break after it; empty when there is nothing to say. */
export function commentText(doc: Doc | null, indent: string, ...more: readonly string[]): string {
  const json = (value: JsonValue): string => JSON.stringify(value);
  const parts = [
    ...(doc?.description == null ? [] : [doc.description.trim()]),
    ...more,
    ...(doc?.default === undefined ? [] : [`@default ${json(doc.default)}`]),
    ...(doc?.examples ?? []).map((example) => `@example ${json(example)}`),
    ...(doc?.deprecated === true ? ['@deprecated'] : []),
  ];
  if (parts.length === 0) return '';
  const isTag = (part: string | undefined): boolean => part?.startsWith('@') === true;
  const lines = parts.flatMap((part, index) => [
    ...(index > 0 && !(isTag(part) && isTag(parts[index - 1])) ? [''] : []),
    // A comment ends at the first star and slash, whoever wrote it.
    ...part.replaceAll('*/', '*\\/').split(/\r\n|[\n\r\u2028\u2029]/),
  ]);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** A property as it is declared; `new(...)` would declare a constructor. */
export function propertyName(name: string): string {
  return isIdentifier(name) && name !== 'new' ? name : quoted(name);
}

/** A property as it stands in an object literal, where `__proto__` sets the prototype unless it is computed. */
export function literalKey(name: string): string {
  return name === '__proto__' ? `['__proto__']` : propertyName(name);
}

/** A literal as people write it. */
export function quoted(value: string | number | boolean): string {
  const text = JSON.stringify(value);
  return typeof value === 'string' && !/['"\\]/.test(text.slice(1, -1)) ? `'${value}'` : text;
}

const isIdentifier = (name: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);

function identifier(text: string): string {
  const name = inWords(text)
    .replace(/[^\p{ID_Continue}$]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return /^[\p{ID_Start}$_]/u.test(name) ? name : `_${name}`;
}
