// What language.md says of store functions, through what is deployed: DynamoDB's streams, filters at the event source, the
// very zips, real Terraform. Invocations are counted: AWS bills each.
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const SETTINGS = { AWS_REGION: REGION };
const FUNCTIONS = [
  'Audit-inserted',
  'Audit-modifiedTwo',
  'Audit-modifiedOne',
  'Audit-modifiedNone',
  'Audit-removed',
  'Sessions-started',
  'Sessions-changed',
  'Sessions-counted',
  'Tasks-run',
  'Tasks-cleaned',
];

describe('Store functions', function () {
  this.timeout('10m');
  let sandbox: Sandbox;
  let project: Project;
  let terraform: TerraformWorkspace;
  let url: string;

  before(async function () {
    await requirementsOrSkip(this);
    sandbox = await startSandbox();
    project = await Project.copy('test/e2e/projects/store-changes');
    await project.build([], { env: { ...process.env, ...SETTINGS } });
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: SETTINGS });
    await terraform.apply();
    url = sandbox.httpUrl(String((await terraform.output())['http_api_url']));
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  /** What each function was given because of what `act` does, by function; one entry for each call of a method. */
  async function seenAfter(act: () => Promise<unknown>): Promise<Record<string, unknown[][]>> {
    await sandbox.idle();
    const before = new Set((await sandbox.invocations()).map(({ requestId }) => requestId));
    await act();
    await sandbox.idle();
    const invocations = (await sandbox.invocations()).filter(({ requestId }) => !before.has(requestId));
    const seen: Record<string, unknown[][]> = {};
    for (const name of FUNCTIONS) {
      const own = invocations.filter((one) => one.function === `e2e-changes-dev-${name}`);
      if (own.length === 0) continue;
      seen[name] = own.flatMap(({ logs }) => [...logs.matchAll(/seen (\[.*\])/g)].map(([, text]) => JSON.parse(text as string)));
      expect(own, name).to.have.length(seen[name].length);
    }
    return seen;
  }

  const post = async (path: string): Promise<void> => {
    const response = await fetch(`${url}/${path}`, { method: 'POST' });
    expect(response.status, await response.text()).to.equal(200);
  };
  const dynamodb = (operation: string, input: object): Promise<unknown> =>
    sandbox.awsJson('dynamodb', `DynamoDB_20120810.${operation}`, input, REGION);

  it('leave nothing to do for a second plan', async () => {
    expect(await terraform.planChanges()).to.deep.equal([]);
  });

  describe('of a document store', () => {
    const order = (amount: number): string =>
      `true first | ${amount} | 2024-02-29T12:00:00.000Z | x,y | 0,1,255 | 1180591620717411303424 | Main since 1999 | initial`;

    it('are called once with the new item of an insertion, and only those that listen to it', async () => {
      expect(await seenAfter(() => post('place/1'))).to.deep.equal({
        'Audit-inserted': [[order(1), 'INSERT true true']],
      });
    });

    it('are called once with no, one or two items of a modification', async () => {
      expect(await seenAfter(() => post('place/2'))).to.deep.equal({
        'Audit-modifiedTwo': [[1, 2, true, true, 'MODIFY true true']],
        'Audit-modifiedOne': [[2]],
        'Audit-modifiedNone': [[]],
      });
    });

    it('are not called when a write changes nothing', async () => {
      expect(await seenAfter(() => post('place/2'))).to.deep.equal({});
    });

    it('are called once with the old item of a removal', async () => {
      expect(await seenAfter(() => post('cancel'))).to.deep.equal({
        'Audit-removed': [[order(2), 'REMOVE true true']],
        'Tasks-cleaned': [[false, true, 'first']],
      });
    });

    it('are not called when there is nothing to remove', async () => {
      expect(await seenAfter(() => post('cancel'))).to.deep.equal({});
    });
  });

  describe('of a key-value store', () => {
    it('are called for an insertion, with the value as an instance', async () => {
      expect(await seenAfter(() => post('visit/1'))).to.deep.equal({
        'Sessions-started': [[true, { user: 'anna', visits: 1 }]],
        'Sessions-counted': [['anna', 'INSERT']],
      });
    });

    it('are called for a modification', async () => {
      expect(await seenAfter(() => post('visit/2'))).to.deep.equal({ 'Sessions-changed': [[1, 2]] });
    });

    it('are called for a removal', async () => {
      expect(await seenAfter(() => post('leave'))).to.deep.equal({ 'Sessions-counted': [['anna', 'REMOVE']] });
    });
  });

  describe('of several stores', () => {
    it('are given instances of the class whose store has changed', async () => {
      await seenAfter(() => dynamodb('PutItem', { TableName: 'e2e-tasks-dev', Item: { id: { S: 'done' } } }));
      expect(
        await seenAfter(() => dynamodb('DeleteItem', { TableName: 'e2e-tasks-dev', Key: { id: { S: 'done' } } })),
      ).to.deep.equal({
        'Tasks-cleaned': [[true, false, 'done']],
      });
    });
  });

  describe('that fail', () => {
    const RUN = 'e2e-changes-dev-Tasks-run';
    const FIVE = ['one', 'two', 'poisoned', 'four', 'five'];

    it('are called again for the change that failed, some times, and for no other', async () => {
      const before = (await sandbox.invocations(RUN)).length;
      const requests = FIVE.map((id) => ({ PutRequest: { Item: { id: { S: id } } } }));
      await dynamodb('BatchWriteItem', { RequestItems: { 'e2e-tasks-dev': requests } });
      await sandbox.idle();
      const invocations = (await sandbox.invocations(RUN)).slice(before);
      const calls = invocations.flatMap(({ logs }) => [...logs.matchAll(/seen \["(\w+)"\]/g)].map(([, id]) => id as string));
      for (const id of FIVE.filter((one) => one !== 'poisoned'))
        expect(
          calls.filter((call) => call === id),
          id,
        ).to.have.length(1);
      // The first time among others; then its batch is halved until it is alone, and tried again three times.
      expect(calls.filter((call) => call === 'poisoned').length).to.be.within(4, 7);
      expect(calls.at(-1)).to.equal('five');
    });

    it('leave a note of it in their dead-letter queue, and of no other', async () => {
      const QueueName = `${RUN}-Task-failures`;
      const { QueueUrl } = (await sandbox.awsJson('sqs', 'AmazonSQS.GetQueueUrl', { QueueName }, REGION)) as { QueueUrl: string };
      const receive = { QueueUrl, MaxNumberOfMessages: 10 };
      const { Messages = [] } = (await sandbox.awsJson('sqs', 'AmazonSQS.ReceiveMessage', receive, REGION)) as {
        Messages?: { Body: string }[];
      };
      const bodies = Messages.map(({ Body }) => JSON.parse(Body) as { DDBStreamBatchInfo: { batchSize: number } });
      expect(bodies.map(({ DDBStreamBatchInfo: { batchSize } }) => batchSize)).to.deep.equal([1]);
      expect((await sandbox.dropped()).map(({ event }) => JSON.stringify(event).includes('poisoned'))).to.deep.equal([true]);
    });
  });

  describe('after all that', () => {
    it('were refused nothing, and are allowed nothing that triggers do not need', async () => {
      expect(await sandbox.denied()).to.deep.equal([]);
      // The functions that write are granted all that a client can do, and a dead-letter queue is for what seldom happens.
      const { unused } = await sandbox.usedPermissions();
      const needless = unused.filter(({ role, action }) => !role.includes('-Orders-') && action !== 'sqs:SendMessage');
      expect(needless).to.deep.equal([]);
      await expectProved(sandbox, [terraform]);
      expect(sandbox.output).to.equal('');
    });
  });
});
