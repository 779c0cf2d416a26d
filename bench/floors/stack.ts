/**
 * The CDKTF part of floor (b): the resources that nimbusc emits for these kinds, by plain constructs. The library is used
 * as any program would, with an explicit backend (without one an absolute path gets into the output) and with the stack
 * traces that CDKTF captures for every token, which a compiler may mute and a plain program does not.
 */
import type { ITerraformDependable } from 'cdktf';
import {
  Apigatewayv2Api,
  Apigatewayv2Integration,
  Apigatewayv2Route,
  Apigatewayv2Stage,
  App,
  AwsProvider,
  CloudwatchLogGroup,
  DynamodbTable,
  IamRole,
  IamRolePolicy,
  LambdaFunction,
  LambdaInvocation,
  LambdaPermission,
  LocalBackend,
  TerraformOutput,
  TerraformStack,
} from './cdktf-modules.js';
import type { FloorApp, FloorFunction, FloorTable } from './read.js';

const STAGE = 'dev';

const ASSUME_ROLE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

const STORE_ACTIONS = ['GetItem', 'PutItem', 'DeleteItem', 'UpdateItem', 'Scan'].map((name) => `dynamodb:${name}`);

/** Writes `cdk.tf.json` under `outdir`. `hashes`: base64 sha256 of each function's zip by function id. */
export function synthesise(project: string, app: FloorApp, hashes: ReadonlyMap<string, string>, outdir: string): void {
  const root = new App({ outdir });
  new FloorStack(root, project, app, hashes);
  root.synth();
}

class FloorStack extends TerraformStack {
  private readonly http: Apigatewayv2Api;
  private readonly sockets: Apigatewayv2Api;
  private readonly tables: ReadonlyMap<string, DynamodbTable>;
  private readonly deployed: ITerraformDependable[] = [];

  constructor(
    scope: App,
    private readonly project: string,
    app: FloorApp,
    private readonly hashes: ReadonlyMap<string, string>,
  ) {
    super(scope, STAGE);
    new LocalBackend(this, { path: 'terraform.tfstate' });
    new AwsProvider(this, 'aws', { region: 'eu-west-1' });
    this.http = this.httpApi();
    this.sockets = this.socketApi();
    this.tables = new Map(app.tables.map((table) => [table.name, this.table(table)]));
    for (const fn of app.functions) this.addFunction(fn);
  }

