/**
 * In: the finished stages, what code reaches, and what was bundled. Out: everything about one function or resource, for people
 * and programs: what triggers it, what it may do and which lines need that, what its zip is made of; or who reads it, writes it
 * and listens to it.
 */
import type { EdgeBase, FunctionNode, NodeBase, StageGraph } from '../../ir/graph.js';
import type { Reached, ReachedCall } from '../../ir/reached.js';
import { compareText, type Place, type Span } from '../../ir/span.js';
import { kindByName, labelOf } from '../../kinds/index.js';
import { isFor } from './narrow-grants.js';

export interface ExplainOptions {
  readonly graphs: readonly StageGraph[];
  /** The bundles of the function, by stage; of a resource there are none. */
  readonly bundles: ReadonlyMap<string, BundleSizes>;
  readonly reached: (fn: FunctionNode) => Reached;
  readonly placeOf: (span: Span) => Place;
  readonly textOf: (file: string) => string | null;
  /** What an operation of a kind is called in the cloud. */
  readonly actions: (kind: string, operation: string) => readonly string[];
}

export interface BundleSizes {
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly parts: readonly (readonly [source: string, bytes: number])[];
}

export interface Explanation {
  readonly name: string;
  /** `function`, or the kind of the resource. */
  readonly kind: string;
  readonly source: Place;
  /** Stages that have it in the same way share an entry. */
  readonly stages: readonly StageExplanation[];
}

export interface StageExplanation {
  readonly stages: readonly string[];
  /** Of a function: what triggers it, and its settings. */
  readonly function: {
    readonly triggers: readonly string[];
    readonly timeoutSeconds: number;
    readonly memoryMb: number;
    /** Names only. */
    readonly environment: readonly string[];
  } | null;
  /** Of a function: what it may do. Of a resource: what may be done with it, and by whom. */
  readonly permissions: readonly PermissionExplanation[];
  /** Of a resource: the functions that it triggers. */
  readonly listeners: readonly string[];
  /** Of a function: what is in its zip; null where it cannot be bundled. */
  readonly bundle: BundleExplanation | null;
}

export interface BundleExplanation {
  /** Of the zip. */
  readonly packedBytes: number;
  /** Of the files in it. */
  readonly unpackedBytes: number;
  /** Where those bytes come from, largest first. */
  readonly parts: readonly {
    /** A package by its name, `.` for the project's own code, `nimbusc` for its runtime, `source map`. */
    readonly source: string;
    readonly bytes: number;
    /** Of `unpackedBytes`, with one decimal. */
    readonly percent: number;
  }[];
}

export interface PermissionExplanation {
  readonly function: string;
  readonly resource: string;
  readonly operation: string;
  readonly actions: readonly string[];
  /** Empty where no code is known to need it: the decorator alone grants it. */
  readonly because: readonly {
    readonly place: Place;
    /** `users.get`: the call as it is written. */
    readonly call: string;
    readonly path: readonly string[];
  }[];
  /** Where it is declared; null when it follows from the code alone. */
  readonly declared: Place | null;
}

/** Null when there is neither a function nor a resource of that name. */
export function explainGraph(name: string, options: ExplainOptions): Explanation | null {
  const entries = new Map<string, { entry: Omit<StageExplanation, 'stages'>; stages: string[] }>();
  let found: NodeBase | null = null;
  for (const graph of options.graphs) {
    const stage = new Stage(graph, options);
    const fn = graph.functions.find((one) => one.name === name);
    const node = fn ?? stage.resource(name);
    if (node === null) continue;
    found ??= node;
    const entry = fn === undefined ? stage.ofResource(node) : stage.ofFunction(fn);
    const key = JSON.stringify(entry);
    const same = entries.get(key);
    if (same === undefined) entries.set(key, { entry, stages: [graph.stage] });
    else same.stages.push(graph.stage);
  }
  if (found === null) return null;
  return {
    name: found.name,
    kind: found.kind,
    source: options.placeOf(found.source),
    stages: [...entries.values()].map(({ entry, stages }) => ({ stages, ...entry })),
  };
}

class Stage {
  private readonly nodes: ReadonlyMap<string, NodeBase>;

