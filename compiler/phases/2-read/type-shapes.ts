/**
 * In: a type as written. Out: its `TypeShape`: what values of it look like on the wire and how they are built. Follows
 * names through files; asks no type checker, so what it cannot see through (conditional, mapped, inferred types) is `any`.
 */
import type { ClassFact, Expr, MemberFact, TypeFact } from '../../ir/facts.js';
import type { ClassShape, FieldShape, TypeShape } from '../../ir/graph.js';
import type { ProjectPath } from '../../ir/span.js';
import type { Binding, ModuleGraph } from './module-graph.js';

const ANY: TypeShape = { t: 'any' };
const UNDEFINED: TypeShape = { t: 'undefined' };
/** Types that contain themselves are followed so deep; less deep when they branch, so that none has too many parts. */
const DEPTHS = [40, 24, 16, 10, 6, 3];
const MAX_PARTS = 2_000;
/** Classes above a class; beyond it the chain is a circle, or as good as one. */
const MAX_BASES = 50;

/** Type parameters in scope and what they stand for. */
type Scope = ReadonlyMap<string, TypeShape>;
const NO_PARAMETERS: Scope = new Map();

interface MutableClassShape extends ClassShape {
  fields: readonly FieldShape[];
}

export class TypeShapes {
  private readonly classes = new Map<string, MutableClassShape>();
  private readonly own: ReadonlySet<ProjectPath>;
  /** How to read the fields of classes that have been met: one after the other, so that a long chain needs no stack. */
  private readonly pending = new Map<ClassShape, () => void>();
  private reading = false;
  private depth = 0;
  private maxDepth = 0;
  private parts = 0;

  constructor(private readonly graph: ModuleGraph) {
    this.own = new Set(graph.source.files);
  }

  shapeOf(file: ProjectPath, type: TypeFact | null, scope: Scope = NO_PARAMETERS): TypeShape {
    if (type === null) return ANY;
    if (this.depth > 0) return this.inner(file, type, scope);
    const shape = this.outermost(file, type, scope);
    if (!this.reading) for (const met of this.pending.keys()) this.readFields(met);
    return shape;
  }

  private outermost(file: ProjectPath, type: TypeFact, scope: Scope): TypeShape {
    for (this.maxDepth of DEPTHS) {
      this.parts = 0;
      const shape = this.inner(file, type, scope);
      if (this.parts <= MAX_PARTS) return shape;
    }
    return ANY;
  }

  private inner(file: ProjectPath, type: TypeFact, scope: Scope): TypeShape {
    this.parts++;
    if (this.depth > this.maxDepth || this.parts > MAX_PARTS) return ANY;
    this.depth++;
    try {
      return this.shapeNow(file, type, scope);
    } finally {
      this.depth--;
    }
  }

  private readFields(shape: ClassShape): void {
    const read = this.pending.get(shape);
    if (read === undefined) return;
    this.pending.delete(shape);
    const { depth, maxDepth, parts, reading } = this;
    Object.assign(this, { depth: 0, reading: true });
    read();
    Object.assign(this, { depth, maxDepth, parts, reading });
  }

  private fieldsOf(type: TypeShape): readonly FieldShape[] {
    if (type.t !== 'class') return type.t === 'object' ? type.fields : [];
    this.readFields(type.class);
    return type.class.fields;
  }

  private shapeNow(file: ProjectPath, type: TypeFact, scope: Scope): TypeShape {
    switch (type.t) {
      case 'keyword':
        return keyword(type.name);
      case 'literal':
        return literal(type.v);
      case 'array':
        return { t: 'array', of: this.shapeOf(file, type.of, scope) };
      case 'tuple':
        return { t: 'tuple', items: type.items.map((i) => this.shapeOf(file, i, scope)) };
      case 'union':
        return union(type.of.map((m) => this.shapeOf(file, m, scope)));
      case 'object':
        return this.object(file, type, scope);
      case 'ref':
        return this.reference(file, type, scope);
      case 'other':
        return ANY;
    }
  }

