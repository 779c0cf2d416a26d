// The other half of the proof: without any one of its permissions a function fails, and is told which one it lacks.
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type Grant, grantsOf, policyOf } from './grants.js';
import type { Denial, Sandbox } from './sandbox.js';
import type { TerraformWorkspace } from './terraform.js';

/**
 * A part of a scenario in which a function does all that it is granted, by the name of the function. It fails unless it sees what
 * the function has to do; and may be done any number of times.
 */
export type Steps = Readonly<Record<string, () => Promise<unknown>>>;

export interface Deployed {
  readonly sandbox: Sandbox;
  readonly terraform: TerraformWorkspace;
  readonly region: string;
}

/** A part that waits for what cannot happen fails after this; the refusal may take longer. */
const PATIENCE_SECONDS = 0.3;
const REFUSAL_SECONDS = 10;

/**
 * Takes each permission of each function from its role in turn, does the function's part of the scenario, which must fail, sees
 * a refusal that names the action, and gives the permission back. Whatever was refused is in the sandbox's lists afterwards.
 */
export async function expectEachGrantNeeded(deployed: Deployed, steps: Steps): Promise<void> {
  const grants = await grantsOf(deployed.terraform);
  const names = [...new Set(grants.map(({ logicalId }) => logicalId))].map((id) => id.replace('_', '.'));
  expect(names.sort(), 'functions with a part of the scenario').to.deep.equal(Object.keys(steps).sort());
  const { patienceSeconds } = deployed.sandbox;
  const problems: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    const granted = grants.filter(({ logicalId }) => logicalId.replace('_', '.') === name);
    for (const grant of granted) {
      const problem = await problemWithout(grant, granted, step, deployed);
      deployed.sandbox.patienceSeconds = patienceSeconds;
      if (problem !== null) problems.push(`${name} without ${grant.action} on ${grant.resource}: ${problem}`);
      await deployed.sandbox.idle();
    }
    // the failures are due to what was missing, and to nothing that the part itself has left behind
    await step();
    await deployed.sandbox.idle();
  }
  expect(problems).to.deep.equal([]);
}

/** Null when all is as it should be. */
async function problemWithout(
  grant: Grant,
  granted: readonly Grant[],
  step: () => Promise<unknown>,
  deployed: Deployed,
): Promise<string | null> {
  const { sandbox } = deployed;
  const before = (await sandbox.denied()).length;
  const linesBefore = grant.action.startsWith('logs:') ? await logLines(grant, deployed) : 0;
  await putPolicy(
    grant,
    granted.filter((one) => one !== grant),
    deployed,
  );
  // an instance keeps secrets that it has read
  if (grant.action.startsWith('secretsmanager:')) await sandbox.restart(grant.role);
  sandbox.patienceSeconds = PATIENCE_SECONDS;
  let failed: boolean;
  let denials: readonly Denial[];
  try {
    const done = grant.action.startsWith('ec2:') ? configureAgain(grant, deployed) : step();
    failed = await done.then(
      () => false,
      () => true,
    );
    if (grant.action.startsWith('logs:')) failed = (await logLines(grant, deployed)) === linesBefore;
    denials = await denialsOf(grant, before, sandbox);
  } finally {
    await putPolicy(grant, granted, deployed);
  }
  if (denials.length === 0) return 'it was not refused';
  return failed ? null : 'the scenario did not fail';
}

/** What the role was refused of this since so many refusals, as soon as there is any. */
async function denialsOf({ role, action }: Grant, before: number, sandbox: Sandbox): Promise<readonly Denial[]> {
  for (const end = Date.now() + REFUSAL_SECONDS * 1000; ; await delay(30)) {
    const found = (await sandbox.denied()).slice(before).filter((one) => one.role.endsWith(`/${role}`) && one.action === action);
    if (found.length > 0 || Date.now() > end) return found;
  }
}

async function putPolicy({ role, policy }: Grant, grants: readonly Grant[], { sandbox, region }: Deployed): Promise<void> {
  const body = new URLSearchParams({
    Action: 'PutRolePolicy',
    Version: '2010-05-08',
    RoleName: role,
    PolicyName: policy,
    PolicyDocument: policyOf(grants),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await sandbox.aws('iam', '/', { method: 'POST', headers, body: body.toString() }, region);
  expect(response.status, await response.text()).to.equal(200);
}

async function logLines({ role }: Grant, { sandbox, region }: Deployed): Promise<number> {
  const group = { logGroupName: `/aws/lambda/${role}` };
  const { events } = (await sandbox.awsJson('logs', 'Logs_20140328.FilterLogEvents', group, region)) as { events: unknown[] };
  return events.length;
}

/** Lambda makes network interfaces with a function's role when it is configured. */
async function configureAgain({ role }: Grant, { sandbox, region }: Deployed): Promise<void> {
  const path = `/2015-03-31/functions/${role}`;
  const present = await (await sandbox.aws('lambda', `${path}/configuration`, {}, region)).json();
  const { Role, VpcConfig } = present as { Role: string; VpcConfig: { SubnetIds: string[]; SecurityGroupIds: string[] } };
  const body = JSON.stringify({
    Role,
    VpcConfig: { SubnetIds: VpcConfig.SubnetIds, SecurityGroupIds: VpcConfig.SecurityGroupIds },
  });
  const response = await sandbox.aws('lambda', `${path}/configuration`, { method: 'PUT', body }, region);
  if (!response.ok) throw new Error(await response.text());
}
