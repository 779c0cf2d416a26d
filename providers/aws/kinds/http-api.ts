/**
 * The HTTP API of a stage: the API with its one stage on `$default` (so that paths carry no prefix), access logs, an
 * integration per function, preflight routes where CORS differs by route, and the right to invoke each function.
 */
import { compareText } from '../../../compiler/ir/span.js';
import type { PlannedFunction, PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { Cors, HttpApiNode, HttpRouteNode } from '../../../compiler/kinds/http-api.js';
import { address, LOG_GROUP, tags } from '../handles.js';
import { fragment, type KindLowering, part } from '../lowering.js';
import type { PlanView } from '../plan-view.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { ref, render } from '../template.js';
import { canonicalJson, escapeTemplate } from '../text.js';
import {
  API,
  apiName,
  type Caller,
  checkApi,
  integrationFragment,
  permissionFragments,
  routeAddresses,
  routeFragment,
  STAGE,
} from './api.js';
import { websiteUrl } from './file-storage-bucket.js';
import { authorizerAddress, routeArn, routeId, routeKey } from './http-route.js';

/** No function has this Terraform name: theirs contain `_` or `-`. */
const ID = 'http';

export const httpApi: KindLowering<HttpApiNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => API,
  names: (_, { settings }) => ({ logicalId: ID, physicalName: apiName(settings, 'http') }),
  attribute(_, attribute) {
    if (attribute !== 'url') throw new Error(`an HTTP API has no attribute ${attribute}`);
    // of the API and not of its stage: the stage waits for the functions that may be told the URL
    return [ref(`${address(API, ID)}.api_endpoint`, 'https://a123456789.execute-api.ap-southeast-99.amazonaws.com.cn'.length)];
  },
  check(api, view, sink) {
    checkApi(api, { label: 'HTTP API', waitsSeconds: 30 }, callers(api, view), view, sink);
  },
  fragments(api, view) {
    const functions = uniqueFunctions(routesOf(api, view).map((route) => view.functionStartedBy(route.node.id)));
    return [
      fragment(httpApiPart, apiInput(api, view), [address(STAGE, api.logicalId)]),
      ...functions.map((fn) => integrationFragment(api.logicalId, fn, '2.0')),
      ...preflights(api, view).map(({ id, key, fn }) => routeFragment(api.logicalId, id, key, fn)),
      ...permissionFragments({ id: api.logicalId, everything: '*/*' }, callers(api, view)),
    ];
  },
};

type PlannedRoute = PlannedResource<HttpRouteNode>;

/** In the order of the plan. */
function routesOf(api: PlannedResource<HttpApiNode>, view: PlanView): readonly PlannedRoute[] {
  return view.contentsOf(api.node.id).filter((content): content is PlannedRoute => content.node.kind === 'http-route');
}

function uniqueFunctions(functions: readonly PlannedFunction[]): readonly PlannedFunction[] {
  return [...new Map(functions.map((fn) => [fn.node.id, fn])).values()].sort((a, b) => compareText(a.node.id, b.node.id));
}

/**
 * Preflight requests that a function's wrapper answers: one OPTIONS route per path that allows other origins, unless a
 * handler takes OPTIONS there itself. Nothing when the API answers them for all routes alike. They carry no credentials, so
 * these routes go without the authorizer; and where there is one, a route for ANY would refuse them.
 */
function preflights(
  api: PlannedResource<HttpApiNode>,
  view: PlanView,
): readonly { readonly id: string; readonly key: string; readonly arn: string; readonly fn: PlannedFunction }[] {
  if (api.node.cors !== null) return [];
  const anyTakesThem = authorizerAddress(view) === null;
  const byShape = new Map<string, PlannedRoute[]>();
  for (const route of routesOf(api, view)) {
    const same = byShape.get(route.node.shape);
    if (same === undefined) byShape.set(route.node.shape, [route]);
    else same.push(route);
  }
  return [...byShape].flatMap(([shape, routes]) => {
    const taken = routes.some(({ node }) => node.method === 'OPTIONS' || (node.method === 'ANY' && anyTakesThem));
    const first = routes.find(({ node }) => node.cors !== null);
    if (taken || first === undefined) return [];
    return [
      {
        id: routeId('OPTIONS', shape),
        key: routeKey('OPTIONS', first.node.path),
        arn: routeArn('OPTIONS', shape),
        fn: view.functionStartedBy(first.node.id),
      },
    ];
  });
}

