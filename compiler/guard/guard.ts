/**
 * In: the graph of a stage, the addresses and names that its declarations give, and what the lock says of the last build.
 * Out: what stays as it was although the source calls it otherwise, what moves, what the lock says from now on. Whatever
 * would destroy data in a protected stage is reported.
 */
import { guardCodes, type Held } from '../diagnostics/codes/guard.js';
import type { DiagnosticSink, Label } from '../diagnostics/diagnostic.js';
import type { FunctionNode, NodeBase, NodeId, StageGraph } from '../ir/graph.js';
import { compareText } from '../ir/span.js';
import type { StageGuard } from '../ir/stage-plan.js';
import type { DataFacts } from '../kinds/definition.js';
import { type AnyResource, kinds, labelOf } from '../kinds/index.js';
import type { Identity } from '../provider.js';
import { EMPTY_STAGE, type LockedFunction, type LockedStage, type LockedThing, type ReadLock } from './lock.js';
import { matchRenamed } from './match.js';
import { Starters } from './starters.js';
import { isOfColumn, storedChanges, storedTypes } from './stored-types.js';

export interface GuardSettings {
  readonly protected: boolean;
  readonly allowDestroy: readonly string[];
  readonly moved: { readonly [from: string]: string };
}

export interface GuardedStage {
  readonly guard: StageGuard;
  readonly locked: LockedStage;
}

export function guardStage(
  graph: StageGraph<AnyResource>,
  identities: readonly Identity[],
  read: ReadLock,
  settings: GuardSettings,
  sink: DiagnosticSink,
): GuardedStage {
  return new Guard(graph, identities, read, settings, sink).run();
}

/** Something of the stage that holds data. */
interface Thing {
  readonly node: NodeBase;
  readonly address: string;
  /** The name that its declaration gives it. */
  readonly declares: string;
  readonly facts: DataFacts;
}

/** The same in the last build. */
interface Former {
  readonly address: string;
  readonly entry: LockedThing;
}

interface Handler {
  readonly node: FunctionNode;
  readonly address: string;
  readonly startedBy: readonly string[];
}

const factsOf = new Map(kinds.flatMap(({ data }) => Object.entries(data ?? {})));

class Guard {
  private readonly before: LockedStage;
  private readonly released: ReadonlySet<string>;
  private readonly declared: ReadonlySet<string>;
  private readonly things: readonly Thing[];
  private readonly handlers: readonly Handler[];
  private readonly formerHandlers = new Map<NodeId, { className: string; method: string }>();
  private readonly formerNames = new Map<NodeId, string>();
  private readonly keptNames = new Map<NodeId, string>();
  /** New addresses to old ones, of this build. */
  private readonly moves = new Map<string, string>();

  constructor(
    private readonly graph: StageGraph<AnyResource>,
    identities: readonly Identity[],
    private readonly read: ReadLock,
    private readonly settings: GuardSettings,
    private readonly sink: DiagnosticSink,
  ) {
    const { stages } = read.lock;
    this.before = (Object.hasOwn(stages, graph.stage) ? stages[graph.stage] : undefined) ?? EMPTY_STAGE;
    this.released = new Set(settings.allowDestroy);
    this.declared = new Set(identities.map(({ address }) => address));
    const byNode = new Map(identities.map((identity) => [identity.node, identity]));
    this.things = graph.resources.flatMap((node): Thing[] => {
      const facts = factsOf.get(node.kind)?.(node) ?? null;
      const identity = byNode.get(node.id);
      if (facts === null || identity === undefined) return [];
      return [{ node, address: identity.address, declares: identity.physicalName ?? '', facts }];
    });
    const starters = new Starters(graph, this.things);
    this.handlers = graph.functions.flatMap((node): Handler[] => {
      const identity = byNode.get(node.id);
      return identity === undefined ? [] : [{ node, address: identity.address, startedBy: starters.of(node) }];
    });
  }

