/** Policies of IAM as grants, and what an action lets one do, in words. */
import type { JsonValue } from '../../../compiler/ir/json.js';
import { compareText } from '../../../compiler/ir/span.js';
import { isObject, listOf, textsOf } from './values.js';

export interface Grant {
  readonly action: string;
  /** As the policy has it: an ARN, a template, or `*`. */
  readonly resource: string;
  /** Present when the grant holds under conditions only. */
  readonly condition: string;
  readonly principals: readonly string[];
}

/** Null for what cannot be read as a policy. */
export function grantsOf(text: JsonValue | undefined): readonly Grant[] | null {
  if (typeof text !== 'string') return null;
  let document: JsonValue;
  try {
    document = JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
  if (!isObject(document)) return null;
  return listOf(document['Statement']).flatMap((statement) => {
    if (!isObject(statement) || statement['Effect'] !== 'Allow') return [];
    const actions = 'NotAction' in statement ? ['*'] : textsOf(statement['Action']);
    const resources = 'NotResource' in statement ? ['*'] : 'Resource' in statement ? textsOf(statement['Resource']) : [''];
    const condition = statement['Condition'] === undefined ? '' : JSON.stringify(statement['Condition']);
    const principals = principalsOf(statement['Principal']);
    return actions.flatMap((action) => resources.map((resource) => ({ action, resource, condition, principals })));
  });
}

function principalsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}

/** `dynamodb:GetItem` as `read items of`; what follows is the name of the resource. */
const VERBS: Readonly<Record<string, readonly [verb: string, object: string]>> = {
  'dynamodb:GetItem': ['read', 'items of'],
  'dynamodb:BatchGetItem': ['read', 'items of'],
  'dynamodb:Query': ['query', 'items of'],
  'dynamodb:Scan': ['list', 'items of'],
  'dynamodb:PutItem': ['write', 'items of'],
  'dynamodb:UpdateItem': ['change', 'items of'],
  'dynamodb:BatchWriteItem': ['write', 'items of'],
  'dynamodb:DeleteItem': ['delete', 'items of'],
  'dynamodb:ConditionCheckItem': ['check', 'items of'],
  'dynamodb:GetRecords': ['follow', 'changes of'],
  'dynamodb:GetShardIterator': ['follow', 'changes of'],
  'dynamodb:DescribeStream': ['follow', 'changes of'],
  'dynamodb:ListStreams': ['follow', 'changes of'],
  's3:GetObject': ['read', 'files of'],
  's3:PutObject': ['write', 'files of'],
  's3:PutObjectTagging': ['tag', 'files of'],
  's3:DeleteObject': ['delete', 'files of'],
  's3:ListBucket': ['list', 'files of'],
  'sqs:SendMessage': ['send', 'messages to'],
  'sqs:ReceiveMessage': ['receive', 'messages of'],
  'sqs:DeleteMessage': ['receive', 'messages of'],
  'sqs:GetQueueAttributes': ['receive', 'messages of'],
  'sns:Publish': ['publish', 'to'],
  'sns:Subscribe': ['subscribe others', 'to'],
  'sns:Unsubscribe': ['end subscriptions', 'of'],
  'lambda:InvokeFunction': ['call', ''],
  'execute-api:ManageConnections': ['send', 'to connections of'],
  'secretsmanager:GetSecretValue': ['read', 'the secret'],
  'cognito-idp:ListUsers': ['search', 'users of'],
  'cognito-idp:ListUsersInGroup': ['list', 'members of groups of'],
  'cognito-idp:AdminAddUserToGroup': ['add', 'users to groups of'],
  'cognito-idp:AdminRemoveUserFromGroup': ['remove', 'users from groups of'],
  'cognito-idp:AdminUpdateUserAttributes': ['change', 'users of'],
  'rds-db:connect': ['connect', 'to'],
  'kms:Decrypt': ['decrypt', 'with'],
  'logs:CreateLogStream': ['write', 'logs to'],
  'logs:PutLogEvents': ['write', 'logs to'],
};

/** `read and write items of Order, follow changes of Order`. */
export function actionsInWords(actions: readonly string[], name: string): string {
  const byObject = new Map<string, Set<string>>();
  const add = (object: string, verb: string): void => {
    const verbs = byObject.get(object);
    if (verbs === undefined) byObject.set(object, new Set([verb]));
    else verbs.add(verb);
  };
  for (const action of actions) {
    const [verb, object] = VERBS[action] ?? [`do ${action}`, 'on'];
    add(object, verb);
  }
  return [...byObject]
    .map(([object, verbs]) => [joined([...verbs].sort(compareText)), object, name].filter(Boolean).join(' '))
    .join('; ');
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
