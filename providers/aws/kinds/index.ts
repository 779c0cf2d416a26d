/** The lowerings: one line per kind, complete by type. Everything else asks this table and names no kind. */
import type { AnyResource, ResourceKind } from '../../../compiler/kinds/index.js';
import type { KindLowering, LoweringTable } from '../lowering.js';
import { afterDeployment } from './after-deployment.js';
import { basicFunction } from './basic-function.js';
import { cognitoUserPool } from './cognito-user-pool.js';
import { documentStore } from './document-store.js';
import { documentStoreFunction } from './document-store-function.js';
import { fileListener } from './file-listener.js';
import { fileStorageBucket } from './file-storage-bucket.js';
import { fileUpload } from './file-upload.js';
import { httpApi } from './http-api.js';
import { httpAuthorizer } from './http-authorizer.js';
import { httpRoute } from './http-route.js';
import { keepWarm } from './keep-warm.js';
import { keyValueStore } from './key-value-store.js';
import { keyValueStoreFunction } from './key-value-store-function.js';
import { notificationTopic } from './notification-topic.js';
import { queue } from './queue.js';
import { queueTrigger } from './queue-trigger.js';
import { relationalDatabase } from './relational-database.js';
import { secret } from './secret.js';
import { webSocketApi } from './websocket-api.js';
import { webSocketRoute } from './websocket-route.js';

export const lowerings: LoweringTable = {
  'after-deployment': afterDeployment,
  'basic-function': basicFunction,
  'cognito-user-pool': cognitoUserPool,
  'document-store': documentStore,
  'document-store-function': documentStoreFunction,
  'file-listener': fileListener,
  'file-storage-bucket': fileStorageBucket,
  'file-upload': fileUpload,
  'http-api': httpApi,
  'http-authorizer': httpAuthorizer,
  'http-route': httpRoute,
  'keep-warm': keepWarm,
  'key-value-store': keyValueStore,
  queue,
  'queue-trigger': queueTrigger,
  'key-value-store-function': keyValueStoreFunction,
  'notification-topic': notificationTopic,
  'relational-database': relationalDatabase,
  secret,
  'websocket-api': webSocketApi,
  'websocket-route': webSocketRoute,
};

/** The lowering of a node's kind, to be given nodes of that kind only. */
export function loweringOf(kind: ResourceKind): KindLowering<AnyResource> {
  return lowerings[kind] as KindLowering<AnyResource>;
}