  run(): GuardedStage {
    const data = this.data();
    const functions = this.functions();
    for (const [from, to] of Object.entries(this.settings.moved)) {
      if (this.declared.has(to) && !this.declared.has(from)) this.moves.set(to, from);
    }
    const moved = this.history();
    return {
      guard: {
        formerHandlers: this.formerHandlers,
        formerNames: this.formerNames,
        keptNames: this.keptNames,
        moved,
        released: this.released,
      },
      locked: { data, functions, moved: Object.fromEntries(moved) },
    };
  }

  // --- what holds data

  private data(): LockedStage['data'] {
    const { before } = this;
    const known = (address: string): LockedThing | undefined =>
      Object.hasOwn(before.data, address) ? before.data[address] : undefined;
    const gone: readonly Former[] = Object.entries(before.data)
      .filter(([address]) => !this.things.some((thing) => thing.address === address))
      .map(([address, entry]) => ({ address, entry }));
    const added = this.things.filter(({ address }) => known(address) === undefined);
    const renamed = this.renamed(gone, added);
    const lost = gone.filter((one) => !renamed.some((pair) => pair.before === one));
    const fresh = added.filter((one) => !renamed.some((pair) => pair.now === one));
    for (const former of lost) this.reportLost(former, fresh);

    const entries = this.things.map((thing): [string, LockedThing] => {
      const pair = renamed.find(({ now }) => now === thing);
      const former = pair?.before.entry ?? known(thing.address) ?? null;
      if (pair !== undefined) this.moves.set(thing.address, pair.before.address);
      return [thing.address, this.entryOf(thing, former, pair !== undefined)];
    });
    return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
  }

  private renamed(gone: readonly Former[], added: readonly Thing[]) {
    const told = this.settings.moved;
    const mayMatch = gone.filter(({ address }) => !this.released.has(address) || Object.hasOwn(told, address));
    const target = ({ address }: Former): string | null => (Object.hasOwn(told, address) ? (told[address] ?? null) : null);
    const free = ({ address }: Former): boolean => !Object.hasOwn(told, address);
    const pairs = matchRenamed<Former, Thing>(mayMatch, added, [
      { before: target, now: ({ address }) => address },
      {
        before: (former) => (free(former) ? `${former.entry.kind} ${former.entry.name}` : null),
        now: ({ node, declares }) => `${node.kind} ${declares}`,
      },
      {
        before: (former) => (free(former) ? formerLikeness(former.entry) : null),
        now: (thing) => (thing.facts.isNamed || thing.facts.likeness === null ? null : formerLikeness(entryFor(thing))),
      },
    ]);
    for (const { before, now } of pairs) {
      if (target(before) === now.address) continue;
      const params = { ...this.held(before), name: now.facts.called, before: before.entry.called, kept: before.entry.name };
      this.report('NIM1806', params, now, this.former(before));
    }
    return pairs;
  }

  private entryOf(thing: Thing, former: LockedThing | null, isRenamed: boolean): LockedThing {
    const entry = entryFor(thing);
    if (former === null) return entry;
    const name = this.nameOf(thing, former, isRenamed);
    const kept = name === thing.declares ? {} : { declares: thing.declares };
    if (name !== thing.declares) this.keptNames.set(thing.node.id, name);
    const original = former.formerly ?? (isRenamed ? former.called : null);
    const formerly = original === null || original === thing.facts.called || name !== former.name ? {} : { formerly: original };
    if (formerly.formerly !== undefined) this.formerNames.set(thing.node.id, formerly.formerly);
    this.compare(thing, former);
    const { kind, called, name: _, ...rest } = entry;
    return { kind, called, ...formerly, name, ...kept, ...rest };
  }

