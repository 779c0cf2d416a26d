// `ClientBuilder`: the getter of every client. A bundler keeps all of a namespace, so the compiler hands files what they call.
export { getStage, isLocal } from './core/context.js';
export { getBasicServerlessFunctionClient, getBasicServerlessFunctionInterface } from './kinds/basic-function.js';
export { getCognitoClient } from './kinds/cognito-user-pool.js';
export { getDocumentStoreClient } from './kinds/document-store.js';
export { getEnvironmentVariableClient } from './kinds/environment-variable.js';
export { getFileStorageClient } from './kinds/file-storage-bucket.js';
export { getKeyValueStoreClient } from './kinds/key-value-store.js';
export { getNotificationClient } from './kinds/notification-topic.js';
export { getQueueClient } from './kinds/queue.js';
export { getDatabaseClient } from './kinds/relational-database.js';
export { getSecretClient } from './kinds/secret.js';
export { getTransactionalClient } from './kinds/transactions.js';
export { getServerlessFunctionWebSocketClient } from './kinds/websocket-api.js';
