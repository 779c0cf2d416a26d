/** Data at risk: what holds data is destroyed or replaced, or loses what protects or hands on its data. */
import type { JsonObject } from '../../../compiler/ir/json.js';
import type { Finding } from '../../../compiler/review/model.js';
import type { PlannedChange } from '../../../compiler/review/plan.js';
import { finding } from './finding.js';
import { block, isMarked, isSame, markOf, shown, textOf } from './values.js';
import { blocks, entriesOf, type ReviewView } from './view.js';

interface Holder {
  readonly what: string;
  /** What is lost with it, as in "... are lost". */
  readonly holds: string;
}

const HOLDERS: Readonly<Record<string, Holder>> = {
  aws_dynamodb_table: { what: 'table', holds: 'all its items' },
  aws_dynamodb_global_table: { what: 'table', holds: 'all its items' },
  aws_s3_bucket: { what: 'bucket', holds: 'all its files' },
  aws_s3_directory_bucket: { what: 'bucket', holds: 'all its files' },
  aws_sqs_queue: { what: 'queue', holds: 'messages that wait in it' },
  aws_sns_topic: { what: 'topic', holds: 'subscriptions that people have confirmed' },
  aws_db_instance: { what: 'database', holds: 'all its data' },
  aws_rds_cluster: { what: 'database', holds: 'all its data' },
  aws_rds_global_cluster: { what: 'database', holds: 'all its data' },
  aws_docdb_cluster: { what: 'database', holds: 'all its data' },
  aws_neptune_cluster: { what: 'database', holds: 'all its data' },
  aws_redshift_cluster: { what: 'database', holds: 'all its data' },
  aws_timestreamwrite_table: { what: 'table', holds: 'all its records' },
  aws_elasticache_cluster: { what: 'cache', holds: 'all its entries' },
  aws_elasticache_replication_group: { what: 'cache', holds: 'all its entries' },
  aws_memorydb_cluster: { what: 'database', holds: 'all its data' },
  aws_opensearch_domain: { what: 'search domain', holds: 'all its documents' },
  aws_elasticsearch_domain: { what: 'search domain', holds: 'all its documents' },
  aws_kinesis_stream: { what: 'stream', holds: 'records that nobody has read' },
  aws_msk_cluster: { what: 'Kafka cluster', holds: 'all its records' },
  aws_efs_file_system: { what: 'file system', holds: 'all its files' },
  aws_ebs_volume: { what: 'volume', holds: 'all its files' },
  aws_backup_vault: { what: 'backup vault', holds: 'all its backups' },
  aws_ecr_repository: { what: 'image repository', holds: 'all its images' },
  aws_cognito_user_pool: { what: 'user pool', holds: 'all its users' },
  aws_secretsmanager_secret: { what: 'secret', holds: 'its values' },
  aws_ssm_parameter: { what: 'parameter', holds: 'its value and history' },
  aws_kms_key: { what: 'key', holds: 'everything that is encrypted with it' },
};

export const LOG_GROUP = 'aws_cloudwatch_log_group';

export function dataFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  const { type, action } = change;
  const gone = action === 'delete' || action === 'replace';
  if (type === LOG_GROUP) return gone ? [logsGone(change, view)] : action === 'update' ? logsShorter(change, view) : [];
  const holder = HOLDERS[type];
  if (holder !== undefined && (gone || action === 'forget')) return [holderGone(change, holder, view)];
  if (gone) return protectionGone(change, view);
  if (action !== 'update') return [];
  return CHECKS.flatMap((check) => check(change, view) ?? []);
}

function holderGone(change: PlannedChange, { what, holds }: Holder, view: ReviewView): Finding {
  const { action, address } = change;
  const name = view.subject(address);
  if (action === 'forget') {
    return finding(view, change, 'data-loss', 'warning', 'forgotten', {
      message: `The ${what} ${name} is no longer managed by Terraform; it stays where it is`,
    });
  }
  const slug = what.replaceAll(' ', '-').toLowerCase();
  if (change.deposed) {
    return finding(view, change, 'data-loss', 'error', `${slug}-destroyed`, {
      message: `A former ${what} ${name}, left over from a replacement, is destroyed: ${holds} are lost`,
    });
  }
  const verb = action === 'replace' ? 'destroyed and made anew, empty' : 'destroyed';
  return finding(view, change, 'data-loss', 'error', `${slug}-${action === 'replace' ? 'replaced' : 'destroyed'}`, {
    message: `The ${what} ${name} is ${verb}: ${holds} are lost`,
    notes: [...causesOf(change, view), ...protectionOf(change)],
  });
}

