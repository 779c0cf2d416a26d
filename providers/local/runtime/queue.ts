// The client that sends to a queue of the local cloud.
import type { QueueClient } from '../../../runtime/kinds/queue.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';
import { asJson } from './json.js';

/** @param target the queue's class, where there is one; its id leads to the same client */
export function register(target: object | null, { id }: { readonly id: string }): void {
  const resource = nextResource();
  const [send, sendJson, sendAll] = ['sendMessage', 'sendMessageAsJson', 'sendMessages'].map((one) =>
    remote<unknown[], void>(resource, one),
  ) as [Send, Send, Send];
  const client: QueueClient = {
    sendMessage: (text, options) => send(text, options),
    sendMessageAsJson: async (value, options) => sendJson(asJson(value) ?? null, options),
    sendMessages: async (messages, options) =>
      sendAll(
        messages.map((it) => (typeof it === 'string' ? it : (asJson(it) ?? null))),
        options,
      ),
  };
  if (target) bindRestricted('queue', target, client, resource, id);
  bindRestricted('queue', id, client, resource);
}

type Send = (...args: unknown[]) => Promise<void>;
