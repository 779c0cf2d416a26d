/**
 * After-deployment functions: invoked by the apply itself, once for every deployment that changed something. A resource,
 * never a data source: those are read, and so would be invoked, by every plan. A function that throws fails the apply, and
 * Terraform names its address.
 */
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { AfterDeploymentNode } from '../../../compiler/kinds/after-deployment.js';
import { address } from '../handles.js';
import { type AnyFragment, type Deployed, fragment, type KindLowering, part, SET_LATE } from '../lowering.js';
import { functionId } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';

const INVOCATION = 'aws_lambda_invocation';

/** One resource that waits for all others, so that not every invocation has to name every one of them. */
const GATE = 'terraform_data';
const DEPLOYED = 'deployed';
const AFTER_DEPLOYMENT = 'after_deployment';

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
  finish,
};

/** Tests wait for all that are none. */
function finish(
  resources: readonly PlannedResource<AfterDeploymentNode>[],
  view: PlanView,
  { hash, ends }: Deployed,
): readonly AnyFragment[] {
  const [plain, tests] = [resources.filter(({ node }) => !node.isTest), resources.filter(({ node }) => node.isTest)];
  const invoked = (resource: PlannedResource<AfterDeploymentNode>, after: string): AnyFragment => {
    const { logicalId } = resource;
    const input = { id: logicalId, function: view.functionStartedBy(resource.node.id).logicalId, after: address(GATE, after) };
    return fragment(invocation, input, [], [{ path: ['resource', INVOCATION, logicalId, 'triggers', 'deployed'], value: hash }]);
  };
  const fragments = [fragment(gate, { id: DEPLOYED, after: ends }), ...plain.map((resource) => invoked(resource, DEPLOYED))];
  if (tests.length === 0) return fragments;
  if (plain.length === 0) return [...fragments, ...tests.map((resource) => invoked(resource, DEPLOYED))];
  const before = plain.map(({ logicalId }) => address(INVOCATION, logicalId));
  const second = fragment(gate, { id: AFTER_DEPLOYMENT, after: before });
  return [...fragments, second, ...tests.map((resource) => invoked(resource, AFTER_DEPLOYMENT))];
}

type GateInput = { readonly id: string; readonly after: readonly string[] };

const gate = part({
  name: 'after-deployment-gate',
  load: () => exportsOf(import('cdktf')),
  build({ DataResource }, input: GateInput, stack) {
    blockAfter(new DataResource(stack, 'gate'), input.id, input.after);
  },
});

type InvocationInput = {
  readonly id: string;
  readonly function: string;
  readonly after: string;
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
      triggers: { deployed: SET_LATE },
    });
    blockAfter(made, input.id, [input.after]);
    // Lambda answers with JSON, `null` for a method without a result
    const value = `\${jsondecode(${address(INVOCATION, input.id)}.result)}`;
    block(new TerraformOutput(stack, 'result', { value }), `after_deployment_${input.id}`);
  },
});
