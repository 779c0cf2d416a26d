// Queues and the functions that listen to them.
import { expect } from 'chai';
import { at, emit, plan, policyOf, reachable, referencesOf } from './emitted.js';
import { StageBuilder } from './stage-builder.js';

const staged = (build: (stage: StageBuilder) => void): StageBuilder => {
  const stage = new StageBuilder();
  build(stage);
  return stage;
};

const orders = () => staged((s) => s.listener(s.queue('orders', { timeout: 100, maxReceiveCount: 7 }), 'Orders.place'));

describe('aws: queues', () => {
  it('have dead letters, encryption, and a name of project, stage and id', async () => {
    const emitted = await emit(orders());
    const { tags, ...queue } = at(emitted, 'aws_sqs_queue.orders');
    expect(tags).to.include({ 'nimbus:project': 'chat', 'nimbus:stage': 'dev' });
    expect(queue).to.deep.equal({
      name: 'chat-dev-orders',
      sqs_managed_sse_enabled: true,
      visibility_timeout_seconds: 100,
      redrive_policy: '${jsonencode({"deadLetterTargetArn" = aws_sqs_queue.orders-dlq.arn, "maxReceiveCount" = 7})}',
    });
    const { tags: same, ...deadLetters } = at(emitted, 'aws_sqs_queue.orders-dlq');
    expect(same).to.deep.equal(tags);
    expect(deadLetters).to.deep.equal({
      name: 'chat-dev-orders-dlq',
      sqs_managed_sse_enabled: true,
      message_retention_seconds: 14 * 24 * 3_600,
    });
  });

  // aws-facts 42
  it('that are FIFO say so by setting and name, with their dead letters, and others are silent about it', async () => {
    const emitted = await emit(
      staged((s) => {
        s.queue('plain');
        s.queue('strict', { fifo: true });
      }),
    );
    expect(at(emitted, 'aws_sqs_queue.strict')).to.include({
      name: 'chat-dev-strict.fifo',
      fifo_queue: true,
      content_based_deduplication: true,
    });
    expect(at(emitted, 'aws_sqs_queue.strict-dlq')).to.include({ name: 'chat-dev-strict-dlq.fifo', fifo_queue: true });
    for (const id of ['plain', 'plain-dlq']) {
      expect(at(emitted, `aws_sqs_queue.${id}`)).to.not.have.any.keys('fifo_queue', 'content_based_deduplication');
    }
  });

  // users-suffer 14
  it('hide an item for six times the timeout of the slowest listener and its window, or longer', async () => {
    const visibility = async (timeout: number | undefined, ...listeners: { timeout?: number; window?: number }[]) => {
      const stage = staged((s) => {
        const queue = s.queue('q', timeout === undefined ? {} : { timeout });
        for (const [i, options] of listeners.entries()) s.listener(queue, `A.a${i}`, options);
      });
      return at(await emit(stage), 'aws_sqs_queue.q')['visibility_timeout_seconds'];
    };
    expect(await visibility(undefined)).to.equal(30);
    expect(await visibility(0)).to.equal(0);
    expect(await visibility(undefined, {})).to.equal(60);
    expect(await visibility(undefined, { timeout: 5 })).to.equal(30);
    expect(await visibility(undefined, { timeout: 20, window: 7 }, { timeout: 21 })).to.equal(127);
    expect(await visibility(10, { timeout: 900, window: 300 })).to.equal(5_700);
    expect(await visibility(43_200, { timeout: 900, window: 300 })).to.equal(43_200);
  });

  it('tell that a time was raised, and by whose fault', () => {
    const raised = (timeout: number | undefined) =>
      plan(staged((s) => s.listener(s.queue('q', timeout === undefined ? {} : { timeout }), 'A.a', { timeout: 7, window: 3 })));
    expect(raised(45).codes).to.deep.equal([]);
    expect(raised(undefined).codes).to.deep.equal([]);
    const [warning] = raised(44).diagnostics;
    expect(warning).to.include({ code: 'NIM3040', severity: 'warning' });
    expect(warning?.message).to.contain('from 44 to 45 seconds').and.contain('A.a').and.contain('7 seconds');
    expect(warning?.related).to.have.length(1);
  });

  // aws-facts 51
  it('cannot be destroyed in a protected stage', async () => {
    const emitted = await emit(orders(), { protected: true });
    for (const id of ['orders', 'orders-dlq']) {
      expect(at(emitted, `aws_sqs_queue.${id}`)).to.deep.include({ lifecycle: { prevent_destroy: true } });
    }
    expect(at(await emit(orders()), 'aws_sqs_queue.orders')).to.not.have.property('lifecycle');
  });

  it('have Terraform names from their ids, also where those begin with a digit', async () => {
    const emitted = await emit(staged((s) => s.queue('2nd-try_b')));
    expect(emitted.resources.has('aws_sqs_queue._2nd-try_b')).to.equal(true);
    expect(at(emitted, 'aws_sqs_queue._2nd-try_b')['name']).to.equal('chat-dev-2nd-try_b');
  });

  it('have names of 80 characters at most; those of dead letters are made to fit', async () => {
    const codes = (length: number, fifo: boolean) =>
      plan(staged((s) => s.queue('q'.repeat(length - 'chat-dev-'.length), { fifo }))).codes;
    expect(codes(80, false)).to.deep.equal([]);
    expect(codes(81, false)).to.deep.equal(['NIM3001']);
    expect(codes(75, true)).to.deep.equal([]);
    expect(codes(76, true)).to.deep.equal(['NIM3001']);
    const emitted = await emit(staged((s) => ['a', 'b'].map((end) => s.queue(`${'q'.repeat(65)}${end}`, { fifo: true }))));
    const names = [...emitted.resources.values()].map((block) => String(block['name']));
    expect(new Set(names).size).to.equal(4);
    for (const name of names) expect(name).to.match(/^[A-Za-z0-9_-]{1,75}\.fifo$/);
  });

  it('may not be called what the dead letters of another are', () => {
    const codes = (...ids: readonly [string, boolean][]) =>
      plan(staged((s) => ids.map(([id, fifo]) => s.queue(id, { fifo })))).codes;
    expect(codes(['a', false], ['a-dlq', false])).to.deep.equal(['NIM3002']);
    expect(codes(['a', true], ['a-dlq', false])).to.deep.equal(['NIM3002']);
    expect(codes(['a', true], ['b-dlq', true])).to.deep.equal([]);
  });
});

