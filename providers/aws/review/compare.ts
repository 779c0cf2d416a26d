/**
 * In: the modules of a stage from two states of the source. Out: the changes that Terraform would plan from the one to the
 * other, as far as that follows from the modules alone. Which settings force a replacement is known by table.
 */
import type { JsonObject, JsonValue } from '../../../compiler/ir/json.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { ModuleFacts, PlannedChange, PlannedChanges } from '../../../compiler/review/plan.js';
import { closure, reaches } from '../../../compiler/review/read-plan.js';
import { forcesNew, sensitiveSettings, staysWhenAbsent } from './forces-new.js';
import { BYTES, isMarked, isObject, isSame, listOf, textOf } from './values.js';

/** As a module has it. What is asked of few of them is found when it is asked. */
class Resource {
  private found: JsonObject | null = null;
  private directly: readonly string[] | null = null;
  private used: readonly string[] | null = null;

  constructor(
    readonly type: string,
    readonly name: string,
    /** As it is written. */
    readonly block: JsonObject,
    private readonly find: (block: JsonObject) => JsonObject,
  ) {}

  get written(): JsonObject {
    return Object.fromEntries(Object.entries(this.block).filter(([key]) => !META.has(key)));
  }

  /** With references to literal settings of others put in. */
  get values(): JsonObject {
    this.found ??= this.find(this.written);
    return this.found;
  }

  get references(): readonly string[] {
    const { depends_on: after } = this.block;
    this.directly ??= [...new Set([...referencesIn(this.written), ...listOf(after).map(String)])].sort(compareText);
    return this.directly;
  }

  /** What its values still refer to. */
  get uses(): readonly string[] {
    this.used ??= [...new Set(referencesIn(this.values))];
    return this.used;
  }

  get replacedWith(): readonly string[] {
    const { lifecycle } = this.block;
    const triggers = isObject(lifecycle) ? listOf(lifecycle['replace_triggered_by']) : [];
    return triggers.map((one) => String(one).split('.').slice(0, 2).join('.'));
  }

  withValues(change: (values: JsonObject) => JsonObject): Resource {
    return new Resource(this.type, this.name, this.block, () => change(this.values));
  }
}

type Module = ReadonlyMap<string, Resource>;

/** No settings of the resource, but of how Terraform treats it. */
const META = new Set(['depends_on', 'lifecycle', 'provider', 'provisioner', 'connection', 'count', 'for_each']);

const NOTHING: ModuleFacts = { text: '{}', bytes: new Map(), otherCode: new Set() };

export function compareModules(before: ModuleFacts | null, after: ModuleFacts | null): PlannedChanges {
  const [former, now] = [moduleOf(before ?? NOTHING), moduleOf(after ?? NOTHING)];
  const moves = movesOf(after ?? NOTHING, former);
  const untouched = moves.size === 0 ? untouchedBy(former, now, after?.otherCode ?? NOTHING.otherCode) : new Set<string>();
  const changes = changesOf(withMoves(former, moves), now, moves, untouched);
  const sides = { before: former, after: now };
  const closures = new Map<string, readonly string[]>();
  return {
    of: 'source',
    changes,
    drift: [],
    settings: (address, side) => sides[side].get(address)?.written ?? null,
    references(address, side) {
      const key = `${side} ${address}`;
      const found = closures.get(key) ?? closure(address, (one) => sides[side].get(one)?.references ?? []);
      closures.set(key, found);
      return found;
    },
    refersTo: (address, other, side) => reaches(address, other, (one) => sides[side].get(one)?.references ?? []),
    complete: true,
    notes: [],
  };
}

/** New address to old one, from `moved` blocks, over several of them where a thing was moved more than once. */
function movesOf({ text }: ModuleFacts, former: Module): ReadonlyMap<string, string> {
  const { moved } = JSON.parse(text) as JsonObject;
  const steps = new Map<string, string>();
  for (const one of listOf(moved)) {
    const [from, to] = isObject(one) ? [textOf(one['from']), textOf(one['to'])] : [null, null];
    if (from !== null && to !== null) steps.set(to, from);
  }
  const origin = (to: string): string | undefined => {
    // What has its address already was moved before.
    const seen = new Set<string>();
    let at: string | undefined = to;
    while (at !== undefined && !former.has(at) && !seen.has(at)) {
      seen.add(at);
      at = steps.get(at);
    }
    return at;
  };
  return new Map(
    [...steps.keys()].flatMap((to) => {
      const from = origin(to);
      return from === undefined || from === to || !former.has(from) ? [] : [[to, from] as const];
    }),
  );
}

