import { expect } from 'chai';
import { readPlan } from '../../../compiler/review/read-plan.js';
import { entry, planText, reviewOf, TAGS } from '../../support/plans.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function problem(text: string | Uint8Array): string {
  const read = readPlan(typeof text === 'string' ? bytes(text) : text);
  return read.ok ? 'a plan' : read.problem;
}

const QUEUE = { address: 'aws_sqs_queue.orders', before: { name: 'shop-dev-orders', tags: TAGS } };

describe('readPlan', () => {
  it('says of what is no plan what it is', () => {
    expect(problem('')).to.equal('it is empty');
    expect(problem('PK\u0003\u0004...')).to.equal('it is the saved plan itself');
    expect(problem('Terraform will perform')).to.equal('it is no JSON');
    expect(problem('{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info"}')).to.contain(
      'log of `terraform plan -json`',
    );
    expect(problem('[]')).to.equal('it is no JSON object');
    expect(problem('{"a": 1}')).to.equal('it has no "format_version"');
    expect(problem('{"format_version":"1.0","terraform_version":"1.5.0"}')).to.equal('it is a state, not a plan');
    expect(problem('{"format_version":"1.0","values":{}}')).to.equal('it is a state, not a plan');
    expect(problem('{"format_version":"1.0","provider_schemas":{}}')).to.equal('it has none of the parts of a plan');
    expect(problem('{"format_version":"1.0","resource_changes":{}}')).to.equal('its "resource_changes" are no list');
  });

  it('reads a plan without any change, with and without the list', async () => {
    for (const text of [planText([]), '{"format_version":"1.2","planned_values":{},"configuration":{}}']) {
      const review = await reviewOf(text);
      expect([review.findings, review.changes, review.functions, review.stage]).to.deep.equal([[], [], [], null]);
    }
  });

  it('reads the UTF-16 that PowerShell writes', async () => {
    const text = planText([QUEUE]);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect((await reviewOf(utf16)).counts.delete).to.equal(1);
    expect((await reviewOf(Buffer.from(`\ufeff${text}`, 'utf8'))).counts.delete).to.equal(1);
  });

  it('reads formats of other versions, and says when one is newer than it knows', async () => {
    for (const format of ['0.1', '0.2', '1.0', '1.2', '1.99']) {
      const review = await reviewOf(planText([QUEUE], { format_version: format }));
      expect(review.counts.delete, format).to.equal(1);
      expect(review.notes.join(), format).not.to.contain('format');
    }
    const newer = await reviewOf(planText([QUEUE], { format_version: '2.0' }));
    expect(newer.counts.delete).to.equal(1);
    expect(newer.notes.join()).to.contain('format 2.0');
  });

  it('counts what it cannot read, and says when there is more to come', async () => {
    const broken = JSON.parse(planText([QUEUE])) as { resource_changes: unknown[] };
    broken.resource_changes.push(null, { address: 'aws_sqs_queue.x' }, 7);
    const review = await reviewOf(JSON.stringify({ ...broken, errored: true, complete: false }));
    expect(review.notes.join('\n')).to.contain('3 entries').and.to.contain('incomplete').and.to.contain('partial');
    expect(review.complete).to.equal(false);
  });

  it('knows moves, imports, leftovers, forgotten ones and reads', async () => {
    const values = { name: 'shop-dev-orders', tags: TAGS };
    const same = { before: values, after: values, actions: ['no-op'] };
    const review = await reviewOf(
      planText([
        { address: 'aws_sqs_queue.moved', ...same, more: { previous_address: 'aws_sqs_queue.old' } },
        { address: 'aws_sqs_queue.imported', ...same, change: { importing: { id: 'x' } } },
        { address: 'aws_sqs_queue.same', ...same },
        { address: 'aws_sqs_queue.left', before: values, more: { deposed: 'abcd1234' } },
        { address: 'aws_sqs_queue.forgotten', before: values, actions: ['forget'] },
        { address: 'data.aws_region.here', after: {}, actions: ['read'], more: { mode: 'data' } },
      ]),
    );
    expect(review.counts).to.deep.equal({ create: 0, update: 0, replace: 0, delete: 1, forget: 1, move: 1, import: 1, read: 1 });
    const moved = review.changes.find(({ action }) => action === 'move');
    expect([moved?.address, moved?.previousAddress]).to.deep.equal(['aws_sqs_queue.moved', 'aws_sqs_queue.old']);
  });

  it('survives any JSON in the place of any part', async () => {
    const odd = [null, 1, 'x', [], {}, [null], [[1]], { change: 1 }, { root_module: 1 }, { values: { root_module: [] } }];
    const whole = JSON.parse(planText([], { prior_state: {}, configuration: {}, resource_drift: [] })) as Record<string, unknown>;
    const types = [
      'aws_sqs_queue',
      'aws_lambda_function',
      'aws_iam_role_policy',
      'aws_apigatewayv2_route',
      'aws_s3_bucket_policy',
    ];
    const survive = async (document: object): Promise<void> => {
      const text = JSON.stringify(document);
      if (readPlan(bytes(text)).ok) await reviewOf(text);
    };
    for (const key of Object.keys(whole)) for (const value of odd) await survive({ ...whole, [key]: value });
    for (const type of types) {
      const good = entry({
        address: `${type}.x`,
        before: { tags: TAGS, policy: '{}' },
        after: { tags: TAGS, policy: '{"Statement":[{}]}' },
      });
      const { change } = good as { readonly change: object };
      for (const value of odd) {
        for (const key of Object.keys(good)) await survive({ ...whole, resource_changes: [{ ...good, [key]: value }] });
        for (const key of Object.keys(change)) {
          await survive({ ...whole, resource_changes: [{ ...good, change: { ...change, [key]: value } }] });
        }
        for (const key of ['tags', 'policy', 'environment', 'ingress', 'arn', 'route_key', 'attribute', 'cors_configuration']) {
          const after = { tags: TAGS, [key]: value };
          await survive({ ...whole, resource_changes: [{ ...good, change: { ...change, after } }] });
        }
      }
    }
  });
});
