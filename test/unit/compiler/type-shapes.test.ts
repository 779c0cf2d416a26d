import { expect } from 'chai';
import type { FieldShape, TypeShape } from '../../../compiler/ir/graph.js';
import { TypeShapes } from '../../../compiler/phases/2-read/type-shapes.js';
import { moduleGraph } from './modules.js';

type Files = Readonly<Record<string, string>>;

/** The shape of the type alias `T` of `a.ts`. */
function shapeOf(source: string, more: Files = {}): TypeShape {
  const graph = moduleGraph({ 'a.ts': source, ...more });
  const declared = graph.facts('a.ts').types['T'];
  if (declared === undefined) throw new Error('no type T');
  return new TypeShapes(graph).shapeOf('a.ts', declared.type);
}

/** As a text: `{ a?: string }`, `Class!{ ... }`; a class inside itself only by its name. */
function text(type: TypeShape, inside: readonly unknown[] = []): string {
  const inner = (one: TypeShape): string => text(one, inside);
  const fields = (all: readonly FieldShape[], now = inside): string =>
    `{${all.map((f) => ` ${f.name}${f.optional ? '?' : ''}: ${text(f.type, now)}`).join(';')} }`;
  switch (type.t) {
    case 'array':
    case 'set':
    case 'record':
      return `${type.t}<${inner(type.of)}>`;
    case 'map':
      return `map<${inner(type.key)}, ${inner(type.of)}>`;
    case 'tuple':
      return `[${type.items.map(inner).join(', ')}]`;
    case 'union':
      return `(${type.of.map(inner).join(' | ')})`;
    case 'object':
      return fields(type.fields);
    case 'class':
      return inside.includes(type.class)
        ? type.class.name
        : `${type.class.name}!${fields(type.class.fields, [...inside, type.class])}`;
    default:
      return type.t;
  }
}

const of = (type: string, before = '', more: Files = {}): string => text(shapeOf(`${before}; type T = ${type};`, more));

