/** Routes of the WebSocket API: one per topic. */
import type { WebSocketRouteNode } from '../../../compiler/kinds/websocket-api.js';
import type { KindLowering } from '../lowering.js';
import { fitName } from '../names.js';
import { ROUTE, routeFragment } from './api.js';

export const webSocketRoute: KindLowering<WebSocketRouteNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => ROUTE,
  names: (node) => ({ logicalId: topicId(node.topic), physicalName: null }),
  fragments: ({ node, logicalId }, view) => [
    routeFragment(view.containerOf(node.id).logicalId, logicalId, node.topic, view.functionStartedBy(node.id)),
  ],
};

/** `connect`, `disconnect`, `default`; `topic_<topic>` for all others, which no HTTP route's name begins with either. */
function topicId(topic: string): string {
  if (topic.startsWith('$')) return topic.slice(1);
  const text = `topic_${topic}`;
  return fitName(text, { clean: /^[A-Za-z0-9_-]+$/, allowed: /^[A-Za-z0-9_-]$/, max: 200 });
}

/**
 * The topic's part of the ARN with which API Gateway asks to invoke a function. Characters that mean something in ARN
 * patterns or might arrive encoded become wildcards.
 */
export function topicArn(stage: string, topic: string): string {
  return `${stage}/${topic.replace(/[^A-Za-z0-9._~$&'()+,;=:@/-]+/g, '*')}`;
}
