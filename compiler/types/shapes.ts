/**
 * In: types of stored fields. Out: their `TypeShape`s, by which stores write and read values. A shape has no names but those
 * of classes, so a type that contains itself by another name is cut where it comes again: `any` values say themselves what
 * they are.
 */
import type { ClassShape, FieldShape, TypeShape } from '../ir/graph.js';
import { admitsUndefined, type TypeDecl, type WireField, type WireType } from '../ir/wire-type.js';

const ANY: TypeShape = { t: 'any' };
/** Types without classes may hold each other so that they double at each level. */
const MAX_PARTS = 2_000;

interface MutableClassShape extends ClassShape {
  fields: readonly FieldShape[];
}

/** Gives for one declaration of a class one shape, which may contain itself. */
export class Shapes {
  private readonly classes = new Map<TypeDecl, MutableClassShape>();
  /** Classes whose fields are still to be read: one after the other, so that a long chain needs no stack. */
  private readonly pending: TypeDecl[] = [];
  private reading = false;
  private parts = 0;

  /** Without `undefined`, which a field says by being optional. */
  fieldOf(name: string, type: WireType): FieldShape {
    const shape = this.shapeOf(type);
    return { name, type: withoutUndefined(shape), optional: admitsUndefined(type) };
  }

  private shapeOf(type: WireType): TypeShape {
    this.parts = 0;
    const shape = this.shape(type, []);
    if (this.reading) return shape;
    this.reading = true;
    for (let decl = this.pending.pop(); decl !== undefined; decl = this.pending.pop()) this.readFields(decl);
    this.reading = false;
    return shape;
  }

  private readFields(decl: TypeDecl): void {
    if (decl.type.t !== 'object') return;
    (this.classes.get(decl) as MutableClassShape).fields = decl.type.fields.map((field) => {
      this.parts = 0;
      return this.field(field, []);
    });
  }

  private shape(type: WireType, open: readonly TypeDecl[]): TypeShape {
    if (++this.parts > MAX_PARTS) return ANY;
    switch (type.t) {
      case 'literal':
        return { t: typeof type.value as 'string' | 'number' | 'boolean' };
      case 'string':
      case 'number':
        return { t: type.t };
      case 'array':
      case 'set':
      case 'record':
        return { t: type.t, of: this.item(type.of, open) };
      case 'map':
        return { t: 'map', key: this.item(type.key, open), of: this.item(type.of, open) };
      case 'tuple':
        return {
          t: 'tuple',
          items: type.items.map((item) => this.item(item, open)),
          ...(type.rest === null ? {} : { rest: this.item(type.rest, open) }),
        };
      case 'object':
        return {
          t: 'object',
          fields: type.fields.map((field) => this.field(field, open)),
          ...(type.index === null ? {} : { rest: this.item(type.index, open) }),
        };
      case 'union':
        return union(type.of.map((member) => this.shape(member, open)));
      case 'ref':
        if (type.to.class !== null && type.to.type.t === 'object') return { t: 'class', class: this.classShape(type.to) };
        return open.includes(type.to) ? ANY : this.shape(type.to.type, [...open, type.to]);
      default:
        return type;
    }
  }

  /** `never[]`, which an empty list without a type is, may hold anything once it has been filled. */
  private item(type: WireType, open: readonly TypeDecl[]): TypeShape {
    const shape = this.shape(type, open);
    return shape.t === 'undefined' ? ANY : shape;
  }

  private field({ name, type, optional }: WireField, open: readonly TypeDecl[]): FieldShape {
    return { name, type: withoutUndefined(this.shape(type, open)), optional: optional || admitsUndefined(type) };
  }

  private classShape(decl: TypeDecl): ClassShape {
    const known = this.classes.get(decl);
    if (known !== undefined || decl.class === null) return known as ClassShape;
    const { name, module, local } = decl.class;
    const shape: MutableClassShape = { name, module, local, fields: [] };
    this.classes.set(decl, shape);
    this.pending.push(decl);
    return shape;
  }
}

function withoutUndefined(type: TypeShape): TypeShape {
  return type.t === 'union' ? union(type.of.filter((member) => member.t !== 'undefined')) : type;
}

/** One member for each distinct shape; a union of one is that one. */
function union(members: readonly TypeShape[]): TypeShape {
  const flat = members.flatMap((member) => (member.t === 'union' ? member.of : [member]));
  if (flat.some((member) => member.t === 'any')) return ANY;
  const unique: TypeShape[] = [];
  for (const member of flat) if (!unique.some((known) => isSame(known, member))) unique.push(member);
  const [only] = unique;
  return unique.length === 1 && only !== undefined ? only : { t: 'union', of: unique };
}

function isSame(a: TypeShape, b: TypeShape): boolean {
  if (a.t === 'class' && b.t === 'class') return a.class === b.class;
  return a.t === b.t && Object.keys(a).length === 1 && Object.keys(b).length === 1;
}
