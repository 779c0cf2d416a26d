// Topics, basic functions, and what calls functions in time.
import { expect } from 'chai';
import { at, emit, plan, policyOf, reachable } from './emitted.js';
import { StageBuilder } from './stage-builder.js';

const ARN_OF = (name: string): string => `\${${name}.arn}`;

describe('aws: topics', () => {
  const stage = (): StageBuilder => {
    const made = new StageBuilder();
    made.notification('orders', 'Mail.send', 'Log.write');
    made.notification('2nd-alarms', 'Log.write');
    return made;
  };

  it('have a subscription for each function that listens, and one topic each', async () => {
    const emitted = await emit(stage());
    const found = [...emitted.resources.keys()].filter((address) => address.startsWith('aws_sns_')).sort();
    const second = found.find((address) => /^aws_sns_topic\._2nd-alarms-[0-9a-f]{8}$/.test(address)) ?? 'none';
    const id = second.slice('aws_sns_topic.'.length);
    expect(found).to.deep.equal(
      [
        ...['aws_sns_topic.orders', second, `aws_sns_topic_subscription.${id}-Log_write`],
        ...['aws_sns_topic_subscription.orders-Log_write', 'aws_sns_topic_subscription.orders-Mail_send'],
      ].sort(),
    );
    expect(at(emitted, 'aws_sns_topic.orders')['name']).to.equal('chat-dev-orders');
  });

  // aws-facts 24, 46
  it('may invoke exactly the functions that listen to them, before they have subscribed', async () => {
    const emitted = await emit(stage());
    expect(at(emitted, 'aws_lambda_permission.orders-Mail_send')).to.deep.include({
      ...{ principal: 'sns.amazonaws.com', source_arn: ARN_OF('aws_sns_topic.orders') },
      lifecycle: { replace_triggered_by: ['aws_lambda_function.Mail_send.arn'] },
    });
    expect(at(emitted, 'aws_sns_topic_subscription.orders-Mail_send')).to.deep.equal({
      ...{ topic_arn: ARN_OF('aws_sns_topic.orders'), protocol: 'lambda' },
      ...{ endpoint: ARN_OF('aws_lambda_function.Mail_send'), depends_on: ['aws_lambda_permission.orders-Mail_send'] },
    });
  });

  it('cannot be destroyed in a protected stage, and can elsewhere', async () => {
    expect(at(await emit(stage(), { protected: true }), 'aws_sns_topic.orders')['lifecycle']).to.deep.equal({
      prevent_destroy: true,
    });
    expect(at(await emit(stage()), 'aws_sns_topic.orders')).not.to.have.property('lifecycle');
  });

  it('are granted by operation, on the topic where IAM knows it', async () => {
    const made = stage();
    made.function('Desk.place', 'basic-function');
    made.uses('Desk.place', 'notification-topic:orders', ['notify']);
    const topic = ARN_OF('aws_sns_topic.orders');
    const grant = (Action: string[], Resource: string[]): object => ({ Action, Effect: 'Allow', Resource });
    expect(policyOf(await emit(made), 'Desk_place').slice(1)).to.deep.equal([grant(['sns:Publish'], [topic])]);
    made.uses('Desk.place', 'notification-topic:orders', ['subscribe', 'unsubscribe']);
    expect(policyOf(await emit(made), 'Desk_place')).to.deep.include.members([
      grant(['sns:Publish', 'sns:Subscribe'], [topic]),
      grant(['sns:Unsubscribe'], ['*']),
    ]);
  });
});

describe('aws: basic functions', () => {
  it('may call each other, and themselves, without waiting for each other', async () => {
    const stage = new StageBuilder();
    stage.basic('A.one');
    stage.basic('B.two');
    for (const [from, to] of [
      ['A.one', 'B.two'],
      ['B.two', 'A.one'],
      ['A.one', 'A.one'],
    ]) {
      stage.uses(from as string, `basic-function:${to}`, ['invoke']);
    }
    const emitted = await emit(stage);
    expect(policyOf(emitted, 'A_one')).to.deep.include({
      ...{ Action: ['lambda:InvokeFunction'], Effect: 'Allow' },
      Resource: ['${local.function_arn_A_one}', '${local.function_arn_B_two}'],
    });
    expect(emitted.document['locals']).to.have.property(
      'function_arn_B_two',
      '${replace(replace(aws_cloudwatch_log_group.B_two.arn, ":logs:", ":lambda:"), ":log-group:/aws/lambda/chat-dev-B-two", ":function:chat-dev-B-two")}',
    );
    const all = [...emitted.resources.keys()];
    for (const address of all) expect(reachable(emitted, address).has(address), address).to.equal(false);
    expect(at(emitted, 'aws_lambda_function.A_one')).to.deep.nested.include({
      'environment.variables.NIMBUS_FUNCTION_B_two': 'chat-dev-B-two',
    });
  });

  it('that nobody calls have no ARN made up', async () => {
    const stage = new StageBuilder();
    stage.basic('A.one', ['rate(1 day)']);
    expect((await emit(stage)).document).not.to.have.property('locals');
  });

  // aws-facts 24
  it('have a rule for each schedule, which may invoke them', async () => {
    const stage = new StageBuilder();
    stage.basic('A.one', ['rate(1 day)']);
    const emitted = await emit(stage);
    expect(at(emitted, 'aws_cloudwatch_event_rule.A_one')).to.deep.include({
      ...{ name: 'chat-dev-A-one', schedule_expression: 'rate(1 day)' },
    });
    expect(at(emitted, 'aws_cloudwatch_event_target.A_one')).to.deep.equal({
      ...{ rule: '${aws_cloudwatch_event_rule.A_one.name}', arn: ARN_OF('aws_lambda_function.A_one') },
      depends_on: ['aws_lambda_permission.A_one'],
    });
    expect(at(emitted, 'aws_lambda_permission.A_one')).to.deep.include({
      ...{ principal: 'events.amazonaws.com', source_arn: ARN_OF('aws_cloudwatch_event_rule.A_one') },
    });
  });

  it('have names of rules that fit, also when they are kept warm', async () => {
    const stage = new StageBuilder();
    const long = 'L'.repeat(70);
    stage.basic(`${long}.one`, ['rate(1 day)', 'rate(2 days)']);
    stage.keepWarm(`${long}.one`);
    const emitted = await emit(stage);
    const names = [...emitted.resources].flatMap(([address, { name }]) =>
      address.startsWith('aws_cloudwatch_event_rule.') ? [String(name)] : [],
    );
    expect(new Set(names).size).to.equal(3);
    for (const name of names) expect(name).to.match(/^[A-Za-z0-9_.-]{1,64}$/);
  });
});

describe('aws: functions that are kept warm', () => {
  it('are pinged by a rule of their own, whatever triggers them', async () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'Site.page');
    stage.keepWarm('Site.page');
    expect(plan(stage).codes).to.deep.equal([]);
    const emitted = await emit(stage);
    expect(at(emitted, 'aws_cloudwatch_event_rule.Site_page-keep-warm')).to.deep.include({
      ...{ name: 'chat-dev-Site-page-keep-warm', schedule_expression: 'rate(5 minutes)' },
    });
    expect(at(emitted, 'aws_cloudwatch_event_target.Site_page-keep-warm')['input']).to.equal('{"nimbusc:keep-warm":true}');
    expect(at(emitted, 'aws_lambda_permission.Site_page-keep-warm')['source_arn']).to.equal(
      ARN_OF('aws_cloudwatch_event_rule.Site_page-keep-warm'),
    );
  });
});
