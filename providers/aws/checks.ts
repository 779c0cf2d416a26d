/** Limits of AWS and Terraform that can be checked before anything is bundled or deployed; every message has the number. */
import type { DiagnosticSink } from '../../compiler/diagnostics/diagnostic.js';
import type { NodeBase } from '../../compiler/ir/graph.js';
import type { PlannedFunction, StageSettings } from '../../compiler/ir/stage-plan.js';
import type { ArtifactFacts } from '../../compiler/provider.js';
import { functionCodes } from './codes/functions.js';
import { nameCodes } from './codes/names.js';
import { checkNetwork } from './database-checks.js';
import { environmentValue } from './function.js';
import { address } from './handles.js';
import { loweringOf } from './kinds/index.js';
import type { PlanView } from './plan-view.js';
import { policySize } from './policy.js';
import { admitsFrom } from './provider-version.js';
import { longest } from './template.js';

/** docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all inline policies of a role together. */
const INLINE_POLICY_MAX = 10_240;
/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ENVIRONMENT_MAX_BYTES = 4_096;
const UNPACKED_MAX_BYTES = 262_144_000;
const STAGE_NAME_MAX = 128;
/** Places that a message shows of very many. */
const MOST_GRANTS = 3;

/** docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_ENVIRONMENT = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);
const ENVIRONMENT_NAME = /^[A-Za-z][A-Za-z0-9_]+$/;

/** developer.hashicorp.com/terraform/language/values/variables#arguments */
const RESERVED_VARIABLES = new Set(['count', 'depends_on', 'for_each', 'lifecycle', 'locals', 'providers', 'source', 'version']);

export function checkPlan(view: PlanView, sink: DiagnosticSink): void {
  checkStageName(view.settings, sink);
  checkRuntime(view.settings, sink);
  checkNames(view, sink);
  checkVariables(view, sink);
  for (const fn of view.functions) {
    checkEnvironment(fn, view, sink);
    checkNetwork(fn, view, sink);
    const size = policySize(fn, view);
    if (size > INLINE_POLICY_MAX) {
      const params = { fn: fn.node.name, size, limit: INLINE_POLICY_MAX };
      const granted = fn.permissions.flatMap((p) => p.because.slice(0, 1));
      sink.for(functionCodes).report('NIM3010', params, fn.node.source, {
        related: granted.slice(0, MOST_GRANTS).map((span) => ({ span, text: 'granted here' })),
        notes: granted.length > MOST_GRANTS ? [`and ${granted.length - MOST_GRANTS} more`] : [],
        stages: [view.settings.stage],
      });
    }
  }
  for (const resource of view.resources) loweringOf(resource.node.kind).check?.(resource, view, sink);
}

function checkStageName({ stage }: StageSettings, sink: DiagnosticSink): void {
  const problem = !/^[A-Za-z0-9_-]+$/.test(stage)
    ? 'has characters that names in AWS cannot have'
    : stage.length > STAGE_NAME_MAX
      ? `has ${stage.length} characters, and AWS allows ${STAGE_NAME_MAX}`
      : null;
  if (problem !== null) sink.for(nameCodes).report('NIM3004', { stage, problem }, null, { stages: [stage] });
}

/** The provider checks runtimes against a list of its own: github.com/hashicorp/terraform-provider-aws/issues/44986 */
const RUNTIME_SINCE: { readonly [runtime: string]: readonly [number, number, number] } = { 'nodejs24.x': [6, 19, 0] };

function checkRuntime({ runtime, runtimeAt, awsProviderVersion: constraint }: StageSettings, sink: DiagnosticSink): void {
  const since = RUNTIME_SINCE[runtime];
  if (since === undefined || admitsFrom(constraint, since)) return;
  sink.for(functionCodes).report('NIM3016', { runtime, constraint, since: since.join('.') }, runtimeAt);
}

