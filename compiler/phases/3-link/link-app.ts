/**
 * In: the declared app. Out: one `StageGraph` per stage: references resolved, stages applied, functions put together,
 * grants attached to the places that justify them. Which kinds exist is known only to the registry.
 */
import { graphCodes } from '../../diagnostics/codes/graph.js';
import { stageCodes } from '../../diagnostics/codes/stages.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { EdgeBase, FunctionNode, NodeBase, NodeId, ParamNode, StageGraph } from '../../ir/graph.js';
import { compareSpans, compareText, type Span } from '../../ir/span.js';
import { ANY } from '../../ir/wire-type.js';
import type {
  ClassDecl,
  DecoratorDecl,
  FunctionDraft,
  LinkConfig,
  LinkContext,
  MethodDecl,
  ProjectFiles,
} from '../../kinds/definition.js';
import { graphView } from '../../kinds/graph-view.js';
import { kinds, labelOf, decorators as registry } from '../../kinds/index.js';
import type { DeclaredApp } from '../2-read/declared-app.js';
import type { ModuleGraph } from '../2-read/module-graph.js';
import { checkHandlers } from './check-handlers.js';
import { type References, references } from './references.js';
import { inStage, stagesOf } from './select.js';
import { settleOptions } from './settle-options.js';
import { checkCircles } from './trigger-circles.js';

export interface LinkOptions {
  readonly project: string;
  readonly defaultStages: readonly string[];
  /** Of a stage: what kinds may need of the configuration. */
  readonly config: (stage: string) => LinkConfig;
  readonly files: ProjectFiles;
}

export function linkApp(
  app: DeclaredApp,
  modules: ModuleGraph,
  options: LinkOptions,
  sink: DiagnosticSink,
): readonly StageGraph[] {
  const handlers = checkHandlers(app.classes, modules, sink);
  const stages = stagesOf(app.classes, options.defaultStages);
  const incomplete = sink.failed;
  const refs = references(app.classes, modules, options.defaultStages, incomplete, sink);
  const graphs = stages.map((stage) => new StageLinker(app, options, stage, incomplete, refs, handlers, sink).link());
  refs.reportAbsent(graphs);
  return graphs;
}

class StageLinker implements LinkContext {
  private readonly nodes = new Map<NodeId, NodeBase>();
  private readonly edges = new Map<string, EdgeBase>();
  private readonly functions: FunctionNode[] = [];
  /** Resources by what declares them (`<kind>:<class>`), where they are not called after their class. */
  private readonly declared = new Map<string, NodeId>();
  private declaring: ClassDecl | null = null;
  readonly config: LinkConfig;
  readonly files: ProjectFiles;

  constructor(
    private readonly app: DeclaredApp,
    private readonly options: LinkOptions,
    readonly stage: string,
    readonly incomplete: boolean,
    private readonly refs: References,
    private readonly handlers: ReadonlySet<MethodDecl>,
    readonly sink: DiagnosticSink,
  ) {
    this.config = options.config(stage);
    this.files = options.files;
  }

  link(): StageGraph {
    for (const owner of this.app.classes) this.declare(owner);
    // A use may name what another class triggers, so all functions come before all uses.
    const drafts = this.app.classes.flatMap((owner) => owner.methods.flatMap((method) => this.draft(owner, method)));
    for (const owner of this.app.classes) {
      for (const decl of this.select(owner.decorators)) decl.spec.connect?.(owner, decl, this);
    }
    for (const { draft, decls } of drafts) {
      for (const decl of decls) decl.spec.use?.(decl, draft, this);
    }
    const view = this.view();
    const settled = kinds.reduce<readonly NodeBase[]>(
      (nodes, kind) => kind.settle?.(graphView({ ...view, resources: nodes }, this.config, this.sink)) ?? nodes,
      view.resources,
    );
    return {
      project: this.options.project,
      stage: this.stage,
      functions: view.functions,
      resources: [...settled].sort((a, b) => compareText(a.id, b.id)),
      edges: view.edges,
    };
  }

  private view() {
    return {
      stage: this.stage,
      functions: [...this.functions].sort((a, b) => compareText(a.id, b.id)),
      resources: [...this.nodes.values()].sort((a, b) => compareText(a.id, b.id)),
      edges: [...this.edges.values()].sort(compareEdges),
    };
  }

  private select(decls: readonly DecoratorDecl[]): DecoratorDecl[] {
    return inStage(decls, this.stage, this.options.defaultStages);
  }

  private declare(owner: ClassDecl): void {
    this.declaring = owner;
    for (const decl of this.select(owner.decorators)) {
      decl.spec.declare?.(owner, decl, this);
    }
    this.declaring = null;
  }

  /** The function that a method is in this stage, if it is one. */
  private draft(owner: ClassDecl, method: MethodDecl): { draft: FunctionDraft; decls: readonly DecoratorDecl[] }[] {
    const decls = this.select(method.decorators);
    const triggers = decls.filter((d) => d.spec.role === 'triggers');
    const [first] = triggers;
    const kind = first && registry.get(first.spec.name)?.kind;
    if (first === undefined || kind === undefined || owner.exportName === null || !this.handlers.has(method)) return [];
    const name = `${owner.name}.${method.name}`;
    const draft: FunctionDraft = { id: `function:${name}`, name, owner, method, environment: [], packages: [], factory: null };
    for (const decl of triggers) decl.spec.trigger?.(decl, draft, this);
    for (const decl of [...decls, ...this.select(owner.decorators)]) decl.spec.configure?.(decl, draft, this);
    this.functions.push({
      kind: 'function',
      id: draft.id,
      name,
      source: first.span,
      className: owner.name,
      method: method.name,
      module: owner.file,
      exportName: owner.exportName,
      trigger: kind.name,
      ...settleOptions(method, triggers, this.stage, this.sink),
      environment: [...draft.environment].sort((a, b) => compareText(a.key, b.key)),
      factory: draft.factory,
      params: method.params.map(paramNode),
      result: method.result,
      ...(method.answers === null ? {} : { answers: method.answers }),
      doc: method.doc,
      packages: [...draft.packages].sort((a, b) => compareText(a.name, b.name)),
    });
    return [{ draft, decls }];
  }

