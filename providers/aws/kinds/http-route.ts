/** Routes of the HTTP API. */
import type { HttpRouteNode } from '../../../compiler/kinds/http-api.js';
import { address } from '../handles.js';
import type { KindLowering } from '../lowering.js';
import { fitName } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { ROUTE, routeFragment } from './api.js';
import { AUTHORIZER } from './http-authorizer.js';

export const httpRoute: KindLowering<HttpRouteNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => ROUTE,
  names: (node) => ({ logicalId: routeId(node.method, node.shape), physicalName: null }),
  fragments: ({ node, logicalId }, view) => [
    routeFragment(
      view.containerOf(node.id).logicalId,
      logicalId,
      routeKey(node.method, node.path),
      view.functionStartedBy(node.id),
      authorizerAddress(view),
    ),
  ],
};

/** Null when everybody may call the routes. */
export function authorizerAddress({ resources }: PlanView): string | null {
  const authorizer = resources.find(({ node }) => node.kind === 'http-authorizer');
  return authorizer === undefined ? null : address(AUTHORIZER, authorizer.logicalId);
}

export function routeKey(method: string, path: string): string {
  return `${method} /${path}`;
}

/**
 * `GET_users__orders` for `GET /users/{id}/orders`, by shape, so that renaming a parameter changes no address. Segments
 * are joined with `_`; a parameter is `_`, one that takes all the rest `_all`. Literal segments with characters other than
 * letters, digits and `-` would make this ambiguous, so such routes end in a hash.
 */
export function routeId(method: string, shape: string): string {
  const segments = shape.split('/');
  const text = segments.map((segment) => (segment === '{}' ? '_' : segment === '{+}' ? '_all' : segment)).join('_');
  const clear = segments.every((segment) => /^(?:[A-Za-z0-9-]*|\{\+?\})$/.test(segment));
  return fitName(
    `${method}_${text}`,
    { clean: clear ? /^/ : /^(?!)/, allowed: /^[A-Za-z0-9_-]$/, max: 200 },
    `${method} ${shape}`,
  );
}

// The form in which API Gateway asks to invoke a function: any stage, `*` for any method, parameters as wildcards
// (as in SAM's push.py, which AWS maintains): */GET/users/*
export function routeArn(method: string, shape: string): string {
  return `*/${method === 'ANY' ? '*' : method}/${shape.replace(/\{\+?\}/g, '*')}`;
}
