/**
 * In: the graph of a stage and its settings. Out: the plan, with every name, environment entry and permission settled;
 * limits of AWS are reported. Pure; loads no CDKTF.
 */
import type { DiagnosticSink } from '../../compiler/diagnostics/diagnostic.js';
import type { EdgeBase, FunctionNode, NodeId, StageGraph } from '../../compiler/ir/graph.js';
import { compareSpans, compareText, type Place, type Span } from '../../compiler/ir/span.js';
import type {
  EnvBinding,
  PlannedFunction,
  PlannedPermission,
  PlannedResource,
  StageGuard,
  StagePlan,
  StageSettings,
} from '../../compiler/ir/stage-plan.js';
import { type AnyResource, bindingOf, kindByName } from '../../compiler/kinds/index.js';
import type { Identity } from '../../compiler/provider.js';
import { checkPlan } from './checks.js';
import { address, FUNCTION } from './handles.js';
import { loweringOf } from './kinds/index.js';
import type { Names, NamingContext } from './lowering.js';
import { artifactName, functionId, functionName } from './names.js';
import { planView } from './plan-view.js';

export function planStage(
  graph: StageGraph<AnyResource>,
  settings: StageSettings,
  placeOf: (span: Span) => Place,
  sink: DiagnosticSink,
): StagePlan<AnyResource> {
  const sourceTag = (span: Span): string => {
    const { file, line } = placeOf(span);
    return `${file}:${line}`;
  };
  const plan: StagePlan<AnyResource> = {
    settings,
    functions: planFunctions(graph, settings, sourceTag),
    resources: planResources(graph, settings, sourceTag),
    formerIds: formerIds(graph, settings),
    edges: graph.edges,
  };
  checkPlan(planView(plan), sink);
  return plan;
}

/** What the declarations give, whatever the last build had. */
export function identities(graph: StageGraph<AnyResource>, settings: StageSettings): readonly Identity[] {
  const names = namesOf(graph, settings, null);
  const functions = graph.functions.map(({ id, className, method }): Identity => {
    const physicalName = functionName(settings.project, settings.stage, className, method);
    return { node: id, address: address(FUNCTION, functionId(className, method)), physicalName };
  });
  const resources = graph.resources.flatMap((node): Identity[] => {
    const type = loweringOf(node.kind).address(node);
    if (type === null) return [];
    const { logicalId, physicalName } = names(node);
    return [{ node: node.id, address: address(type, logicalId), physicalName }];
  });
  return [...functions, ...resources];
}

function planResources(
  graph: StageGraph<AnyResource>,
  settings: StageSettings,
  sourceTag: (span: Span) => string,
): readonly PlannedResource<AnyResource>[] {
  const { guard } = settings;
  const [now, then] = [namesOf(graph, settings, null), namesOf(graph, settings, guard ?? null)];
  return graph.resources
    .map((node) => ({
      node,
      logicalId: now(node).logicalId,
      physicalName: guard?.keptNames.get(node.id) ?? then(node).physicalName,
      sourceTag: sourceTag(node.source),
    }))
    .sort((a, b) => compareText(a.node.id, b.node.id));
}

/** Terraform names that were other ones when what they are made of was called otherwise, by the names of now. */
function formerIds(graph: StageGraph<AnyResource>, settings: StageSettings): ReadonlyMap<string, string> {
  const { guard } = settings;
  if (guard === undefined) return new Map();
  const [now, then] = [namesOf(graph, settings, null), namesOf(graph, settings, guard)];
  return new Map(
    graph.resources.flatMap((node) => {
      const [id, former] = [now(node).logicalId, then(node).logicalId];
      return id === former ? [] : [[id, former] as const];
    }),
  );
}

/** `former`: with the names that functions and resources had; null: with those of now. */
function namesOf(
  graph: StageGraph<AnyResource>,
  settings: StageSettings,
  former: StageGuard | null,
): (node: AnyResource) => Names {
  const functions = new Map(graph.functions.map((fn) => [fn.id, fn]));
  const started = new Map(graph.edges.filter((e) => e.kind === 'triggers').map((e) => [e.from, e.to]));
  const context: NamingContext = {
    settings,
    functionStartedBy(id) {
      const fn = functions.get(started.get(id) ?? '');
      if (fn === undefined) throw new Error(`${id} triggers nothing`);
      return former?.formerHandlers.get(fn.id) ?? fn;
    },
    formerName: (id) => former?.formerNames.get(id) ?? null,
  };
  return (node) => loweringOf(node.kind).names(node, context);
}

