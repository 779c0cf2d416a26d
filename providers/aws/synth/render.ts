/**
 * Builds fragments with CDKTF. The only file that loads CDKTF itself; imported when a fragment is in no cache. Each
 * fragment has a stack of its own, which is several times faster than one stack for all.
 */
import { TerraformElement, TerraformStack } from 'cdktf';
import { RootConstruct } from 'constructs';
import type { AnyFragment, Part } from '../lowering.js';
import { type Document, mergeInto } from '../merge.js';
import { canonicalJson, type JsonObject } from '../text.js';

/** Canonical JSON of each fragment, in order. */
export async function renderFragments(fragments: readonly AnyFragment[]): Promise<readonly string[]> {
  const bindings = new Map<Part<never, unknown>, unknown>();
  for (const { part } of fragments) if (!bindings.has(part)) bindings.set(part, await part.load());
  return withoutStackTraces(() => fragments.map((fragment) => render(fragment, bindings.get(fragment.part))));
}

function render({ part, input }: AnyFragment, bindings: unknown): string {
  const stack = new TerraformStack(new RootConstruct(), 'fragment');
  part.build(bindings, input, stack);
  const document: Document = {};
  for (const element of stack.node.children) {
    if (!TerraformElement.isTerraformElement(element)) throw new Error(`${part.name} makes something that is no element`);
    mergeInto(document, withoutMetadata(element.toTerraform() as JsonObject));
  }
  return canonicalJson(document);
}

// `toTerraform` of the elements and not of the stack: the stack would look for tokens in every string, which is slow, and
// would find them in users' texts. References are plain text here, so there are no tokens to be found.

/** Leaves out undefined values, and the place in the construct tree that CDKTF notes under `//`. */
function withoutMetadata(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === '//' ? undefined : item))) as JsonObject;
}

/** Every token that bindings make by the way captures a stack trace, most of the time of building them. */
function withoutStackTraces<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