describe('the shape of a type', () => {
  const PLAIN: Readonly<Record<string, string>> = {
    string: 'string',
    number: 'number',
    boolean: 'boolean',
    bigint: 'bigint',
    undefined: 'undefined',
    void: 'undefined',
    null: 'null',
    unknown: 'any',
    any: 'any',
    never: 'any',
    object: 'any',
    "'a'": 'string',
    '-1': 'number',
    true: 'boolean',
    "'a' | 'b'": 'string',
    "'a' | 1": '(string | number)',
    'string | null': '(string | null)',
    'string | any': 'any',
    Date: 'date',
    Uint8Array: 'bytes',
    Buffer: 'bytes',
    'Date[]': 'array<date>',
    'Array<Date>': 'array<date>',
    'readonly Date[]': 'array<date>',
    'ReadonlyArray<Date>': 'array<date>',
    'Set<Date>': 'set<date>',
    'ReadonlySet<bigint>': 'set<bigint>',
    'Map<string, Date>': 'map<string, date>',
    Map: 'map<any, any>',
    'Record<string, Date>': 'record<date>',
    '{ [key: string]: Date }': 'record<date>',
    '[string, Date]': '[string, date]',
    '[first: string, second: Date]': '[string, date]',
    '[string, Date?]': 'any',
    '[string, ...Date[]]': 'any',
    'Promise<Date>': 'date',
    'Readonly<Date>': 'date',
    '(Date)': 'date',
    '{ a: Date; b?: string; readonly c: 1 }': '{ a: date; b?: string; c: number }',
    '{ a: Date | undefined; b: unknown }': '{ a?: date; b?: any }',
    'Partial<{ a: Date; b: { c: string } }>': '{ a?: date; b?: { c: string } }',
    'Partial<string>': 'any',
    'A & B': 'any',
    'keyof A': 'any',
    'A extends B ? C : D': 'any',
    '() => void': 'any',
    Unknown: 'any',
    'Deep.Unknown': 'any',
  };

  for (const [type, shape] of Object.entries(PLAIN)) {
    it(`of ${type} is ${shape}`, () => {
      expect(of(type)).to.equal(shape);
    });
  }

  it('follows aliases, interfaces and their bases', () => {
    expect(of('Alias', 'type Alias = Other; type Other = Date')).to.equal('date');
    expect(of('I', 'interface I extends J, K { a: Date } interface J { b: string; a: string } interface K { c: 1 }')).to.equal(
      '{ b: string; a: date; c: number }',
    );
    expect(of('I', 'interface I { a: Date } interface I { b: string }')).to.equal('{ a: date; b: string }');
  });

  it('puts arguments in the place of type parameters', () => {
    expect(of('Box<Date>', 'type Box<V> = { value: V; all: V[] }')).to.equal('{ value: date; all: array<date> }');
    expect(of('Box<Date>', 'interface Box<V> extends Base<V> { } interface Base<W> { value: W }')).to.equal('{ value: date }');
    expect(of('Box', 'type Box<V> = { value: V }')).to.equal('{ value?: any }');
  });

  it('knows enums by the values they have', () => {
    expect(of('E', 'enum E { A, B }')).to.equal('number');
    expect(of('E', "enum E { A = 'a', B = 'b' }")).to.equal('string');
    expect(of('E.A', "enum E { A = 'a', B = 'b' }")).to.equal('string');
  });

  it('follows names into other files', () => {
    const more = { 'b.ts': 'export interface I { at: Date } export class C { at!: Date }' };
    expect(of('I', "import { I } from './b'", more)).to.equal('{ at: date }');
    expect(of('b.C', "import type * as b from './b'", more)).to.equal('C!{ at: date }');
  });

  it('of a class has its fields, inherited ones first, and no methods, statics or private names', () => {
    const source = `class Base { id!: string; at!: string }
      class C extends Base { at!: Date; static s: string; #hidden = 1; method(): void {} accessor x!: bigint; constructor(public y: number, readonly z?: Set<string>) { super(); } }`;
    expect(of('C', source)).to.equal('C!{ id: string; at: date; x: bigint; y: number; z?: set<string> }');
  });

  it('of a field without a type is what its initial value shows', () => {
    const source =
      "class C { a = 'x'; b = 1; c = !1; d = new Date(); e = [1]; f = `x`; g = -1; h = null; i = compute(); j = new Map<string, string>() }";
    expect(of('C', source)).to.equal(
      'C!{ a: string; b: number; c: boolean; d: date; e: array<any>; f: string; g: number; h?: any; i?: any; j: map<string, string> }',
    );
  });

  it('of a class that is asked for twice is one object', () => {
    const shape = shapeOf('class C { next?: C; d!: D } class D { c!: C } type T = [C, C, D]');
    if (shape.t !== 'tuple') throw new Error('no tuple');
    const classOf = (type: TypeShape | undefined) => (type?.t === 'class' ? type.class : undefined);
    const [first, second, third] = shape.items.map(classOf);
    expect(first).to.be.an('object').and.to.equal(second);
    expect(classOf(third?.fields[0]?.type)).to.equal(first);
    expect(text(shape)).to.equal('[C!{ next?: C; d: D!{ c: C } }, C!{ next?: C; d: D!{ c: C } }, D!{ c: C!{ next?: C; d: D } }]');
  });

  it('of a class that no entry can import is any, so that its values pass as they are', () => {
    expect(of('C', 'declare class C { at: Date }')).to.equal('any');
    expect(of('N.C', 'namespace N { export class C { at!: Date } }')).to.equal('any');
    expect(of('C', "import { C } from './b.d'", { 'b.d.ts': 'export class C { at: Date }' })).to.equal('any');
    expect(of('{ c: C; at: Date }', 'declare class C {}')).to.equal('{ c?: any; at: date }');
  });

  it('takes the fields of a class for Partial and for interfaces that extend it', () => {
    expect(of('Partial<C>', 'class C { at!: Date; next?: Partial<C> }')).to.match(/^\{ at\?: date; next\?: /);
    expect(of('I', 'interface I extends C { more: string } class C { at!: Date }')).to.equal('{ at: date; more: string }');
  });
});

describe('types that contain themselves', () => {
  const SOURCES: Readonly<Record<string, string>> = {
    'a list': 'interface List { at: Date; next: List } type T = List',
    'a tree': 'interface Tree { at: Date; left: Tree; right: Tree } type T = Tree',
    'a wide tree': `interface Wide { ${Array.from({ length: 30 }, (_, i) => `f${i}: Wide`).join(';')} } type T = Wide`,
    JSON: 'type Json = string | number | boolean | null | Json[] | { [key: string]: Json }; type T = Json',
    'an alias of itself': 'type A = A; type T = A',
    'a generic alias that grows': 'type A<V> = { x: A<A<V>>; y: A<V[]> }; type T = A<string>',
    'two interfaces that extend each other': 'interface A extends B {} interface B extends A {} type T = A',
    'a class that extends itself': 'class A extends A { at!: Date } type T = A',
    'two classes that extend each other': 'class A extends B { x!: A } class B extends A { y!: B } type T = A',
    'a class of Partials of itself': 'class A { x!: Partial<A>; y!: Partial<B> } class B { z!: Partial<A> } type T = A',
  };

  for (const [name, source] of Object.entries(SOURCES)) {
    it(`end: ${name}`, () => {
      const start = performance.now();
      const shape = shapeOf(source);
      expect(performance.now() - start).to.be.lessThan(3000);
      expect(JSON.stringify(text(shape)).length).to.be.lessThan(100_000);
    });
  }

  it('keep what they hold for many levels', () => {
    const list = text(shapeOf('interface List { at: Date; next?: List } type T = List'));
    expect(list.split('date').length - 1).to.be.greaterThan(15);
    const tree = text(shapeOf('interface Tree { at: Date; left: Tree; right: Tree } type T = Tree'));
    expect(tree.split('date').length - 1).to.be.greaterThan(30);
  });

  it('are cut at the same depth on every side', () => {
    const shape = shapeOf('interface Tree { left: Tree; right: Tree } type T = Tree');
    const depth = (type: TypeShape): readonly number[] =>
      type.t === 'object' ? type.fields.flatMap((f) => depth(f.type).map((d) => d + 1)) : [0];
    expect(new Set(depth(shape)).size).to.equal(1);
  });

  it('may be chains of thousands of classes', () => {
    const chain = Array.from({ length: 4000 }, (_, i) => `class K${i} { next!: K${i + 1} }`).join('\n');
    const shape = shapeOf(`${chain}; class K4000 { at!: Date } type T = K0`);
    let last = shape;
    let length = 0;
    for (; last.t === 'class' && last.class.name !== 'K4000'; length++) last = last.class.fields[0]?.type as TypeShape;
    expect([length, text(last)]).to.deep.equal([4000, 'K4000!{ at: date }']);
  });
});
