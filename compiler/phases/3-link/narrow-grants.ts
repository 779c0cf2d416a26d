/**
 * In: a stage as it is declared, and what the code of its functions reaches. Out: the stage with each grant narrowed to what
 * is done, and every place that justifies it. Reports what is done and not declared, what is declared and not done, and where
 * a client leaves what can be followed, so that all it can do stays granted.
 */
import { grantCodes } from '../../diagnostics/codes/grants.js';
import { stageCodes } from '../../diagnostics/codes/stages.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import { closest } from '../../diagnostics/suggest.js';
import type { ClassShape, EdgeBase, FunctionNode, NodeBase, StageGraph } from '../../ir/graph.js';
import type { Reached, ReachedCall, ReachedClient, ReachedPlace } from '../../ir/reached.js';
import { compareSpans, compareText, type Span } from '../../ir/span.js';
import { type Kind, permittingDecorator } from '../../kinds/definition.js';
import { inWords, kindByName, labelOf, oneOf } from '../../kinds/index.js';
import type { Declarations } from './declarations.js';
import type { Trust } from './trust.js';

export interface GrantOptions {
  readonly reached: (fn: FunctionNode) => Reached;
  /** strict: what is done must be declared. infer: it is granted. */
  readonly permissions: 'strict' | 'infer';
  readonly declarations: Declarations;
  /** Of a project with errors: what can be reported beside them. Warnings then wait until there are none. */
  readonly trust: Trust | null;
}

export function narrowGrants<N extends NodeBase>(
  graphs: readonly StageGraph<N>[],
  options: GrantOptions,
  sink: DiagnosticSink,
): readonly StageGraph<N>[] {
  const missing = new Map<string, Missing>();
  const all = graphs.flatMap((graph) => graph.resources);
  const narrowed = graphs.map((graph) => narrowStage(graph, options, missing, all, sink));
  for (const one of missing.values()) reportMissing(one, options.declarations, sink);
  return narrowed;
}

/** What a function does in some stages without declaring it. */
interface Missing {
  readonly fn: FunctionNode;
  readonly client: ReachedClient;
  readonly calls: readonly ReachedCall[];
  readonly escaped: ReachedPlace | null;
  readonly stages: string[];
}

function narrowStage<N extends NodeBase>(
  graph: StageGraph<N>,
  options: GrantOptions,
  missing: Map<string, Missing>,
  all: readonly NodeBase[],
  sink: DiagnosticSink,
): StageGraph<N> {
  const narrower = new Narrower(graph, options, missing, all, sink);
  const declared = new Map<string, EdgeBase[]>();
  const others: EdgeBase[] = [];
  for (const edge of graph.edges) {
    const list = declared.get(edge.from);
    if (edge.kind !== 'uses') others.push(edge);
    else if (list === undefined) declared.set(edge.from, [edge]);
    else list.push(edge);
  }
  const uses = graph.functions.flatMap((fn) => narrower.function(fn, declared.get(fn.id) ?? []));
  const edges = [...others, ...uses].sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.from, b.from) || compareText(a.to, b.to),
  );
  return { ...graph, edges };
}

class Narrower {
  private readonly nodes: ReadonlyMap<string, NodeBase>;

  constructor(
    private readonly graph: StageGraph,
    private readonly options: GrantOptions,
    private readonly missing: Map<string, Missing>,
    /** The resources of all stages. */
    private readonly all: readonly NodeBase[],
    private readonly sink: DiagnosticSink,
  ) {
    this.nodes = new Map(graph.resources.map((node) => [node.id, node]));
  }

  function(fn: FunctionNode, declared: readonly EdgeBase[]): readonly EdgeBase[] {
    const reached = this.options.reached(fn);
    const narrowed = declared.map((edge) => this.declared(fn, edge, reached));
    const added = reached.clients.flatMap((client) => this.undeclared(fn, client, declared));
    return [...narrowed, ...mergedByTarget(added)];
  }

