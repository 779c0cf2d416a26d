/** References to what fragments make, computed from names alone: a fragment refers to another without knowing it. */
import type { PlannedFunction, StageSettings } from '../../compiler/ir/stage-plan.js';
import { arnLength, type Ref, ref } from './template.js';

/** `aws_lambda_function.Chat_onMessage` */
export function address(type: string, logicalId: string): string {
  return `${type}.${logicalId}`;
}

/** Whether Terraform is to refuse to destroy what lies at an address; not where the configuration allows it. */
export function isProtected(settings: StageSettings, at: string): boolean {
  return settings.protected && settings.guard?.released.has(at) !== true;
}

export const LOG_GROUP = 'aws_cloudwatch_log_group';

export function functionArn(fn: PlannedFunction): Ref {
  return ref(`${address('aws_lambda_function', fn.logicalId)}.arn`, arnLength('lambda', `function:${fn.physicalName}`));
}

export const FUNCTION = 'aws_lambda_function';

export function functionAddress(fn: PlannedFunction): string {
  return address(FUNCTION, fn.logicalId);
}

/** Characters that AWS allows in the values of tags (docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). */
const TAG_VALUE_OTHER = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;
const TAG_VALUE_MAX = 256;

/** On everything that can carry tags; `source` is null for what no line of the source stands for. */
export function tags(settings: StageSettings, source: string | null): { readonly [key: string]: string } {
  return {
    'nimbus:project': tagValue(settings.project),
    'nimbus:stage': tagValue(settings.stage),
    ...(settings.sourceTags && source !== null ? { 'nimbus:source': tagValue(source) } : {}),
  };
}

/** The end of a long path says more than its beginning. */
function tagValue(text: string): string {
  const fit = text.replace(TAG_VALUE_OTHER, '_');
  return fit.length <= TAG_VALUE_MAX ? fit : [...fit].slice(-TAG_VALUE_MAX).join('');
}
