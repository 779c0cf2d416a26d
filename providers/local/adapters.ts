// The adapters of `runtime/adapters`, by the names that entries know them by.
import * as afterDeployment from '../../runtime/adapters/after-deployment.js';
import * as basicFunction from '../../runtime/adapters/basic-function.js';
import * as fileStorageBucket from '../../runtime/adapters/file-storage-bucket.js';
import * as httpApi from '../../runtime/adapters/http-api.js';
import * as httpApiBody from '../../runtime/adapters/http-api-body.js';
import * as httpApiEvent from '../../runtime/adapters/http-api-event.js';
import * as httpApiPlain from '../../runtime/adapters/http-api-plain.js';
import * as httpAuthorizer from '../../runtime/adapters/http-authorizer.js';
import * as keepWarm from '../../runtime/adapters/keep-warm.js';
import * as notificationTopic from '../../runtime/adapters/notification-topic.js';
import * as queue from '../../runtime/adapters/queue.js';
import * as storeFunction from '../../runtime/adapters/store-function.js';
import * as webSocketApi from '../../runtime/adapters/websocket-api.js';

export const adapters: { readonly [module: string]: object } = {
  'after-deployment': afterDeployment,
  'basic-function': basicFunction,
  'file-storage-bucket': fileStorageBucket,
  'http-api': httpApi,
  'http-api-body': httpApiBody,
  'http-api-event': httpApiEvent,
  'http-api-plain': httpApiPlain,
  'http-authorizer': httpAuthorizer,
  'keep-warm': keepWarm,
  'notification-topic': notificationTopic,
  queue,
  'store-function': storeFunction,
  'websocket-api': webSocketApi,
};
