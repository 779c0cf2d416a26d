/**
 * In: types whose values JSON has no form for, themselves or inside. Out: their shapes, as `convert` of the generated
 * client reads them. A type that is JSON as it is has none, and then the client does nothing with its values.
 */
import { isText } from '../ir/discriminator.js';
import { compareText } from '../ir/span.js';
import { type ObjectType, partsOf, type TypeDecl, underlying, type WireType } from '../ir/wire-type.js';
import { type ClientTypes, literalKey, quoted } from './client-types.js';

export class ClientShapes {
  private readonly declared = new Map<TypeDecl, string>();
  private readonly converted = new Map<TypeDecl, boolean>();

  constructor(private readonly types: ClientTypes) {}

  /** The expression of a type's shape; null when its values are JSON as they are. */
  shapeOf(type: WireType): string | null {
    return this.isConverted(type) ? this.expression(type) : null;
  }

  /** Shapes of types with a name, sorted. Complete once `shapeOf` was asked for everything. */
  declarations(): readonly string[] {
    return [...this.declared.values()].sort(compareText);
  }

  private expression(type: WireType): string {
    switch (type.t) {
      case 'undefined':
        return "'nothing'";
      case 'literal':
        return `{ is: ${quoted(type.value)} }`;
      case 'array':
        return `{ array: ${this.expression(type.of)} }`;
      case 'set':
        return `{ set: ${this.expression(type.of)} }`;
      case 'tuple': {
        const items = type.items.map((item) => this.expression(item)).join(', ');
        const rest = type.rest === null ? '' : `, rest: ${this.expression(type.rest)}`;
        return `{ tuple: [${items}], required: ${type.required}${rest} }`;
      }
      case 'record':
        return `{ object: {}, rest: ${this.expression(type.of)} }`;
      case 'map':
        return `{ map: [${this.expression(type.key)}, ${this.expression(type.of)}], text: ${isText(type.key)} }`;
      case 'object':
        return this.object(type);
      case 'union':
        return `{ union: [${[...type.of]
          .sort(byDistinctness)
          .map((member) => this.expression(member))
          .join(', ')}] }`;
      case 'ref':
        return this.reference(type.to);
      default:
        return `'${type.t}'`;
    }
  }

  private object({ fields, index }: ObjectType): string {
    const entries = fields.map(({ name, type }) => shapeEntry(name, this.expression(type)));
    const optional = fields.filter((field) => field.optional).map(({ name }) => quoted(name));
    return `{ object: {${entries.length > 0 ? ` ${entries.join(', ')} ` : ''}}${
      optional.length > 0 ? `, optional: [${optional.join(', ')}]` : ''
    }${index === null ? '' : `, rest: ${this.expression(index)}`} }`;
  }

  private reference(decl: TypeDecl): string {
    const name = `shapeOf${this.types.nameOf(decl)}`;
    if (!this.declared.has(decl)) {
      this.declared.set(decl, '');
      this.declared.set(decl, `const ${name}: Shape = ${this.expression(decl.type)};\n`);
    }
    // A function, since the constant may be declared further down.
    return `() => ${name}`;
  }

  private isConverted(type: WireType, within: Set<TypeDecl> = new Set()): boolean {
    if (['date', 'bigint', 'bytes', 'set', 'map'].includes(type.t)) return true;
    if (type.t !== 'ref') return partsOf(type).some((part) => this.isConverted(part, within));
    const known = this.converted.get(type.to);
    if (known !== undefined) return known;
    if (within.has(type.to)) return false;
    within.add(type.to);
    const found = this.isConverted(type.to.type, within);
    // Found out within a circle, `false` may only mean that the circle was cut there.
    if (found || within.size === 1) this.converted.set(type.to, found);
    return found;
  }
}

/** `sent: 'date'`; for what every object has, TypeScript expects the type that it has there. */
export function shapeEntry(name: string, shape: string): string {
  return `${literalKey(name)}: ${shape}${name in Object.prototype ? ' as Shape' : ''}`;
}

/** Members that are told apart by less come later: what JSON has itself before what is written as a string. */
function byDistinctness(a: WireType, b: WireType): number {
  return rank(a) - rank(b);
}

const MOST_FIELDS = 100_000;

function rank(type: WireType): number {
  const inner = underlying(type);
  switch (inner.t) {
    case 'literal':
    case 'null':
    case 'undefined':
      return 0;
    case 'object':
      return MOST_FIELDS - inner.fields.filter(({ optional }) => !optional).length;
    case 'record':
    case 'map':
      return MOST_FIELDS + 2;
    case 'date':
      return MOST_FIELDS + 3;
    case 'bigint':
      return MOST_FIELDS + 4;
    case 'bytes':
      return MOST_FIELDS + 5;
    default:
      return 1;
  }
}
