/** Document stores in AWS: DynamoDB tables. */
import type { DocumentStoreNode } from '../../../compiler/kinds/document-store.js';
import { storeLowering } from './store.js';

export const documentStore = storeLowering<DocumentStoreNode>();
