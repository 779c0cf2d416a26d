/**
 * In: a plan and what is known of its zips. Out: the Terraform module. The module is put together from fragments, each a
 * function of its input alone and cached by it; CDKTF is loaded only when one of them is missing.
 */
import type { DiagnosticSink } from '../../compiler/diagnostics/diagnostic.js';
import { compareText } from '../../compiler/ir/span.js';
import type { EmittedStage, PlannedFunction, StagePlan } from '../../compiler/ir/stage-plan.js';
import type { AnyResource } from '../../compiler/kinds/index.js';
import type { ArtifactFacts, FragmentCache } from '../../compiler/provider.js';
import { artifactFragments, goesThroughBucket } from './artifacts.js';
import { checkArtifact } from './checks.js';
import { functionFragment } from './function.js';
import { loweringOf } from './kinds/index.js';
import type { AnyFragment, Deployed } from './lowering.js';
import { type Document, mergeInto } from './merge.js';
import { moduleFragment } from './module.js';
import { planView } from './plan-view.js';
import { canonicalJson, type JsonObject, readableJson, sha256 } from './text.js';

/** To be raised whenever a `build` gives something else for the same input: what is cached then counts no more. */
export const LOWERING_VERSION = 1;

export async function emitStage(
  plan: StagePlan<AnyResource>,
  artifacts: readonly ArtifactFacts[],
  cache: FragmentCache,
  sink: DiagnosticSink,
): Promise<EmittedStage> {
  const view = planView(plan);
  const byFunction = new Map(artifacts.map((artifact) => [artifact.function, artifact]));
  const functions = view.functions.map((fn) => ({ fn, artifact: artifactOf(fn, byFunction) }));
  for (const { fn, artifact } of functions) checkArtifact(fn, artifact, view.settings.stage, sink);

  const fragments = [
    moduleFragment(view),
    ...artifactFragments(
      view.settings,
      functions.filter(({ artifact }) => goesThroughBucket(artifact)),
    ),
    ...functions.map(({ fn, artifact }) => functionFragment(fn, view, artifact)),
    ...view.resources.flatMap((resource) => loweringOf(resource.node.kind).fragments(resource, view)),
  ];
  const document: Document = {};
  const pieces = await addFragments(document, fragments, cache);
  const deployed: Deployed = {
    // pieces with resources: what else is in the module (versions, the backend) deploys nothing
    hash: sha256(
      pieces
        .filter(({ content }) => content['resource'] !== undefined)
        .map(({ text }) => text)
        .join('\n'),
    ),
    ends: fragments.flatMap((fragment) => fragment.ends).sort(compareText),
  };
  const last = view.resources.flatMap((resource) => loweringOf(resource.node.kind).finish?.(resource, view, deployed) ?? []);
  await addFragments(document, last, cache);
  return { files: [{ path: 'cdk.tf.json', content: `${readableJson(document)}\n` }] };
}

function artifactOf(fn: PlannedFunction, artifacts: ReadonlyMap<string, ArtifactFacts>): ArtifactFacts {
  const artifact = artifacts.get(fn.node.id);
  if (artifact === undefined) throw new Error(`${fn.node.id} has no artifact`);
  return artifact;
}

/** A fragment's share of the module, and its canonical text. */
interface Piece {
  readonly text: string;
  readonly content: JsonObject;
}

async function addFragments(
  document: Document,
  fragments: readonly AnyFragment[],
  cache: FragmentCache,
): Promise<readonly Piece[]> {
  const keys = fragments.map(({ part, input }) => sha256(`${LOWERING_VERSION}\n${part.name}\n${canonicalJson(input)}`));
  const known = keys.map((key) => pieceOf(cache.get(key)));
  const missing = fragments.filter((_, index) => known[index] === null);
  const rendered = missing.length === 0 ? [] : await (await import('./synth/render.js')).renderFragments(missing);
  let next = 0;
  const pieces = known.map((piece, index) => {
    if (piece !== null) return piece;
    const text = rendered[next++] as string;
    cache.set(keys[index] as string, text);
    return { text, content: JSON.parse(text) as JsonObject };
  });
  for (const { content } of pieces) mergeInto(document, content);
  return pieces;
}

/** Null for what is no piece of a module: nothing at all, or a file that was cut short. */
function pieceOf(text: string | undefined): Piece | null {
  if (text === undefined) return null;
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? { text, content: content as JsonObject }
      : null;
  } catch {
    return null;
  }
}
