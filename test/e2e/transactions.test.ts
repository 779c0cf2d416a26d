// Transactions and conditions: the clients as functions carry them against the AWS sandbox, and what is deployed.

import { conditionContract } from '../contract/condition-contract.js';
import { dynamoDbBackend } from '../contract/dynamodb-backend.js';
import { loadPackedStores, type Packed, packSdk } from '../contract/packed-runtime.js';
import { transactionContract } from '../contract/transaction-contract.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';

describe('Transactions and conditions', function () {
  this.timeout('3m');
  let sandbox: Sandbox;
  let packed: Packed;

  before(async function () {
    await requirementsOrSkip(this);
    [sandbox, packed] = await Promise.all([startSandbox(), packSdk()]);
  });

  after(async () => {
    await sandbox?.stop();
    packed?.remove();
  });

  const server = async () => ({ endpoint: sandbox.endpoint, stop: async () => {} });
  const backend = () => dynamoDbBackend(server, () => loadPackedStores(packed.folder));

  transactionContract('transactions on the AWS sandbox', backend());
  conditionContract('conditions on the AWS sandbox', backend(), { exact: true });
});