  private httpApi(): Apigatewayv2Api {
    const tags = this.tags();
    const api = new Apigatewayv2Api(this, 'http', { name: `${this.project}-${STAGE}`, protocolType: 'HTTP', tags });
    const logs = new CloudwatchLogGroup(this, 'http-logs', { name: `/aws/http/${this.project}`, retentionInDays: 14 });
    const stage = new Apigatewayv2Stage(this, 'http-stage', {
      apiId: api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.arn, format: '$context.requestId $context.routeKey $context.status' },
      tags,
    });
    new TerraformOutput(this, 'http_api_url', { value: api.apiEndpoint });
    this.deployed.push(stage);
    return api;
  }

  private socketApi(): Apigatewayv2Api {
    const tags = this.tags();
    const api = new Apigatewayv2Api(this, 'sockets', {
      name: `${this.project}-${STAGE}-sockets`,
      protocolType: 'WEBSOCKET',
      routeSelectionExpression: '$request.body.topic',
      tags,
    });
    const stage = new Apigatewayv2Stage(this, 'sockets-stage', { apiId: api.id, name: STAGE, autoDeploy: true, tags });
    new TerraformOutput(this, 'websocket_api_url', { value: stage.invokeUrl });
    this.deployed.push(stage);
    return api;
  }

  private table({ name, key, file, line }: FloorTable): DynamodbTable {
    const table = new DynamodbTable(this, `table-${name}`, {
      name: `${name}${STAGE}`,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: key,
      attribute: [{ name: key, type: 'S' }],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      tags: this.tags(`${file}:${line}`),
    });
    this.deployed.push(table);
    return table;
  }

  private addFunction(fn: FloorFunction): void {
    const name = `${this.project}-${STAGE}-${fn.id}`;
    const tags = this.tags(`${fn.file}:${fn.line}`);
    const logs = new CloudwatchLogGroup(this, `logs-${fn.id}`, {
      name: `/aws/lambda/${name}`,
      retentionInDays: 14,
      tags,
    });
    const role = new IamRole(this, `role-${fn.id}`, { name, assumeRolePolicy: ASSUME_ROLE, tags });
    const policy = new IamRolePolicy(this, `policy-${fn.id}`, { role: role.id, policy: this.policy(fn, logs) });
    const lambda = new LambdaFunction(this, `function-${fn.id}`, {
      functionName: name,
      role: role.arn,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: `\${path.module}/artifacts/${fn.id}.zip`,
      sourceCodeHash: this.hashes.get(fn.id) ?? '',
      timeout: 10,
      memorySize: 1024,
      environment: { variables: this.environment(fn) },
      tags,
      dependsOn: [logs, policy],
    });
    this.addTrigger(fn, lambda);
  }

  private addTrigger(fn: FloorFunction, lambda: LambdaFunction): void {
    const { trigger } = fn;
    switch (trigger.kind) {
      case 'http': {
        const integration = new Apigatewayv2Integration(this, `integration-${fn.id}`, {
          apiId: this.http.id,
          integrationType: 'AWS_PROXY',
          integrationUri: lambda.arn,
          payloadFormatVersion: '2.0',
        });
        const path = `/${trigger.path}`;
        this.addRoute(fn.id, this.http, `${trigger.method} ${path}`, integration);
        this.addPermission(fn.id, lambda, this.http, `*/${trigger.method}${path}`);
        return;
      }
      case 'websocket': {
        const integration = new Apigatewayv2Integration(this, `integration-${fn.id}`, {
          apiId: this.sockets.id,
          integrationType: 'AWS_PROXY',
          integrationUri: lambda.invokeArn,
        });
        this.addRoute(fn.id, this.sockets, trigger.topic, integration);
        this.addPermission(fn.id, lambda, this.sockets, `${STAGE}/${trigger.topic}`);
        return;
      }
      case 'after-deployment': {
        const invocation = new LambdaInvocation(this, `invocation-${fn.id}`, {
          functionName: lambda.functionName,
          input: '{}',
          triggers: { deployed: this.hashes.get(fn.id) ?? '' },
          dependsOn: this.deployed,
        });
        new TerraformOutput(this, `after_deployment_${fn.id}`, { value: invocation.result });
        return;
      }
    }
  }

  private addRoute(id: string, api: Apigatewayv2Api, routeKey: string, integration: Apigatewayv2Integration): void {
    new Apigatewayv2Route(this, `route-${id}`, { apiId: api.id, routeKey, target: `integrations/${integration.id}` });
  }

  private addPermission(id: string, lambda: LambdaFunction, api: Apigatewayv2Api, route: string): void {
    new LambdaPermission(this, `permission-${id}`, {
      action: 'lambda:InvokeFunction',
      functionName: lambda.functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${api.executionArn}/${route}`,
    });
  }

  private policy(fn: FloorFunction, logs: CloudwatchLogGroup): string {
    const statements: object[] = [
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: `${logs.arn}:*` },
    ];
    for (const name of fn.tables) {
      statements.push({ Effect: 'Allow', Action: STORE_ACTIONS, Resource: this.tables.get(name)?.arn });
    }
    if (fn.sendsToSockets) {
      const connections = (method: string) => `${this.sockets.executionArn}/${STAGE}/${method}/@connections/*`;
      const Resource = [connections('POST'), connections('DELETE')];
      statements.push({ Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource });
    }
    return JSON.stringify({ Version: '2012-10-17', Statement: statements });
  }

  private environment(fn: FloorFunction): Record<string, string> {
    const variables: Record<string, string> = { NIMBUS_STAGE: STAGE };
    for (const name of fn.tables) variables[`TABLE_${name}`] = this.tables.get(name)?.name ?? '';
    if (fn.sendsToSockets) variables.WEBSOCKET_ENDPOINT = this.sockets.apiEndpoint;
    return variables;
  }

  private tags(source?: string): Record<string, string> {
    const tags = { 'nimbus:project': this.project, 'nimbus:stage': STAGE };
    return source === undefined ? tags : { ...tags, 'nimbus:source': source };
  }
}