/** Terraform moves what others refer to before it compares, so a reference to it is none to something else. */
function withMoves(former: Module, moves: ReadonlyMap<string, string>): Module {
  if (moves.size === 0) return former;
  const newNames = new Map([...moves].map(([to, from]) => [from, to]));
  const renamed = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map((one: JsonValue) => renamed(one));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one)]));
    if (typeof value !== 'string' || !value.includes('${')) return value;
    return value.replace(/\$\{[^}]*\}/gu, (expression) =>
      expression.replace(ANY_REFERENCE, (reference, address: string) => {
        const to = newNames.get(address);
        return to === undefined ? reference : `${to}${reference.slice(address.length)}`;
      }),
    );
  };
  return new Map([...former].map(([address, one]) => [address, one.withValues((values) => renamed(values) as JsonObject)]));
}

function zipOf({ filename }: JsonObject): string {
  const file = textOf(filename);
  return file === null ? '' : file.slice(file.lastIndexOf('artifacts/'));
}

function moduleOf({ text, bytes, otherCode }: ModuleFacts): Module {
  const { resource } = JSON.parse(text) as {
    readonly resource?: { readonly [type: string]: { readonly [name: string]: JsonObject } };
  };
  const found = new Map<string, Resource>();
  const blocks = new Map<string, JsonObject>();
  for (const [type, named] of Object.entries(resource ?? {}))
    for (const [name, one] of Object.entries(named)) blocks.set(`${type}.${name}`, one);
  const valuesOf = (written: JsonObject): JsonObject => {
    const zip = zipOf(written);
    const size = bytes.get(zip);
    return {
      ...(resolve(written, blocks, 0) as JsonObject),
      ...(size === undefined ? {} : { [BYTES]: size }),
      ...(otherCode.has(zip) ? { source_code_hash: '(other packages)' } : {}),
    };
  };
  for (const [address, block] of blocks) {
    const [type = '', name = ''] = address.split('.');
    found.set(address, new Resource(type, name, block, valuesOf));
  }
  return found;
}

const REFERENCE = /\$\{\s*([a-z0-9]+_[a-z0-9_]+\.[A-Za-z_][\w-]*)\.([a-z_]+)\s*\}/gu;
const ANY_REFERENCE = /(?<![\w.-])([a-z0-9]+_[a-z0-9_]+\.[A-Za-z_][\w-]*)\.[a-z_]+/gu;

/** `${aws_iam_role.X.name}` as the name, where that is written as it is. */
function resolve(value: JsonValue, blocks: ReadonlyMap<string, JsonObject>, depth: number): JsonValue {
  if (typeof value === 'string') {
    if (!value.includes('${') || depth > 3) return value;
    return value.replace(REFERENCE, (reference, address: string, key: string) => {
      const literal = blocks.get(address)?.[key];
      return typeof literal === 'string' ? String(resolve(literal, blocks, depth + 1)) : reference;
    });
  }
  if (Array.isArray(value)) return value.map((one: JsonValue) => resolve(one, blocks, depth));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, blocks, depth)]));
}

function referencesIn(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one: JsonValue) => referencesIn(one));
  if (isObject(value)) return Object.values(value).flatMap(referencesIn);
  if (typeof value !== 'string' || !value.includes('${')) return [];
  return [...value.matchAll(/\$\{[^}]*\}/gu)].flatMap(([expression]) =>
    [...expression.matchAll(ANY_REFERENCE)].map(([, address]) => address as string),
  );
}

/** What is written alike on both sides, and refers, over others too, to nothing that is not: nearly all of a large stage. */
function untouchedBy(before: Module, after: Module, otherCode: ReadonlySet<string>): ReadonlySet<string> {
  const touched = new Set<string>();
  const users = new Map<string, string[]>();
  for (const [address, resource] of after) {
    const isSameText = JSON.stringify(before.get(address)?.block) === JSON.stringify(resource.block);
    if (!isSameText || otherCode.has(zipOf(resource.block))) touched.add(address);
    for (const one of [...resource.references, ...resource.replacedWith]) {
      const known = users.get(one);
      if (known === undefined) users.set(one, [address]);
      else known.push(address);
    }
  }
  for (const address of before.keys()) if (!after.has(address)) touched.add(address);
  // A set is walked to its end, what is added on the way included.
  for (const address of touched) for (const user of users.get(address) ?? []) touched.add(user);
  return new Set([...after.keys()].filter((address) => !touched.has(address)));
}

