// The Lambda function with its role, policy and log group; large zips; the module's own blocks.
import { expect } from 'chai';
import { artifactsOf, at, emit, policyOf, reachable } from './emitted.js';
import { StageBuilder, sample } from './stage-builder.js';

describe('aws: functions', () => {
  it('have code, hash, settings and environment as planned', async () => {
    const emitted = await emit(sample());
    const fn = at(emitted, 'aws_lambda_function.Chat_onMessage');
    const [artifact] = artifactsOf(emitted.plan).filter((one) => one.path === 'artifacts/Chat-onMessage.zip');
    expect(fn).to.deep.include({
      function_name: 'chat-dev-Chat-onMessage',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: '${path.module}/artifacts/Chat-onMessage.zip',
      source_code_hash: Buffer.from(artifact?.sha256 ?? '', 'hex').toString('base64'),
      memory_size: 1024,
      timeout: 10,
      role: '${aws_iam_role.Chat_onMessage.arn}',
      environment: {
        variables: {
          GREETING: 'hello $${world} %%{if}',
          NIMBUS_STAGE: 'dev',
          NIMBUS_STORE_UserDetail: '${aws_dynamodb_table.UserDetail.name}',
          NIMBUS_WEBSOCKET_ENDPOINT: '${replace(aws_apigatewayv2_api.websocket.api_endpoint, "wss://", "https://")}/dev',
        },
      },
    });
    expect(fn['source_code_hash']).to.match(/^[A-Za-z0-9+/]{43}=$/);
  });

  it('take runtime, architecture and retention from the settings', async () => {
    const emitted = await emit(sample(), { runtime: 'nodejs20.x', architecture: 'x86_64', logRetentionDays: 30 });
    expect(at(emitted, 'aws_lambda_function.Users_one')).to.deep.include({ runtime: 'nodejs20.x', architectures: ['x86_64'] });
    expect(at(emitted, 'aws_cloudwatch_log_group.Users_one')).to.include({ retention_in_days: 30 });
    expect(at(emitted, 'aws_cloudwatch_log_group.http')).to.include({ retention_in_days: 30 });
  });

  it('keep empty values and awkward text of the user', async () => {
    const stage = new StageBuilder();
    const environment = {
      EMPTY: [''],
      TOKEN: ['${TfToken[TOKEN.0]}'],
      NUMBER: ['-1.8881545897087503e+289'],
      TEXT: ['a "b" \\ \n é'],
    };
    stage.http('GET /', 'A.a', { environment });
    const fn = at(await emit(stage), 'aws_lambda_function.A_a');
    expect(fn['environment']).to.deep.equal({
      variables: {
        EMPTY: '',
        NIMBUS_STAGE: 'dev',
        NUMBER: '-1.8881545897087503e+289',
        TEXT: 'a "b" \\ \n é',
        TOKEN: '$${TfToken[TOKEN.0]}',
      },
    });
  });

  it('take secrets from variables of Terraform, which are sensitive and have no value', async () => {
    const emitted = await emit(sample());
    expect(at(emitted, 'aws_lambda_function.Users_list')['environment']).to.deep.nested.include({
      'variables.DB': 'postgres://${var.DB_HOST}/app',
    });
    expect(emitted.document['variable']).to.deep.equal({
      DB_HOST: { type: 'string', sensitive: true, description: 'Taken from TF_VAR_DB_HOST when deploying.' },
    });
  });

  // aws-facts 14, 15, 21
  it('wait for their log group and policy, and may write into the group but not make it', async () => {
    const emitted = await emit(sample());
    for (const { logicalId: id, physicalName } of emitted.plan.functions) {
      const fn = at(emitted, `aws_lambda_function.${id}`);
      expect(fn['depends_on']).to.deep.equal([`aws_cloudwatch_log_group.${id}`, `aws_iam_role_policy.${id}`]);
      expect(at(emitted, `aws_cloudwatch_log_group.${id}`)).to.deep.include({
        name: `/aws/lambda/${physicalName}`,
        retention_in_days: 14,
      });
      expect(policyOf(emitted, id)).to.deep.include({
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Effect: 'Allow',
        Resource: [`\${aws_cloudwatch_log_group.${id}.arn}:*`],
      });
    }
    expect(emitted.text).not.to.contain('CreateLogGroup');
  });

  // aws-facts 2, 17, 23
  it('have a role of their own, with the function’s name, one policy and no conditions of trust', async () => {
    const emitted = await emit(sample());
    for (const { logicalId: id, physicalName } of emitted.plan.functions) {
      const role = at(emitted, `aws_iam_role.${id}`);
      expect(role['name']).to.equal(physicalName);
      expect(JSON.parse(role['assume_role_policy'] as string)).to.deep.equal({
        Version: '2012-10-17',
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
      expect(at(emitted, `aws_iam_role_policy.${id}`)).to.include({ name: 'permissions', role: `\${aws_iam_role.${id}.name}` });
    }
    expect(Object.keys(emitted.document['resource']?.['aws_iam_role_policy'] ?? {})).to.have.lengthOf(
      emitted.plan.functions.length,
    );
  });

  it('with zips over 50 MB get them through a bucket, under the hash of their content', async () => {
    const stage = new StageBuilder();
    stage.http('GET /', 'A.large');
    stage.http('GET /b', 'B.small');
    const emitted = await emit(
      stage,
      { project: 'A-Very-Long-Name-For-A-Project', stage: 'Feature-Branch' },
      {
        artifacts: (p) => artifactsOf(p).map((one) => (one.function === 'function:A.large' ? { ...one, packedBytes: 6e7 } : one)),
      },
    );
    const [artifact] = artifactsOf(emitted.plan);
    expect(at(emitted, 'aws_lambda_function.A_large')).to.include({
      s3_bucket: '${aws_s3_object.A_large.bucket}',
      s3_key: '${aws_s3_object.A_large.key}',
      source_code_hash: Buffer.from(artifact?.sha256 ?? '', 'hex').toString('base64'),
    });
    expect(at(emitted, 'aws_lambda_function.A_large')).not.to.have.property('filename');
    expect(at(emitted, 'aws_lambda_function.B_small')).to.have.property('filename');
    expect(at(emitted, 'aws_s3_object.A_large')).to.deep.include({
      key: `A_large/${artifact?.sha256}.zip`,
      source: '${path.module}/artifacts/A-large.zip',
      lifecycle: { create_before_destroy: true },
    });
    const prefix = at(emitted, 'aws_s3_bucket.nimbus-artifacts')['bucket_prefix'];
    expect(prefix).to.match(/^[a-z0-9][a-z0-9-]{0,36}$/);
    expect(at(emitted, 'aws_s3_bucket_public_access_block.nimbus-artifacts')).to.include({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(emitted.resources.has('aws_s3_object.B_small')).to.equal(false);
    expect(reachable(emitted, 'aws_lambda_function.A_large')).to.include('aws_s3_bucket.nimbus-artifacts');
  });
});

describe('aws: tags', () => {
  const TAGGABLE = [
    'aws_apigatewayv2_api',
    'aws_apigatewayv2_stage',
    'aws_cloudwatch_log_group',
    'aws_dynamodb_table',
    'aws_iam_role',
    'aws_lambda_function',
  ];

  it('are on everything that takes them, with the line of the declaration', async () => {
    const emitted = await emit(sample());
    for (const [address, block] of emitted.resources) {
      const expected = TAGGABLE.includes(address.split('.')[0] as string);
      expect('tags' in block, address).to.equal(expected);
      if (!expected) continue;
      expect(block['tags']).to.include({ 'nimbus:project': 'chat', 'nimbus:stage': 'dev' });
      expect((block['tags'] as { readonly [key: string]: string })['nimbus:source']).to.match(/^src\/app\.ts:\d+$/);
    }
  });

  it('leave the line out when the configuration says so', async () => {
    const { text } = await emit(sample(), { sourceTags: false });
    expect(text).to.contain('nimbus:stage').and.not.contain('nimbus:source');
  });

  it('have only characters that AWS takes, and 256 of them at most', async () => {
    const stage = new StageBuilder();
    stage.span = () => ({ file: `${'long/'.repeat(60)}[id]/(group)/\${x}.ts`, start: 7, end: 8 });
    stage.store('Users');
    const tags = at(await emit(stage), 'aws_dynamodb_table.Users')['tags'] as { readonly [key: string]: string };
    expect(tags['nimbus:source'])
      .to.have.lengthOf(256)
      .and.to.match(/\/_id_\/_group_\/__x_\.ts:7$/);
  });
});

describe('aws: module', () => {
  it('names versions, a local backend and the region', async () => {
    const { document } = await emit(sample());
    expect(document['terraform']).to.deep.equal({
      required_version: '>= 1.5',
      required_providers: { aws: { source: 'hashicorp/aws', version: '~> 5.100' } },
      backend: { local: { path: 'terraform.tfstate' } },
    });
    expect(document['provider']).to.deep.equal({ aws: [{ region: 'eu-west-1' }] });
  });

  it('takes the user’s backend and provider version, and leaves an unknown region to the environment', async () => {
    const backend = { s3: { bucket: 'states', key: 'chat/${stage}', use_lockfile: true } };
    const { document } = await emit(sample(), { backend, awsProviderVersion: '~> 6.0', region: null });
    expect(document['terraform']).to.deep.nested.include({
      'required_providers.aws.version': '~> 6.0',
      backend: { s3: { bucket: 'states', key: 'chat/$${stage}', use_lockfile: true } },
    });
    expect(document['provider']).to.deep.equal({ aws: [{}] });
  });

  it('of a stage without anything is still a module', async () => {
    const { document, text } = await emit(new StageBuilder());
    expect(Object.keys(document)).to.deep.equal(['provider', 'terraform']);
    expect(text.endsWith('}\n')).to.equal(true);
  });
});
