/** Keeping functions warm in AWS: a schedule of its own for each, whose event the function's wrapper answers. */
import type { KeepWarmNode } from '../../../compiler/kinds/keep-warm.js';
import type { KindLowering } from '../lowering.js';
import { functionId } from '../names.js';
import { RULE, scheduleFragments } from '../schedule.js';

/** Lambda keeps an idle instance for a while that it does not promise; five minutes are what people have found to be enough. */
const EVERY = 'rate(5 minutes)';
const SUFFIX = '-keep-warm';

/** What `runtime/adapters/keep-warm.ts` looks for. */
const PING = '{"nimbusc:keep-warm":true}';

export const keepWarm: KindLowering<KeepWarmNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => RULE,
  names: ({ className, method }) => ({ logicalId: `${functionId(className, method)}${SUFFIX}`, physicalName: null }),
  fragments({ node, logicalId, sourceTag }, view) {
    const fn = view.functions.find(({ node: { id } }) => id === node.function);
    if (fn === undefined) throw new Error(`the plan has nothing for ${node.function}`);
    return scheduleFragments({ id: logicalId, suffix: SUFFIX, expression: EVERY, input: PING, sourceTag }, fn, view.settings);
  },
};
