/** In: the plans of the stages and their bundles. Out: what a build shows of each function. */
import type { EdgeBase } from './ir/graph.js';
import type { StagePlan } from './ir/stage-plan.js';
import type { AnyResource } from './kinds/index.js';
import type { BundledFunction } from './phases/6-bundle/bundle-functions.js';
import type { BuiltStage } from './results.js';

/** @param bundles of each plan, in the order of its functions */
export function buildTable(
  plans: readonly StagePlan<AnyResource>[],
  bundles: readonly (readonly BundledFunction[])[],
): readonly BuiltStage[] {
  return plans.map((plan, index) => {
    const names = new Map(plan.resources.map((r) => [r.node.id, r.node.name]));
    return {
      stage: plan.settings.stage,
      functions: plan.functions.map((fn, i) => ({
        name: fn.node.name,
        triggers: fn.triggers.map((edge: EdgeBase) => `${triggerWord(fn.node.trigger)} ${names.get(edge.from) ?? ''}`.trim()),
        packedBytes: ((bundles[index] as readonly BundledFunction[])[i] as BundledFunction).packedBytes,
        permissions: fn.permissions.map((p) => `${names.get(p.resource) ?? p.resource}: ${p.operations.join(', ')}`),
      })),
    };
  });
}

function triggerWord(kind: string): string {
  return kind.replace(/-api$/, '').replaceAll('-', ' ');
}
