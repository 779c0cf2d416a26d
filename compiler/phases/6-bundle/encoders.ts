/**
 * In: types of results. Out: the text that puts their writers together (runtime/core/encode.ts), where there is anything
 * that a value does not say of itself: a map that must be written as pairs.
 */
import { isText } from '../../ir/discriminator.js';
import { holdsPairs, mapsTag } from '../../ir/map-form.js';
import type { TypeDecl, WireType } from '../../ir/wire-type.js';
import { type Constant, membersOf } from './decoders.js';
import { propertyKey } from './literals.js';

export class Encoders {
  readonly constants: Constant[] = [];
  private readonly names = new Map<TypeDecl, string>();
  private readonly finished = new Set<TypeDecl>();
  private readonly used = new Set<string>();

  /** What is to be imported from `nimbusc:encode`; sorted. */
  get imports(): readonly string[] {
    return [...this.used].sort();
  }

  /** The writer of a result; null when `toJson` does as well. */
  writer(type: WireType): string | null {
    return holdsPairs(type) ? this.call('write', this.visitor(type)) : null;
  }

  private visitor(type: WireType): string {
    if (!holdsPairs(type)) {
      this.used.add('none');
      return 'none';
    }
    switch (type.t) {
      case 'map': {
        const value = this.visitor(type.of);
        if (isText(type.key)) return this.call('values', value);
        return holdsPairs(type.key) || holdsPairs(type.of)
          ? this.call('pairs', this.visitor(type.key), value)
          : this.call('pairs');
      }
      case 'array':
      case 'set':
        return this.call('items', this.visitor(type.of));
      case 'record':
        return this.call('values', this.visitor(type.of));
      case 'tuple':
        return this.fields(
          type.items.map((item, i) => [String(i), item]),
          type.rest,
        );
      case 'object':
        return this.fields(
          type.fields.map((f) => [f.name, f.type]),
          type.index,
        );
      case 'union':
        return this.union(membersOf(type));
      case 'ref':
        return this.reference(type.to);
      default:
        throw new Error(`no map is in ${type.t}`);
    }
  }

  private fields(parts: readonly (readonly [name: string, type: WireType])[], others: WireType | null): string {
    const goesToOthers = others !== null && holdsPairs(others);
    // Where the others are visited, each property of its own has to be named, so that it is none of them.
    const visited = parts.filter(([name, type]) => name !== '__proto__' && (goesToOthers || holdsPairs(type)));
    const own = `{ ${visited.map(([name, type]) => `${propertyKey(name)}: ${this.visitor(type)}`).join(', ')} }`;
    return goesToOthers ? this.call('fields', own, this.visitor(others)) : this.call('fields', own);
  }

  private union(members: readonly WireType[]): string {
    const discriminator = mapsTag(members);
    if (discriminator === null) {
      const visitors = members.filter(holdsPairs).map((member) => this.visitor(member));
      return visitors.length === 1 ? (visitors[0] as string) : this.call('all', ...visitors);
    }
    const tagged = discriminator.members
      .filter(({ type }) => holdsPairs(type))
      .map(({ type, tags }) => `[${[this.visitor(type), ...tags.map((tag) => JSON.stringify(tag))].join(', ')}]`);
    return this.call('byTag', JSON.stringify(discriminator.property), ...tagged);
  }

  private reference(decl: TypeDecl): string {
    const known = this.names.get(decl);
    if (known !== undefined) return this.finished.has(decl) ? known : this.call('later', `() => ${known}`);
    const as = `e${this.names.size}`;
    this.names.set(decl, as);
    const code = this.visitor(decl.type);
    this.finished.add(decl);
    this.constants.push({ as, code });
    return as;
  }

  private call(name: string, ...args: readonly string[]): string {
    this.used.add(name);
    return `${name}(${args.join(', ')})`;
  }
}
