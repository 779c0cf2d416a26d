/** AWS: plans a stage, and lowers the plan to a Terraform module. Cheap to import; lowering is loaded when it is needed. */
import type { Provider } from '../../compiler/provider.js';
import { bundleModules } from './bundle.js';
import { apiCodes } from './codes/apis.js';
import { bucketCodes } from './codes/buckets.js';
import { databaseCodes } from './codes/databases.js';
import { functionCodes } from './codes/functions.js';
import { nameCodes } from './codes/names.js';
import { queueCodes } from './codes/queues.js';
import { storeCodes } from './codes/stores.js';
import { lowerings } from './kinds/index.js';
import type { Grant } from './lowering.js';
import { identities, planStage } from './plan.js';

type ActionTable = {
  readonly [kind: string]: { readonly actions: { readonly [operation: string]: readonly Grant[] } } | undefined;
};

/** `base`: the installed folder that has `runtime` and `providers` in it. */
export function createAws(base: string): Provider {
  return {
    name: 'aws',
    codes: [nameCodes, functionCodes, apiCodes, bucketCodes, queueCodes, storeCodes, databaseCodes],
    identities,
    planStage,
    lowerStage: async (plan, fragments) => (await import('./emit.js')).lowerStage(plan, fragments),
    actions: (kind, operation) => (lowerings as ActionTable)[kind]?.actions[operation]?.flatMap(({ actions }) => actions) ?? [],
    review: async (plan, buildOf, stage) => (await import('./review/review.js')).reviewChanges(plan, buildOf, stage),
    compare: async (before, after) => (await import('./review/compare.js')).compareModules(before, after),
    bundle: bundleModules(base),
  };
}
