// The contract of stores, on the AWS sandbox: with the clients as functions carry them, minified and with the packed SDK.

import { dynamoDbBackend } from '../contract/dynamodb-backend.js';
import { loadPackedStores, type Packed, packSdk } from '../contract/packed-runtime.js';
import { storeContract } from '../contract/store-contract.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandboxBeside } from './support/sandbox.js';

describe('The AWS sandbox', function () {
  this.timeout('1m');
  let sandbox: Sandbox;
  let packed: Packed;

  before(async function () {
    await requirementsOrSkip(this);
    [sandbox, packed] = await startSandboxBeside(packSdk());
  });

  after(async () => {
    await sandbox?.stop();
    packed?.remove();
  });

  const server = async () => ({ endpoint: sandbox.endpoint, stop: async () => {} });
  storeContract(
    'as a home of stores',
    dynamoDbBackend(server, () => loadPackedStores(packed.folder)),
  );
});
