/**
 * In: types of bodies. Out: the text that puts their decoders together (runtime/core/decode.ts), one constant for each
 * declaration, and the names that it imports.
 */
import { classOf, discriminatorOf, isText, literalsOf, type Tag } from '../../ir/discriminator.js';
import { shortList } from '../../ir/serialise.js';
import {
  admitsUndefined,
  type NumberType,
  type ObjectType,
  type StringFormat,
  type StringType,
  type TypeDecl,
  underlying,
  type WireClass,
  type WireType,
} from '../../ir/wire-type.js';
import { propertyKey } from './literals.js';

export interface Constant {
  readonly as: string;
  readonly code: string;
}

/** The kinds of values that JSON itself tells apart. */
const KINDS = ['string', 'number', 'boolean', 'array', 'object'] as const;
type Kind = (typeof KINDS)[number];

export class Decoders {
  readonly constants: Constant[] = [];
  private readonly names = new Map<TypeDecl, string>();
  private readonly finished = new Set<TypeDecl>();
  private readonly used = new Set<string>();

  /**
   * @param importClass imports a class of the project and gives its name in the entry
   * @param prefix what the names of constants begin with, so that two of these can share a module
   */
  constructor(
    private readonly importClass: (c: WireClass) => string,
    private readonly prefix = 'd',
  ) {}

  /** What is to be imported from `nimbusc:decode`; sorted. */
  get imports(): readonly string[] {
    return [...this.used].sort();
  }

  /** The reader of a parameter, for values that are there; null when there is nothing to check. */
  reader(type: WireType): string | null {
    const code = this.decoder(type);
    if (code === 'any') {
      this.used.delete('any');
      return null;
    }
    return this.call(this.used.has('instance') || this.used.has('best') ? 'build' : 'check', code);
  }

  /** A value that is there. */
  private decoder(type: WireType): string {
    switch (type.t) {
      case 'any':
      case 'boolean':
      case 'date':
      case 'bigint':
      case 'bytes':
        return this.use(type.t);
      case 'undefined':
        return this.use('absent');
      case 'null':
        return this.use('nothing');
      case 'string':
        return this.text(type);
      case 'number':
        return this.number(type);
      case 'literal':
        return this.literals([type.value]);
      case 'array':
      case 'set':
        return this.sized(this.call(type.t, this.decoder(type.of)), type.minItems, type.maxItems);
      case 'tuple': {
        const items = type.items.map((item, i) => this.part(item, i >= type.required));
        const rest = type.rest === null ? [] : [this.decoder(type.rest)];
        return this.call('tuple', `[${items.join(', ')}]`, String(type.required), ...rest);
      }
      case 'record':
        return this.call('record', this.decoder(type.of));
      case 'map':
        return this.call('map', this.decoder(type.key), this.decoder(type.of));
      case 'object':
        return this.object(type);
      case 'union':
        return this.union(type);
      case 'ref':
        return this.reference(type.to);
    }
  }

  /** A value that may be left out if its type says so. */
  private part(type: WireType, optional: boolean): string {
    const code = this.decoder(type);
    if (!optional && !admitsUndefined(type)) return code;
    return code === 'any' || code === 'absent' ? code : this.call('optional', code);
  }

  private reference(decl: TypeDecl): string {
    const known = this.names.get(decl);
    if (known !== undefined) return this.finished.has(decl) ? known : this.call('lazy', `() => ${known}`);
    // Aliases of something short are written out.
    if (decl.class === null && ['any', 'boolean', 'date', 'bigint', 'bytes', 'null', 'ref'].includes(decl.type.t))
      return this.decoder(decl.type);
    const as = `${this.prefix}${this.names.size}`;
    this.names.set(decl, as);
    const plain = this.decoder(decl.type);
    const code =
      decl.class === null || decl.type.t !== 'object'
        ? plain
        : this.call('instance', this.importClass(decl.class), plain, ...decl.class.construct.map((f) => JSON.stringify(f)));
    this.finished.add(decl);
    this.constants.push({ as, code });
    return as;
  }

  private object({ fields, index, closed }: ObjectType): string {
    // Input never sets a prototype, whatever its type says.
    const entries = fields
      .filter((f) => f.name !== '__proto__')
      .map((f) => `${propertyKey(f.name)}: ${this.part(f.type, f.optional)}`);
    const text = entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
    if (index !== null)
      return entries.length === 0 ? this.call('record', this.decoder(index)) : this.call('open', text, this.decoder(index));
    return this.call(closed ? 'closed' : 'object', text);
  }

  // --- scalars with their limits

  private text({ minLength, maxLength, pattern, format }: StringType): string {
    let code = this.use('string');
    if (format !== undefined) code = this.call(FORMATS[format], code);
    code = this.sized(code, minLength, maxLength);
    return pattern === undefined ? code : this.call('pattern', code, JSON.stringify(pattern));
  }

  private sized(code: string, least: number | undefined, most: number | undefined): string {
    if (least !== undefined && least > 0) code = this.call('sizeAtLeast', code, String(least));
    return most === undefined ? code : this.call('sizeAtMost', code, String(most));
  }

  private number(type: NumberType): string {
    let code = this.use(type.integer === true ? 'integer' : 'number');
    for (const [limit, name] of NUMBER_LIMITS) {
      const value = type[limit];
      if (value !== undefined) code = this.call(name, code, String(value));
    }
    return code;
  }

  private literals(values: readonly (Tag | null)[]): string {
    return this.call('literal', ...[...new Set(values)].map((value) => JSON.stringify(value)));
  }

  // --- unions