  constructor(
    private readonly graph: StageGraph,
    private readonly options: ExplainOptions,
  ) {
    this.nodes = new Map([...graph.functions, ...graph.resources].map((node) => [node.id, node]));
  }

  /** By its name, or that of the class that declares it. */
  resource(name: string): NodeBase | null {
    // Parts of a resource, such as the triggers of a queue, are called like it.
    const resources = [...this.graph.resources].sort((a, b) => Number(kindByName.has(b.kind)) - Number(kindByName.has(a.kind)));
    const ofClass = (node: NodeBase): boolean =>
      (node as NodeBase & { readonly class?: { readonly name: string } | null }).class?.name === name;
    return resources.find((node) => node.name === name) ?? resources.find(ofClass) ?? null;
  }

  ofFunction(fn: FunctionNode): Omit<StageExplanation, 'stages'> {
    const { edges } = this.graph;
    const triggers = edges
      .filter((edge) => edge.kind === 'triggers' && edge.to === fn.id)
      .map((edge) => this.labelled(edge.from));
    return {
      function: {
        triggers,
        timeoutSeconds: fn.timeoutSeconds,
        memoryMb: fn.memoryMb,
        environment: fn.environment.map(({ key }) => key),
      },
      permissions: edges.filter((edge) => edge.kind === 'uses' && edge.from === fn.id).flatMap((edge) => this.permissions(edge)),
      listeners: [],
      bundle: bundleExplanation(this.options.bundles.get(this.graph.stage)),
    };
  }

  ofResource(node: NodeBase): Omit<StageExplanation, 'stages'> {
    const { edges } = this.graph;
    const parts = edges.filter((edge) => edge.kind === 'contains' && edge.from === node.id).map((edge) => edge.to);
    const started = edges.filter((edge) => edge.kind === 'triggers' && [node.id, ...parts].includes(edge.from));
    return {
      function: null,
      permissions: edges.filter((edge) => edge.kind === 'uses' && edge.to === node.id).flatMap((edge) => this.permissions(edge)),
      listeners: [...new Set(started.map((edge) => this.nodes.get(edge.to)?.name ?? edge.to))].sort(compareText),
      bundle: null,
    };
  }

  private labelled(id: string): string {
    const node = this.nodes.get(id);
    if (node === undefined) return id;
    return kindByName.get(node.kind)?.single ? labelOf(node.kind) : `${labelOf(node.kind)} ${node.name}`;
  }

  private permissions(edge: EdgeBase): readonly PermissionExplanation[] {
    const node = this.nodes.get(edge.to);
    const fn = this.graph.functions.find((one) => one.id === edge.from);
    const kind = node && kindByName.get(node.kind);
    if (node === undefined || fn === undefined || kind === undefined) return [];
    const calls = this.options.reached(fn).clients.flatMap((client) => (isFor(client, node, kind) ? client.calls : []));
    const declared = calls.some(({ span }) => span === edge.source) ? null : this.options.placeOf(edge.source);
    return edge.operations.map((operation) => ({
      function: fn.name,
      resource: node.name,
      operation,
      actions: this.options.actions(node.kind, operation),
      because: calls.filter((call) => call.operations.includes(operation)).map((call) => this.reason(call)),
      declared,
    }));
  }

  private reason({ span, path }: ReachedCall): PermissionExplanation['because'][number] {
    const text = this.options.textOf(span.file)?.slice(span.start, span.end) ?? '';
    return { place: this.options.placeOf(span), call: calleeOf(text), path };
  }
}

function bundleExplanation(sizes: BundleSizes | undefined): BundleExplanation | null {
  if (sizes === undefined) return null;
  const { packedBytes, unpackedBytes, parts } = sizes;
  const percent = (bytes: number): number => Math.round((bytes / unpackedBytes) * 1000) / 10;
  return { packedBytes, unpackedBytes, parts: parts.map(([source, bytes]) => ({ source, bytes, percent: percent(bytes) })) };
}

/** `users.get` of `users.get(id)`. */
function calleeOf(text: string): string {
  return (/^[\w$.#?!]+/.exec(text)?.[0] ?? text.slice(0, 40)).replace(/[?!]?\.?$/, '');
}
