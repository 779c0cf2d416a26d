/** Schedules in AWS: an EventBridge rule, its target, and the right to invoke the function. Of kinds that call functions in time. */
import type { PlannedFunction, StageSettings } from '../../compiler/ir/stage-plan.js';
import { address, functionAddress, tags } from './handles.js';
import { type AnyFragment, fragment, part } from './lowering.js';
import { fitName } from './names.js';
import { PERMISSION, servicePermission } from './permission.js';
import { block, blockAfter } from './synth/block.js';
import { exportsOf } from './synth/exports-of.js';
import { arnLength, ref } from './template.js';
import { escapeTemplate } from './text.js';

export const RULE = 'aws_cloudwatch_event_rule';
const TARGET = 'aws_cloudwatch_event_target';

/** docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const RULE_NAME_MAX = 64;

export interface Schedule {
  /** Of its resources in Terraform. */
  readonly id: string;
  /** Of the rule in AWS, after the function's. */
  readonly suffix: string;
  readonly expression: string;
  /** The event, as JSON; null: EventBridge's own. */
  readonly input: string | null;
  readonly sourceTag: string;
}

export function scheduleFragments(schedule: Schedule, fn: PlannedFunction, settings: StageSettings): readonly AnyFragment[] {
  const { id, suffix, expression, input, sourceTag } = schedule;
  const allowed = /^[A-Za-z0-9_.-]$/;
  const name = fitName(`${fn.physicalName}${suffix}`, { clean: /^[A-Za-z0-9_.-]+$/, allowed, max: RULE_NAME_MAX });
  const made: RuleInput = {
    id,
    name: escapeTemplate(name),
    expression: escapeTemplate(expression),
    function: functionAddress(fn),
    input: input === null ? null : escapeTemplate(input),
    tags: tags(settings, sourceTag),
  };
  const source = [ref(`${address(RULE, id)}.arn`, arnLength('events', `rule/${name}`))];
  return [servicePermission(id, fn, 'events.amazonaws.com', source), fragment(rule, made, [address(TARGET, id)])];
}

type RuleInput = {
  readonly id: string;
  readonly name: string;
  readonly expression: string;
  readonly function: string;
  readonly input: string | null;
  readonly tags: { readonly [key: string]: string };
};

const rule = part({
  name: 'schedule',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/cloudwatch-event-target/index.js'))),
  }),
  build({ CloudwatchEventRule, CloudwatchEventTarget }, input: RuleInput, stack) {
    const { id } = input;
    const made = new CloudwatchEventRule(stack, 'rule', {
      name: input.name,
      scheduleExpression: input.expression,
      tags: input.tags,
    });
    block(made, id);
    const target = new CloudwatchEventTarget(stack, 'target', {
      rule: `\${${address(RULE, id)}.name}`,
      arn: `\${${input.function}.arn}`,
      ...(input.input === null ? {} : { input: input.input }),
    });
    // a rule that comes due before it may invoke the function would do so in vain
    blockAfter(target, id, [address(PERMISSION, id)]);
  },
});