  /** The name in the cloud from now on. */
  private nameOf(thing: Thing, former: LockedThing, isRenamed: boolean): string {
    if (isRenamed || thing.declares === former.name || thing.declares === former.declares) return former.name;
    const told = this.settings.moved;
    if (Object.hasOwn(told, thing.address) && told[thing.address] === thing.address) return former.name;
    if (this.settings.protected && !this.released.has(thing.address)) {
      const held = this.held({ address: thing.address, entry: former });
      this.report(
        'NIM1805',
        { ...held, before: former.name, now: thing.declares },
        thing,
        this.former({ ...held, entry: former }),
      );
    }
    return thing.declares;
  }

  private compare(thing: Thing, former: LockedThing): void {
    const { address, facts, node } = thing;
    const held = this.held({ address, entry: former });
    for (const [property, now] of Object.entries(facts.settled ?? {})) {
      const before = former.settled?.[property];
      if (before === undefined || before === now || this.released.has(address)) continue;
      const params = { ...held, name: facts.called, property, before, now };
      this.report(this.settings.protected ? 'NIM1809' : 'NIM1810', params, thing, []);
      return;
    }
    if (former.columns === undefined) return;
    const store = facts.called;
    const codes = this.sink.for(guardCodes);
    const extras = { stages: [this.graph.stage] };
    for (const change of storedChanges(former.columns, storedTypes(facts.columns ?? []))) {
      const { path } = change;
      const at = facts.columns?.find(({ column }) => isOfColumn(path, column))?.span ?? node.source;
      switch (change.change) {
        case 'renamed':
          codes.report('NIM1814', { store, before: change.before, now: path }, at, extras);
          break;
        case 'type':
          codes.report('NIM1811', { store, path, before: change.before, now: change.now }, at, extras);
          break;
        case 'narrowed':
          codes.report('NIM1812', { store, path, gone: change.gone }, at, extras);
          break;
        case 'required':
          codes.report('NIM1813', { store, path, isNew: change.isNew }, at, extras);
      }
    }
  }

  // --- reports

  private held({ address, entry }: Former): Held {
    return { what: labelOf(entry.kind), name: entry.called, address, stage: this.graph.stage };
  }

  private former({ address, entry }: Former): readonly Label[] {
    const span = this.read.placeOf(this.graph.stage, address);
    return span === null ? [] : [{ span, text: `${entry.called} in the last build` }];
  }

  private report<C extends 'NIM1805' | 'NIM1806' | 'NIM1809' | 'NIM1810'>(
    code: C,
    params: Parameters<(typeof guardCodes)[C]['message']>[0],
    { node }: Thing,
    related: readonly Label[],
  ): void {
    this.sink.for(guardCodes).report(code, params as never, node.source, { related, stages: [this.graph.stage] });
  }

  /** Declared no more. With one candidate it may have been renamed, and both places are shown. */
  private reportLost(former: Former, fresh: readonly Thing[]): void {
    if (!this.settings.protected || this.released.has(former.address)) return;
    const codes = this.sink.for(guardCodes);
    const held = this.held(former);
    const typeOf = (address: string): string => address.slice(0, address.indexOf('.'));
    const candidates = fresh.filter(({ address }) => typeOf(address) === typeOf(former.address));
    const stages = [held.stage];
    const [candidate] = candidates;
    if (candidate !== undefined && candidates.length === 1) {
      const { facts, address } = candidate;
      const why = facts.isNamed ? 'it has a name of its own' : 'it has not the same shape, or others could be it as well';
      const params = { ...held, now: facts.called, newAddress: address, why };
      codes.report('NIM1804', params, candidate.node.source, { related: this.former(former), stages });
      return;
    }
    const related = candidates.map(({ node, facts }) => ({ span: node.source, text: `${facts.called} is new` }));
    codes.report('NIM1803', held, this.read.placeOf(held.stage, former.address), { related, stages });
  }

  // --- functions, which hold nothing: what is not certain is made anew

