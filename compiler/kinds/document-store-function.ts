/** Functions of document stores: methods that run after an item was inserted, modified or removed. */
import { decorator, type Kind } from './definition.js';
import {
  describeStoreFunction,
  listenToStore,
  STORE_EVENTS,
  type StoreFunctionNode,
  storeFunctionAdapter,
  storeFunctionCodes,
  storeFunctionFields,
  storeFunctionHandler,
  storeFunctionIdentity,
} from './store-function.js';

export interface DocumentStoreFunctionNode extends StoreFunctionNode<'document-store-function'> {}

const triggers = decorator({
  name: 'DocumentStoreServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: storeFunctionFields,
  identity: storeFunctionIdentity,
  trigger: (decl, target, context) => listenToStore('document-store-function', 'document-store', decl, target, context),
});

export const documentStoreFunction: Kind = {
  name: 'document-store-function',
  codes: storeFunctionCodes,
  decorators: [triggers],
  constants: { StoreEventType: Object.fromEntries(STORE_EVENTS.map((event) => [event, event])) },
  exports: ['DocumentStoreServerlessFunctionOptions', 'StoreEvent'],
  handler: storeFunctionHandler,
  adapter: () => storeFunctionAdapter,
  reader: (node) => (node as DocumentStoreFunctionNode).reader,
  describe: { 'document-store-function': describeStoreFunction },
};
