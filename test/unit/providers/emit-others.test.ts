// Stores, and functions that run after a deployment.
import { expect } from 'chai';
import { artifactsOf, at, emit, policyOf, reachable } from './emitted.js';
import { StageBuilder, sample } from './stage-builder.js';

describe('aws: stores', () => {
  it('are tables on demand, with recovery and encryption', async () => {
    const { tags, ...table } = at(await emit(sample()), 'aws_dynamodb_table.UserDetail');
    expect(tags).to.be.an('object');
    expect(table).to.deep.equal({
      name: 'UserDetaildev',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'id',
      attribute: [{ name: 'id', type: 'S' }],
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true },
    });
  });

  it('have provisioned capacity where it is given', async () => {
    expect(at(await emit(sample()), 'aws_dynamodb_table.Session')).to.deep.include({
      name: 'sessionsdev',
      billing_mode: 'PROVISIONED',
      read_capacity: 5,
      write_capacity: 2,
      hash_key: 'PrimaryKey',
      attribute: [{ name: 'PrimaryKey', type: 'N' }],
    });
  });

  it('have keys of the type that their class says', async () => {
    const stage = new StageBuilder();
    stage.store('Binary', { wire: 'binary', keyColumn: 'the ${key}' });
    expect(at(await emit(stage), 'aws_dynamodb_table.Binary')).to.deep.include({
      hash_key: 'the $${key}',
      attribute: [{ name: 'the $${key}', type: 'B' }],
    });
  });

  // aws-facts 51
  it('cannot be destroyed in a protected stage, and can elsewhere', async () => {
    const protectedTable = at(await emit(sample(), { protected: true }), 'aws_dynamodb_table.UserDetail');
    expect(protectedTable).to.deep.include({ deletion_protection_enabled: true, lifecycle: { prevent_destroy: true } });
    const table = at(await emit(sample()), 'aws_dynamodb_table.UserDetail');
    expect(table).not.to.have.any.keys('deletion_protection_enabled', 'lifecycle');
  });

  it('that exist already are referred to by their ARN, and not made', async () => {
    const emitted = await emit(sample());
    const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/legacy';
    expect(emitted.resources.has('aws_dynamodb_table.Legacy')).to.equal(false);
    expect(at(emitted, 'aws_lambda_function.Users_one')['environment']).to.deep.nested.include({
      'variables.NIMBUS_STORE_Legacy': arn,
    });
    expect(policyOf(emitted, 'Users_one')).to.deep.include({
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Effect: 'Allow',
      Resource: [arn],
    });
  });
});

describe('aws: after deployment', () => {
  const triggerOf = (emitted: Awaited<ReturnType<typeof emit>>): unknown =>
    (at(emitted, 'aws_lambda_invocation.Seed_run')['triggers'] as { readonly deployed: unknown }).deployed;

  // aws-facts 52, users-suffer 18
  it('functions are invoked by a resource, and their result is an output', async () => {
    const emitted = await emit(sample());
    expect(emitted.document).not.to.have.property('data');
    expect(at(emitted, 'aws_lambda_invocation.Seed_run')).to.deep.include({
      function_name: '${aws_lambda_function.Seed_run.function_name}',
      input: '{}',
    });
    expect(emitted.document['output']).to.deep.include({
      after_deployment_Seed_run: { value: '${jsondecode(aws_lambda_invocation.Seed_run.result)}' },
      after_deployment_Seed_check: { value: '${jsondecode(aws_lambda_invocation.Seed_check.result)}' },
    });
  });

  it('everything else is there first, and tests come after all others', async () => {
    const emitted = await emit(sample());
    const others = [...emitted.resources.keys()].filter((address) => !/^(aws_lambda_invocation|terraform_data)\./.test(address));
    const before = [...others, 'terraform_data.deployed'];
    expect([...reachable(emitted, 'aws_lambda_invocation.Seed_run')].sort()).to.deep.equal(before.sort());
    const beforeTest = [...before, 'aws_lambda_invocation.Seed_run', 'terraform_data.after_deployment'];
    expect([...reachable(emitted, 'aws_lambda_invocation.Seed_check')].sort()).to.deep.equal(beforeTest.sort());
  });

  it('they run again when anything that is deployed changed, and not otherwise', async () => {
    const before = triggerOf(await emit(sample()));
    expect(before).to.match(/^[0-9a-f]{64}$/);
    expect(triggerOf(await emit(sample()))).to.equal(before);
    expect(triggerOf(await emit(sample(), { backend: { s3: { bucket: 'b' } }, awsProviderVersion: '~> 6.0' }))).to.equal(before);

    const changedCode = await emit(
      sample(),
      {},
      {
        artifacts: (p) =>
          artifactsOf(p).map((one) => (one.function === 'function:Users.one' ? { ...one, sha256: 'ab'.repeat(32) } : one)),
      },
    );
    const withRoute = sample();
    withRoute.http('GET /new', 'Users.one');
    const triggers = [
      before,
      triggerOf(changedCode),
      triggerOf(await emit(withRoute)),
      triggerOf(await emit(sample(), { protected: true })),
    ];
    expect(new Set(triggers).size).to.equal(4);
  });
});