  resource: LinkContext['resource'] = (ref, wanted, decorator, option = 'dataModel') => {
    const id = this.refs.resource(ref, wanted, decorator, this.stage, option);
    // A declaration that made no node has been reported where it stands.
    return id === null ? null : (this.nodes.get(this.declared.get(id) ?? id) ?? null);
  };

  named: LinkContext['named'] = (name, kind, decorator) => {
    const node = this.nodes.get(`${kind}:${name.value}`);
    if (node === undefined) this.refs.missing(name, kind, decorator, this.stage);
    return node ?? null;
  };

  namedOr: LinkContext['namedOr'] = (name, kind, decorator, create) => {
    const id = this.refs.named(name, kind, decorator, this.stage);
    if (id === 'unknown') return this.shared(`${kind}:${name.value}`, create);
    return id === null ? null : (this.nodes.get(id) ?? null);
  };

  declaredElsewhere: LinkContext['declaredElsewhere'] = (name, kind, decorator) =>
    this.refs.named(name, kind, decorator, this.stage) !== 'unknown';

  classInfo: LinkContext['classInfo'] = (ref, decorator, option = 'factory') => this.refs.classInfo(ref, decorator, option);

  declaredBy(owner: ClassDecl, kind: string): NodeBase | null {
    return this.nodes.get(this.declared.get(`${kind}:${owner.name}`) ?? '') ?? null;
  }

  resourcesOf(kind: string): readonly NodeBase[] {
    return [...this.nodes.values()].filter((node) => node.kind === kind).sort((a, b) => compareText(a.id, b.id));
  }

  existing(id: NodeId): NodeBase | null {
    return this.nodes.get(id) ?? null;
  }

  shared(id: NodeId, create: () => NodeBase): NodeBase {
    let node = this.nodes.get(id);
    if (node === undefined) {
      node = create();
      this.nodes.set(id, node);
    }
    return node;
  }

  add(node: NodeBase): void {
    this.nodes.set(node.id, node);
    if (this.declaring !== null) this.declared.set(`${node.kind}:${this.declaring.name}`, node.id);
  }

  edge(edge: Parameters<LinkContext['edge']>[0]): void {
    const key = `${edge.kind}\0${edge.from}\0${edge.to}`;
    const before = this.edges.get(key);
    this.edges.set(key, {
      ...edge,
      operations: [...new Set([...(before?.operations ?? []), ...(edge.operations ?? [])])].sort(compareText),
      because: uniqueSpans([...(before?.because ?? []), ...(edge.because ?? [])]),
    });
  }
}

/** Runs every kind's own rules over a finished stage. */
export function checkStage(graph: StageGraph, config: LinkConfig, sink: DiagnosticSink): void {
  const view = graphView(graph, config, sink);
  for (const kind of kinds) kind.check?.(view);
  checkCircles(view);
  // After an error, what uses a resource may be missing from the graph.
  if (!sink.failed) checkUse(graph, sink);
}

/** Resources that are declared for their own sake, and then not used. */
function checkUse(graph: StageGraph, sink: DiagnosticSink): void {
  const touched = new Set(graph.edges.flatMap((e) => [e.from, e.to]));
  const declared = new Set(kinds.filter((k) => k.decorators.some((d) => d.role === 'declares')).map((k) => k.name));
  for (const node of graph.resources) {
    if (!declared.has(node.kind) || touched.has(node.id)) continue;
    const params = { what: labelOf(node.kind), name: node.name };
    sink.for(graphCodes).report('NIM1602', params, node.source, { stages: [graph.stage] });
  }
}

/** A default stage in which nothing is deployed; its module would remove what a former build deployed. */
export function isEmpty(graph: StageGraph): boolean {
  return graph.functions.length === 0 && graph.resources.length === 0;
}

/** The stages to build: those asked for, else all that have something in them. Reports names that no stage has. */
export function chooseStages(
  asked: readonly string[],
  graphs: readonly StageGraph[],
  sink: DiagnosticSink,
  nearest: (name: string, known: readonly string[]) => string | null,
): readonly StageGraph[] {
  const full = graphs.filter((g) => !isEmpty(g));
  if (asked.length === 0) return full;
  const known = full.map((g) => g.stage);
  for (const stage of asked) {
    if (!known.includes(stage)) sink.for(stageCodes).report('NIM1401', { stage, nearest: nearest(stage, known), known }, null);
  }
  return full.filter((g) => asked.includes(g.stage));
}

function paramNode(param: MethodDecl['params'][number]): ParamNode {
  return 'event' in param.type
    ? {
        role: 'event',
        name: param.name,
        wire: param.type.list ? { t: 'array', of: ANY } : ANY,
        source: param.span,
      }
    : {
        role: 'body',
        name: param.name,
        wire: param.type.body,
        source: param.span,
      };
}

function compareEdges(a: EdgeBase, b: EdgeBase): number {
  return compareText(a.kind, b.kind) || compareText(a.from, b.from) || compareText(a.to, b.to);
}

function uniqueSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort(compareSpans);
  return sorted.filter((s, i) => i === 0 || compareSpans(s, sorted[i - 1] as Span) !== 0);
}
