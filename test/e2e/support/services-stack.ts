// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Terraform's references
// A module with each service that the sandbox has, and roles that allow exactly what the test of it expects to work.

type Block = Record<string, unknown>;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export interface ServicesOptions {
  /** The folder with the code of the function that runs after a deployment, and what that function is given. */
  readonly after: 'main' | 'after-again';
  readonly version: string;
}

export const REGION = 'eu-west-1';

const allow = (Action: string | readonly string[], Resource: string | readonly string[]): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const document = (statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const trust = (service: string) =>
  document([{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }]);

export function servicesStack({ after, version }: ServicesOptions): object {
  const resource: Record<string, Record<string, Block>> = {};
  const add = (type: string, name: string, body: Block) => {
    resource[`aws_${type}`] ??= {};
    (resource[`aws_${type}`] as Record<string, Block>)[name] = body;
  };
  const role = (name: string, service: string, statements: readonly Statement[]) => {
    add('iam_role', name, { name: `st-${name}`, assume_role_policy: trust(service) });
    if (statements.length === 0) return;
    add('iam_role_policy', name, {
      name: 'own',
      role: `\${aws_iam_role.${name}.id}`,
      policy: document(statements),
    });
  };
  const fn = (name: string, statements: readonly Statement[] = [], more: Block = {}, folder = 'main') => {
    role(name, 'lambda', statements);
    const filename = `\${path.module}/artifacts/${folder}.zip`;
    add('lambda_function', name, {
      function_name: `st-${name}`,
      role: `\${aws_iam_role.${name}.arn}`,
      runtime: 'nodejs22.x',
      handler: `index.${name}`,
      filename,
      source_code_hash: `\${filebase64sha256("${filename}")}`,
      timeout: 10,
      memory_size: 256,
      ...(statements.length > 0 && { depends_on: [`aws_iam_role_policy.${name}`] }),
      ...more,
    });
  };
  const permission = (name: string, service: string, source: string) =>
    add('lambda_permission', `${name}_${service}`, {
      function_name: `\${aws_lambda_function.${name}.function_name}`,
      action: 'lambda:InvokeFunction',
      principal: `${service}.amazonaws.com`,
      source_arn: source,
    });
  const api = (name: string, stage: string, body: Block) => {
    add('apigatewayv2_api', name, { name: `st-${name}`, ...body });
    add('apigatewayv2_stage', name, {
      api_id: `\${aws_apigatewayv2_api.${name}.id}`,
      name: stage,
      auto_deploy: true,
    });
  };
  const integration = (apiName: string, name: string, more: Block = {}) =>
    add('apigatewayv2_integration', name, {
      api_id: `\${aws_apigatewayv2_api.${apiName}.id}`,
      integration_type: 'AWS_PROXY',
      integration_uri: `\${aws_lambda_function.${name}.invoke_arn}`,
      ...more,
    });
  const route = (apiName: string, name: string, key: string, target: string, more: Block = {}) =>
    add('apigatewayv2_route', name, {
      api_id: `\${aws_apigatewayv2_api.${apiName}.id}`,
      route_key: key,
      target: `integrations/\${aws_apigatewayv2_integration.${target}.id}`,
      ...more,
    });

  // --- what functions use
  const onDemand = { billing_mode: 'PAY_PER_REQUEST', hash_key: 'id' };
  add('dynamodb_table', 'items', {
    name: 'st-items',
    ...onDemand,
    stream_enabled: true,
    stream_view_type: 'NEW_AND_OLD_IMAGES',
    attribute: ['id', 'owner'].map((name) => ({ name, type: 'S' })),
    global_secondary_index: [{ name: 'by-owner', hash_key: 'owner', projection_type: 'ALL' }],
  });
  add('dynamodb_table', 'seen', { name: 'st-seen', ...onDemand, attribute: [{ name: 'id', type: 'S' }] });
  for (const name of ['dead', 'poisoned']) add('sqs_queue', name, { name: `st-${name}` });
  add('sqs_queue', 'jobs', {
    name: 'st-jobs',
    redrive_policy: '${jsonencode({deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 2})}',
  });
  add('sqs_queue', 'ordered', {
    name: 'st-ordered.fifo',
    fifo_queue: true,
    content_based_deduplication: true,
  });
  add('sns_topic', 'news', { name: 'st-news' });
  add('s3_bucket', 'files', { bucket: 'st-files', force_destroy: true });
  add('secretsmanager_secret', 'key', { name: 'st-key' });
  add('secretsmanager_secret_version', 'key', {
    secret_id: '${aws_secretsmanager_secret.key.id}',
    secret_string: 's3cr3t',
  });

  // --- functions
  const items = '${aws_dynamodb_table.items.arn}';
  const files = '${aws_s3_bucket.files.arn}';
  const seen = allow('dynamodb:PutItem', '${aws_dynamodb_table.seen.arn}');
  const environment = { environment: { variables: { SEEN: '${aws_dynamodb_table.seen.name}' } } };
  fn('echo');
  fn('slow', [], { timeout: 1 });
  fn('thrower');
  fn('frozen', [seen], environment);
  fn('after', [], {}, after);
  fn('authorizer');
  fn('scheduled', [seen], environment);
  fn('queue', [
    allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      ['${aws_sqs_queue.jobs.arn}', '${aws_sqs_queue.ordered.arn}'],
    ),
  ]);
  fn(
    'records',
    [
      seen,
      allow('sqs:SendMessage', '${aws_sqs_queue.poisoned.arn}'),
      allow(
        ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'],
        '${aws_dynamodb_table.items.stream_arn}',
      ),
    ],
    environment,
  );
  fn(
    'socket',
    [
      seen,
      allow(
        'execute-api:ManageConnections',
        ['POST', 'DELETE'].map((method) => `\${aws_apigatewayv2_api.ws.execution_arn}/dev/${method}/@connections/*`),
      ),
    ],
    environment,
  );
  fn(
    'api',
    [
      seen,
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem'], items),
      allow('dynamodb:Query', `${items}/index/*`),
      allow(['s3:PutObject', 's3:GetObject'], `${files}/out/*`),
      allow('sqs:SendMessage', '${aws_sqs_queue.jobs.arn}'),
      allow('secretsmanager:GetSecretValue', '${aws_secretsmanager_secret.key.arn}'),
      allow('lambda:InvokeFunction', '${aws_lambda_function.echo.arn}'),
    ],
    {
      environment: {
        variables: {
          ITEMS: '${aws_dynamodb_table.items.name}',
          SEEN: '${aws_dynamodb_table.seen.name}',
          QUEUE: '${aws_sqs_queue.jobs.url}',
          TOPIC: '${aws_sns_topic.news.arn}',
          BUCKET: '${aws_s3_bucket.files.id}',
          SECRET: '${aws_secretsmanager_secret.key.name}',
          ECHO: '${aws_lambda_function.echo.function_name}',
          API_ID: '${aws_apigatewayv2_api.http.id}',
        },
      },
    },
  );

  // --- HTTP
  api('http', 'v1', {
    protocol_type: 'HTTP',
    cors_configuration: {
      allow_origins: ['https://app.example'],
      allow_methods: ['GET', 'PUT'],
      allow_headers: ['x-a'],
    },
  });
  for (const name of ['api', 'echo', 'thrower', 'slow']) integration('http', name, { payload_format_version: '2.0' });
  add('apigatewayv2_authorizer', 'http', {
    api_id: '${aws_apigatewayv2_api.http.id}',
    name: 'st-authorizer',
    authorizer_type: 'REQUEST',
    authorizer_uri: '${aws_lambda_function.authorizer.invoke_arn}',
    authorizer_payload_format_version: '2.0',
    enable_simple_responses: true,
    authorizer_result_ttl_in_seconds: 300,
    identity_sources: ['$request.header.Authorization'],
  });
  const routes = {
    'PUT /items/{id}': 'api',
    'GET /items/{id}': 'api',
    'GET /items/special': 'api',
    'POST /try/{rest+}': 'api',
    'GET /{rest+}': 'api',
    'ANY /any': 'api',
    'GET /forbidden': 'echo',
    'GET /thrower': 'thrower',
    'GET /slow': 'slow',
  };
  for (const [at, [key, target]] of Object.entries(routes).entries()) route('http', `http${at}`, key, target);
  route('http', 'guarded', 'GET /guarded', 'api', {
    authorization_type: 'CUSTOM',
    authorizer_id: '${aws_apigatewayv2_authorizer.http.id}',
  });
  const execution = '${aws_apigatewayv2_api.http.execution_arn}';
  permission('api', 'apigateway', `${execution}/*/*`);
  permission('authorizer', 'apigateway', `${execution}/authorizers/\${aws_apigatewayv2_authorizer.http.id}`);
  for (const name of ['thrower', 'slow']) permission(name, 'apigateway', `${execution}/v1/GET/${name}`);

  // --- WebSocket
  api('ws', 'dev', { protocol_type: 'WEBSOCKET', route_selection_expression: '$request.body.topic' });
  integration('ws', 'socket');
  for (const key of ['$connect', '$disconnect', 'send', 'relay', 'look', 'leave']) {
    route('ws', `ws_${key.replace('$', '')}`, key, 'socket');
  }
  route('ws', 'ws_ask', 'ask', 'socket', { route_response_selection_expression: '$default' });
  add('apigatewayv2_route_response', 'ws_ask', {
    api_id: '${aws_apigatewayv2_api.ws.id}',
    route_id: '${aws_apigatewayv2_route.ws_ask.id}',
    route_response_key: '$default',
  });
  permission('socket', 'apigateway', '${aws_apigatewayv2_api.ws.execution_arn}/dev/*');

  // --- triggers
  const mapping = (name: string, functionName: string, source: string, more: Block) =>
    add('lambda_event_source_mapping', name, {
      function_name: `\${aws_lambda_function.${functionName}.arn}`,
      event_source_arn: source,
      ...more,
    });
  const partial = { batch_size: 10, function_response_types: ['ReportBatchItemFailures'] };
  mapping('jobs', 'queue', '${aws_sqs_queue.jobs.arn}', {
    ...partial,
    maximum_batching_window_in_seconds: 1,
  });
  mapping('ordered', 'queue', '${aws_sqs_queue.ordered.arn}', partial);
  mapping('stream', 'records', '${aws_dynamodb_table.items.stream_arn}', {
    starting_position: 'LATEST',
    filter_criteria: { filter: [{ pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
    bisect_batch_on_function_error: true,
    maximum_retry_attempts: 1,
    destination_config: { on_failure: { destination_arn: '${aws_sqs_queue.poisoned.arn}' } },
  });
  add('sns_topic_subscription', 'records', {
    topic_arn: '${aws_sns_topic.news.arn}',
    protocol: 'lambda',
    endpoint: '${aws_lambda_function.records.arn}',
  });
  permission('records', 'sns', '${aws_sns_topic.news.arn}');
  permission('records', 's3', files);
  add('s3_bucket_notification', 'files', {
    bucket: '${aws_s3_bucket.files.id}',
    lambda_function: [
      {
        lambda_function_arn: '${aws_lambda_function.records.arn}',
        events: ['s3:ObjectCreated:*'],
        filter_prefix: 'in/',
      },
    ],
    depends_on: ['aws_lambda_permission.records_s3'],
  });
  const target = { arn: '${aws_lambda_function.scheduled.arn}' };
  add('cloudwatch_event_rule', 'nightly', { name: 'st-nightly', schedule_expression: 'rate(1 day)' });
  add('cloudwatch_event_target', 'nightly', { rule: '${aws_cloudwatch_event_rule.nightly.name}', ...target });
  permission('scheduled', 'events', '${aws_cloudwatch_event_rule.nightly.arn}');
  role('scheduler', 'scheduler', [allow('lambda:InvokeFunction', target.arn)]);
  add('scheduler_schedule', 'hourly', {
    name: 'st-hourly',
    schedule_expression: 'rate(1 hour)',
    flexible_time_window: { mode: 'OFF' },
    target: { ...target, role_arn: '${aws_iam_role.scheduler.arn}' },
  });
  add('lambda_invocation', 'after', {
    function_name: '${aws_lambda_function.after.function_name}',
    input: JSON.stringify({ version }),
  });

  // --- a website
  const site = { bucket: '${aws_s3_bucket.site.id}' };
  add('s3_bucket', 'site', { bucket: 'st-site', force_destroy: true });
  add('s3_bucket_website_configuration', 'site', {
    ...site,
    index_document: { suffix: 'index.html' },
    error_document: { key: 'oops.html' },
  });
  add('s3_bucket_public_access_block', 'site', {
    ...site,
    block_public_policy: false,
    restrict_public_buckets: false,
  });
  const readable = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: '${aws_s3_bucket.site.arn}/*',
  };
  add('s3_bucket_policy', 'site', {
    ...site,
    policy: document([readable]),
    depends_on: ['aws_s3_bucket_public_access_block.site'],
  });
  for (const name of ['index', 'oops']) {
    add('s3_object', name, {
      ...site,
      key: `${name}.html`,
      content: `<p>${name}`,
      content_type: 'text/html',
    });
  }

  return {
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '~> 5.100' } } },
    provider: { aws: [{ region: REGION }] },
    resource,
    output: {
      http: { value: '${aws_apigatewayv2_stage.http.invoke_url}' },
      ws: { value: '${aws_apigatewayv2_stage.ws.invoke_url}' },
      site: { value: 'http://${aws_s3_bucket_website_configuration.site.website_endpoint}' },
      after: { value: '${aws_lambda_invocation.after.result}' },
    },
  };
}
