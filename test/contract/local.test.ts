import { conditionContract } from './condition-contract.js';
import { localBackend } from './local-backend.js';
import { storeContract } from './store-contract.js';
import { transactionContract } from './transaction-contract.js';

describe('stores in the local cloud', () => {
  storeContract('as the client sees them', localBackend);
  transactionContract('in transactions', localBackend);
  conditionContract('with conditions', localBackend, { exact: true });
});
