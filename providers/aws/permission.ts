/** The right of a service to invoke a function, narrowed to one source. */
import type { PlannedFunction } from '../../compiler/ir/stage-plan.js';
import { address, FUNCTION } from './handles.js';
import { type AnyFragment, fragment, part } from './lowering.js';
import { fitName } from './names.js';
import { block } from './synth/block.js';
import { exportsOf } from './synth/exports-of.js';
import { render, type Template } from './template.js';

export const PERMISSION = 'aws_lambda_permission';

/** docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const STATEMENT_ID_MAX = 100;

/** `service`: `sns.amazonaws.com`. `source`: the ARN of what invokes. */
export function servicePermission(id: string, fn: PlannedFunction, service: string, source: Template): AnyFragment {
  const statement = fitName(id, { clean: /^[A-Za-z0-9_-]+$/, allowed: /^[A-Za-z0-9_-]$/, max: STATEMENT_ID_MAX });
  return fragment(permission, { id, function: fn.logicalId, statement, service, source: render(source) }, [
    address(PERMISSION, id),
  ]);
}

type PermissionInput = {
  readonly id: string;
  readonly function: string;
  readonly statement: string;
  readonly service: string;
  readonly source: string;
};

const permission = part({
  name: 'service-permission',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/lambda-permission/index.js')),
  build({ LambdaPermission }, input: PermissionInput, stack) {
    const fn = address(FUNCTION, input.function);
    const made = new LambdaPermission(stack, 'permission', {
      statementId: input.statement,
      action: 'lambda:InvokeFunction',
      functionName: `\${${fn}.function_name}`,
      principal: input.service,
      sourceArn: input.source,
      // a function that is replaced takes its policy with it: see kinds/api.ts
      lifecycle: { replaceTriggeredBy: [`${fn}.arn`] },
    });
    block(made, input.id);
  },
});
