/** What the two store kinds have in common: columns, capacity, the class whose objects are stored. Not a kind itself. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { ClassShape, FieldShape, NodeBase, TypeShape } from '../ir/graph.js';
import type { JsonObject } from '../ir/json.js';
import { typeText } from '../ir/serialise.js';
import type { Span, Spanned } from '../ir/span.js';
import type { SymbolRef } from '../ir/static-value.js';
import { ANY, type WireType } from '../ir/wire-type.js';
import { s } from '../schema/schema.js';
import {
  type ClassDecl,
  type ClientBinding,
  type DataFacts,
  type DecoratorDecl,
  decorator,
  type FunctionDraft,
  type LinkContext,
  optionsOf,
  type PropertyDecl,
  type StoredColumn,
} from './definition.js';
import { variableName } from './variable-name.js';

/** How a key is kept: DynamoDB knows strings, numbers and binary as key types, and nothing else. */
export type KeyWire = 'string' | 'number' | 'binary';

export interface StoreNode<K extends string> extends NodeBase<K> {
  readonly class: ClassShape;
  /** The type of its items as others than the store see it, and the names of their accessors. */
  readonly item: { readonly wire: WireType; readonly computed: readonly string[] };
  readonly tableName: string | null;
  readonly existingArn: string | null;
  /** Both or none; none: on demand. */
  readonly capacity: { readonly read: number; readonly write: number } | null;
  readonly key: { readonly field: string | null; readonly column: string; readonly wire: KeyWire; readonly type: TypeShape };
  /** In the order of declaration; the key of a document store is among them. */
  readonly columns: readonly { readonly field: string; readonly column: string }[];
  /** The types of the columns, as the checker read them; for the guard. */
  readonly stored?: readonly StoredColumn[];
}

