// The proof of least privilege: what the policies of a deployment grant, what the analysis says that code reaches, and what was
// really called on the sandbox, action by action.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createAws } from '../../../providers/aws/index.js';
import { allows, type Grant, grantsOf } from './grants.js';
import { repositoryRoot } from './repository.js';
import type { Sandbox } from './sandbox.js';
import type { TerraformWorkspace } from './terraform.js';

interface Node {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Edge {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly operations?: readonly string[];
}

interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** An action that a function needs, and the things that it is about: the resource, and what that is part of. */
interface Need {
  readonly logicalId: string;
  readonly action: string;
  readonly about: readonly Node[];
}

interface Row {
  readonly who: string;
  readonly action: string;
  readonly on: string;
  readonly granted: boolean;
  readonly reached: boolean;
  readonly exercised: boolean;
}

/** What Lambda itself does with a function's role, by what triggers the function. */
const POLLING: Readonly<Record<string, readonly string[]>> = {
  'queue-trigger': ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
};
const STREAM = [
  ...['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'],
  'sqs:SendMessage',
];
const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const INTERFACES = [
  ...['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets', 'DeleteNetworkInterface'],
  ...['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'],
].map((name) => `ec2:${name}`);

/**
 * Of all that was deployed on the sandbox: nothing was called that is not granted, and what is granted is exactly what the
 * analysis says that code reaches, and what Lambda itself needs. With `all` everything that is granted was called too, in one of
 * the stages.
 */
export async function expectProved(sandbox: Sandbox, stages: readonly TerraformWorkspace[], { all = false } = {}): Promise<void> {
  const exercised = await sandbox.exercised();
  const rows: Row[] = [];
  const ours = new Set<string>();
  for (const terraform of stages) {
    const grants = await grantsOf(terraform);
    const needs = needsOf(JSON.parse(await readFile(join(terraform.folder, 'graph.json'), 'utf8')) as Graph);
    const functions = new Set(needs.map(({ logicalId }) => logicalId));
    for (const grant of grants) {
      ours.add(grant.role);
      rows.push({
        who: grant.logicalId,
        action: grant.action,
        on: grant.template,
        granted: true,
        // a schedule's role is about one function, and no code has a part in it
        reached: !functions.has(grant.logicalId) || needs.some((need) => answers(grant, need)),
        exercised: exercised.some((used) => allows(grant, used)),
      });
    }
    for (const need of needs.filter((one) => !grants.some((grant) => answers(grant, one))))
      rows.push({ ...missing, who: need.logicalId, action: need.action, on: need.about[0]?.id ?? '', reached: true });
    for (const used of exercised.filter((one) => grants.some(({ role }) => one.role.endsWith(`/${role}`)))) {
      if (!grants.some((grant) => allows(grant, used)))
        rows.push({ ...missing, who: used.role, action: used.action, on: used.resource, exercised: true });
    }
  }
  const once = all ? byStages(rows) : rows;
  const isWrong = (row: Row): boolean => !row.granted || !row.reached || (all && !row.exercised);
  expect(once.filter(isWrong).map(lineOf), tableOf(once, isWrong)).to.deep.equal([]);
  const others = exercised.filter(({ role }) => !ours.has(role.split('/').at(-1) ?? ''));
  expect(others, 'calls of roles that no stage declares').to.deep.equal([]);
}

const missing = { granted: false, reached: false, exercised: false } as const;

/** A grant that several stages have is one, and exercised when one of them has exercised it. */
function byStages(rows: readonly Row[]): readonly Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify([row.who, row.action, row.on.replace(/\}\/\w+\/(?=POST|DELETE)/, '}/'), row.granted, row.reached]);
    merged.set(key, { ...row, exercised: row.exercised || (merged.get(key)?.exercised ?? false) });
  }
  return [...merged.values()];
}

function needsOf({ nodes, edges }: Graph): readonly Need[] {
  const provider = createAws(repositoryRoot);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const nodeOf = (id: string): Node => byId.get(id) as Node;
  const wholes = (id: string): Node[] =>
    edges.filter((edge) => edge.kind === 'contains' && edge.to === id).map((edge) => nodeOf(edge.from));
  const functions = nodes.filter(({ kind }) => kind === 'function');
  return functions.flatMap((fn) => {
    const logicalId = fn.name.replace('.', '_');
    const need = (about: readonly Node[]) => (action: string) => ({ logicalId, action, about });
    const own = edges.filter(({ from, to }) => from === fn.id || to === fn.id);
    const uses = own.filter((edge) => edge.kind === 'uses' && edge.from === fn.id);
    const inNetwork = uses.some((edge) => nodeOf(edge.to).kind === 'relational-database');
    return [
      ...LOGS.map(need([fn])),
      ...(inNetwork ? INTERFACES.map(need([])) : []),
      ...uses.flatMap(({ to, operations = [] }) =>
        operations.flatMap((operation) => provider.actions(nodeOf(to).kind, operation).map(need([nodeOf(to), ...wholes(to)]))),
      ),
      ...own
        .filter((edge) => edge.kind === 'triggers' && edge.to === fn.id)
        .flatMap(({ from }) => (pollingOf(nodeOf(from)) ?? []).map(need([nodeOf(from), ...wholes(from)]))),
    ];
  });
}

function pollingOf({ kind }: Node): readonly string[] | undefined {
  return POLLING[kind] ?? (/-store-function$/.test(kind) ? STREAM : undefined);
}

/** Whether the grant is what the function needs there: its reference names the thing. */
function answers({ logicalId, action, template }: Grant, need: Need): boolean {
  if (logicalId !== need.logicalId || action !== need.action) return false;
  return template === '*' || need.about.some((node) => names(template, node));
}

function names(template: string, node: Node): boolean {
  if (node.kind === 'websocket-api') return template.includes('{aws_apigatewayv2_api.websocket.');
  const id = node.name.replace('.', '_');
  const referred = template.match(/\{\w+\.(?:function_arn_)?([^.}]+)/)?.[1];
  // what exists already has its ARN in the module
  return referred === undefined
    ? JSON.stringify(node).includes(template.replace(/\/\*$/, ''))
    : [id, ...Object.values(node.options)].includes(referred) || referred.endsWith(`_${id}_failures`);
}

const lineOf = ({ who, action, on, granted, reached, exercised }: Row): string =>
  `${who} ${action} ${on}: ${granted ? '' : 'not '}granted, ${reached ? '' : 'not '}reached, ${exercised ? '' : 'not '}exercised`;

function tableOf(rows: readonly Row[], isWrong: (row: Row) => boolean): string {
  const mark = (value: boolean): string => (value ? 'x' : '-');
  const lines = rows.map((row) => [
    isWrong(row) ? '!' : ' ',
    ...[row.granted, row.reached, row.exercised].map(mark),
    ...[row.who, row.action, row.on],
  ]);
  const table = [[' ', 'granted', 'reached', 'exercised', 'function', 'action', 'resource'], ...lines];
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((line) => line[i]?.length ?? 0)));
  return `\n${table.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n')}\n`;
}
