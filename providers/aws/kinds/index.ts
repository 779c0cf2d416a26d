/** The lowerings: one line per kind, complete by type. Everything else asks this table and names no kind. */
import type { AnyResource, ResourceKind } from '../../../compiler/kinds/index.js';
import type { KindLowering, LoweringTable } from '../lowering.js';
import { afterDeployment } from './after-deployment.js';
import { documentStore } from './document-store.js';
import { fileListener } from './file-listener.js';
import { fileStorageBucket } from './file-storage-bucket.js';
import { fileUpload } from './file-upload.js';
import { httpApi } from './http-api.js';
import { httpRoute } from './http-route.js';
import { keyValueStore } from './key-value-store.js';
import { webSocketApi } from './websocket-api.js';
import { webSocketRoute } from './websocket-route.js';

export const lowerings: LoweringTable = {
  'after-deployment': afterDeployment,
  'document-store': documentStore,
  'file-listener': fileListener,
  'file-storage-bucket': fileStorageBucket,
  'file-upload': fileUpload,
  'http-api': httpApi,
  'http-route': httpRoute,
  'key-value-store': keyValueStore,
  'websocket-api': webSocketApi,
  'websocket-route': webSocketRoute,
};

/** The lowering of a node's kind, to be given nodes of that kind only. */
export function loweringOf(kind: ResourceKind): KindLowering<AnyResource> {
  return lowerings[kind] as KindLowering<AnyResource>;
}
