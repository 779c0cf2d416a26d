/** Key-value stores in AWS: DynamoDB tables. */
import type { KeyValueStoreNode } from '../../../compiler/kinds/key-value-store.js';
import { storeLowering } from './store.js';

export const keyValueStore = storeLowering<KeyValueStoreNode>();
