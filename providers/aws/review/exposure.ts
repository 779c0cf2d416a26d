/** Exposure: what can be reached from outside, or by more people than before. */
import type { JsonObject, JsonValue } from '../../../compiler/ir/json.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { Finding, Level } from '../../../compiler/review/model.js';
import type { PlannedChange } from '../../../compiler/review/plan.js';
import { bucketOf } from './data.js';
import { finding } from './finding.js';
import { type Grant, grantsOf } from './policies.js';
import { isMarked, isSame, markOf, textOf, textsOf } from './values.js';
import { entriesOf, type ReviewView } from './view.js';

type Check = (change: PlannedChange, view: ReviewView) => readonly Finding[];

export const exposureFindings: Check = (change, view) => {
  if (change.action === 'no-op' || change.action === 'read' || change.action === 'forget' || change.deposed) return [];
  const check = CHECKS.find(([types]) => types.test(change.type))?.[1];
  return check?.(change, view) ?? [];
};

const one = (view: ReviewView, change: PlannedChange, level: Level, rule: string, message: string): readonly Finding[] => [
  finding(view, change, 'exposure', level, rule, { message }),
];

const route: Check = (change, view) => {
  const { before, after } = change;
  if (after === null) return [];
  const open = (values: JsonObject): boolean => ['NONE', null].includes(textOf(values['authorization_type']));
  const name = view.subject(change.address);
  if (isMarked(markOf(change.unknown, 'authorization_type')) && before !== null) return [];
  if (!open(after)) return [];
  if (before !== null && !open(before)) {
    return one(
      view,
      change,
      'error',
      'authorizer-removed',
      `${name} can be reached without authorization; it had ${textOf(before['authorization_type'])} before`,
    );
  }
  if (before !== null) return [];
  return one(view, change, 'note', 'route-added', `${name} is new and can be reached from the internet without authorization`);
};

/** Who is asked about requests: another function than before, unless that does what the former one did. */
const authorizer: Check = (change, view) => {
  const asked = authorizersOf(change, view);
  if (asked === null || hasSameCode(asked, view)) return [];
  return one(
    view,
    change,
    'note',
    'authorizer-changed',
    `Requests to the API ${view.subject(change.address)} are authorized by ${view.subject(asked.after)} instead of ${view.subject(asked.before)}`,
  );
};

export interface Authorizers {
  readonly before: string;
  readonly after: string;
}

/** The addresses of the functions; null where there are no two. */
export function authorizersOf(change: PlannedChange, view: ReviewView): Authorizers | null {
  if (change.before === null || change.after === null) return null;
  const unknown = isMarked(markOf(change.unknown, 'authorizer_uri'));
  const written = unknown ? view.plan.settings(change.address, 'after')?.['authorizer_uri'] : change.after['authorizer_uri'];
  const [before, after] = [change.before['authorizer_uri'], written].map((uri) => view.meaning(textOf(uri) ?? ''));
  if (before == null || after == null || view.subject(before) === view.subject(after)) return null;
  return { before, after };
}

/** What decides about what a function answers; what it may do is told by its permissions. */
const DECISIVE = ['source_code_hash', 'handler', 'runtime', 'layers', 'environment'];

/** The one is deployed as the other was: it has another name and nothing else. */
export function hasSameCode({ before, after }: Authorizers, view: ReviewView): boolean {
  const [former, now] = [view.get(before)?.before, view.get(after)];
  if (former == null || now?.after == null || textOf(former['source_code_hash']) === null) return false;
  const values = now.after;
  return DECISIVE.every((key) => !isMarked(markOf(now.unknown, key)) && isSame(former[key], values[key]));
}

const publicAccessBlock: Check = (change, view) => {
  const keys = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];
  const bucket = bucketOf(change, view);
  if (change.after === null && bucket !== null && view.get(bucket)?.action === 'delete') return [];
  const opened = keys.filter((key) => (change.before === null || change.before[key] === true) && change.after?.[key] !== true);
  if (opened.length === 0) return [];
  const name = bucket === null ? change.name : view.subject(bucket);
  return one(
    view,
    change,
    'warning',
    'bucket-opened',
    `The bucket ${name} may be made public: ${opened.join(', ')} ${opened.length === 1 ? 'is' : 'are'} off`,
  );
};

