/** Functions of key-value stores in AWS: event source mappings of DynamoDB streams. */
import type { KeyValueStoreFunctionNode } from '../../../compiler/kinds/key-value-store-function.js';
import { storeFunctionLowering } from './store-function.js';

export const keyValueStoreFunction = storeFunctionLowering<KeyValueStoreFunctionNode>();
