// HTTP and WebSocket APIs, and who may invoke the functions behind them.
import { expect } from 'chai';
import { at, emit, reachable } from './emitted.js';
import { CORS, StageBuilder, sample } from './stage-builder.js';

const routeKeys = (emitted: Awaited<ReturnType<typeof emit>>): readonly string[] =>
  [...emitted.resources]
    .filter(([address]) => address.startsWith('aws_apigatewayv2_route.'))
    .map(([, block]) => block['route_key'] as string)
    .sort();

const sourceArns = (emitted: Awaited<ReturnType<typeof emit>>): { readonly [id: string]: unknown } =>
  Object.fromEntries(
    [...emitted.resources]
      .filter(([address]) => address.startsWith('aws_lambda_permission.'))
      .map(([address, block]) => [address.split('.')[1], block['source_arn']]),
  );

describe('aws: HTTP API', () => {
  // aws-facts 29, 30, 33
  it('has one stage on $default that deploys by itself, with access logs of its own', async () => {
    const emitted = await emit(sample());
    expect(at(emitted, 'aws_apigatewayv2_api.http')).to.deep.include({ name: 'chat-dev-http', protocol_type: 'HTTP' });
    const stage = at(emitted, 'aws_apigatewayv2_stage.http');
    expect(stage).to.include({ name: '$default', auto_deploy: true, api_id: '${aws_apigatewayv2_api.http.id}' });
    expect(stage).not.to.have.property('deployment_id');
    expect(stage['access_log_settings']).to.have.property('destination_arn', '${aws_cloudwatch_log_group.http.arn}');
    const { format } = stage['access_log_settings'] as { readonly format: string };
    expect(JSON.parse(format)).to.include({ status: '$context.status', requestId: '$context.requestId' });
    expect(at(emitted, 'aws_cloudwatch_log_group.http')['name']).to.equal('/aws/vendedlogs/apigateway/chat-dev-http');
    expect(emitted.document['output']).to.deep.include({
      http_api_url: { value: '${trimsuffix(aws_apigatewayv2_stage.http.invoke_url, "/")}' },
    });
  });

  it('has one integration per function, with payload 2.0, and one route per method and path', async () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'Users.any');
    stage.http('POST /a', 'Users.any');
    stage.http('ANY /b/{rest+}', 'Users.any');
    const emitted = await emit(stage);
    expect(emitted.document['resource']?.['aws_apigatewayv2_integration']).to.deep.equal({
      Users_any: {
        api_id: '${aws_apigatewayv2_api.http.id}',
        integration_type: 'AWS_PROXY',
        integration_method: 'POST',
        integration_uri: '${aws_lambda_function.Users_any.invoke_arn}',
        payload_format_version: '2.0',
      },
    });
    expect(at(emitted, 'aws_apigatewayv2_route.ANY_b__all')).to.deep.equal({
      api_id: '${aws_apigatewayv2_api.http.id}',
      route_key: 'ANY /b/{rest+}',
      target: 'integrations/${aws_apigatewayv2_integration.Users_any.id}',
    });
    expect(routeKeys(emitted)).to.deep.equal(['ANY /b/{rest+}', 'GET /a', 'POST /a']);
  });

  // aws-facts 24
  it('may invoke each function for its own routes', async () => {
    const exec = '${aws_apigatewayv2_api.http.execution_arn}';
    const arns = sourceArns(await emit(sample()));
    expect(arns).to.include({
      GET_users: `${exec}/*/GET/users`,
      GET_users__: `${exec}/*/GET/users/*`,
      ANY_files__all: `${exec}/*/*/files/*`,
      POST_: `${exec}/*/POST/`,
      OPTIONS_users: `${exec}/*/OPTIONS/users`,
    });
  });

  // aws-facts 23, 26, 27
  it('keeps permissions when a function gets new code, and makes them anew when the function is replaced', async () => {
    const emitted = await emit(sample());
    const permissions = [...emitted.resources].filter(([address]) => address.startsWith('aws_lambda_permission.'));
    expect(permissions).to.have.lengthOf(9);
    for (const [address, permission] of permissions) {
      expect(permission, address).to.include({ action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' });
      const fn = /^\$\{aws_lambda_function\.(\w+)\.function_name\}$/.exec(permission['function_name'] as string)?.[1];
      expect(permission['lifecycle']).to.deep.equal({ replace_triggered_by: [`aws_lambda_function.${fn}.arn`] });
      expect(permission['statement_id']).to.match(/^[A-Za-z0-9_-]{1,100}$/);
      expect(permission).not.to.have.any.keys('qualifier', 'statement_id_prefix');
    }
  });

  // users-suffer 6
  it('may invoke a function for all its routes where one permission for each would not fit', async () => {
    const routes = (count: number): StageBuilder => {
      const stage = new StageBuilder();
      for (let i = 100; i < 100 + count; i += 1) stage.http(`GET /page${i}`, 'Pages.show');
      stage.http('GET /other', 'Other.show');
      return stage;
    };
    const count = (emitted: Awaited<ReturnType<typeof emit>>): number => Object.keys(sourceArns(emitted)).length;
    const few = await emit(routes(40));
    expect(few.diagnostics).to.deep.equal([]);
    expect(count(few)).to.equal(41);
    const many = await emit(routes(80));
    expect(many.diagnostics.map((d) => d.code)).to.deep.equal(['NIM3022']);
    expect(many.diagnostics[0]?.message).to.contain('80 routes').and.contain('20480');
    expect(sourceArns(many)).to.deep.equal({
      GET_other: '${aws_apigatewayv2_api.http.execution_arn}/*/GET/other',
      'http-Pages_show': '${aws_apigatewayv2_api.http.execution_arn}/*/*',
    });
  });

  it('answers preflight requests itself where CORS is the same everywhere', async () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'A.get', { corsOfApi: CORS });
    stage.http('POST /a', 'A.post', { corsOfApi: CORS });
    const emitted = await emit(stage);
    expect(at(emitted, 'aws_apigatewayv2_api.http')['cors_configuration']).to.deep.equal({
      allow_credentials: true,
      allow_headers: ['content-type', 'origin'],
      allow_methods: ['GET', 'POST'],
      allow_origins: ['https://app.example.com'],
    });
    expect(routeKeys(emitted)).to.deep.equal(['GET /a', 'POST /a']);
    stage.http('ANY /b', 'A.any', { corsOfApi: CORS });
    expect(at(await emit(stage), 'aws_apigatewayv2_api.http')['cors_configuration']).to.deep.include({ allow_methods: ['*'] });
  });

  // aws-facts 31
  it('leaves preflight requests to the functions where CORS differs, once per path', async () => {
    const stage = new StageBuilder();
    stage.http('GET /a/{id}', 'A.get', { cors: CORS });
    stage.http('POST /a/{id}', 'B.post', { cors: CORS });
    stage.http('GET /plain', 'A.plain');
    stage.http('GET /own', 'A.own', { cors: CORS });
    stage.http('OPTIONS /own', 'A.options');
    stage.http('ANY /any', 'A.any', { cors: CORS });
    const emitted = await emit(stage);
    expect(at(emitted, 'aws_apigatewayv2_api.http')).not.to.have.property('cors_configuration');
    expect(routeKeys(emitted).filter((key) => key.startsWith('OPTIONS'))).to.deep.equal(['OPTIONS /a/{id}', 'OPTIONS /own']);
    expect(at(emitted, 'aws_apigatewayv2_route.OPTIONS_a__')['target']).to.equal(
      'integrations/${aws_apigatewayv2_integration.A_get.id}',
    );
  });

  // browsers and API Gateway refuse the two together
  it('never allows credentials to all origins', async () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'A.get', { corsOfApi: { ...CORS, origin: '*' } });
    const cors = at(await emit(stage), 'aws_apigatewayv2_api.http')['cors_configuration'];
    expect(cors).to.include.keys('allow_origins').and.not.have.any.keys('allow_credentials');
  });

  // aws-facts 24, 29, 31
  it('asks its authorizer on every route but those that it made for preflights, which take them from ANY', async () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'A.get', { cors: CORS });
    stage.http('ANY /any', 'A.any', { cors: CORS });
    stage.http('OPTIONS /own', 'A.options', { cors: CORS });
    stage.authorizer('Tokens.authorize', { header: 'X-$Token', cacheSeconds: 60 });
    const emitted = await emit(stage);
    const asking = [...emitted.resources.values()].filter((block) => 'authorizer_id' in block).map((block) => block['route_key']);
    expect(routeKeys(emitted)).to.deep.equal(['ANY /any', 'GET /a', 'OPTIONS /a', 'OPTIONS /any', 'OPTIONS /own']);
    expect(asking).to.have.members(['ANY /any', 'GET /a', 'OPTIONS /own']);
    expect(at(emitted, 'aws_apigatewayv2_route.GET_a')).to.include({
      authorization_type: 'CUSTOM',
      authorizer_id: '${aws_apigatewayv2_authorizer.http.id}',
    });
    expect(at(emitted, 'aws_apigatewayv2_authorizer.http')).to.deep.equal({
      api_id: '${aws_apigatewayv2_api.http.id}',
      name: 'chat-dev-authorizer',
      authorizer_type: 'REQUEST',
      authorizer_uri: '${aws_lambda_function.Tokens_authorize.invoke_arn}',
      authorizer_payload_format_version: '2.0',
      enable_simple_responses: true,
      identity_sources: ['$request.header.X-$Token'],
      authorizer_result_ttl_in_seconds: 60,
    });
    expect(sourceArns(emitted)).to.include({
      'http-authorizer': '${aws_apigatewayv2_api.http.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.http.id}',
    });
  });
});