function callers(api: PlannedResource<HttpApiNode>, view: PlanView): readonly Caller[] {
  const routes = routesOf(api, view).map(({ node, logicalId }) => ({
    id: logicalId,
    fn: view.functionStartedBy(node.id),
    arn: routeArn(node.method, node.shape),
  }));
  return [...routes, ...preflights(api, view)];
}

// --- the API itself

type ApiInput = {
  readonly id: string;
  readonly name: string;
  readonly cors: {
    readonly origins: readonly string[];
    readonly headers: readonly string[];
    readonly methods: readonly string[];
    readonly credentials: boolean;
  } | null;
  readonly routes: readonly string[];
  readonly logGroup: string;
  readonly logRetentionDays: number;
  readonly tags: { readonly [key: string]: string };
};

function apiInput(api: PlannedResource<HttpApiNode>, view: PlanView): ApiInput {
  const { settings } = view;
  return {
    id: api.logicalId,
    name: escapeTemplate(api.physicalName ?? ''),
    cors: api.node.cors === null ? null : corsInput(api.node.cors, routesOf(api, view), view),
    routes: routeAddresses(callers(api, view)),
    // The prefix keeps API Gateway from adding the group to the account's one resource policy, whose 5,120 characters
    // many APIs together would exceed (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html).
    logGroup: escapeTemplate(`/aws/vendedlogs/apigateway/${api.physicalName ?? ''}`),
    logRetentionDays: settings.logRetentionDays,
    tags: tags(settings, api.sourceTag),
  };
}

function corsInput(cors: Cors, routes: readonly PlannedRoute[], view: PlanView): NonNullable<ApiInput['cors']> {
  const methods = [...new Set(routes.map(({ node }) => node.method))].sort(compareText);
  return {
    origins: [cors.website === undefined ? escapeTemplate(cors.origin) : render(websiteUrl(view.resource(cors.website)))],
    headers: cors.headers.map(escapeTemplate),
    methods: methods.includes('ANY') ? ['*'] : methods,
    // browsers refuse credentials together with `*`, and API Gateway refuses such a configuration
    credentials: cors.origin !== '*',
  };
}

/** The fields of AWS's own example for JSON access logs, and why an integration failed. */
const ACCESS_LOG_FORMAT = canonicalJson({
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  requestTime: '$context.requestTime',
  httpMethod: '$context.httpMethod',
  routeKey: '$context.routeKey',
  status: '$context.status',
  protocol: '$context.protocol',
  responseLength: '$context.responseLength',
  integrationError: '$context.integrationErrorMessage',
});

const httpApiPart = part({
  name: 'http-api',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-api/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-stage/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'))),
    TerraformOutput: (await exportsOf(import('cdktf'))).TerraformOutput,
  }),
  build({ Apigatewayv2Api, Apigatewayv2Stage, CloudwatchLogGroup, TerraformOutput }, input: ApiInput, stack) {
    const { id, cors } = input;
    const api = new Apigatewayv2Api(stack, 'api', {
      name: input.name,
      protocolType: 'HTTP',
      ...(cors === null
        ? {}
        : {
            corsConfiguration: {
              allowOrigins: [...cors.origins],
              allowHeaders: [...cors.headers],
              allowMethods: [...cors.methods],
              ...(cors.credentials ? { allowCredentials: true } : {}),
            },
          }),
      tags: input.tags,
    });
    block(api, id);
    const logs = new CloudwatchLogGroup(stack, 'logs', {
      name: input.logGroup,
      retentionInDays: input.logRetentionDays,
      tags: input.tags,
    });
    block(logs, id);
    const stage = new Apigatewayv2Stage(stack, 'stage', {
      apiId: `\${${address(API, id)}.id}`,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: `\${${address(LOG_GROUP, id)}.arn}`, format: ACCESS_LOG_FORMAT },
      tags: input.tags,
    });
    blockAfter(stage, id, input.routes);
    const url = `\${trimsuffix(${address(STAGE, id)}.invoke_url, "/")}`;
    block(new TerraformOutput(stack, 'url', { value: url }), 'http_api_url');
  },
});
