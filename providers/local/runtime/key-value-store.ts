// The client of a key-value store, whose table is in the local cloud.
import { keyValueStoreClient, Rows, type StoreData } from '../kinds/store.js';
import { bindRestricted, nextResource } from './cloud-link.js';
import { RemoteTable, remoteEngine } from './remote-engine.js';

export function register(store: abstract new (...args: never[]) => object, data: StoreData): void {
  const resource = nextResource();
  const client = keyValueStoreClient(new Rows(data, new RemoteTable(resource.id), remoteEngine));
  bindRestricted('key-value-store', store, client, resource, data.name);
}
