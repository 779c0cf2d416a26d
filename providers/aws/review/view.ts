/** The changes of a plan with what they mean: which are nimbusc's, what they are called, and which line makes them. */
import type { JsonObject, JsonValue } from '../../../compiler/ir/json.js';
import type { GraphJson } from '../../../compiler/ir/serialise.js';
import type { SourceLine } from '../../../compiler/review/model.js';
import type { BuildFacts, PlannedChange, PlannedChanges } from '../../../compiler/review/plan.js';
import { functionId } from '../names.js';
import { block, changedSettings, isMarked, isObject, listOf, markOf, SOURCE_TAG, textOf } from './values.js';

export const FUNCTION = 'aws_lambda_function';

export interface ReviewView {
  readonly plan: PlannedChanges;
  readonly build: BuildFacts;
  readonly project: string | null;
  readonly stage: string | null;
  get(address: string): PlannedChange | undefined;
  subject(address: string): string;
  source(address: string): SourceLine | null;
  isOwn(address: string): boolean;
  /** The address of what an ARN, or a template with a reference, means. */
  meaning(text: string): string | null;
  /** A template with what it refers to put in; null while that is not known. */
  resolve(template: JsonValue): JsonValue;
  changed(change: PlannedChange): readonly string[];
  /** Nothing of its own changes: what does is not known before that of others is. */
  follows(change: PlannedChange): boolean;
}

export function reviewView(plan: PlannedChanges, build: BuildFacts): ReviewView {
  const byAddress = new Map<string, PlannedChange>();
  // A leftover object has the address of the one that is in use.
  for (const change of plan.changes) if (!change.deposed) byAddress.set(change.address, change);
  const sameName = namesOf(plan.changes);
  const arns = arnsOf(plan.changes);
  const changed = remember((change: PlannedChange) => changedSettings(change, plan));
  const anchor = remember((address: string) => anchorOf(address, byAddress, sameName, plan));
  const functions = functionNames(build.graph);
  const { project, stage } = build.graph ?? identityOf(plan.changes);
  const get = (address: string): PlannedChange | undefined => byAddress.get(address);

  const subject = remember((address: string): string => {
    const change = get(address);
    const name = change?.name ?? (address.split('.').at(-1) as string);
    const at = change?.module === undefined || change.module === '' ? '' : `${change.module}.`;
    const fn = get(`${at}${FUNCTION}.${name}`);
    if (fn !== undefined && !OWN_NAMES.has(change?.type ?? '')) return functions.get(name) ?? functionFrom(fn, project, stage);
    if (change?.type === 'aws_apigatewayv2_route') {
      return textOf(change.after?.['route_key']) ?? textOf(change.before?.['route_key']) ?? name;
    }
    return name;
  });

  return {
    plan,
    build,
    project,
    stage,
    get,
    subject,
    changed,
    source: remember((address: string) => lineOf(byAddress.get(anchor(address) ?? ''))),
    isOwn: (address) => anchor(address) !== null,
    meaning: (text) => meaningOf(text, arns),
    resolve: (template) => resolved(template, get),
    follows(change) {
      if (change.action === 'replace') {
        if (change.reason === 'replace_by_triggers') return true;
        const paths = change.replacePaths;
        return paths.length > 0 && paths.every((path) => isMarked(markOf(change.unknown, path)));
      }
      if (change.action !== 'update') return false;
      const keys = changed(change);
      return keys.length > 0 && keys.every((key) => isMarked(markOf(change.unknown, key)));
    },
  };
}

/** Types whose resources share names with functions only by accident. */
const OWN_NAMES = new Set(['aws_dynamodb_table', 'aws_sqs_queue', 'aws_sns_topic', 'aws_s3_bucket', 'aws_apigatewayv2_api']);

function remember<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (known.has(key)) return known.get(key) as V;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}

function namesOf(changes: readonly PlannedChange[]): ReadonlyMap<string, readonly PlannedChange[]> {
  const found = new Map<string, PlannedChange[]>();
  for (const change of changes) {
    const key = `${change.module} ${change.name}`;
    const same = found.get(key);
    if (same === undefined) found.set(key, [change]);
    else same.push(change);
  }
  return found;
}

function tagsOf(values: JsonObject | null): JsonObject | null {
  const tags = values?.['tags'];
  return isObject(tags) && (tags['nimbus:project'] !== undefined || tags['nimbus:stage'] !== undefined) ? tags : null;
}

function isTagged(change: PlannedChange): boolean {
  return (tagsOf(change.after) ?? tagsOf(change.before)) !== null;
}

