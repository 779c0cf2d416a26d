/**
 * In: a plan, and later what is known of its zips. Out: the Terraform module. The module is put together from fragments,
 * each a function of its input alone and cached by it; CDKTF is loaded only when one of them is missing.
 */
import type { DiagnosticSink } from '../../compiler/diagnostics/diagnostic.js';
import { compareText } from '../../compiler/ir/span.js';
import type { EmittedStage, PlannedFunction, PlannedResource, StagePlan } from '../../compiler/ir/stage-plan.js';
import type { AnyResource, ResourceKind } from '../../compiler/kinds/index.js';
import type { ArtifactFacts, FragmentCache, LoweredStage } from '../../compiler/provider.js';
import { artifactFragments, goesThroughBucket } from './artifacts.js';
import { checkArtifact } from './checks.js';
import { codeHash, functionFragment } from './function.js';
import { loweringOf } from './kinds/index.js';
import { type AnyFragment, type Deployed, type LateValue, SET_LATE } from './lowering.js';
import { type Document, mergeInto } from './merge.js';
import { moduleFragment } from './module.js';
import { movedBlocks } from './moved.js';
import { networkFragments } from './network.js';
import { type PlanView, planView } from './plan-view.js';
import { canonicalJson, type Json, type JsonObject, readableJson, sha256 } from './text.js';

/** To be raised whenever a `build` gives something else for the same input: what is cached then counts no more. */
export const LOWERING_VERSION = 2;

/** All that does not depend on zips: most of the work, which goes on while they are made. */
export async function lowerStage(plan: StagePlan<AnyResource>, cache: FragmentCache): Promise<LoweredStage> {
  const view = planView(plan);
  const functions = view.functions.map((fn) => functionFragment(fn, view, 'file'));
  const others = [
    moduleFragment(view),
    ...networkFragments(view),
    ...view.resources.flatMap((resource) => loweringOf(resource.node.kind).fragments(resource, view)),
  ];
  const pieces = await piecesOf([...functions, ...others], cache);
  return {
    withArtifacts: (artifacts, sink) =>
      emitStage(
        view,
        { functions: pieces.slice(0, functions.length), others: pieces.slice(functions.length) },
        artifacts,
        cache,
        sink,
      ),
  };
}

async function emitStage(
  view: PlanView,
  lowered: { readonly functions: readonly Piece[]; readonly others: readonly Piece[] },
  artifacts: readonly ArtifactFacts[],
  cache: FragmentCache,
  sink: DiagnosticSink,
): Promise<EmittedStage> {
  const byFunction = new Map(artifacts.map((artifact) => [artifact.function, artifact]));
  const functions = view.functions.map((fn, index) => ({
    fn,
    artifact: artifactOf(fn, byFunction),
    piece: lowered.functions[index] as Piece,
  }));
  for (const { fn, artifact } of functions) checkArtifact(fn, artifact, view.settings.stage, sink);

  const large = functions.filter(({ artifact }) => goesThroughBucket(artifact));
  const direct = functions.filter(({ artifact }) => !goesThroughBucket(artifact));
  const throughBucket = await piecesOf(
    large.map(({ fn }) => functionFragment(fn, view, 'object')),
    cache,
  );
  const pieces = [
    ...direct.map(({ fn, artifact, piece }) => withLate(piece, [codeHash(fn, artifact)])),
    ...large.map(({ fn, artifact }, index) => withLate(throughBucket[index] as Piece, [codeHash(fn, artifact)])),
    ...(await piecesOf(artifactFragments(view.settings, large), cache)),
    ...lowered.others,
  ];
  const deployed: Deployed = {
    // pieces with resources: what else is in the module (versions, the backend) deploys nothing
    hash: sha256(
      pieces
        .filter(({ content }) => content['resource'] !== undefined)
        .map(({ text }) => text)
        .join('\n'),
    ),
    ends: pieces.flatMap(({ ends }) => ends).sort(compareText),
  };
  const last = [...byKind(view.resources)].flatMap(
    ([kind, resources]) => loweringOf(kind).finish?.(resources, view, deployed) ?? [],
  );
  const document: Document = {};
  for (const { content } of [...pieces, ...(await piecesOf(last, cache))]) mergeInto(document, content);
  const moved = movedBlocks(document, view);
  return {
    files: [{ path: 'cdk.tf.json', content: `${readableJson(moved.length === 0 ? document : { ...document, moved })}\n` }],
  };
}

function artifactOf(fn: PlannedFunction, artifacts: ReadonlyMap<string, ArtifactFacts>): ArtifactFacts {
  const artifact = artifacts.get(fn.node.id);
  if (artifact === undefined) throw new Error(`${fn.node.id} has no artifact`);
  return artifact;
}

function byKind(resources: readonly PlannedResource<AnyResource>[]): ReadonlyMap<ResourceKind, PlannedResource<AnyResource>[]> {
  const kinds = new Map<ResourceKind, PlannedResource<AnyResource>[]>();
  for (const resource of resources) {
    const same = kinds.get(resource.node.kind);
    if (same === undefined) kinds.set(resource.node.kind, [resource]);
    else same.push(resource);
  }
  return kinds;
}

/** A fragment's share of the module, and a text that is another when the share is. */
interface Piece {
  readonly text: string;
  readonly content: JsonObject;
  readonly ends: readonly string[];
}

async function piecesOf(fragments: readonly AnyFragment[], cache: FragmentCache): Promise<readonly Piece[]> {
  const keys = fragments.map(({ part, input }) => sha256(`${LOWERING_VERSION}\n${part.name}\n${canonicalJson(input)}`));
  const known = keys.map((key) => contentOf(cache.get(key)));
  const missing = fragments.filter((_, index) => known[index] === null);
  const rendered = missing.length === 0 ? [] : await (await import('./synth/render.js')).renderFragments(missing);
  let next = 0;
  return fragments.map(({ ends, late }, index) => {
    const key = keys[index] as string;
    const content = known[index] ?? null;
    if (content !== null) return withLate({ text: key, content, ends }, late);
    const text = rendered[next++] as string;
    cache.set(key, text);
    return withLate({ text: key, content: JSON.parse(text) as JsonObject, ends }, late);
  });
}

function withLate({ text, content, ends }: Piece, late: readonly LateValue[]): Piece {
  if (late.length === 0) return { text, content, ends };
  for (const { path, value } of late) {
    let at = content as { [key: string]: Json };
    for (const key of path.slice(0, -1)) at = at[key] as { [key: string]: Json };
    const last = path.at(-1) as string;
    if (at[last] !== SET_LATE) throw new Error(`no late value is expected at ${path.join('.')}`);
    at[last] = value;
  }
  return { text: `${text}${canonicalJson(late.map(({ value }) => value))}`, content, ends };
}

/** Null for what is no piece of a module: nothing at all, or a file that was cut short. */
function contentOf(text: string | undefined): JsonObject | null {
  if (text === undefined) return null;
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as JsonObject) : null;
  } catch {
    return null;
  }
}
