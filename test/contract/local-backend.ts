// The contract's stores as the local cloud keeps them.
import { documentStoreClient, keyValueStoreClient, Rows } from '../../providers/local/kinds/store.js';
import { MemoryTable } from '../../providers/local/kinds/table.js';
import { bind } from '../../runtime/core/binding.js';
import type { StoreBackend } from './store-contract.js';

export const localBackend: StoreBackend = {
  async start(stores) {
    for (const { kind, type, data } of stores) {
      const rows = new Rows(data, new MemoryTable());
      if (kind === 'document') bind('document-store', type, documentStoreClient(rows), data.name);
      else bind('key-value-store', type, keyValueStoreClient(rows), data.name);
    }
  },
  async stop() {},
};
