/** Document stores: a class whose objects are the items of a table, found by the one field that is their key. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { TypeShape } from '../ir/graph.js';
import { typeText } from '../ir/serialise.js';
import { type ClassDecl, decorator, type Kind, type LinkContext } from './definition.js';
import {
  addStore,
  attribute,
  describeStore,
  type KeyWire,
  key,
  type StoreNode,
  storeClass,
  storeClient,
  storeCodes,
  storeData,
  storedColumns,
  storedProperties,
  storeFields,
  storeGives,
  storeItem,
  storeOperations,
  storeSettings,
  targetIdentity,
  useStore,
  usesFields,
} from './store.js';

export interface DocumentStoreNode extends StoreNode<'document-store'> {}

const ownCodes = defineCodes({
  NIM2201: code<{ store: string }>({
    slug: 'document-store-without-key',
    severity: 'error',
    message: (p) => `the document store ${p.store} has no @Key() field`,
    hint: () => 'mark the field that identifies an object with @Key()',
    explain: page({
      what: 'A class marked @DocumentStore has no @Key field.',
      why: `
        Every item of a document store is found by its key: exactly one field of the class, its own or an inherited one,
        carries @Key().`,
      bad: `
        @DocumentStore()
        export class User {
          @Attribute() name = '';
        }`,
      good: `
        @DocumentStore()
        export class User {
          @Key() name = '';
        }`,
    }),
  }),
  NIM2202: code<{ store: string; first: string; second: string }>({
    slug: 'document-store-two-keys',
    severity: 'error',
    message: (p) => `the document store ${p.store} has two @Key() fields, "${p.first}" and "${p.second}"`,
    hint: () => 'keep one @Key() and make the other an @Attribute(), or join both values in one key field',
    explain: page({
      what: 'A class marked @DocumentStore has more than one @Key field.',
      why: 'A document store has exactly one key field. Inherited fields count.',
      bad: `
        @DocumentStore()
        export class Order {
          @Key() customer = '';
          @Key() number = '';
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id = '';
          @Attribute() customer = '';
        }`,
    }),
  }),
  NIM2203: code<{ store: string; field: string; type: string | null }>({
    slug: 'document-store-key-type',
    severity: 'error',
    message: (p) =>
      p.type === null
        ? `the type of the key "${p.field}" of ${p.store} is not known while compiling`
        : `the key "${p.field}" of ${p.store} has the type ${p.type}, which DynamoDB cannot use as a key`,
    hint: () => 'a key is a string, a number, a bigint, a Date, an enum or a Uint8Array',
    explain: page({
      what: 'The key of a document store has a type that DynamoDB cannot use as a key.',
      why: `
        DynamoDB keys are strings, numbers or binary data; objects, lists, booleans, null and unions of different forms
        are not.`,
      bad: `
        @DocumentStore()
        export class Order {
          @Key() id!: { customer: string };
        }`,
      good: `
        @DocumentStore()
        export class Order {
          @Key() id!: string;
        }`,
    }),
  }),
});

const declares = decorator({
  name: 'DocumentStore',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields: storeFields,

  declare(owner, decl, context) {
    const stored = storedProperties(owner, ['Key', 'Attribute'], context);
    const key = keyOf(owner, stored, context);
    if (key === null) return;
    const node: DocumentStoreNode = {
      kind: 'document-store',
      id: `document-store:${owner.name}`,
      name: owner.name,
      source: decl.span,
      class: storeClass(
        owner,
        stored.map((p) => p.property),
      ),
      item: storeItem(owner),
      ...storeSettings(owner, decl, context),
      key,
      columns: stored.map((p) => ({ field: p.property.name, column: p.column })),
      ...storedColumns(stored),
    };
    addStore(node, context);
  },
});

const uses = decorator({
  name: 'UsesDocumentStore',
  role: 'uses',
  target: 'method',
  form: { either: 'dataModel' },
  repeatable: true,
  fields: usesFields,
  identity: (options) => targetIdentity(options.dataModel),
  use: (decl, user, context) => useStore('document-store', decl, user, context),
});

export const documentStore: Kind = {
  name: 'document-store',
  codes: { ...ownCodes, ...storeCodes },
  decorators: [declares, uses, key, attribute],
  exports: ['ColumnOptions', 'DocumentKey', 'DocumentStoreClient', 'DocumentStoreOptions', 'UsesDocumentStoreOptions'],
  operations: storeOperations,
  clients: { getDocumentStoreClient: { target: 0, gives: { ...storeGives, getAll: 'list', filter: 'list', stream: 'pages' } } },
  permits: (target) => [{ option: 'dataModel', value: target.class ?? '' }],
  client: (node) => storeClient(node as DocumentStoreNode),
  data: { 'document-store': (node) => storeData(node as DocumentStoreNode) },
  describe: { 'document-store': (node) => describeStore(node as DocumentStoreNode) },
};

/** The one key field; null when it was reported that there is none, or too many, or one that cannot be a key. */
function keyOf(
  owner: ClassDecl,
  stored: ReturnType<typeof storedProperties>,
  context: LinkContext,
): DocumentStoreNode['key'] | null {
  const codes = context.sink.for(ownCodes);
  const [first, second] = stored.filter((p) => p.property.decorators.some((d) => d.spec === key));
  if (first === undefined) {
    // A field whose decorator was reported may be the key.
    if (owner.properties.every((p) => p.decorators.length > 0)) codes.report('NIM2201', { store: owner.name }, owner.span);
    return null;
  }
  const { name, type } = first.property;
  if (second !== undefined) {
    codes.report('NIM2202', { store: owner.name, first: name, second: second.property.name }, second.property.span, {
      related: [{ span: first.property.span, text: 'the first key is here' }],
    });
    return null;
  }
  const wire = keyWire(type);
  if (wire === null) {
    codes.report(
      'NIM2203',
      { store: owner.name, field: name, type: type.t === 'any' ? null : typeText(type) },
      first.property.span,
    );
    return null;
  }
  return { field: name, column: first.column, wire, type };
}

/** The form in which DynamoDB would keep values of this type as a key; null when it could not. */
function keyWire(type: TypeShape): KeyWire | null {
  switch (type.t) {
    case 'string':
    case 'date':
      return 'string';
    case 'number':
    case 'bigint':
      return 'number';
    case 'bytes':
      return 'binary';
    case 'union': {
      const wires = new Set(type.of.filter((m) => m.t !== 'undefined').map(keyWire));
      const [only] = wires;
      return wires.size === 1 && only !== undefined ? only : null;
    }
    default:
      return null;
  }
}
