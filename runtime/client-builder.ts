// `ClientBuilder`: the getter of every client. A namespace and not an object, so that a bundle holds only those it uses.
export { getDocumentStoreClient } from './kinds/document-store.js';
export { getEnvironmentVariableClient } from './kinds/environment-variable.js';
export { getKeyValueStoreClient } from './kinds/key-value-store.js';
export { getServerlessFunctionWebSocketClient } from './kinds/websocket-api.js';
