/**
 * In: the output of `terraform show -json tfplan`. Out: its changes, or a sentence that says why it is no plan. Reads every
 * format since Terraform 0.12; what it does not know it leaves alone.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import { type PlannedChange, type PlannedChanges, withoutKeys } from './plan.js';

export type ReadPlan =
  | { readonly ok: true; readonly plan: PlannedChanges }
  | { readonly ok: false; readonly problem: string; readonly hint: string };

const SHOW = 'make it with: terraform plan -out=tfplan && terraform show -json tfplan > plan.json';

/** The newest major version of the format that is known; newer ones are read as far as they are alike. */
const KNOWN_MAJOR = 1;

export function readPlan(bytes: Uint8Array): ReadPlan {
  const no = (problem: string, hint: string = SHOW): ReadPlan => ({ ok: false, problem, hint });
  if (bytes.length === 0) return no('it is empty');
  // A saved plan is a zip file.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return no('it is the saved plan itself', SHOW);
  const text = textOf(bytes);
  let document: JsonValue;
  try {
    document = JSON.parse(text) as JsonValue;
  } catch {
    if (/^\s*\{"@level"/u.test(text)) return no('it is the log of `terraform plan -json`, which holds no values');
    return no('it is no JSON');
  }
  if (!isObject(document)) return no('it is no JSON object');
  const version = document['format_version'];
  if (typeof version !== 'string') return no('it has no "format_version"');
  const planned = ['planned_values', 'resource_changes', 'configuration', 'prior_state'].some((key) => key in document);
  if (!planned) {
    return 'values' in document || Object.keys(document).every((key) => ['format_version', 'terraform_version'].includes(key))
      ? no('it is a state, not a plan')
      : no('it has none of the parts of a plan');
  }
  if (document['resource_changes'] !== undefined && !Array.isArray(document['resource_changes'])) {
    return no('its "resource_changes" are no list');
  }
  return { ok: true, plan: planOf(document, version) };
}

/** PowerShell's `>` writes UTF-16 with a byte order mark. */
function textOf(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function planOf(document: JsonObject, version: string): PlannedChanges {
  const changes = listOf(document['resource_changes']).flatMap((one) => changeOf(one) ?? []);
  const drift = listOf(document['resource_drift']).flatMap((one) => changeOf(one) ?? []);
  const written = configurationOf(document['configuration']);
  const prior = priorReferences(document['prior_state']);
  const closures = new Map<string, readonly string[]>();
  return {
    of: 'plan',
    changes,
    drift,
    settings: (address, side) => (side === 'after' ? (written.get(withoutKeys(address))?.settings ?? null) : null),
    references(address, side) {
      if (side === 'before') return prior.get(address) ?? [];
      const key = withoutKeys(address);
      let found = closures.get(key);
      if (found === undefined) {
        found = closure(key, (one) => written.get(one)?.references ?? []);
        closures.set(key, found);
      }
      return found;
    },
    refersTo: (address, other, side) =>
      side === 'before'
        ? (prior.get(address) ?? []).includes(other)
        : reaches(withoutKeys(address), other, (one) => written.get(one)?.references ?? []),
    complete: document['errored'] !== true,
    notes: notesOf(document, version),
  };
}

function notesOf(document: JsonObject, version: string): readonly string[] {
  const notes: string[] = [];
  const major = Number(/^\d+/u.exec(version)?.[0] ?? Number.NaN);
  if (!(major <= KNOWN_MAJOR))
    notes.push(`The plan has format ${version}, which this nimbusc does not know; it was read like format ${KNOWN_MAJOR}.`);
  if (document['errored'] === true) notes.push('Planning ended in an error: the plan is incomplete and cannot be applied.');
  if (document['complete'] === false || listOf(document['deferred_changes']).length > 0) {
    notes.push('The plan is partial: after it was applied, another plan will have more changes.');
  }
  const unread = listOf(document['resource_changes']).filter((one) => changeOf(one) === null).length;
  if (unread > 0) notes.push(`${unread} entries of the plan could not be read.`);
  return notes;
}

/** Null for what is no change of a resource. */
function changeOf(entry: JsonValue): PlannedChange | null {
  if (!isObject(entry) || !isObject(entry['change'])) return null;
  const { address, type, name } = entry;
  const { change } = entry;
  if (typeof address !== 'string' || typeof type !== 'string') return null;
  const action = actionOf(change['actions'], entry['mode']);
  if (action === null) return null;
  const text = (key: string): string | null => (typeof entry[key] === 'string' ? (entry[key] as string) : null);
  return {
    address,
    module: text('module_address') ?? '',
    type,
    name: typeof name === 'string' ? name : '',
    action,
    before: objectOrNull(change['before']),
    after: objectOrNull(change['after']),
    unknown: change['after_unknown'] ?? false,
    sensitive: { before: change['before_sensitive'] ?? false, after: change['after_sensitive'] ?? false },
    replacePaths: listOf(change['replace_paths']).map(pathText).sort(compareText),
    reason: text('action_reason'),
    previousAddress: text('previous_address'),
    importing: isObject(change['importing']),
    deposed: entry['deposed'] !== undefined,
  };
}

/** `["server_side_encryption", 0, "enabled"]` as the setting it belongs to. */
function pathText(path: JsonValue): string {
  return Array.isArray(path) ? String(path[0] ?? '') : String(path);
}

function actionOf(actions: JsonValue | undefined, mode: JsonValue | undefined): PlannedChange['action'] | null {
  const names = listOf(actions ?? null).map(String);
  if (mode === 'data') return 'read';
  if (names.includes('create') && names.includes('delete')) return 'replace';
  // `create` with `forget`: a replacement that leaves the former object where it is.
  if (names.includes('create')) return 'create';
  const [first] = names;
  return first === 'no-op' || first === 'update' || first === 'delete' || first === 'forget' || first === 'read' ? first : null;
}

interface Written {
  readonly settings: JsonObject;
  /** Direct ones. */
  readonly references: readonly string[];
}

/** What the modules say of each resource: constants as they are, and of expressions what they refer to. */
function configurationOf(configuration: JsonValue | undefined): ReadonlyMap<string, Written> {
  const found = new Map<string, Written>();
  const visit = (module: JsonValue | undefined, prefix: string): void => {
    if (!isObject(module)) return;
    for (const resource of listOf(module['resources'])) {
      if (!isObject(resource) || typeof resource['address'] !== 'string') continue;
      const expressions = objectOrNull(resource['expressions']) ?? {};
      const references = new Set<string>();
      collectReferences(expressions, references);
      for (const one of listOf(resource['depends_on'])) if (typeof one === 'string') references.add(addressIn(one) ?? one);
      const settings = Object.fromEntries(Object.entries(expressions).map(([key, value]) => [key, constantOf(value)]));
      found.set(`${prefix}${resource['address']}`, {
        settings,
        references: [...references].map((one) => `${prefix}${one}`),
      });
    }
    for (const [name, call] of Object.entries(objectOrNull(module['module_calls']) ?? {})) {
      if (isObject(call)) visit(call['module'], `${prefix}module.${name}.`);
    }
  };
  if (isObject(configuration)) visit(configuration['root_module'], '');
  return found;
}

/** `{ "constant_value": 1 }` as 1; nested blocks as they are nested; what is no constant as null. */
function constantOf(expression: JsonValue): JsonValue {
  if (Array.isArray(expression)) return expression.map(constantOf);
  if (!isObject(expression)) return null;
  if ('constant_value' in expression) return expression['constant_value'] as JsonValue;
  if ('references' in expression) return null;
  return Object.fromEntries(Object.entries(expression).map(([key, value]) => [key, constantOf(value)]));
}

function collectReferences(expression: JsonValue, into: Set<string>): void {
  if (Array.isArray(expression)) {
    for (const one of expression) collectReferences(one, into);
  } else if (isObject(expression)) {
    for (const [key, value] of Object.entries(expression)) {
      if (key === 'constant_value') continue;
      if (key !== 'references') collectReferences(value, into);
      else for (const one of listOf(value)) if (typeof one === 'string') addTo(into, addressIn(one));
    }
  }
}

function addTo(set: Set<string>, value: string | null): void {
  if (value !== null) set.add(value);
}

/** `aws_sqs_queue.orders` of `aws_sqs_queue.orders.arn`; null for variables, locals and outputs of modules. */
export function addressIn(reference: string): string | null {
  const found = /^(?:data\.)?([a-z0-9]+_[a-z0-9_]+)\.([A-Za-z_][\w-]*)/u.exec(withoutKeys(reference));
  return found === null || reference.startsWith('data.') ? null : `${found[1]}.${found[2]}`;
}

export function closure(start: string, next: (address: string) => readonly string[]): readonly string[] {
  const seen = new Set<string>([start]);
  const open = [start];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const other of next(one)) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  seen.delete(start);
  return [...seen].sort(compareText);
}

/** Whether `goal` is in the closure, without making it: that of a resource which depends on all others is large. */
export function reaches(start: string, goal: string, next: (address: string) => readonly string[]): boolean {
  const seen = new Set<string>([start]);
  const open = [start];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const others = next(one);
    if (others.includes(goal)) return true;
    for (const other of others) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return false;
}

/** The state names with each resource all that it depends on. */
function priorReferences(state: JsonValue | undefined): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (module: JsonValue | undefined): void => {
    if (!isObject(module)) return;
    for (const resource of listOf(module['resources'])) {
      if (!isObject(resource) || typeof resource['address'] !== 'string') continue;
      const names = listOf(resource['depends_on']).filter((one) => typeof one === 'string');
      found.set(resource['address'], names.map(String).sort(compareText));
    }
    for (const child of listOf(module['child_modules'])) visit(child);
  };
  const values = isObject(state) ? state['values'] : undefined;
  if (isObject(values)) visit(values['root_module']);
  return found;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOrNull(value: JsonValue | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
