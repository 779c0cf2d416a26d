/** Permissions in words, both directions: per function (or role) and resource, with the lines that need them. */
import type { JsonObject, JsonValue } from '../../../compiler/ir/json.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { Finding, SourceLine } from '../../../compiler/review/model.js';
import type { PlannedChange } from '../../../compiler/review/plan.js';
import { INTERFACE_ACTIONS } from '../network.js';
import { finding } from './finding.js';
import { actionsInWords, type Grant, grantsOf } from './policies.js';
import { isMarked, isObject, listOf, markOf, shown, textOf } from './values.js';
import { FUNCTION, type ReviewView } from './view.js';

const ROLE_POLICIES = new Set(['aws_iam_role_policy', 'aws_iam_policy', 'aws_iam_user_policy', 'aws_iam_group_policy']);
const ATTACHMENTS = new Set([
  'aws_iam_role_policy_attachment',
  'aws_iam_user_policy_attachment',
  'aws_iam_group_policy_attachment',
  'aws_iam_policy_attachment',
]);

export function permissionFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  if (change.action === 'no-op' || change.action === 'read' || change.action === 'forget') return [];
  if (ROLE_POLICIES.has(change.type)) return policyFindings(change, view);
  if (ATTACHMENTS.has(change.type)) return attachmentFindings(change, view);
  if (change.type === 'aws_iam_role') return trustFindings(change, view);
  return [];
}

function policyFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  const who = holderOf(change, view);
  const name = view.subject(who);
  const [before, after] = [grants(change, 'before', view), grants(change, 'after', view)];
  if (before === null || after === null) {
    if (!view.changed(change).includes('policy') && change.action === 'update') return [];
    return [
      finding(view, change, 'permissions', 'warning', 'not-known', {
        about: who,
        message: `What ${name} may do changes in a way that is known only after the apply`,
      }),
    ];
  }
  const [had, has] = [byResource(before, change, view), byResource(after, change, view)];
  const found: Finding[] = [];
  for (const [key, { actions, label, address, arn }] of has) {
    const gained = [...actions].filter((action) => !had.get(key)?.actions.has(action)).sort(compareText);
    if (gained.length === 0) continue;
    const wild = (key === '*' && !isNetwork(gained)) || gained.some((action) => action.endsWith('*'));
    found.push(
      finding(view, change, 'permissions', wild ? 'warning' : 'note', wild ? 'wide' : 'gained', {
        about: who,
        message: `${name} may now ${inWords(gained, label)}`,
        notes: [gained.join(', ')],
        because: becauseOf(who, address ?? arn, view),
      }),
    );
  }
  for (const [key, { actions, label }] of had) {
    const lost = [...actions].filter((action) => !has.get(key)?.actions.has(action)).sort(compareText);
    if (lost.length === 0) continue;
    found.push(
      finding(view, change, 'permissions', 'note', 'lost', {
        about: who,
        message: `${name} may no longer ${inWords(lost, label)}`,
        notes: [lost.join(', ')],
      }),
    );
  }
  return found;
}

/** AWS knows no narrower resource for these, which every function in a private network needs. */
function isNetwork(actions: readonly string[]): boolean {
  return actions.every((action) => INTERFACE_ACTIONS.includes(action));
}

function inWords(actions: readonly string[], label: string): string {
  return isNetwork(actions) ? 'run in a private network' : actionsInWords(actions, label);
}

/** The function whose role has the policy, else the policy itself. */
function holderOf(change: PlannedChange, view: ReviewView): string {
  const prefix = change.module === '' ? '' : `${change.module}.`;
  const fn = `${prefix}${FUNCTION}.${change.name}`;
  return view.get(fn) === undefined ? change.address : fn;
}

/** Empty for a side on which there is no policy; null when it cannot be read. */
function grants(change: PlannedChange, side: 'before' | 'after', view: ReviewView): readonly Grant[] | null {
  const values = change[side];
  if (values === null) return [];
  const unknown = side === 'after' && isMarked(markOf(change.unknown, 'policy'));
  const written: JsonValue | undefined = unknown ? view.plan.settings(change.address, side)?.['policy'] : values['policy'];
  return grantsOf(written);
}

interface Granted {
  readonly actions: Set<string>;
  /** What the resource is called. */
  readonly label: string;
  readonly address: string | null;
  readonly arn: string;
}

