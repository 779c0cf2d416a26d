import { expect } from 'chai';
import { nodeHost } from '../../../../bin/node-host.js';
import { loadConfig } from '../../../../compiler/config/load-config.js';
import { createSink } from '../../../../compiler/diagnostics/sink.js';
import type { SentValue } from '../../../../compiler/ir/sent-value.js';
import { wireText } from '../../../../compiler/ir/serialise.js';
import type { HttpAnswer, TypeDecl, WireField, WireType } from '../../../../compiler/ir/wire-type.js';
import { loadProgram } from '../../../../compiler/phases/1-load/load-program.js';
import { readTypes, type StoredTypes, type TypesCache } from '../../../../compiler/phases/1-load/types/read-types.js';
import { applyTypes } from '../../../../compiler/phases/2-read/apply-types.js';
import { readApp } from '../../../../compiler/phases/2-read/read-app.js';
import { catalogueOf } from '../../../../compiler/pipeline.js';
import { type TempProject, tempProject } from '../../../support/temp-project.js';

interface Read {
  readonly bodies: ReadonlyMap<string, WireType>;
  readonly results: ReadonlyMap<string, WireType>;
  readonly answers: ReadonlyMap<string, readonly HttpAnswer[] | null>;
  /** `NIM1701 body.f` and the like. */
  readonly said: readonly string[];
  readonly sent: readonly SentValue[];
}

function read(project: TempProject, cache: TypesCache = { get: () => undefined, set: () => {} }): Read {
  const options = project.options();
  const sink = createSink(catalogueOf(options.provider));
  const config = loadConfig(nodeHost, project.dir, null, sink);
  if (!config.ok) throw new Error('no configuration');
  const program = loadProgram(
    nodeHost,
    project.dir,
    config.value,
    { path: 'out', span: null },
    { get: () => undefined, set: () => {} },
    { get: () => undefined, set: () => {} },
    sink,
  );
  if (!program.ok) throw new Error('no program');
  const { app } = readApp(program.value, program.value.damaged, sink);
  const typed = applyTypes(app, (asked) => readTypes(asked, nodeHost, program.value, options.runtimeDir, cache), sink);
  const bodies = new Map<string, WireType>();
  for (const { methods, name, wire } of typed.app.classes) {
    if (wire !== null) bodies.set(name, wire);
    for (const method of methods) for (const { type } of method.params) if ('body' in type) bodies.set(method.name, type.body);
  }
  const results = new Map([...typed.results()].map(([name, { type }]) => [name.slice(name.indexOf('.') + 1), type]));
  const answers = new Map([...typed.results()].map(([name, it]) => [name.slice(name.indexOf('.') + 1), it.answers]));
  return { bodies, results, answers, sent: typed.sent, said: sink.finish().map((d) => `${d.code} ${d.message}`) };
}

/** In TypeScript's manner; declarations with their content where they are first met, `Name!` for classes that are instantiated. */
function text(type: WireType, seen: Set<TypeDecl> = new Set()): string {
  const inner = (one: WireType): string => text(one, seen);
  const { t, ...limits } = type;
  switch (type.t) {
    case 'ref': {
      const mark =
        type.to.class === null ? '' : `!${type.to.class.construct.length > 0 ? `(${type.to.class.construct.join()})` : ''}`;
      if (seen.has(type.to)) return `${type.to.name}${mark}`;
      seen.add(type.to);
      return `${type.to.name}${mark} = ${inner(type.to.type)}`;
    }
    case 'literal':
      return JSON.stringify(type.value);
    case 'array':
    case 'set':
    case 'record': {
      const { of, ...more } = limits as { of: WireType };
      return `${t}<${inner(of)}>${Object.keys(more).length === 0 ? '' : JSON.stringify(more)}`;
    }
    case 'map':
      return `map<${inner(type.key)}, ${inner(type.of)}>`;
    case 'tuple': {
      const items = type.items.map((item, i) => `${inner(item)}${i < type.required ? '' : '?'}`);
      return `[${[...items, ...(type.rest === null ? [] : [`...${inner(type.rest)}`])].join(', ')}]`;
    }
    case 'union':
      return `(${type.of.map(inner).join(' | ')})`;
    case 'object': {
      const field = (f: WireField): string => ` ${f.name}${f.optional ? '?' : ''}: ${inner(f.type)}`;
      const index = type.index === null ? [] : [` [string]: ${inner(type.index)}`];
      return `{${[...type.fields.map(field), ...index].join(';')}${type.closed ? '; closed' : ''} }`;
    }
    default:
      return `${t}${Object.keys(limits).length === 0 ? '' : JSON.stringify(limits)}`;
  }
}

