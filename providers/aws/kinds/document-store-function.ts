/** Functions of document stores in AWS: event source mappings of DynamoDB streams. */
import type { DocumentStoreFunctionNode } from '../../../compiler/kinds/document-store-function.js';
import { storeFunctionLowering } from './store-function.js';

export const documentStoreFunction = storeFunctionLowering<DocumentStoreFunctionNode>();
