/** Basic functions in AWS: a rule for each schedule. Callers are told the function's name, and may invoke exactly it. */
import type { PlannedFunction } from '../../../compiler/ir/stage-plan.js';
import type { BasicFunctionNode } from '../../../compiler/kinds/basic-function.js';
import { address, LOG_GROUP } from '../handles.js';
import { type AnyFragment, fragment, type KindLowering, part } from '../lowering.js';
import { functionId } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { logGroupName } from '../policy.js';
import { RULE, scheduleFragments } from '../schedule.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, ref } from '../template.js';
import { sha256 } from '../text.js';

export const basicFunction: KindLowering<BasicFunctionNode> = {
  actions: { invoke: [{ actions: ['lambda:InvokeFunction'], on: 'function' }] },
  nameRule: null,
  hasClient: true,
  address: ({ schedules }) => (schedules.length === 0 ? null : RULE),
  names(node, context) {
    const { className, method } = context.functionStartedBy(node.id);
    return { logicalId: functionId(className, method), physicalName: null };
  },
  arn(resource, _, view) {
    const { physicalName } = view.functionStartedBy(resource.node.id);
    return [ref(`local.${arnName(resource.logicalId)}`, arnLength('lambda', `function:${physicalName}`))];
  },
  attribute(resource, attribute, view) {
    if (attribute !== 'name') throw new Error(`a basic function has no attribute ${attribute}`);
    // the text itself: functions that call each other, or themselves, would wait for each other
    return [view.functionStartedBy(resource.node.id).physicalName];
  },
  fragments({ node, logicalId, sourceTag }, view) {
    const fn = view.functionStartedBy(node.id);
    const single = node.schedules.length === 1;
    return [
      ...(isCalled(node, view) ? [arnFragment(logicalId, fn)] : []),
      ...node.schedules.flatMap((expression) => {
        const suffix = single ? '' : `-${sha256(expression).slice(0, 8)}`;
        return scheduleFragments({ id: `${logicalId}${suffix}`, suffix, expression, input: null, sourceTag }, fn, view.settings);
      }),
    ];
  },
};

function isCalled({ id }: BasicFunctionNode, view: PlanView): boolean {
  return view.functions.some((fn) => fn.permissions.some(({ resource }) => resource === id));
}

const arnName = (logicalId: string): string => `function_arn_${logicalId}`;

/**
 * The ARN that the function is going to have, from that of its log group, which waits for nothing. Policies come before
 * functions, so with the function's own attribute, functions that call each other, or themselves, would wait for each other.
 */
function arnFragment(logicalId: string, fn: PlannedFunction): AnyFragment {
  const group = `${address(LOG_GROUP, logicalId)}.arn`;
  const [from, to] = [`:log-group:${logGroupName(fn)}`, `:function:${fn.physicalName}`];
  const expression = `replace(replace(${group}, ":logs:", ":lambda:"), "${from}", "${to}")`;
  return fragment(arnPart, { id: arnName(logicalId), expression: `\${${expression}}` });
}

type ArnInput = { readonly id: string; readonly expression: string };

const arnPart = part({
  name: 'function-arn',
  load: () => exportsOf(import('cdktf')),
  build({ TerraformLocal }, input: ArnInput, stack) {
    block(new TerraformLocal(stack, 'arn', input.expression), input.id);
  },
});