/** What a function writes to its own log group says nothing: each one does. */
function byResource(all: readonly Grant[], change: PlannedChange, view: ReviewView): ReadonlyMap<string, Granted> {
  const found = new Map<string, Granted>();
  for (const { action, resource, condition } of all) {
    const address = view.meaning(resource);
    if (address?.endsWith(`aws_cloudwatch_log_group.${change.name}`) && action.startsWith('logs:')) continue;
    const key = `${address ?? resource}${condition}`;
    const label = resource === '*' ? 'everything' : address === null ? arnName(resource) : view.subject(address);
    const entry = found.get(key) ?? {
      actions: new Set(),
      label: condition === '' ? label : `${label} (under conditions)`,
      address,
      arn: resource,
    };
    entry.actions.add(action);
    found.set(key, entry);
  }
  return found;
}

/** `table/Orders` of an ARN: what is managed elsewhere. */
function arnName(arn: string): string {
  const parts = arn.split(':');
  if (parts[0] !== 'arn' || parts.length < 6) return arn;
  return parts.slice(parts[2] === 'secretsmanager' ? 6 : 5).join(':');
}

/** The places that justify the edge of the graph from the function to the resource: an address, or an ARN that is written. */
function becauseOf(fn: string, resource: string, view: ReviewView): readonly SourceLine[] {
  const { graph } = view.build;
  if (graph === null) return [];
  const lines = view.source(resource);
  const name = view.subject(fn);
  const functionNode = graph.nodes.find((node) => node['kind'] === 'function' && node['name'] === name);
  if (functionNode === undefined) return [];
  const targets = graph.nodes
    .filter((node) => node['id'] !== functionNode['id'] && (isAt(node, lines) || isWritten(node, resource)))
    .map((node) => node['id']);
  const edges = graph.edges.filter(
    (edge) => edge['kind'] === 'uses' && edge['from'] === functionNode['id'] && targets.includes(edge['to'] as string),
  );
  const places = edges.flatMap((edge) => listOf(edge['because']).filter(isObject));
  const found = places.flatMap((place) => {
    const { file, line } = place;
    return typeof file === 'string' && typeof line === 'number' ? [{ file, line, side: 'after' as const }] : [];
  });
  return found.sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
}

/** What others have made stands in the source as an ARN; where its end is not known, the grant has a pattern for it. */
function isWritten({ options }: JsonObject, arn: string): boolean {
  if (!isObject(options) || !arn.startsWith('arn:')) return false;
  return Object.values(options).includes(arn.replace(/-\?+$/u, ''));
}

function isAt(node: JsonObject, line: SourceLine | null): boolean {
  const { source } = node;
  return line !== null && isObject(source) && source['file'] === line.file && source['line'] === line.line;
}

function attachmentFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  if (change.action === 'update') return [];
  const gained = change.action !== 'delete';
  const side = gained ? 'after' : 'before';
  const policy = (textOf(change[side]?.['policy_arn']) ?? shown(change, 'policy_arn', side)).split('/').at(-1) ?? '';
  const wide = /Administrator|PowerUser|FullAccess/u.test(policy);
  return [
    finding(view, change, 'permissions', gained && wide ? 'warning' : 'note', gained ? (wide ? 'wide' : 'gained') : 'lost', {
      message: `${shown(change, 'role', side)} ${gained ? 'gets' : 'loses'} all that the policy ${policy} allows`,
    }),
  ];
}

function trustFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  if (change.action !== 'update' && change.action !== 'replace') return [];
  if (!view.changed(change).includes('assume_role_policy')) return [];
  const [before, after] = [change.before, change.after].map((values) => grantsOf(values?.['assume_role_policy']) ?? []);
  const who = (all: readonly Grant[] | undefined): string[] =>
    [...new Set((all ?? []).flatMap(({ principals }) => principals))].sort(compareText);
  const [former, now] = [who(before), who(after)];
  if (former.join() === now.join() && before?.length === after?.length) return [];
  return [
    finding(view, change, 'permissions', 'warning', 'trust', {
      message: `The role ${view.subject(change.address)} can now be taken on by ${now.join(', ') || 'others'} instead of ${former.join(', ') || 'nobody'}`,
    }),
  ];
}