function planFunctions(
  graph: StageGraph<AnyResource>,
  settings: StageSettings,
  sourceTag: (span: Span) => string,
): readonly PlannedFunction[] {
  const resources = new Map(graph.resources.map((node) => [node.id, node]));
  const uses = edgesBy(graph.edges, 'uses', (edge) => edge.from);
  const triggers = edgesBy(graph.edges, 'triggers', (edge) => edge.to);
  const files = countOf(graph.functions.map((fn) => `${fn.className}-${fn.method}`.toLowerCase()));
  return graph.functions
    .map((node): PlannedFunction => {
      const { className, method } = node;
      const used = uses.get(node.id) ?? [];
      const triggeredBy = triggers.get(node.id) ?? [];
      const named = settings.guard?.formerHandlers.get(node.id) ?? node;
      const twins = (files.get(`${className}-${method}`.toLowerCase()) ?? 0) > 1;
      return {
        node,
        physicalName: functionName(settings.project, settings.stage, named.className, named.method),
        logicalId: functionId(className, method),
        sourceTag: sourceTag(node.source),
        artifact: `artifacts/${artifactName(className, method, twins)}.zip`,
        environment: planEnvironment(node, [...triggeredBy, ...used], resources, settings),
        permissions: planPermissions(used),
        triggers: triggeredBy,
      };
    })
    .sort((a, b) => compareText(a.node.id, b.node.id));
}

/** Sorted by name. */
function planEnvironment(
  node: FunctionNode,
  edges: readonly EdgeBase[],
  resources: ReadonlyMap<NodeId, AnyResource>,
  settings: StageSettings,
): readonly EnvBinding[] {
  const bindings = new Map<string, EnvBinding>();
  const add = (binding: EnvBinding): void => void bindings.set(binding.name, binding);
  add({ name: 'NIMBUS_STAGE', from: 'text', parts: [settings.stage] });
  for (const { kind, from, to } of edges) {
    const id = kind === 'triggers' ? from : to;
    const other = resources.get(id);
    if (other === undefined) throw new Error(`${node.id} has to do with ${id}, which the graph does not have`);
    for (const { name, attribute } of bindingOf(other, kind)?.environment ?? []) {
      add({ name, from: 'resource', resource: id, attribute });
    }
  }
  const starters = edges.flatMap(({ kind, from }) => (kind === 'triggers' ? (resources.get(from) ?? []) : []));
  for (const told of kindByName.get(node.trigger)?.environment?.(starters, (id) => resources.get(id) ?? null) ?? []) {
    add({ from: 'resource', ...told });
  }
  if (settings.sourceMaps) add({ name: NODE_OPTIONS, from: 'text', parts: [SOURCE_MAPS] });
  for (const { key, value } of node.environment) {
    // the user's options are kept, and stand first
    const added =
      settings.sourceMaps &&
      key === NODE_OPTIONS &&
      !value.some((part) => typeof part === 'string' && part.includes(SOURCE_MAPS));
    add({ name: key, from: 'text', parts: added ? [...value, ` ${SOURCE_MAPS}`] : value });
  }
  return [...bindings.values()].sort((a, b) => compareText(a.name, b.name));
}

const NODE_OPTIONS = 'NODE_OPTIONS';
const SOURCE_MAPS = '--enable-source-maps';

/** One entry per resource, with the operations of all edges to it. */
function planPermissions(uses: readonly EdgeBase[]): readonly PlannedPermission[] {
  const byResource = edgesBy(uses, 'uses', (edge) => edge.to);
  return [...byResource]
    .sort(([a], [b]) => compareText(a, b))
    .map(([resource, edges]) => ({
      resource,
      operations: [...new Set(edges.flatMap((edge) => edge.operations))].sort(compareText),
      because: unique(edges.flatMap((edge) => edge.because)),
    }));
}

function unique(spans: readonly Span[]): readonly Span[] {
  return [...spans].sort(compareSpans).filter((span, i, all) => i === 0 || compareSpans(span, all[i - 1] as Span) !== 0);
}

function edgesBy(edges: readonly EdgeBase[], kind: EdgeBase['kind'], key: (edge: EdgeBase) => string): Map<string, EdgeBase[]> {
  const map = new Map<string, EdgeBase[]>();
  for (const edge of edges) {
    if (edge.kind !== kind) continue;
    const same = map.get(key(edge));
    if (same === undefined) map.set(key(edge), [edge]);
    else same.push(edge);
  }
  return map;
}

function countOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
