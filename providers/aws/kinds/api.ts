/**
 * What HTTP and WebSocket APIs share in API Gateway: integrations, routes, and the right to invoke functions. Not a kind
 * itself.
 */
import type { DiagnosticSink } from '../../../compiler/diagnostics/diagnostic.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { PlannedFunction, PlannedResource, StageSettings } from '../../../compiler/ir/stage-plan.js';
import type { AnyResource } from '../../../compiler/kinds/index.js';
import { apiCodes } from '../codes/apis.js';
import { address, functionArn } from '../handles.js';
import { type AnyFragment, fragment, part } from '../lowering.js';
import { fitName } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, longest, ref, render, type Template } from '../template.js';
import { canonicalJson, escapeTemplate } from '../text.js';

export const API = 'aws_apigatewayv2_api';
export const STAGE = 'aws_apigatewayv2_stage';
export const ROUTE = 'aws_apigatewayv2_route';
const PERMISSION = 'aws_lambda_permission';
const INTEGRATION = 'aws_apigatewayv2_integration';

/** docs.aws.amazon.com/apigateway/latest/developerguide: http-api-quotas.html, apigateway-execution-service-websocket-limits-table.html */
const ROUTES_MAX = 300;
/** Above this a function may outlive its caller's patience: a WebSocket API waits 29 seconds, an HTTP API 30. */
const SAFE_TIMEOUT_SECONDS = 29;
const API_NAME_MAX = 128;

/** `<project>-<stage>-http`: names of APIs need not be unique, so a long one is just made to fit. */
export function apiName({ project, stage }: StageSettings, suffix: string): string {
  return fitName(`${project}-${stage}-${suffix}`, { clean: /^/, allowed: /^/, max: API_NAME_MAX });
}

/** `<api>/<rest>` of the API's execution ARN: whom a function lets in, and on what connections are managed. */
export function executionArn(apiId: string, rest: string): Template {
  return [ref(`${address(API, apiId)}.execution_arn`, arnLength('execute-api', 'a123456789')), `/${rest}`];
}

// --- routes and integrations

/** `payload` 2.0 must be said for HTTP; WebSocket integrations know no versions. */
export function integrationFragment(apiId: string, fn: PlannedFunction, payload: string | null): AnyFragment {
  return fragment(integration, { api: apiId, function: fn.logicalId, payload });
}

/** `authorizer`: the address of the one whose consent the route needs. */
export function routeFragment(
  apiId: string,
  id: string,
  key: string,
  fn: PlannedFunction,
  authorizer: string | null = null,
): AnyFragment {
  const input: RouteInput = { api: apiId, id, key: escapeTemplate(key), function: fn.logicalId };
  return fragment(route, authorizer === null ? input : { ...input, authorizer });
}

/**
 * What a stage waits for: its first deployment then has all routes, while every route made after a stage that deploys by
 * itself would be a deployment of its own, and a WebSocket API without routes cannot be deployed at all.
 */
export function routeAddresses(callers: readonly Caller[]): readonly string[] {
  return callers.map(({ id }) => address(ROUTE, id)).sort(compareText);
}

type IntegrationInput = { readonly api: string; readonly function: string; readonly payload: string | null };

const integration = part({
  name: 'api-integration',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-integration/index.js')),
  build({ Apigatewayv2Integration }, input: IntegrationInput, stack) {
    const made = new Apigatewayv2Integration(stack, 'integration', {
      apiId: `\${${address(API, input.api)}.id}`,
      integrationType: 'AWS_PROXY',
      integrationMethod: 'POST',
      integrationUri: `\${${address('aws_lambda_function', input.function)}.invoke_arn}`,
      ...(input.payload === null ? {} : { payloadFormatVersion: input.payload }),
    });
    block(made, input.function);
  },
});

type RouteInput = {
  readonly api: string;
  readonly id: string;
  readonly key: string;
  readonly function: string;
  readonly authorizer?: string;
};

const route = part({
  name: 'api-route',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-route/index.js')),
  build({ Apigatewayv2Route }, input: RouteInput, stack) {
    const made = new Apigatewayv2Route(stack, 'route', {
      apiId: `\${${address(API, input.api)}.id}`,
      routeKey: input.key,
      target: `integrations/\${${address(INTEGRATION, input.function)}.id}`,
      ...(input.authorizer === undefined ? {} : { authorizationType: 'CUSTOM', authorizerId: `\${${input.authorizer}.id}` }),
    });
    block(made, input.id);
  },
});

// --- who may invoke

/** A route that needs the right to invoke a function. */
export interface Caller {
  readonly id: string;
  readonly fn: PlannedFunction;
  // The route's part of the ARN: */GET/users/*
  readonly arn: string;
}