/** Why it is replaced: the settings that force it, from what to what. */
function causesOf(change: PlannedChange, view: ReviewView): readonly string[] {
  if (change.action === 'replace' && change.reason === 'replace_because_tainted') return ['it is marked as damaged (tainted)'];
  if (change.action === 'replace' && change.reason === 'replace_by_request') return ['somebody asked for it with -replace'];
  const paths = change.replacePaths.filter((path) => !isSame(change.before?.[path], change.after?.[path]));
  if (paths.length > 0) {
    return [
      `because ${paths.map((path) => `${path} changes from ${shown(change, path, 'before')} to ${shown(change, path, 'after')}`).join(', ')}`,
    ];
  }
  const twin = twinOf(change, view);
  return twin === null ? [] : [`${twin} of the same kind is new: if this is a rename, say so with "moved" in the configuration`];
}

/** The one new resource of the same type, when there is just one. */
function twinOf(change: PlannedChange, view: ReviewView): string | null {
  if (change.action !== 'delete') return null;
  const made = view.plan.changes.filter(
    (one) => one.action === 'create' && one.type === change.type && one.module === change.module,
  );
  return made.length === 1 ? (made[0] as PlannedChange).address : null;
}

function protectionOf({ before }: PlannedChange): readonly string[] {
  const on = ['deletion_protection_enabled', 'deletion_protection'].some((key) => before?.[key] === true);
  return on ? ['deletion protection is on, so the apply will be refused'] : [];
}

function logsGone(change: PlannedChange, view: ReviewView): Finding {
  const name = textOf(change.before?.['name']) ?? change.name;
  return finding(
    view,
    change,
    'log-loss',
    'warning',
    change.action === 'replace' ? 'log-group-replaced' : 'log-group-destroyed',
    {
      message: `The log group ${name} is destroyed: all its logs are lost`,
    },
  );
}

/** Zero means for ever. */
function logsShorter(change: PlannedChange, view: ReviewView): readonly Finding[] {
  const [before, after] = [change.before, change.after].map((values) => Number(values?.['retention_in_days'] ?? 0) || Infinity);
  if (after === undefined || before === undefined || !(after < before)) return [];
  const days = (amount: number): string => (amount === Infinity ? 'ever' : `${amount} days`);
  return [
    finding(view, change, 'log-loss', 'warning', 'retention-shortened', {
      message: `Logs of ${view.subject(change.address)} are kept for ${days(after)} instead of ${days(before)}: older ones are deleted`,
    }),
  ];
}

type Check = (change: PlannedChange, view: ReviewView) => Finding | null;

const turnedOff = (before: unknown, after: unknown): boolean => before === true && after !== true;

function notUnknown(change: PlannedChange, key: string): boolean {
  return !isMarked(markOf(change.unknown, key));
}

/** Blocks and flags that protect data, by type: what is said when one is turned off. */
const PROTECTIONS: readonly (readonly [type: RegExp, key: string, field: string | null, rule: string, words: string])[] = [
  [/^aws_dynamodb_table$/, 'point_in_time_recovery', 'enabled', 'backups-off', 'can no longer be restored to an earlier time'],
  [/^aws_dynamodb_table$/, 'server_side_encryption', 'enabled', 'encryption-changed', 'is no longer encrypted with a key of KMS'],
  [
    /^aws_s3_bucket_versioning$/,
    'versioning_configuration',
    'status',
    'versioning-off',
    'keeps no earlier versions of files any more',
  ],
  [/./, 'deletion_protection_enabled', null, 'protection-off', 'is no longer protected from being deleted'],
  [/./, 'deletion_protection', null, 'protection-off', 'is no longer protected from being deleted'],
  [
    /^aws_(db_instance|rds_cluster|efs_file_system|ebs_volume)$/,
    'storage_encrypted',
    null,
    'encryption-changed',
    'is no longer encrypted',
  ],
  [/^aws_sqs_queue$/, 'sqs_managed_sse_enabled', null, 'encryption-changed', "is no longer encrypted with SQS's own key"],
];

const protectionCheck: Check = (change, view) => {
  for (const [type, key, field, rule, words] of PROTECTIONS) {
    if (!type.test(change.type) || !notUnknown(change, key)) continue;
    const state = (values: JsonObject | null): unknown => {
      const value = field === null ? values?.[key] : block(values?.[key])?.[field];
      return value === 'Enabled' ? true : value;
    };
    if (!turnedOff(state(change.before), state(change.after))) continue;
    // Only from one encryption to another: the key is looked at below.
    if (key === 'sqs_managed_sse_enabled' && textOf(change.after?.['kms_master_key_id'])) continue;
    return finding(view, change, 'data-loss', 'warning', rule, { message: `${nameOf(change, view)} ${words}` });
  }
  return null;
};

function nameOf(change: PlannedChange, view: ReviewView): string {
  const what = HOLDERS[change.type]?.what;
  return what === undefined ? view.subject(change.address) : `The ${what} ${view.subject(change.address)}`;
}