export const storeCodes = defineCodes({
  NIM2204: code<{ column: string; first: string; second: string; store: string }>({
    slug: 'store-column-twice',
    severity: 'error',
    message: (p) => `"${p.first}" and "${p.second}" of ${p.store} are both stored in the column "${p.column}"`,
    hint: () => 'give one of them another columnName',
    explain: page({
      what: 'Two fields of a store are stored in one column.',
      why: 'They would overwrite each other in the table.',
      bad: `
        @DocumentStore()
        export class Product {
          @Key() id = '';
          @Attribute() name = '';
          @Attribute({ columnName: 'name' }) title = '';
        }`,
      good: `
        @DocumentStore()
        export class Product {
          @Key() id = '';
          @Attribute() name = '';
          @Attribute({ columnName: 'title' }) title = '';
        }`,
    }),
  }),
  NIM2205: code<{ store: string; given: string; missing: string }>({
    slug: 'store-capacity-incomplete',
    severity: 'error',
    message: (p) => `${p.store} sets ${p.given} but not ${p.missing}`,
    hint: (p) => `set ${p.missing} too, or leave both out: the table is then billed on demand`,
    explain: page({
      what: 'Only one half of the provisioned capacity of a store is given.',
      why: `
        Provisioned capacity needs both numbers. Without either the table is billed on demand (PAY_PER_REQUEST).`,
      bad: `
        @DocumentStore({ readCapacityUnits: 5 })
        export class Product {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore({ readCapacityUnits: 5, writeCapacityUnits: 5 })
        export class Product {
          @Key() id = '';
        }`,
    }),
  }),
  NIM2206: code<{ store: string; option: string }>({
    slug: 'store-existing-and-new',
    severity: 'error',
    message: (p) => `${p.store} names an existing table with existingArn, so ${p.option} has no effect`,
    hint: (p) => `remove ${p.option}, or existingArn if nimbusc shall make the table`,
    explain: page({
      what: 'A store refers to an existing table and describes a new one.',
      why: `
        With "existingArn" no table is made: the store is a reference to one that exists already, with its own name and
        capacity.`,
      bad: `
        @DocumentStore({ existingArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/users', tableName: 'users' })
        export class User {
          @Key() name = '';
        }`,
      good: `
        @DocumentStore({ existingArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/users' })
        export class User {
          @Key() name = '';
        }`,
    }),
  }),
  NIM2207: code<{ store: string }>({
    slug: 'store-declared-twice-in-stage',
    severity: 'error',
    message: (p) => `${p.store} is declared twice for the same stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A class is declared as a store twice for one stage.',
      why: `
        A class is one store per stage. A decorator that names the stage wins over one without "stages"; two that both
        name it contradict each other.`,
      bad: `
        @DocumentStore({ tableName: 'abc', stages: ['dev'] })
        @DocumentStore({ tableName: 'def', stages: ['dev'] })
        export class Order {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore({ tableName: 'abc', stages: ['dev'] })
        @DocumentStore({ tableName: 'def', stages: ['prod'] })
        export class Order {
          @Key() id = '';
        }`,
    }),
  }),
});

const ARN = /^arn:[\w-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}$/;

/** DynamoDB's limits: docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export const storeFields = {
  tableName: s
    .string({ nonEmpty: true, maxLength: 254, pattern: /^[A-Za-z0-9_.-]+$/, what: 'letters, digits, "_", "-" and "."' })
    .optional(),
  existingArn: s.string({ pattern: ARN, what: 'the ARN of a DynamoDB table' }).optional(),
  readCapacityUnits: s.int({ min: 1, max: 40_000 }).optional(),
  writeCapacityUnits: s.int({ min: 1, max: 40_000 }).optional(),
  stages: s.stages(),
};

const columnFields = { columnName: s.string({ nonEmpty: true, maxLength: 255 }).optional() };

export const attribute = decorator({
  name: 'Attribute',
  role: 'field',
  target: 'property',
  form: 'options',
  repeatable: false,
  fields: columnFields,
});

export const key = decorator({
  name: 'Key',
  role: 'field',
  target: 'property',
  form: 'options',
  repeatable: false,
  fields: columnFields,
});

/** Store clients: what they can do, and the methods that do it. `increment` belongs to transactions. */
/** By their `events`, which only what listens to a store has. What inserts is not told from what changes. */
const starts =
  (event: 'MODIFY' | 'REMOVE') =>
  (trigger: NodeBase): boolean =>
    ((trigger as NodeBase & { readonly events?: readonly string[] }).events ?? []).includes(event);

export const storeOperations = {
  get: { summary: 'read an item by its key', methods: ['get', 'getReadItem'] },
  put: { summary: 'write an item', methods: ['put', 'getWriteItem'], starts: starts('MODIFY') },
  delete: {
    summary: 'delete an item',
    methods: ['delete', 'deleteKey', 'getDeleteItemRequest', 'getDeleteKeyItemRequest'],
    starts: starts('REMOVE'),
  },
  increment: {
    summary: 'add to a number of an item',
    methods: ['getIncrementValueRequest', 'getDecrementValueRequest'],
    starts: starts('MODIFY'),
  },
  scan: { summary: 'read every item', methods: ['getAll', 'getAllKeys', 'filter', 'stream'] },
} as const;

/** What reading by key gives. A request to read is done by the transactional client, and what that gives is the item. */
export const storeGives = { get: 'item', getReadItem: 'item' } as const;

export type StoreDecl = DecoratorDecl<typeof storeFields>;

export const usesFields = { dataModel: s.reference('the class of a store'), stages: s.stages() };

/** The stored properties with their columns; reports two that share one. */
export function storedProperties(
  owner: ClassDecl,
  specs: readonly string[],
  context: LinkContext,
): { readonly property: PropertyDecl; readonly column: string; readonly spec: string; readonly span: Span }[] {
  const stored = owner.properties.flatMap((property) =>
    property.decorators
      .filter((d) => specs.includes(d.spec.name))
      .slice(0, 1)
      .map((d) => {
        const { columnName } = optionsOf(d, columnFields);
        return {
          property,
          column: columnName?.value ?? property.name,
          spec: d.spec.name,
          span: columnName?.span ?? property.span,
        };
      }),
  );
  const byColumn = new Map<string, (typeof stored)[number]>();
  for (const entry of stored) {
    const first = byColumn.get(entry.column);
    if (first === undefined) byColumn.set(entry.column, entry);
    else {
      context.sink
        .for(storeCodes)
        .report(
          'NIM2204',
          { column: entry.column, first: first.property.name, second: entry.property.name, store: owner.name },
          entry.span,
          { related: [{ span: first.span, text: `the column "${entry.column}" is first used here` }] },
        );
    }
  }
  return [...byColumn.values()];
}

/** Capacity and references to existing tables, with their contradictions reported. */
export function storeSettings(
  owner: ClassDecl,
  decl: StoreDecl,
  context: LinkContext,
): Pick<StoreNode<string>, 'tableName' | 'existingArn' | 'capacity'> {
  const { tableName, existingArn, readCapacityUnits, writeCapacityUnits } = decl.options;
  const codes = context.sink.for(storeCodes);
  if (existingArn !== undefined) {
    for (const [option, given] of Object.entries({ tableName, readCapacityUnits, writeCapacityUnits })) {
      if (given !== undefined) codes.report('NIM2206', { store: owner.name, option }, given.span);
    }
  } else if ((readCapacityUnits === undefined) !== (writeCapacityUnits === undefined)) {
    const given = (readCapacityUnits ?? writeCapacityUnits) as Spanned<number>;
    const [has, lacks] = readCapacityUnits
      ? ['readCapacityUnits', 'writeCapacityUnits']
      : ['writeCapacityUnits', 'readCapacityUnits'];
    codes.report('NIM2205', { store: owner.name, given: has, missing: lacks }, given.span);
  }
  return {
    tableName: tableName?.value ?? null,
    existingArn: existingArn?.value ?? null,
    capacity: readCapacityUnits && writeCapacityUnits ? { read: readCapacityUnits.value, write: writeCapacityUnits.value } : null,
  };
}

export const storeItem = ({ wire, computed }: ClassDecl): StoreNode<string>['item'] => ({ wire: wire ?? ANY, computed });

export function storeClass(owner: ClassDecl, properties: readonly PropertyDecl[]): ClassShape {
  const fields: FieldShape[] = properties.map((p) => ({ name: p.name, type: p.type, optional: p.optional }));
  return { name: owner.name, module: owner.file, local: owner.local, fields };
}

/** For the node of a store: the types of its columns. */
export function storedColumns(stored: readonly { readonly property: PropertyDecl; readonly column: string }[]): {
  readonly stored: readonly StoredColumn[];
} {
  const columns = stored.flatMap(({ property: { wire, span }, column }): StoredColumn[] =>
    wire === undefined ? [] : [{ column, type: wire, span }],
  );
  return { stored: columns };
}

/** A table that exists is its owner's to look after. */
export function storeData(node: StoreNode<string>): DataFacts | null {
  if (node.existingArn !== null) return null;
  const { column, wire } = node.key;
  return {
    called: node.name,
    isNamed: node.tableName !== null,
    // key and columns say enough
    likeness: '',
    settled: { key: `${column} (${wire})` },
    columns: node.stored ?? [],
  };
}

export function addStore(node: StoreNode<string>, context: LinkContext): void {
  const before = context.existing(node.id);
  if (before === null) context.add(node);
  else
    context.sink.for(storeCodes).report('NIM2207', { store: node.name }, node.source, {
      related: [{ span: before.source, text: 'the first one is here' }],
      stages: [context.stage],
    });
}

export function useStore(kind: string, decl: DecoratorDecl<typeof usesFields>, user: FunctionDraft, context: LinkContext): void {
  const store = context.resource(decl.options.dataModel, [kind], decl.spec.name);
  if (store === null) return;
  context.edge({
    kind: 'uses',
    from: user.id,
    to: store.id,
    source: decl.span,
    operations: Object.keys(storeOperations),
    because: [decl.span],
  });
}

/** Two `@Uses...` of one class say the same thing. */
export function targetIdentity(target: Spanned<SymbolRef>): string {
  const ref = target.value;
  return ref.of === 'class' || ref.of === 'function' ? `${ref.file}#${ref.name}` : `${ref.of}:${ref.name}`;
}

export function describeStore(node: StoreNode<string>): JsonObject {
  const types = new Map(node.class.fields.map((f) => [f.name, f]));
  return {
    class: node.class.name,
    module: node.class.module,
    tableName: node.tableName,
    existingArn: node.existingArn,
    capacity: node.capacity,
    key: { field: node.key.field, column: node.key.column, type: typeText(node.key.type) },
    columns: node.columns.map(({ field, column }) => {
      const shape = types.get(field);
      return { field, column, type: shape === undefined ? 'any' : typeText(shape.type), optional: shape?.optional ?? false };
    }),
  };
}

/** How the runtime clients of both store kinds are told about their table. */
export function storeClient(node: StoreNode<string>): ClientBinding {
  const variable = variableName('NIMBUS_STORE', node.name);
  return {
    environment: [{ name: variable, attribute: 'name' }],
    target: node.class,
    data: {
      name: node.name,
      table: variable,
      key:
        node.key.field === null
          ? { column: node.key.column, type: node.key.wire === 'binary' ? 'bytes' : node.key.wire }
          : { field: node.key.field, column: node.key.column },
      columns: Object.fromEntries(node.columns.map((c) => [c.field, c.column])),
      shape: { shape: node.class },
    },
  };
}
