/** Limits of Amazon RDS, and of functions in a private network, that can be checked before anything is deployed. */
import type { DiagnosticSink } from '../../compiler/diagnostics/diagnostic.js';
import type { PlannedFunction, PlannedResource } from '../../compiler/ir/stage-plan.js';
import { type Credential, initialDatabase, type RelationalDatabaseNode } from '../../compiler/kinds/relational-database.js';
import { databaseCodes } from './codes/databases.js';
import { ENGINES } from './database-classes.js';
import { groupsOf, isOutOfReach, servicesOf } from './network.js';
import type { PlanView } from './plan-view.js';

/** docs.aws.amazon.com/lambda/latest/dg/API_VpcConfig.html: security groups of a function */
const MOST_GROUPS = 5;
/** Of Amazon RDS for PostgreSQL. */
const RESERVED_NAME = 'db';

export function checkDatabase({ node }: PlannedResource<RelationalDatabaseNode>, view: PlanView, sink: DiagnosticSink): void {
  const report = sink.for(databaseCodes);
  const stages = [view.settings.stage];
  const { username, password, storage, free } = ENGINES[node.language];
  const database = { database: node.name, language: node.language };

  if (node.language === 'POSTGRESQL' && initialDatabase(node) === RESERVED_NAME) {
    report.report('NIM3080', { ...database, what: 'name', problem: 'is reserved by the server' }, node.databaseName.span, {
      stages,
    });
  }
  const user = literal(node.username.value);
  if (user !== null) {
    const problem = usernameProblem(user, username);
    if (problem !== null) report.report('NIM3080', { ...database, what: 'username', problem }, node.username.span, { stages });
  }
  const secret = literal(node.password.value);
  if (secret !== null) {
    const problem = passwordProblem(secret, password);
    if (problem !== null) report.report('NIM3080', { ...database, what: 'password', problem }, node.password.span, { stages });
  }
  const { gigabytes, span } = node.storage;
  if (gigabytes < storage.min || gigabytes > storage.max) {
    report.report('NIM3081', { ...database, gigabytes, min: storage.min, max: storage.max }, span, { stages });
  }
  if (!free && node.instance === null && node.size.value === 'FREE') {
    report.report('NIM3082', { ...database, instance: ENGINES[node.language].classes.FREE }, node.size.span, { stages });
  }
}

/** Null when part of it is only known when deploying. */
function literal(value: Credential): string | null {
  return value.every((part) => typeof part === 'string') ? value.join('') : null;
}

function usernameProblem(
  text: string,
  { max, reserved }: { readonly max: number; readonly reserved: readonly string[] },
): string | null {
  if (text.length > max) return `has ${text.length} characters, and may have ${max}`;
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(text)) return 'may have letters, digits and "_" only, and begins with a letter';
  return reserved.includes(text.toLowerCase()) ? 'is reserved by the server' : null;
}

/** Says nothing about what the password is. */
function passwordProblem(text: string, { min, max }: { readonly min: number; readonly max: number }): string | null {
  if (text.length < min || text.length > max) return `must have ${min} to ${max} characters`;
  return /[^!-~]|[/"@]/.test(text) ? 'may have printable ASCII characters only, but no space, "/", "@" or double quote' : null;
}

/** What a function in a private network can do without. */
export function checkNetwork(fn: PlannedFunction, view: PlanView, sink: DiagnosticSink): void {
  const groups = groupsOf(fn, view);
  if (groups.length === 0) return;
  const report = sink.for(databaseCodes);
  const stages = [view.settings.stage];
  if (groups.length > MOST_GROUPS) {
    report.report('NIM3083', { fn: fn.node.name, databases: groups.length, limit: MOST_GROUPS }, fn.node.source, { stages });
  }
  if (servicesOf(fn, view).some(isOutOfReach)) report.report('NIM3084', { fn: fn.node.name }, fn.node.source, { stages });
}
