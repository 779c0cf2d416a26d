/**
 * The WebSocket API of a stage. Functions are told the address of its connections, which is made of the API's and the
 * stage's name: were it the stage's own attribute, functions would wait for the stage, and the stage waits for the routes
 * that need the functions.
 */
import { compareText } from '../../../compiler/ir/span.js';
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { WebSocketApiNode, WebSocketRouteNode } from '../../../compiler/kinds/websocket-api.js';
import { address, tags } from '../handles.js';
import { fragment, type KindLowering, part } from '../lowering.js';
import type { PlanView } from '../plan-view.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { ref } from '../template.js';
import { escapeTemplate } from '../text.js';
import {
  API,
  apiName,
  type Caller,
  checkApi,
  executionArn,
  integrationFragment,
  permissionFragments,
  routeAddresses,
  STAGE,
} from './api.js';
import { topicArn } from './websocket-route.js';

/** No function has this Terraform name: theirs contain `_` or `-`. */
const ID = 'websocket';

const URL_MAX = 'https://a123456789.execute-api.ap-southeast-99.amazonaws.com.cn'.length;

export const webSocketApi: KindLowering<WebSocketApiNode> = {
  actions: {
    send: [{ actions: ['execute-api:ManageConnections'], on: 'POST' }],
    disconnect: [{ actions: ['execute-api:ManageConnections'], on: 'DELETE' }],
  },
  nameRule: null,
  hasClient: true,
  address: () => API,
  names: (_, { settings }) => ({ logicalId: ID, physicalName: apiName(settings, 'websocket') }),
  arn: (api, method, { settings }) => executionArn(api.logicalId, `${settings.stage}/${method}/@connections/*`),
  attribute(api, attribute, { settings }) {
    // for what may wait for the stage, as files may
    if (attribute === 'url') return [ref(`${address(STAGE, api.logicalId)}.invoke_url`, URL_MAX + 1 + settings.stage.length)];
    if (attribute !== 'endpoint') throw new Error(`a WebSocket API has no attribute ${attribute}`);
    // connections are managed over HTTPS
    const expression = `replace(${address(API, api.logicalId)}.api_endpoint, "wss://", "https://")`;
    return [ref(expression, URL_MAX), `/${settings.stage}`];
  },
  check(api, view, sink) {
    checkApi(api, { label: 'WebSocket API', waitsSeconds: 29 }, callers(api, view), view, sink);
  },
  fragments(api, view) {
    const functions = new Map(callers(api, view).map(({ fn }) => [fn.node.id, fn]));
    const sorted = [...functions.values()].sort((a, b) => compareText(a.node.id, b.node.id));
    return [
      fragment(webSocketApiPart, apiInput(api, view), [address(STAGE, api.logicalId)]),
      ...sorted.map((fn) => integrationFragment(api.logicalId, fn, null)),
      ...permissionFragments({ id: api.logicalId, everything: `${view.settings.stage}/*` }, callers(api, view)),
    ];
  },
};

function callers(api: PlannedResource<WebSocketApiNode>, view: PlanView): readonly Caller[] {
  const routes = view.contentsOf(api.node.id) as readonly PlannedResource<WebSocketRouteNode>[];
  return routes.map(({ node, logicalId }) => ({
    id: logicalId,
    fn: view.functionStartedBy(node.id),
    arn: topicArn(view.settings.stage, node.topic),
  }));
}

type ApiInput = {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly routes: readonly string[];
  readonly tags: { readonly [key: string]: string };
};

function apiInput(api: PlannedResource<WebSocketApiNode>, view: PlanView): ApiInput {
  const { settings } = view;
  return {
    id: api.logicalId,
    name: escapeTemplate(api.physicalName ?? ''),
    stage: escapeTemplate(settings.stage),
    routes: routeAddresses(callers(api, view)),
    tags: tags(settings, api.sourceTag),
  };
}

const webSocketApiPart = part({
  name: 'websocket-api',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-api/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-stage/index.js'))),
    TerraformOutput: (await exportsOf(import('cdktf'))).TerraformOutput,
  }),
  build({ Apigatewayv2Api, Apigatewayv2Stage, TerraformOutput }, input: ApiInput, stack) {
    const { id } = input;
    const api = new Apigatewayv2Api(stack, 'api', {
      name: input.name,
      protocolType: 'WEBSOCKET',
      routeSelectionExpression: '$request.body.topic',
      tags: input.tags,
    });
    block(api, id);
    // no access logs: they need a role that belongs to the whole account
    const stage = new Apigatewayv2Stage(stack, 'stage', {
      apiId: `\${${address(API, id)}.id}`,
      name: input.stage,
      autoDeploy: true,
      tags: input.tags,
    });
    blockAfter(stage, id, input.routes);
    block(new TerraformOutput(stack, 'url', { value: `\${${address(STAGE, id)}.invoke_url}` }), 'websocket_api_url');
  },
});
