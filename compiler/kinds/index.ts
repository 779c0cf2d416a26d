/** The registry: one line per kind. Everything else asks it and names no kind. */
import { quote } from '../diagnostics/words.js';
import type { EdgeBase, NodeBase } from '../ir/graph.js';
import { type AfterDeploymentNode, afterDeployment } from './after-deployment.js';
import { type BasicFunctionNode, basicFunction } from './basic-function.js';
import { type CognitoUserPoolNode, cognitoUserPool } from './cognito-user-pool.js';
import { customFactory } from './custom-factory.js';
import type { ClientBinding, DecoratorSpec, Kind } from './definition.js';
import { type DocumentStoreNode, documentStore } from './document-store.js';
import { type DocumentStoreFunctionNode, documentStoreFunction } from './document-store-function.js';
import { environmentVariable } from './environment-variable.js';
import { type FileListenerNode, type FileStorageBucketNode, fileStorageBucket } from './file-storage-bucket.js';
import { type FileUploadNode, fileUpload } from './file-upload.js';
import { forceDependency } from './force-dependency.js';
import { type HttpApiNode, type HttpRouteNode, httpApi } from './http-api.js';
import { type HttpAuthorizerNode, httpAuthorizer } from './http-authorizer.js';
import { type KeepWarmNode, keepWarm } from './keep-warm.js';
import { type KeyValueStoreNode, keyValueStore } from './key-value-store.js';
import { type KeyValueStoreFunctionNode, keyValueStoreFunction } from './key-value-store-function.js';
import { type NotificationTopicNode, notificationTopic } from './notification-topic.js';
import { type QueueNode, type QueueTriggerNode, queue } from './queue.js';
import { type RelationalDatabaseNode, relationalDatabase } from './relational-database.js';
import { type SecretNode, secret } from './secret.js';
import { type WebSocketApiNode, type WebSocketRouteNode, webSocketApi } from './websocket-api.js';

export const kinds: readonly Kind[] = [
  afterDeployment,
  basicFunction,
  cognitoUserPool,
  customFactory,
  documentStore,
  documentStoreFunction,
  environmentVariable,
  forceDependency,
  fileStorageBucket,
  fileUpload,
  httpApi,
  httpAuthorizer,
  keepWarm,
  keyValueStore,
  queue,
  keyValueStoreFunction,
  notificationTopic,
  relationalDatabase,
  secret,
  webSocketApi,
];

/** Every node of a graph that is no function. A provider has one lowering for each of these kinds. */
export type AnyResource =
  | AfterDeploymentNode
  | BasicFunctionNode
  | CognitoUserPoolNode
  | DocumentStoreNode
  | DocumentStoreFunctionNode
  | FileListenerNode
  | FileStorageBucketNode
  | FileUploadNode
  | HttpApiNode
  | HttpAuthorizerNode
  | HttpRouteNode
  | KeepWarmNode
  | KeyValueStoreNode
  | QueueNode
  | QueueTriggerNode
  | KeyValueStoreFunctionNode
  | NotificationTopicNode
  | RelationalDatabaseNode
  | SecretNode
  | WebSocketApiNode
  | WebSocketRouteNode;

export type ResourceKind = AnyResource['kind'];
export type NodeOf<K extends ResourceKind> = Extract<AnyResource, { kind: K }>;

/** The decorators of all kinds by the name that nimbusc exports. */
export const decorators: ReadonlyMap<string, { readonly kind: Kind; readonly spec: DecoratorSpec }> = new Map(
  kinds.flatMap((kind) => kind.decorators.map((spec) => [spec.name, { kind, spec }] as const)),
);

export const kindByName: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.name, kind]));

/** `document-store` as users say it. */
export const labelOf = (kind: string): string => kindByName.get(kind)?.label ?? kind.replaceAll('-', ' ');

/** `the queue "mails"`, `the WebSocket API`. */
export function inWords(kind: string, name: string): string {
  return `the ${labelOf(kind)}${kindByName.get(kind)?.single ? '' : ` ${quote(name)}`}`;
}

/** `a queue`. */
export const oneOf = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${labelOf(kind)}`;

/** What a function is told about a resource at the other end of an edge; null: nothing. */
export function bindingOf(node: NodeBase, edge: EdgeBase['kind']): ClientBinding | null {
  const kind = kindByName.get(node.kind);
  return (edge === 'uses' ? kind?.client?.(node) : edge === 'triggers' ? kind?.reader?.(node) : null) ?? null;
}
