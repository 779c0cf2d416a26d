/** What works or costs differently from now on, and what is made anew though it holds no data. */
import type { JsonObject, JsonValue } from '../../../compiler/ir/json.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { Finding } from '../../../compiler/review/model.js';
import type { PlannedChange } from '../../../compiler/review/plan.js';
import { authorizersOf, hasSameCode } from './exposure.js';
import { finding } from './finding.js';
import { block, isMarked, isObject, isSame, markOf, shown, textOf, valueInWords } from './values.js';
import { FUNCTION, type ReviewView } from './view.js';

/** Settings by type, with their name in words. Others change what is deployed, not what it does. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, readonly [rule: string, words: string]>>>> = {
  [FUNCTION]: {
    memory_size: ['memory', 'memory in MB'],
    timeout: ['timeout', 'timeout in seconds'],
    runtime: ['runtime', 'runtime'],
    architectures: ['architecture', 'architecture'],
    reserved_concurrent_executions: ['concurrency', 'reserved concurrency'],
    layers: ['layers', 'layers'],
    vpc_config: ['network', 'network'],
  },
  aws_dynamodb_table: {
    billing_mode: ['capacity', 'billing mode'],
    read_capacity: ['capacity', 'read capacity'],
    write_capacity: ['capacity', 'write capacity'],
  },
  aws_sqs_queue: {
    visibility_timeout_seconds: ['queue', 'visibility timeout in seconds'],
    delay_seconds: ['queue', 'delay in seconds'],
    redrive_policy: ['queue', 'way to the dead letters'],
    content_based_deduplication: ['queue', 'deduplication'],
    max_message_size: ['queue', 'largest message in bytes'],
  },
  aws_lambda_event_source_mapping: {
    batch_size: ['trigger', 'batch size'],
    maximum_batching_window_in_seconds: ['trigger', 'batching window in seconds'],
    maximum_retry_attempts: ['trigger', 'retries'],
    filter_criteria: ['trigger', 'filter'],
    enabled: ['trigger', 'state (enabled)'],
    scaling_config: ['trigger', 'concurrency'],
  },
  aws_cloudwatch_event_rule: { schedule_expression: ['schedule', 'schedule'], state: ['schedule', 'state'] },
  aws_sns_topic_subscription: { filter_policy: ['trigger', 'filter'] },
  aws_cloudwatch_log_group: { retention_in_days: ['log-retention', 'days for which logs are kept'] },
  aws_apigatewayv2_authorizer: {
    authorizer_result_ttl_in_seconds: ['authorizer', 'seconds for which an answer counts'],
    identity_sources: ['authorizer', 'what says who calls'],
  },
  aws_apigatewayv2_stage: { default_route_settings: ['throttling', 'limits of calls'] },
  aws_db_instance: {
    instance_class: ['capacity', 'instance class'],
    engine_version: ['engine', 'version of the engine'],
    allocated_storage: ['capacity', 'storage in GB'],
  },
  aws_rds_cluster: {
    engine_version: ['engine', 'version of the engine'],
    serverlessv2_scaling_configuration: ['capacity', 'capacity'],
  },
};

/** In a module, a setting that is not written has the default of the provider. */
const DEFAULTS: Readonly<Record<string, string>> = { billing_mode: 'PROVISIONED' };

export function behaviourFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  if (change.action !== 'update' && change.action !== 'replace') return [];
  const changed = view.changed(change);
  const known = Object.entries(SETTINGS[change.type] ?? {}).filter(([key]) => changed.includes(key));
  const rules = new Map<string, string[]>();
  for (const [key, [rule, words]] of known) {
    if (isMarked(markOf(change.unknown, key))) continue;
    const said = `${words} from ${settingOf(change, key, 'before')} to ${settingOf(change, key, 'after')}`;
    rules.set(rule, [...(rules.get(rule) ?? []), said]);
  }
  const asked = change.type === 'aws_apigatewayv2_authorizer' ? authorizersOf(change, view) : null;
  if (asked !== null && hasSameCode(asked, view)) {
    const said = `the name of its function from ${view.subject(asked.before)} to ${view.subject(asked.after)}`;
    rules.set('authorizer', [said, ...(rules.get('authorizer') ?? [])]);
  }
  return [...rules].map(([rule, said]) =>
    finding(view, change, 'behaviour', 'note', rule, { message: `${named(change, view)} changes: ${said.join(', ')}` }),
  );
}

function settingOf(change: PlannedChange, key: string, side: 'before' | 'after'): string {
  if (key === 'redrive_policy') return redriveOf(change, side);
  const said = shown(change, key, side);
  return said === 'nothing' ? (DEFAULTS[key] ?? said) : said;
}

/** Where dead letters go is no setting of the queue's own; how often it is tried is. */
function redriveOf(change: PlannedChange, side: 'before' | 'after'): string {
  const text = textOf(change[side]?.['redrive_policy']) ?? '';
  const tries = /\bmaxReceiveCount\W+(\d+)/u.exec(text)?.[1];
  return tries === undefined ? valueInWords(text) : `after ${tries} tries`;
}

const NAMES: Readonly<Record<string, string>> = {
  [FUNCTION]: 'The function',
  aws_apigatewayv2_api: 'The API',
  aws_apigatewayv2_authorizer: 'The authorizer of the API',
  aws_db_instance: 'The database',
  aws_db_subnet_group: 'The subnet group of',
  aws_secretsmanager_secret_version: 'The value of the secret',
  aws_security_group: 'The security group',
  aws_dynamodb_table: 'The table',
  aws_sqs_queue: 'The queue',
  aws_cloudwatch_event_rule: 'The schedule of',
  aws_lambda_event_source_mapping: 'The trigger of',
  aws_cloudwatch_log_group: 'The log group of',
  aws_iam_role: 'The role of',
  aws_iam_role_policy: 'The policy of',
};