/** What is made anew makes anew, or changes, what refers to it; so this is tried until nothing is added. */
function changesOf(
  before: Module,
  after: Module,
  moves: ReadonlyMap<string, string>,
  untouched: ReadonlySet<string>,
): readonly PlannedChange[] {
  const formerOf = (address: string): string => moves.get(address) ?? address;
  const created = new Set([...after.keys()].filter((address) => !before.has(formerOf(address))));
  const made = new Set(created);
  const changes = new Map<string, PlannedChange>();
  let fresh: ReadonlySet<string> = new Set(after.keys());
  for (let round = 0; fresh.size > 0; round++) {
    const replaced = new Set<string>();
    for (const [address, resource] of after) {
      if (untouched.has(address)) {
        const { type, name, values } = resource;
        if (round === 0) changes.set(address, planned(address, type, name, 'no-op', values, values));
        continue;
      }
      // What refers to nothing that has become new since is what it was.
      if (round > 0 && ![...resource.uses, ...resource.replacedWith].some((one) => fresh.has(one))) continue;
      const change = changeOf(address, before.get(formerOf(address)), resource, formerOf(address), { made, created });
      changes.set(address, change);
      if (change.action === 'replace' && !made.has(address)) replaced.add(address);
    }
    for (const address of replaced) made.add(address);
    fresh = replaced;
  }
  const kept = new Set([...after.keys()].map(formerOf));
  const gone = [...before]
    .filter(([address]) => !kept.has(address))
    .map(([address, { type, name, values }]) => planned(address, type, name, 'delete', values, null));
  return [...changes.values(), ...gone];
}

function planned(
  address: string,
  type: string,
  name: string,
  action: PlannedChange['action'],
  before: JsonObject | null,
  after: JsonObject | null,
  more: Partial<PlannedChange> = {},
): PlannedChange {
  return {
    address,
    module: '',
    type,
    name,
    action,
    before,
    after,
    unknown: {},
    sensitive: { before: sensitiveSettings(type), after: sensitiveSettings(type) },
    replacePaths: [],
    reason: null,
    previousAddress: null,
    importing: false,
    deposed: false,
    ...more,
  };
}

function changeOf(
  address: string,
  former: Resource | undefined,
  now: Resource,
  formerAddress: string,
  { made, created }: { readonly made: ReadonlySet<string>; readonly created: ReadonlySet<string> },
): PlannedChange {
  const { type, name } = now;
  // Nearly all refer to nothing that is new.
  const { known, unknown } = now.uses.some((one) => made.has(one))
    ? knownPart(now.values, made)
    : { known: now.values, unknown: {} };
  const previousAddress = former !== undefined && formerAddress !== address ? formerAddress : null;
  if (former === undefined) return planned(address, type, name, 'create', null, known, { unknown });
  const marks = isObject(unknown) ? unknown : {};
  const keys = [...new Set([...Object.keys(former.values), ...Object.keys(known), ...Object.keys(marks)])].filter(
    (key) => key !== BYTES,
  );
  const stays = (key: string): boolean => !(key in now.values) && staysWhenAbsent(type, key);
  const changed = keys.filter((key) => isMarked(marks[key]) || (!stays(key) && !isSame(former.values[key], known[key])));
  const forced = changed.filter((key) => forcesNew(type, key)).sort(compareText);
  // What is new sets off nothing: only a change of something that was there does.
  const triggered = now.replacedWith.some((one) => made.has(one) && !created.has(one));
  const action = forced.length > 0 || triggered ? 'replace' : changed.length > 0 ? 'update' : 'no-op';
  const kept = Object.fromEntries(keys.filter(stays).map((key) => [key, former.values[key] ?? null]));
  return planned(
    address,
    type,
    name,
    action,
    former.values,
    { ...known, ...kept },
    {
      unknown,
      previousAddress,
      replacePaths: forced,
      reason: triggered ? 'replace_by_triggers' : null,
    },
  );
}

/** Without what refers to something that is yet to be made; that is marked, as in a plan. */
function knownPart(value: JsonObject, made: ReadonlySet<string>): { readonly known: JsonObject; readonly unknown: JsonValue } {
  const [known, unknown] = split(value, made);
  return { known: isObject(known) ? known : {}, unknown };
}

function split(value: JsonValue, made: ReadonlySet<string>): readonly [known: JsonValue | undefined, unknown: JsonValue] {
  if (typeof value === 'string') return referencesIn(value).some((one) => made.has(one)) ? [undefined, true] : [value, false];
  if (Array.isArray(value)) {
    const parts = value.map((one: JsonValue) => split(one, made));
    return [parts.map(([known]) => known ?? null), parts.map(([, unknown]) => unknown)];
  }
  if (!isObject(value)) return [value, false];
  const parts = Object.entries(value).map(([key, one]) => [key, split(one, made)] as const);
  return [
    Object.fromEntries(parts.flatMap(([key, [known]]) => (known === undefined ? [] : [[key, known]]))),
    Object.fromEntries(parts.flatMap(([key, [, unknown]]) => (isMarked(unknown) ? [[key, unknown]] : []))),
  ];
}
