/**
 * Relational databases in AWS: an instance of Amazon RDS in the private network of the stage, open to the members of its access
 * group only, and a secret with its user and password, which those functions read when they connect.
 */
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import {
  type Credential,
  type DatabaseOperation,
  initialDatabase,
  type RelationalDatabaseNode,
} from '../../../compiler/kinds/relational-database.js';
import { checkDatabase } from '../database-checks.js';
import { ENGINES } from '../database-classes.js';
import { address, isProtected, tags } from '../handles.js';
import { fragment, type Grant, type KindLowering, part } from '../lowering.js';
import { classId } from '../names.js';
import { SECURITY_GROUP, SUBNET_IDS, VPC } from '../network.js';
import type { PlanView } from '../plan-view.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, expression, ref, render, type Template } from '../template.js';
import { escapeTemplate } from '../text.js';

const INSTANCE = 'aws_db_instance';
const SECRET = 'aws_secretsmanager_secret';
const SECRET_VERSION = 'aws_secretsmanager_secret_version';

/** docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const nameRule = { what: 'RDS instance', min: 1, max: 63 };
/** `<name>.<hash>.<region>.rds.amazonaws.com.cn:65535` */
const ENDPOINT_MAX = nameRule.max + '.abcdefghijkl.ap-southeast-99.rds.amazonaws.com.cn:65535'.length;
/** AWS appends a dash and six characters to a secret's name. */
const SECRET_END = 7;
/** Accounts on AWS's free plan may keep backups for a day. */
const BACKUP_DAYS = { free: 1, other: 7 };

const actions: { readonly [O in DatabaseOperation]: readonly Grant[] } = {
  connect: [{ actions: ['secretsmanager:GetSecretValue'], on: 'secret' }],
};

type Database = PlannedResource<RelationalDatabaseNode>;

export const relationalDatabase: KindLowering<RelationalDatabaseNode> = {
  actions,
  nameRule,
  hasClient: true,
  address: () => INSTANCE,
  names: (node, { settings: { project, stage } }) => ({
    logicalId: classId(node.name),
    physicalName: instanceName(`${project}-${stage}-${node.databaseName.value}`),
  }),
  arn: (database) => secretArn(database),
  attribute(database, attribute) {
    if (attribute === 'endpoint') return [ref(`${address(INSTANCE, database.logicalId)}.endpoint`, ENDPOINT_MAX)];
    if (attribute === 'secret') return secretArn(database);
    throw new Error(`a relational database has no attribute ${attribute}`);
  },
  accessGroup: ({ logicalId }) => clientsId(logicalId),
  variables: ({ username, password }) =>
    [username, password].flatMap(({ value, span }) =>
      value.flatMap((text) => (typeof text === 'string' ? [] : { name: text.variable, source: span })),
    ),
  check: checkDatabase,
  fragments: (database, view) => {
    const { logicalId } = database;
    const ends = [
      address(INSTANCE, logicalId),
      address(SECRET_VERSION, logicalId),
      address('aws_vpc_security_group_ingress_rule', logicalId),
      address('aws_vpc_security_group_egress_rule', logicalId),
    ];
    return [fragment(instance, instanceInput(database, view), ends)];
  },
};

/** Lower case letters, digits and single dashes, beginning with a letter. */
function instanceName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return /^[a-z]/.test(name) ? name : `db-${name}`;
}

const clientsId = (logicalId: string): string => `${logicalId}-clients`;
const serverId = (logicalId: string): string => `${logicalId}-server`;

function secretArn({ logicalId, physicalName }: Database): Template {
  const longest = arnLength('secretsmanager', `secret:${physicalName ?? ''}`.length + SECRET_END);
  return [ref(`${address(SECRET, logicalId)}.arn`, longest)];
}

type InstanceInput = {
  readonly id: string;
  readonly name: string;
  readonly engine: string;
  readonly version: string | null;
  readonly license: string | null;
  readonly port: number;
  readonly database: string | null;
  readonly username: string;
  readonly password: string;
  /** What the functions are told. */
  readonly secret: string;
  readonly instanceClass: string;
  readonly storage: number;
  readonly backupDays: number;
  readonly protected: boolean;
  readonly tags: { readonly [key: string]: string };
};