function named(change: PlannedChange, view: ReviewView): string {
  const what = NAMES[change.type];
  const name = view.subject(change.address);
  return what === undefined ? `${name} (${change.type})` : `${what} ${name}`;
}

/** Told elsewhere, or nothing that anybody would notice. */
const NOT_TOLD =
  /^(aws_lambda_permission|aws_lambda_invocation|aws_cloudwatch_event_target|aws_s3_object|terraform_data|aws_iam_role_policy)$/;

export function replacementFindings(change: PlannedChange, holdsData: boolean, view: ReviewView): readonly Finding[] {
  if (change.deposed) return [];
  if (change.type === 'aws_apigatewayv2_api' && (change.action === 'delete' || change.action === 'replace')) {
    const how = change.action === 'replace' ? 'made anew: its URL changes' : 'destroyed: its URL is gone';
    return [
      finding(view, change, 'replacement', 'warning', 'url', { message: `The API ${view.subject(change.address)} is ${how}` }),
    ];
  }
  if (change.action !== 'replace' || holdsData || NOT_TOLD.test(change.type) || view.follows(change)) return [];
  const paths = change.replacePaths.filter((path) => !isSame(change.before?.[path], change.after?.[path]));
  const why = paths.map((path) => `${path} changes from ${shown(change, path, 'before')} to ${shown(change, path, 'after')}`);
  const notes = why.length > 0 ? [`because ${why.join(', ')}`] : reasonNotes(change);
  return [
    finding(view, change, 'replacement', 'note', 'made-anew', {
      message: `${named(change, view)} is destroyed and made anew`,
      notes,
    }),
  ];
}

export function reasonNotes({ reason }: PlannedChange): readonly string[] {
  return reason !== null && REASONS[reason] !== undefined ? [REASONS[reason]] : [];
}

/** Terraform's `action_reason` where it says more than the change does. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is marked as damaged (tainted)',
  replace_by_request: 'somebody asked for it with -replace',
  replace_by_triggers: 'what it depends on is replaced',
  delete_because_no_module: 'its module is gone',
  delete_because_wrong_repetition: 'its count or for_each is gone',
  delete_because_count_index: 'its count is lower',
  delete_because_each_key: 'its key is gone from for_each',
  delete_because_no_move_target: 'it was moved to where nothing is',
  read_because_config_unknown: 'what it reads is known only during the apply',
  read_because_dependency_pending: 'what it reads is changed by the apply',
};

/**
 * Changes outside of Terraform that this plan takes back, and what was deleted. Where the plan changes nothing, the source
 * says what is there now; what no source sets is told by `unsetDrift`.
 */
export function driftFindings(change: PlannedChange, view: ReviewView): readonly Finding[] {
  if (change.action === 'delete') {
    return [
      finding(view, change, 'drift', 'warning', 'deleted-outside', {
        message: `${view.subject(change.address)} (${change.type}) was deleted outside of Terraform`,
      }),
    ];
  }
  const planned = view.get(change.address);
  const undone = planned === undefined ? [] : driftedKeys(change).filter((key) => view.changed(planned).includes(key));
  if (undone.length === 0) return [];
  const said = undone.map((key) =>
    key === 'environment' ? key : `${key} from ${shown(change, key, 'before')} to ${shown(change, key, 'after')}`,
  );
  return [
    finding(view, change, 'drift', 'warning', 'undone', {
      message: `${view.subject(change.address)} (${change.type}) was changed outside of Terraform: ${said.join(', ')}`,
      notes: ['no line of the source explains it, and this plan takes it back'],
    }),
  ];
}

/** Addresses with a drift of settings that are not written. AWS sets many of them itself, after something was made. */
export function unsetDrift(drift: readonly PlannedChange[], view: ReviewView): readonly string[] {
  return drift
    .filter((change) => change.action === 'update')
    .filter((change) => {
      const written = view.plan.settings(change.address, 'after');
      return driftedKeys(change).some((key) => written === null || !(key in written));
    })
    .map(({ address }) => address)
    .sort(compareText);
}

function driftedKeys({ before, after }: PlannedChange): readonly string[] {
  return Object.keys({ ...before, ...after })
    .filter((key) => key !== 'tags_all' && !isSame(before?.[key], after?.[key]))
    .sort(compareText);
}

/** Keys of an environment that differ; their values are nobody's business. */
export function environmentChanges(change: PlannedChange, view: ReviewView): readonly string[] {
  const before = variablesOf(change.before);
  const after = variablesAfter(change, view);
  return Object.keys({ ...before, ...after })
    .filter((name) => before[name] !== after[name])
    .sort();
}

interface Variables {
  readonly [name: string]: JsonValue;
}

function variablesOf(values: JsonObject | null): Variables {
  const variables = block(values?.['environment'])?.['variables'];
  return isObject(variables) ? variables : {};
}

/** When one value is not known yet, Terraform's provider knows none of them; the others follow from what is written. */
function variablesAfter(change: PlannedChange, view: ReviewView): Variables {
  const marks = markOf(change.unknown, 'environment');
  if (!isMarked(marks)) return variablesOf(change.after);
  const written = variablesOf(view.plan.settings(change.address, 'after'));
  const known = variablesOf(change.after);
  const names = Object.keys({ ...written, ...known });
  return Object.fromEntries(names.map((name) => [name, known[name] ?? view.resolve(written[name] ?? null)]));
}
