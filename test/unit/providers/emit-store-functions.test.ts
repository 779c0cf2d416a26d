// Functions that listen to stores: streams, mappings, dead-letter queues, and what roles may do with them.
import { expect } from 'chai';
import { at, emit, plan, policyOf, reachable } from './emitted.js';
import { StageBuilder } from './stage-builder.js';

function shop(): StageBuilder {
  const stage = new StageBuilder();
  const orders = stage.store('Order');
  stage.store('Customer');
  const sessions = stage.keyValue('Session');
  stage.listens('Audit.placed', orders, ['INSERT']);
  stage.listens('Audit.gone', orders, ['MODIFY', 'REMOVE']);
  stage.listens('Audit.gone', sessions, ['REMOVE']);
  return stage;
}

describe('aws: store functions', () => {
  it('switch on the stream of the tables that they listen to, and of no other', async () => {
    const emitted = await emit(shop());
    for (const table of ['Order', 'Session']) {
      expect(at(emitted, `aws_dynamodb_table.${table}`)).to.deep.include({
        stream_enabled: true,
        stream_view_type: 'NEW_AND_OLD_IMAGES',
      });
    }
    expect(at(emitted, 'aws_dynamodb_table.Customer')).not.to.have.any.keys('stream_enabled', 'stream_view_type');
  });

  // aws-facts 44, users-suffer 19 and 20
  it('are invoked for their own kinds of changes only, with bounded retries and a place for what fails', async () => {
    const { tags, ...mapping } = at(await emit(shop()), 'aws_lambda_event_source_mapping.Audit_gone_Order');
    expect(tags).to.be.an('object');
    expect(mapping).to.deep.equal({
      event_source_arn: '${aws_dynamodb_table.Order.stream_arn}',
      function_name: '${aws_lambda_function.Audit_gone.arn}',
      starting_position: 'LATEST',
      batch_size: 10,
      bisect_batch_on_function_error: true,
      maximum_retry_attempts: 3,
      function_response_types: ['ReportBatchItemFailures'],
      filter_criteria: { filter: [{ pattern: '{"eventName":["MODIFY","REMOVE"]}' }] },
      destination_config: { on_failure: { destination_arn: '${aws_sqs_queue.Audit_gone_Order_failures.arn}' } },
      depends_on: ['aws_iam_role_policy.Audit_gone'],
    });
  });

  it('have one mapping and one dead-letter queue for each store', async () => {
    const emitted = await emit(shop());
    const queues = [...emitted.resources].filter(([address]) => address.startsWith('aws_sqs_queue.'));
    expect(queues.map(([, queue]) => queue['name']).sort()).to.deep.equal([
      'chat-dev-Audit-gone-Order-failures',
      'chat-dev-Audit-gone-Session-failures',
      'chat-dev-Audit-placed-Order-failures',
    ]);
    for (const [, queue] of queues) {
      expect(queue).to.deep.include({ message_retention_seconds: 1_209_600, sqs_managed_sse_enabled: true });
    }
  });

  // aws-facts 18, users-suffer 17
  it('wait for the policy of their role', async () => {
    const emitted = await emit(shop());
    for (const [address, block] of emitted.resources) {
      if (!address.startsWith('aws_lambda_event_source_mapping.')) continue;
      const [, id = ''] = /aws_lambda_function\.(\w+)\.arn/.exec(block['function_name'] as string) ?? [];
      expect(block['depends_on']).to.deep.equal([`aws_iam_role_policy.${id}`]);
    }
  });

  it('may read the stream and write to their dead-letter queue, and nothing else', async () => {
    expect(policyOf(await emit(shop()), 'Audit_placed')).to.deep.equal([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: ['${aws_cloudwatch_log_group.Audit_placed.arn}:*'],
      },
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: ['${aws_dynamodb_table.Order.stream_arn}'],
      },
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: ['${aws_sqs_queue.Audit_placed_Order_failures.arn}'] },
    ]);
  });

  it('are told the names of their tables, and are there before anything runs after the deployment', async () => {
    const stage = shop();
    stage.afterDeployment('Seed.run');
    const emitted = await emit(stage);
    expect(at(emitted, 'aws_lambda_function.Audit_gone')['environment']).to.deep.equal({
      variables: {
        NIMBUS_STAGE: 'dev',
        NIMBUS_STORE_Order: '${aws_dynamodb_table.Order.name}',
        NIMBUS_STORE_Session: '${aws_dynamodb_table.Session.name}',
      },
    });
    expect([...reachable(emitted, 'aws_lambda_invocation.Seed_run')]).to.include.members([
      'aws_lambda_event_source_mapping.Audit_gone_Order',
      'aws_lambda_event_source_mapping.Audit_gone_Session',
      'aws_lambda_event_source_mapping.Audit_placed_Order',
    ]);
  });

  it('have names that cannot meet, however they are put together', async () => {
    const stage = new StageBuilder();
    stage.listens('A.b', stage.store('c_D'), ['INSERT']);
    stage.listens('A.b_c', stage.store('D'), ['INSERT']);
    stage.listens(`Long.${'m'.repeat(90)}`, stage.store('Order'), ['INSERT']);
    const emitted = await emit(stage);
    const mappings = [...emitted.resources.keys()].filter((address) => address.startsWith('aws_lambda_event_source_mapping.'));
    expect(mappings).to.have.length(3);
    for (const [address, queue] of emitted.resources) {
      if (!address.startsWith('aws_sqs_queue.')) continue;
      expect((queue['name'] as string).length, address).to.be.at.most(80);
      expect(queue['name']).to.match(/^[A-Za-z0-9_-]+$/);
    }
    expect(emitted.diagnostics).to.deep.equal([]);
  });

  it('of one store are told when they are more than AWS likes to read one stream', () => {
    const stage = new StageBuilder();
    const orders = stage.store('Order');
    for (const method of ['one', 'two']) stage.listens(`Audit.${method}`, orders, ['INSERT']);
    expect(plan(stage).codes).to.deep.equal([]);
    stage.listens('Audit.three', orders, ['INSERT']);
    const { diagnostics } = plan(stage);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).to.deep.equal([['NIM3060', 'info']]);
    expect(diagnostics[0]!.message).to.include('3 functions').and.to.include('at most 2');
  });
});