/** Policies of resources: who may do what to them. */
const resourcePolicy: Check = (change, view) => {
  const { after } = change;
  if (after === null) return [];
  const read = (values: JsonObject | null, side: 'before' | 'after'): readonly Grant[] | null => {
    if (values === null) return [];
    const unknown = side === 'after' && isMarked(markOf(change.unknown, 'policy'));
    return grantsOf(unknown ? view.plan.settings(change.address, 'after')?.['policy'] : values['policy']);
  };
  const open = (grants: readonly Grant[] | null): readonly string[] => [
    ...new Set(
      (grants ?? [])
        .filter(({ principals, condition }) => principals.includes('*') && condition === '')
        .map(({ action }) => action),
    ),
  ];
  const former = open(read(change.before, 'before'));
  const now = open(read(after, 'after'))
    .filter((action) => !former.includes(action))
    .sort(compareText);
  if (now.length === 0) return [];
  const owner = bucketOf(change, view);
  const name = view.subject(owner ?? change.address);
  return one(view, change, 'error', 'public-policy', `Everyone may now do ${now.join(', ')} on ${name}`);
};

const acl: Check = (change, view) => {
  const [before, after] = [textOf(change.before?.['acl']), textOf(change.after?.['acl'])];
  if (after === null || after === before || !/public|authenticated/u.test(after)) return [];
  return one(
    view,
    change,
    'error',
    'public-acl',
    `${view.subject(bucketOf(change, view) ?? change.address)} can be read by strangers: its ACL is ${after}`,
  );
};

/** CORS of APIs, of function URLs and of buckets: `*`, or more than before. */
const cors: Check = (change, view) => {
  const key =
    change.type === 'aws_s3_bucket_cors_configuration'
      ? 'cors_rule'
      : change.type === 'aws_lambda_function_url'
        ? 'cors'
        : 'cors_configuration';
  if (change.after === null) return [];
  const [before, after] = [corsOf(change.before?.[key]), corsOf(change.after[key])];
  const wider = Object.entries(after).flatMap(([what, values]) => {
    const former = before[what as keyof typeof before];
    const more = former.includes('*') ? [] : values.filter((value) => !former.includes(value));
    return more.length === 0 ? [] : [`${what} ${more.join(', ')}`];
  });
  // Without an origin nothing is allowed, whatever else is listed.
  const url = change.type === 'aws_lambda_function_url' ? urlOpened(change, view) : [];
  if (wider.length === 0 || after.origins.length === 0) return url;
  const name = view.subject(bucketOf(change, view) ?? change.address);
  const level = after.origins.includes('*') && !before.origins.includes('*') ? 'warning' : 'note';
  return [...url, ...one(view, change, level, 'cors-widened', `Pages elsewhere may call ${name} with more: ${wider.join('; ')}`)];
};

function corsOf(value: JsonValue | undefined): {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
} {
  const rules = entriesOf(value);
  const all = (...keys: readonly string[]): readonly string[] =>
    [...new Set(rules.flatMap((rule) => keys.flatMap((key) => textsOf(rule[key]))))].sort(compareText);
  return {
    origins: all('allow_origins', 'allowed_origins'),
    methods: all('allow_methods', 'allowed_methods'),
    headers: all('allow_headers', 'allowed_headers'),
  };
}

function urlOpened(change: PlannedChange, view: ReviewView): readonly Finding[] {
  const [before, after] = [change.before, change.after].map((values) => textOf(values?.['authorization_type']));
  if (after !== 'NONE' || before === 'NONE') return [];
  return one(view, change, 'error', 'function-url-open', `${view.subject(change.address)} has a URL that everyone may call`);
}

const WORLD = new Set(['0.0.0.0/0', '::/0']);

