/**
 * After-deployment functions: invoked by the apply itself, once for every deployment that changed something. A resource,
 * never a data source: those are read, and so would be invoked, by every plan. A function that throws fails the apply, and
 * Terraform names its address.
 */
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { AfterDeploymentNode } from '../../../compiler/kinds/after-deployment.js';
import { address } from '../handles.js';
import { type Deployed, fragment, type KindLowering, part } from '../lowering.js';
import { functionId } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';

const INVOCATION = 'aws_lambda_invocation';

export const afterDeployment: KindLowering<AfterDeploymentNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => INVOCATION,
  names(node, context) {
    const { className, method } = context.functionStartedBy(node.id);
    return { logicalId: functionId(className, method), physicalName: null };
  },
  fragments: () => [],
  finish: (resource, view, deployed) => [fragment(invocation, invocationInput(resource, view, deployed))],
};

/** Tests wait for all that are none. */
function invocationInput(
  { node, logicalId }: PlannedResource<AfterDeploymentNode>,
  view: PlanView,
  { hash, ends }: Deployed,
): InvocationInput {
  const before = node.isTest ? view.resources.filter((other) => other.node.kind === node.kind && !other.node.isTest) : [];
  return {
    id: logicalId,
    function: view.functionStartedBy(node.id).logicalId,
    deployed: hash,
    after: [...ends, ...before.map((other) => address(INVOCATION, other.logicalId))],
  };
}

type InvocationInput = {
  readonly id: string;
  readonly function: string;
  readonly deployed: string;
  readonly after: readonly string[];
};

const invocation = part({
  name: 'after-deployment',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/lambda-invocation/index.js'))),
    TerraformOutput: (await exportsOf(import('cdktf'))).TerraformOutput,
  }),
  build({ LambdaInvocation, TerraformOutput }, input: InvocationInput, stack) {
    const made = new LambdaInvocation(stack, 'invocation', {
      functionName: `\${${address('aws_lambda_function', input.function)}.function_name}`,
      input: '{}',
      triggers: { deployed: input.deployed },
    });
    blockAfter(made, input.id, input.after);
    // Lambda answers with JSON, `null` for a method without a result
    const value = `\${jsondecode(${address(INVOCATION, input.id)}.result)}`;
    block(new TerraformOutput(stack, 'result', { value }), `after_deployment_${input.id}`);
  },
});
