/** In: the bodies of the project and a handler. Out: what it can reach of clients, with places and chains of calls. */

import type { FunctionNode } from '../../../ir/graph.js';
import type { Reached, ReachedCall, ReachedClient, ReachedPlace, ReachedTarget } from '../../../ir/reached.js';
import { compareSpans, compareText } from '../../../ir/span.js';
import type { Operation } from '../../../kinds/definition.js';
import { NO_ARGS, UNKNOWN_ARGS } from './arguments.js';
import type { ClientGetters } from './clients.js';
import { construct } from './construction.js';
import { awaitValue, serialise } from './conversions.js';
import { type EscapeReason, Machine, type SeenCall } from './machine.js';
import { send } from './members.js';
import { bindingTo, loadModule } from './modules.js';
import type { ReachProgram } from './program.js';
import { type Activation, Cell, type Client, type Site } from './values.js';

export type Handler = Pick<FunctionNode, 'module' | 'exportName' | 'className' | 'method' | 'factory'>;

const HOW: { readonly [R in EscapeReason]: string } = {
  'handed-out': 'is handed to code that nimbusc does not follow',
  computed: 'is used by a member that is only known at run time',
  any: 'is stored as any',
};

export function reachedBy(handler: Handler, program: ReachProgram, getters: ClientGetters): Reached {
  const machine = new Machine(program, getters);
  start(handler, machine);
  machine.run();
  const paths = pathsFrom(machine.roots, `${handler.className}.${handler.method}`);
  const clients = new Map<string, MutableClient>();
  for (const call of machine.calls.values()) {
    const entry = entryOf(clients, call.client, getters);
    const place = placeOf(call.site, paths);
    const key = `${call.method} ${place.span.file} ${place.span.start} ${place.span.end}`;
    const operations = operationsOf(call, getters);
    const before = entry.calls.get(key);
    const shorter = before === undefined || place.path.length < before.path.length ? place : before;
    const both = [...new Set([...(before?.operations ?? []), ...operations])].sort(compareText);
    entry.calls.set(key, { ...shorter, method: call.method, operations: both });
  }
  for (const { client, reason, site } of machine.escapes.values()) {
    const entry = entryOf(clients, client, getters);
    entry.escaped ??= { ...placeOf(site, paths), how: HOW[reason] };
  }
  const found = [...clients].sort(([a], [b]) => compareText(a, b));
  return {
    clients: found.map(([, { calls, ...client }]) => ({ ...client, calls: [...calls.values()].sort(compareCalls) })),
    unknownGetter: machine.unknownGetter === null ? null : placeOf(machine.unknownGetter, paths),
  };
}

interface MutableClient extends Omit<ReachedClient, 'calls' | 'escaped'> {
  readonly calls: Map<string, ReachedCall>;
  escaped: ReachedClient['escaped'];
}

/** The handler's class is made as the runtime makes it, and its method called with what comes from outside. */
function start({ module, exportName, method, factory }: Handler, machine: Machine): void {
  const { program, root } = machine;
  const classes = new Cell();
  const instances = new Cell();
  const made = factory ?? { module, exportName };
  const binding = program.graph.exported(made.module, made.exportName);
  if (binding !== null) bindingTo(machine, binding, classes);
  loadModule(machine, module);
  loadModule(machine, made.module);
  const ready = factory === null ? instances : new Cell();
  machine.watch(classes, (cls) => construct(machine, cls, NO_ARGS, ready, root));
  if (factory !== null) machine.watch(ready, (maker) => send(machine, maker, 'create', NO_ARGS, instances, root));
  const awaited = new Cell();
  awaitValue(machine, instances, awaited, root);
  const results = new Cell();
  machine.watch(awaited, (instance) => {
    if (instance.t === 'object') send(machine, instance, method, UNKNOWN_ARGS, results, root);
  });
  // What a handler gives becomes JSON.
  serialise(machine, results, root);
}

function entryOf(clients: Map<string, MutableClient>, client: Client, getters: ClientGetters): MutableClient {
  const kind = getters.kindOf(client).name;
  const target = targetOf(client);
  const key = `${kind} ${JSON.stringify(target)} ${client.method ?? ''}`;
  let entry = clients.get(key);
  if (entry === undefined) {
    entry = { kind, target, method: client.method, calls: new Map(), escaped: null };
    clients.set(key, entry);
  }
  return entry;
}

function targetOf({ target, unknown }: Client): ReachedTarget {
  if (unknown) return { of: 'unknown' };
  if (target === null) return { of: 'only' };
  if (typeof target === 'string') return { of: 'text', text: target };
  const { local, name } = target.body;
  return { of: 'class', file: target.module.file, local: local ?? '', name: name ?? '' };
}

function operationsOf({ client, method, members }: SeenCall, getters: ClientGetters): readonly string[] {
  const all: readonly (readonly [string, Operation])[] = Object.entries(getters.kindOf(client).operations ?? {});
  return all
    .filter(([, { methods, only }]) => methods.includes(method) && (only === undefined || isPresent(members.get(only.member))))
    .map(([operation]) => operation);
}

function isPresent(cell: Cell | undefined): boolean {
  return cell !== undefined && cell.values.length > 0;
}

/** The shortest chain of calls to each run of a function, by the names of the functions on it. */
function pathsFrom(roots: readonly Activation[], handler: string): ReadonlyMap<Activation, readonly string[]> {
  const paths = new Map<Activation, readonly string[]>();
  const open: Activation[] = [];
  const reach = (act: Activation, path: readonly string[]): void => {
    if (paths.has(act)) return;
    paths.set(act, path);
    open.push(act);
  };
  const [outside, ...modules] = roots;
  const first = [...(outside?.callees ?? [])];
  const named = (act: Activation, before: readonly string[]): readonly string[] => {
    const { name } = act.info.body;
    return name === null || name === before[before.length - 1] ? before : [...before, name];
  };
  if (outside !== undefined) paths.set(outside, []);
  // Of two ways that are as long, the one by the handler's own method.
  for (const act of first) if (act.info.body.name === handler) reach(act, [handler]);
  for (const act of first) reach(act, named(act, []));
  for (const act of modules) reach(act, [act.info.module.file]);
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    const path = paths.get(at) as readonly string[];
    for (const callee of at.callees) reach(callee, named(callee, path));
  }
  return paths;
}

function placeOf({ act, at }: Site, paths: ReadonlyMap<Activation, readonly string[]>): ReachedPlace {
  const span = { file: act.info.module.file, start: at[0], end: at[1] };
  return { span, path: paths.get(act) ?? [] };
}

function compareCalls(a: ReachedCall, b: ReachedCall): number {
  return compareSpans(a.span, b.span) || compareText(a.method, b.method);
}