function instanceInput(database: Database, view: PlanView): InstanceInput {
  const { node, logicalId, physicalName, sourceTag } = database;
  const { engine, version, license, port, classes, named } = ENGINES[node.language];
  const username = template(node.username.value);
  const password = template(node.password.value);
  const { settings } = view;
  return {
    id: logicalId,
    name: escapeTemplate(physicalName ?? ''),
    ...{ engine, version, license, port },
    database: named ? initialDatabase(node) : null,
    username: render(username),
    password: render(password),
    secret: `\${jsonencode({"password" = ${expression(password)}, "username" = ${expression(username)}})}`,
    instanceClass: node.instance ?? classes[node.size.value],
    storage: node.storage.gigabytes,
    backupDays: node.instance === null && node.size.value === 'FREE' ? BACKUP_DAYS.free : BACKUP_DAYS.other,
    protected: isProtected(settings, address(INSTANCE, logicalId)),
    tags: tags(settings, sourceTag),
  };
}

/** Nothing is assumed about the length of values that come when deploying. */
function template(value: Credential): Template {
  return value.map((text) => (typeof text === 'string' ? text : ref(`var.${text.variable}`, 0)));
}

const instance = part({
  name: 'db-instance',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/db-instance/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/db-subnet-group/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/secretsmanager-secret/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/security-group/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js'))),
  }),
  build(bindings, input: InstanceInput, stack) {
    const { id, tags } = input;
    const secret = new bindings.SecretsmanagerSecret(stack, 'secret', {
      name: input.name,
      // else the name is taken for weeks, and a stage that was destroyed cannot be deployed again
      ...(input.protected ? {} : { recoveryWindowInDays: 0 }),
      tags,
    });
    block(secret, id);
    const version = { secretId: `\${${address(SECRET, id)}.id}`, secretString: input.secret };
    block(new bindings.SecretsmanagerSecretVersion(stack, 'secret-version', version), id);

    const group = (logicalId: string, name: string, description: string): string => {
      block(new bindings.SecurityGroup(stack, logicalId, { name, description, vpcId: VPC, tags }), logicalId);
      return `\${${address(SECURITY_GROUP, logicalId)}.id}`;
    };
    const clients = group(clientsId(id), `clients-of-${input.name}`, 'Functions that use the database');
    const server = group(serverId(id), `server-of-${input.name}`, 'The database');
    const port = { ipProtocol: 'tcp', fromPort: input.port, toPort: input.port, tags };
    const enter = { securityGroupId: server, referencedSecurityGroupId: clients, ...port };
    block(new bindings.VpcSecurityGroupIngressRule(stack, 'enter', enter), id);
    const leave = { securityGroupId: clients, referencedSecurityGroupId: server, ...port };
    block(new bindings.VpcSecurityGroupEgressRule(stack, 'leave', leave), id);

    block(new bindings.DbSubnetGroup(stack, 'subnets', { name: input.name, subnetIds: SUBNET_IDS, tags }), id);
    const made = new bindings.DbInstance(stack, 'instance', {
      identifier: input.name,
      engine: input.engine,
      ...(input.version === null ? {} : { engineVersion: input.version }),
      ...(input.license === null ? {} : { licenseModel: input.license }),
      ...(input.database === null ? {} : { dbName: input.database }),
      username: input.username,
      password: input.password,
      port: input.port,
      instanceClass: input.instanceClass,
      allocatedStorage: input.storage,
      storageType: 'gp3',
      storageEncrypted: true,
      publiclyAccessible: false,
      dbSubnetGroupName: `\${aws_db_subnet_group.${id}.name}`,
      vpcSecurityGroupIds: [server],
      backupRetentionPeriod: input.backupDays,
      copyTagsToSnapshot: true,
      ...(input.protected
        ? {
            deletionProtection: true,
            finalSnapshotIdentifier: `${input.name}-final`,
            lifecycle: { preventDestroy: true },
          }
        : { skipFinalSnapshot: true }),
      tags,
    });
    block(made, id);
  },
});