  /** A grant that a decorator declares. */
  private declared(fn: FunctionNode, edge: EdgeBase, reached: Reached): EdgeBase {
    const node = this.nodes.get(edge.to);
    const kind = node && kindByName.get(node.kind);
    // What code does with clients of such a kind is not followed.
    if (node === undefined || kind?.clients === undefined || this.options.trust !== null) return edge;
    const clients = reached.clients.filter((client) => isFor(client, node, kind));
    const calls = clients.flatMap((client) => client.calls);
    const escaped = escapeOf(clients, reached);
    if (escaped !== null) {
      const params = { handler: fn.name, what: inWords(node.kind, node.name), how: escaped.how };
      this.report().report('NIM1503', params, escaped.span, { notes: pathNotes(escaped), stages: [this.graph.stage] });
      return { ...edge, because: places([...edge.because, escaped.span, ...calls.map((call) => call.span)]) };
    }
    const seen = new Set(calls.flatMap((call) => call.operations));
    const operations = edge.operations.filter((operation) => seen.has(operation));
    if (operations.length === 0) {
      const decorator = permittingDecorator(kind, edge.operations)?.name ?? '';
      const params = { handler: fn.name, decorator, what: inWords(node.kind, node.name) };
      this.report().report('NIM1502', params, edge.source, { stages: [this.graph.stage] });
      return edge;
    }
    return { ...edge, operations, because: places([...edge.because, ...calls.map((call) => call.span)]) };
  }

  /** What a function does with a client that no decorator of it declares, or not for this. */
  private undeclared(fn: FunctionNode, client: ReachedClient, declared: readonly EdgeBase[]): readonly EdgeBase[] {
    const kind = kindByName.get(client.kind) as Kind;
    const edges = declared.filter((edge) => {
      const node = this.nodes.get(edge.to);
      return node !== undefined && isFor(client, node, kind);
    });
    const granted = new Set(edges.flatMap((edge) => edge.operations));
    const calls = client.calls.filter((call) => call.operations.some((operation) => !granted.has(operation)));
    const escaped = edges.length === 0 ? client.escaped : null;
    if (calls.length === 0 && escaped === null) return [];
    if (this.options.trust?.(fn, client, this.all) === false) return [];
    const node = this.graph.resources.find((one) => isFor(client, one, kind));
    const isKnown = client.target.of !== 'unknown';
    // What nothing but its uses declares is no resource of some stages, but a use that is missing.
    const hasStages = kind.decorators.some(({ role }) => role !== 'uses');
    const elsewhere = hasStages && node === undefined && isKnown ? this.all.find((one) => isFor(client, one, kind)) : undefined;
    // Nor can such a thing be inferred, since its use is what says that there is one, nor which one it is at run time.
    const isInferable = this.options.permissions === 'infer' && isKnown && (hasStages || node !== undefined);
    if (!isInferable && elsewhere === undefined) {
      const key = JSON.stringify([fn.id, client.kind, client.target, client.method, calls.map((call) => call.span)]);
      const before = this.missing.get(key);
      if (before === undefined) this.missing.set(key, { fn, client, calls, escaped, stages: [this.graph.stage] });
      else before.stages.push(this.graph.stage);
      return [];
    }
    if (node === undefined) {
      const [first = { span: fn.source, path: [] }] = [...calls, ...(escaped === null ? [] : [escaped])];
      this.reportNothing(fn, client, kind, elsewhere, first);
      return [];
    }
    const all = Object.keys(kind.operations ?? {});
    const operations = escaped !== null ? all : [...new Set(calls.flatMap((call) => call.operations))];
    const because = places([...calls, ...(escaped === null ? [] : [escaped])].map(({ span }) => span));
    if (escaped !== null) {
      const params = { handler: fn.name, what: inWords(node.kind, node.name), how: escaped.how };
      this.report().report('NIM1503', params, escaped.span, { notes: pathNotes(escaped), stages: [this.graph.stage] });
    }
    return [
      { kind: 'uses', from: fn.id, to: node.id, source: because[0] as Span, operations: operations.sort(compareText), because },
    ];
  }

  /** What cannot be granted, because there is nothing to grant it on; in a project with errors its declaration may be one. */
  private reportNothing(
    fn: FunctionNode,
    client: ReachedClient,
    kind: Kind,
    elsewhere: NodeBase | undefined,
    at: ReachedPlace,
  ): void {
    const { stage } = this.graph;
    const extras = { notes: pathNotes(at), stages: [stage] };
    const what = clientInWords(client);
    if (elsewhere !== undefined) {
      const params = { what, name: kind.single ? null : nameOf(client), user: fn.name, stages: [stage] };
      const related = [{ span: elsewhere.source, text: `${what} is declared here` }];
      this.sink.for(stageCodes).report('NIM1402', params, at.span, { ...extras, related });
    } else if (this.options.trust === null) {
      const names = this.all.filter((one) => one.kind === kind.name).map((one) => one.name);
      const nearest = closest(nameOf(client), [...new Set(names)].sort(compareText));
      this.report().report(
        'NIM1504',
        { handler: fn.name, what, declaration: declarationOf(client, kind), nearest },
        at.span,
        extras,
      );
    }
  }

  private report() {
    return this.sink.for(grantCodes);
  }
}

