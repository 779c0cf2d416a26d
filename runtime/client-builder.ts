// `ClientBuilder`: the getter of every client. esbuild keeps all of a namespace, so each kind adds its getter to every bundle.
export { getBasicServerlessFunctionClient, getBasicServerlessFunctionInterface } from './kinds/basic-function.js';
export { getDocumentStoreClient } from './kinds/document-store.js';
export { getEnvironmentVariableClient } from './kinds/environment-variable.js';
export { getFileStorageClient } from './kinds/file-storage-bucket.js';
export { getKeyValueStoreClient } from './kinds/key-value-store.js';
export { getNotificationClient } from './kinds/notification-topic.js';
export { getQueueClient } from './kinds/queue.js';
export { getTransactionalClient } from './kinds/transactions.js';
export { getServerlessFunctionWebSocketClient } from './kinds/websocket-api.js';
