import { conditionContract } from './condition-contract.js';
import { localBackend, remoteBackend } from './local-backend.js';
import { storeContract } from './store-contract.js';
import { transactionContract } from './transaction-contract.js';

for (const [where, backend] of [
  ['beside the code that uses them', localBackend],
  ['in another thread', remoteBackend],
] as const) {
  describe(`stores in the local cloud, ${where}`, () => {
    storeContract('as the client sees them', backend);
    transactionContract('in transactions', backend);
    conditionContract('with conditions', backend, { exact: true });
  });
}
