/** Key-value stores: objects of a class under keys that are not part of them. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { SymbolRef } from '../ir/static-value.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';
import {
  addStore,
  describeStore,
  type KeyWire,
  key,
  type StoreNode,
  storeClass,
  storeClient,
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

export interface KeyValueStoreNode extends StoreNode<'key-value-store'> {}

const codes = defineCodes({
  NIM2101: code<{ store: string; given: string }>({
    slug: 'key-value-store-key-type',
    severity: 'error',
    message: (p) => `the key type of ${p.store} is ${p.given}, which DynamoDB cannot use as a key`,
    hint: () => 'keyType is String, Number or Uint8Array',
    explain: page({
      what: 'The keys of a key-value store have a type that DynamoDB does not know.',
      why: `
        DynamoDB keys are strings, numbers or binary data, so "keyType" is String, Number or Uint8Array.`,
      bad: `
        @KeyValueStore({ keyType: Date })
        export class Session {}`,
      good: `
        @KeyValueStore({ keyType: String })
        export class Session {}`,
    }),
  }),
  NIM2102: code<{ store: string; field: string; column: string }>({
    slug: 'key-value-store-key-column-taken',
    severity: 'error',
    message: (p) => `"${p.field}" of ${p.store} would be stored in "${p.column}", the column of the key`,
    hint: (p) => `give "${p.field}" another columnName, or the store another keyName than "${p.column}"`,
    explain: page({
      what: 'An attribute of a key-value store would be stored in the column of the key.',
      why: `
        The key of a key-value store has a column of its own ("keyName", by default PrimaryKey); no attribute may use
        it.`,
      bad: `
        @KeyValueStore({ keyType: String, keyName: 'id' })
        export class Session {
          @Attribute() id = '';
        }`,
      good: `
        @KeyValueStore({ keyType: String })
        export class Session {
          @Attribute() id = '';
        }`,
    }),
  }),
  NIM2103: code<{ store: string; field: string }>({
    slug: 'key-value-store-with-key-field',
    severity: 'error',
    message: (p) => `"${p.field}" is a @Key() field, but the keys of the key-value store ${p.store} are not part of its objects`,
    hint: () => 'make it an @Attribute(), or make the class a @DocumentStore()',
    explain: page({
      what: 'A class marked @KeyValueStore has a @Key field.',
      why: `
        In a key-value store the key is given beside the object, as in put(key, value). Objects that contain their key
        belong into a document store.`,
      bad: `
        @KeyValueStore({ keyType: String })
        export class Session {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore()
        export class Session {
          @Key() id = '';
        }`,
    }),
  }),
});

const fields = {
  ...storeFields,
  keyType: s.reference('String, Number or Uint8Array'),
  keyName: s.string({ nonEmpty: true, maxLength: 255 }).default('PrimaryKey'),
};

const KEY_TYPES: { readonly [name: string]: KeyWire } = { String: 'string', Number: 'number', Uint8Array: 'binary' };

const declares = decorator({
  name: 'KeyValueStore',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields,

  declare(owner, decl, context) {
    const report = context.sink.for(codes);
    const { keyType, keyName } = decl.options;
    const wire = keyWire(keyType.value);
    if (wire === null) report.report('NIM2101', { store: owner.name, given: keyType.value.name }, keyType.span);
    for (const property of owner.properties) {
      const marked = property.decorators.find((d) => d.spec === key);
      if (marked) report.report('NIM2103', { store: owner.name, field: property.name }, marked.span);
    }
    const stored = storedProperties(owner, ['Attribute'], context);
    for (const { property, column, span } of stored) {
      if (column === keyName.value) report.report('NIM2102', { store: owner.name, field: property.name, column }, span);
    }
    if (wire === null || owner.properties.some((p) => p.decorators.some((d) => d.spec === key))) return;
    const node: KeyValueStoreNode = {
      kind: 'key-value-store',
      id: `key-value-store:${owner.name}`,
      name: owner.name,
      source: decl.span,
      class: storeClass(
        owner,
        stored.map((p) => p.property),
      ),
      item: storeItem(owner),
      ...storeSettings(owner, decl, context),
      key: { field: null, column: keyName.value, wire, type: { t: wire === 'binary' ? 'bytes' : wire } },
      columns: stored.map((p) => ({ field: p.property.name, column: p.column })),
      ...storedColumns(stored),
    };
    addStore(node, context);
  },
});

const uses = decorator({
  name: 'UsesKeyValueStore',
  role: 'uses',
  target: 'method',
  form: { either: 'dataModel' },
  repeatable: true,
  fields: usesFields,
  identity: (options) => targetIdentity(options.dataModel),
  use: (decl, user, context) => useStore('key-value-store', decl, user, context),
});

export const keyValueStore: Kind = {
  name: 'key-value-store',
  label: 'key-value store',
  codes,
  decorators: [declares, uses],
  exports: ['KeyOf', 'KeyType', 'KeyValueStoreClient', 'KeyValueStoreOptions', 'UsesKeyValueStoreOptions'],
  operations: storeOperations,
  clients: { getKeyValueStoreClient: { target: 1, gives: { ...storeGives, getAll: 'map', filter: 'map', stream: 'pages' } } },
  permits: (target) => [{ option: 'dataModel', value: target.class ?? '' }],
  client: (node) => storeClient(node as KeyValueStoreNode),
  data: { 'key-value-store': (node) => storeData(node as KeyValueStoreNode) },
  describe: { 'key-value-store': (node) => describeStore(node as KeyValueStoreNode) },
};

function keyWire(ref: SymbolRef): KeyWire | null {
  return ref.of === 'global' && Object.hasOwn(KEY_TYPES, ref.name) ? (KEY_TYPES[ref.name] ?? null) : null;
}
