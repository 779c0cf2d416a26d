// What language.md says of queues, through what is deployed: SQS, the very zips, real Terraform.
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Invocation, type Sandbox, startSandboxBeside } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';

interface SqsRecord {
  readonly body: string;
  readonly messageId: string;
}

describe('Queues', function () {
  this.timeout('10m');
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let url: string;

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('test/e2e/projects/queues');
    [sandbox] = await startSandboxBeside(project.build());
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
    url = sandbox.httpUrl(String((await terraform.output())['http_api_url']));
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  const post = async (path: string, body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    expect(response.status, text).to.equal(200);
    return text === '' ? undefined : JSON.parse(text);
  };

  const named = (...names: readonly string[]): object[] => names.map((name) => ({ name }));

  /** Bodies of what lies in a queue, which stays there. */
  const waiting = async (queue: string): Promise<string[]> => {
    const QueueUrl = `${sandbox.endpoint}/123456789012/e2e-queues-dev-${queue}`;
    const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    const answer = await sandbox.awsJson('sqs', 'AmazonSQS.ReceiveMessage', request, REGION);
    const { Messages = [] } = answer as { Messages?: readonly { readonly Body: string }[] };
    return Messages.map(({ Body }) => Body);
  };

  /** Those of a listener since the last test, once all is quiet. */
  const invocationsOf = async (method: string): Promise<readonly Invocation[]> => {
    await sandbox.idle();
    return sandbox.invocations(`e2e-queues-dev-Listeners-${method}`);
  };

  const recordsOf = ({ event }: Invocation): readonly SqsRecord[] => (event as { Records: readonly SqsRecord[] }).Records;

  const bodiesOf = (invocation: Invocation): string[] => recordsOf(invocation).map(({ body }) => body);

  const namesOf = (invocation: Invocation): string[] =>
    bodiesOf(invocation).map((body) => (JSON.parse(body) as { name: string }).name);

  const failuresOf = ({ result }: Invocation): string[] =>
    (result as { batchItemFailures: readonly { itemIdentifier: string }[] }).batchItemFailures.map((it) => it.itemIdentifier);

  /** What handlers said they were called with. */
  const seenBy = (invocations: readonly Invocation[]): Record<string, unknown>[] =>
    invocations.flatMap(({ logs }) =>
      [...logs.matchAll(/seen (\{.*\})/g)].map((match) => JSON.parse(match[1] as string) as Record<string, unknown>),
    );

  /** The permissions that tests have used must not be forgotten, so nothing is cleared: earlier invocations are left out. */
  const since = async (method: string, act: () => Promise<unknown>): Promise<readonly Invocation[]> => {
    const before = (await invocationsOf(method)).length;
    await act();
    return (await invocationsOf(method)).slice(before);
  };

  it('leave nothing to do for a second plan', async () => {
    expect(await terraform.planChanges()).to.deep.equal([]);
  });

  it('have names, dead letters and times that follow from the source', async () => {
    const state = await terraform.state();
    const nameOf = (id: string): unknown => state[`aws_sqs_queue.${id}`]?.['name'];
    expect([nameOf('items'), nameOf('items-dlq'), nameOf('ordered'), nameOf('ordered-dlq'), nameOf('single')]).to.deep.equal([
      'e2e-queues-dev-items',
      'e2e-queues-dev-items-dlq',
      'e2e-queues-dev-ordered.fifo',
      'e2e-queues-dev-ordered-dlq.fifo',
      'e2e-queues-dev-single',
    ]);
    expect(state['aws_sqs_queue.items']).to.include({ visibility_timeout_seconds: 61, sqs_managed_sse_enabled: true });
  });

  describe('whose functions take one item', () => {
    it('give it as an instance, with its event, in any order of parameters', async () => {
      const invocations = await since('one', () => post('send-one', { queue: 'single', messages: named('first') }));
      expect(invocations).to.have.length(1);
      const [{ label, event } = {}] = seenBy(invocations) as { label?: string; event?: Record<string, unknown> }[];
      expect(label).to.equal('first of 1970, bigint');
      const record = recordsOf(invocations[0] as Invocation)[0] as SqsRecord;
      expect(event).to.include({
        messageId: record.messageId,
        body: '{"amount":"7","at":"1970-01-01T00:00:00.000Z","name":"first"}',
        eventSource: 'aws:sqs',
        requestId: invocations[0]?.requestId,
      });
      expect(event).to.have.all.keys(
        ...['messageId', 'body', 'attributes', 'messageAttributes', 'md5OfBody', 'eventSource', 'requestId'],
      );
    });

    it('try a poisoned one of five again alone, until it is a dead letter, and the others once only', async () => {
      const invocations = await since('each', () =>
        post('send-all', { queue: 'items', messages: named('a', 'b', 'poison', 'd', 'e') }),
      );
      expect(invocations.map(namesOf)).to.deep.equal([['a', 'b', 'poison', 'd', 'e'], ['poison'], ['poison']]);
      const poisoned = recordsOf(invocations[1] as Invocation)[0]?.messageId;
      expect(invocations.map(failuresOf)).to.deep.equal([[poisoned], [poisoned], [poisoned]]);
      expect(seenBy(invocations).map(({ name, attempt }) => `${name} ${attempt}`)).to.deep.equal([
        ...['a 1', 'b 1', 'poison 1', 'd 1', 'e 1', 'poison 2', 'poison 3'],
      ]);
      expect(await waiting('items-dlq')).to.deep.equal(['{"name":"poison"}']);
      expect(await waiting('items')).to.deep.equal([]);
    });

    it('never see what is no JSON, which becomes a dead letter', async () => {
      const invocations = await since('each', () =>
        post('send-all', { queue: 'items', messages: ['no JSON', { name: 'good' }] }),
      );
      expect(seenBy(invocations).map(({ name }) => name)).to.deep.equal(['good']);
      expect((invocations[0] as Invocation).logs).to.include('is not JSON');
      expect(await waiting('items-dlq')).to.have.members(['{"name":"poison"}', 'no JSON']);
    });

    it('take any number of messages', async () => {
      const names = Array.from({ length: 23 }, (_, i) => `item ${i}`);
      const invocations = await since('each', () => post('send-all', { queue: 'items', messages: named(...names) }));
      expect(invocations.flatMap(namesOf).sort()).to.deep.equal([...names].sort());
      for (const invocation of invocations) expect(namesOf(invocation).length).to.be.within(1, 5);
    });
  });

  describe('whose functions take lists', () => {
    it('call them once, with lists of the same length and order', async () => {
      const names = ['a', 'b', 'c', 'd'];
      const invocations = await since('batch', () => post('send-all', { queue: 'lists', messages: named(...names) }));
      expect(seenBy(invocations)).to.deep.equal([
        { labels: names.map((name) => `${name} of no year, undefined`), bodies: names.map((name) => JSON.stringify({ name })) },
      ]);
    });

    it('leave out what does not fit, and bring it back alone', async () => {
      const messages = [{ name: 'a' }, '{"name": ', { name: 'c' }];
      const invocations = await since('batch', () => post('send-all', { queue: 'lists', messages }));
      expect(seenBy(invocations).map(({ bodies }) => bodies)).to.deep.equal([['{"name":"a"}', '{"name":"c"}']]);
      expect(invocations.map(bodiesOf).slice(1)).to.deep.equal([['{"name": '], ['{"name": ']]);
      expect(await waiting('lists-dlq')).to.deep.equal(['{"name": ']);
    });

    it('give texts as they are, and take the order of parameters as it is', async () => {
      const messages = ['1', 'no JSON', '{"a":1}'];
      const invocations = await since('swapped', () => post('send-all', { queue: 'swapped-lists', messages }));
      expect(seenBy(invocations)).to.deep.equal([{ texts: messages, bodies: messages }]);
    });

    it('bring back all of a batch whose call throws', async () => {
      const messages = ['good', 'fail'];
      const invocations = await since('swapped', () => post('send-all', { queue: 'swapped-lists', messages }));
      expect(invocations.map(bodiesOf)).to.deep.equal([messages, messages, messages]);
      expect((await waiting('swapped-lists-dlq')).sort()).to.deep.equal(['fail', 'good']);
    });
  });

  describe('that are FIFO', () => {
    it('keep the order in each group: what follows a failed item waits for it, and other groups do not', async () => {
      const invocations = await since('inOrder', async () => {
        await post('send-all', { queue: 'ordered', groupId: 'A', messages: named('a1', 'late a2', 'a3', 'a4') });
        await post('send-all', { queue: 'ordered', groupId: 'B', messages: named('b1', 'b2', 'b3') });
      });
      const seen = seenBy(invocations);
      const of = (group: string): unknown[] => seen.filter((it) => it['group'] === group).map((it) => it['name']);
      expect(of('A')).to.deep.equal(['a1', 'late a2', 'late a2', 'a3', 'a4']);
      expect(of('B')).to.deep.equal(['b1', 'b2', 'b3']);
      const [first] = invocations.filter((one) => failuresOf(one).length > 0);
      const failed = recordsOf(first as Invocation).filter((record) =>
        failuresOf(first as Invocation).includes(record.messageId),
      );
      const groupA = namesOf(first as Invocation).filter((name) => name.includes('a'));
      expect(failed.map(({ body }) => body)).to.deep.equal(groupA.slice(1).map((name) => JSON.stringify({ name })));
    });

    it('put what keeps failing into a dead-letter queue, and go on', async () => {
      const invocations = await since('inOrder', async () => {
        await post('send-one', { queue: 'ordered', groupId: 'C', messages: ['{"name":"poison"}'] });
        await sandbox.idle();
        await post('send-one', { queue: 'ordered', groupId: 'C', messages: ['{"name":"c2"}'] });
      });
      expect(seenBy(invocations).map(({ name }) => name)).to.deep.equal(['poison', 'poison', 'poison', 'c2']);
      expect(await waiting('ordered-dlq.fifo')).to.deep.equal(['{"name":"poison"}']);
    });

    it('take equal messages as often as they are sent, and those of one deduplication id once', async () => {
      const twice = (more: object) => async () => {
        for (const _ of [1, 2]) await post('send-one', { queue: 'ordered', messages: ['{"name":"same"}'], ...more });
      };
      expect(seenBy(await since('inOrder', twice({}))).map(({ name, group }) => `${name} ${group}`)).to.deep.equal([
        ...['same default', 'same default'],
      ]);
      expect(seenBy(await since('inOrder', twice({ deduplicationId: 'once' })))).to.have.length(1);
    });
  });

  describe('after all that', () => {
    it('refuse senders that did not declare them', async () => {
      expect(await post('send-undeclared', {})).to.equal(
        "PermissionException: this function does not declare @UsesQueue({ id: 'single' })",
      );
    });

    it('have denied nothing, granted nothing that is not used, and crashed nowhere', async () => {
      await sandbox.idle();
      expect(await sandbox.denied()).to.deep.equal([]);
      await expectProved(sandbox, [terraform], { all: true });
      expect((await sandbox.invocations()).filter(({ status }) => status !== 'succeeded')).to.deep.equal([]);
      expect(sandbox.output).to.equal('');
    });
  });
});