/** Rules of security groups: sources that could not get in before. */
const securityGroup: Check = (change, view) => {
  if (change.after === null || textOf(change.after['type']) === 'egress') return [];
  const former = sourcesOf(change.before);
  const more = sourcesOf(change.after).filter((source) => !former.includes(source));
  if (more.length === 0) return [];
  const world = more.some((source) => [...WORLD].some((range) => source.startsWith(`${range} `)));
  const own = textOf(change.after['security_group_id']);
  const group = (own === null ? null : view.meaning(own)) ?? change.address;
  const named = more.map((source) => {
    const [from = '', ...what] = source.split(' ');
    const address = view.meaning(from);
    return address === null ? { source, known: false } : { source: [view.subject(address), ...what].join(' '), known: true };
  });
  return one(
    view,
    change,
    world ? 'error' : named.every(({ known }) => known) ? 'note' : 'warning',
    'security-group-opened',
    `The security group ${view.subject(group)} lets in ${named.map(({ source }) => source).join(', ')}`,
  );
};

/** `10.0.0.0/8 tcp 443` */
function sourcesOf(values: JsonObject | null): readonly string[] {
  if (values === null) return [];
  const rules =
    'ingress' in values ? entriesOf(values['ingress']) : 'from_port' in values || 'ip_protocol' in values ? [values] : [];
  return rules.flatMap((rule) => {
    const [from, to] = [rule['from_port'], rule['to_port']].map((port) => (typeof port === 'number' ? String(port) : ''));
    const protocol = textOf(rule['protocol']) ?? textOf(rule['ip_protocol']) ?? '';
    const what = protocol === '-1' ? 'all ports' : `${protocol} ${from === to ? from : `${from}-${to}`}`.trim();
    const keys = [
      'cidr_blocks',
      'ipv6_cidr_blocks',
      'cidr_ipv4',
      'cidr_ipv6',
      'prefix_list_ids',
      'security_groups',
      'source_security_group_id',
      'referenced_security_group_id',
    ];
    return keys
      .flatMap((key) => textsOf(rule[key]))
      .filter(Boolean)
      .map((source) => `${source} ${what}`);
  });
}

const publicly: Check = (change, view) => {
  if (change.after?.['publicly_accessible'] !== true || change.before?.['publicly_accessible'] === true) return [];
  return one(
    view,
    change,
    'error',
    'database-public',
    `The database ${view.subject(change.address)} gets an address on the internet`,
  );
};

/** Who may call a function: a service for one of its resources, or others. */
const invocation: Check = (change, view) => {
  const { after } = change;
  if (after === null || change.action === 'update') return [];
  const principal = textOf(after['principal']);
  const unknown = isMarked(markOf(change.unknown, 'source_arn'));
  const narrowed =
    unknown ||
    textOf(after['source_arn']) !== null ||
    textOf(after['principal_org_id']) !== null ||
    textOf(after['source_account']) !== null;
  if (narrowed && principal !== '*') return [];
  const same = change.before !== null && change.before['principal'] === after['principal'] && !change.before['source_arn'];
  if (same) return [];
  const whom = principal === '*' ? 'everyone' : `${principal ?? 'somebody'}, for any resource of any account`;
  return one(view, change, 'error', 'function-open', `${view.subject(change.address)} can be called by ${whom}`);
};

const CHECKS: readonly (readonly [types: RegExp, check: Check])[] = [
  [/^aws_apigatewayv2_route$/, route],
  [/^aws_apigatewayv2_authorizer$/, authorizer],
  [/^aws_s3_(bucket|account)_public_access_block$/, publicAccessBlock],
  [
    /^aws_(s3_bucket_policy|sqs_queue_policy|sns_topic_policy|secretsmanager_secret_policy|ecr_repository_policy)$/,
    resourcePolicy,
  ],
  [/^aws_s3_bucket_acl$/, acl],
  [/^aws_(apigatewayv2_api|s3_bucket_cors_configuration|lambda_function_url)$/, cors],
  [/^aws_(security_group|security_group_rule|vpc_security_group_ingress_rule|default_security_group)$/, securityGroup],
  [/^aws_(db_instance|rds_cluster_instance|redshift_cluster)$/, publicly],
  [/^aws_lambda_permission$/, invocation],
];