/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const RESOURCE_POLICY_MAX = 20_480;
const STATEMENT_ID_MAX = 100;

/**
 * One permission per route, narrowed to it. Where a function serves so many routes that its policy could not hold them,
 * one for the whole API.
 */
export function permissionFragments(
  api: { readonly id: string; readonly everything: string },
  callers: readonly Caller[],
): readonly AnyFragment[] {
  return callersByFunction(callers).flatMap(({ fn, callers: own }) => {
    const one = (id: string, arn: string): AnyFragment =>
      fragment(
        permission,
        { id, function: fn.logicalId, statement: statementId(id), source: render(executionArn(api.id, arn)) },
        [address(PERMISSION, id)],
      );
    return fitsResourcePolicy(api.id, fn, own)
      ? own.map((caller) => one(caller.id, caller.arn))
      : [one(`${api.id}-${fn.logicalId}`, api.everything)];
  });
}

function callersByFunction(callers: readonly Caller[]): { readonly fn: PlannedFunction; readonly callers: Caller[] }[] {
  const groups = new Map<string, { readonly fn: PlannedFunction; readonly callers: Caller[] }>();
  for (const caller of [...callers].sort((a, b) => compareText(a.id, b.id))) {
    const group = groups.get(caller.fn.node.id);
    if (group === undefined) groups.set(caller.fn.node.id, { fn: caller.fn, callers: [caller] });
    else group.callers.push(caller);
  }
  return [...groups.values()];
}

function fitsResourcePolicy(apiId: string, fn: PlannedFunction, callers: readonly Caller[]): boolean {
  return resourcePolicySize(apiId, fn, callers) <= RESOURCE_POLICY_MAX;
}

/** The policy as Lambda keeps it, with the longest values that its references can have. */
function resourcePolicySize(apiId: string, fn: PlannedFunction, callers: readonly Caller[]): number {
  const x = (length: number): string => 'x'.repeat(length);
  return canonicalJson({
    Version: '2012-10-17',
    Id: 'default',
    Statement: callers.map((caller) => ({
      Sid: statementId(caller.id),
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: x(functionArn(fn).longest),
      Condition: { ArnLike: { 'AWS:SourceArn': x(longest(executionArn(apiId, caller.arn))) } },
    })),
  }).length;
}

function statementId(id: string): string {
  return fitName(id, { clean: /^[A-Za-z0-9_-]+$/, allowed: /^[A-Za-z0-9_-]$/, max: STATEMENT_ID_MAX });
}

type PermissionInput = { readonly id: string; readonly function: string; readonly statement: string; readonly source: string };

const permission = part({
  name: 'api-permission',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/lambda-permission/index.js')),
  build({ LambdaPermission }, input: PermissionInput, stack) {
    const fn = address('aws_lambda_function', input.function);
    const made = new LambdaPermission(stack, 'permission', {
      statementId: input.statement,
      action: 'lambda:InvokeFunction',
      functionName: `\${${fn}.function_name}`,
      principal: 'apigateway.amazonaws.com',
      sourceArn: input.source,
      // A function that is replaced under its name takes its policy with it. The ARN becomes unknown exactly then; naming
      // the whole function here would replace the permission with every new zip.
      lifecycle: { replaceTriggeredBy: [`${fn}.arn`] },
    });
    block(made, input.id);
  },
});

// --- limits

export interface ApiSort {
  /** What people call it: `HTTP API`. */
  readonly label: string;
  /** After how many seconds API Gateway gives up on a function. */
  readonly waitsSeconds: number;
}

export function checkApi(
  api: PlannedResource<AnyResource>,
  { label, waitsSeconds }: ApiSort,
  callers: readonly Caller[],
  view: PlanView,
  sink: DiagnosticSink,
): void {
  const report = sink.for(apiCodes);
  const stages = [view.settings.stage];
  if (callers.length > ROUTES_MAX) {
    report.report('NIM3020', { api: label, routes: callers.length, limit: ROUTES_MAX }, api.node.source, { stages });
  }
  for (const { fn, callers: own } of callersByFunction(callers)) {
    const timeout = fn.node.timeoutSeconds;
    if (timeout > SAFE_TIMEOUT_SECONDS) {
      report.report('NIM3021', { fn: fn.node.name, timeout, api: label, limit: waitsSeconds }, fn.node.source, { stages });
    }
    if (!fitsResourcePolicy(api.logicalId, fn, own)) {
      const size = resourcePolicySize(api.logicalId, fn, own);
      report.report('NIM3022', { fn: fn.node.name, routes: own.length, size, limit: RESOURCE_POLICY_MAX }, fn.node.source, {
        stages,
      });
    }
  }
}
