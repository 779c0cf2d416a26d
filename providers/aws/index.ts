/** AWS: plans a stage, and lowers the plan to a Terraform module. Cheap to import; lowering is loaded when it is needed. */
import type { Provider } from '../../compiler/provider.js';
import { bundleModules } from './bundle.js';
import { apiCodes } from './codes/apis.js';
import { functionCodes } from './codes/functions.js';
import { nameCodes } from './codes/names.js';
import { planStage } from './plan.js';

/** `base`: the installed folder that has `runtime` and `providers` in it. */
export function createAws(base: string): Provider {
  return {
    name: 'aws',
    codes: [nameCodes, functionCodes, apiCodes],
    planStage,
    emitStage: async (plan, artifacts, fragments, sink) =>
      (await import('./emit.js')).emitStage(plan, artifacts, fragments, sink),
    bundle: bundleModules(base),
  };
}
