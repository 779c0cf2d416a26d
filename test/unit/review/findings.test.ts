// What a review says of single changes. Plans of real edits are in test/e2e/review.test.ts.
import { expect } from 'chai';
import { type Entry, entry, planText, reviewEntries, reviewOf, said, TAGS } from '../../support/plans.js';

const table = (more: object = {}): Record<string, unknown> => ({
  name: 'Orderdev',
  hash_key: 'id',
  attribute: [{ name: 'id', type: 'S' }],
  tags: TAGS,
  ...more,
});
const ORDER = 'aws_dynamodb_table.Order';
const fn = (more: object = {}): Record<string, unknown> => ({
  function_name: 'shop-dev-Shop-read',
  tags: TAGS,
  arn: 'arn:aws:lambda:eu-west-1:1:function:shop-dev-Shop-read',
  ...more,
});

const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (actions: string | string[], resources: string | string[]): object => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

describe('a review', () => {
  describe('of data', () => {
    it('tells of what is destroyed and what is replaced, with the settings that force it', async () => {
      const review = await reviewEntries(
        { address: ORDER, before: table() },
        {
          address: 'aws_s3_bucket.files',
          before: { bucket: 'a', tags: TAGS },
          after: { bucket: 'b', tags: TAGS },
          actions: ['create', 'delete'],
          replacePaths: [['bucket']],
        },
        { address: 'aws_db_instance.main', before: { deletion_protection: true } },
        { address: 'aws_cloudwatch_log_group.x', before: { name: '/x' } },
      );
      expect(said(review)).to.deep.equal([
        'error data-loss/database-destroyed: The database main is destroyed: all its data are lost',
        'error data-loss/table-destroyed: The table Order is destroyed: all its items are lost',
        'error data-loss/bucket-replaced: The bucket files is destroyed and made anew, empty: all its files are lost',
        'warning log-loss/log-group-destroyed: The log group /x is destroyed: all its logs are lost',
      ]);
      expect(review.findings[0]?.notes).to.deep.equal(['deletion protection is on, so the apply will be refused']);
      expect(review.findings[0]?.foreign).to.equal(true);
      expect(review.findings[1]?.source).to.deep.equal({ file: 'src/shop.ts', line: 7, side: 'before' });
      expect(review.findings[2]?.notes).to.deep.equal(['because bucket changes from a to b']);
    });

    it('tells of keys, streams, encryption, backups and protection that change', async () => {
      const review = await reviewEntries(
        { address: ORDER, before: table(), after: table({ attribute: [{ name: 'id', type: 'N' }] }) },
        { address: 'aws_dynamodb_table.A', before: table({ stream_enabled: true }), after: table({ stream_enabled: false }) },
        {
          address: 'aws_dynamodb_table.B',
          before: table({ point_in_time_recovery: [{ enabled: true }] }),
          after: table({ point_in_time_recovery: [{ enabled: false }] }),
        },
        {
          address: 'aws_dynamodb_table.C',
          before: table({ deletion_protection_enabled: true }),
          after: table({ deletion_protection_enabled: false }),
        },
        {
          address: 'aws_dynamodb_table.D',
          before: table({ server_side_encryption: [{ enabled: true, kms_key_arn: 'a' }] }),
          after: table({ server_side_encryption: [{ enabled: true, kms_key_arn: 'b' }] }),
        },
        { address: 'aws_sqs_queue.q', before: { message_retention_seconds: 1209600 }, after: { message_retention_seconds: 60 } },
        {
          address: 'aws_cloudwatch_log_group.l',
          before: { name: '/l', retention_in_days: 0 },
          after: { name: '/l', retention_in_days: 7 },
        },
      );
      expect(review.findings.map(({ address, rule }) => `${address} ${rule}`)).to.deep.equal([
        'aws_dynamodb_table.Order data-loss/key-changed',
        'aws_dynamodb_table.A data-loss/stream-changed',
        'aws_dynamodb_table.B data-loss/backups-off',
        'aws_dynamodb_table.C data-loss/protection-off',
        'aws_dynamodb_table.D data-loss/encryption-changed',
        'aws_sqs_queue.q data-loss/retention-shortened',
        'aws_cloudwatch_log_group.l log-loss/retention-shortened',
      ]);
      expect(review.findings.at(-1)?.message).to.equal('Logs of l are kept for 7 days instead of ever: older ones are deleted');
    });

    it('tells of a database that is protected less', async () => {
      const review = await reviewEntries(
        {
          address: 'aws_db_instance.People',
          before: { deletion_protection: true, skip_final_snapshot: false, backup_retention_period: 7, tags: TAGS },
          after: { deletion_protection: false, skip_final_snapshot: true, backup_retention_period: 1, tags: TAGS },
        },
        { address: 'aws_secretsmanager_secret.People', before: { name: 'p', tags: TAGS } },
      );
      expect(said(review)).to.deep.equal([
        'error data-loss/secret-destroyed: The secret People is destroyed: its values are lost',
        'warning data-loss/protection-off: The database People is no longer protected from being deleted',
        'warning data-loss/retention-shortened: The database People keeps what is in it for 1 days instead of 7: what is older is deleted',
        'warning data-loss/snapshot-off: The database People leaves no snapshot any more when it is destroyed',
      ]);
    });

    it('says nothing of data when an object is moved, imported or only tagged', async () => {
      const review = await reviewEntries(
        {
          address: ORDER,
          before: table(),
          after: table(),
          actions: ['no-op'],
          more: { previous_address: 'aws_dynamodb_table.Old' },
        },
        {
          address: 'aws_dynamodb_table.A',
          before: table(),
          after: table({ tags: { ...TAGS, 'nimbus:source': 'src/shop.ts:9' } }),
        },
      );
      expect(review.findings).to.deep.equal([]);
      expect(review.changes.map(({ attributes }) => attributes)).to.deep.equal([['nimbus:source'], []]);
    });
  });

  describe('of exposure', () => {
    const cases: readonly (readonly [string, Entry, string])[] = [
      [
        'a route that loses its authorizer',
        {
          address: 'aws_apigatewayv2_route.GET_x',
          before: { route_key: 'GET /x', authorization_type: 'JWT' },
          after: { route_key: 'GET /x', authorization_type: 'NONE' },
        },
        'error exposure/authorizer-removed: GET /x can be reached without authorization; it had JWT before',
      ],
      [
        'a new open route',
        { address: 'aws_apigatewayv2_route.GET_x', after: { route_key: 'GET /x' } },
        'note exposure/route-added: GET /x is new and can be reached from the internet without authorization',
      ],
      [
        'a bucket that is opened',
        {
          address: 'aws_s3_bucket_public_access_block.b',
          before: { block_public_policy: true },
          after: { block_public_policy: false, block_public_acls: true, ignore_public_acls: true, restrict_public_buckets: true },
        },
        'warning exposure/bucket-opened: The bucket b may be made public: block_public_policy is off',
      ],
      [
        'a public policy',
        {
          address: 'aws_s3_bucket_policy.b',
          after: { policy: policy({ Effect: 'Allow', Action: 's3:GetObject', Principal: '*', Resource: '*' }) },
        },
        'error exposure/public-policy: Everyone may now do s3:GetObject on b',
      ],
      [
        'a public ACL',
        { address: 'aws_s3_bucket_acl.b', before: { acl: 'private' }, after: { acl: 'public-read' } },
        'error exposure/public-acl: b can be read by strangers: its ACL is public-read',
      ],
      [
        'CORS for everyone',
        {
          address: 'aws_apigatewayv2_api.http',
          before: { cors_configuration: [{ allow_origins: ['https://a.example'] }] },
          after: { cors_configuration: [{ allow_origins: ['*'] }] },
        },
        'warning exposure/cors-widened: Pages elsewhere may call http with more: origins *',
      ],
      [
        'a port open to the world',
        {
          address: 'aws_security_group.g',
          before: { ingress: [] },
          after: { ingress: [{ cidr_blocks: ['0.0.0.0/0'], from_port: 22, to_port: 22, protocol: 'tcp' }] },
        },
        'error exposure/security-group-opened: The security group g lets in 0.0.0.0/0 tcp 22',
      ],
      [
        'a rule of a security group',
        {
          address: 'aws_vpc_security_group_ingress_rule.r',
          after: { cidr_ipv4: '10.0.0.0/8', from_port: 443, to_port: 444, ip_protocol: 'tcp' },
        },
        'warning exposure/security-group-opened: The security group r lets in 10.0.0.0/8 tcp 443-444',
      ],
      [
        'a public database',
        { address: 'aws_db_instance.d', before: { publicly_accessible: false }, after: { publicly_accessible: true } },
        'error exposure/database-public: The database d gets an address on the internet',
      ],
      [
        'a function that everyone may call',
        { address: 'aws_lambda_permission.p', after: { principal: '*', source_arn: null } },
        'error exposure/function-open: p can be called by everyone',
      ],
      [
        'a function URL',
        { address: 'aws_lambda_function_url.u', after: { authorization_type: 'NONE' } },
        'error exposure/function-url-open: u has a URL that everyone may call',
      ],
    ];
    it('tells who is asked from now on, and which group is let in, by name', async () => {
      const invoke = (name: string): string => `arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${name}/invocations`;
      const named = (name: string, id: string): Entry => {
        const values = fn({ function_name: `shop-dev-${name}`, invoke_arn: invoke(name) });
        return { address: `aws_lambda_function.${id}`, before: values, after: values, actions: ['no-op'] };
      };
      const group = { id: 'sg-1', tags: TAGS };
      const review = await reviewEntries(
        named('A-ask', 'A_ask'),
        named('B-ask', 'B_ask'),
        {
          address: 'aws_apigatewayv2_authorizer.http',
          before: { authorizer_uri: invoke('A-ask'), authorizer_result_ttl_in_seconds: 300 },
          after: { authorizer_uri: invoke('B-ask'), authorizer_result_ttl_in_seconds: 0 },
        },
        { address: 'aws_security_group.Callers', before: group, after: group, actions: ['no-op'] },
        {
          address: 'aws_vpc_security_group_ingress_rule.r',
          after: { referenced_security_group_id: 'sg-1', from_port: 5432, to_port: 5432, ip_protocol: 'tcp' },
        },
      );
      expect(said(review)).to.deep.equal([
        'note exposure/authorizer-changed: Requests to the API http are authorized by B.ask instead of A.ask',
        'note exposure/security-group-opened: The security group r lets in Callers tcp 5432',
        'note behaviour/authorizer: The authorizer of the API http changes: seconds for which an answer counts from 300 to 0',
      ]);
    });

    it('does not call it exposure when the function that is asked has another name and the same code', async () => {
      const invoke = (name: string): string => `arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${name}/invocations`;
      const code = (hash: string, environment: object | null = null) => ({
        source_code_hash: hash,
        handler: 'index.handler',
        environment,
      });
      const renamed = (before: object, after: object, unknown: object = {}) =>
        reviewEntries(
          {
            address: 'aws_lambda_function.A_ask',
            before: fn({ function_name: 'shop-dev-A-ask', invoke_arn: invoke('A'), ...before }),
          },
          {
            address: 'aws_lambda_function.B_ask',
            after: fn({ function_name: 'shop-dev-B-ask', invoke_arn: invoke('B'), ...after }),
            unknown,
          },
          {
            address: 'aws_apigatewayv2_authorizer.http',
            before: { authorizer_uri: invoke('A') },
            after: { authorizer_uri: invoke('B') },
          },
        );
      const same =
        'note behaviour/authorizer: The authorizer of the API http changes: the name of its function from A.ask to B.ask';
      const other = 'note exposure/authorizer-changed: Requests to the API http are authorized by B.ask instead of A.ask';
      expect(said(await renamed(code('x'), code('x'))))
        .to.include(same)
        .and.not.include(other);
      expect(said(await renamed(code('x'), code('y'))))
        .to.include(other)
        .and.not.include(same);
      const [open, shut] = [{ variables: { OPEN: 'yes' } }, { variables: { OPEN: 'no' } }].map((one) => [one]);
      expect(said(await renamed(code('x', shut), code('x', open)))).to.include(other);
      expect(said(await renamed(code('x'), code('x'), { environment: true }))).to.include(other);
      expect(said(await renamed({}, {}))).to.include(other);
    });

    for (const [title, change, expected] of cases) {
      it(`tells of ${title}`, async () => expect(said(await reviewEntries(change))).to.deep.equal([expected]));
    }

    it('says nothing when less is exposed', async () => {
      const review = await reviewEntries(
        { address: 'aws_apigatewayv2_route.GET_x', before: { authorization_type: 'NONE' }, after: { authorization_type: 'JWT' } },
        {
          address: 'aws_apigatewayv2_api.http',
          before: { cors_configuration: [{ allow_origins: ['*'] }] },
          after: { cors_configuration: [{ allow_origins: ['https://a.example'] }] },
        },
        { address: 'aws_security_group.g', before: { ingress: [{ cidr_blocks: ['0.0.0.0/0'] }] }, after: { ingress: [] } },
        { address: 'aws_lambda_permission.p', after: { principal: 's3.amazonaws.com', source_arn: 'arn:aws:s3:::b' } },
      );
      expect(said(review)).to.deep.equal([]);
    });
  });

  describe('of permissions', () => {
    const TABLE_ARN = 'arn:aws:dynamodb:eu-west-1:1:table/Orderdev';
    const known = [
      { address: 'aws_lambda_function.Shop_read', before: fn(), after: fn(), actions: ['no-op'] },
      { address: ORDER, before: table({ arn: TABLE_ARN }), after: table({ arn: TABLE_ARN }), actions: ['no-op'] },
    ];

    it('says in words what is gained and what is lost, by function and resource', async () => {
      const [before, after] = [
        policy(allow(['dynamodb:GetItem', 'dynamodb:Scan'], TABLE_ARN)),
        policy(allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [TABLE_ARN])),
      ];
      const review = await reviewEntries(...known, {
        address: 'aws_iam_role_policy.Shop_read',
        before: { policy: before },
        after: { policy: after },
      });
      expect(said(review)).to.deep.equal([
        'note permissions/gained: Shop.read may now write items of Order',
        'note permissions/lost: Shop.read may no longer list items of Order',
      ]);
      expect(review.findings[0]?.source).to.deep.equal({ file: 'src/shop.ts', line: 7, side: 'after' });
    });

    it('reads a policy that is known only after the apply from what is written', async () => {
      const written = policy(allow('dynamodb:Scan', '${aws_dynamodb_table.Order.arn}'));
      const configuration = {
        root_module: {
          resources: [{ address: 'aws_iam_role_policy.Shop_read', expressions: { policy: { constant_value: written } } }],
        },
      };
      const entries = [
        ...known,
        { address: 'aws_iam_role_policy.Shop_read', before: { policy: policy() }, after: {}, unknown: { policy: true } },
      ];
      expect(said(await reviewOf(planText(entries, { configuration })))).to.deep.equal([
        'note permissions/gained: Shop.read may now list items of Order',
      ]);
      expect(
        said(
          await reviewOf(
            planText(entries, {
              configuration: {
                root_module: { resources: [{ address: 'aws_iam_role_policy.Shop_read', expressions: { policy: {} } }] },
              },
            }),
          ),
        ),
      ).to.deep.equal([
        'warning permissions/not-known: What Shop.read may do changes in a way that is known only after the apply',
      ]);
    });

    it('warns of stars, of attached policies and of who may take on a role', async () => {
      const review = await reviewEntries(
        ...known,
        {
          address: 'aws_iam_role_policy.Shop_read',
          after: { policy: policy(allow('s3:*', 'arn:aws:s3:::b'), allow('sns:Unsubscribe', '*')) },
        },
        {
          address: 'aws_iam_role_policy_attachment.a',
          after: { role: 'r', policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        },
        {
          address: 'aws_iam_role.r',
          before: {
            assume_role_policy: policy({
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
            }),
          },
          after: { assume_role_policy: policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }) },
        },
      );
      expect(said(review)).to.deep.equal([
        'warning permissions/trust: The role r can now be taken on by * instead of lambda.amazonaws.com',
        'warning permissions/wide: Shop.read may now do s3:* on b',
        'warning permissions/wide: Shop.read may now end subscriptions of everything',
        'warning permissions/wide: r gets all that the policy AdministratorAccess allows',
      ]);
    });
  });

  it('says of private networks what they are for, and warns of no star that AWS demands', async () => {
    const review = await reviewEntries(
      { address: 'aws_lambda_function.Shop_read', before: fn(), after: fn(), actions: ['no-op'] },
      {
        address: 'aws_iam_role_policy.Shop_read',
        after: {
          policy: policy(
            allow(['ec2:CreateNetworkInterface', 'ec2:DescribeSubnets'], '*'),
            allow('cognito-idp:AdminAddUserToGroup', 'arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_A'),
            allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:1:secret:mail-AbCd12'),
          ),
        },
      },
    );
    expect(said(review)).to.deep.equal([
      'note permissions/gained: Shop.read may now add users to groups of userpool/eu-west-1_A',
      'note permissions/gained: Shop.read may now read the secret mail-AbCd12',
      'note permissions/gained: Shop.read may now run in a private network',
    ]);
  });

  it('never shows what is sensitive, nor the values of an environment', async () => {
    const secret = 'hunter2-secret';
    const before = fn({ environment: [{ variables: { KEY: 'x' } }], description: 'a', memory_size: 1 });
    const after = fn({ environment: [{ variables: { KEY: secret } }], description: secret, memory_size: 2 });
    const review = await reviewEntries(
      { address: 'aws_lambda_function.Shop_read', before, after, sensitive: { description: true } },
      {
        address: 'aws_sqs_queue.q',
        before: { name: 'a' },
        after: { name: secret },
        sensitive: { name: true },
        actions: ['delete', 'create'],
        replacePaths: [['name']],
      },
    );
    expect(JSON.stringify(review)).not.to.contain(secret);
    expect(review.functions.map(({ reasons }) => reasons)).to.deep.equal([
      ['environment: KEY', 'description: (sensitive) to (sensitive)', 'memory_size: 1 to 2'],
    ]);
  });

  it('shows drift, and whether the plan takes it back', async () => {
    const drift = [
      { address: 'aws_sqs_queue.q', before: { delay_seconds: 0, tags: TAGS }, after: { delay_seconds: 5, tags: TAGS } },
      { address: 'aws_sns_topic.t', before: { name: 't' }, after: null },
    ];
    const review = await reviewOf(
      planText(
        [{ address: 'aws_sqs_queue.q', before: { delay_seconds: 5, tags: TAGS }, after: { delay_seconds: 0, tags: TAGS } }],
        { resource_drift: drift.map(entry) },
      ),
    );
    expect(said(review)).to.deep.equal([
      'warning drift/deleted-outside: t (aws_sns_topic) was deleted outside of Terraform',
      'warning drift/undone: q (aws_sqs_queue) was changed outside of Terraform: delay_seconds from 0 to 5',
      'note behaviour/queue: The queue q changes: delay in seconds from 5 to 0',
    ]);
  });

  it('knows its own resources in modules, and keeps the others apart', async () => {
    const review = await reviewEntries(
      { address: 'module.shop.aws_sqs_queue.q', before: { name: 'x', tags: TAGS } },
      { address: 'aws_instance.web[0]', before: { ami: 'a' }, after: { ami: 'b' } },
    );
    expect(review.changes.map(({ address, foreign }) => [address, foreign])).to.deep.equal([
      ['aws_instance.web[0]', true],
      ['module.shop.aws_sqs_queue.q', false],
    ]);
    expect([review.project, review.stage]).to.deep.equal(['shop', 'dev']);
  });

  it('reads a plan of 5,000 resources in no time', async function () {
    this.timeout('20s');
    const filler = 'x'.repeat(3500);
    const entries = Array.from({ length: 5000 }, (_, index) => ({
      address: `aws_sqs_queue.q${index}`,
      before: { name: `q${index}`, filler, tags: TAGS },
      after: { name: `q${index}`, filler, delay_seconds: 1, tags: TAGS },
    }));
    const text = planText(entries);
    expect(text.length).to.be.greaterThan(35_000_000);
    const start = performance.now();
    expect((await reviewOf(text)).counts.update).to.equal(5000);
    // 2 s for the whole process on a machine of its own; others may be at work here.
    expect(performance.now() - start).to.be.lessThan(6000);
  });
});