  private object(file: ProjectPath, type: Extract<TypeFact, { t: 'object' }>, scope: Scope): TypeShape {
    if (type.props.length === 0 && type.index !== null) return { t: 'record', of: this.shapeOf(file, type.index, scope) };
    return {
      t: 'object',
      fields: type.props.map((p) => field(p.name, this.shapeOf(file, p.type, scope), p.optional)),
    };
  }

  private reference(file: ProjectPath, type: Extract<TypeFact, { t: 'ref' }>, scope: Scope): TypeShape {
    const [first = '', ...rest] = type.name;
    const parameter = rest.length === 0 ? scope.get(first) : undefined;
    if (parameter !== undefined) return parameter;
    let binding: Binding = this.graph.lookup(file, first, 'type');
    for (const name of rest) {
      const next = this.graph.member(binding, name, 'type');
      // `Color.Red` as a type: one member of an enum.
      if (next === null) return binding.of === 'value' && binding.fact.t === 'enum' ? enumShape(binding.fact.members) : ANY;
      binding = next;
    }
    const args = type.args.map((a) => this.shapeOf(file, a, scope));
    if (binding.of === 'global')
      return binding.name === 'Partial' ? this.partial(args[0] ?? ANY) : globalType(binding.name, args);
    if (binding.of === 'type') return this.declaredType(binding, args);
    const found = this.graph.classOf(binding);
    if (found !== null && !this.isImportable(found.file, found.fact)) return ANY;
    if (found !== null) return { t: 'class', class: this.classShape(found.file, (binding as { name: string }).name, found.fact) };
    return binding.of === 'value' && binding.fact.t === 'enum' ? enumShape(binding.fact.members) : ANY;
  }

  private declaredType(binding: Extract<Binding, { of: 'type' }>, args: readonly TypeShape[]): TypeShape {
    const { fact, file } = binding;
    const scope = new Map(fact.params.map((name, i) => [name, args[i] ?? ANY]));
    const own = this.shapeOf(file, fact.type, scope);
    if (fact.t === 'alias' || own.t !== 'object') return own;
    const inherited = fact.extends.map((base) => this.shapeOf(file, base, scope)).flatMap((base) => this.fieldsOf(base));
    return { t: 'object', fields: overriding([...inherited, ...own.fields]) };
  }

  private partial(type: TypeShape): TypeShape {
    if (type.t !== 'object' && type.t !== 'class') return ANY;
    return { t: 'object', fields: this.fieldsOf(type).map((f) => ({ ...f, optional: true })) };
  }

  /** Instances can be made only of classes that an entry can import; packages may not export what their types name. */
  private isImportable(file: ProjectPath, fact: ClassFact): boolean {
    return fact.topLevel && !fact.ambient && this.own.has(file);
  }

  /** The class as a shape; asked for twice, the same object, so that a class may contain itself. */
  classShape(file: ProjectPath, local: string, fact: ClassFact): ClassShape {
    const key = `${file}\0${local}`;
    const known = this.classes.get(key);
    if (known !== undefined) return known;
    const shape: MutableClassShape = { name: fact.name ?? local, module: file, local, fields: [] };
    this.classes.set(key, shape);
    this.pending.set(shape, () => {
      shape.fields = this.classFields(file, fact);
    });
    return shape;
  }

  private classFields(file: ProjectPath, fact: ClassFact, up = 0): FieldShape[] {
    const parameters: Scope = new Map(fact.typeParameters.map((name) => [name, ANY]));
    const own = fact.members
      .filter((m) => isField(m) && m.name !== null && !m.name.startsWith('#'))
      .map((m) => this.memberField(file, m, parameters));
    const base = up < MAX_BASES ? this.baseOf(file, fact) : null;
    return overriding(base === null ? own : [...this.classFields(base.file, base.fact, up + 1), ...own]);
  }

  memberField(file: ProjectPath, member: MemberFact, scope: Scope = NO_PARAMETERS): FieldShape {
    const type = member.type !== null ? this.shapeOf(file, member.type, scope) : inferred(member.init);
    return field(member.name ?? '', type, member.optional);
  }

  baseOf(file: ProjectPath, fact: ClassFact): { file: ProjectPath; name: string; fact: ClassFact } | null {
    return this.graph.classNamed(file, fact.extends);
  }
}

