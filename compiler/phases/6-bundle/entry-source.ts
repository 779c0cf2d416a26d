/**
 * In: a planned function. Out: the text of the module that esbuild starts from: it binds the clients of the resources
 * that the function uses, and hands the user's method to the adapter of its trigger. Data only; no logic lives here.
 */
import type { ClassShape, FieldShape, FunctionNode, ParamNode, TypeShape } from '../../ir/graph.js';
import { admitsUndefined, declarationsOf, partsOf, underlying, type WireType } from '../../ir/wire-type.js';
import type { ClientBinding, RuntimeData, RuntimeImport } from '../../kinds/definition.js';
import { type Constant, Decoders, membersOf } from './decoders.js';
import { Encoders } from './encoders.js';
import { exportName, moduleText, propertyKey } from './literals.js';

export interface EntryInput {
  readonly function: FunctionNode;
  /** The clients to bind: the kind and what its module is told. */
  readonly clients: readonly { readonly kind: string; readonly binding: ClientBinding }[];
  /** The adapter of the trigger, and what it is told. */
  readonly adapter: {
    readonly module: string;
    readonly data: { readonly [key: string]: RuntimeData };
    readonly givesBodies?: boolean;
  };
  /** Adapters that go around it, the innermost first. */
  readonly wrappers: readonly string[];
}

/** What the template is filled with: as good as the text for telling entries apart, and made without the template. */
export interface EntryModel {
  readonly imports: readonly { readonly name: string; readonly as: string; readonly from: string }[];
  readonly shapes: readonly {
    readonly as: string;
    readonly class: string;
    readonly name: string;
    readonly fields: string | null;
  }[];
  /** Decoders of bodies and writers of results, in an order in which none comes before what it is made of. */
  readonly constants: readonly Constant[];
  readonly registrations: readonly { readonly register: string; readonly target: string; readonly data: string }[];
  readonly handler: string;
}

const TEMPLATE = `{{#each imports}}
import { {{{name}}} as {{{as}}} } from {{{from}}};
{{/each}}
{{#each shapes}}
const {{{as}}} = classShape({{{class}}}, {{{name}}});
{{/each}}
{{#each shapes}}
{{#if fields}}
{{{as}}}.f = {{{fields}}};
{{/if}}
{{/each}}
{{#each constants}}
const {{{as}}} = {{{code}}};
{{/each}}
{{#each registrations}}
{{{register}}}({{{target}}}, {{{data}}});
{{/each}}
export const handler = {{{handler}}};
`;

/** The export under which a module offers a class to entries, whether or not its author exports it. */
export const entryExport = (local: string): string => `__nimbus_${local.replace(/[^\p{ID_Continue}$]/gu, '_')}`;

export function entryModel(input: EntryInput): EntryModel {
  return new EntryBuilder().build(input);
}

/** The clients alone, for who uses them without being a function: the local cloud's tests. */
export function clientsModel(clients: EntryInput['clients']): EntryModel {
  return new EntryBuilder().clients(clients);
}

/** Gives the function that writes entries; the template engine is loaded for it, and so only when something is bundled. */
export async function entryWriter(): Promise<(model: EntryModel) => string> {
  const { default: Handlebars } = await import('handlebars');
  return Handlebars.compile<EntryModel>(TEMPLATE, { noEscape: true, strict: true });
}

class EntryBuilder {
  private readonly imports: { name: string; as: string; from: string }[] = [];
  private readonly shapeNames = new Map<ClassShape, string>();
  private readonly shapes: { as: string; class: string; name: string; fields: string | null }[] = [];
  private readonly classNames = new Map<string, string>();
  private readonly decoders = new Decoders((c) => this.classImport(c));
  /** Of what other functions answer. */
  private readonly answers = new Decoders((c) => this.classImport(c), 'a');
  private readonly encoders = new Encoders();