/** One report for each method of the client, at the first place where it is called. */
function reportMissing({ fn, client, calls, escaped, stages }: Missing, declarations: Declarations, sink: DiagnosticSink): void {
  const kind = kindByName.get(client.kind) as Kind;
  const found: readonly (ReachedPlace & { readonly method: string | null })[] =
    calls.length > 0 || escaped === null ? calls : [{ ...escaped, method: null }];
  const { decorator, fix } = declarations.missing(fn, client, kind, {
    stages,
    operations: calls.flatMap((call) => call.operations),
  });
  for (const method of new Set(found.map((place) => place.method))) {
    const [first, ...others] = found.filter((place) => place.method === method).sort(byPath);
    if (first === undefined) continue;
    const isKnown = client.target.of !== 'unknown';
    const params = {
      handler: fn.name,
      operation: method,
      what: clientInWords(client),
      decorator,
      isKnown,
      isFixable: fix !== null,
    };
    sink.for(grantCodes).report('NIM1501', params, first.span, {
      related: [
        { span: fn.source, text: `${fn.name} is this function` },
        ...others.map(({ span }) => ({ span, text: 'and here' })),
      ],
      notes: pathNotes(first),
      stages,
      fixes: fix === null ? [] : [fix],
    });
  }
}

/** True when a client is one for that resource, or may be. */
export function isFor(client: ReachedClient, node: NodeBase, kind: Kind): boolean {
  if (client.kind !== node.kind) return false;
  const { target } = client;
  const { class: shape, method } = node as NodeBase & { readonly class?: ClassShape | null; readonly method?: string };
  switch (target.of) {
    case 'class':
      if (method !== undefined && client.method !== null && method !== client.method) return false;
      return shape?.module === target.file && shape.local === target.local;
    case 'text':
      return (kind.texts?.(node) ?? [node.name]).includes(target.text);
    default:
      return true;
  }
}

type Escape = NonNullable<ReachedClient['escaped']>;

/** Where it is not known any more what is done with a resource; null: nowhere. */
function escapeOf(clients: readonly ReachedClient[], { unknownGetter }: Reached): Escape | null {
  for (const { escaped, target, calls } of clients) {
    if (escaped !== null) return escaped;
    const [first] = calls;
    if (target.of === 'unknown' && first !== undefined) return { ...first, how: 'is chosen at run time' };
  }
  return unknownGetter === null ? null : { ...unknownGetter, how: 'may be made by a getter that is only known at run time' };
}

/** Of what it is a client. */
function clientInWords(client: ReachedClient): string {
  const { kind, target } = client;
  return target.of === 'unknown' ? `${oneOf(kind)} that is chosen at run time` : inWords(kind, nameOf(client));
}

function nameOf({ kind, target, method }: ReachedClient): string {
  if (target.of === 'class') return method === null ? target.name : `${target.name}.${method}`;
  return target.of === 'text' ? target.text : labelOf(kind);
}

/** How that of which it is a client is declared. */
function declarationOf(client: ReachedClient, { decorators }: Kind): string {
  const { target } = client;
  const declares = decorators.find(({ role }) => role === 'declares');
  const name = declares?.name ?? decorators.find(({ role }) => role === 'triggers')?.name ?? '';
  if (target.of === 'class') return `put @${name}(...) on ${declares === undefined ? '' : 'the class '}"${nameOf(client)}"`;
  return declares === undefined ? `deploy a function with @${name}` : `declare it with @${name}(...) on a class`;
}

function pathNotes({ path }: ReachedPlace): readonly string[] {
  return path.length < 2 ? [] : [`reached by way of ${path.join(' > ')}`];
}

function byPath(a: ReachedPlace, b: ReachedPlace): number {
  return a.path.length - b.path.length || compareSpans(a.span, b.span);
}

/** Two clients of one resource, such as one by its class and one by its name. */
function mergedByTarget(edges: readonly EdgeBase[]): readonly EdgeBase[] {
  const found = new Map<string, EdgeBase>();
  for (const edge of edges) {
    const before = found.get(edge.to);
    if (before === undefined) found.set(edge.to, edge);
    else
      found.set(edge.to, {
        ...before,
        operations: [...new Set([...before.operations, ...edge.operations])].sort(compareText),
        because: places([...before.because, ...edge.because]),
      });
  }
  return [...found.values()];
}

function places(spans: readonly Span[]): readonly Span[] {
  const sorted = [...spans].sort(compareSpans);
  return sorted.filter((span, index) => index === 0 || compareSpans(span, sorted[index - 1] as Span) !== 0);
}