const HEAD = `import { HttpServerlessFunction } from 'nimbusc';\n`;

/** One method for each type: `m0(body: string)`. */
function handlers(types: readonly string[], result = (_: number): string => 'void'): string {
  const methods = types.map(
    (type, i) =>
      `  @HttpServerlessFunction({ method: 'POST', path: 'm${i}' })\n  m${i}(body: ${type}): ${result(i)} { return undefined as never; }`,
  );
  return `export class Api {\n${methods.join('\n')}\n}\n`;
}

const DECLARATIONS = `
export enum Color { RED = 'red', BLUE = 'blue' }
export enum Level { LOW, HIGH = 7 }
const enum Bits { ONE = 1 << 0, TWO = 1 << 1 }
export interface Point { x: number; y: number; label?: string | null }
export interface Named { readonly name: string }
interface Both extends Point, Named { z: bigint }
type Shape = { kind: 'circle'; radius: number } | { kind: 'square'; side: number };
interface Tree { value: string; children: Tree[] }
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
interface Page<T> { items: T[]; next?: Page<T> }
export class Item {
  static made = 0;
  #secret = 1;
  private hidden = 'x';
  protected also = 'y';
  readonly kind = 'item';
  price = 0;
  tags: string[] = [];
  note?: string;
  declare ambient: string;
  get total(): number { return this.price; }
  set total(value: number) { this.price = value; }
  add(): void {}
  onDone = () => {};
  [Symbol.iterator]() { return this.#secret; }
}
export class Special extends Item { extra: Date = new Date(); constructor(readonly id: string, public size: number) { super(); } }
class Mixed { constructor(readonly id: string, other: number) {} a = 1 }
abstract class Base { abstract id: string }
class Box<T> { constructor(readonly value: T) {} }
type Email = string & { readonly brand: unique symbol };
type Nullable<T> = { [K in keyof T]: T[K] | null };
type OnlyStrings<T> = { [K in keyof T as T[K] extends string ? K : never]: T[K] };
type If<T> = T extends string ? { text: T } : { other: T };
type Getters<T> = { [K in keyof T & string as \`get\${Capitalize<K>}\`]: T[K] };
const TABLE = { a: 1, b: 'x' } as const;
type Tuple = [first: string, second?: number, ...rest: boolean[]];
`;