  private functions(): LockedStage['functions'] {
    const { functions } = this.before;
    const told = this.settings.moved;
    const gone = Object.entries(functions)
      .filter(([address]) => !this.handlers.some((handler) => handler.address === address))
      .map(([address, entry]) => ({ address, entry }));
    const added = this.handlers.filter(({ address }) => !Object.hasOwn(functions, address));
    const pairs = matchRenamed(gone, added, [
      {
        before: ({ address }) => (Object.hasOwn(told, address) ? (told[address] ?? null) : null),
        now: ({ address }) => address,
      },
      ...[undefined, 1, 0].map((part) => ({
        before: ({ entry }: { entry: LockedFunction }) => functionLikeness(entry.called, entry.startedBy, part),
        now: ({ node, startedBy }: Handler) =>
          functionLikeness(calledOf(node), startedBy.map((id) => this.moves.get(id) ?? id).sort(compareText), part),
      })),
    ]);
    const taken = new Set(this.handlers.map(({ node }) => calledOf(node)));
    const entries = this.handlers.map((handler): [string, LockedFunction] => {
      const { node, address, startedBy } = handler;
      const pair = pairs.find(({ now }) => now === handler);
      const former = pair?.before.entry ?? (Object.hasOwn(functions, address) ? functions[address] : undefined);
      if (pair !== undefined) this.moves.set(address, pair.before.address);
      const original = former?.formerly ?? (pair === undefined ? undefined : former?.called);
      // the name is somebody else's by now
      const formerly = original === undefined || taken.has(original) ? {} : { formerly: original };
      if (formerly.formerly !== undefined) {
        const [className, method] = partsOf(formerly.formerly);
        this.formerHandlers.set(node.id, { className, method });
      }
      return [address, { called: calledOf(node), ...formerly, startedBy }];
    });
    return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
  }

  // --- moves

  /** Of this build and those before it, without what the source has undone or has no more. */
  private history(): readonly (readonly [from: string, to: string])[] {
    const all = new Map(Object.entries(this.before.moved));
    for (const [to, from] of this.moves) {
      // Terraform takes one origin for each address, and follows chains
      for (const [otherFrom, otherTo] of all) if (otherTo === to) all.delete(otherFrom);
      all.set(from, to);
    }
    // what is declared has not gone anywhere
    for (const from of [...all.keys()]) if (this.declared.has(from)) all.delete(from);
    const leads = (from: string): boolean => {
      let at: string | undefined = from;
      for (let steps = 0; at !== undefined && steps <= all.size; steps++) {
        if (this.declared.has(at)) return true;
        at = all.get(at);
      }
      return false;
    };
    return [...all].filter(([from]) => leads(from)).sort(([a], [b]) => compareText(a, b));
  }
}

function entryFor({ node, facts, declares }: Thing): LockedThing {
  const { called, likeness, settled, columns } = facts;
  return {
    kind: node.kind,
    called,
    name: declares,
    ...(likeness === null || likeness === '' ? {} : { likeness }),
    ...(settled === undefined ? {} : { settled }),
    ...(columns === undefined ? {} : { columns: storedTypes(columns) }),
  };
}

/** The order of keys does not count. */
function formerLikeness({ kind, likeness = '', settled = {}, columns = {} }: LockedThing): string {
  const lines = (map: { readonly [key: string]: string }): string[] =>
    Object.entries(map)
      .map((entry) => JSON.stringify(entry))
      .sort(compareText);
  return JSON.stringify([kind, likeness, lines(settled), lines(columns)]);
}

const calledOf = ({ className, method }: FunctionNode): string => `${className}.${method}`;

/** A class's name has no dots. */
function partsOf(called: string): readonly [className: string, method: string] {
  const dot = called.indexOf('.');
  return [called.slice(0, dot), called.slice(dot + 1)];
}

const BY_NAME = /^[a-z-]+:\* /;

/**
 * What starts a function tells it from others, unless it is called by its name: then its parameters do, and `part` of its name.
 */
function functionLikeness(called: string, startedBy: readonly string[], part?: number): string | null {
  const distinct = startedBy.some((id) => !BY_NAME.test(id));
  if (part === undefined) return distinct ? startedBy.join('\n') : null;
  return [partsOf(called)[part], ...startedBy].join('\n');
}
