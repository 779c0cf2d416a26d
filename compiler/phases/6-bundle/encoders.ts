/**
 * In: types of results. Out: the text that puts their writers together (runtime/core/encode.ts), where there is anything
 * that a value does not say of itself: a map that must be written as pairs.
 */
import { isText } from '../../ir/discriminator.js';
import { declarationsOf, partsOf, type TypeDecl, type WireType } from '../../ir/wire-type.js';
import type { Constant } from './decoders.js';
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
        // The rest's visitor meets the items before it, too, and marks what would be marked or told by its keys anyway.
        return this.several([
          ...(type.rest !== null && holdsPairs(type.rest) ? [this.call('items', this.visitor(type.rest))] : []),
          ...this.fields(type.items.map((item, i) => [String(i), item])),
        ]);
      case 'object':
        return this.several([
          ...(type.index !== null && holdsPairs(type.index) ? [this.call('values', this.visitor(type.index))] : []),
          ...this.fields(type.fields.map((f) => [f.name, f.type])),
        ]);
      case 'union':
        return this.several(type.of.filter(holdsPairs).map((member) => this.visitor(member)));
      case 'ref':
        return this.reference(type.to);
      default:
        throw new Error(`no map is in ${type.t}`);
    }
  }

  private fields(parts: readonly (readonly [name: string, type: WireType])[]): string[] {
    const visited = parts.filter(([name, type]) => name !== '__proto__' && holdsPairs(type));
    if (visited.length === 0) return [];
    return [
      this.call('fields', `{ ${visited.map(([name, type]) => `${propertyKey(name)}: ${this.visitor(type)}`).join(', ')} }`),
    ];
  }

  private several(visitors: readonly string[]): string {
    return visitors.length === 1 ? (visitors[0] as string) : this.call('all', ...visitors);
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

/** True when a map whose keys are not strings is somewhere in the type. */
function holdsPairs(type: WireType): boolean {
  const pending = [type, ...declarationsOf([type]).map((decl) => decl.type)];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at.t === 'map' && !isText(at.key)) return true;
    pending.push(...partsOf(at));
  }
  return false;
}
