/** The registry: one line per kind. Everything else asks it and names no kind. */
import { type AfterDeploymentNode, afterDeployment } from './after-deployment.js';
import { customFactory } from './custom-factory.js';
import type { DecoratorSpec, Kind } from './definition.js';
import { type DocumentStoreNode, documentStore } from './document-store.js';
import { environmentVariable } from './environment-variable.js';
import { type FileListenerNode, type FileStorageBucketNode, fileStorageBucket } from './file-storage-bucket.js';
import { type FileUploadNode, fileUpload } from './file-upload.js';
import { type HttpApiNode, type HttpRouteNode, httpApi } from './http-api.js';
import { type KeyValueStoreNode, keyValueStore } from './key-value-store.js';
import { type WebSocketApiNode, type WebSocketRouteNode, webSocketApi } from './websocket-api.js';

export const kinds: readonly Kind[] = [
  afterDeployment,
  customFactory,
  documentStore,
  environmentVariable,
  fileStorageBucket,
  fileUpload,
  httpApi,
  keyValueStore,
  webSocketApi,
];

/** Every node of a graph that is no function. A provider has one lowering for each of these kinds. */
export type AnyResource =
  | AfterDeploymentNode
  | DocumentStoreNode
  | FileListenerNode
  | FileStorageBucketNode
  | FileUploadNode
  | HttpApiNode
  | HttpRouteNode
  | KeyValueStoreNode
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
