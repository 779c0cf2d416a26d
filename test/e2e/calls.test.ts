// Topics, basic functions, schedules, keeping warm, custom factories and forced dependencies: one project, one deployment.
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Invocation, type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'us-east-1';
const PREFIX = 'e2e-calls-dev';

/** Packages that the project has installed; `red` needs another one. */
const PACKAGES = {
  'node_modules/red/package.json': '{ "name": "red", "version": "1.0.0", "main": "main.js", "dependencies": { "paint": "1" } }',
  'node_modules/red/main.js': "exports.name = require('paint') + ' red';\n",
  'node_modules/paint/package.json': '{ "name": "paint", "version": "1.0.0" }',
  'node_modules/paint/index.js': "module.exports = 'painted';\n",
  'node_modules/@e2e/green/package.json': '{ "name": "@e2e/green", "version": "1.0.0" }',
  'node_modules/@e2e/green/index.js': "exports.name = 'green';\n",
  'node_modules/unasked/package.json': '{ "name": "unasked", "version": "1.0.0" }',
  'node_modules/unasked/index.js': "exports.name = 'unasked';\n",
};

describe('Functions that call each other', function () {
  this.timeout('10m');
  let sandbox: Sandbox;
  let project: Project;
  let terraform: TerraformWorkspace;

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('test/e2e/projects/calls');
    for (const [path, text] of Object.entries(PACKAGES)) await project.write(path, text);
    await project.build();
    sandbox = await startSandbox();
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  /** The invocations of a function since `act` began, once all is quiet. */
  const invocationsDuring = async (name: string, act: () => Promise<unknown>): Promise<Invocation[]> => {
    const before = (await sandbox.invocations(`${PREFIX}-${name}`)).length;
    await act();
    await sandbox.idle();
    return (await sandbox.invocations(`${PREFIX}-${name}`)).slice(before);
  };

  const call = async (name: string, param?: unknown): Promise<unknown> => {
    const { payload, failed } = await sandbox.invoke(`${PREFIX}-${name}`, param ?? null, REGION);
    if (failed) throw Object.assign(new Error(`${name} failed: ${JSON.stringify(payload)}`), { payload });
    return payload;
  };

  const failureOf = (name: string, param?: unknown): Promise<{ errorType: string; errorMessage: string }> =>
    call(name, param).then(
      () => Promise.reject(new Error(`${name} did not fail`)),
      (error: { payload: { errorType: string; errorMessage: string } }) => error.payload,
    );

  it('leave nothing to do for a second plan', async () => {
    expect(await terraform.planChanges()).to.deep.equal([]);
  });

  describe('by a topic', () => {
    const use = (what: string, text: string): Promise<unknown> => call('Desk-use', { what, text });
    const sqs = (operation: string, body: object): Promise<unknown> =>
      sandbox.awsJson('sqs', `AmazonSQS.${operation}`, body, REGION);

    it('are all called, each with what it asks for', async () => {
      let counts: Invocation[] = [];
      const confirms = await invocationsDuring('Listeners-confirm', async () => {
        counts = await invocationsDuring('Listeners-count', () => use('place', 'A-1'));
      });
      const message = '{"id":"A-1","placed":"2024-02-29T00:00:00.000Z"}';
      expect(confirms.map(({ status, logs }) => [status, /confirm (.*)/.exec(logs)?.[1]])).to.deep.equal([
        [
          'succeeded',
          JSON.stringify({
            ...{ isOrder: true, year: 2024, id: 'A-1', type: 'Notification', message },
            ...{ isDate: true, attributes: {}, hasIds: true },
          }),
        ],
      ]);
      expect(counts.map(({ logs }) => /count (.*)/.exec(logs)?.[1])).to.deep.equal([message]);
    });

    it('that is only named are called as well, and not those of other topics', async () => {
      let confirms: Invocation[] = [];
      const counts = await invocationsDuring('Listeners-count', async () => {
        confirms = await invocationsDuring('Listeners-confirm', () => use('alarm', 'not JSON: "fire"'));
      });
      expect(counts.map(({ logs }) => /count (.*)/.exec(logs)?.[1])).to.deep.equal(['not JSON: "fire"']);
      expect(confirms).to.deep.equal([]);
    });

    it('are not called for a message that does not fit, which is tried again twice', async () => {
      await sandbox.aws('sns', '/', publish('orders', 'no JSON'), REGION);
      await sandbox.idle();
      const confirms = (await sandbox.invocations(`${PREFIX}-Listeners-confirm`)).filter(({ status }) => status === 'failed');
      expect(confirms.map(({ attempt }) => attempt)).to.have.length(3);
      for (const { logs } of confirms) expect(logs).to.not.include('confirm {');
    });

    const publish = (topic: string, message: string): RequestInit => ({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ Action: 'Publish', Version: '2010-03-31', Message: message },
        TopicArn: `arn:aws:sns:${REGION}:123456789012:${PREFIX}-${topic}`,
      }).toString(),
    });

    it('are joined by whom a client subscribes, until it ends that', async () => {
      const arn = `arn:aws:sqs:${REGION}:123456789012:outside`;
      const allow = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
      const { QueueUrl } = (await sqs('CreateQueue', { QueueName: 'outside', Attributes: { Policy } })) as { QueueUrl: string };
      const received = async (): Promise<string[]> => {
        await sandbox.idle();
        const { Messages = [] } = (await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })) as {
          Messages?: { Body: string; ReceiptHandle: string }[];
        };
        for (const { ReceiptHandle } of Messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
        return Messages.map(({ Body }) => (JSON.parse(Body) as { Message: string }).Message);
      };

      const id = (await use('subscribe', arn)) as string;
      expect(id).to.match(/^arn:aws:sns:.*:e2e-calls-dev-orders:/);
      await use('place', 'A-2');
      expect(await received()).to.deep.equal(['{"id":"A-2","placed":"2024-02-29T00:00:00.000Z"}']);
      await use('unsubscribe', id);
      await use('place', 'A-3');
      expect(await received()).to.deep.equal([]);

      const alarms = (await use('subscribe-alarms', arn)) as string;
      await use('unsubscribe', alarms);
    });

    it('are out of reach without the decorator, which the message names', async () => {
      const { errorType, errorMessage } = await failureOf('Desk-useUndeclared');
      expect([errorType, errorMessage]).to.deep.equal([
        'PermissionException',
        'this function does not declare @UsesNotificationTopic({ notificationTopic: ... })',
      ]);
    });
  });

  describe('by a client', () => {
    it('get and give values of their types', async () => {
      expect(await call('Caller-call', 'client')).to.deep.equal({ isSum: true, doubled: 6, later: 1 });
      expect(await call('Caller-call', 'interface')).to.deep.equal({ isSum: true, doubled: 14 });
      expect(await call('Caller-call', 'nothing')).to.deep.equal(['hello you', true, true]);
    });

    it('throw at the caller, with the name and message of what was thrown', async () => {
      expect(await call('Caller-call', 'failure')).to.deep.equal({
        ...{ name: 'Overflow', message: '1001 is too much', errorType: 'Overflow' },
        ...{ trace: true, isError: true },
      });
      const { errorType, errorMessage } = await failureOf('Calculator-add', { a: 1000, b: 1, at: '2024-01-01' });
      expect([errorType, errorMessage]).to.deep.equal(['Overflow', '1001 is too much']);
    });

    it('are not waited for when that is not asked for', async () => {
      const [greeted, ...more] = await invocationsDuring('Calculator-greet', async () => {
        expect(await call('Caller-call', 'later')).to.deep.equal({ result: 'undefined' });
      });
      expect(more).to.deep.equal([]);
      expect([greeted?.type, greeted?.event]).to.deep.equal(['Event', 'later']);
      expect(greeted?.logs).to.include('greet later');
    });

    it('may call each other', async () => {
      expect(await call('Calculator-even', 3)).to.equal(false);
      expect(await call('Parity-odd', 3)).to.equal(true);
    });

    it('are out of reach without the decorator, which the message names', async () => {
      const { errorType, errorMessage } = await failureOf('Caller-call', 'undeclared');
      expect([errorType, errorMessage]).to.deep.equal([
        'PermissionException',
        "this function does not declare @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'even' })",
      ]);
    });
  });

  describe('by a schedule', () => {
    it('are called when it comes due', async () => {
      const calls = await invocationsDuring('Warm-daily', () => sandbox.fireRule(`${PREFIX}-Warm-daily`));
      expect(calls.map(({ status }) => status)).to.deep.equal(['succeeded']);
      expect(calls[0]?.logs).to.include('the method was called');
    });

    it('may have several', async () => {
      const rules = Object.entries(await terraform.state()).filter(([address]) =>
        address.startsWith('aws_cloudwatch_event_rule.Warm_twice-'),
      );
      expect(rules.map(([, rule]) => rule['schedule_expression']).sort()).to.deep.equal([
        'cron(0 18 * * ? *)',
        'cron(0 6 * * ? *)',
      ]);
      for (const [, { name }] of rules) {
        expect(await invocationsDuring('Warm-twice', () => sandbox.fireRule(String(name)))).to.have.length(1);
      }
    });

    it('are kept warm by another one, which calls no method, whatever triggers the function', async () => {
      for (const name of ['Warm-page', 'Warm-listen', 'Warm-daily']) {
        const pings = await invocationsDuring(name, () => sandbox.fireRule(`${PREFIX}-${name}-keep-warm`));
        expect(
          pings.map(({ status, result }) => [status, result]),
          name,
        ).to.deep.equal([['succeeded', null]]);
        expect(pings[0]?.logs, name).to.not.include('the method was called');
      }
    });

    it('are called as ever beside that', async () => {
      const { http_api_url: url } = await terraform.output();
      expect(await (await fetch(`${sandbox.httpUrl(String(url))}/warm`)).json()).to.equal('warm');
    });
  });

  describe('made by a factory', () => {
    it('are called on what it gives, at once or later', async () => {
      expect(await call('Greeter-greet')).to.equal('hello');
      expect(await call('LateGreeter-greet')).to.equal('hello at last');
    });
  });

  describe('with forced dependencies', () => {
    it('find the packages by names that only they know', async () => {
      expect(await call('Plugins-paint', 'red')).to.deep.equal(['painted red', 'painted red']);
      expect(await call('Plugins-paint', '@e2e/green')).to.deep.equal(['green', 'green']);
    });

    it('find no others', async () => {
      expect((await failureOf('Plugins-paint', 'unasked')).errorMessage).to.match(/unasked/);
    });
  });

  describe('in the end', () => {
    const topicArn = (name: string): string => `arn:aws:sns:${REGION}:123456789012:${PREFIX}-${name}`;

    it('are refused nothing, and granted nothing that is not used', async () => {
      expect(await sandbox.denied()).to.deep.equal([]);
      const { unused } = await sandbox.usedPermissions();
      expect(unused.map(({ role, action, resource }) => `${role.split('/').at(-1)} ${action} ${resource}`)).to.deep.equal([
        // the one function that declares a topic and uses another
        ...['Publish', 'Subscribe'].map((action) => `${PREFIX}-Desk-useUndeclared sns:${action} ${topicArn('alarms')}`),
        `${PREFIX}-Desk-useUndeclared sns:Unsubscribe *`,
      ]);
      await expectProved(sandbox, [terraform]);
    });
  });
});