  build(input: EntryInput): EntryModel {
    const { function: fn } = input;
    // Clients first: importing them installs their factories before any module of the user runs.
    const registrations = input.clients.map(({ kind, binding }, i) => {
      this.imports.push({ name: 'register', as: `r${i}`, from: JSON.stringify(`nimbusc:client/${kind}`) });
      return { register: `r${i}`, binding };
    });
    if (fn.environment.length > 0) {
      const keys = fn.environment.map((v) => v.key);
      this.imports.push({ name: 'register', as: 'rEnvironment', from: '"nimbusc:environment"' });
      registrations.push({ register: 'rEnvironment', binding: { environment: [], target: null, data: { keys } } });
    }
    this.imports.push({ name: 'adapt', as: 'adapt', from: JSON.stringify(`nimbusc:adapter/${input.adapter.module}`) });
    const made = fn.factory ?? fn;
    this.imports.push({ name: exportName(made.exportName), as: 'Handler', from: moduleText(made.module) });

    const rendered = registrations.map(({ register, binding }) => ({
      register,
      target: binding.target === null ? 'null' : this.classImport(binding.target),
      data: this.data(binding.data),
    }));
    const params = fn.params.map((p) => (input.adapter.givesBodies && p.role === 'body' ? '{ body: "any" }' : this.param(p)));
    const create = fn.factory === null ? '() => new Handler()' : '() => new Handler().create()';
    const extra = Object.entries(input.adapter.data).map(([key, value]) => `, ${propertyKey(key)}: ${this.data(value)}`);
    const write = this.encoders.writer(fn.result);
    if (write !== null) extra.push(`, write: ${write}`);
    const spec = `{ create: ${create}, method: ${JSON.stringify(fn.method)}, params: [${params.join(', ')}]${extra.join('')} }`;

    const handler = input.wrappers.reduce((inner, module, i) => {
      this.imports.push({ name: 'wrap', as: `w${i}`, from: JSON.stringify(`nimbusc:adapter/${module}`) });
      return `w${i}(${inner})`;
    }, `adapt(${spec})`);

    if (this.shapes.length > 0) this.imports.push({ name: 'classShape', as: 'classShape', from: '"nimbusc:core"' });
    for (const name of new Set([...this.decoders.imports, ...this.answers.imports].sort()))
      this.imports.push({ name, as: name, from: '"nimbusc:decode"' });
    for (const name of this.encoders.imports) this.imports.push({ name, as: name, from: '"nimbusc:encode"' });
    const constants = [...this.decoders.constants, ...this.answers.constants, ...this.encoders.constants];
    return { imports: this.imports, shapes: this.shapes, constants, registrations: rendered, handler };
  }

  clients(clients: EntryInput['clients']): EntryModel {
    const registrations = clients.map(({ kind, binding }, i) => {
      this.imports.push({ name: 'register', as: `r${i}`, from: JSON.stringify(`nimbusc:client/${kind}`) });
      return {
        register: `r${i}`,
        target: binding.target === null ? 'null' : this.classImport(binding.target),
        data: this.data(binding.data),
      };
    });
    if (this.shapes.length > 0) this.imports.push({ name: 'classShape', as: 'classShape', from: '"nimbusc:core"' });
    for (const name of this.answers.imports) this.imports.push({ name, as: name, from: '"nimbusc:decode"' });
    return { imports: this.imports, shapes: this.shapes, constants: this.answers.constants, registrations, handler: 'null' };
  }

  private param(param: ParamNode): string {
    if (param.role === 'event') return '"event"';
    const read = this.decoders.reader(param.wire);
    return read === null ? '{ body: "any" }' : `{ body: ${bodyShape(param.wire)}, read: ${read} }`;
  }

  private classImport(shape: { readonly module: string; readonly local: string }): string {
    const key = `${shape.module}\0${shape.local}`;
    const known = this.classNames.get(key);
    if (known !== undefined) return known;
    const as = `c${this.classNames.size}`;
    this.classNames.set(key, as);
    const name = shape.local === '*default*' ? 'default' : entryExport(shape.local);
    this.imports.push({ name, as, from: moduleText(shape.module) });
    return as;
  }

  private dataImport({ from, name }: RuntimeImport): string {
    const module = JSON.stringify(from);
    const known = this.imports.find((one) => one.from === module && one.name === name);
    if (known !== undefined) return known.as;
    const as = `d${this.imports.length}`;
    this.imports.push({ name, as, from: module });
    return as;
  }

  private classShape(shape: ClassShape): string {
    const known = this.shapeNames.get(shape);
    if (known !== undefined) return known;
    const as = `k${this.shapeNames.size}`;
    this.shapeNames.set(shape, as);
    const entry = { as, class: this.classImport(shape), name: JSON.stringify(shape.name), fields: null as string | null };
    this.shapes.push(entry);
    if (shape.fields.length > 0) entry.fields = this.fields(shape.fields);
    return as;
  }

