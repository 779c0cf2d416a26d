/** Functions of key-value stores: methods that run after a value was inserted, modified or removed. */
import { decorator, type Kind } from './definition.js';
import {
  describeStoreFunction,
  listenToStore,
  type StoreFunctionNode,
  storeFunctionAdapter,
  storeFunctionFields,
  storeFunctionHandler,
  storeFunctionIdentity,
} from './store-function.js';

export interface KeyValueStoreFunctionNode extends StoreFunctionNode<'key-value-store-function'> {}

const triggers = decorator({
  name: 'KeyValueStoreServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: storeFunctionFields,
  identity: storeFunctionIdentity,
  trigger: (decl, target, context) => listenToStore('key-value-store-function', 'key-value-store', decl, target, context),
});

export const keyValueStoreFunction: Kind = {
  name: 'key-value-store-function',
  label: 'key-value store function',
  // The codes of both kinds are with the document stores' one.
  codes: {},
  decorators: [triggers],
  exports: ['KeyValueStoreServerlessFunctionOptions'],
  handler: storeFunctionHandler,
  adapter: () => storeFunctionAdapter,
  reader: (node) => (node as KeyValueStoreFunctionNode).reader,
  describe: { 'key-value-store-function': describeStoreFunction },
};
