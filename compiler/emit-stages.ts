/** In: the stages as they are lowered, and their bundles. Out: all files of all stages, in memory. */
import type { Sink } from './diagnostics/sink.js';
import { contentHash } from './hash.js';
import type { StagePlan } from './ir/stage-plan.js';
import { type AnyResource, kinds } from './kinds/index.js';
import type { Host } from './options.js';
import * as paths from './paths.js';
import type { BundledFunction } from './phases/6-bundle/bundle-functions.js';
import { artifactFiles, textFile } from './phases/7-emit/output-files.js';
import type { StageOutput } from './phases/7-emit/write-output.js';
import type { LoweredStage } from './provider.js';

/** A stage before its artifacts are known. */
export interface Lowered {
  readonly stage: LoweredStage;
  /** Files that the artifacts have no part in. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

export interface EmitContext {
  readonly host: Host;
  /** Absolute. */
  readonly projectDir: string;
  /** Whether source maps lie in the zips, and not beside them. */
  readonly mapsInside: boolean;
  readonly sink: Sink;
}

/** @param lowered and bundles: of each plan; bundles in the order of its functions */
export async function emitStages(
  plans: readonly StagePlan<AnyResource>[],
  lowered: readonly Lowered[],
  bundles: readonly (readonly BundledFunction[])[],
  context: EmitContext,
): Promise<readonly StageOutput[]> {
  const outputs: StageOutput[] = [];
  for (const [index, plan] of plans.entries()) {
    const made = plan.functions.map((fn, i) => ({ fn, bundle: bundles[index]?.[i] as BundledFunction }));
    const artifacts = made.map(({ fn, bundle: { sha256, packedBytes, unpackedBytes } }) => {
      return { function: fn.node.id, path: fn.artifact, sha256, packedBytes, unpackedBytes };
    });
    const { stage, files } = lowered[index] as Lowered;
    const emitted = await stage.withArtifacts(artifacts, context.sink);
    const texts = [...emitted.files, ...files].map(({ path, content }) => textFile(path, content));
    const zips = made.flatMap(({ fn, bundle }) => artifactFiles(fn.artifact, bundle, context.mapsInside));
    outputs.push({ stage: plan.settings.stage, files: [...texts, ...zips, ...uploads(plan, context)] });
  }
  return outputs;
}

/** Files of the project, as they are. They may be large, so they are read again when they are written. */
function uploads(plan: StagePlan<AnyResource>, { host, projectDir }: EmitContext): StageOutput['files'] {
  const files = plan.resources.flatMap(({ node }) => filesOf.get(node.kind)?.(node) ?? []);
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].map(({ path, sha256, bytes }) => ({
    path: `uploads/${path}`,
    sha256,
    bytes,
    content: () => {
      const content = host.readBytes(paths.join(projectDir, path));
      if (content !== null && contentHash(content) === sha256) return content;
      throw Object.assign(new Error(`${path} was changed while nimbusc worked`), { code: 'EBUSY' });
    },
  }));
}

/** By the kind of the node. */
const filesOf = new Map(
  kinds.flatMap(({ files, describe }) => (files ? Object.keys(describe).map((kind) => [kind, files]) : [])),
);