describe('aws: functions that listen to queues', () => {
  // aws-facts 18, 43
  it('are mapped to them, with failures by item, when their role may poll', async () => {
    const emitted = await emit(orders());
    const { tags, ...mapping } = at(emitted, 'aws_lambda_event_source_mapping.Orders_place-orders');
    expect(tags).to.be.an('object');
    expect(mapping).to.deep.equal({
      event_source_arn: '${aws_sqs_queue.orders.arn}',
      function_name: '${aws_lambda_function.Orders_place.arn}',
      batch_size: 1,
      function_response_types: ['ReportBatchItemFailures'],
      depends_on: ['aws_iam_role_policy.Orders_place'],
    });
  });

  it('are there before functions run after the deployment', async () => {
    const stage = orders();
    stage.afterDeployment('Seed.run');
    const before = reachable(await emit(stage), 'aws_lambda_invocation.Seed_run');
    expect([...before]).to.include.members([
      'aws_lambda_event_source_mapping.Orders_place-orders',
      'aws_sqs_queue.orders',
      'aws_sqs_queue.orders-dlq',
    ]);
  });

  it('wait for a batch as long as they say', async () => {
    const stage = staged((s) => {
      s.listener(s.queue('a'), 'A.a', { batchSize: 10_000, window: 300 });
      s.listener(s.queue('b'), 'A.b', { batchSize: 10, window: 0 });
    });
    const emitted = await emit(stage);
    expect(at(emitted, 'aws_lambda_event_source_mapping.A_a-a')).to.include({
      batch_size: 10_000,
      maximum_batching_window_in_seconds: 300,
    });
    expect(at(emitted, 'aws_lambda_event_source_mapping.A_b-b')).to.not.have.property('maximum_batching_window_in_seconds');
  });

  it('may poll their queues and send to those they use, and nothing else', async () => {
    const stage = staged((s) => {
      const [first, second, target] = [s.queue('first'), s.queue('second'), s.queue('target')];
      s.listener(first, 'A.a');
      s.listener(second, 'A.a');
      s.uses('A.a', target, ['send']);
    });
    const emitted = await emit(stage);
    expect(policyOf(emitted, 'A_a').slice(1)).to.deep.equal([
      {
        Action: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        Effect: 'Allow',
        Resource: ['${aws_sqs_queue.first.arn}', '${aws_sqs_queue.second.arn}'],
      },
      { Action: ['sqs:SendMessage'], Effect: 'Allow', Resource: ['${aws_sqs_queue.target.arn}'] },
    ]);
    expect(at(emitted, 'aws_lambda_function.A_a')['environment']).to.deep.equal({
      variables: { NIMBUS_QUEUE_target: '${aws_sqs_queue.target.url}', NIMBUS_STAGE: 'dev' },
    });
  });

  it('may send to the very queue that they listen to', async () => {
    const stage = staged((s) => {
      const queue = s.queue('loop');
      s.listener(queue, 'A.a');
      s.uses('A.a', queue, ['send']);
    });
    const emitted = await emit(stage);
    expect(policyOf(emitted, 'A_a')[1]?.Action).to.deep.equal([
      ...['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
    ]);
    // and Terraform can tell what comes first
    for (const address of emitted.resources.keys()) expect(reachable(emitted, address).has(address), address).to.equal(false);
    expect(referencesOf(at(emitted, 'aws_sqs_queue.loop'))).to.deep.equal(new Set(['aws_sqs_queue.loop-dlq']));
  });

  it('have batches within the limits of AWS', () => {
    const codes = (batchSize: number, window?: number, fifo = false) =>
      plan(staged((s) => s.listener(s.queue('q', { fifo }), 'A.a', window === undefined ? { batchSize } : { batchSize, window })))
        .codes;
    expect(codes(10)).to.deep.equal([]);
    expect(codes(11)).to.deep.equal(['NIM3042']);
    expect(codes(11, 0)).to.deep.equal(['NIM3042']);
    expect(codes(11, 1)).to.deep.equal([]);
    expect(codes(10, undefined, true)).to.deep.equal([]);
    expect(codes(10, 0, true)).to.deep.equal([]);
    expect(codes(11, undefined, true)).to.deep.equal(['NIM3041']);
    expect(codes(10, 1, true)).to.deep.equal(['NIM3043']);
  });
});
