/** The authorizer of the HTTP API: simple responses, payload 2.0, and the right to invoke the function for this authorizer alone. */
import type { HttpAuthorizerNode } from '../../../compiler/kinds/http-authorizer.js';
import { address, FUNCTION } from '../handles.js';
import { fragment, type KindLowering, part } from '../lowering.js';
import { servicePermission } from '../permission.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { ref } from '../template.js';
import { escapeTemplate } from '../text.js';
import { API, apiName, executionArn } from './api.js';

export const AUTHORIZER = 'aws_apigatewayv2_authorizer';

/** An API has one, whatever its class is called: another class changes what it asks, and not what routes refer to. */
const ID = 'http';
/** No route's id looks like this: theirs begin with a method. */
const PERMISSION_ID = 'http-authorizer';

export const httpAuthorizer: KindLowering<HttpAuthorizerNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => AUTHORIZER,
  names: (_, { settings }) => ({ logicalId: ID, physicalName: apiName(settings, 'authorizer') }),
  fragments({ node, logicalId, physicalName }, view) {
    const fn = view.functionStartedBy(node.id);
    const api = view.containerOf(node.id).logicalId;
    const input: AuthorizerInput = {
      id: logicalId,
      api,
      name: escapeTemplate(physicalName ?? ''),
      function: fn.logicalId,
      identity: escapeTemplate(`$request.header.${node.header}`),
      cacheSeconds: node.cacheSeconds,
    };
    const source = [...executionArn(api, 'authorizers/'), ref(`${address(AUTHORIZER, logicalId)}.id`, 'a12345'.length)];
    return [fragment(authorizer, input), servicePermission(PERMISSION_ID, fn, 'apigateway.amazonaws.com', source)];
  },
};

type AuthorizerInput = {
  readonly id: string;
  readonly api: string;
  readonly name: string;
  readonly function: string;
  readonly identity: string;
  readonly cacheSeconds: number;
};

const authorizer = part({
  name: 'http-authorizer',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js')),
  build({ Apigatewayv2Authorizer }, input: AuthorizerInput, stack) {
    const made = new Apigatewayv2Authorizer(stack, 'authorizer', {
      apiId: `\${${address(API, input.api)}.id}`,
      name: input.name,
      authorizerType: 'REQUEST',
      authorizerUri: `\${${address(FUNCTION, input.function)}.invoke_arn}`,
      identitySources: [input.identity],
      // the versions of the integration and of the authorizer are two settings, and 1.0 knows no simple responses
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: input.cacheSeconds,
    });
    block(made, input.id);
  },
});
