// `nimbusc/testing`: what tests import.
export { EndlessLoopException } from './activity.js';
export {
  type LocalDeploymentOptions,
  type LocalDocumentStore,
  type LocalFileStorage,
  type LocalKeyValueStore,
  type LocalMethod,
  LocalNimbusDeployment,
  type LocalNotificationTopic,
  type LocalQueue,
  type LocalServerUrls,
} from './deployment.js';
export type { MethodInvocation } from './function.js';
export type { LocalUserPool } from './kinds/cognito-user-pool.js';
export type { Subscription } from './kinds/notification-topic.js';
export type { DeadLetter } from './kinds/queue.js';
export type { SecretValue } from './kinds/secret.js';
export type { WebSocketConnection } from './kinds/websocket-api.js';
export { ConnectionRefusedException, HttpRequest, HttpResult, WebSocketRequest } from './requests.js';
