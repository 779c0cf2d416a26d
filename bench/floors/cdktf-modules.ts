/**
 * CDKTF for floor (b), by `require`: it is CommonJS, and `import` first scans all its files for the names that they
 * export, which is slow. Of the provider one module per resource; its index would take seconds.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

function aws<Module>(name: string): Module {
  return require(`@cdktf/provider-aws/lib/${name}/index.js`);
}

export const { App, LocalBackend, TerraformOutput, TerraformStack } = require('cdktf') as typeof import('cdktf');
export const { Apigatewayv2Api } = aws<typeof import('@cdktf/provider-aws/lib/apigatewayv2-api/index.js')>('apigatewayv2-api');
export const { Apigatewayv2Integration } =
  aws<typeof import('@cdktf/provider-aws/lib/apigatewayv2-integration/index.js')>('apigatewayv2-integration');
export const { Apigatewayv2Route } =
  aws<typeof import('@cdktf/provider-aws/lib/apigatewayv2-route/index.js')>('apigatewayv2-route');
export const { Apigatewayv2Stage } =
  aws<typeof import('@cdktf/provider-aws/lib/apigatewayv2-stage/index.js')>('apigatewayv2-stage');
export const { CloudwatchLogGroup } =
  aws<typeof import('@cdktf/provider-aws/lib/cloudwatch-log-group/index.js')>('cloudwatch-log-group');
export const { DynamodbTable } = aws<typeof import('@cdktf/provider-aws/lib/dynamodb-table/index.js')>('dynamodb-table');
export const { IamRole } = aws<typeof import('@cdktf/provider-aws/lib/iam-role/index.js')>('iam-role');
export const { IamRolePolicy } = aws<typeof import('@cdktf/provider-aws/lib/iam-role-policy/index.js')>('iam-role-policy');
export const { LambdaFunction } = aws<typeof import('@cdktf/provider-aws/lib/lambda-function/index.js')>('lambda-function');
export const { LambdaInvocation } = aws<typeof import('@cdktf/provider-aws/lib/lambda-invocation/index.js')>('lambda-invocation');
export const { LambdaPermission } = aws<typeof import('@cdktf/provider-aws/lib/lambda-permission/index.js')>('lambda-permission');
export const { AwsProvider } = aws<typeof import('@cdktf/provider-aws/lib/provider/index.js')>('provider');

// A class taken out of a module at run time has no type of its own name; those that are named as types get it here.
export type App = import('cdktf').App;
export type Apigatewayv2Api = InstanceType<typeof Apigatewayv2Api>;
export type Apigatewayv2Integration = InstanceType<typeof Apigatewayv2Integration>;
export type CloudwatchLogGroup = InstanceType<typeof CloudwatchLogGroup>;
export type DynamodbTable = InstanceType<typeof DynamodbTable>;
export type LambdaFunction = InstanceType<typeof LambdaFunction>;
