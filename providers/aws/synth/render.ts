/**
 * Builds fragments with CDKTF. The only file that loads CDKTF itself; imported when a fragment is in no cache. Each
 * fragment has a stack of its own, which is several times faster than one stack for all.
 */
import { TerraformElement, TerraformStack } from 'cdktf';
import { RootConstruct } from 'constructs';
import type { AnyFragment, Part } from '../lowering.js';
import { type Document, mergeInto } from '../merge.js';
import { canonicalJson, type Json, type JsonObject } from '../text.js';

/** Canonical JSON of each fragment, in order. */
export async function renderFragments(fragments: readonly AnyFragment[]): Promise<readonly string[]> {
  const bindings = new Map<Part<never, unknown>, unknown>();
  for (const { part } of fragments) if (!bindings.has(part)) bindings.set(part, await part.load());
  const texts: string[] = [];
  for (let from = 0; from < fragments.length; from += BATCH) {
    const batch = fragments.slice(from, from + BATCH);
    texts.push(...withoutStackTraces(() => batch.map((fragment) => render(fragment, bindings.get(fragment.part)))));
    await nextTurn();
  }
  return texts;
}

/** esbuild is at work meanwhile, and must not wait long for an answer. */
const BATCH = 4;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function render({ part, input }: AnyFragment, bindings: unknown): string {
  const stack = new TerraformStack(new RootConstruct(), 'fragment');
  part.build(bindings, input, stack);
  const document: Document = {};
  for (const element of stack.node.children) {
    if (!TerraformElement.isTerraformElement(element)) throw new Error(`${part.name} makes something that is no element`);
    mergeInto(document, withoutMetadata(element.toTerraform()));
  }
  return canonicalJson(document);
}

// `toTerraform` of the elements and not of the stack: the stack would look for tokens in every string, which is slow, and
// would find them in users' texts. References are plain text here, so there are no tokens to be found.

interface Synthesised {
  readonly [section: string]: Json;
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

type Blocks = { readonly [type: string]: { readonly [id: string]: { '//'?: Json } } };

/** Takes out the place in the construct tree, which CDKTF notes in every resource and data source. */
function withoutMetadata(synthesised: Synthesised): JsonObject {
  for (const section of [synthesised.resource, synthesised.data]) {
    for (const blocks of Object.values(section ?? {})) for (const block of Object.values(blocks)) delete block['//'];
  }
  return synthesised;
}

/**
 * Bindings make tokens by the way, and each captures the whole stack: most of the time that building takes. It runs
 * without a break, so nobody else can notice.
 */
function withoutStackTraces<T>(work: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    return work();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
