// Runs the provider on a graph built by hand and gives what it wrote, with helpers to look at it.
import { buildCatalogue } from '../../../compiler/diagnostics/catalogue.js';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.js';
import { createSink } from '../../../compiler/diagnostics/sink.js';
import type { StagePlan, StageSettings } from '../../../compiler/ir/stage-plan.js';
import type { AnyResource } from '../../../compiler/kinds/index.js';
import type { ArtifactFacts, FragmentCache } from '../../../compiler/provider.js';
import { createAws } from '../../../providers/aws/index.js';
import { type JsonObject, sha256 } from '../../../providers/aws/text.js';
import { SETTINGS, type StageBuilder } from './stage-builder.js';

export const aws = createAws('.');

export type Block = JsonObject;

export interface Emitted {
  readonly plan: StagePlan<AnyResource>;
  readonly diagnostics: readonly Diagnostic[];
  readonly text: string;
  readonly document: { readonly [section: string]: JsonObject };
  /** `aws_lambda_function.Chat_onMessage` -> its block. */
  readonly resources: ReadonlyMap<string, Block>;
}

export class MemoryCache implements FragmentCache {
  readonly entries = new Map<string, string>();
  misses = 0;

  get(key: string): string | undefined {
    const found = this.entries.get(key);
    if (found === undefined) this.misses += 1;
    return found;
  }

  set(key: string, value: string): void {
    this.entries.set(key, value);
  }
}

export function plan(stage: StageBuilder, changes: Partial<StageSettings> = {}) {
  const settings = { ...SETTINGS, ...changes };
  const sink = createSink(buildCatalogue(aws.codes));
  const placeOf = ({ file, start }: { readonly file: string; readonly start: number }) => ({ file, line: start, column: 1 });
  const planned = aws.planStage(stage.graph(settings), settings, placeOf, sink);
  return { plan: planned, sink, codes: sink.finish().map((d) => d.code), diagnostics: sink.finish() };
}

export function artifactsOf(
  planned: StagePlan<AnyResource>,
  sizes: { readonly packed?: number; readonly unpacked?: number } = {},
) {
  return planned.functions.map(
    (fn): ArtifactFacts => ({
      function: fn.node.id,
      path: fn.artifact,
      sha256: sha256(fn.node.id),
      unpackedBytes: sizes.unpacked ?? 2_000,
      packedBytes: sizes.packed ?? 1_000,
    }),
  );
}

export async function emit(
  stage: StageBuilder,
  changes: Partial<StageSettings> = {},
  options: { readonly cache?: FragmentCache; readonly artifacts?: (p: StagePlan<AnyResource>) => readonly ArtifactFacts[] } = {},
): Promise<Emitted> {
  const { plan: planned, sink } = plan(stage, changes);
  const artifacts = (options.artifacts ?? artifactsOf)(planned);
  const lowered = await aws.lowerStage(planned, options.cache ?? new MemoryCache());
  const { files } = await lowered.withArtifacts(artifacts, sink);
  const text = files.find((file) => file.path === 'cdk.tf.json')?.content ?? '';
  const document = JSON.parse(text) as Emitted['document'];
  const resources = new Map<string, Block>();
  for (const [type, blocks] of Object.entries(document['resource'] ?? {})) {
    for (const [name, block] of Object.entries(blocks as object)) resources.set(`${type}.${name}`, block as Block);
  }
  return { plan: planned, diagnostics: sink.finish(), text, document, resources };
}

export function at(emitted: Emitted, address: string): Block {
  const block = emitted.resources.get(address);
  if (block === undefined) throw new Error(`no ${address}; there are ${[...emitted.resources.keys()].join(', ')}`);
  return block;
}

/** Addresses that a block refers to, in expressions, in depends_on and in replace_triggered_by. */
export function referencesOf(block: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const scan = (expression: string): void => {
    for (const match of expression
      .replace(/"[^"]*"/g, '')
      .matchAll(/\b((?:aws_\w+|terraform_data|var|local|data\.\w+)\.[A-Za-z_][\w-]*)/g))
      found.add(match[1] as string);
  };
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (key === 'depends_on' || key === 'replace_triggered_by') scan(value);
      // expressions of this provider hold no braces
      for (const match of value.replace(/\$\$\{/g, '').matchAll(/\$\{([^}]*)\}/g)) scan(match[1] as string);
    } else if (Array.isArray(value)) for (const item of value) visit(item, key);
    else if (value !== null && typeof value === 'object') for (const [name, item] of Object.entries(value)) visit(item, name);
  };
  visit(block, '');
  return found;
}

/** Everything that a resource waits for, at any distance. */
export function reachable(emitted: Emitted, from: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const walk = (address: string): void => {
    if (seen.has(address)) return;
    seen.add(address);
    for (const next of referencesOf(emitted.resources.get(address))) if (emitted.resources.has(next)) walk(next);
  };
  walk(from);
  seen.delete(from);
  return seen;
}

export function policyOf(emitted: Emitted, id: string): readonly { Effect: string; Action: string[]; Resource: string[] }[] {
  return JSON.parse(at(emitted, `aws_iam_role_policy.${id}`)['policy'] as string).Statement;
}