describe('aws: WebSocket API', () => {
  // aws-facts 35, 37, 39, 40
  it('selects by topic, has a stage named after the stage, and writes no access logs', async () => {
    const emitted = await emit(sample(), { stage: 'prod' });
    expect(at(emitted, 'aws_apigatewayv2_api.websocket')).to.deep.include({
      name: 'chat-prod-websocket',
      protocol_type: 'WEBSOCKET',
      route_selection_expression: '$request.body.topic',
    });
    const stage = at(emitted, 'aws_apigatewayv2_stage.websocket');
    expect(stage).to.include({ name: 'prod', auto_deploy: true });
    expect(stage).not.to.have.any.keys('deployment_id', 'access_log_settings');
    expect(emitted.document['output']).to.deep.include({
      websocket_api_url: { value: '${aws_apigatewayv2_stage.websocket.invoke_url}' },
    });
  });

  it('has integrations by invocation URI and without a payload version', async () => {
    const emitted = await emit(sample());
    expect(at(emitted, 'aws_apigatewayv2_integration.Chat_onMessage')).to.deep.equal({
      api_id: '${aws_apigatewayv2_api.websocket.id}',
      integration_type: 'AWS_PROXY',
      integration_method: 'POST',
      integration_uri: '${aws_lambda_function.Chat_onMessage.invoke_arn}',
    });
    expect(routeKeys(emitted)).to.include.members(['$connect', '$default', '$disconnect', 'message']);
    expect(sourceArns(emitted)).to.include({
      connect: '${aws_apigatewayv2_api.websocket.execution_arn}/dev/$connect',
      topic_message: '${aws_apigatewayv2_api.websocket.execution_arn}/dev/message',
    });
  });

  it('takes any topic, escaped in the route and as a wildcard where ARNs mean something else', async () => {
    const stage = new StageBuilder();
    stage.topic('a ${b} *?', 'A.a');
    const emitted = await emit(stage);
    expect(routeKeys(emitted)).to.deep.equal(['a $${b} *?']);
    expect(Object.values(sourceArns(emitted))).to.deep.equal(['${aws_apigatewayv2_api.websocket.execution_arn}/dev/a*$*b*']);
  });

  // users-suffer 13
  it('deploys its stage after all routes, and no function waits for the stage', async () => {
    const emitted = await emit(sample());
    for (const api of ['http', 'websocket']) {
      const stage = reachable(emitted, `aws_apigatewayv2_stage.${api}`);
      const routes = [...emitted.resources]
        .filter(([, block]) => 'route_key' in block && block['api_id'] === `\${aws_apigatewayv2_api.${api}.id}`)
        .map(([address]) => address);
      expect(routes).to.have.length.greaterThan(3);
      expect([...stage]).to.include.members(routes);
    }
    for (const { logicalId } of emitted.plan.functions) {
      expect(reachable(emitted, `aws_lambda_function.${logicalId}`)).not.to.include('aws_apigatewayv2_stage.websocket');
    }
  });
});
