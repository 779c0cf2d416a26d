// What the roles of a deployed stage are granted: as the module says it, with the references to resources, and as AWS has it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { TerraformWorkspace } from './terraform.js';

/** One action on one resource. */
export interface Grant {
  /** The role's name, which is also its function's. */
  readonly role: string;
  /** The name of the policy, of which a role has one. */
  readonly policy: string;
  /** The last part of the Terraform address: `Chat_onMessage`. */
  readonly logicalId: string;
  readonly action: string;
  /** As IAM has it: an ARN, perhaps with `*`. */
  readonly resource: string;
  /** As the module has it: `${aws_dynamodb_table.UserDetail.arn}`. */
  readonly template: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface Deployed {
  readonly role: string;
  readonly name: string;
  readonly policy: string;
}

interface Module {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

/** All statements are allowances. */
export async function grantsOf(terraform: TerraformWorkspace): Promise<readonly Grant[]> {
  const text = await readFile(join(terraform.folder, 'cdk.tf.json'), 'utf8');
  const emitted = (JSON.parse(text) as Module).resource['aws_iam_role_policy'] ?? {};
  const state = await terraform.state();
  return Object.entries(emitted).flatMap(([logicalId, { policy: written = '' }]) => {
    const deployed = state[`aws_iam_role_policy.${logicalId}`] as unknown as Deployed;
    const { role, name: policy } = deployed;
    const [templates, resources] = [pairsOf(written), pairsOf(deployed.policy)];
    expect(
      resources.map(([action]) => action),
      logicalId,
    ).to.deep.equal(templates.map(([action]) => action));
    return resources.map(([action, resource], i) => {
      const template = templates[i]?.[1] ?? '';
      return { role, policy, logicalId, action, resource, template };
    });
  });
}

/** A policy of these grants. */
export function policyOf(grants: readonly Grant[]): string {
  const Statement = grants.map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

export function allows(
  grant: Grant,
  used: { readonly role: string; readonly action: string; readonly resource: string },
): boolean {
  // the sandbox does not work out the resource of every service
  const fits = used.resource === '?' || fitsPattern(grant.resource, used.resource);
  return used.role.split('/').at(-1) === grant.role && grant.action === used.action && fits;
}

function fitsPattern(pattern: string, arn: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(arn);
}

function pairsOf(policy: string): (readonly [action: string, resource: string])[] {
  const { Statement } = JSON.parse(policy) as { readonly Statement: readonly Statement[] };
  expect(new Set(Statement.map(({ Effect }) => Effect))).to.deep.equal(new Set(['Allow']));
  return Statement.flatMap(({ Action, Resource }) =>
    asList(Action).flatMap((action) => asList(Resource).map((resource) => [action, resource] as const)),
  );
}

const asList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
