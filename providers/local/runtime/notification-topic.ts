// The client of a topic of the local cloud.
import type { NotificationClient } from '../../../runtime/kinds/notification-topic.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';
import { asJson } from './json.js';

export function register(target: object | null, { name, label }: { readonly name: string; readonly label: string }): void {
  const resource = nextResource();
  const client: NotificationClient = {
    createSubscription: remote(resource, 'createSubscription'),
    deleteSubscription: remote(resource, 'deleteSubscription'),
    notify: remote(resource, 'notify'),
    notifyJson: async (value) => remote(resource, 'notifyJson')(asJson(value)) as Promise<void>,
  };
  if (target !== null) bindRestricted('notification-topic', target, client, resource, label);
  bindRestricted('notification-topic', name, client, resource, name);
}
