/**
 * Stands in for the package `nimbusc` in the floors' bundles: decorators that do nothing, clients that are not there.
 * The floors measure reading, bundling and writing; their zips are never run.
 */

const decorator = () => () => {};

export const AfterDeployment = decorator;
export const Attribute = decorator;
export const DocumentStore = decorator;
export const HttpServerlessFunction = decorator;
export const Key = decorator;
export const KeyValueStore = decorator;
export const UsesDocumentStore = decorator;
export const UsesKeyValueStore = decorator;
export const UsesServerlessFunctionWebSocketClient = decorator;
export const WebSocketServerlessFunction = decorator;

export const HttpMethod = { GET: 'GET', POST: 'POST', PUT: 'PUT', DELETE: 'DELETE' };

export const ClientBuilder = {
  getDocumentStoreClient: () => ({}),
  getKeyValueStoreClient: () => ({}),
  getServerlessFunctionWebSocketClient: () => ({}),
};

export class HttpResponse {}

export class HttpException extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}
