/** `nimbusc review`: a Terraform plan, explained from the source that it was built of. Writes nothing. */
import type { NimbusConfig } from './config/config.js';
import type { Diagnostic } from './diagnostics/diagnostic.js';
import { createSink } from './diagnostics/sink.js';
import type { GraphJson } from './ir/serialise.js';
import type { Host } from './options.js';
import * as paths from './paths.js';
import { type CompileOptions, catalogueOf } from './pipeline.js';
import { defaultFailOn, judge, type Verdict } from './review/gate.js';
import type { Category } from './review/model.js';
import type { BuildFacts } from './review/plan.js';
import { readPlan } from './review/read-plan.js';

export interface ReviewSettings {
  /** Replaces "review.failOn" of the configuration; null: does not. */
  readonly failOn: readonly Category[] | null;
  /** The day on which the review is made, as `2026-11-22`: approvals end. */
  readonly today: string;
}

export interface ReviewResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  readonly crash: null;
  readonly texts: (file: string) => string | null;
  /** Null when the configuration is wrong, or there is no plan. */
  readonly verdict: Verdict | null;
  /** Why the file is no plan. */
  readonly noPlan: { readonly problem: string; readonly hint: string } | null;
}

/** `plan` is what `terraform show -json` prints. */
export async function reviewPlan(options: CompileOptions, plan: Uint8Array, settings: ReviewSettings): Promise<ReviewResult> {
  const { host, projectDir, provider } = options;
  const sink = createSink(catalogueOf(provider));
  const { loadConfig } = await import('./config/load-config.js');
  const config = loadConfig(host, projectDir, options.configFile, sink);
  const result = (verdict: Verdict | null, noPlan: ReviewResult['noPlan']): ReviewResult => ({
    diagnostics: sink.finish(),
    failed: sink.failed,
    crash: null,
    texts: (file) => host.readText(paths.join(projectDir, file)),
    verdict,
    noPlan,
  });
  if (!config.ok) return result(null, null);
  const read = readPlan(plan);
  if (!read.ok) return result(null, { problem: read.problem, hint: read.hint });
  const outDir = paths.join(projectDir, options.out ?? config.value.config.out);
  const review = await provider.review(read.plan, (stage) => readBuild(host, outDir, stage), options.stages[0] ?? null);
  return result(judge(review, gateOf(config.value.config, settings)), null);
}

export function gateOf(config: NimbusConfig, { failOn, today }: ReviewSettings): Parameters<typeof judge>[1] {
  const { review, allowDestroy } = config;
  return {
    failOn: failOn ?? (review.failOn as readonly Category[] | null) ?? defaultFailOn,
    approved: review.approved,
    allowDestroy,
    today,
  };
}

/** What the last build has written of a stage; nothing where there is none, or where it is damaged. */
function readBuild(host: Host, outDir: string, stage: string): BuildFacts {
  // The stage comes from a tag of the plan, so it is not trusted to be a name.
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/u.test(stage)) return { graph: null, zips: null };
  const read = (name: string): unknown => {
    try {
      return JSON.parse(host.readText(paths.join(outDir, stage, name)) ?? 'null') as unknown;
    } catch {
      return null;
    }
  };
  const graph = read('graph.json') as GraphJson | null;
  const manifest = read('nimbus.manifest.json') as Manifest | null;
  const usable = Array.isArray(graph?.nodes) && Array.isArray(graph.edges) && graph.stage === stage;
  return {
    graph: usable ? graph : null,
    zips: Array.isArray(manifest?.files) ? new Map(manifest.files.map((file) => [file.path, file])) : null,
  };
}

interface Manifest {
  readonly files?: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}