function isField(member: MemberFact): boolean {
  return (member.t === 'property' || member.t === 'accessor' || member.t === 'parameter-property') && !member.static;
}

function field(name: string, type: TypeShape, optional: boolean): FieldShape {
  const admits = type.t === 'undefined' || type.t === 'any' || (type.t === 'union' && type.of.some((m) => m.t === 'undefined'));
  return { name, type: withoutUndefined(type), optional: optional || admits };
}

function withoutUndefined(type: TypeShape): TypeShape {
  if (type.t !== 'union') return type;
  return union(type.of.filter((m) => m.t !== 'undefined'));
}

/** Later fields replace earlier ones of the same name, in their place. */
function overriding(fields: readonly FieldShape[]): FieldShape[] {
  return [...new Map(fields.map((f) => [f.name, f])).values()];
}

function keyword(name: string): TypeShape {
  switch (name) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return { t: name };
    case 'undefined':
    case 'void':
      return UNDEFINED;
    default:
      return ANY;
  }
}

function literal(value: string | number | boolean | null): TypeShape {
  return value === null ? { t: 'null' } : { t: typeof value as 'string' | 'number' | 'boolean' };
}

/** One member for each distinct shape; a union of one is that one. */
export function union(members: readonly TypeShape[]): TypeShape {
  const flat = members.flatMap((m) => (m.t === 'union' ? m.of : [m]));
  if (flat.some((m) => m.t === 'any')) return ANY;
  const unique: TypeShape[] = [];
  for (const member of flat) if (!unique.some((u) => sameSimple(u, member))) unique.push(member);
  const [only] = unique;
  return unique.length === 1 && only !== undefined ? only : { t: 'union', of: unique };
}

function sameSimple(a: TypeShape, b: TypeShape): boolean {
  if (a === b) return true;
  if (a.t === 'class' && b.t === 'class') return a.class === b.class;
  return a.t === b.t && Object.keys(a).length === 1 && Object.keys(b).length === 1;
}

function globalType(name: string, args: readonly TypeShape[]): TypeShape {
  const [first = ANY, second = ANY] = args;
  switch (name) {
    case 'Date':
      return { t: 'date' };
    case 'Uint8Array':
    case 'Buffer':
      return { t: 'bytes' };
    case 'Array':
    case 'ReadonlyArray':
      return { t: 'array', of: first };
    case 'Set':
    case 'ReadonlySet':
      return { t: 'set', of: first };
    case 'Map':
    case 'ReadonlyMap':
      return { t: 'map', key: first, of: second };
    case 'Record':
      return { t: 'record', of: second };
    case 'Promise':
    case 'Readonly':
    case 'NonNullable':
      return first;
    case 'String':
      return { t: 'string' };
    case 'Number':
      return { t: 'number' };
    case 'Boolean':
      return { t: 'boolean' };
    default:
      return ANY;
  }
}

function enumShape(members: readonly { readonly init: Expr | null }[]): TypeShape {
  const types = members.map((m): TypeShape => {
    if (m.init?.t === 'lit' && typeof m.init.v === 'string') return { t: 'string' };
    return m.init?.t === 'template' ? { t: 'string' } : { t: 'number' };
  });
  return types.length === 0 ? ANY : union(types);
}

/** The type of a field without annotation, where its initial value shows it plainly. */
function inferred(init: Expr | null): TypeShape {
  if (init === null) return ANY;
  if (init.t === 'lit') return init.v === null ? ANY : literal(init.v);
  if (init.t === 'template') return { t: 'string' };
  if (init.t === 'unary' && init.op === '!') return { t: 'boolean' };
  if (init.t === 'unary' && init.e.t === 'lit' && typeof init.e.v === 'number') return { t: 'number' };
  if (init.t === 'array') return { t: 'array', of: ANY };
  if (init.t === 'opaque' && init.form === 'call') {
    if (/^(BigInt\(|\d+n$)/.test(init.text)) return { t: 'bigint' };
  }
  return init.t === 'opaque' && /^-?\d+n$/.test(init.text) ? { t: 'bigint' } : ANY;
}
