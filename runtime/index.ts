// The public surface of `nimbusc`: what handler code imports. Importing it does nothing.
export * as ClientBuilder from './client-builder.js';
export {
  AttributeExists,
  AttributeNotExists,
  ComparisonOperator,
  type Condition,
  ConditionBuilder,
  ConditionVariable,
} from './core/conditions.js';
export { getStage, isLocal } from './core/context.js';
export {
  ConnectionGoneException,
  FileNotFoundException,
  HttpException,
  InvocationException,
  NonRetryableException,
  PermissionException,
  RetryableException,
  StoreConditionException,
} from './core/errors.js';
export type { FunctionOptions, StagesOption } from './core/function-options.js';
export { AfterDeployment, type AfterDeploymentOptions } from './kinds/after-deployment.js';
export {
  BasicServerlessFunction,
  type BasicServerlessFunctionClient,
  type BasicServerlessFunctionInterface,
  type BasicServerlessFunctionOptions,
  type MethodName,
  UsesBasicServerlessFunction,
  type UsesBasicServerlessFunctionOptions,
} from './kinds/basic-function.js';
export {
  type CognitoClient,
  type CognitoSearchAttribute,
  CognitoSearchType,
  type CognitoUser,
  ExistingCognitoUserPool,
  type ExistingCognitoUserPoolOptions,
  UsesCognitoUserPool,
  UsesCognitoUserPoolAsAdmin,
  type UsesCognitoUserPoolOptions,
} from './kinds/cognito-user-pool.js';
export { CustomFactory, type CustomFactoryInterface } from './kinds/custom-factory.js';
export {
  Attribute,
  type ColumnOptions,
  type DocumentKey,
  DocumentStore,
  type DocumentStoreClient,
  type DocumentStoreOptions,
  Key,
  UsesDocumentStore,
  type UsesDocumentStoreOptions,
} from './kinds/document-store.js';
export { DocumentStoreServerlessFunction, type DocumentStoreServerlessFunctionOptions } from './kinds/document-store-function.js';
export {
  EnvironmentVariable,
  type EnvironmentVariableClient,
  type EnvironmentVariableOptions,
} from './kinds/environment-variable.js';
export {
  type FileContent,
  type FileInformation,
  FileStorageBucket,
  type FileStorageBucketOptions,
  type FileStorageBucketReference,
  type FileStorageClient,
  type FileStorageEvent,
  FileStorageEventType,
  FileStorageServerlessFunction,
  type FileStorageServerlessFunctionOptions,
  type SaveFileOptions,
  UsesFileStorageBucket,
  type UsesFileStorageBucketOptions,
} from './kinds/file-storage-bucket.js';
export { FileUpload, type FileUploadOptions } from './kinds/file-upload.js';
export { ForceDependency } from './kinds/force-dependency.js';
export {
  type HttpEvent,
  HttpMethod,
  type HttpRequestContext,
  HttpResponse,
  HttpServerlessFunction,
  type HttpServerlessFunctionOptions,
} from './kinds/http-api.js';
export {
  HttpApi,
  type HttpApiOptions,
  type HttpAuthorization,
  type HttpAuthorizer,
  type HttpAuthorizerEvent,
} from './kinds/http-authorizer.js';
export { KeepWarm } from './kinds/keep-warm.js';
export {
  type KeyOf,
  type KeyType,
  KeyValueStore,
  type KeyValueStoreClient,
  type KeyValueStoreOptions,
  UsesKeyValueStore,
  type UsesKeyValueStoreOptions,
} from './kinds/key-value-store.js';
export {
  KeyValueStoreServerlessFunction,
  type KeyValueStoreServerlessFunctionOptions,
} from './kinds/key-value-store-function.js';
export {
  type NotificationAttribute,
  type NotificationClient,
  type NotificationEvent,
  NotificationServerlessFunction,
  type NotificationServerlessFunctionOptions,
  NotificationTopic,
  type NotificationTopicOptions,
  type NotificationTopicReference,
  Protocol,
  UsesNotificationTopic,
  type UsesNotificationTopicOptions,
} from './kinds/notification-topic.js';
export {
  Queue,
  type QueueClient,
  type QueueEvent,
  type QueueMessageAttribute,
  type QueueOptions,
  type QueueReference,
  type QueueSendOptions,
  QueueServerlessFunction,
  type QueueServerlessFunctionOptions,
  UsesQueue,
  type UsesQueueOptions,
} from './kinds/queue.js';
export {
  type DatabaseClient,
  type DatabaseConnection,
  DatabaseLanguage,
  DatabaseSize,
  RelationalDatabase,
  type RelationalDatabaseOptions,
  UsesRelationalDatabase,
  type UsesRelationalDatabaseOptions,
} from './kinds/relational-database.js';
export { type SecretClient, UsesSecretManagerSecret, type UsesSecretManagerSecretOptions } from './kinds/secret.js';
export { type StoreEvent, StoreEventType } from './kinds/store-function.js';
export type { NumericField, ReadItemRequest, TransactionalClient, WriteItemRequest } from './kinds/transactions.js';
export {
  type ServerlessFunctionWebSocketClient,
  UsesServerlessFunctionWebSocketClient,
  type WebSocketEvent,
  type WebSocketRequestContext,
  WebSocketServerlessFunction,
  type WebSocketServerlessFunctionOptions,
} from './kinds/websocket-api.js';