const CASES: readonly (readonly [type: string, expected: string])[] = [
  ['string', 'string'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['bigint', 'bigint'],
  ['null', 'null'],
  ['Date', 'date'],
  ['Uint8Array', 'bytes'],
  ['String', 'string'],
  ['"a"', '"a"'],
  ['-1', '-1'],
  ['true', 'true'],
  ['true | false', 'boolean'],
  ['12n', 'bigint'],
  ["'b' | 'a' | undefined", '("a" | "b" | undefined)'],
  ['3 | 10 | 2', '(2 | 3 | 10)'],
  ['string | null', '(string | null)'],
  ['string[]', 'array<string>'],
  ['readonly string[]', 'array<string>'],
  ['ReadonlyArray<Date>', 'array<date>'],
  ['(string | number)[]', 'array<(string | number)>'],
  ['Set<number>', 'set<number>'],
  ['ReadonlySet<Date>', 'set<date>'],
  ['Map<string, Date>', 'map<string, date>'],
  ['Map<number, bigint[]>', 'map<number, array<bigint>>'],
  ['Tuple', '[string, number?, ...boolean]'],
  ['[string, Date]', '[string, date]'],
  ['readonly [string, ...number[], Date]', '[string, ...(number | date)]'],
  ['Record<string, number>', 'Record<string, number> = record<number>'],
  ['{ [key: string]: Date }', 'record<date>'],
  ['{ a: string; [key: string]: string }', '{ a: string; [string]: string }'],
  ["Record<'a' | 'b', number>", 'Record<"a" | "b", number> = { a: number; b: number }'],
  ['Color', 'Color = ("red" | "blue")'],
  ['Color.RED', '"red"'],
  ['Color | null', '(Color = ("red" | "blue") | null)'],
  ['Level', 'Level = (0 | 7)'],
  ['Bits', 'Bits = (1 | 2)'],
  ['Point', 'Point = { x: number; y: number; label?: (string | null) }'],
  ['Both', 'Both = { z: bigint; x: number; y: number; label?: (string | null); name: string }'],
  ['Point & Named', '{ x: number; y: number; label?: (string | null); name: string }'],
  ['Shape', 'Shape = ({ kind: "circle"; radius: number } | { kind: "square"; side: number })'],
  ['Tree', 'Tree = { value: string; children: array<Tree> }'],
  [
    'Page<Point>',
    'Page<Point> = { items: array<Point = { x: number; y: number; label?: (string | null) }>; next?: Page<Point> }',
  ],
  ['Item', 'Item! = { kind: "item"; price: number; tags: array<string>; note?: string; ambient: string }'],
  [
    'Special',
    'Special!(id,size) = { extra: date; id: string; size: number; kind: "item"; price: number; tags: array<string>; note?: string; ambient: string }',
  ],
  ['Mixed', 'Mixed! = { id: string; a: number }'],
  ['Base', 'Base = { id: string }'],
  ['Box<Date>', 'Box<Date>!(value) = { value: date }'],
  ['Email', 'string'],
  ['Partial<Point>', 'Partial<Point> = { x?: number; y?: number; label?: (string | null) }'],
  ['Required<Point>', 'Required<Point> = { x: number; y: number; label: (string | null) }'],
  ["Pick<Point, 'x'>", 'Pick<Point, "x"> = { x: number }'],
  ["Omit<Point, 'x' | 'label'>", 'Omit<Point, "label" | "x"> = { y: number }'],
  ["Exclude<'a' | 'b' | 'c', 'c'>", '("a" | "b")'],
  ['NonNullable<string | null>', 'string'],
  ['Nullable<Named>', 'Nullable<Named> = { name: (string | null) }'],
  ['OnlyStrings<{ a: string; b: number }>', 'OnlyStrings<{ a: string; b: number; }> = { a: string }'],
  ['If<string>', '{ text: string }'],
  ['If<number>', '{ other: number }'],
  ['Getters<Named>', 'Getters<Named> = { getName: string }'],
  ['typeof TABLE', '{ a: 1; b: "x" }'],
  ["Point['x']", 'number'],
  ['keyof Named', '"name"'],
  ['`item-${number}`', 'string{"pattern":"^item--?(?:0|[1-9]\\\\d*)(?:\\\\.\\\\d+)?(?:[eE][+-]?\\\\d+)?$"}'],
  ["`${'a' | 'b'}.${string}`", '(string{"pattern":"^a\\\\.[\\\\s\\\\S]*$"} | string{"pattern":"^b\\\\.[\\\\s\\\\S]*$"})'],
  ['{}', '{ }'],
  ['object', 'record<any>'],
  ['{ a?: never; b: string }', '{ b: string }'],
  ['{ a: string | undefined }', '{ a?: string }'],
  [
    'Other',
    'Other = { from: string; page: Page<Item> = { items: array<Item! = { kind: "item"; price: number; tags: array<string>; note?: string; ambient: string }>; next?: Page<Item> } }',
  ],
];

describe('types as the checker sees them', () => {
  let project: TempProject;
  let found: Read;
  const extra = "import type { Other } from '@lib/other';\n";

  before(function () {
    this.timeout(60_000);
    project = tempProject({
      'tsconfig.json': JSON.stringify({
        compilerOptions: { target: 'es2022', module: 'esnext', moduleResolution: 'bundler', paths: { '@lib/*': ['./lib/*'] } },
        include: ['src'],
      }),
      'src/api.ts': `${HEAD}${extra}${DECLARATIONS}${handlers(CASES.map(([type]) => type))}\nexport type { Page };\n`,
      'lib/other.ts': `import type { Item, Page } from '../src/api.js';\nexport interface Other { from: string; page: Page<Item> }\n`,
    });
    found = read(project);
  });
  after(() => project.remove());

  for (const [index, [type, expected]] of CASES.entries()) {
    it(type, () => {
      expect(text(found.bodies.get(`m${index}`) as WireType)).to.equal(expected);
    });
  }

  it('have nothing to be said about', () => {
    expect(found.said).to.deep.equal([]);
  });
});

describe('types of results', () => {
  const RESULTS: readonly (readonly [method: string, expected: string])[] = [
    ['async a() { return { at: new Date(), list: [1, 2].map(String) }; }', '{ at: date; list: array<string> }'],
    ['b(): Promise<string | null> { return Promise.resolve(null); }', '(string | null)'],
    ['c() {}', 'undefined'],
    ['async d() { return Math.random() > 0.5 ? 1 : undefined; }', '(1 | undefined)'],
    ['e() { return new HttpResponse().withStatusCode(201); }', 'any'],
    ['f() { return new Map([[1, new Set<bigint>()]]); }', 'map<number, set<bigint>>'],
    ['async g() { return this.help(); }', '{ ok: boolean }'],
    ['h() { return (x: number) => x; }', 'any'],
  ];

  it('are inferred where they are not declared, promises unwrapped', () => {
    const methods = RESULTS.map(
      ([method]) => `  @HttpServerlessFunction({ method: 'GET', path: '${method.slice(0, 9).trim()}' })\n  ${method}`,
    );
    const project = tempProject({
      'src/api.ts': `import { HttpResponse, HttpServerlessFunction } from 'nimbusc';\nexport class Api {\n  private help() { return { ok: true }; }\n${methods.join('\n')}\n}\n`,
    });
    try {
      const { results, said } = read(project);
      expect([...results.values()].map((type) => text(type))).to.deep.equal(RESULTS.map(([, expected]) => expected));
      expect(said).to.deep.equal([]);
    } finally {
      project.remove();
    }
  });
});

describe('what HTTP functions answer', () => {
  const METHODS: readonly (readonly [method: string, answers: readonly string[] | null])[] = [
    ['old(): HttpResponse { return new HttpResponse(); }', null],
    ['plain(): Book { return book; }', null],
    ['made(): HttpResponse<Book, 201> { return new HttpResponse().withStatusCode(201).withJsonBody(book); }', ['201 Book']],
    ['inferred() { return new HttpResponse().withJsonBody(book).withStatusCode(201).withHeaders({ a: "b" }); }', ['201 Book']],
    ['open(): HttpResponse<Book> { return new HttpResponse().withJsonBody(book); }', ['null Book']],
    ['empty() { return new HttpResponse().withStatusCode(204); }', ['204 any']],
    ['page() { return new HttpResponse().withBody("<p>"); }', null],
    [
      'async either(found: boolean) { return found ? book : new HttpResponse().withStatusCode(404).withJsonBody({ why: "gone" }); }',
      ['200 Book', '404 { why: string }'],
    ],
    [
      'both(): HttpResponse<Book, 200> | HttpResponse<Date, 200> | undefined { return undefined; }',
      ['200 Date | Book | undefined'],
    ],
    ['sub(): Created { return new Created(); }', ['201 Book']],
    ['alias(): Answer<Book> { return new HttpResponse().withStatusCode(202).withJsonBody(book); }', ['202 Book']],
  ];

  it('is read from the types of their responses', () => {
    const project = tempProject({
      'nimbus.yml': 'projectName: p\n',
      'src/a.ts': `import { HttpResponse, HttpServerlessFunction } from 'nimbusc';
        interface Book { title: string }
        const book: Book = { title: '' };
        type Answer<T> = HttpResponse<T, 202>;
        class Created extends HttpResponse<Book, 201> {}
        export class A {
          ${METHODS.map(([method], i) => `@HttpServerlessFunction({ method: 'GET', path: 'p${i}' }) ${method}`).join('\n')}
        }`,
    });
    try {
      const { answers } = read(project);
      const found = [...answers.values()].map((all) => all?.map(({ status, type }) => `${status} ${wireText(type)}`) ?? null);
      expect(found).to.deep.equal(METHODS.map(([, expected]) => expected));
    } finally {
      project.remove();
    }
  });
});

describe('limits and descriptions in doc comments', () => {
  it('belong to the type of a property, wherever they stand', () => {
    const project = tempProject({
      'src/api.ts': `${HEAD}
/** At least three letters.
 * @minLength 3 */
type Name = string;
/**
 * What is ordered.
 *
 * More of it.
 * @deprecated
 */
interface Order {
  /** @format uuid */
  id: string;
  /** @maxLength 9 */
  name: Name | null;
  /** @minimum 0
   * @exclusiveMaximum 10
   * @multipleOf 0.5
   * @default 1
   * @example 2
   * @example 2.5 */
  amount?: number;
  /** @integer */
  count: number;
  /** @minItems 1
   * @maxItems 5 */
  tags: Set<string>;
  /** @pattern ^[a-z]+$ */
  code: string;
}
/** @additionalProperties false */
export class Closed { /** @default "x" */ a = 'x' }
export class Api {
  /** Makes an order.
   * @param id the number of it */
  @HttpServerlessFunction({ method: 'POST', path: 'orders/{id}' })
  order(body: Order): void {}
  @HttpServerlessFunction({ method: 'POST', path: 'closed' })
  closed(/** no matter */ body: Closed): void {}
  @HttpServerlessFunction({ method: 'POST', path: 'name' })
  name(body: Name): void {}
}
`,
    });
    try {
      const { bodies, said } = read(project);
      expect(said).to.deep.equal([]);
      expect(text(bodies.get('order') as WireType)).to.equal(
        'Order = { id: string{"format":"uuid"}; name: (string{"minLength":3,"maxLength":9} | null);' +
          ' amount?: number{"minimum":0,"exclusiveMaximum":10,"multipleOf":0.5}; count: number{"integer":true};' +
          ' tags: set<string>{"minItems":1,"maxItems":5}; code: string{"pattern":"^[a-z]+$"} }',
      );
      const { to } = bodies.get('order') as Extract<WireType, { t: 'ref' }>;
      expect(to.doc).to.deep.equal({ description: 'What is ordered.\n\nMore of it.', deprecated: true });
      const amount = (to.type as Extract<WireType, { t: 'object' }>).fields.find((f) => f.name === 'amount');
      expect(amount?.doc).to.deep.equal({ description: null, default: 1, examples: [2, 2.5] });
      expect(text(bodies.get('closed') as WireType)).to.equal('Closed! = { a: string; closed }');
      expect(text(bodies.get('name') as WireType)).to.equal('string{"minLength":3}');
    } finally {
      project.remove();
    }
  });
});

describe('what code sends', () => {
  it('is found with its type, and with what its client was made for', () => {
    const project = tempProject({
      'src/api.ts': `import { ClientBuilder, HttpServerlessFunction } from 'nimbusc';
interface Said { text: string; at: Date }
const shared = ClientBuilder.getServerlessFunctionWebSocketClient();
export class Api {
  private readonly sockets = (ClientBuilder.getServerlessFunctionWebSocketClient());
  @HttpServerlessFunction({ method: 'POST', path: 'say' })
  async say(body: Said): Promise<void> {
    await this.sockets.sendToConnectionConvertToJson('a', body);
    await shared.sendToConnectionConvertToJson('a', { kind: 'b', list: [new Set([1n])] });
    const local = this.sockets;
    await local!.sendToConnectionConvertToJson('a', [1, 2] as const);
    let other = shared;
    await other.sendToConnectionConvertToJson('a', 'not traced');
    await own.sendToConnectionConvertToJson('a', 1);
  }
}
const own = { sendToConnectionConvertToJson(_id: string, _value: number): void {} };
`,
    });
    try {
      const { sent, said } = read(project);
      expect(said).to.deep.equal([]);
      expect(sent.map((one) => [one.by, one.client, one.method, text(one.type)])).to.deep.equal(
        ['Said = { text: string; at: date }', '{ kind: string; list: array<set<bigint>> }', '[1, 2]'].map((type) => [
          'Api.say',
          'getServerlessFunctionWebSocketClient',
          'sendToConnectionConvertToJson',
          type,
        ]),
      );
    } finally {
      project.remove();
    }
  });
});

describe('a client', () => {
  const FORMS: Readonly<Record<string, string>> = {
    'of a constant': 'orders.sendMessageAsJson(1)',
    'of a field': 'this.field.sendMessageAsJson(1)',
    'of a field that the constructor sets': 'this.set.sendMessageAsJson(1)',
    'of a getter': 'this.got.sendMessageAsJson(1)',
    'of a function': 'made().sendMessageAsJson(1)',
    'of a function in a constant': 'arrow().sendMessageAsJson(1)',
    'of an object': 'clients.orders.sendMessageAsJson(1)',
    'of an object, by its own name': 'clients.shared.sendMessageAsJson(1)',
    'taken out of an object': 'const { orders: mine } = clients; mine.sendMessageAsJson(1)',
    'taken out of the instance': 'const { field } = this; field.sendMessageAsJson(1)',
    'of another file': 'elsewhere.sendMessageAsJson(1)',
    'made there and then': 'ClientBuilder.getQueueClient(Orders).sendMessageAsJson(1)',
  };
  const UNKNOWN: Readonly<Record<string, string>> = {
    'of a variable': 'variable.sendMessageAsJson(1)',
    'of a parameter': 'given.sendMessageAsJson(1)',
    'of a field that is set twice': 'this.twice.sendMessageAsJson(1)',
    'of a function with a choice': 'chosen(true).sendMessageAsJson(1)',
    'with another one in its place': 'const { none = orders } = clients as { none?: typeof orders }; none.sendMessageAsJson(1)',
  };
  const source = (body: string): string => `
    import { ClientBuilder, HttpServerlessFunction, Queue, type QueueClient } from 'nimbusc';
    import { elsewhere } from './clients.js';
    @Queue({ id: 'orders' }) export class Orders {}
    const orders = ClientBuilder.getQueueClient(Orders);
    const shared = orders;
    const clients = { orders: ClientBuilder.getQueueClient(Orders), shared };
    let variable = orders;
    function made() { return ClientBuilder.getQueueClient(Orders); }
    const arrow = () => orders;
    function chosen(first: boolean) { if (first) return orders; return variable; }
    export class Api {
      private readonly field = ClientBuilder.getQueueClient(Orders);
      private readonly set: QueueClient;
      private twice: QueueClient;
      constructor() { this.set = orders; this.twice = orders; this.twice = variable; }
      get got() { return this.field; }
      @HttpServerlessFunction({ method: 'POST', path: 'a' }) async say(): Promise<void> { ${body.includes('given') ? '' : body} }
      help(given: QueueClient) { ${body.includes('given') ? body : ''} }
    }`;
  const other = `import { ClientBuilder } from 'nimbusc'; import { Orders } from './api.js';
    export const elsewhere = ClientBuilder.getQueueClient(Orders);`;
  const targets = (body: string): unknown => {
    const project = tempProject({ 'src/api.ts': source(body), 'src/clients.ts': other });
    try {
      return read(project).sent.map(({ client, target }) => [client, target]);
    } finally {
      project.remove();
    }
  };

  for (const [form, body] of Object.entries(FORMS)) {
    it(`is traced: ${form}`, () => {
      expect(targets(body)).to.deep.equal([['getQueueClient', { file: 'src/api.ts', local: 'Orders' }]]);
    });
  }

  for (const [form, body] of Object.entries(UNKNOWN)) {
    it(`is not traced: ${form}`, () => {
      expect(targets(body)).to.deep.equal([]);
    });
  }
});

describe('what is remembered of types', () => {
  it('does not decide which of two equal types a result is named after', () => {
    const stored = new Map<string, Parameters<TypesCache['set']>[1]>();
    const cache: TypesCache = { get: (file) => stored.get(file), set: (file, types) => void stored.set(file, types) };
    const chosen = `${HEAD}import type { One, Two } from './model.js';
export class B {
  @HttpServerlessFunction({ method: 'GET', path: 'b' })
  pick(): unknown { return null; }
}
`.replace(
      'pick(): unknown { return null; }',
      'pick() { const one: One = { x: 1 }; const two: Two = { x: 2 }; return Date.now() > 0 ? one : two; }',
    );
    const project = tempProject({
      'src/model.ts': 'export interface One { x: number }\nexport interface Two { x: number }\n',
      'src/a.ts': `${HEAD}import type { Two } from './model.js';\n${handlers(['Two', 'Two[]']).replace('Api', 'A')}`,
      'src/b.ts': chosen,
    });
    try {
      const fresh = text(read(project, cache).results.get('pick') as WireType);
      project.write({ 'src/b.ts': `${chosen}\n` });
      expect(text(read(project, cache).results.get('pick') as WireType)).to.equal(fresh);
      expect(text(read(project).results.get('pick') as WireType)).to.equal(fresh);
    } finally {
      project.remove();
    }
  });

  it('gives the same as reading them anew, and counts until a file that matters changes', () => {
    const stored = new Map<string, Parameters<TypesCache['set']>[1]>();
    let written = 0;
    const cache: TypesCache = {
      get: (file) => stored.get(file),
      set(file, types) {
        written++;
        stored.set(file, types);
      },
    };
    const project = tempProject({
      'src/model.ts': 'export interface Order { id: string; parent?: Order }\n',
      'src/a.ts': `${HEAD}import type { Order } from './model.js';\n${handlers(['Order', 'Order[]']).replace('Api', 'A')}`,
      'src/b.ts': `${HEAD}${handlers(['string', 'Date'])
        .replace('Api', 'B')
        .replace(/\bm(\d)/g, 'n$1')}`,
    });
    try {
      const first = read(project, cache);
      expect([written, [...stored.keys()].sort()]).to.deep.equal([4, ['src/a.ts', 'src/b.ts']]);
      const second = read(project, cache);
      expect(written).to.equal(4);
      expect([...second.bodies].map(([, type]) => text(type))).to.deep.equal([...first.bodies].map(([, type]) => text(type)));
      expect([...second.results].map(([, type]) => text(type))).to.deep.equal([...first.results].map(([, type]) => text(type)));

      project.write({ 'src/model.ts': 'export interface Order { id: number; parent?: Order }\n' });
      const third = read(project, cache);
      expect(written).to.equal(6);
      expect(text(third.bodies.get('m0') as WireType)).to.equal('Order = { id: number; parent?: Order }');
    } finally {
      project.remove();
    }
  });
});

describe('what is read of types', () => {
  const MODEL = `export interface Order { id: string; kind: number; name: string; zeta: string }
export interface G<T> { v: T }
export namespace N { export interface X { a: string } }
export namespace O { export interface X { b: number } }
export interface Outer { inner: Inner; f: () => void }
export interface Inner { outer: Outer | null; x: string }
`;
  const api = (name: string, params: readonly string[], more = ''): string =>
    `${HEAD}import type { G, Inner, N, O, Order, Outer } from './model.js';\n${more}export class ${name} {\n${params
      .map(
        (type, i) =>
          `  @HttpServerlessFunction({ method: 'POST', path: '${name}${i}' })\n  ${name}${i}(body: ${type}) { return body; }\n`,
      )
      .join('')}}\n`;
  const shown = ({ bodies, results, said }: Read): unknown => [
    [...bodies].map(([name, type]) => `${name} ${text(type)}`),
    [...results].map(([name, type]) => `${name} ${text(type)}`),
    said,
  ];
  const memory = (): TypesCache => {
    const stored = new Map<string, StoredTypes>();
    return { get: (file) => stored.get(file), set: (file, types) => stored.set(file, types) };
  };

  /** Reads `before`, changes files, and expects what reading all of it anew gives. */
  function sameAsAnew(before: { readonly [file: string]: string }, after: { readonly [file: string]: string }): Read {
    const project = tempProject({ 'src/model.ts': MODEL, ...before });
    try {
      const cache = memory();
      read(project, cache);
      project.write(after);
      const warm = read(project, cache);
      expect(shown(warm)).to.deep.equal(shown(read(project)));
      return warm;
    } finally {
      project.remove();
    }
  }

  it('does not depend on the order in which the checker meets the members of unions', () => {
    const types = [
      "Omit<Order, 'kind'>",
      "Record<'id' | 'zeta' | 'name', number>",
      "G<'id' | 'zeta'>",
      "G<{ k?: ('id' | 'zeta')[] }>",
    ];
    const a = api('a', ["{ k: 'zeta' | 'name' | 'id' }", "G<'zeta' | 'id'>"]);
    const b = api('b', types);
    const { bodies } = sameAsAnew({ 'src/a.ts': a, 'src/b.ts': b }, { 'src/b.ts': `${b}// changed\n` });
    expect(text(bodies.get('b0') as WireType)).to.match(/ = \{ id: string; name: string; zeta: string \}$/);
  });

  it('has what other files declare for all, and counts until they declare something else', () => {
    const more = (type: string): string =>
      `declare global { interface Everywhere { a: ${type} } }\ndeclare module './model.js' { interface Order { more: ${type} } }\n`;
    const a = (type: string): string => api('a', ['string'], more(type));
    const b = api('b', ['Everywhere', 'Order']);
    sameAsAnew({ 'src/a.ts': a('string'), 'src/b.ts': b }, { 'src/b.ts': `${b}// changed\n` });
    const { bodies } = sameAsAnew({ 'src/a.ts': a('string'), 'src/b.ts': b }, { 'src/a.ts': a('number') });
    expect(text(bodies.get('b0') as WireType)).to.equal('Everywhere = { a: number }');
  });

  it('says of a type what there is to say, though it was first met within itself', () => {
    const a = api('a', ['Outer']);
    const b = api('b', ['Inner', 'G<Inner>']);
    const { said } = sameAsAnew({ 'src/a.ts': a, 'src/b.ts': b }, { 'src/b.ts': `${b}// changed\n` });
    expect(said.map((line) => /\S+\.f is a function/.exec(line)?.[0])).to.include.members([
      'body.f is a function',
      'body.outer.f is a function',
      'body.v.outer.f is a function',
    ]);
  });

  it('tells types of one name in one file apart', () => {
    const { bodies } = sameAsAnew({ 'src/a.ts': api('a', ['{ n: N.X; o: O.X }']) }, {});
    expect(text(bodies.get('a0') as WireType)).to.equal('{ n: N.X = { a: string }; o: O.X = { b: number } }');
  });

  it('has the results of files that are remembered without them', () => {
    const a = api('a', ['Order']);
    const project = tempProject({ 'src/model.ts': MODEL, 'src/a.ts': a, 'src/b.ts': api('b', ['Order']) });
    try {
      const cache = memory();
      read(project, { get: cache.get, set: (file, types) => cache.set(file, { ...types, results: null }) });
      project.write({ 'src/a.ts': `${a}// changed\n` });
      expect(shown(read(project, cache))).to.deep.equal(shown(read(project)));
    } finally {
      project.remove();
    }
  });

  it('counts until an import of types leads elsewhere', () => {
    for (const [before, type] of [
      ["import type { Late } from './late.js';\n", 'Late'],
      ['', "import('./late.js').Late"],
    ]) {
      const a = `${HEAD}${before}export class A { @HttpServerlessFunction({ method: 'POST', path: 'a' }) a0(body: ${type}) {} }\n`;
      const { bodies } = sameAsAnew({ 'src/a.ts': a }, { 'src/late.ts': 'export interface Late { id: string }\n' });
      expect(text(bodies.get('a0') as WireType)).to.equal('Late = { id: string }');
    }
  });

  it('knows keys that are written as numbers', () => {
    const { bodies } = sameAsAnew({ 'src/a.ts': api('a', ['{ [id: number]: Date }']) }, {});
    expect(text(bodies.get('a0') as WireType)).to.equal('record<date>');
  });
});
