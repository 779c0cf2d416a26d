// Our evaluation of conditions against dynalite's, with the clients as functions carry them. What dynalite is known to get
// wrong is left to the AWS sandbox (test/e2e/transactions.test.ts).
import { conditionContract } from '../contract/condition-contract.js';
import { startDynalite } from '../contract/dynalite-server.js';
import { dynamoDbBackend } from '../contract/dynamodb-backend.js';
import { loadPackedStores, type Packed, packSdk } from '../contract/packed-runtime.js';

describe('conditions', () => {
  let packed: Packed;
  before(async function () {
    this.timeout(60_000);
    packed = await packSdk();
  });
  after(() => packed.remove());

  conditionContract(
    'on dynalite',
    dynamoDbBackend(startDynalite, () => loadPackedStores(packed.folder)),
    { exact: false },
  );
});
