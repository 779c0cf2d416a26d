/** In: the plan of a stage, its graph and what would be bundled. Out: its `LocalPlan`. */
import type { EdgeBase } from './ir/graph.js';
import type { GraphJson } from './ir/serialise.js';
import type { StagePlan } from './ir/stage-plan.js';
import { type AnyResource, bindingOf, kinds } from './kinds/index.js';
import { classExport, type LocalFunctionPlan, type LocalPlan, projectImports } from './local-plan.js';
import type { ClassImport } from './phases/6-bundle/bundle-classes.js';
import { clientsModel, entryModel } from './phases/6-bundle/entry-source.js';
import type { BoundFunction } from './phases/6-bundle/functions-to-bundle.js';

const kindsByNode = new Map(kinds.flatMap((kind) => Object.keys(kind.describe).map((node) => [node, kind] as const)));

/** @param functions in the order of the plan's */
export function planLocal(plan: StagePlan<AnyResource>, functions: readonly BoundFunction[], graph: GraphJson): LocalPlan {
  const clients = plan.resources.flatMap(({ node }) => {
    const binding = bindingOf(node, 'uses');
    return binding === null ? [] : [{ id: node.id, kind: node.kind, binding }];
  });
  return {
    stage: plan.settings.stage,
    graph,
    functions: Object.fromEntries(
      plan.functions.map((fn, at) => [fn.node.id, planFunction(fn, functions[at] as BoundFunction)] as const),
    ),
    clients: { model: clientsModel(clients), bound: clients.map(({ id, kind }) => ({ id, kind, methods: null })) },
    extras: Object.fromEntries(
      plan.resources.flatMap(({ node }) => {
        const extra = kindsByNode.get(node.kind)?.local?.(node);
        return extra === undefined ? [] : [[node.id, extra] as const];
      }),
    ),
  };
}

function planFunction(
  { node, environment }: StagePlan<AnyResource>['functions'][number],
  { bound, input }: BoundFunction,
): LocalFunctionPlan {
  const testValues = node.environment.flatMap((v) => (v.testValue === null ? [] : [[v.key, v.testValue] as const]));
  return {
    model: entryModel(input),
    bound: bound.map(({ id, kind, edge }) => ({ id, kind, methods: grantedMethods(kind, edge) })),
    environment,
    testValues: Object.fromEntries(testValues),
  };
}

/** What an edge allows of a kind's client; null: all. */
function grantedMethods(kind: string, edge: EdgeBase): readonly string[] | null {
  const operations = edge.kind === 'uses' ? kindsByNode.get(kind)?.operations : undefined;
  if (operations === undefined) return null;
  return [...new Set(edge.operations.flatMap((one) => operations[one]?.methods ?? []))];
}

/** All classes that entries import, each with the name that it is exported by. */
export function importedClasses(plans: readonly LocalPlan[]): readonly ClassImport[] {
  const models = plans.flatMap((plan) => [plan.clients, ...Object.values(plan.functions)].map(({ model }) => model));
  const imports = models.flatMap(projectImports).map(({ name, from }) => ({ name, from, as: classExport(from, name) }));
  return [...new Map(imports.map((one) => [one.as, one])).values()];
}