const keyCheck: Check = (change, view) => {
  if (change.type !== 'aws_dynamodb_table') return null;
  const keys = ['hash_key', 'range_key'].filter((key) => !isSame(change.before?.[key], change.after?.[key]));
  const types = keyTypes(change.before) !== keyTypes(change.after);
  if (keys.length === 0 && !types) return null;
  return finding(view, change, 'data-loss', 'error', 'key-changed', {
    message: `The key of the table ${view.subject(change.address)} changes: items that are stored cannot be found by it`,
  });
};

function keyTypes(values: JsonObject | null): string {
  const keys = [values?.['hash_key'], values?.['range_key']];
  return entriesOf(values?.['attribute'])
    .filter(({ name }) => keys.includes(name))
    .map(({ name, type }) => `${String(name)}:${String(type)}`)
    .sort()
    .join();
}

const streamCheck: Check = (change, view) => {
  if (change.type !== 'aws_dynamodb_table') return null;
  const { before, after } = change;
  const name = view.subject(change.address);
  if (turnedOff(before?.['stream_enabled'], after?.['stream_enabled'])) {
    return finding(view, change, 'data-loss', 'warning', 'stream-changed', {
      message: `The stream of the table ${name} is turned off: changes that no function has seen yet are lost to it`,
    });
  }
  const both = before?.['stream_enabled'] === true && after?.['stream_enabled'] === true;
  if (!both || isSame(before?.['stream_view_type'], after?.['stream_view_type'])) return null;
  return finding(view, change, 'data-loss', 'warning', 'stream-changed', {
    message: `The stream of the table ${name} is made anew with other contents: changes that no function has seen yet are lost to it`,
  });
};

const KEY_SETTINGS = ['kms_key_id', 'kms_master_key_id', 'kms_key_arn'];

const encryptionCheck: Check = (change, view) => {
  const field = KEY_SETTINGS.find(
    (key) => key in (change.before ?? {}) && notUnknown(change, key) && !isSame(change.before?.[key], change.after?.[key]),
  );
  const [before, after] = blocks(change, 'server_side_encryption');
  const tableKey =
    change.type === 'aws_dynamodb_table' &&
    notUnknown(change, 'server_side_encryption') &&
    !isSame(before?.['kms_key_arn'], after?.['kms_key_arn']);
  const bucket =
    change.type === 'aws_s3_bucket_server_side_encryption_configuration' &&
    notUnknown(change, 'rule') &&
    view.changed(change).includes('rule');
  if (field === undefined && !tableKey && !bucket) return null;
  return finding(view, change, 'data-loss', 'warning', 'encryption-changed', {
    message: `${nameOf(change, view)} is encrypted in another way from now on; what is stored needs the former key as well`,
  });
};

const retentionCheck: Check = (change, view) => {
  for (const [key, unit] of [
    ['message_retention_seconds', 'seconds'],
    ['backup_retention_period', 'days'],
    ['retention_period', 'hours'],
  ] as const) {
    const [before, after] = [change.before?.[key], change.after?.[key]];
    if (typeof before !== 'number' || typeof after !== 'number' || after >= before) continue;
    return finding(view, change, 'data-loss', 'warning', 'retention-shortened', {
      message: `${nameOf(change, view)} keeps what is in it for ${after} ${unit} instead of ${before}: what is older is deleted`,
    });
  }
  return null;
};

const snapshotCheck: Check = (change, view) => {
  const { before, after } = change;
  if (before?.['skip_final_snapshot'] !== false || after?.['skip_final_snapshot'] !== true) return null;
  return finding(view, change, 'data-loss', 'warning', 'snapshot-off', {
    message: `${nameOf(change, view)} leaves no snapshot any more when it is destroyed`,
  });
};

const CHECKS: readonly Check[] = [keyCheck, streamCheck, protectionCheck, snapshotCheck, encryptionCheck, retentionCheck];

/** Resources of their own that protect a bucket. */
function protectionGone(change: PlannedChange, view: ReviewView): readonly Finding[] {
  if (change.action !== 'delete') return [];
  const bucket = bucketOf(change, view);
  // Whatever goes with its bucket is told with it.
  if (bucket !== null && view.get(bucket)?.action === 'delete') return [];
  const name = bucket === null ? change.name : view.subject(bucket);
  if (change.type === 'aws_s3_bucket_versioning') {
    return [
      finding(view, change, 'data-loss', 'warning', 'versioning-off', {
        message: `The bucket ${name} keeps no earlier versions of files any more`,
      }),
    ];
  }
  if (change.type === 'aws_s3_bucket_server_side_encryption_configuration') {
    return [
      finding(view, change, 'data-loss', 'warning', 'encryption-changed', {
        message: `The encryption of the bucket ${name} is no longer set`,
      }),
    ];
  }
  return [];
}

/** The bucket that a resource is a part of. */
export function bucketOf(change: PlannedChange, view: ReviewView): string | null {
  for (const side of ['after', 'before'] as const) {
    const found = view.plan.references(change.address, side).find((one) => view.get(one)?.type === 'aws_s3_bucket');
    if (found !== undefined) return found;
  }
  return null;
}
