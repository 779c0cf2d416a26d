/**
 * The one inline policy of a function's role: what its `uses` edges grant, what polling its triggers takes, and its own log
 * streams. Actions are merged per resource and resources per set of actions, so the text is as short as it can be without
 * granting more, and the same grants always give the same text. No statement ids: AWS needs none, and made-up ones would
 * only change.
 */

import { compareText } from '../../compiler/ir/span.js';
import type { PlannedFunction } from '../../compiler/ir/stage-plan.js';
import { address, LOG_GROUP } from './handles.js';
import { loweringOf } from './kinds/index.js';
import { groupsOf, INTERFACE_ACTIONS } from './network.js';
import type { PlanView } from './plan-view.js';
import { arnLength, longest, ref, render, type Template } from './template.js';
import { canonicalJson } from './text.js';

interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly Template[];
}

/** The policy as Terraform text. */
export function policyText(fn: PlannedFunction, view: PlanView): string {
  return document(statements(fn, view), render);
}

/** The most characters that the policy can have when it reaches AWS. */
export function policySize(fn: PlannedFunction, view: PlanView): number {
  return document(statements(fn, view), (template) => 'x'.repeat(longest(template))).length;
}

export function logGroupName(fn: PlannedFunction): string {
  return `/aws/lambda/${fn.physicalName}`;
}

/** Who may take on a function's role. */
export function trustPolicy(): string {
  return canonicalJson({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  });
}

function statements(fn: PlannedFunction, view: PlanView): readonly Statement[] {
  const byResource = new Map<string, { readonly resource: Template; readonly actions: Set<string> }>();
  const grant = (resource: Template, actions: readonly string[]): void => {
    const key = render(resource);
    const entry = byResource.get(key) ?? { resource, actions: new Set() };
    byResource.set(key, entry);
    for (const action of actions) entry.actions.add(action);
  };

  // the group exists before the function does, so the function never has to create it
  grant(ownLogStreams(fn), ['logs:CreateLogStream', 'logs:PutLogEvents']);
  for (const { from } of fn.triggers) {
    const trigger = view.resource(from);
    const grants = loweringOf(trigger.node.kind).triggerGrants?.(trigger, view) ?? [];
    for (const { actions, resource } of grants) grant(resource, actions);
  }
  if (groupsOf(fn, view).length > 0) grant(['*'], INTERFACE_ACTIONS);
  for (const { resource: id, operations } of fn.permissions) {
    const resource = view.resource(id);
    const lowering = loweringOf(resource.node.kind);
    for (const operation of operations) {
      const grants = lowering.actions[operation];
      // an operation that nobody knows must not become a wider or a missing grant
      if (grants === undefined || lowering.arn === undefined) throw new Error(`${id} has no operation ${operation}`);
      for (const { actions, on } of grants) grant(lowering.arn(resource, on, view), actions);
    }
  }

  const byActions = new Map<string, Statement & { readonly resources: Template[] }>();
  for (const [, { resource, actions }] of [...byResource].sort(([a], [b]) => compareText(a, b))) {
    const sorted = [...actions].sort(compareText);
    const entry = byActions.get(sorted.join());
    if (entry === undefined) byActions.set(sorted.join(), { actions: sorted, resources: [resource] });
    else entry.resources.push(resource);
  }
  return [...byActions.values()];
}

/** Streams and events of a group are named `<group>:*` and `<group>:*:*`; `:*` covers both. */
function ownLogStreams(fn: PlannedFunction): Template {
  const group = `${address(LOG_GROUP, fn.logicalId)}.arn`;
  return [ref(group, arnLength('logs', `log-group:${logGroupName(fn)}`)), ':*'];
}

/** References hold no quotes and no backslashes, so JSON leaves them whole. */
function document(list: readonly Statement[], write: (template: Template) => string): string {
  return canonicalJson({
    Version: '2012-10-17',
    Statement: list.map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources.map(write) })),
  });
}