  private union(type: WireType): string {
    const all = membersOf(type).filter((member) => member.t !== 'undefined');
    const members = all.filter((member) => underlying(member).t !== 'null');
    const isNullable = members.length < all.length;
    if (members.some((member) => underlying(member).t === 'any')) return this.use('any');
    if (members.length === 0) return this.use(isNullable ? 'nothing' : 'absent');
    const values = members.map(literalsOf);
    if (values.every((value) => value !== null)) return this.literals([...values.flat(), ...(isNullable ? [null] : [])]);
    const code = this.members(members, isNullable ? [...members, { t: 'null' }] : members);
    return isNullable ? this.call('nullable', code) : code;
  }

  private members(members: readonly WireType[], all: readonly WireType[]): string {
    const [only] = members as [WireType];
    if (members.length === 1) return this.decoder(only);
    const codes: [Kind, string][] = [];
    for (const kind of KINDS) {
      const first = members.filter((member) => kindsOf(member)[0] === kind);
      // A second form counts only where no other member is written like that.
      const group = first.length > 0 ? first : members.filter((member) => kindsOf(member)[1] === kind);
      if (group.length > 0) codes.push([kind, this.group(kind, group)]);
    }
    const [first] = codes as [[Kind, string]];
    if (codes.length === 1 && !first[1].startsWith('best')) return first[1];
    return this.call(
      'byKind',
      JSON.stringify(describeAll(all)),
      `{ ${codes.map(([kind, code]) => `${kind}: ${code}`).join(', ')} }`,
    );
  }

  /** Members that are written as the same kind of JSON. */
  private group(kind: Kind, members: readonly WireType[]): string {
    if (members.length === 1) return this.decoder(members[0] as WireType);
    if (kind === 'array') return this.best(members);
    if (kind === 'object') {
      const discriminator = discriminatorOf(members);
      if (discriminator === null) return this.best(members);
      const tagged = discriminator.members.map(
        ({ type, tags }) => `[${[this.decoder(type), ...tags.map((tag) => JSON.stringify(tag))].join(', ')}]`,
      );
      return this.call('tagged', JSON.stringify(discriminator.property), ...tagged);
    }
    // What JSON has itself comes before what is written as that.
    const literals = members.flatMap((member) => literalsOf(member) ?? []);
    const others = members.filter((member) => literalsOf(member) === null);
    const own = others.filter((member) => underlying(member).t === kind);
    const written = others.filter((member) => underlying(member).t !== kind);
    const codes = [...own, ...written].map((member) => this.decoder(member));
    if (literals.length > 0) codes.unshift(this.literals(literals));
    return codes.length === 1
      ? (codes[0] as string)
      : this.call('first', JSON.stringify(describeAll(members)), ...new Set(codes));
  }

  private best(members: readonly WireType[]): string {
    return this.call('best', JSON.stringify(describeAll(members)), ...members.map((member) => this.decoder(member)));
  }

  private use(name: string): string {
    this.used.add(name);
    return name;
  }

  private call(name: string, ...args: readonly string[]): string {
    return `${this.use(name)}(${args.join(', ')})`;
  }
}

const FORMATS: { readonly [F in StringFormat]: string } = {
  date: 'fullDate',
  'date-time': 'dateTime',
  duration: 'duration',
  email: 'email',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  time: 'time',
  uri: 'uri',
  uuid: 'uuid',
};

const NUMBER_LIMITS = [
  ['minimum', 'atLeast'],
  ['maximum', 'atMost'],
  ['exclusiveMinimum', 'above'],
  ['exclusiveMaximum', 'below'],
  ['multipleOf', 'multipleOf'],
] as const;

/** The members of a union and of the unions that they name. */
export function membersOf(type: WireType, seen: ReadonlySet<WireType> = new Set()): readonly WireType[] {
  const inner = classOf(type) === null ? underlying(type) : type;
  if (inner.t !== 'union' || seen.has(inner)) return [type];
  return inner.of.flatMap((member) => membersOf(member, new Set([...seen, inner])));
}

/** How a type is written: its own way, and another that is understood. */
export function kindsOf(type: WireType): readonly [Kind, Kind?] {
  const inner = underlying(type);
  switch (inner.t) {
    case 'literal':
      return [typeof inner.value as 'string' | 'number' | 'boolean'];
    case 'number':
    case 'boolean':
      return [inner.t];
    case 'bigint':
      return ['string', 'number'];
    case 'array':
    case 'set':
    case 'tuple':
      return ['array'];
    case 'map':
      return isText(inner.key) ? ['object', 'array'] : ['array', 'object'];
    case 'object':
    case 'record':
      return ['object'];
    default:
      return ['string'];
  }
}

const describeAll = (members: readonly WireType[]): string =>
  shortList([...new Set(members.map((member) => describe(member)))], ' or ');

function describe(type: WireType): string {
  const inner = underlying(type);
  switch (inner.t) {
    case 'string':
    case 'number':
      return `a ${inner.t}`;
    case 'boolean':
      return 'true or false';
    case 'literal':
      return JSON.stringify(inner.value);
    case 'date':
      return 'a date and time';
    case 'bigint':
      return 'a whole number, as a string';
    case 'bytes':
      return 'base64';
    case 'array':
    case 'set':
    case 'tuple':
      return 'an array';
    case 'object': {
      const names = inner.fields.filter((f) => !f.optional && !admitsUndefined(f.type)).map((f) => f.name);
      if (type.t === 'ref') return `an object (${type.to.name})`;
      return names.length === 0 ? 'an object' : `an object with ${shortList(names, ', ')}`;
    }
    case 'map':
    case 'record':
      return 'an object';
    default:
      return inner.t;
  }
}
