import { expect } from 'chai';
import { nodeHost } from '../../../../bin/node-host.js';
import { loadConfig } from '../../../../compiler/config/load-config.js';
import { createSink } from '../../../../compiler/diagnostics/sink.js';
import type { FieldShape, TypeShape } from '../../../../compiler/ir/graph.js';
import { loadProgram } from '../../../../compiler/phases/1-load/load-program.js';
import { readTypes } from '../../../../compiler/phases/1-load/types/read-types.js';
import { applyTypes } from '../../../../compiler/phases/2-read/apply-types.js';
import { readApp } from '../../../../compiler/phases/2-read/read-app.js';
import { catalogueOf } from '../../../../compiler/pipeline.js';
import { tempProject } from '../../../support/temp-project.js';

/** The stored fields of the class `Stored` of a project, as they are told to stores. */
function fieldsOf(source: string, more: Readonly<Record<string, string>> = {}): readonly FieldShape[] {
  const text = `import { Attribute, DocumentStore, Key } from 'nimbusc';\n${source}`;
  const project = tempProject({ 'nimbus.yml': 'projectName: p\n', 'src/a.ts': text, ...more });
  try {
    const options = project.options();
    const sink = createSink(catalogueOf(options.provider));
    const none = { get: () => undefined, set: () => {} };
    const config = loadConfig(nodeHost, project.dir, null, sink);
    if (!config.ok) throw new Error('no configuration');
    const program = loadProgram(nodeHost, project.dir, config.value, { path: 'out', span: null }, none, none, sink);
    if (!program.ok) throw new Error('no program');
    const { app } = readApp(program.value, program.value.damaged, sink);
    const typed = applyTypes(app, (asked) => readTypes(asked, nodeHost, program.value, options.runtimeDir, none), sink);
    return typed.app.classes.find(({ name }) => name === 'Stored')?.properties ?? [];
  } finally {
    project.remove();
  }
}

/** As a text: `{ a?: string }`, `Class!{ ... }`; a class inside itself only by its name. */
function text(type: TypeShape, inside: readonly unknown[] = []): string {
  const inner = (one: TypeShape): string => text(one, inside);
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
      return fieldsText(type.fields, inside);
    case 'class':
      return inside.includes(type.class)
        ? type.class.name
        : `${type.class.name}!${fieldsText(type.class.fields, [...inside, type.class])}`;
    default:
      return type.t;
  }
}

const fieldsText = (all: readonly FieldShape[], inside: readonly unknown[] = []): string =>
  `{${all.map((f) => ` ${f.name}${f.optional ? '?' : ''}: ${text(f.type, inside)}`).join(';')} }`;

const stored = (fields: string, before = ''): string =>
  fieldsText(fieldsOf(`${before}\n@DocumentStore() export class Stored { ${fields} }`));

describe('the shapes of stored fields', function () {
  this.timeout(30_000);

  it('are what the checker knows of their types', () => {
    const types: Readonly<Record<string, string>> = {
      "'a' | 'b'": 'string',
      "'a' | 1 | null": '(number | string | null)',
      'unknown[]': 'array<any>',
      'readonly Date[]': 'array<date>',
      'Set<bigint>': 'set<bigint>',
      'Map<string, Uint8Array>': 'map<string, bytes>',
      'Record<string, Date>': 'record<date>',
      '[Date, string?]': '[date, string]',
      "Pick<Event, 'at'>": '{ at: date }',
      'Partial<Event>': '{ at?: date; label?: string }',
      'Event & { size: bigint }': '{ at: date; label: string; size: bigint }',
      Colour: 'string',
      '`item-${number}`': 'string',
      Id: 'string',
    };
    const before = `interface Event { at: Date; label: string } enum Colour { Red = 'red', Blue = 'blue' }
      type Id = string & { readonly brand: 'id' };`;
    const fields = Object.keys(types).map((type, i) => `@Attribute() f${i}!: ${type};`);
    const found = fieldsOf(`${before}\n@DocumentStore() export class Stored { ${fields.join('\n')} }`);
    expect(found.map(({ type }) => text(type))).to.deep.equal(Object.values(types));
  });

  it('are inferred where they are not written', () => {
    expect(
      stored(
        "@Key() a = 'x'; @Attribute() b = 1n; @Attribute() c = new Date(); @Attribute() d = [1]; @Attribute() e = []; @Attribute() f = make(); @Attribute() g = null;",
        'function make() { return new Map<string, Date>(); }',
      ),
    ).to.equal('{ a: string; b: bigint; c: date; d: array<number>; e: array<any>; f: map<string, date>; g: null }');
  });

  it('say what may be absent', () => {
    expect(stored('@Attribute() a?: string; @Attribute() b: Date | undefined; @Attribute() c: unknown')).to.equal(
      '{ a?: string; b?: date; c?: any }',
    );
  });

  it('of classes have all that instances keep: private and inherited fields, those of the constructor, no methods', () => {
    const before = `class Base { id!: string; protected since!: Date }
      export class Money extends Base {
        private cents = 0n; static unit = 'EUR'; #hidden = 1;
        constructor(public currency = 'EUR', private readonly exact?: boolean) { super(); }
        get euros() { return this.cents; }
        format(): string { return ''; }
      }`;
    expect(stored('@Attribute() private price!: Money', before)).to.equal(
      '{ price: Money!{ cents: bigint; currency: string; exact?: boolean; id: string; since: date } }',
    );
  });

  it('of a class are one for all its uses, itself included', () => {
    const source =
      'export class Node { next?: Node; twin!: Stored }\n@DocumentStore() export class Stored { @Attribute() a!: Node; @Attribute() b!: Node[] }';
    const [a, b] = fieldsOf(source);
    expect(text(a?.type as TypeShape)).to.equal('Node!{ next?: Node; twin: Stored!{ a: Node; b: array<Node> } }');
    if (a?.type.t !== 'class' || b?.type.t !== 'array' || b.type.of.t !== 'class') throw new Error('no classes');
    expect(a.type.class).to.equal(b.type.of.class);
  });

  it('end where a type without a class contains itself', () => {
    expect(stored('@Attribute() tree!: Tree', 'interface Tree { at: Date; left?: Tree; others: Tree[] }')).to.equal(
      '{ tree: { at: date; left?: any; others: array<any> } }',
    );
  });

  it('of a class that no entry can import are objects', () => {
    expect(stored('@Attribute() a!: Outside.Inner', 'namespace Outside { export class Inner { at!: Date } }')).to.equal(
      '{ a: { at: date } }',
    );
  });

  it('may be chains of hundreds of classes, and types that double at each level', () => {
    const chain = Array.from({ length: 90 }, (_, i) => `export class K${i} { next!: K${i + 1} }`).join('\n');
    expect(stored('@Attribute() a!: K0', `${chain}\nexport class K90 { at!: Date }`)).to.contain('K90!{ at: date }');
    const doubling = Array.from({ length: 30 }, (_, i) => `interface D${i} { a: D${i + 1}; b: D${i + 1} }`).join('\n');
    const wide = stored('@Attribute() a!: D0', `${doubling}\ninterface D30 { at: Date }`);
    expect(wide.length).to.be.lessThan(100_000);
  });
});
