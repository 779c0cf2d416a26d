// The contract's stores as the local cloud keeps them: beside the code that uses them, or on the other side of a port.
import { documentStoreClient, keyValueStoreClient, Rows } from '../../providers/local/kinds/store.js';
import { MemoryTable } from '../../providers/local/kinds/table.js';
import { remoteCall } from '../../providers/local/remote-calls.js';
import { installLink } from '../../providers/local/runtime/cloud-link.js';
import { RemoteTable, remoteEngine } from '../../providers/local/runtime/remote-engine.js';
import { bind } from '../../runtime/core/binding.js';
import type { StoreBackend } from './store-contract.js';

const backend = (rowsOf: (data: Rows['data'], id: string) => Rows): StoreBackend => ({
  async start(stores) {
    for (const { kind, type, data } of stores) {
      const rows = rowsOf(data, data.name);
      if (kind === 'document') bind('document-store', type, documentStoreClient(rows), data.name);
      else bind('key-value-store', type, keyValueStoreClient(rows), data.name);
    }
  },
  async stop() {},
});

export const localBackend = backend((data) => new Rows(data, new MemoryTable()));

const tables = new Map<string, MemoryTable>();

/** As in a worker: what is asked for and what is answered are copies, and take a while. */
export const remoteBackend = backend((data, id) => {
  tables.set(id, new MemoryTable());
  const target = { tables, operationsOf: () => ({}) };
  installLink({
    name: 'Contract.test',
    resources: [],
    used: 0,
    call: async (resource, operation, args) => {
      await new Promise((resolve) => setImmediate(resolve));
      return structuredClone(await remoteCall(target, resource, operation, structuredClone(args)));
    },
  });
  return new Rows(data, new RemoteTable(id), remoteEngine);
});