/** What carries the tags for a resource: itself, one of the same name, or one that it refers to; functions come first. */
function anchorOf(
  address: string,
  byAddress: ReadonlyMap<string, PlannedChange>,
  sameName: ReadonlyMap<string, readonly PlannedChange[]>,
  plan: PlannedChanges,
): string | null {
  const change = byAddress.get(address);
  if (change === undefined) return null;
  if (isTagged(change)) return address;
  const best = (candidates: readonly PlannedChange[]): string | null => {
    const tagged = candidates.filter(isTagged);
    return (tagged.find(({ type }) => type === FUNCTION) ?? tagged[0])?.address ?? null;
  };
  const twins = (sameName.get(`${change.module} ${change.name}`) ?? []).filter(isTagged);
  // A function of the same name is the answer, whatever else they lead to.
  const own = twins.find(({ type }) => type === FUNCTION);
  if (own !== undefined && plan.refersTo(address, own.address, 'after')) return own.address;
  const references = [...plan.references(address, 'after'), ...plan.references(address, 'before')];
  const linked = references.flatMap((one) => byAddress.get(one) ?? []);
  // What has a name in common but is of another project is only found by what it refers to.
  return best(twins.filter((one) => linked.includes(one))) ?? best(linked);
}

function lineOf(change: PlannedChange | undefined): SourceLine | null {
  if (change === undefined) return null;
  for (const side of ['after', 'before'] as const) {
    const tag = textOf(tagsOf(change[side])?.[SOURCE_TAG]);
    const [, file = '', line = ''] = /^(.+):(\d{1,9})$/u.exec(tag ?? '') ?? [];
    if (file !== '') return { file, line: Math.max(1, Number(line)), side };
  }
  return null;
}

/** The project and the stage that resources are tagged with. */
export function identityOf(changes: readonly PlannedChange[]): {
  readonly project: string | null;
  readonly stage: string | null;
} {
  for (const side of ['after', 'before'] as const) {
    for (const change of changes) {
      const tags = tagsOf(change[side]);
      if (tags !== null) return { project: textOf(tags['nimbus:project']), stage: textOf(tags['nimbus:stage']) };
    }
  }
  return { project: null, stage: null };
}

/** `Chat.onMessage` by `Chat_onMessage`. */
function functionNames(graph: GraphJson | null): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, options } of graph?.nodes ?? []) {
    if (!isObject(options)) continue;
    const { class: className, method } = options;
    if (typeof className === 'string' && typeof method === 'string') found.set(functionId(className, method), String(name));
  }
  return found;
}

/** `<project>-<stage>-<Class>-<method>`; where it was cut, the name in the module is all there is. */
function functionFrom(fn: PlannedChange, project: string | null, stage: string | null): string {
  const tags = tagsOf(fn.before) ?? tagsOf(fn.after);
  const prefix = `${textOf(tags?.['nimbus:project']) ?? project}-${textOf(tags?.['nimbus:stage']) ?? stage}-`;
  const name = textOf(fn.before?.['function_name']) ?? textOf(fn.after?.['function_name']) ?? '';
  const parts = name.startsWith(prefix) ? name.slice(prefix.length).split('-') : [];
  return parts.length === 2 ? parts.join('.') : fn.name.replace('_', '.');
}

const IDENTITIES = ['arn', 'execution_arn', 'stream_arn', 'invoke_arn'];

function arnsOf(changes: readonly PlannedChange[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { address, type, before, after } of changes) {
    // Aliases and versions of others have ARNs that begin alike; who owns the ARN is asked first.
    for (const values of [before, after]) {
      if (values === null) continue;
      const { id } = values;
      if (type === 'aws_security_group' && typeof id === 'string') found.set(id, address);
      for (const key of IDENTITIES) {
        const arn = values[key];
        if (typeof arn === 'string' && arn.startsWith('arn:') && (!found.has(arn) || type === FUNCTION)) found.set(arn, address);
      }
    }
  }
  return found;
}

/** Templates of modules inside modules say nothing of theirs; nimbusc emits none. */
const REFERENCE = /\$\{\s*([a-z0-9]+_[a-z0-9_]+)\.([A-Za-z_][\w-]*)(?:\[[^\]]*\])?\./u;

function meaningOf(text: string, arns: ReadonlyMap<string, string>): string | null {
  const [, type, name] = REFERENCE.exec(text) ?? [];
  if (type !== undefined && name !== undefined) return `${type}.${name}`;
  // `<bucket>/*`, `<log group>:*`, `<table>/stream/<time>`, `<api>/<stage>/POST/@connections/*`
  for (let end = text.length; end > 0; end = Math.max(text.lastIndexOf('/', end - 1), text.lastIndexOf(':', end - 1))) {
    const known = arns.get(text.slice(0, end));
    if (known !== undefined) return known;
  }
  return null;
}

const REFERENCES = /\$\{\s*([a-z0-9]+_[a-z0-9_]+\.[A-Za-z_][\w-]*)\.([a-z_]+)\s*\}/gu;

function resolved(template: JsonValue, get: (address: string) => PlannedChange | undefined): JsonValue {
  if (typeof template !== 'string') return template;
  let known = true;
  const text = template.replace(REFERENCES, (_, address: string, key: string) => {
    const change = get(address);
    const value = isMarked(markOf(change?.unknown, key)) ? undefined : change?.after?.[key];
    if (typeof value !== 'string') known = false;
    return String(value);
  });
  return known ? text : null;
}

/** What a nested block says before and after. */
export function blocks(change: PlannedChange, key: string): readonly [JsonObject | null, JsonObject | null] {
  return [block(change.before?.[key]), block(change.after?.[key])];
}

export function entriesOf(value: JsonValue | undefined): readonly JsonObject[] {
  return listOf(value).filter(isObject);
}
