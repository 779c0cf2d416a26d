/**
 * A function in AWS: its log group, its role with one policy, and the Lambda function, which waits for all of them. The
 * pure half makes the fragment's input; `build` is only run when the fragment is in no cache.
 */

import type { EnvBinding, PlannedFunction } from '../../compiler/ir/stage-plan.js';
import type { ArtifactFacts } from '../../compiler/provider.js';
import { artifactReference } from './artifacts.js';
import { address, FUNCTION, functionAddress, LOG_GROUP, tags } from './handles.js';
import { loweringOf } from './kinds/index.js';
import { type AnyFragment, fragment, type LateValue, part, SET_LATE } from './lowering.js';
import { groupsOf, SECURITY_GROUP, SUBNET_IDS } from './network.js';
import type { PlanView } from './plan-view.js';
import { logGroupName, policyText, trustPolicy } from './policy.js';
import { block, blockAfter } from './synth/block.js';
import { exportsOf } from './synth/exports-of.js';
import { ref, render, type Template } from './template.js';
import { escapeTemplate } from './text.js';

/** The zip's hash, of its bytes as AWS computes it: anything else would be a change in every plan. */
export function codeHash(fn: PlannedFunction, artifact: ArtifactFacts): LateValue {
  const value = Buffer.from(artifact.sha256, 'hex').toString('base64');
  return { path: ['resource', FUNCTION, fn.logicalId, 'source_code_hash'], value };
}

/** `codeHash` comes late. `from`: the zip goes with the request, or lies in a bucket. */
export function functionFragment(fn: PlannedFunction, view: PlanView, from: 'file' | 'object'): AnyFragment {
  const { settings } = view;
  const groups = groupsOf(fn, view);
  const input: FunctionInput = {
    id: fn.logicalId,
    name: escapeTemplate(fn.physicalName),
    logGroup: escapeTemplate(logGroupName(fn)),
    logRetentionDays: settings.logRetentionDays,
    trust: trustPolicy(),
    policy: policyText(fn, view),
    runtime: escapeTemplate(settings.runtime),
    architecture: settings.architecture,
    memoryMb: fn.node.memoryMb,
    timeoutSeconds: fn.node.timeoutSeconds,
    environment: Object.fromEntries(fn.environment.map((binding) => [binding.name, render(environmentValue(binding, view))])),
    code: from === 'object' ? artifactReference(fn) : { file: `\${path.module}/${escapeTemplate(fn.artifact)}` },
    tags: tags(settings, fn.sourceTag),
    ...(groups.length > 0 ? { groups } : {}),
  };
  return fragment(lambda, input, [functionAddress(fn)]);
}

/** The value of an environment entry; also what its size is computed from. */
export function environmentValue(binding: EnvBinding, view: PlanView): Template {
  if (binding.from === 'text') {
    // a secret's length is unknown; nothing is assumed about it
    return binding.parts.map((part) => (typeof part === 'string' ? part : ref(`var.${part.variable}`, 0)));
  }
  const resource = view.resource(binding.resource);
  const template = loweringOf(resource.node.kind).attribute?.(resource, binding.attribute, view);
  if (template === undefined) throw new Error(`${binding.resource} has no attribute ${binding.attribute}`);
  return template;
}

type FunctionInput = {
  readonly id: string;
  readonly name: string;
  readonly logGroup: string;
  readonly logRetentionDays: number;
  readonly trust: string;
  readonly policy: string;
  readonly runtime: string;
  readonly architecture: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: { readonly [name: string]: string };
  readonly code: { readonly file: string } | { readonly bucket: string; readonly key: string };
  readonly tags: { readonly [key: string]: string };
  /** Security groups in the private network; absent outside of it. */
  readonly groups?: readonly string[];
};

const vpcConfig = (groups: readonly string[]) => ({
  subnetIds: SUBNET_IDS,
  securityGroupIds: groups.map((group) => `\${${address(SECURITY_GROUP, group)}.id}`),
});

const lambda = part({
  name: 'lambda-function',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/lambda-function/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/iam-role/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/iam-role-policy/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'))),
  }),
  build({ LambdaFunction, IamRole, IamRolePolicy, CloudwatchLogGroup }, input: FunctionInput, stack) {
    const { id } = input;
    const logs = new CloudwatchLogGroup(stack, 'logs', {
      name: input.logGroup,
      retentionInDays: input.logRetentionDays,
      tags: input.tags,
    });
    block(logs, id);
    block(new IamRole(stack, 'role', { name: input.name, assumeRolePolicy: input.trust, tags: input.tags }), id);
    const policy = new IamRolePolicy(stack, 'policy', {
      name: 'permissions',
      role: `\${aws_iam_role.${id}.name}`,
      policy: input.policy,
    });
    block(policy, id);
    const made = new LambdaFunction(stack, 'function', {
      functionName: input.name,
      role: `\${aws_iam_role.${id}.arn}`,
      runtime: input.runtime,
      architectures: [input.architecture],
      handler: 'index.handler',
      ...('file' in input.code ? { filename: input.code.file } : { s3Bucket: input.code.bucket, s3Key: input.code.key }),
      sourceCodeHash: SET_LATE,
      memorySize: input.memoryMb,
      timeout: input.timeoutSeconds,
      environment: { variables: input.environment },
      ...(input.groups === undefined ? {} : { vpcConfig: vpcConfig(input.groups) }),
      tags: input.tags,
    });
    // a group that Lambda makes by itself would never expire, and a later apply would find it in its way
    blockAfter(made, id, [address(LOG_GROUP, id), address('aws_iam_role_policy', id)]);
  },
});
