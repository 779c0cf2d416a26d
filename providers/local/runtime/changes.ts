// What the stream of a local table tells a function.
import { CHANGE_READER } from '../../../runtime/adapters/store-function.js';
import { bind, findClient } from '../../../runtime/core/binding.js';
import { LocalChangeReader } from '../kinds/change-reader.js';
import type { StoreData } from '../kinds/store.js';
import { nextResource } from './cloud-link.js';

/** Called once for each store that the function listens to. */
export function register(_target: null, data: StoreData): void {
  const { store } = nextResource();
  const known = findClient(CHANGE_READER, null) as LocalChangeReader | undefined;
  const reader = known ?? new LocalChangeReader();
  reader.add(store ?? '', data);
  if (known === undefined) bind(CHANGE_READER, null, reader);
}