/** Lengths, and two things with one name in AWS or one address in Terraform. */
function checkNames(view: PlanView, sink: DiagnosticSink): void {
  const report = sink.for(nameCodes);
  const stages = [view.settings.stage];
  const isLastDefence = !sink.failed;
  const names = new Map<string, NodeBase>();
  const addresses = new Map<string, NodeBase>();
  const claim = (taken: Map<string, NodeBase>, key: string, node: NodeBase, report: (first: NodeBase) => void): void => {
    const first = taken.get(key);
    if (first === undefined) taken.set(key, node);
    else report(first);
  };
  const named = (what: string, name: string, node: NodeBase): void =>
    claim(names, `${what} ${name}`, node, (first) => {
      report.report('NIM3002', { what, name, first: first.name, second: node.name }, node.source, {
        related: [{ span: first.source, text: `${first.name} is here` }],
        stages,
      });
    });
  const addressed = (at: string, node: NodeBase): void =>
    claim(addresses, at, node, (first) => {
      // Two names that clash have messages of their own.
      if (!isLastDefence) return;
      report.report('NIM3003', { address: at, first: first.name, second: node.name }, node.source, {
        related: [{ span: first.source, text: `${first.name} is here` }],
        stages,
      });
    });

  for (const { node, physicalName, logicalId } of view.functions) {
    named('function', physicalName, node);
    addressed(address('aws_lambda_function', logicalId), node);
  }
  for (const { node, physicalName: name, logicalId } of view.resources) {
    const lowering = loweringOf(node.kind);
    const type = lowering.address(node);
    if (type !== null) addressed(address(type, logicalId), node);
    if (name === null || lowering.nameRule === null) continue;
    const { what, min, max } = lowering.nameRule;
    if (name.length < min || name.length > max) {
      report.report('NIM3001', { what, name, length: name.length, min, max }, node.source, { stages });
    }
    named(what, name, node);
  }
}

function checkEnvironment(fn: PlannedFunction, view: PlanView, sink: DiagnosticSink): void {
  const report = sink.for(functionCodes);
  const stages = [view.settings.stage];
  const sources = new Map(fn.node.environment.map((variable) => [variable.key, variable.source]));
  let size = 0;
  let secrets = false;
  for (const binding of fn.environment) {
    const source = sources.get(binding.name) ?? fn.node.source;
    if (RESERVED_ENVIRONMENT.has(binding.name)) {
      report.report('NIM3012', { key: binding.name, fn: fn.node.name }, source, { stages });
    } else if (!ENVIRONMENT_NAME.test(binding.name)) {
      report.report('NIM3013', { key: binding.name, fn: fn.node.name }, source, { stages });
    }
    size += Buffer.byteLength(binding.name) + longest(environmentValue(binding, view));
    for (const part of binding.from === 'text' ? binding.parts : []) {
      if (typeof part === 'string') continue;
      secrets = true;
      if (!RESERVED_VARIABLES.has(part.variable)) continue;
      report.report('NIM3014', { variable: part.variable, fn: fn.node.name }, source, { stages });
    }
  }
  if (size > ENVIRONMENT_MAX_BYTES) {
    report.report('NIM3011', { fn: fn.node.name, size, limit: ENVIRONMENT_MAX_BYTES, secrets }, fn.node.source, { stages });
  }
}

function checkVariables(view: PlanView, sink: DiagnosticSink): void {
  for (const { node } of view.resources) {
    for (const { name, source } of loweringOf(node.kind).variables?.(node) ?? []) {
      if (!RESERVED_VARIABLES.has(name)) continue;
      sink.for(functionCodes).report('NIM3014', { variable: name, fn: node.name }, source, { stages: [view.settings.stage] });
    }
  }
}

/** What is known only when the function's zip is there. */
export function checkArtifact(fn: PlannedFunction, artifact: ArtifactFacts, stage: string, sink: DiagnosticSink): void {
  if (artifact.unpackedBytes <= UNPACKED_MAX_BYTES) return;
  const params = { fn: fn.node.name, size: artifact.unpackedBytes, limit: UNPACKED_MAX_BYTES };
  sink.for(functionCodes).report('NIM3015', params, fn.node.source, { stages: [stage] });
}