  private fields(fields: readonly FieldShape[]): string {
    const entries = fields.map((f) => {
      const shape = f.type.t === 'union' && f.type.of.length === 0 ? '"any"' : this.shape(f.type);
      return `${propertyKey(f.name)}: ${f.optional ? `{ opt: ${shape} }` : shape}`;
    });
    return `{ ${entries.join(', ')} }`;
  }

  private shape(type: TypeShape): string {
    switch (type.t) {
      case 'undefined':
        return '{ opt: "any" }';
      case 'array':
        return `{ a: ${this.shape(type.of)} }`;
      case 'set':
        return `{ s: ${this.shape(type.of)} }`;
      case 'record':
        return `{ r: ${this.shape(type.of)} }`;
      case 'map':
        return `{ m: [${this.shape(type.key)}, ${this.shape(type.of)}] }`;
      case 'tuple':
        return `{ t: [${type.items.map((i) => this.shape(i)).join(', ')}]${this.rest(type.rest)} }`;
      case 'union': {
        const members = type.of.filter((m) => m.t !== 'undefined');
        const inner =
          members.length === 1 ? this.shape(members[0] as TypeShape) : `{ u: [${members.map((m) => this.shape(m)).join(', ')}] }`;
        return members.length === type.of.length ? inner : `{ opt: ${inner} }`;
      }
      case 'object':
        return `{ o: ${this.fields(type.fields)}${this.rest(type.rest)} }`;
      case 'class':
        return this.classShape(type.class);
      default:
        return JSON.stringify(type.t);
    }
  }

  private rest(type: TypeShape | undefined): string {
    return type === undefined ? '' : `, rest: ${this.shape(type)}`;
  }

  private data(value: RuntimeData): string {
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((v: RuntimeData) => this.data(v)).join(', ')}]`;
    if (isShape(value)) return this.classShape(value.shape);
    if (isRead(value)) return (isPlainJson(value.reads) ? null : this.answers.reader(value.reads)) ?? 'null';
    if (isImport(value)) return this.dataImport(value.import);
    const entries = Object.entries(value as { [key: string]: RuntimeData }).map(([k, v]) => `${propertyKey(k)}: ${this.data(v)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
}

/** What the data of a function's clients imports. */
export function importsOf(input: EntryInput): readonly RuntimeImport[] {
  const found: RuntimeImport[] = [];
  const visit = (value: RuntimeData): void => {
    if (value === null || typeof value !== 'object' || 'shape' in value || 'typed' in value) return;
    if (isImport(value)) found.push(value.import);
    else for (const inner of Object.values(value) as RuntimeData[]) visit(inner);
  };
  for (const { binding } of input.clients) visit(binding.data);
  return found;
}

/** What an adapter has to know of a body beside its check: whether it may be absent, and whether it may be no JSON. */
function bodyShape(type: WireType): string {
  const members = membersOf(type).filter((member) => member.t !== 'undefined');
  const isBytes = members.length === 1 && underlying(members[0] as WireType).t === 'bytes';
  // Text that is no JSON is for who takes any text; an enum or a date comes as JSON, as clients send it.
  const isText = members.length > 0 && members.every((member) => underlying(member).t === 'string');
  const form = isBytes ? '"bytes"' : isText ? '"string"' : null;
  return admitsUndefined(type) ? `{ opt: ${form ?? '"any"'} }` : (form ?? '{ o: {} }');
}

function isShape(value: object): value is { readonly shape: ClassShape } {
  return 'shape' in value && typeof value.shape === 'object' && value.shape !== null && 'local' in value.shape;
}

function isRead(value: object): value is { readonly reads: WireType } {
  return 'reads' in value && typeof value.reads === 'object' && value.reads !== null && 't' in value.reads;
}

function isImport(value: object): value is { readonly import: RuntimeImport } {
  return 'import' in value && typeof value.import === 'object' && value.import !== null && 'from' in value.import;
}

/** True when what JSON.parse gives is the value already. */
function isPlainJson(type: WireType): boolean {
  const pending = [type, ...declarationsOf([type]).map((decl) => (decl.class === null ? decl.type : NO_JSON))];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (['date', 'bigint', 'bytes', 'set', 'map'].includes(at.t)) return false;
    pending.push(...partsOf(at));
  }
  return true;
}

/** An instance, whatever its fields are. */
const NO_JSON: WireType = { t: 'date' };
