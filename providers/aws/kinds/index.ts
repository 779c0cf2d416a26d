/** The lowerings: one line per kind, complete by type. Everything else asks this table and names no kind. */
import type { AnyResource, ResourceKind } from '../../../compiler/kinds/index.js';
import type { KindLowering, LoweringTable } from '../lowering.js';
import { afterDeployment } from './after-deployment.js';
import { basicFunction } from './basic-function.js';
import { documentStore } from './document-store.js';
import { httpApi } from './http-api.js';
import { httpRoute } from './http-route.js';
import { keepWarm } from './keep-warm.js';
import { keyValueStore } from './key-value-store.js';
import { notificationTopic } from './notification-topic.js';
import { webSocketApi } from './websocket-api.js';
import { webSocketRoute } from './websocket-route.js';

export const lowerings: LoweringTable = {
  'after-deployment': afterDeployment,
  'basic-function': basicFunction,
  'document-store': documentStore,
  'http-api': httpApi,
  'http-route': httpRoute,
  'keep-warm': keepWarm,
  'key-value-store': keyValueStore,
  'notification-topic': notificationTopic,
  'websocket-api': webSocketApi,
  'websocket-route': webSocketRoute,
};

/** The lowering of a node's kind, to be given nodes of that kind only. */
export function loweringOf(kind: ResourceKind): KindLowering<AnyResource> {
  return lowerings[kind] as KindLowering<AnyResource>;
}
