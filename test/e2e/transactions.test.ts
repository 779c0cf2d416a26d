// Transactions and conditions: the clients as functions carry them against the AWS sandbox, and what is deployed.

import { expect } from 'chai';
import { conditionContract } from '../contract/condition-contract.js';
import { dynamoDbBackend } from '../contract/dynamodb-backend.js';
import { loadPackedStores, type Packed, packSdk } from '../contract/packed-runtime.js';
import { transactionContract } from '../contract/transaction-contract.js';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandboxBeside } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const SETTINGS = { AWS_REGION: 'eu-west-1' };

describe('Transactions and conditions', function () {
  this.timeout('10m');
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
  const backend = () => dynamoDbBackend(server, () => loadPackedStores(packed.folder));

  transactionContract('transactions on the AWS sandbox', backend());
  describe('deployed', () => {
    let project: Project;
    let terraform: TerraformWorkspace;
    let url: string;

    before(async () => {
      await sandbox.clear();
      project = await Project.copy('test/e2e/projects/transactions');
      await project.build([], { env: { ...process.env, ...SETTINGS } });
      terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: SETTINGS });
      await terraform.apply();
      url = sandbox.httpUrl(String((await terraform.output())['http_api_url']));
    });
    after(async () => {
      await terraform?.remove();
      await project?.remove();
    });

    const call = async (method: string, path: string, body?: object): Promise<{ status: number; body: string }> => {
      const init = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await fetch(`${url}/${path}`, { method, ...init });
      return { status: response.status, body: await response.text() };
    };
    const books = async (number: number): Promise<unknown> => JSON.parse((await call('GET', `books/${number}`)).body);
    const fromAnna = (amount: number): object => ({ from: 'anna', to: 'bob', amount });

    it('do all or nothing over two stores, and read both at once', async () => {
      const opened = await call('PUT', 'accounts', [
        { owner: 'anna', balance: 10 },
        { owner: 'bob', balance: 1 },
      ]);
      expect(opened).to.deep.equal({ status: 200, body: '' });
      expect(await books(1)).to.deep.equal({ instances: true, anna: 10, bob: 1, transfer: null });
      expect((await call('POST', 'transfers/1', fromAnna(7))).status).to.equal(200);
      const after = { instances: true, anna: 3, bob: 8 };
      expect(await books(1)).to.deep.equal({ ...after, transfer: { from: 'anna', to: 'bob' } });

      // Too little money, a number that is taken, an account that is not there: three reasons, and nothing is written.
      expect((await call('POST', 'transfers/2', fromAnna(4))).status).to.equal(409);
      expect((await call('POST', 'transfers/1', fromAnna(1))).status).to.equal(409);
      expect((await call('POST', 'transfers/2', { from: 'anna', to: 'nobody', amount: 1 })).status).to.equal(409);
      expect(await books(2)).to.deep.equal({ ...after, transfer: null });
      expect((await call('POST', 'transfers/2', fromAnna(3))).status).to.equal(200);
      expect(await books(2)).to.deep.equal({ instances: true, anna: 0, bob: 11, transfer: { from: 'anna', to: 'bob' } });
    });

    it('need the decorators of their stores', async () => {
      expect(await call('POST', 'forbidden')).to.deep.include({ body: '"PermissionException"' });
    });

    it('need no permission beside those of their stores', async () => {
      expect(await sandbox.denied()).to.deep.equal([]);
      const { used } = await sandbox.usedPermissions();
      const actions = new Set(used.map(({ action }) => action).filter((action) => action.startsWith('dynamodb:')));
      expect([...actions].sort()).to.deep.equal(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
      await expectProved(sandbox, [terraform]);
      expect(sandbox.output).to.equal('');
    });
  });

  conditionContract('conditions on the AWS sandbox', backend(), { exact: true });
});
